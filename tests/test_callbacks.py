"""The guard of diversity: what it measures, what it keeps, what it says."""

import numpy as np
import pytest
import torch
from sklearn.exceptions import ConvergenceWarning
from skorch.callbacks import Callback

from sklearn_gan._callbacks import KEPT_SHARE, DiversityGuard, _Neighborhoods


def seeded():
    return torch.Generator().manual_seed(0)


def test_coverage_is_full_for_the_rows_themselves_and_0_far_away():
    rows = torch.randn((40, 3), generator=seeded())
    known = _Neighborhoods(rows, 1, seeded())
    assert known.covered_by(rows).all()
    assert not known.covered_by(rows + 100).any()


def test_one_row_again_and_again_covers_its_neighbours_alone():
    rows = torch.arange(40.0)[:, None]  # the 5th nearest of the others is 3 away, at the ends 5
    assert _Neighborhoods(rows, 1, seeded()).covered_by(torch.full((40, 1), 20.0)).sum() == 7


def test_rows_of_large_classes_are_a_sample():
    assert len(_Neighborhoods(torch.randn((900, 2)), 0, seeded()).rows) == 500


def test_classes_but_the_largest_are_watched_if_they_have_rows_enough():
    codes = torch.repeat_interleave(torch.arange(4), torch.tensor([50, 9, 10, 49]))
    assert DiversityGuard()._watched(codes) == [2, 3]


def test_coverage_is_in_the_history(make_sampler, judged):
    history = make_sampler(max_steps=100).fit(*judged).history_
    assert all(0 <= coverage <= 1 for coverage in history[:, "coverage"])


def test_watching_changes_nothing(make_sampler, judged, monkeypatch):
    rows = make_sampler(max_steps=60).fit_resample(*judged)[0]
    monkeypatch.setattr(DiversityGuard, "_watched", lambda self, codes: [])
    np.testing.assert_array_equal(make_sampler(max_steps=60).fit_resample(*judged)[0], rows)


def test_weights_from_before_a_collapse_are_drawn_with(make_sampler, judged, monkeypatch):
    class Watch(Callback):
        def on_epoch_end(self, net, **kwargs):
            biases.append([generator.body[-1].bias.clone() for generator in net.averaged_.module])

    coverages = iter([0.5, 0.9, 0.9, KEPT_SHARE * 0.9 + 0.01, KEPT_SHARE * 0.9 - 0.01, 0.9])
    monkeypatch.setattr(DiversityGuard, "_coverage", lambda *args: next(coverages))
    biases = []
    net = make_sampler(max_steps=150, callbacks=[Watch()]).fit(*judged).net_
    assert net.kept_steps_ == [100, 150]  # measured for one generator and then the other, after each 50 steps
    assert net.coverages_ == [0.9, 0.9]
    assert torch.equal(net.averaged_.module[0].body[-1].bias, biases[1][0])
    assert torch.equal(net.averaged_.module[1].body[-1].bias, biases[2][1])
    assert not torch.equal(biases[1][0], biases[2][0])


def collapse(make_sampler, **params):
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [200, 100])
    params = {"latent_dim": 1, "learning_rate": 0.1, "hidden_layer_sizes": (16,), "max_steps": 400, **params}
    sampler = make_sampler(generator="noise", n_candidates=1, **params)
    return sampler.fit(rng.normal(size=(300, 4)) + y[:, None], y)


def test_a_run_that_collapses_is_recovered(make_sampler):
    sampler = collapse(make_sampler, loss="bce-saturating", gradient_penalty=0.0)
    assert sampler.history_[-1, "coverage"] < 0.05
    assert sampler.net_.coverages_[0] > 0.3 and sampler.net_.kept_steps_[0] < 400
    assert len(np.unique(sampler.sample(100, y=1).round(3), axis=0)) > 50


def test_a_run_that_cannot_be_recovered_is_warned_about(make_sampler):
    with pytest.warns(ConvergenceWarning, match=r"covers only \d+% of the real rows of the smaller classes") as caught:
        collapse(make_sampler)
    assert caught[0].filename == __file__


def test_bar_names_the_losses_of_each_mode(make_sampler, numbers, capsys):
    for mode, name in (("gan", "discriminator_loss="), ("autoencoder", "reconstruction_error=")):
        make_sampler(mode=mode, verbose=1, max_steps=60).fit(*numbers)
        assert name in capsys.readouterr().err
