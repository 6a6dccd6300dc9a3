"""Tests of the sampler of Dask collections, in one thread."""

import pickle
import re
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

pytest.importorskip("dask", reason="needs the extra `dask`")

import dask
import dask.array as da
import dask.dataframe as dd
from dask.callbacks import Callback

import sklearn_gan
from sklearn_gan._table import sample
from sklearn_gan.dask import GANOversampler, _requests
from sklearn_gan.metrics import energy_distance
from sklearn_gan.relations import Inequality

from .conftest import N_PARTITIONS, N_ROWS

pytestmark = pytest.mark.usefixtures("synchronous")
N_SYNTHETIC = N_ROWS - 2 * N_ROWS // 12


class Tasks(Callback):
    """Count the tasks that run."""

    def __init__(self):
        self.n = 0

    def _pretask(self, key, dsk, state):
        self.n += 1


@pytest.fixture
def resampled(make_sampler, collection):
    return make_sampler().fit_resample(*collection)


def test_result_has_the_real_partitions_then_synthetic_ones(monkeypatch, make_sampler, collection):
    monkeypatch.setattr(_requests, "ROWS_PER_PARTITION", 300)
    X, y = collection
    for real, found in zip(collection, make_sampler().fit_resample(X, y), strict=True):
        lengths = [len(part) for part in dask.compute(*found.to_delayed())]
        assert lengths == [N_ROWS // N_PARTITIONS] * N_PARTITIONS + [300, 300, 300, N_SYNTHETIC - 900]
        assert found.get_partition(0).compute().equals(real.get_partition(0).compute())
        assert found.partitions[:N_PARTITIONS].compute().equals(real.compute())


def test_result_is_lazy(make_sampler, collection):
    sampler = make_sampler().fit(*collection)
    with Tasks() as tasks:
        sampler.sample(10, y="rare")
    assert tasks.n == 0


def test_types_and_categories_are_those_of_the_collection(collection, resampled):
    for real, found in zip(collection, resampled, strict=True):
        assert found._meta.equals(real._meta)
        expected, computed = real.compute(), found.compute()
        assert computed.dtypes.equals(expected.dtypes) if real.ndim == 2 else computed.dtype == expected.dtype
    assert resampled[0]["category"].compute().cat.categories.tolist() == ["y", "unused", "x"]


def test_index_and_divisions_continue(collection, resampled):
    for real, found in zip(collection, resampled, strict=True):
        assert found.divisions == (*real.divisions[:-1], N_ROWS, N_ROWS + N_SYNTHETIC - 1)
        assert found.compute().index.tolist() == list(range(N_ROWS + N_SYNTHETIC))


def test_unknown_divisions_stay_unknown(make_sampler, collection):
    X, y = (part.clear_divisions() for part in collection)
    for found in make_sampler().fit_resample(X, y):
        assert not found.known_divisions
        assert found.compute().index.tolist() == list(range(N_ROWS + N_SYNTHETIC))


def test_unknown_categories_stay_unknown(make_sampler, collection):
    X, y = collection
    X["category"], y = X["category"].cat.as_unknown(), y.astype("category")
    X_resampled, y_resampled = make_sampler().fit_resample(X, y)
    assert not X_resampled["category"].cat.known and not y_resampled.cat.known
    assert set(X_resampled["category"].compute()) == {"x", "y"}
    assert y_resampled.compute().value_counts().tolist() == [N_ROWS - 100] * 2


def test_class_counts_are_exact(make_sampler, collection, resampled):
    assert resampled[1].value_counts().compute().to_dict() == {"common": N_ROWS - 100, "rare": N_ROWS - 100}
    X, y = make_sampler(sampling_strategy={"rare": 150}).fit_resample(*collection)
    assert y.value_counts().compute().to_dict() == {"common": N_ROWS - 100, "rare": 150}
    assert len(X) == N_ROWS + 50


def test_balanced_classes_return_the_collection(make_sampler, collection):
    X, y = collection
    found = make_sampler(sampling_strategy={"rare": 100}).fit_resample(X, y)
    assert found[0] is X and found[1] is y


def test_same_seed_gives_same_rows(make_sampler, collection, resampled):
    again, _ = make_sampler().fit_resample(*collection)
    other, _ = make_sampler(random_state=1).fit_resample(*collection)
    rows = resampled[0].compute()
    assert rows.equals(resampled[0].compute()) and rows.equals(again.compute())
    assert not rows.equals(other.compute())


def test_rows_of_calls_and_of_partitions_differ(monkeypatch, make_sampler, collection):
    monkeypatch.setattr(_requests, "ROWS_PER_PARTITION", 20)
    sampler = make_sampler().fit(*collection)
    calls = [sampler.sample(40, y="rare") for _ in range(2)]
    rows = pd.concat([call.compute() for call in calls])
    assert not rows.duplicated().any()


def test_threads_give_the_rows_of_one_thread(monkeypatch, make_sampler, collection):
    monkeypatch.setattr(_requests, "ROWS_PER_PARTITION", 100)
    X = make_sampler().fit(*collection).sample(500, y="rare")
    assert X.compute(scheduler="threads", num_workers=4).equals(X.compute())


def read_partition(number, path):
    with open(path / f"{number}", "a") as file:
        file.write("read\n")
    rng = np.random.default_rng(number)
    return pd.DataFrame({"a": rng.normal(size=50), "b": rng.normal(size=50), "target": np.arange(50) % 10 == 3})


def read_frame(path):
    frame = dd.from_map(read_partition, range(20), path=path, meta=read_partition(0, path)[:0])
    return frame[["a", "b"]], frame["target"]


def read_array(path):
    read = dask.delayed(lambda number: read_partition(number, path).to_numpy(dtype=float))
    array = da.concatenate([da.from_delayed(read(number), (50, 3), float) for number in range(20)])
    return array[:, :2], array[:, 2]


@pytest.mark.parametrize("read", [read_frame, read_array])
def test_fit_reads_each_partition_once(make_sampler, tmp_path, read):
    collection = read(tmp_path)
    (tmp_path / "0").unlink(missing_ok=True)  # read for its types
    make_sampler().fit(*collection)
    assert [(tmp_path / f"{number}").read_text() for number in range(20)] == ["read\n"] * 20


@pytest.mark.parametrize("n_chunks", [1, 4])
def test_arrays_are_resampled(make_sampler, numbers, n_chunks):
    X, y = numbers
    arrays = da.from_array(X, chunks=(-(-75 // n_chunks), 5)), da.from_array(y, chunks=-(-75 // n_chunks))
    X_resampled, y_resampled = make_sampler().fit_resample(*arrays)
    assert X_resampled.shape == (120, 5) and X_resampled.dtype == X.dtype
    np.testing.assert_array_equal(X_resampled[:75], X)
    assert np.bincount(y_resampled.compute()).tolist() == [60, 60]
    assert np.isfinite(X_resampled.compute()).all()


def test_arrays_of_unknown_length_are_resampled(make_sampler, collection):
    X, y = collection
    X, y = X[["float", "int"]].to_dask_array(), (y == "rare").astype(bool).to_dask_array()
    X_resampled, y_resampled = make_sampler().fit_resample(X, y)
    assert X_resampled.compute().shape == (N_ROWS + N_SYNTHETIC, 2)
    assert np.bincount(y_resampled.compute()).tolist() == [N_ROWS - 100] * 2


def test_target_may_be_an_array(make_sampler, collection):
    X, y = collection
    _, y_resampled = make_sampler().fit_resample(X, (y == "rare").astype(bool).to_dask_array(lengths=True))
    assert isinstance(y_resampled, da.Array) and y_resampled.sum().compute() == N_ROWS - 100


def test_columns_of_arrow_types_are_resampled(make_sampler, table):
    arrow = table.drop(columns="category").convert_dtypes(dtype_backend="pyarrow")
    frame = dd.from_pandas(arrow, npartitions=3)
    X, y = make_sampler().fit_resample(frame.drop(columns="target"), frame["target"])
    assert X.compute().dtypes.equals(arrow.dtypes[:-1]) and y.compute().dtype == arrow["target"].dtype


@pytest.mark.parametrize("max_rows", [300, 30_000])
def test_bounds_and_categories_are_those_of_all_rows(monkeypatch, make_sampler, table, max_rows):
    monkeypatch.setattr(sample, "MAX_ROWS", max_rows)
    table = table.assign(string=table["string"].astype(object))
    table.loc[777, ["float", "string"]] = [50.0, "hidden"]
    frame = dd.from_pandas(table, npartitions=5)
    sampler = make_sampler(relations=None).fit(frame.drop(columns="target"), frame["target"])
    codecs = dict(zip(sampler.feature_names_in_, sampler._encoder.codecs_, strict=True))
    assert codecs["float"].bounds.tolist() == [table["float"].min(), 50.0]
    assert set(codecs["string"].levels) == set(table["string"])
    assert len(sampler.net_.mixer.matrix) == min(max_rows, N_ROWS)


def test_parents_are_positions_in_all_partitions(monkeypatch, make_sampler, table, collection):
    monkeypatch.setattr(sample, "MAX_ROWS", 300)
    sampler = make_sampler(generator="residual", n_candidates=1).fit(*collection)
    X, parents, weights = sampler.sample(200, y="rare", return_parents=True)
    assert X.npartitions == parents.npartitions == weights.npartitions == 1
    X, parents, weights = X.compute(), parents.compute(), weights.compute()
    assert (table["target"].to_numpy()[parents[parents >= 0]] == "rare").all()
    assert parents.max() > 300
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(X["missing"].isna(), table["missing"].isna().to_numpy()[parents[:, 0]])


def test_labels_to_sample_may_be_given_one_by_one(make_sampler, numbers):
    X, y = numbers
    sampler = make_sampler(generator="residual", n_candidates=1).fit(*map(da.from_array, (X, y)))
    labels = np.array([1, 0, 0, 1])
    _, parents, _ = sampler.sample(y=labels, return_parents=True)
    np.testing.assert_array_equal(y[parents.compute()], np.broadcast_to(labels[:, None], parents.shape))


def test_saved_sampler_samples_the_same_rows(make_sampler, collection, tmp_path):
    sampler = make_sampler().fit(*collection)
    sampler.save(tmp_path / "it")
    loaded = GANOversampler.load(tmp_path / "it")
    mine, other = (
        [part.compute() for part in each.sample(50, y="rare", return_parents=True)] for each in (sampler, loaded)
    )
    pd.testing.assert_frame_equal(mine[0], other[0])
    np.testing.assert_array_equal(mine[1], other[1])


def test_file_can_be_loaded_by_the_sampler_in_memory(make_sampler, collection, tmp_path):
    make_sampler().fit(*collection).save(tmp_path / "it")
    rows = sklearn_gan.GANOversampler.load(tmp_path / "it").sample(5, y="rare")
    assert rows.columns.tolist() == collection[0].columns.tolist()


def test_relations_of_the_sample_are_kept(make_sampler, table):
    table = table.assign(end=table["int"] + 1 + table.index % 7)[["int", "end", "float", "target"]]
    frame = dd.from_pandas(table, npartitions=3)
    X, y = frame.drop(columns="target"), frame["target"]
    sampler = make_sampler().fit(X, y)
    assert [type(relation) for relation in sampler.relations_] == [Inequality]
    rows = sampler.sample(300, y="rare").compute()
    assert (rows["end"] > rows["int"]).all()


def test_sampler_is_cloned_and_pickled(make_sampler, collection):
    sampler = make_sampler(max_steps=2).fit(*collection)
    assert clone(sampler).get_params() == sampler.get_params()
    restored = pickle.loads(pickle.dumps(sampler))
    assert restored.sample(9, y="rare").compute().equals(sampler.sample(9, y="rare").compute())


def test_failed_fit_leaves_no_fitted_sampler(make_sampler, collection):
    sampler = make_sampler().fit(*collection)
    with pytest.raises(TypeError, match="Dask"):
        sampler.fit(*dask.compute(*collection))
    assert not [name for name in vars(sampler) if name.endswith("_") or name in sampler._fitted_state]


def test_graph_holds_the_sampler_once(monkeypatch, make_sampler, collection):
    monkeypatch.setattr(_requests, "ROWS_PER_PARTITION", 10)
    sampler = make_sampler().fit(*collection)
    sizes = [len(pickle.dumps(dict(sampler.sample(n, y="rare").dask))) for n in (10, 1_000)]
    assert sizes[1] < 2 * sizes[0] < 2 * len(pickle.dumps(sampler))


def test_documented_attributes_match_the_fitted_ones(make_sampler, collection):
    sampler = make_sampler()
    sampler.fit_resample(*collection)
    fitted = {name for name in vars(sampler) if name.endswith("_") and not name.startswith("_")}
    section = GANOversampler.__doc__.split("Attributes\n")[1].split("See Also")[0]
    assert set(re.findall(r"^    (\w+_) :", section, flags=re.MULTILINE)) == fitted


@pytest.mark.usefixtures("quick_selection")
def test_rows_have_the_distribution_of_the_sampler_in_memory(monkeypatch):
    monkeypatch.setattr(sample, "MAX_ROWS", 1_000)
    rng = np.random.default_rng(0)
    y = (rng.random(4_000) < 0.2).astype(int)
    X = rng.normal(size=(4_000, 3)) @ np.array([[1, 0.8, 0], [0, 0.6, 0], [0, 0, 1]]) + 2 * y[:, None]
    params = {"max_steps": 400, "hidden_layer_sizes": (32, 32), "n_candidates": 1}
    in_memory = [
        sklearn_gan.GANOversampler(**params, random_state=seed).fit(X, y).sample(1_000, y=1) for seed in range(3)
    ]
    sampler = GANOversampler(**params, random_state=3).fit(da.from_array(X, (500, 3)), da.from_array(y, 500))
    rows = sampler.sample(1_000, y=1).compute()
    between_seeds = [energy_distance(*pair) for pair in combinations(in_memory, 2)]
    to_dask = [energy_distance(other, rows) for other in in_memory]
    assert np.mean(to_dask) < 1.5 * np.mean(between_seeds)
