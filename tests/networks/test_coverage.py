"""The coverage monitor: its metrics, the checkpoints it keeps, and its warnings."""

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.exceptions import ConvergenceWarning
from skorch.callbacks import Callback

from sklearn_gan._networks.coverage import KEPT_SHARE, CoverageMonitor, Neighborhoods, monitored_classes


def seeded():
    return torch.Generator().manual_seed(0)


def coverage_of(rows, generated):
    return Neighborhoods(rows, seeded()).measure(generated)[0]


def test_coverage_is_1_for_real_rows_and_0_for_distant_rows():
    rows = torch.randn((40, 3), generator=seeded())
    real = Neighborhoods(rows, seeded())
    assert real.measure(rows)[0] == 1
    assert real.measure(rows + 100) == (0, 0)


def test_repeating_one_row_covers_only_its_neighbours():
    rows = torch.arange(40.0)[:, None]  # the 5th nearest other row is at distance 3
    assert coverage_of(rows, torch.full((40, 1), 20.0)) == pytest.approx(7 / 40)


def test_density_falls_from_1_to_half_if_half_of_the_rows_are_distant():
    rows, others = torch.randn((2, 500, 2), generator=seeded())
    real = Neighborhoods(rows, seeded())
    assert real.measure(others)[1] == pytest.approx(1, abs=0.15)
    others[::2] += 100
    assert real.measure(others)[1] == pytest.approx(0.5, abs=0.1)


def test_duplicated_real_rows_are_covered_by_rows_near_them():
    rows = torch.arange(10.0).repeat(20)[:, None]
    assert coverage_of(rows, rows + 0.1) == 1
    assert coverage_of(rows, rows[:1] + 0.1) == pytest.approx(0.5, abs=0.2)
    assert coverage_of(torch.ones((30, 2)), torch.zeros((1, 2))) == 1


def test_coverage_of_large_classes_uses_a_subsample():
    assert Neighborhoods(torch.randn((900, 2)), seeded()).n_rows == 500


def test_smaller_classes_with_enough_rows_are_monitored():
    codes = torch.repeat_interleave(torch.arange(4), torch.tensor([50, 9, 10, 49]))
    assert monitored_classes(codes) == [2, 3]


def test_history_has_coverage_only_if_a_class_is_monitored(make_sampler, numbers):
    X, y = numbers
    history = make_sampler(max_steps=100).fit(X, y).history_
    assert all(0 <= coverage <= 1 for coverage in history[:, "coverage"])
    assert all(density >= 0 for density in history[:, "density"])
    sampler = make_sampler().fit(X[:69], y[:69])
    assert "coverage" not in sampler.history_[-1] and sampler.net_.kept_ == []


def test_monitoring_does_not_change_the_rows(make_sampler, judged, monkeypatch):
    rows = make_sampler(max_steps=60).fit_resample(*judged)[0]
    monkeypatch.setattr("sklearn_gan._networks.coverage.monitored_classes", lambda codes: [])
    np.testing.assert_array_equal(make_sampler(max_steps=60).fit_resample(*judged)[0], rows)


def test_weights_from_before_a_collapse_are_kept(make_sampler, judged, monkeypatch):
    class RecordBiases(Callback):
        def on_epoch_end(self, net, **kwargs):
            biases.append([generator.body[-1].bias.clone() for generator in net.averaged_.module])

    coverages = iter([0.5, 0.9, 0.9, KEPT_SHARE * 0.9 + 0.01, KEPT_SHARE * 0.9 - 0.01, 0.9])
    monkeypatch.setattr(Neighborhoods, "measure", lambda *args: (next(coverages), 1.0))
    biases = []
    net = make_sampler(max_steps=150, callbacks=[RecordBiases()]).fit(*judged).net_
    # Coverage is measured for each of the two generators in turn, every 50 steps.
    assert [(kept.step, kept.coverage) for kept in net.kept_] == [(100, 0.9), (150, 0.9)]
    assert torch.equal(net.averaged_.module[0].body[-1].bias, biases[1][0])
    assert torch.equal(net.averaged_.module[1].body[-1].bias, biases[2][1])
    assert not torch.equal(biases[1][0], biases[2][0])


def test_fitted_net_holds_neither_monitor_nor_checkpoint_weights(make_sampler, judged):
    net = make_sampler().fit(*judged).net_
    assert not any(isinstance(value, CoverageMonitor) for value in vars(net).values())
    assert [kept.state for kept in net.kept_] == [{}, {}]


def test_interruption_during_monitoring_reaches_the_caller(make_sampler, judged, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(Neighborhoods, "measure", interrupt)
    with pytest.raises(KeyboardInterrupt):
        make_sampler().fit(*judged)


def collapse(make_sampler, method="fit", **params):
    rng = np.random.default_rng(0)
    y = np.repeat(["common", "rare"], [200, 100])
    params = {"latent_dim": 1, "learning_rate": 0.1, "hidden_layer_sizes": (16,), "max_steps": 400, **params}
    sampler = make_sampler(generator="noise", n_candidates=1, **params)
    getattr(sampler, method)(rng.normal(size=(300, 4)) + (y == "rare")[:, None], y)
    return sampler


def test_collapsed_run_is_recovered(make_sampler):
    sampler = collapse(make_sampler, loss="bce-saturating", gradient_penalty=0.0, random_state=4)
    assert sampler.history_[-1, "coverage"] < 0.05
    (kept,) = sampler.net_.kept_
    assert kept.coverage >= 0.25 and kept.step < 400
    assert len(np.unique(sampler.sample(100, y="rare").round(3), axis=0)) > 50


@pytest.mark.parametrize("method", ["fit", "fit_resample"])
def test_unrecovered_collapse_warns(make_sampler, method):
    with pytest.warns(ConvergenceWarning, match=r"30% of the real rows of class 'rare', found \d+%") as caught:
        collapse(make_sampler, method, hidden_layer_sizes=(2,), random_state=1)
    assert caught[0].filename == __file__


@pytest.mark.filterwarnings("error:Expected a generator to cover")
@pytest.mark.parametrize("values", [3, 9, ["a", "b", "c"]])
def test_few_distinct_rows_are_not_reported_as_a_collapse(make_sampler, values):
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.choice(values, size=(300, 2)))
    sampler = make_sampler(max_steps=150, hidden_layer_sizes=(32,)).fit(X, np.repeat([0, 1], [200, 100]))
    assert min(kept.coverage for kept in sampler.net_.kept_) > 0.9


def test_warning_names_the_collapsed_class(make_sampler, monkeypatch):
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], [60, 50, 12])
    measure = Neighborhoods.measure
    monkeypatch.setattr(
        Neighborhoods, "measure", lambda self, rows: (0.0, 0.0) if self.n_rows == 12 else measure(self, rows)
    )
    with pytest.warns(ConvergenceWarning, match="30% of the real rows of class 2, found 0%"):
        make_sampler(max_steps=100, generator="residual").fit(rng.normal(size=(122, 3)), y)
