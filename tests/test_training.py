"""The two-player step, the batches and the average."""

import numpy as np
import pytest
import torch
from skorch.callbacks import Callback

from sklearn_gan._training import TensorIterator


@pytest.fixture
def net(make_sampler, mixed):
    return make_sampler(batch_size=16).fit(*mixed).net_


def weights_of(module):
    return [parameter.detach().clone() for parameter in module.parameters()]


def equal(first, second):
    return all(torch.equal(*pair) for pair in zip(first, second, strict=True))


def batch_of(net):
    codes = torch.arange(16) % 2
    return net.mixer.draw(codes, net.rng).rows, codes


def test_generators_step_leaves_the_discriminators_alone(net):
    before = weights_of(net.discriminator_), weights_of(net.module_)
    net._step_generators(*batch_of(net))
    assert equal(weights_of(net.discriminator_), before[0])
    assert not equal(weights_of(net.module_), before[1])


def test_discriminators_step_leaves_the_generators_alone(net):
    before = weights_of(net.discriminator_), weights_of(net.module_)
    net._step_discriminators(*batch_of(net))
    assert not equal(weights_of(net.discriminator_), before[0])
    assert equal(weights_of(net.module_), before[1])


def test_penalty_shrinks_the_discriminators_gradient(make_sampler, numbers, monkeypatch):
    norms = []
    for penalty in (0.0, 10.0):
        monkeypatch.setattr("sklearn_gan._sampler.PENALTY", penalty)
        net = make_sampler(max_steps=100, hidden_layer_sizes=(32,), learning_rate=1e-2).fit(*numbers).net_
        rows = torch.randn((100, 5), requires_grad=True)
        sum(judge(rows, torch.eye(2).repeat(50, 1)).sum() for judge in net.discriminator_).backward()
        norms.append(rows.grad.norm())
    assert norms[1] < norms[0]


def test_learning_rate_of_both_players_is_kept_and_then_lowered(make_sampler, numbers):
    class Watch(Callback):
        def on_epoch_end(self, net, **kwargs):
            rates.append([o.param_groups[0]["lr"] for o in (net.optimizer_, net.discriminator_optimizer_)])

    rates = []
    make_sampler(max_steps=200, learning_rate=0.01, callbacks=[Watch()]).fit(*numbers)
    np.testing.assert_allclose(rates, [[0.01] * 2, [0.01] * 2, [0.01] * 2, [0.005] * 2])


def test_average_lags_behind_the_generator_and_is_what_is_drawn(make_sampler, mixed):
    net = make_sampler(generator="noise").fit(*mixed).net_
    assert not equal(weights_of(net.averaged_.module), weights_of(net.module_))
    codes = torch.tensor([0, 1, 1])
    state = net.rng.get_state()
    drawn = net.draw(codes)
    net.rng.set_state(state)
    torch.randint(1, codes.shape, generator=net.rng)  # which generator draws each row
    with torch.no_grad():
        torch.testing.assert_close(net.averaged_.module[0](net._draw_condition(codes)), drawn)


def test_each_generator_draws_about_half_of_the_rows(make_sampler, numbers):
    net = make_sampler(generator="both").fit(*numbers).net_
    with torch.no_grad():
        for shift, generator in enumerate(net.averaged_.module):
            generator.body[-1].bias.fill_(1000.0 * shift)
    high = net.draw(torch.ones(2000, dtype=torch.long))[:, 0] > 500
    assert high.float().mean().item() == pytest.approx(0.5, abs=0.05)


def test_every_generator_plays_against_a_discriminator_of_its_own(make_sampler, numbers):
    net = make_sampler(generator="both", batch_size=16).fit(*numbers).net_
    with torch.no_grad():
        for parameter in net.discriminator_[0].parameters():
            parameter.zero_()
    before = [weights_of(generator) for generator in net.module_]
    for _ in range(3):
        net._step_generators(*batch_of(net))
    for parameter in net.module_[0].parameters():
        assert parameter.grad.abs().sum() == 0
    assert any(parameter.grad.abs().sum() > 0 for parameter in net.module_[1].parameters())
    assert not equal(weights_of(net.module_[1]), before[1])


def test_average_is_near_the_last_weights_at_first_and_long_in_the_end():
    from sklearn_gan._training import _average

    for n_averaged, moved in ((8, 0.5), (10**9, 0.001)):
        averages = [torch.zeros(1)]
        _average(averages, [torch.ones(1)], torch.tensor(n_averaged))
        assert averages[0].item() == pytest.approx(moved)


def test_batches_draw_classes_evenly_and_rows_of_the_class():
    codes = torch.tensor([0] * 990 + [1] * 10)[torch.randperm(1000)]
    iterator = TensorIterator(codes[:, None].float(), codes, 1000, 30, torch.Generator().manual_seed(0))
    batches = list(iterator)
    assert len(batches) == 30 and not list(iterator)
    drawn = torch.cat([batch[1] for batch in batches])
    assert drawn.float().mean().item() == pytest.approx(0.5, abs=0.02)
    assert all(torch.equal(rows[:, 0], targets.float()) for rows, targets in batches)


def test_missing_cells_come_as_often_as_the_class_has_them(make_sampler):
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [900, 100])
    X = rng.normal(size=(1000, 2))
    X[rng.random(1000) < np.where(y, 0.6, 0.1), 0] = np.nan
    for generator in ("noise", "residual", "both"):
        sampler = make_sampler(generator=generator, n_candidates=1).fit(X, y)
        for label in (0, 1):
            generated = np.isnan(sampler.sample(4000, y=label))
            np.testing.assert_allclose(generated.mean(axis=0), np.isnan(X[y == label]).mean(axis=0), atol=0.04)
