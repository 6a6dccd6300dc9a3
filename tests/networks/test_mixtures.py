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


def other_seed():
    return torch.Generator().manual_seed(1)


@pytest.fixture
def clusters():
    """Two distant clusters, one per class, of two numeric columns; a third of the second column is missing."""
    matrix = torch.randn((60, 3), generator=seeded())
    codes = torch.arange(60) % 2
    matrix[:, :2] += 100 * codes[:, None]
    matrix[:, 2] = torch.arange(60) % 3 == 0
    matrix[::3, 1] = 0
    return matrix, codes


def test_mixture_is_the_weighted_sum_of_its_parents(clusters):
    matrix, codes = clusters
    mixtures = RowMixer(matrix, codes, LAYOUT, 5, seeded()).draw(codes, seeded())
    expected = (mixtures.weights * matrix[mixtures.parents][:, :, 0]).sum(dim=1)
    torch.testing.assert_close(mixtures.rows[:, 0], expected)
    torch.testing.assert_close(mixtures.weights.sum(dim=1), torch.ones(60))
    assert (mixtures.weights > 0).all()


def test_parents_belong_to_the_requested_class(clusters):
    matrix, codes = clusters
    mixtures = RowMixer(matrix, codes, LAYOUT, 5, seeded()).draw(codes, seeded())
    assert (codes[mixtures.parents] == codes[:, None]).all()


def test_parents_are_nearest_neighbours():
    matrix = torch.arange(10.0)[:, None]
    mixtures = RowMixer(matrix, torch.zeros(10, dtype=torch.long), ONE_NUMBER, 2, seeded()).draw(
        torch.zeros(99).long(), seeded()
    )
    assert (matrix[mixtures.parents][..., 0] - matrix[mixtures.parents[:, :1]][..., 0]).abs().max() <= 2


def test_missing_values_of_parents_have_no_weight(clusters):
    matrix, codes = clusters
    mixtures = RowMixer(matrix, codes, LAYOUT, 5, seeded()).draw(torch.ones(60, dtype=torch.long), seeded())
    some_present = (matrix[mixtures.parents][:, :, 2] == 0).any(dim=1)
    assert (mixtures.rows[some_present, 1] > 90).all()


def test_mixture_averages_only_parents_with_an_observed_value():
    matrix = torch.tensor([[0.0, 4.0, 0.0], [1.0, 0.0, 1.0], [2.0, 8.0, 0.0]])  # the second value of row 1 is missing
    mixtures = RowMixer(matrix, torch.zeros(3).long(), LAYOUT, 2, seeded()).draw(torch.zeros(9).long(), seeded())
    weights = torch.zeros((9, 3)).scatter_add_(1, mixtures.parents, mixtures.weights)
    torch.testing.assert_close(mixtures.rows[:, 0], weights @ matrix[:, 0])
    present = weights[:, [0, 2]]
    torch.testing.assert_close(mixtures.rows[:, 1], present @ torch.tensor([4.0, 8.0]) / present.sum(dim=1))


def test_value_missing_in_all_parents_is_encoded_as_0():
    matrix = torch.tensor([[1.0, 0.0, 1.0]]).repeat(3, 1)
    mixtures = RowMixer(matrix, torch.zeros(3).long(), LAYOUT, 2, seeded()).draw(torch.zeros(5).long(), seeded())
    torch.testing.assert_close(mixtures.rows, matrix[:1].expand(5, 3))


def test_groups_start_with_their_row_followed_by_its_neighbours():
    matrix = torch.arange(10.0)[:, None].repeat(2, 1)  # each row has a duplicate
    groups = RowMixer(matrix, torch.zeros(20).long(), ONE_NUMBER, 3, seeded())._groups
    assert groups.shape == (20, 4) and groups[:, 0].tolist() == list(range(20))
    assert all(len(group.unique()) == 4 for group in groups)


@pytest.mark.parametrize("n_rows", [60, MAX_ROWS + 60])
def test_mixtures_depend_only_on_the_random_generator(n_rows):
    matrix, codes = torch.randn((n_rows, 1), generator=seeded()), torch.arange(n_rows) // (n_rows - 30)
    first, second = (RowMixer(matrix, codes, ONE_NUMBER, 2, seeded()).draw(codes, seeded()) for _ in range(2))
    assert torch.equal(first.rows, second.rows) and torch.equal(first.parents, second.parents)
    assert not torch.equal(first.rows, RowMixer(matrix, codes, ONE_NUMBER, 2, seeded()).draw(codes, other_seed()).rows)


@pytest.mark.parametrize("n_rows", [60, MAX_ROWS + 60])
def test_mixtures_do_not_depend_on_torch_defaults(n_rows):
    matrix, codes = torch.randn((n_rows, 3), generator=seeded()), torch.arange(n_rows) // (n_rows - 30)
    matrix[:, 2] = matrix[:, 2] > 0

    def draw():
        mixtures = RowMixer(matrix, codes, LAYOUT, 2, seeded()).draw(codes, seeded())
        return mixtures.merge_equal_parents()

    expected = draw()
    torch.set_default_dtype(torch.float64)
    try:
        with torch.device("meta"):  # tensors created here would have no values
            found = draw()
    finally:
        torch.set_default_dtype(torch.float32)
    for name in ("rows", "parents", "weights"):
        assert torch.equal(getattr(found, name), getattr(expected, name))
        assert getattr(found, name).dtype == getattr(expected, name).dtype


def test_flags_come_from_a_random_row_of_the_class(clusters):
    matrix, codes = clusters
    mixtures = RowMixer(matrix, codes, LAYOUT, 5, seeded()).draw(codes.repeat(50), seeded())
    torch.testing.assert_close(mixtures.rows[:, 2], matrix[mixtures.parents[:, 0], 2])
    counts = torch.bincount(mixtures.parents[:, 0], minlength=60) / 50
    torch.testing.assert_close(counts, torch.ones(60), atol=0.6, rtol=0)


def test_mixture_without_neighbours_is_a_real_row(clusters):
    matrix, codes = clusters
    mixtures = RowMixer(matrix, codes, LAYOUT, 0, seeded()).draw(codes, seeded())
    torch.testing.assert_close(mixtures.rows, matrix[mixtures.parents[:, 0]])


def test_small_classes_repeat_rows_as_neighbours():
    matrix = torch.tensor([[0.0], [1.0], [5.0]])
    mixtures = RowMixer(matrix, torch.tensor([0, 0, 1]), ONE_NUMBER, 5, seeded()).draw(torch.tensor([0, 1]), seeded())
    assert 0 <= mixtures.rows[0] <= 1 and mixtures.rows[1] == pytest.approx(5)


def test_large_classes_are_subsampled():
    n_rows = MAX_ROWS + 100
    mixer = RowMixer(torch.rand((n_rows, 1)), torch.zeros(n_rows, dtype=torch.long), ONE_NUMBER, 5, seeded())
    assert len(mixer._groups) == MAX_ROWS


def test_members_are_drawn_uniformly_within_their_class():
    codes = torch.tensor([0, 1]).repeat(3000)
    members = draw_members(codes, torch.tensor([0, 3]), torch.tensor([3, 4]), seeded())
    counts = torch.bincount(members)
    assert len(counts) == 7
    torch.testing.assert_close(counts[:3] / 3000, torch.full((3,), 1 / 3), atol=0.05, rtol=0)


def test_draw_rounded_up_stays_within_the_class(monkeypatch):
    monkeypatch.setattr(torch, "rand", lambda *size, **kinds: torch.ones(*size))
    members = draw_members(torch.tensor([0, 1]), torch.tensor([0, 3]), torch.tensor([3, 4]), seeded())
    assert members.tolist() == [2, 6]


@pytest.fixture
def rows_with_parents():
    return RowsWithParents(
        torch.tensor([[1.0], [2.0]]), torch.tensor([[4, 2], [3, -1]]), torch.tensor([[0.2, 0.8], [1, 0]])
    )


def test_indexing_and_concatenation_keep_parents_and_weights(rows_with_parents):
    chosen = RowsWithParents.concatenate([rows_with_parents[torch.tensor([1])], rows_with_parents])
    assert chosen.rows.tolist() == [[2], [1], [2]]
    assert chosen.parents.tolist() == [[3, -1], [4, 2], [3, -1]]
    torch.testing.assert_close(chosen.weights, torch.tensor([[1, 0], [0.2, 0.8], [1, 0]]))


def test_parentless_rows_have_no_parents_and_zero_weights(rows_with_parents):
    parentless = rows_with_parents.parentless()
    assert parentless.rows is rows_with_parents.rows
    assert parentless.parents.tolist() == [[-1, -1]] * 2 and parentless.weights.tolist() == [[0, 0]] * 2
    assert parentless.parents.dtype == torch.long


def test_parents_and_weights_move_to_the_device_with_the_rows(rows_with_parents):
    moved = rows_with_parents.to("meta")
    assert {part.device.type for part in (moved.rows, moved.parents, moved.weights)} == {"meta"}


def test_dropped_parent_columns_have_width_0():
    dropped = RowsWithParents(
        torch.ones((2, 3)), torch.zeros((2, 4), dtype=int), torch.ones((2, 4))
    ).drop_parent_columns()
    assert [tuple(part.shape) for part in (dropped.rows, dropped.parents, dropped.weights)] == [(2, 3), (2, 0), (2, 0)]


def test_dropped_features_have_width_0(rows_with_parents):
    dropped = rows_with_parents.drop_features()
    assert tuple(dropped.rows.shape) == (2, 0) and dropped.parents is rows_with_parents.parents


def test_room_has_the_widths_and_types_of_the_batch(rows_with_parents):
    room = rows_with_parents.drop_features().make_room(5)
    assert [tuple(part.shape) for part in (room.rows, room.parents, room.weights)] == [(5, 0), (5, 2), (5, 2)]
    assert room.parents.dtype == torch.long


def test_replaced_rows_have_their_own_parents_and_weights(rows_with_parents):
    rows_with_parents[torch.tensor([1])] = rows_with_parents[torch.tensor([0])]
    assert rows_with_parents.rows.tolist() == [[1], [1]] and rows_with_parents.parents.tolist() == [[4, 2], [4, 2]]
    torch.testing.assert_close(rows_with_parents.weights, torch.tensor([[0.2, 0.8]]).expand(2, 2))


def test_merged_equal_parents_have_the_summed_weight():
    parents, weights = torch.tensor([[4, 2, 4, 4], [-1, -1, -1, -1]]), torch.tensor([[0.1, 0.2, 0.3, 0.4], [0.0] * 4])
    merged = RowsWithParents(torch.zeros((2, 1)), parents, weights).merge_equal_parents()
    assert merged.parents.tolist() == [[4, 2, -1, -1], [-1] * 4]
    torch.testing.assert_close(merged.weights, torch.tensor([[0.8, 0.2, 0.0, 0.0], [0.0] * 4]))
