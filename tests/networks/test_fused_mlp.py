"""Fused multilayer perceptrons equal those computed layer by layer, with the same gradients."""

import pytest
import torch

from sklearn_gan._matrix import Layout
from sklearn_gan._networks.modules import MLP, Discriminator

WIDTHS = [(), (7,), (8, 6), (5, 9, 4)]


def seeded():
    return torch.Generator().manual_seed(0)


def draw(*shape, seed=1):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def gradients_of(loss, module):
    return torch.autograd.grad(loss, list(module.parameters()))


@pytest.mark.parametrize("widths", WIDTHS)
def test_fused_outputs_and_gradients_equal_those_of_layers(widths):
    mlp, inputs, factors = MLP(5, widths, 3, seeded()).double(), draw(20, 5).requires_grad_(), draw(20, 3, seed=2)
    fused, layers = mlp(inputs), mlp.layer_by_layer(inputs)
    torch.testing.assert_close(fused, layers)
    sources = [inputs, *mlp.parameters()]
    found, expected = (torch.autograd.grad((output * factors).sum(), sources) for output in (fused, layers))
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("widths", WIDTHS)
def test_closed_form_penalty_equals_a_double_backward_pass(widths):
    discriminator = Discriminator(Layout(4, (), ()), 2, widths, seeded()).double()
    rows, labels = draw(20, 4), torch.eye(2, dtype=torch.float64).repeat(10, 1)
    logits, norms = discriminator.logits_and_norms(rows, labels)
    expected_logits = discriminator(rows.requires_grad_(), labels)
    (of_rows,) = torch.autograd.grad(expected_logits.sum(), rows, create_graph=True)
    expected_norms = of_rows.square().sum(dim=1)
    torch.testing.assert_close((logits, norms), (expected_logits, expected_norms))
    found = gradients_of(logits.square().sum() + norms.sqrt().sum(), discriminator)
    expected = gradients_of(expected_logits.square().sum() + expected_norms.sqrt().sum(), discriminator)
    torch.testing.assert_close(found, expected)


def test_logits_are_differentiable_with_respect_to_rows_only():
    discriminator, labels = Discriminator(Layout(4, (), ()), 2, (8, 6), seeded()).double(), draw(20, 2)
    rows = draw(20, 4).requires_grad_()
    found = torch.autograd.grad(discriminator.logits(rows, labels).sum(), rows)
    torch.testing.assert_close(found, torch.autograd.grad(discriminator(rows, labels).sum(), rows))
    assert not discriminator.logits(rows.detach(), labels).requires_grad
