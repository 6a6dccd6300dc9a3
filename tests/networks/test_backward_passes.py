"""Backward passes in closed form equal automatic differentiation, and so do those of user-defined modules."""

import pytest
import torch
from torch.nn.functional import one_hot

from sklearn_gan._matrix import Layout
from sklearn_gan._networks import RowsWithParents
from sklearn_gan._networks.autoencoder import Autoencoder
from sklearn_gan._networks.discriminators import Discriminator, hidden_features
from sklearn_gan._networks.generators import AutoencoderGenerator, Condition, NoiseGenerator, ResidualGenerator
from sklearn_gan._networks.mlp import MLP
from sklearn_gan._networks.user_modules import UserDiscriminator, UserGenerator

WIDTHS = [(), (7,), (8, 6), (5, 9, 4)]
LAYOUT = Layout(n_numbers=2, block_widths=(3, 2), flagged=((0, 1), (2, 5)))
SIZES = (LAYOUT, 2, 4)
LABELS = one_hot(torch.arange(20) % 2, 2).double()


def seeded():
    return torch.Generator().manual_seed(0)


def draw(*shape, seed=1):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def gradients_of(module):
    """Return the gradients of the parameters, and remove them from the parameters."""
    gradients = [parameter.grad for parameter in module.parameters()]
    module.zero_grad(set_to_none=True)
    return gradients


def make_condition():
    mixtures = draw(20, 9)
    mixtures[:, 2:7] = mixtures[:, 2:7].softmax(dim=1)
    mixtures[:, 7:] = (mixtures[:, 7:] > 0).double()
    parents = torch.zeros((20, 1), dtype=torch.long)
    return Condition(LABELS, RowsWithParents(mixtures, parents, parents), draw(20, 4, seed=2), draw(20, 5, seed=3))


class UserGeneratorMLP(torch.nn.Module):
    """A user-defined generator with the architecture of NoiseGenerator."""

    def __init__(self, latent_dim, n_classes, n_features):
        super().__init__()
        self.body = MLP(latent_dim + n_classes, (8, 6), n_features, seeded())

    def forward(self, noise, labels):
        return self.body(torch.cat((labels, noise), dim=1))


class UserDiscriminatorMLP(torch.nn.Module):
    """A user-defined discriminator with the architecture of Discriminator."""

    def __init__(self, n_features, n_classes):
        super().__init__()
        self.body = MLP(n_features + n_classes, (8, 6), 1, seeded())

    def forward(self, rows, labels):
        return self.body(torch.cat((rows, labels), dim=1))


def make_pair():
    """Return a discriminator, and a user-defined one with the same weights."""
    return (
        Discriminator(LAYOUT, 2, (8, 6), seeded()).double(),
        UserDiscriminator(LAYOUT, 2, (8, 6), seeded(), module=UserDiscriminatorMLP).double(),
    )


@pytest.mark.parametrize("widths", WIDTHS)
def test_backward_pass_of_an_mlp_equals_automatic_differentiation(widths):
    mlp, inputs, factors = MLP(5, widths, 3, seeded()).double(), draw(20, 5).requires_grad_(), draw(20, 3, seed=2)
    expected = mlp(inputs)
    expected.backward(factors)
    expected_gradients = gradients_of(mlp)
    found = mlp.run(inputs.detach())
    of_inputs = found.input_gradients(found.backward(factors))
    torch.testing.assert_close((found.output, of_inputs), (expected.detach(), inputs.grad))
    torch.testing.assert_close(gradients_of(mlp), expected_gradients)


@pytest.mark.parametrize("widths", WIDTHS)
def test_closed_form_penalty_equals_a_double_backward_pass(widths):
    discriminator = Discriminator(LAYOUT, 2, widths, seeded()).double()
    rows, of_logits, of_norms = draw(20, 9).requires_grad_(), draw(20, seed=2), draw(20, seed=3)
    logits = discriminator(rows, LABELS)
    (of_rows,) = torch.autograd.grad(logits.sum(), rows, create_graph=True)
    norms = of_rows.square().sum(dim=1)
    torch.autograd.backward((logits, norms), (of_logits, of_norms))
    expected = gradients_of(discriminator)
    expected[-1] = expected[-1] if expected[-1] is not None else torch.zeros(1)
    outputs, backward = discriminator.judge_with_norms(rows.detach(), LABELS)
    backward(of_logits, of_norms)
    torch.testing.assert_close(outputs, (logits.detach(), norms.detach()))
    torch.testing.assert_close(gradients_of(discriminator), expected)


@pytest.mark.parametrize("name, n_outputs", [("judge", 1), ("judge_with_norms", 2)])
def test_user_discriminator_is_trained_like_a_built_in_one(name, n_outputs):
    found = []
    for discriminator in make_pair():
        output, backward = getattr(discriminator, name)(draw(20, 9), LABELS)
        backward(*(draw(20, seed=i) for i in range(n_outputs)))
        found.append((output, gradients_of(discriminator)))
    torch.testing.assert_close(*found)


@pytest.mark.parametrize("score", [Discriminator.logits, UserDiscriminator.logits, hidden_features])
def test_logits_have_gradients_with_respect_to_rows_only(score):
    own, user = make_pair()
    discriminator = user if score is UserDiscriminator.logits else own
    rows, factors = draw(20, 9).requires_grad_(), draw(20, seed=2)
    own(rows, LABELS).backward(factors)
    own.zero_grad()
    output, backward = score(discriminator, rows.detach(), LABELS)
    rest = [torch.zeros_like(features) for features in output[1:]] if score is hidden_features else []
    torch.testing.assert_close(backward(factors, *rest), rows.grad)
    assert all(parameter.grad is None for parameter in discriminator.parameters())


def differentiable_values(generator, condition):
    """Return the values of a generator by automatic differentiation."""
    flags, mixtures = condition.mixtures.rows[:, 7:], condition.mixtures.rows
    if isinstance(generator, NoiseGenerator):
        return generator.body(torch.cat((LABELS, condition.latent, flags), dim=1))
    if isinstance(generator, AutoencoderGenerator):
        autoencoder = generator.autoencoder
        return autoencoder.decode(autoencoder.encode(mixtures, LABELS) + condition.latent, LABELS)
    start = torch.cat((mixtures[:, :2], torch.log(mixtures[:, 2:7] + 0.01)), dim=1)
    return start + generator.body(torch.cat((LABELS, condition.latent, mixtures), dim=1))


@pytest.mark.parametrize("make", [NoiseGenerator, ResidualGenerator, AutoencoderGenerator])
def test_backward_pass_of_a_generator_equals_automatic_differentiation(make):
    generator, condition, of_rows = make(*SIZES, (8, 6), seeded()).double(), make_condition(), draw(20, 9, seed=4)
    generator.head.flag_masks = generator.head.flag_masks.double()
    values = differentiable_values(generator, condition)
    rows = generator.rows_of(values, condition)
    ((rows * of_rows).sum() + values.square().sum()).backward()
    expected = gradients_of(generator)
    generated = generator.generate(condition)
    generated.values.square().sum().backward()
    generated.backward(of_rows)
    torch.testing.assert_close((generated.values, generated.rows), (values, rows))
    torch.testing.assert_close(gradients_of(generator), expected)


def test_user_generator_is_trained_like_a_built_in_one():
    layout, condition, found = Layout(9, (), ()), make_condition(), []
    for generator in (
        NoiseGenerator(layout, 2, 4, (8, 6), seeded()).double(),
        UserGenerator(layout, 2, 4, (8, 6), seeded(), module=UserGeneratorMLP).double(),
    ):
        generated = generator.generate(condition)
        generated.backward(draw(20, 9, seed=4))
        found.append((generated.rows.detach(), gradients_of(generator)))
    torch.testing.assert_close(*found)


def test_backward_pass_of_an_autoencoder_equals_automatic_differentiation():
    autoencoder, rows, factors = Autoencoder(*SIZES, (8, 6), seeded()).double(), draw(20, 9), draw(20, 7, seed=2)
    autoencoder.decode(autoencoder.encode(rows, LABELS), LABELS).backward(factors)
    expected = gradients_of(autoencoder)
    _, backward = autoencoder.reconstruct(rows, LABELS)
    backward(factors)
    torch.testing.assert_close(gradients_of(autoencoder), expected)
