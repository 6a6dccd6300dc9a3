"""Losses and penalties with known values."""

from math import log

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from sklearn_gan._networks.losses import (
    LOSSES,
    bce,
    bce_saturating,
    cell_discriminator_loss,
    cell_generator_loss,
    energy_scores,
    feature_distance,
    hinge,
    interpolate,
    least_squares,
    number_errors,
    one_centred_penalty,
    reconstruction_error,
    relativistic,
    squared_errors_of_means,
    wasserstein,
    zero_centred_penalty,
)


@pytest.mark.parametrize(
    "name, discriminator, generator",
    [
        ("relativistic", log(2), log(2)),
        ("bce", log(4), log(2)),
        ("bce-saturating", log(4), -log(2)),
        ("least_squares", 0.5, 0.5),
        ("hinge", 2, 0),
        ("wasserstein", 0, 0),
    ],
)
def test_losses_at_zero_logits_match_the_literature(name, discriminator, generator):
    found = LOSSES[name].losses(torch.zeros(3), torch.zeros(3))
    assert [loss.item() for loss in found] == pytest.approx([discriminator, generator])


def test_every_loss_has_a_known_value_at_zero_logits():
    assert set(LOSSES) == {"relativistic", "bce", "bce-saturating", "least_squares", "hinge", "wasserstein"}


def test_relativistic_loss_is_log_2_at_equal_logits():
    logits = torch.tensor([-3.0, 0.0, 50.0])
    assert [loss.item() for loss in relativistic(logits, logits)] == pytest.approx([log(2)] * 2)


def test_relativistic_losses_swap_with_real_and_fake():
    real, fake = torch.randn((2, 9), generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(relativistic(real, fake), relativistic(fake, real)[::-1])


def test_bce_matches_torch():
    real, fake = torch.randn((2, 9), generator=torch.Generator().manual_seed(0))
    ones, zeros = torch.ones(9), torch.zeros(9)
    of_fake = binary_cross_entropy_with_logits(fake, zeros)
    discriminator = binary_cross_entropy_with_logits(real, ones) + of_fake
    torch.testing.assert_close(bce(real, fake), (discriminator, binary_cross_entropy_with_logits(fake, ones)))
    torch.testing.assert_close(bce_saturating(real, fake), (discriminator, -of_fake))


def test_only_the_saturating_loss_saturates_on_confident_logits():
    slopes = []
    for loss in (bce, bce_saturating):
        fake = torch.tensor([-20.0], requires_grad=True)
        loss(torch.zeros(1), fake)[1].backward()
        slopes.append(fake.grad.item())
    assert slopes == pytest.approx([-1, 0], abs=1e-6)


def test_least_squares_is_half_the_squared_distance_to_the_targets():
    losses = least_squares(torch.tensor([3.0]), torch.tensor([-2.0]))
    assert [loss.item() for loss in losses] == pytest.approx([4 / 2 + 4 / 2, 9 / 2])


def test_hinge_is_0_beyond_the_margins():
    assert hinge(torch.tensor([1.5]), torch.tensor([-1.5]))[0].item() == 0
    assert hinge(torch.tensor([0.5]), torch.tensor([-1.5]))[0].item() == 0.5


def test_hinge_generator_loss_is_the_negative_mean_logit():
    assert hinge(torch.zeros(2), torch.tensor([2.0, 4.0]))[1].item() == -3


def test_wasserstein_is_the_difference_of_mean_logits():
    losses = wasserstein(torch.tensor([1.0, 3.0]), torch.tensor([5.0, 7.0]))
    assert [loss.item() for loss in losses] == [4, -6]


@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_finite_for_extreme_logits(name):
    assert all(loss.isfinite() for loss in LOSSES[name].losses(torch.tensor([-1e4]), torch.tensor([1e4])))


def test_penalties_of_a_linear_discriminator_are_known():
    norms = torch.full((6,), 25.0)
    assert zero_centred_penalty(norms).item() == pytest.approx(25)
    assert one_centred_penalty(norms).item() == pytest.approx((5 - 1) ** 2)


@pytest.mark.parametrize("penalty, slope", [(zero_centred_penalty, 2.0), (one_centred_penalty, 2 * (5 - 1) / 5)])
def test_penalties_are_differentiable(penalty, slope):
    weights = torch.tensor([3.0, -4.0], requires_grad=True)  # of a linear discriminator
    penalty(weights.square().sum().expand(6)).backward()
    torch.testing.assert_close(weights.grad, slope * weights.detach())


def test_penalty_of_a_constant_discriminator_has_a_finite_gradient():
    weights = torch.zeros(2, requires_grad=True)
    one_centred_penalty(weights.square().sum().expand(3)).backward()
    assert weights.grad.isfinite().all()


def test_interpolated_rows_lie_between_real_and_generated_rows():
    real, fake = torch.zeros((2, 3)), torch.full((2, 3), 4.0)
    found = interpolate(real, fake, torch.tensor([[0.25], [1.0]]))
    torch.testing.assert_close(found, torch.tensor([[3.0], [0.0]]).expand(2, 3))


def test_feature_distance_ignores_the_order_of_rows():
    features = [torch.randn((5, 3)), torch.randn((5, 2))]
    assert feature_distance(features, [layer.flip(0) for layer in features]).item() == pytest.approx(0, abs=1e-6)


def test_feature_distance_is_summed_over_layers():
    zeros, ones = [torch.zeros((4, 3)), torch.zeros((4, 2))], [torch.ones((4, 3)), 2 * torch.ones((4, 2))]
    assert feature_distance(zeros, ones).item() == pytest.approx(1 + 2)


def test_feature_distance_requires_the_same_number_of_layers():
    layers = [torch.zeros((4, 3)), torch.zeros((4, 2))]
    with pytest.raises(ValueError, match="shorter"):
        feature_distance(layers, layers[:1])


def test_reconstruction_error_averages_squared_error_and_log_loss():
    rows = torch.tensor([[1.0, 0.0, 1.0]])  # a numeric column, and a column of two categories
    scores = torch.tensor([[3.0, log(0.75), log(0.25)]])
    error = reconstruction_error(scores, rows, torch.ones((1, 3)), n_numbers=1, n_columns=2)
    assert error.item() == pytest.approx((4 - log(0.25)) / 2)


def test_reconstruction_error_ignores_missing_values():
    rows = torch.tensor([[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
    scores = torch.tensor([[9.0, -50.0, 0.0], [0.0, -1.0, -2.0]])
    present = torch.tensor([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]])
    assert reconstruction_error(scores, rows, present, n_numbers=1, n_columns=2).item() == 0


def test_imputation_losses_at_zero_and_confident_logits():
    imputed = (torch.rand(50, 3, generator=torch.Generator().manual_seed(0)) < 0.5).float()
    assert cell_discriminator_loss(torch.zeros(50, 3), imputed).item() == pytest.approx(log(2))
    assert cell_generator_loss(torch.zeros(50, 3), imputed).item() == pytest.approx(log(2))
    assert cell_discriminator_loss(40 * (imputed - 0.5), imputed).item() == pytest.approx(0, abs=1e-6)
    assert cell_generator_loss(40 * (imputed - 0.5), imputed).item() == pytest.approx(20)
    assert cell_generator_loss(torch.zeros(50, 3), torch.zeros(50, 3)).item() == 0
    assert cell_generator_loss(torch.zeros(1, 2), torch.tensor([[1.0, 0.0]])).item() == pytest.approx(log(2))


def test_scores_of_draws_1_and_3_for_true_value_0():
    draws = torch.tensor([1.0]), torch.tensor([3.0]), torch.tensor([0.0])
    scores = [score(*draws).item() for score in (energy_scores, squared_errors_of_means, number_errors)]
    assert scores == [(1 + 3 - 2) / 2, 1 * 3, (1 + 3) / 2]


def test_number_errors_of_exact_draws_are_0():
    true = torch.randn(20, 3)
    assert number_errors(true, true, true).abs().max() == 0


@pytest.mark.parametrize("score", [energy_scores, number_errors])
def test_numeric_scores_are_lowest_for_the_true_distribution(score):
    true, first, second = torch.randn(3, 100_000, generator=torch.Generator().manual_seed(0))
    scores = {scale: score(scale * first, scale * second, true).mean().item() for scale in (0, 0.7, 1, 1.4)}
    assert min(scores, key=scores.get) == 1
    assert score(first + 0.3, second + 0.3, true).mean() > scores[1]


def test_squared_error_of_means_penalizes_shift_but_not_spread():
    true, first, second = torch.randn(3, 100_000, generator=torch.Generator().manual_seed(0))
    for scale, shift in ((0, 0), (1, 0), (3, 0), (1, 2)):
        error = squared_errors_of_means(scale * first + shift, scale * second + shift, true).mean()
        assert error.item() == pytest.approx(1 + shift**2, abs=0.1)
