"""Tests of the sampler of Dask collections on a cluster of two worker processes."""

import os
import signal

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

distributed = pytest.importorskip("distributed", reason="needs the package `distributed`")

import dask
import joblib

import sklearn_gan
from sklearn_gan.dask import _requests


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes, replaced if they are killed."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster


@pytest.fixture
def client(cluster):
    with distributed.Client(cluster) as client:
        client.wait_for_workers(2)
        yield client


@pytest.fixture
def numbers_of_two_classes():
    rng = np.random.default_rng(0)
    y = (np.arange(120) % 6 == 0).astype(int)
    return rng.normal(size=(120, 3)) + y[:, None], y


@pytest.fixture
def resampled_alone(monkeypatch, make_sampler, collection):
    """The computed rows and labels of several synthetic partitions, without a client."""
    monkeypatch.setattr(_requests, "ROWS_PER_PARTITION", 300)
    with dask.config.set(scheduler="synchronous"):
        return [found.compute() for found in make_sampler().fit_resample(*collection)]


def test_rows_do_not_depend_on_the_number_of_workers(resampled_alone, client, make_sampler, collection):
    X, y = make_sampler().fit_resample(*collection)
    first = list(client.scheduler_info()["workers"])[:1]
    on_one_worker = client.compute(X, workers=first, allow_other_workers=False).result()
    for found in (X.compute(), on_one_worker):
        pd.testing.assert_frame_equal(found, resampled_alone[0])
    pd.testing.assert_series_equal(y.compute(), resampled_alone[1])


def test_rows_of_a_killed_worker_are_sampled_again(monkeypatch, client, make_sampler, collection):
    monkeypatch.setattr(_requests, "ROWS_PER_PARTITION", 25)
    X = make_sampler().fit(*collection).sample(200, y="rare")
    expected = X.compute()
    started = client.persist(X)
    first, *_ = distributed.futures_of(started)
    distributed.wait(first)
    (holder, *_) = client.who_has(first)[first.key]
    os.kill(client.run(os.getpid, workers=[holder])[holder], signal.SIGKILL)
    pd.testing.assert_frame_equal(started.compute(), expected)


def test_grid_search_runs_on_the_workers(client, numbers_of_two_classes):
    sampler = sklearn_gan.GANOversampler(max_steps=2, hidden_layer_sizes=(8,), n_candidates=1, random_state=0)
    pipeline = sklearn_gan.make_pipeline(sampler, LogisticRegression())
    search = GridSearchCV(pipeline, {"ganoversampler__sampling_strategy": [0.5, 1.0]}, cv=2, scoring="roc_auc")
    alone = search.fit(*numbers_of_two_classes).cv_results_["mean_test_score"]
    with joblib.parallel_config(backend="dask"):
        shared = search.fit(*numbers_of_two_classes).cv_results_["mean_test_score"]
    np.testing.assert_array_equal(shared, alone)
