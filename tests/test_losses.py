"""Losses and penalties at points where their value is known."""

from math import log

import pytest
import torch

from sklearn_gan._losses import LOSSES, squared_gradient_norms


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_relativistic_loss_at_equal_logits_is_log_2(player):
    logits = torch.tensor([-3.0, 0.0, 50.0])
    assert getattr(LOSSES["relativistic"], player)(logits, logits).item() == pytest.approx(log(2))


def test_relativistic_losses_mirror_each_other():
    real, fake = torch.randn((2, 9), generator=torch.Generator().manual_seed(0))
    loss = LOSSES["relativistic"]
    torch.testing.assert_close(loss.discriminator(real, fake), loss.generator(fake, real))


def test_relativistic_loss_does_not_overflow():
    loss = LOSSES["relativistic"].discriminator(torch.tensor([-1e4]), torch.tensor([1e4]))
    assert loss.item() == pytest.approx(2e4)


def test_gradient_penalty_of_a_linear_discriminator_is_its_squared_norm():
    weights = torch.tensor([3.0, -4.0], requires_grad=True)
    rows = torch.randn((6, 2), requires_grad=True)
    norms = squared_gradient_norms(rows @ weights, rows)
    torch.testing.assert_close(norms, torch.full((6,), 25.0))
    norms.mean().backward()
    torch.testing.assert_close(weights.grad, 2 * weights.detach())
