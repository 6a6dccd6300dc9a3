"""Training steps, batches and the moving average."""

import numpy as np
import pytest
import torch
from skorch.callbacks import Callback

from sklearn_gan._networks import LOSSES
from sklearn_gan._networks.discriminators import hidden_features
from sklearn_gan._networks.gan import ConditionalGAN
from sklearn_gan._networks.losses import feature_distance
from sklearn_gan._networks.trainer import MAX_DRAWN_VALUES, MovingAverage, TensorIterator


@pytest.fixture
def net(make_sampler, mixed):
    return make_sampler(batch_size=16).fit(*mixed).net_


def weights_of(module):
    return [parameter.detach().clone() for parameter in module.parameters()]


def all_equal(first, second):
    return all(torch.equal(*pair) for pair in zip(first, second, strict=True))


def batch_of(net):
    codes = torch.arange(16) % 2
    condition = net._draw_condition(codes, net.rng)
    generated = [generator.generate(condition) for generator in net.module_]
    return net.mixer.draw(codes, net.rng).rows, generated, condition


def test_generator_step_does_not_change_discriminators(net):
    before = weights_of(net.discriminator_), weights_of(net.module_)
    with net.connected_parameters():
        net._step_generators(*batch_of(net))
    assert all_equal(weights_of(net.discriminator_), before[0])
    assert not all_equal(weights_of(net.module_), before[1])


def test_discriminator_step_does_not_change_generators(net):
    before = weights_of(net.discriminator_), weights_of(net.module_)
    with net.connected_parameters():
        net._step_discriminators(*batch_of(net))
    assert not all_equal(weights_of(net.discriminator_), before[0])
    assert all_equal(weights_of(net.module_), before[1])


def test_gradient_penalty_reduces_the_discriminator_gradient(make_sampler, numbers):
    norms = []
    for weight in (0.0, 10.0):
        params = {"gradient_penalty": weight, "learning_rate": 1e-2}
        net = make_sampler(max_steps=100, hidden_layer_sizes=(32,), **params).fit(*numbers).net_
        rows = torch.randn((100, 5), requires_grad=True)
        sum(module(rows, torch.eye(2).repeat(50, 1)).sum() for module in net.discriminator_).backward()
        norms.append(rows.grad.norm())
    assert norms[1] < norms[0]


class Linear(torch.nn.Module):
    """A discriminator whose gradient has the norm 5 everywhere."""

    def __init__(self, n_features, n_classes):
        super().__init__()
        self.weights = torch.nn.Parameter(torch.tensor([3.0, -4.0]))

    def forward(self, rows, labels):
        return rows @ self.weights


@pytest.mark.parametrize("loss, weight, expected", [("wasserstein", "auto", 10 * (5 - 1) ** 2), ("bce", 2.0, 2 * 25)])
def test_gradient_penalty_of_a_linear_discriminator(make_sampler, loss, weight, expected):
    X = np.random.default_rng(0).normal(size=(40, 2))
    sampler = make_sampler(loss=loss, gradient_penalty=weight, discriminator=Linear, learning_rate=1e-9)
    net = sampler.fit(X, np.arange(40) % 2).net_
    _, norms, _ = net._judge(net.discriminator_[0], torch.randn((16, 2)), torch.randn((16, 2)), torch.zeros((16, 2)))
    penalty = net.penalty_weight_ * net.criterion_.penalty(norms)
    assert penalty.item() == pytest.approx(expected, rel=1e-5)


def test_wasserstein_takes_five_discriminator_steps_per_generator_step(make_sampler, numbers, monkeypatch):
    def count_steps(side):
        step = getattr(ConditionalGAN, f"_step_{side}")

        def counted(self, *args):
            calls.append(side)
            return step(self, *args)

        monkeypatch.setattr(ConditionalGAN, f"_step_{side}", counted)

    calls = []
    count_steps("discriminators")
    count_steps("generators")
    make_sampler(loss="wasserstein", max_steps=2).fit(*numbers)
    assert calls == 2 * (5 * ["discriminators"] + ["generators"])


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_learns_the_difference_between_classes(make_sampler, loss):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(400, 3)), np.arange(400) % 2
    X[y == 1, 0] += 4
    params = {"generator": "noise", "n_candidates": 1, "hidden_layer_sizes": (16,), "latent_dim": 4}
    sampled = make_sampler(loss=loss, learning_rate=1e-2, max_steps=150, **params).fit(X, y).sample(y=y)
    assert (sampled[1::2] - sampled[::2]).mean(axis=0)[0] == pytest.approx(4, abs=1.5)


def test_feature_matching_reduces_the_feature_distance(make_sampler):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(400, 3)) ** 3, np.arange(400) % 2
    distances = []
    for weight in (0.0, 20.0):
        params = {"generator": "noise", "n_candidates": 1, "hidden_layer_sizes": (32,), "max_steps": 150}
        net = make_sampler(feature_matching=weight, learning_rate=3e-3, **params).fit(X, y).net_
        codes = torch.arange(2000) % 2
        real, labels = net.mixer.draw(codes, net.rng).rows, net.one_hot(codes)
        both = (real, net.draw(codes).rows)
        features = [hidden_features(net.discriminator_[0], rows, labels).output[1:] for rows in both]
        distances.append(feature_distance(*features).item())
    assert distances[1] < distances[0]


def test_larger_reconstruction_weight_reduces_reconstruction_error(make_sampler, numbers):
    errors = []
    for weight in (0.0, 1.0, 1000.0):
        params = {"reconstruction": weight, "learning_rate": 1e-2, "hidden_layer_sizes": (32,), "latent_dim": 8}
        net = make_sampler(generator="autoencoder", max_steps=150, **params).fit(*numbers).net_
        condition = net._draw_condition(torch.arange(200) % 2, net.rng)
        generator = net.averaged_.module[0]
        values = generator.values(condition).output
        errors.append(generator.head.reconstruction_error(values, condition.mixtures.rows).item())
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.1  # independent rows have an expected error of 2


def test_learning_rates_are_constant_and_then_decrease(make_sampler, numbers):
    class RecordRates(Callback):
        def on_epoch_end(self, net, **kwargs):
            rates.append([o.param_groups[0]["lr"] for o in (net.optimizer_, net.discriminator_optimizer_)])

    rates = []
    make_sampler(max_steps=200, learning_rate=0.01, callbacks=[RecordRates()]).fit(*numbers)
    np.testing.assert_allclose(rates, [[0.01] * 2, [0.01] * 2, [0.01] * 2, [0.005] * 2])


def test_rows_are_sampled_from_the_moving_average(make_sampler, mixed):
    net = make_sampler(generator="noise").fit(*mixed).net_
    assert not all_equal(weights_of(net.averaged_.module), weights_of(net.module_))
    codes = torch.tensor([0, 1, 1])
    state = net.rng.get_state()
    sampled = net.draw(codes).rows
    net.rng.set_state(state)
    torch.randint(1, codes.shape, generator=net.rng)  # selects the generator of each row
    with torch.no_grad():
        torch.testing.assert_close(net.averaged_.module[0](net._draw_condition(codes, net.rng)), sampled)


def test_each_generator_samples_half_of_the_rows(make_sampler, numbers):
    net = make_sampler(generator="both").fit(*numbers).net_
    with torch.no_grad():
        for shift, generator in enumerate(net.averaged_.module):
            generator.body[-1].bias.fill_(1000.0 * shift)
    high = net.draw(torch.ones(2000, dtype=torch.long)).rows[:, 0] > 500
    assert high.float().mean().item() == pytest.approx(0.5, abs=0.05)


def test_each_generator_has_its_own_discriminator(make_sampler, numbers):
    net = make_sampler(generator="both", batch_size=16).fit(*numbers).net_
    with torch.no_grad():
        for parameter in net.discriminator_[0].parameters():
            parameter.zero_()
    before = [weights_of(generator) for generator in net.module_]
    with net.connected_parameters():
        for _ in range(3):
            net._step_generators(*batch_of(net))
        assert all(parameter.grad.abs().sum() == 0 for parameter in net.module_[0].parameters())
        assert any(parameter.grad.abs().sum() > 0 for parameter in net.module_[1].parameters())
    assert not all_equal(weights_of(net.module_[1]), before[1])


def test_moving_average_decays_more_slowly_as_training_continues():
    for n_averaged, expected in ((8, 0.5), (10**9, 0.001)):
        network = torch.nn.Linear(1, 1, bias=False)
        average = MovingAverage(network)
        average.n_averaged.fill_(n_averaged)
        with torch.no_grad():
            average.module.weight.fill_(0)
            network.weight.fill_(1)
        average.update_parameters()
        assert average.module.weight.item() == pytest.approx(expected)


def test_moving_average_has_the_buffers_of_the_last_step(make_sampler, numbers):
    class Normalised(torch.nn.Module):
        def __init__(self, latent_dim, n_classes, n_features):
            super().__init__()
            self.normalise = torch.nn.BatchNorm1d(latent_dim)
            self.linear = torch.nn.Linear(latent_dim, n_features)

        def forward(self, latent, labels):
            return self.linear(self.normalise(latent))

    net = make_sampler(generator=Normalised).fit(*numbers).net_
    found, expected = (module[0].body.normalise.running_mean for module in (net.averaged_.module, net.module_))
    assert torch.equal(found, expected) and found.abs().sum() > 0


def test_batches_sample_classes_with_equal_probability():
    codes = torch.tensor([0] * 990 + [1] * 10)[torch.randperm(1000)]
    iterator = TensorIterator(codes[:, None].float(), codes, 1000, 30, torch.Generator().manual_seed(0))
    batches = list(iterator)
    assert len(batches) == 30 and not list(iterator)
    sampled_codes = torch.cat([codes for ((_, codes),) in batches])
    assert sampled_codes.float().mean().item() == pytest.approx(0.5, abs=0.02)
    assert all(torch.equal(rows[:, 0], targets.float()) for ((rows, targets),) in batches)


def test_batches_of_wide_tables_are_drawn_for_few_steps_at_once(monkeypatch):
    drawn = []

    def draw_members(codes, *args):
        drawn.append(len(codes))
        return torch.zeros_like(codes)

    monkeypatch.setattr("sklearn_gan._networks.trainer.draw_members", draw_members)
    for n_features, expected in ((2, [30]), (MAX_DRAWN_VALUES // 20, [20, 10]), (MAX_DRAWN_VALUES, 30 * [1])):
        rows, codes = torch.zeros((1, n_features)), torch.zeros(1, dtype=torch.long)
        iterator = TensorIterator(rows, codes, 1, 30, torch.Generator())
        assert len(list(iterator)) == 30 and drawn == expected
        drawn.clear()


def test_share_of_missing_values_matches_the_class(make_sampler):
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [900, 100])
    X = rng.normal(size=(1000, 2))
    X[rng.random(1000) < np.where(y, 0.6, 0.1), 0] = np.nan
    for generator in ("noise", "residual", "both"):
        sampler = make_sampler(generator=generator, n_candidates=1).fit(X, y)
        for label in (0, 1):
            generated = np.isnan(sampler.sample(4000, y=label))
            np.testing.assert_allclose(generated.mean(axis=0), np.isnan(X[y == label]).mean(axis=0), atol=0.04)
