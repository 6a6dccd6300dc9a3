"""Mixtures of real rows."""

import pytest
import torch

from sklearn_gan._mixing import MAX_ROWS, Descendants, RowMixer, draw_members
from sklearn_gan._table import Layout

LAYOUT = Layout(n_numbers=2, block_widths=(), flagged=((1, 2),))
ONE_NUMBER = Layout(n_numbers=1, block_widths=(), flagged=())


def seeded():
    return torch.Generator().manual_seed(0)


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
    assert len(mixer._families) == MAX_ROWS


def test_members_are_drawn_evenly_and_within_their_class():
    codes = torch.tensor([0, 1]).repeat(3000)
    members = draw_members(codes, torch.tensor([0, 3]), torch.tensor([3, 4]), seeded())
    counts = torch.bincount(members)
    assert len(counts) == 7
    torch.testing.assert_close(counts[:3] / 3000, torch.full((3,), 1 / 3), atol=0.05, rtol=0)


def test_each_parent_comes_once_with_the_weights_of_its_repeats():
    parents, weights = torch.tensor([[4, 2, 4, 4], [-1, -1, -1, -1]]), torch.tensor([[0.1, 0.2, 0.3, 0.4], [0.0] * 4])
    drawn = Descendants(torch.zeros((2, 1)), parents, weights).with_each_parent_once()
    assert drawn.parents.tolist() == [[4, 2, -1, -1], [-1] * 4]
    torch.testing.assert_close(drawn.weights, torch.tensor([[0.8, 0.2, 0.0, 0.0], [0.0] * 4]))
