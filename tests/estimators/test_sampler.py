"""GANOversampler: class counts, targets, parents, parameters, reproducibility, messages and pipelines."""

import pickle
import threading
from collections import Counter
from functools import partial

import numpy as np
import pandas as pd
import psutil
import pytest
import torch
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler, label_binarize
from skorch.callbacks import Callback, EarlyStopping

from sklearn_gan import GANOversampler, Pipeline
from sklearn_gan._networks import GENERATORS, LOSSES

THREE_CLASSES = make_classification(
    90, 4, n_informative=3, n_redundant=0, n_classes=3, weights=[0.6, 0.3], random_state=0
)


@pytest.mark.parametrize("generator", GENERATORS)
def test_original_rows_come_first_and_unchanged(make_sampler, numbers, generator):
    X, y = numbers
    sampler = make_sampler(generator=generator)
    X_resampled, y_resampled = sampler.fit_resample(X, y)
    np.testing.assert_array_equal(X_resampled[: len(X)], X)
    np.testing.assert_array_equal(y_resampled[: len(y)], y)
    np.testing.assert_array_equal(sampler.synthetic_mask_, np.arange(len(X_resampled)) >= len(X))


@pytest.mark.parametrize(
    "strategy, expected",
    [
        ("auto", {0: 60, 1: 60}),
        ("minority", {0: 60, 1: 60}),
        ("all", {0: 60, 1: 60}),
        (0.5, {0: 60, 1: 30}),
        ({1: 40}, {0: 60, 1: 40}),
        ({0: 61, 1: 15}, {0: 61, 1: 15}),
        (lambda y: {1: len(y)}, {0: 60, 1: 75}),
    ],
)
def test_sampling_strategy_with_two_classes_is_exact(make_sampler, numbers, strategy, expected):
    _, y_resampled = make_sampler(sampling_strategy=strategy).fit_resample(*numbers)
    assert Counter(y_resampled.tolist()) == expected


@pytest.mark.parametrize("similar", ["yes ", " yes", "Yes", "YES\t"])
def test_labels_that_differ_in_white_space_or_case_warn(make_sampler, numbers, similar):
    X, y = numbers
    labels = np.array(["no", "yes"], dtype=object)[y]
    labels[:5] = similar
    with pytest.warns(UserWarning, match="differ only in white space or case"):
        sampler = make_sampler().fit(X, labels)
    assert set(sampler.classes_) == {"no", "yes", similar}


@pytest.mark.parametrize("ratio, n_rows, expected", [(0.29, (100, 28), 29), (0.58, (50, 20), 29), (1.0, (9, 9), 9)])
def test_ratio_gives_the_nearest_number_of_rows(make_sampler, ratio, n_rows, expected):
    y = np.repeat(["a", "b"], n_rows)
    X = np.random.default_rng(0).normal(size=(len(y), 2))
    assert (make_sampler(sampling_strategy=ratio).fit_resample(X, y)[1] == "b").sum() == expected


@pytest.mark.parametrize("strategy", ["not majority", "minority", "not minority", {2: 50}])
def test_sampling_strategy_with_many_classes_is_exact(make_sampler, strategy):
    X, y = THREE_CLASSES
    sampler = make_sampler(sampling_strategy=strategy)
    _, y_resampled = sampler.fit_resample(X, y)
    expected = Counter(y.tolist()) + Counter({int(k): int(v) for k, v in sampler.sampling_strategy_.items()})
    assert Counter(y_resampled.tolist()) == expected


@pytest.mark.parametrize("make", [np.array, pd.DataFrame, sparse.csr_matrix, np.ndarray.tolist])
def test_one_hot_target_stays_one_hot(make_sampler, make):
    X, y = THREE_CLASSES
    one_hot = make(label_binarize(y, classes=[0, 1, 2]))
    X_plain, y_plain = make_sampler().fit_resample(X, y)
    X_resampled, y_resampled = make_sampler().fit_resample(X, one_hot)
    np.testing.assert_array_equal(X_resampled, X_plain)
    assert type(y_resampled) is type(one_hot)
    dense = np.asarray(y_resampled.toarray() if sparse.issparse(y_resampled) else y_resampled)
    np.testing.assert_array_equal(dense.argmax(axis=1), y_plain)
    assert (dense.sum(axis=1) == 1).all()


def test_sample_returns_the_rows_that_fit_resample_appends(make_sampler, numbers):
    X, y = numbers
    X_resampled, _ = make_sampler().fit_resample(X, y)
    np.testing.assert_array_equal(make_sampler().fit(X, y).sample(45, y=1), X_resampled[75:])


def test_sample_accepts_a_label_per_row(make_sampler, mixed):
    sampler = make_sampler().fit(*mixed)
    rows = sampler.sample(y=["rare", "common", "rare"])
    assert len(rows) == 3 and (rows.dtypes == mixed[0].dtypes).all()
    assert len(sampler.sample(0, y="rare")) == 0


def test_uncorrected_mixtures_lie_between_their_parents(make_sampler, numbers):
    X, y = numbers
    sampler = make_sampler(generator="residual", learning_rate=1e-9, n_candidates=1).fit(X, y)
    rows, parents, weights = sampler.sample(50, y=1, return_parents=True)
    assert parents.shape == weights.shape == (50, 6) and (y[parents] == 1).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-6)
    assert (rows >= X[parents].min(axis=1) - 1e-3).all() and (rows <= X[parents].max(axis=1) + 1e-3).all()
    means = np.einsum("np,npf->nf", weights, X[parents])  # mixtures average scores, which are monotone in the values
    assert np.corrcoef(rows.ravel(), means.ravel())[0, 1] > 0.95


def test_return_parents_does_not_change_the_rows(make_sampler, judged):
    plain = make_sampler().fit(*judged).sample(20, y=1)
    rows, parents, weights = make_sampler().fit(*judged).sample(20, y=1, return_parents=True)
    np.testing.assert_array_equal(rows, plain)
    from_noise = (parents == -1).all(axis=1)
    assert 0 < from_noise.sum() < 20 and (weights[from_noise] == 0).all()


def test_parents_attribute_describes_the_appended_rows(make_sampler, judged):
    sampler = make_sampler()
    X_resampled, y_resampled = sampler.fit_resample(*judged)
    rows, expected, _ = make_sampler().fit(*judged).sample(20, y=1, return_parents=True)
    np.testing.assert_array_equal(X_resampled[100:], rows)
    np.testing.assert_array_equal(sampler.parents_, expected)
    assert len(sampler.parents_) == sampler.synthetic_mask_.sum() == len(y_resampled) - 100


@pytest.mark.parametrize("params", [{"generator": "autoencoder"}, {"mode": "autoencoder"}])
def test_decoded_rows_have_one_parent(make_sampler, numbers, params):
    _, parents, weights = make_sampler(**params).fit(*numbers).sample(20, y=1, return_parents=True)
    assert (weights == 1).all() and parents.shape == (20, 1) and (numbers[1][parents] == 1).all()


def test_rows_from_noise_have_no_parents_but_repeated_rows_have_one(make_sampler, numbers):
    y = np.append(numbers[1][:-1], 2)
    with pytest.warns(UserWarning, match="have 1 row"):
        sampler = make_sampler(generator="noise").fit(numbers[0], y)
    _, parents, weights = sampler.sample(y=[1, 2], return_parents=True)
    assert parents.tolist() == [[-1], [74]] and weights.tolist() == [[0], [1]]


def test_repeated_row_is_its_only_parent(make_sampler, numbers):
    y = np.append(numbers[1][:-1], 2)
    with pytest.warns(UserWarning, match="have 1 row"):
        sampler = make_sampler(generator="residual").fit(numbers[0], y)
    rows, parents, weights = sampler.sample(2, y=2, return_parents=True)
    assert parents.tolist() == [[74, -1, -1, -1, -1, -1]] * 2 and weights.tolist() == [[1, 0, 0, 0, 0, 0]] * 2
    np.testing.assert_array_equal(rows, numbers[0][[74, 74]])


def test_resampled_target_has_the_index_of_the_rows(make_sampler, numbers):
    X = pd.DataFrame(numbers[0], index=np.arange(100, 175))
    X_resampled, y_resampled = make_sampler().fit_resample(X, pd.Series(numbers[1]))
    assert y_resampled.index.tolist() == X_resampled.index.tolist() == list(range(100, 220))


def test_returned_rows_are_the_selected_candidates(make_sampler, judged, monkeypatch):
    sampler = make_sampler(n_candidates=3).fit(*judged)
    candidates, draw = [], sampler.net_.draw
    monkeypatch.setattr(sampler.net_, "draw", lambda *parts: candidates.append(draw(*parts)) or candidates[-1])
    monkeypatch.setattr(sampler._selector, "select", lambda rows, *others: np.array([2, 0, 1, 1]))
    selected, _ = sampler._draw(np.array([0, 1, 1, 0]))
    expected = candidates[0][[2, 3, 7, 10]].merge_equal_parents()
    assert torch.equal(selected.rows, expected.rows) and torch.equal(selected.parents, expected.parents)


def test_single_candidates_need_no_selector(make_sampler, judged):
    assert make_sampler(n_candidates=1).fit(*judged)._selector is None


def test_n_candidates_can_change_after_fit(make_sampler, judged):
    sampler = make_sampler(n_candidates=2).fit(*judged)
    for n_candidates in (1, 4):
        assert sampler.set_params(n_candidates=n_candidates).sample(3, y=1).shape == (3, 5)


@pytest.mark.parametrize("params", [{"min_distance": -1.0}, {"min_distance": "far"}, {"n_candidates": 0}])
def test_sample_validates_the_parameters_it_uses(make_sampler, judged, params):
    sampler = make_sampler(min_distance=0.1).fit(*judged).set_params(**params)
    with pytest.raises(ValueError, match=f"The '{next(iter(params))}' parameter of GANOversampler must be"):
        sampler.sample(3, y=1)


def test_noise_depends_on_rows_and_classes(make_sampler, judged):
    X, y = judged
    tables = [(X, y), (X, np.roll(y, 1)), (X[:, ::-1], y)]
    states = [make_sampler().fit(*table)._rng.bit_generator.state["state"]["state"] for table in tables]
    assert len(set(states)) == 3


def test_user_discriminator_with_dropout_follows_the_seed(make_sampler, judged):
    class DropoutDiscriminator(torch.nn.Module):
        def __init__(self, n_features, n_classes):
            super().__init__()
            self.layer, self.dropout = torch.nn.Linear(n_features, 1), torch.nn.Dropout()

        def forward(self, rows, labels):
            return self.layer(self.dropout(rows))[:, 0]

    rows = [make_sampler(discriminator=DropoutDiscriminator).fit(*judged).sample(9, y=1) for _ in range(2)]
    np.testing.assert_array_equal(*rows)


@pytest.mark.filterwarnings("ignore:Expected categories that repeat")
def test_rare_categories_follow_the_seed(make_sampler):
    X, y = pd.DataFrame({"a": [f"category {i}" for i in range(200)]}), np.arange(200) % 10 == 0
    first, second = (make_sampler().fit(X, y).sample(50, y=False) for _ in range(2))
    assert first.equals(second) and first["a"].nunique() > 5


def test_synthetic_rows_resemble_their_class(make_sampler):
    rng = np.random.default_rng(0)
    X = np.concatenate((rng.normal(0, 1, (200, 2)), rng.normal(6, 1, (20, 2))))
    y = np.repeat([0, 1], [200, 20])
    sampler = make_sampler(max_steps=100, hidden_layer_sizes=(32, 32), learning_rate=5e-3).fit(X, y)
    for label, centre in ((0, 0), (1, 6)):
        rows = sampler.sample(200, y=label)
        assert np.abs(rows.mean(axis=0) - centre).max() < 1.5
        assert np.abs(rows - centre).max(axis=1).mean() < 3


class UserModule(torch.nn.Module):
    """A user-defined generator or discriminator with one hidden layer."""

    def __init__(self, n_classes, n_features, latent_dim=None):
        super().__init__()
        n_inputs, n_outputs = (latent_dim, n_features) if latent_dim else (n_features, 1)
        layers = torch.nn.Linear(n_inputs + n_classes, 8), torch.nn.ReLU(), torch.nn.Linear(8, n_outputs)
        self.layers = torch.nn.Sequential(*layers)

    def forward(self, rows, labels):
        return self.layers(torch.cat((rows, labels), dim=1))


TECHNIQUES = [
    *({"generator": name} for name in ("noise", "residual", "autoencoder", UserModule)),
    {"discriminator": UserModule},
    *({"loss": name} for name in LOSSES if name != "relativistic"),
    {"gradient_penalty": 3.0},
    {"feature_matching": 1.0},
    {"augment": "autoencoder"},
    {"augment": "autoencoder", "loss": "wasserstein", "feature_matching": 1.0, "discriminator": UserModule},
    {"mode": "autoencoder"},
]


@pytest.mark.parametrize("change", TECHNIQUES)
def test_each_technique_changes_the_rows_reproducibly(make_sampler, mixed, change):
    first, second, default = (
        make_sampler(**params).fit(*mixed).sample(20, y="rare") for params in (change, change, {})
    )
    assert first.equals(second)
    assert not first.equals(default)


@pytest.mark.parametrize(
    "base, change",
    [
        ({"generator": "autoencoder"}, {"reconstruction": 5.0}),
        ({"augment": "autoencoder"}, {"augment_share": 0.5}),
        ({"augment": "autoencoder"}, {"perturbation": "interpolate"}),
        ({"mode": "autoencoder"}, {"perturbation": "interpolate"}),
        ({"mode": "autoencoder"}, {"perturbation_scale": 0.5}),
    ],
)
def test_each_parameter_of_a_technique_changes_the_rows(make_sampler, numbers, base, change):
    rows = make_sampler(**base).fit(*numbers).sample(20, y=1)
    assert not np.array_equal(rows, make_sampler(**base, **change).fit(*numbers).sample(20, y=1))


class StochasticModule(UserModule):
    """A module with dropout and a parameter that is not trained."""

    def __init__(self, **sizes):
        super().__init__(**sizes)
        self.layers.insert(1, torch.nn.Dropout())
        self.frozen = torch.nn.Parameter(torch.zeros(3), requires_grad=False)


STOCHASTIC = {"generator": StochasticModule, "discriminator": partial(StochasticModule), "feature_matching": 1.0}


def test_stochastic_modules_follow_the_seed(make_sampler, numbers):
    before = torch.get_rng_state()
    rows = [make_sampler(**STOCHASTIC).fit_resample(*numbers)[0] for _ in range(2)]
    np.testing.assert_array_equal(*rows)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    "change", [{}, {"generator": UserModule, "discriminator": UserModule}, {"mode": "autoencoder"}]
)
def test_torch_default_dtype_does_not_change_the_rows(make_sampler, mixed, change):
    expected = make_sampler(**change).fit(*mixed).sample(9, y="rare")
    torch.set_default_dtype(torch.float64)
    try:
        found = make_sampler(**change).fit(*mixed).sample(9, y="rare")
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)
    assert found.equals(expected)


@pytest.mark.parametrize(
    "params, unused",
    [
        ({"mode": "autoencoder", "loss": "bce", "n_candidates": 1}, "`loss`"),
        ({"mode": "autoencoder", "augment": "autoencoder", "generator": UserModule}, "`augment`, `generator`"),
        ({"reconstruction": 1.0}, "`reconstruction`"),
        ({"perturbation": "interpolate", "augment_share": 1.0}, "`augment_share`, `perturbation`"),
    ],
)
def test_parameters_with_no_effect_warn(make_sampler, numbers, params, unused):
    with pytest.warns(UserWarning, match=rf"Parameter\(s\) {unused} have no effect") as caught:
        make_sampler(**params).fit_resample(*numbers)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("change", [{}, {"generator": "noise"}, {"mode": "autoencoder"}, {"augment": "autoencoder"}])
def test_missing_values_do_not_bias_observed_values(make_sampler, change):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(400, 2)), np.arange(400) % 2
    X[y == 1] += 4
    X[rng.random(X.shape) < 0.5] = np.nan
    params = {"hidden_layer_sizes": (32,), "max_steps": 80, "learning_rate": 1e-2, "n_candidates": 1}
    sampled = make_sampler(**params, **change).fit(X, y).sample(500, y=1)
    np.testing.assert_allclose(np.nanmean(sampled, axis=0), np.nanmean(X[y == 1], axis=0), atol=0.6)


@pytest.mark.parametrize("change", TECHNIQUES)
def test_each_technique_leaves_global_random_state_unchanged(make_sampler, numbers, change):
    before = torch.get_rng_state(), np.random.get_state()[1].copy()
    make_sampler(**change).fit_resample(*numbers)
    assert torch.equal(torch.get_rng_state(), before[0])
    np.testing.assert_array_equal(np.random.get_state()[1], before[1])


def test_sampler_with_user_modules_can_be_cloned_and_pickled(make_sampler, numbers):
    sampler = clone(make_sampler(generator=UserModule, discriminator=UserModule)).fit(*numbers)
    copy = pickle.loads(pickle.dumps(sampler))
    np.testing.assert_array_equal(copy.sample(9, y=1), sampler.sample(9, y=1))


@pytest.mark.parametrize(
    "change",
    [{"latent_dim": 3}, {"hidden_layer_sizes": (4, 4)}, {"max_steps": 4}, {"batch_size": 7}, {"learning_rate": 0.1}],
)
def test_each_size_parameter_changes_the_rows(make_sampler, numbers, change):
    rows = make_sampler(**change).fit(*numbers).sample(20, y=1)
    assert not np.array_equal(rows, make_sampler().fit(*numbers).sample(20, y=1))


def test_history_has_one_record_per_50_steps(make_sampler, numbers):
    history = make_sampler(max_steps=120).fit(*numbers).history_
    assert history[:, "step"] == [50, 100, 120]
    assert np.isfinite(history[:, ("generator_loss", "discriminator_loss")]).all()


def test_training_cost_does_not_depend_on_the_number_of_rows(make_sampler):
    X, y = make_classification(3000, 4, weights=[0.9], random_state=0)
    batches = make_sampler(max_steps=5, batch_size=16).fit(X, y).history_[-1, "batches"]
    assert [batch["train_batch_size"] for batch in batches] == [16] * 5


def test_callbacks_are_called_after_each_step(make_sampler, numbers):
    class Count(Callback):
        def initialize(self):
            self.n_batches_ = 0
            return self

        def on_batch_end(self, net, **kwargs):
            self.n_batches_ += 1

    callback = Count()
    make_sampler(max_steps=7, callbacks=[callback]).fit(*numbers)
    assert callback.n_batches_ == 7


def test_grid_search_over_a_step_of_a_pipeline(make_sampler, numbers):
    pipeline = Pipeline([("scale", StandardScaler()), ("gan", make_sampler()), ("clf", LogisticRegression())])
    search = GridSearchCV(pipeline, {"gan__max_steps": [1, 4]}, cv=2, error_score="raise").fit(*numbers)
    assert search.best_estimator_["gan"].history_[-1, "step"] == search.best_params_["gan__max_steps"]


def test_clone_keeps_parameters():
    sampler = GANOversampler(0.5, generator="residual", max_steps=7, callbacks=[EarlyStopping()])
    copy = clone(sampler)
    assert copy.get_params(deep=False).keys() == sampler.get_params(deep=False).keys()
    assert copy.set_params(max_steps=9).max_steps == 9 and copy.sampling_strategy == 0.5


def test_parameters_are_stored_unchanged():
    params = {name: object() for name in GANOversampler().get_params(deep=False)}
    assert GANOversampler(**params).get_params(deep=False) == params


def test_tags_declare_missing_values_strings_and_categories():
    tags = GANOversampler().__sklearn_tags__().input_tags
    assert tags.allow_nan is tags.string is tags.categorical is True


def test_progress_bar_shows_steps_losses_and_remaining_time(make_sampler, numbers, capsys):
    make_sampler(verbose=1, max_steps=60).fit(*numbers)
    shown = capsys.readouterr().err
    assert "60/60" in shown and "generator_loss=" in shown and "discriminator_loss=" in shown and "<00:00" in shown


def test_verbose_0_prints_nothing(make_sampler, numbers, capsys):
    make_sampler(verbose=0).fit_resample(*numbers)
    assert capsys.readouterr() == ("", "")


def test_class_of_one_row_is_repeated_with_a_warning(make_sampler, mixed):
    X, y = mixed
    y = y.where(y.index != 3, "single")
    with pytest.warns(UserWarning, match=r"Class\(es\) \['single'\] have 1 row"):
        X_resampled, y_resampled = make_sampler().fit_resample(X, y)
    repeated = X_resampled[y_resampled == "single"].reset_index(drop=True)
    assert len(repeated) == 59
    assert all(repeated.iloc[[i]].reset_index(drop=True).equals(X.iloc[[3]].reset_index(drop=True)) for i in range(59))


@pytest.mark.parametrize("generator", GENERATORS)
@pytest.mark.parametrize("n_rare", [2, 3, 10])
def test_classes_of_few_rows_work(make_sampler, numbers, generator, n_rare):
    X, y = numbers
    rows = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:n_rare]]
    X_resampled, y_resampled = make_sampler(generator=generator).fit_resample(X[rows], y[rows])
    assert Counter(y_resampled.tolist()) == {0: 60, 1: 60} and np.isfinite(X_resampled).all()


@pytest.mark.parametrize("generator", GENERATORS)
def test_extreme_columns_stay_finite_and_within_range(make_sampler, generator):
    rng = np.random.default_rng(0)
    base = rng.normal(size=75)
    X = np.column_stack(
        (base * 1e300, base * 1e-300, base * 1e-6, base * 1e6, np.ones(75), np.full(75, np.nan), base**9 * 1e200)
    )
    X = np.concatenate((X, X[-15:]))  # duplicated rows
    generated = make_sampler(generator=generator, max_steps=20).fit(X, np.repeat([0, 1], [60, 30])).sample(200, y=1)
    present = np.delete(np.arange(7), 5)
    assert np.isfinite(generated[:, present]).all()
    assert np.isnan(generated[:, 5]).all()
    assert (generated[:, 4] == 1).all()
    assert (generated[:, present] >= X[:, present].min(axis=0)).all()
    assert (generated[:, present] <= X[:, present].max(axis=0)).all()


def test_default_device_is_the_accelerator_if_there_is_one(make_sampler, numbers):
    is_available = torch.accelerator.is_available()
    expected = torch.accelerator.current_accelerator() if is_available else torch.device("cpu")
    assert next(make_sampler().fit(*numbers).net_.module_.parameters()).device.type == expected.type


@pytest.mark.parametrize(
    "params, message",
    [
        ({"device": "abacus"}, "Expected `device` to be"),
        ({"device": "meta"}, "Expected `device` to be"),
        ({"hidden_layer_sizes": (8, 0)}, "one or more positive integers"),
        ({"generator": torch.nn.Identity()}, "got an instance of Identity. Pass the class"),
        ({"generator": dict}, r"subclass of torch\.nn\.Module, got the class dict"),
        ({"discriminator": int}, r"subclass of torch\.nn\.Module, got the class int"),
        ({"augment_share": 1.5}, "in the range"),
        ({"loss": "bce_saturating"}, "must be a str among"),
        ({"categorical_features": ["colour"]}, "got 'colour', which is not a column of the table"),
        ({"categorical_features": [5]}, "got 5, which is not a column of the table"),
        ({"categorical_features": [True, False]}, "Expected a mask of 5 entries"),
    ],
)
def test_invalid_parameters_raise(make_sampler, numbers, params, message):
    with pytest.raises(ValueError, match=message):
        make_sampler(**params).fit(*numbers)


def test_invalid_data_raises(make_sampler, numbers, mixed):
    X, y = numbers
    infinite = X.copy()
    infinite[7, 2] = -np.inf
    with pytest.raises(ValueError, match=r"Column 2 contains infinity .* row 7; expected finite"):
        make_sampler().fit(infinite, y)
    with pytest.raises(ValueError, match=r"got 1 class in y, 0, in 75 row"):
        make_sampler().fit(X, np.zeros(75, dtype=int))
    with pytest.raises(ValueError, match="Unknown label type"):
        make_sampler().fit(X, X[:, 0])
    with pytest.raises(ValueError, match="Expected a label in each row of y, got"):
        make_sampler().fit(X, ["a", "b", None] * 25)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        make_sampler().fit(X, y[:-1])
    with pytest.raises(ValueError, match="Expected numbers in column 'string', which is not in `categorical_features`"):
        make_sampler(categorical_features=["bool"]).fit(*mixed)


def test_candidates_are_generated_in_batches_of_limited_size(make_sampler, judged, monkeypatch):
    monkeypatch.setattr("sklearn_gan._synthesis.sampling.CELLS_PER_DRAW", 40)
    sizes, sampler = [], make_sampler(n_candidates=2).fit(*judged)
    select = sampler._selector.select
    sampler._selector.select = lambda rows, *others: (sizes.append(rows.size), select(rows, *others))[1]
    assert sampler.sample(9, y=1).shape == (9, 5)
    assert sizes == [40, 40, 10]
    monkeypatch.setattr("sklearn_gan._synthesis.sampling.CELLS_PER_DRAW", 9)
    sampler.sample(2, y=1)
    assert sizes[3:] == [10, 10]
    monkeypatch.setattr("sklearn_gan._synthesis.sampling.ROWS_PER_DRAW", 2)
    monkeypatch.setattr("sklearn_gan._synthesis.sampling.CELLS_PER_DRAW", 40)
    sampler.sample(3, y=1)
    assert sizes[5:] == [20, 10]


def test_batched_sampling_returns_all_rows_with_their_parents(make_sampler, judged, monkeypatch):
    monkeypatch.setattr("sklearn_gan._synthesis.sampling.ROWS_PER_DRAW", 4)
    sampler = make_sampler(generator="residual")
    X_resampled, _ = sampler.fit_resample(*judged)
    assert X_resampled.shape == (120, 5) and sampler.parents_.shape == (20, 6)
    assert (judged[1][sampler.parents_[:, 0]] == 1).all()
    assert len(np.unique(X_resampled[100:], axis=0)) == 20  # batches do not share noise


def test_sampling_without_parents_uses_no_memory_for_them(make_sampler, numbers):
    """A row of 2 numbers takes 16 bytes, its two encoded copies 8 bytes each, and decoding a column about 50 bytes."""
    X, y = numbers
    n_rows, peaks, done = 500_000, [], threading.Event()
    sampler = make_sampler(n_candidates=1, latent_dim=4).fit(X[:, :2], y)
    sampler.sample(10_000, y=1)
    before = psutil.Process().memory_info().rss

    def record_memory():
        is_done = False
        while not is_done:
            peaks.append(psutil.Process().memory_info().rss)
            is_done = done.wait(0.002)

    watcher = threading.Thread(target=record_memory)
    watcher.start()
    rows = sampler.sample(n_rows, y=1)
    done.set()
    watcher.join()
    assert len(rows) == n_rows and (max(peaks) - before) / n_rows < 150


def test_invalid_calls_of_sample_raise(make_sampler, numbers):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        make_sampler().sample(3, y=1)
    sampler = make_sampler().fit(*numbers)
    with pytest.raises(ValueError, match=r"\[7\] were not seen in fit. Labels seen in fit: \[0, 1\]"):
        sampler.sample(3, y=7)
    with pytest.raises(ValueError, match=r"got labels of shape .2,. and n_samples=3"):
        sampler.sample(3, y=[0, 1])
    with pytest.raises(ValueError, match="Expected `y` to be a label"):
        sampler.sample(3)
    with pytest.raises(ValueError, match="`n_samples` to be a non-negative integer"):
        sampler.sample(y=1)


def test_feature_names_out_refuses_other_names(make_sampler, mixed):
    sampler = make_sampler().fit(*mixed)
    assert sampler.get_feature_names_out().tolist() == mixed[0].columns.tolist()
    with pytest.raises(ValueError, match="input_features is not equal to feature_names_in_"):
        sampler.get_feature_names_out([f"other_{i}" for i in range(11)])
