"""The same seed gives the same rows in every container, process and global configuration."""

import copy
import multiprocessing
import pickle
from contextlib import contextmanager

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
import torch
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from sklearn_gan import GANImputer, GANOversampler, ResampledClassifier, make_pipeline

# For tests in new processes, where `quick_selection` does not apply.
TINY = {"max_steps": 3, "hidden_layer_sizes": (8,), "random_state": 0}


def as_array(table):
    """Convert a table of any container to an array."""
    if sparse.issparse(table):
        return table.toarray()
    return np.asarray(pl.from_arrow(table) if type(table).__module__ == "pyarrow.lib" else table)


@pytest.mark.parametrize(
    "convert",
    [
        np.ndarray.tolist,
        lambda X: X.astype(object),
        np.asfortranarray,
        sparse.csr_matrix,
        sparse.csc_array,
        pd.DataFrame,
        pl.DataFrame,
        lambda X: pl.DataFrame(X).to_arrow(),
    ],
)
def test_rows_are_the_same_for_every_container(make_sampler, judged, convert):
    X, y = judged
    expected, _ = make_sampler().fit_resample(X, y)
    rows, _ = make_sampler().fit_resample(convert(X), y)
    np.testing.assert_array_equal(as_array(rows), expected)


def test_rows_are_the_same_for_every_dataframe_library(make_sampler, mixed, in_library, as_pandas):
    X, y = mixed
    expected = pl.from_pandas(make_sampler().fit(X, y).sample(20, y="rare"))
    rows = as_pandas(make_sampler().fit(in_library(X), y.tolist()).sample(20, y="rare"))
    assert pl.from_pandas(rows).cast(dict(expected.schema)).equals(expected)


@pytest.fixture
def in_processes():
    """Return a function that makes a call in each of two new processes, which use two threads each."""

    def in_processes(function, *args, **kwargs):
        return joblib.Parallel()(joblib.delayed(function)(*args, **kwargs) for _ in range(2))

    with joblib.parallel_config("loky", n_jobs=2, inner_max_num_threads=2):
        assert in_processes(torch.get_num_threads) == [2, 2]
        yield in_processes


@pytest.mark.parametrize("params", [{}, {"mode": "autoencoder"}, {"augment": "autoencoder", "loss": "wasserstein"}])
def test_processes_with_two_threads_give_the_same_rows(judged, in_processes, params):
    sampler = GANOversampler(**TINY | {"hidden_layer_sizes": (64, 64)}, **params)
    expected, _ = clone(sampler).fit_resample(*judged)
    for rows, _ in in_processes(sampler.fit_resample, *judged):
        np.testing.assert_array_equal(rows, expected)


def test_pickled_sampler_continues_its_random_state_in_processes(judged, in_processes):
    sampler = GANOversampler(**TINY).fit(*judged)
    sampler.sample(3, y=1)
    found = in_processes(sampler.sample, 9, y=1)
    np.testing.assert_array_equal(found, [sampler.sample(9, y=1)] * 2)


def test_processes_give_the_same_imputations(in_processes, with_missing):
    imputer = GANImputer(max_steps=5, random_state=0)
    found = in_processes(imputer.fit_transform, with_missing)
    np.testing.assert_array_equal(found, [clone(imputer).fit_transform(with_missing)] * 2)


@pytest.mark.usefixtures("in_processes")
def test_n_jobs_does_not_change_the_probabilities(make_sampler, judged):
    found = [
        ResampledClassifier(LogisticRegression(), make_sampler(), n_jobs=n).fit(*judged).predict_proba(judged[0])
        for n in (1, 2)
    ]
    np.testing.assert_array_equal(*found)


@pytest.mark.usefixtures("in_processes")
def test_cross_val_score_of_a_frame_is_the_same_in_two_processes(mixed):
    X, y = mixed[0].select_dtypes("number").fillna(0), mixed[1]
    pipeline = make_pipeline(GANOversampler(**TINY), LogisticRegression())
    params = {"scoring": "neg_log_loss", "error_score": "raise"}
    np.testing.assert_array_equal(*(cross_val_score(pipeline, X, y, n_jobs=n_jobs, **params) for n_jobs in (1, 2)))


def test_jobs_in_threads_give_the_same_rows(make_sampler, judged):
    jobs = (joblib.delayed(make_sampler().fit_resample)(*judged) for _ in range(2))
    expected, _ = make_sampler().fit_resample(*judged)
    for rows, _ in joblib.Parallel(n_jobs=2, backend="threading")(jobs):
        np.testing.assert_array_equal(rows, expected)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # about forking with threads, from Python 3.12 on
def test_forked_process_gives_the_same_rows(make_sampler, judged, two_threads):
    expected, _ = make_sampler().fit_resample(*judged)  # torch has to be used before the fork
    with multiprocessing.get_context("fork").Pool(1) as pool:
        found, _ = pool.apply_async(make_sampler().fit_resample, judged).get(timeout=60)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("duplicate", [clone, copy.deepcopy, lambda sampler: pickle.loads(pickle.dumps(sampler))])
def test_copied_sampler_gives_the_same_rows(make_sampler, judged, duplicate):
    sampler = make_sampler()
    expected, _ = sampler.fit_resample(*judged)
    np.testing.assert_array_equal(duplicate(sampler).fit_resample(*judged)[0], expected)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda sampler: pickle.loads(pickle.dumps(sampler))])
def test_copied_fitted_sampler_continues_with_the_same_rows(make_sampler, mixed, duplicate):
    sampler = make_sampler().fit(*mixed)
    sampler.sample(2, y="rare")
    assert duplicate(sampler).sample(9, y="rare").equals(sampler.sample(9, y="rare"))


@pytest.mark.parametrize("params", [{"random_state": 3}, {"random_state": 3, "mode": "autoencoder"}])
def test_refitting_a_sampler_gives_the_same_rows(make_sampler, judged, params):
    sampler = make_sampler(**params)
    first, second = (sampler.fit_resample(*judged)[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)


@contextmanager
def changed(get, set_, value):
    """Change a global setting of torch, check that it is kept, and restore it."""
    before = get()
    try:
        set_(value)
        yield
        assert get() == value
    finally:
        set_(before)


def reduced_precision():
    """Multiply matrices in bfloat16 where the processor supports it."""
    return changed(torch.get_float32_matmul_precision, torch.set_float32_matmul_precision, "medium")


@contextmanager
def without_denormals():
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


SETTINGS = {
    "one thread": lambda: changed(torch.get_num_threads, torch.set_num_threads, 1),
    "two threads": lambda: changed(torch.get_num_threads, torch.set_num_threads, 2),
    "float64": lambda: changed(torch.get_default_dtype, torch.set_default_dtype, torch.float64),
    "default device": lambda: torch.device("meta"),
    "autocast": lambda: torch.autocast("cpu"),
    "bfloat16": reduced_precision,
    "inference mode": torch.inference_mode,
    "no gradients": torch.no_grad,
    "deterministic": lambda: changed(
        torch.are_deterministic_algorithms_enabled, torch.use_deterministic_algorithms, True
    ),
    "no denormals": without_denormals,
    "floating point errors": lambda: np.errstate(all="raise"),
    "pandas output": lambda: sklearn.config_context(transform_output="pandas"),
    "metadata routing": lambda: sklearn.config_context(enable_metadata_routing=True),
    "parallel jobs": lambda: joblib.parallel_config(n_jobs=2),
}


@pytest.fixture
def with_missing(judged):
    """A numeric table with a fifth of its values missing."""
    X, _ = judged
    return np.where(np.random.default_rng(0).random(X.shape) < 0.2, np.nan, X)


@pytest.mark.parametrize("changed_setting", SETTINGS.values(), ids=SETTINGS)
def test_global_settings_do_not_change_the_rows(make_sampler, judged, with_missing, changed_setting):
    def results():
        sampler = make_sampler(hidden_layer_sizes=(64, 64), max_steps=5)
        rows, _ = sampler.fit_resample(with_missing, judged[1])
        imputer = GANImputer(max_steps=5, n_imputations=2, random_state=0).fit(with_missing)
        return rows, sampler.sample(9, y=1), imputer.transform(with_missing)

    expected = results()
    with changed_setting():
        found = results()
    for pair in zip(found, expected, strict=True):
        np.testing.assert_array_equal(*pair)


def test_seed_alone_determines_the_rows(make_sampler, judged):
    first, _ = make_sampler().fit_resample(*judged)
    np.random.rand(7)
    torch.rand(7)
    second, _ = make_sampler().fit_resample(*judged)
    np.testing.assert_array_equal(first, second)
    other, _ = make_sampler(random_state=1).fit_resample(*judged)
    assert not np.array_equal(first, other)


def test_rows_differ_without_a_seed(make_sampler, numbers):
    first, second = (make_sampler(random_state=None).fit_resample(*numbers)[0] for _ in range(2))
    assert not np.array_equal(first, second)


def test_two_calls_do_not_share_noise(make_sampler, numbers):
    sampler = make_sampler().fit(*numbers)
    assert not np.any(sampler.sample(5, y=1) == sampler.sample(5, y=1))


def test_two_classes_do_not_share_noise(make_sampler, numbers):
    net = make_sampler().fit(*numbers).net_
    latent = net._draw_condition(torch.tensor([0, 0, 1, 1]), net.rng).latent
    assert len(latent[:, 0].unique()) == 4


def test_two_folds_do_not_share_noise(make_sampler):
    """Folds that differ only in rows the generator ignores would get the same noise if only the seed determined it."""
    X, y = np.random.default_rng(0).normal(size=(60, 2)), np.repeat([0, 1], [40, 20])
    other = X.copy()
    other[0] += 1e-3  # a row of the other class
    rows, other_rows = (make_sampler(generator="noise").fit(table, y).sample(500, y=1) for table in (X, other))
    assert np.abs(np.corrcoef(rows[:, 0], other_rows[:, 0])[0, 1]) < 0.2


def test_joblib_configuration_does_not_change_the_rows(make_sampler, judged):
    expected, _ = make_sampler().fit_resample(*judged)
    with joblib.parallel_config(n_jobs=2):
        rows, _ = make_sampler().fit_resample(*judged)
    np.testing.assert_array_equal(rows, expected)


@pytest.mark.parametrize("random_state", [None, 0, np.random.RandomState(0)])
def test_global_random_state_and_threads_are_unchanged(make_sampler, numbers, two_threads, random_state):
    before = np.random.get_state(), torch.get_rng_state(), torch.get_num_threads()
    make_sampler(random_state=random_state).fit_resample(*numbers)
    np.testing.assert_array_equal(np.random.get_state()[1], before[0][1])
    assert np.random.get_state()[2:] == before[0][2:]
    assert torch.equal(torch.get_rng_state(), before[1])
    assert torch.get_num_threads() == before[2]
