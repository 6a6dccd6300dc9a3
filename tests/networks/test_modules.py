"""Generators, discriminators, and the head that converts logits to rows."""

import pytest
import torch
from torch import nn
from torch.nn.functional import one_hot

from sklearn_gan._matrix import Layout
from sklearn_gan._networks import RowsWithParents
from sklearn_gan._networks.discriminators import Discriminator, hidden_features
from sklearn_gan._networks.generators import AutoencoderGenerator, Condition, NoiseGenerator, ResidualGenerator
from sklearn_gan._networks.heads import RowHead
from sklearn_gan._networks.user_modules import UserDiscriminator, UserGenerator

MAKERS = [NoiseGenerator, ResidualGenerator, AutoencoderGenerator]
LAYOUT = Layout(n_numbers=2, block_widths=(3, 2), flagged=((0, 1), (2, 5)))


def seeded():
    return torch.Generator().manual_seed(0)


def condition_of(n_rows=50, flags=0.0):
    rng = seeded()
    mixtures = torch.zeros((n_rows, 9))
    mixtures[:, :2] = torch.randn((n_rows, 2), generator=rng)
    mixtures[:, [3, 6]] = 1
    mixtures[:, 7:] = flags
    return Condition(
        labels=one_hot(torch.arange(n_rows) % 2, 2).float(),
        mixtures=RowsWithParents(mixtures, torch.zeros((n_rows, 1), dtype=torch.long), torch.ones((n_rows, 1))),
        latent=torch.randn((n_rows, 4), generator=rng),
        gumbel=-torch.log(torch.empty((n_rows, 5)).exponential_(generator=rng)),
    )


@pytest.mark.parametrize("make", MAKERS)
def test_generated_rows_have_one_category_per_column(make):
    rows = make(LAYOUT, 2, 4, (8,), seeded())(condition_of())
    assert rows.shape == (50, 9)
    torch.testing.assert_close(rows[:, 2:5].sum(dim=1), torch.ones(50))
    torch.testing.assert_close(rows[:, 5:7].sum(dim=1), torch.ones(50))
    assert rows[:, 2:7].round().unique().tolist() == [0, 1]


@pytest.mark.parametrize("make", MAKERS)
def test_flagged_values_are_0_and_flags_are_kept(make):
    rows = make(LAYOUT, 2, 4, (8,), seeded())(condition_of(flags=1.0))
    assert (rows[:, 7:] == 1).all()
    assert (rows[:, 0] == 0).all() and (rows[:, 2:5] == 0).all()
    assert (rows[:, 1] != 0).all() and (rows[:, 5:7].sum(dim=1) > 0.99).all()


def test_untrained_residual_generator_returns_the_mixture():
    condition = condition_of()
    rows = ResidualGenerator(LAYOUT, 2, 4, (8,), seeded())(condition)
    torch.testing.assert_close(rows[:, :2], condition.mixtures.rows[:, :2])
    assert (rows[:, 2:7] - condition.mixtures.rows[:, 2:7]).abs().mean() < 0.1


@pytest.mark.parametrize("make", MAKERS[:2])
def test_gradients_flow_through_one_hot_categories(make):
    generator = make(LAYOUT, 2, 4, (8,), seeded())
    generated = generator.generate(condition_of())
    generated.backward(2 * generated.rows.detach())
    assert all(parameter.grad.abs().sum() > 0 for parameter in generator.body[-1].parameters())


def test_category_frequencies_match_the_logits():
    head = RowHead(Layout(0, (3,), ()))
    probabilities = torch.tensor([0.7, 0.2, 0.1])
    gumbel = -torch.log(torch.empty((20_000, 3)).exponential_(generator=seeded()))
    rows = head(probabilities.log().expand(20_000, 3), gumbel, torch.empty((20_000, 0)))
    torch.testing.assert_close(rows.mean(dim=0), probabilities, atol=0.02, rtol=0)


def test_frequencies_of_inverted_categories_match_the_logits():
    head = RowHead(Layout(1, (3, 2), ()))
    probabilities = torch.tensor([0.7, 0.2, 0.1, 0.4, 0.6])
    values = torch.cat((torch.zeros(1), probabilities.log())).expand(20_000, 6)
    rows = head.invert(values, torch.rand((20_000, 2), generator=seeded()), torch.empty((20_000, 0)))
    assert rows.unique().tolist() == [0, 1]
    torch.testing.assert_close(rows[:, 1:].mean(dim=0), probabilities, atol=0.02, rtol=0)


@pytest.mark.parametrize("uniform", [0.0, 1 - 2**-24])
def test_inversion_of_extreme_uniform_numbers_gives_possible_categories(uniform):
    logits = torch.tensor([[-torch.inf, 0.0, 1.0, -torch.inf], [-torch.inf, -3.0, -torch.inf, -torch.inf]])
    rows = RowHead(Layout(0, (4,), ())).invert(logits, torch.full((2, 1), uniform), torch.empty((2, 0)))
    assert (rows.sum(dim=1) == 1).all() and (rows[logits.isinf()] == 0).all()


def test_discriminator_depends_on_the_label():
    discriminator = Discriminator(LAYOUT, 2, (8,), seeded())
    rows = torch.zeros((2, 9))
    logits = discriminator(rows, torch.eye(2))
    assert logits.shape == (2,) and logits[0] != logits[1]


def test_initial_weights_depend_only_on_the_given_random_generator():
    torch.manual_seed(1)
    state = torch.get_rng_state()
    first, second = (Discriminator(LAYOUT, 2, (8,), seeded()) for _ in range(2))
    assert torch.equal(first.body[0].weight, second.body[0].weight)
    assert torch.equal(torch.get_rng_state(), state)


def test_reconstruction_error_of_exact_values_is_0():
    condition = condition_of()
    values = condition.mixtures.rows[:, :7].clone()
    values[:, 2:] = 100 * values[:, 2:]
    assert RowHead(LAYOUT).reconstruction_error(values, condition.mixtures.rows).item() == pytest.approx(0, abs=1e-6)
    assert RowHead(LAYOUT).reconstruction_error(values + 1, condition.mixtures.rows).item() == pytest.approx(2 / 4)


def test_autoencoder_generator_uses_row_label_and_noise():
    generator = AutoencoderGenerator(LAYOUT, 2, 4, (8,), seeded())
    condition = condition_of()
    values = generator.values(condition).output
    others = torch.arange(50).roll(1)
    for name in ("mixtures", "labels", "latent"):
        changed = Condition(**{**vars(condition), name: getattr(condition, name)[others]})
        assert not torch.equal(generator.values(changed).output, values)


class LinearModule(nn.Module):
    """A user-defined discriminator or generator of one layer."""

    def __init__(self, n_classes, n_features, latent_dim=None):
        super().__init__()
        self.layer = nn.Linear((latent_dim or n_features) + n_classes, n_features if latent_dim else 1)

    def forward(self, rows, labels):
        return self.layer(torch.cat((rows, labels), dim=1))


class WrongShape(LinearModule):
    def forward(self, rows, labels):
        return super().forward(rows, labels)[1:]


def test_user_modules_generate_and_score_rows():
    rows = UserGenerator(LAYOUT, 2, 4, (8,), seeded(), module=LinearModule)(condition_of())
    assert rows.shape == (50, 9) and rows[:, 2:7].round().unique().tolist() == [0, 1]
    discriminator = UserDiscriminator(LAYOUT, 2, (8,), seeded(), module=LinearModule)
    assert discriminator(rows, condition_of().labels).shape == (50,)


def test_user_modules_returning_a_wrong_shape_raise():
    condition = condition_of()
    with pytest.raises(ValueError, match=r"generator WrongShape to return a Tensor of shape \(50, 7\), got \(49, 7\)"):
        UserGenerator(LAYOUT, 2, 4, (8,), seeded(), module=WrongShape)(condition)
    with pytest.raises(ValueError, match=r"of shape \(50,\) or \(50, 1\), got \(49, 1\)"):
        UserDiscriminator(LAYOUT, 2, (8,), seeded(), module=WrongShape)(condition.mixtures.rows, condition.labels)


def test_hidden_features_are_the_outputs_of_activations():
    discriminator, condition = Discriminator(LAYOUT, 2, (8, 6), seeded()), condition_of()
    logits, *features = hidden_features(discriminator, condition.mixtures.rows, condition.labels).output
    assert [layer.shape for layer in features] == [(50, 8), (50, 6)]
    torch.testing.assert_close(discriminator.body[-1](features[-1])[:, 0], logits)
    discriminator(condition.mixtures.rows, condition.labels)
    assert len(features) == 2  # hooks are removed after the call


def test_hidden_features_include_custom_activations_but_not_attention():
    class CustomActivation(nn.ReLU):
        pass

    class AttentionDiscriminator(nn.Module):
        def __init__(self, n_features, n_classes):
            super().__init__()
            self.attention = nn.MultiheadAttention(n_features, 1)
            self.layers = nn.Sequential(nn.Linear(n_features, 8), CustomActivation(), nn.Linear(8, 1))

        def forward(self, rows, labels):
            return self.layers(self.attention(rows, rows, rows)[0])

    condition = condition_of()
    discriminator = UserDiscriminator(LAYOUT, 2, (8,), seeded(), module=AttentionDiscriminator)
    _, *features = hidden_features(discriminator, condition.mixtures.rows, condition.labels).output
    assert [layer.shape for layer in features] == [(50, 8)]


def test_feature_matching_without_activations_raises():
    discriminator = UserDiscriminator(LAYOUT, 2, (8,), seeded(), module=LinearModule)
    with pytest.raises(ValueError, match=r"expected modules of torch\.nn such as LeakyReLU"):
        hidden_features(discriminator, condition_of().mixtures.rows, condition_of().labels)


def test_scores_are_numeric_values_and_log_probabilities():
    values = torch.tensor([[1.5, -2.0, 0.0, 0.0, 0.0, 1e4, 0.0]])
    scores = RowHead(LAYOUT).scores(values)
    torch.testing.assert_close(scores[:, :2], values[:, :2])
    torch.testing.assert_close(scores[:, 2:].exp(), torch.tensor([[1 / 3, 1 / 3, 1 / 3, 1, 0]]))
    assert scores.isfinite().all()
