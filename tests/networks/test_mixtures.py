"""Mixtures of real rows."""

import pytest
import torch

from sklearn_gan._matrix import Layout
from sklearn_gan._networks import RowsWithParents
from sklearn_gan._networks.mixtures import MAX_ROWS, RowMixer, draw_members

LAYOUT = Layout(n_numbers=2, block_widths=(), flagged=((1, 2),))
ONE_NUMBER = Layout(n_numbers=1, block_widths=(), flagged=())


def seeded():
    return torch.Generator().manual_seed(0)


def other():
    return torch.Generator().manual_seed(1)


@pytest.fixture
def clusters():
    """Two far clusters, each of its own class, of two numbers; in a third of the rows the second is missing."""
    matrix = torch.randn((60, 3), generator=seeded())
    codes = torch.arange(60) % 2
    matrix[:, :2] += 100 * codes[:, None]
    matrix[:, 2] = torch.arange(60) % 3 == 0
    matrix[::3, 1] = 0
    return matrix, codes


def test_a_mixture_is_the_weighted_sum_of_its_parents(clusters):
    matrix, codes = clusters
    mixtures = RowMixer(matrix, codes, LAYOUT, 5, seeded()).draw(codes, seeded())
    expected = (mixtures.weights * matrix[mixtures.parents][:, :, 0]).sum(dim=1)
    torch.testing.assert_close(mixtures.rows[:, 0], expected)
    torch.testing.assert_close(mixtures.weights.sum(dim=1), torch.ones(60))
    assert (mixtures.weights > 0).all()


def test_parents_are_of_the_class_that_is_asked_for(clusters):
    matrix, codes = clusters
    mixtures = RowMixer(matrix, codes, LAYOUT, 5, seeded()).draw(codes, seeded())
    assert (codes[mixtures.parents] == codes[:, None]).all()


def test_neighbours_are_the_nearest():
    matrix = torch.arange(10.0)[:, None]
    mixtures = RowMixer(matrix, torch.zeros(10, dtype=torch.long), ONE_NUMBER, 2, seeded()).draw(
        torch.zeros(99).long(), seeded()
    )
    assert (matrix[mixtures.parents][..., 0] - matrix[mixtures.parents[:, :1]][..., 0]).abs().max() <= 2


def test_missing_cells_of_parents_weigh_nothing(clusters):
    matrix, codes = clusters
    mixtures = RowMixer(matrix, codes, LAYOUT, 5, seeded()).draw(torch.ones(60, dtype=torch.long), seeded())
    some_present = (matrix[mixtures.parents][:, :, 2] == 0).any(dim=1)
    assert (mixtures.rows[some_present, 1] > 90).all()


def test_the_mean_is_that_of_the_parents_whose_cell_is_present():
    matrix = torch.tensor([[0.0, 4.0, 0.0], [1.0, 0.0, 1.0], [2.0, 8.0, 0.0]])  # the second number of row 1 is missing
    mixtures = RowMixer(matrix, torch.zeros(3).long(), LAYOUT, 2, seeded()).draw(torch.zeros(9).long(), seeded())
    weights = torch.zeros((9, 3)).scatter_add_(1, mixtures.parents, mixtures.weights)
    torch.testing.assert_close(mixtures.rows[:, 0], weights @ matrix[:, 0])
    present = weights[:, [0, 2]]
    torch.testing.assert_close(mixtures.rows[:, 1], present @ torch.tensor([4.0, 8.0]) / present.sum(dim=1))


def test_a_cell_that_is_missing_in_all_parents_is_0():
    matrix = torch.tensor([[1.0, 0.0, 1.0]]).repeat(3, 1)
    mixtures = RowMixer(matrix, torch.zeros(3).long(), LAYOUT, 2, seeded()).draw(torch.zeros(5).long(), seeded())
    torch.testing.assert_close(mixtures.rows, matrix[:1].expand(5, 3))


def test_a_row_comes_first_and_has_the_neighbours_that_are_asked_for():
    matrix = torch.arange(10.0)[:, None].repeat(2, 1)  # each row has a duplicate
    families = RowMixer(matrix, torch.zeros(20).long(), ONE_NUMBER, 3, seeded())._groups
    assert families.shape == (20, 4) and families[:, 0].tolist() == list(range(20))
    assert all(len(family.unique()) == 4 for family in families)


@pytest.mark.parametrize("n_rows", [60, MAX_ROWS + 60])
def test_what_is_drawn_depends_on_the_generator_alone(n_rows):
    matrix, codes = torch.randn((n_rows, 1), generator=seeded()), torch.arange(n_rows) // (n_rows - 30)
    first, second = (RowMixer(matrix, codes, ONE_NUMBER, 2, seeded()).draw(codes, seeded()) for _ in range(2))
    assert torch.equal(first.rows, second.rows) and torch.equal(first.parents, second.parents)
    assert not torch.equal(first.rows, RowMixer(matrix, codes, ONE_NUMBER, 2, seeded()).draw(codes, other()).rows)


@pytest.mark.parametrize("n_rows", [60, MAX_ROWS + 60])
def test_defaults_of_torch_do_not_change_what_is_drawn(n_rows):
    matrix, codes = torch.randn((n_rows, 3), generator=seeded()), torch.arange(n_rows) // (n_rows - 30)
    matrix[:, 2] = matrix[:, 2] > 0

    def draw():
        mixtures = RowMixer(matrix, codes, LAYOUT, 2, seeded()).draw(codes, seeded())
        return mixtures.merge_equal_parents()

    expected = draw()
    torch.set_default_dtype(torch.float64)
    try:
        with torch.device("meta"):  # where there are no values, so that nothing can be made there and mixed
            found = draw()
    finally:
        torch.set_default_dtype(torch.float32)
    for name in ("rows", "parents", "weights"):
        assert torch.equal(getattr(found, name), getattr(expected, name))
        assert getattr(found, name).dtype == getattr(expected, name).dtype


def test_flags_are_those_of_a_random_row_of_the_class(clusters):
    matrix, codes = clusters
    mixtures = RowMixer(matrix, codes, LAYOUT, 5, seeded()).draw(codes.repeat(50), seeded())
    torch.testing.assert_close(mixtures.rows[:, 2], matrix[mixtures.parents[:, 0], 2])
    counts = torch.bincount(mixtures.parents[:, 0], minlength=60) / 50
    torch.testing.assert_close(counts, torch.ones(60), atol=0.6, rtol=0)


def test_without_neighbours_a_mixture_is_a_real_row(clusters):
    matrix, codes = clusters
    mixtures = RowMixer(matrix, codes, LAYOUT, 0, seeded()).draw(codes, seeded())
    torch.testing.assert_close(mixtures.rows, matrix[mixtures.parents[:, 0]])


def test_classes_of_few_rows_have_families_in_which_rows_repeat():
    matrix = torch.tensor([[0.0], [1.0], [5.0]])
    mixtures = RowMixer(matrix, torch.tensor([0, 0, 1]), ONE_NUMBER, 5, seeded()).draw(torch.tensor([0, 1]), seeded())
    assert 0 <= mixtures.rows[0] <= 1 and mixtures.rows[1] == pytest.approx(5)


def test_large_classes_are_cut_so_that_cost_is_bounded():
    n_rows = MAX_ROWS + 100
    mixer = RowMixer(torch.rand((n_rows, 1)), torch.zeros(n_rows, dtype=torch.long), ONE_NUMBER, 5, seeded())
    assert len(mixer._groups) == MAX_ROWS


def test_members_are_drawn_evenly_and_within_their_class():
    codes = torch.tensor([0, 1]).repeat(3000)
    members = draw_members(codes, torch.tensor([0, 3]), torch.tensor([3, 4]), seeded())
    counts = torch.bincount(members)
    assert len(counts) == 7
    torch.testing.assert_close(counts[:3] / 3000, torch.full((3,), 1 / 3), atol=0.05, rtol=0)


def test_a_draw_that_rounds_up_stays_within_the_class(monkeypatch):
    monkeypatch.setattr(torch, "rand", lambda *size, **kinds: torch.ones(*size))
    members = draw_members(torch.tensor([0, 1]), torch.tensor([0, 3]), torch.tensor([3, 4]), seeded())
    assert members.tolist() == [2, 6]


@pytest.fixture
def descendants():
    return RowsWithParents(
        torch.tensor([[1.0], [2.0]]), torch.tensor([[4, 2], [3, -1]]), torch.tensor([[0.2, 0.8], [1, 0]])
    )


def test_descendants_are_chosen_and_put_together_with_their_parents_and_weights(descendants):
    chosen = RowsWithParents.concatenate([descendants[torch.tensor([1])], descendants])
    assert chosen.rows.tolist() == [[2], [1], [2]]
    assert chosen.parents.tolist() == [[3, -1], [4, 2], [3, -1]]
    torch.testing.assert_close(chosen.weights, torch.tensor([[1, 0], [0.2, 0.8], [1, 0]]))


def test_orphans_have_neither_parents_nor_weights(descendants):
    orphans = descendants.parentless()
    assert orphans.rows is descendants.rows
    assert orphans.parents.tolist() == [[-1, -1]] * 2 and orphans.weights.tolist() == [[0, 0]] * 2
    assert orphans.parents.dtype == torch.long


def test_descendants_go_to_a_device_with_all_their_parts(descendants):
    moved = descendants.to("meta")
    assert {part.device.type for part in (moved.rows, moved.parents, moved.weights)} == {"meta"}


def test_rows_that_let_go_of_their_parents_hold_none():
    drawn = RowsWithParents(
        torch.ones((2, 3)), torch.zeros((2, 4), dtype=int), torch.ones((2, 4))
    ).drop_parent_columns()
    assert [tuple(part.shape) for part in (drawn.rows, drawn.parents, drawn.weights)] == [(2, 3), (2, 0), (2, 0)]


def test_each_parent_comes_once_with_the_weights_of_its_repeats():
    parents, weights = torch.tensor([[4, 2, 4, 4], [-1, -1, -1, -1]]), torch.tensor([[0.1, 0.2, 0.3, 0.4], [0.0] * 4])
    drawn = RowsWithParents(torch.zeros((2, 1)), parents, weights).merge_equal_parents()
    assert drawn.parents.tolist() == [[4, 2, -1, -1], [-1] * 4]
    torch.testing.assert_close(drawn.weights, torch.tensor([[0.8, 0.2, 0.0, 0.0], [0.0] * 4]))
