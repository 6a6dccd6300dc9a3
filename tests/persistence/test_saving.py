"""Loaded samplers behave like the saved ones."""

import os
import pickle
import stat
import sys
import threading
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from safetensors import safe_open
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from skorch.callbacks import Callback

from sklearn_gan import GANOversampler
from sklearn_gan._persistence import (
    Fields,
    array_from_document,
    array_to_document,
    series_from_document,
    series_to_document,
)
from sklearn_gan._persistence.file_format import FORMAT_VERSION, _split_arrays
from sklearn_gan._persistence.reader import loads
from sklearn_gan._persistence.series import _type_of_strings
from sklearn_gan._persistence.values import pandas_codecs
from sklearn_gan._table import (
    container_to_document,
    open_container,
    relation_from_document,
    relation_to_document,
)
from sklearn_gan._table.relations import RULES
from sklearn_gan._table.relations.check import find_breaches
from sklearn_gan.metrics import memorization_report
from sklearn_gan.relations import FixedCombinations, Inequality, MissingTogether, OneHot, Sum

SAVED = Path(__file__).parent / "saved"


def save_and_load(sampler, folder, **kwargs):
    path = folder / "sampler.safetensors"
    sampler.save(path)
    return GANOversampler.load(path, **kwargs)


def with_missing_times(times):
    times[3:30] = "NaT"
    return times


def write_and_read(write, read, *context):
    text, arrays = _split_arrays(write)
    fields = Fields(loads(text), arrays, "")
    result = read(fields, *context)
    fields.check_all_was_read()
    return result


def assert_same(left, right):
    """Compare tables or arrays, including their types."""
    assert type(left) is type(right)
    if isinstance(left, pd.DataFrame):
        pd.testing.assert_frame_equal(left, right)
    elif isinstance(left, pl.DataFrame):
        assert left.schema == right.schema and repr(left.rows()) == repr(right.rows())
    elif isinstance(left, pa.Table):
        assert left.schema == right.schema and left.equals(right)
    elif sparse.issparse(left):
        assert left.format == right.format and left.dtype == right.dtype
        np.testing.assert_array_equal(left.toarray(), right.toarray())
    elif isinstance(left, np.ndarray):
        assert left.dtype == right.dtype and left.shape == right.shape
        assert list(map(repr, left.ravel().tolist())) == list(map(repr, right.ravel().tolist()))
    else:
        assert repr(left) == repr(right)


MODES = [
    {"generator": "both"},
    *(
        {"n_candidates": 1, **params}
        for params in (
            {"generator": "residual"},
            {"generator": "noise"},
            {"generator": "autoencoder"},
            {"mode": "autoencoder"},
            {"mode": "autoencoder", "perturbation": "interpolate"},
            {"augment": "autoencoder"},
        )
    ),
]


@pytest.mark.parametrize("params", MODES, ids=str)
def test_loaded_sampler_continues_with_identical_rows(make_sampler, judged, tmp_path, params):
    sampler = make_sampler(**params).fit(*judged)
    sampler.sample(7, y=1)
    loaded = save_and_load(save_and_load(sampler, tmp_path), tmp_path)
    for one, other in zip(
        sampler.sample(40, y=1, return_parents=True), loaded.sample(40, y=1, return_parents=True), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(loaded.sample(9, y=0), sampler.sample(9, y=0))


@pytest.mark.parametrize("params", [{}, {"mode": "autoencoder"}], ids=str)
def test_loaded_sampler_has_every_attribute(make_sampler, judged, tmp_path, params):
    sampler = make_sampler(max_steps=60, **params)
    sampler.fit_resample(*judged)
    loaded = save_and_load(sampler, tmp_path)
    assert vars(loaded).keys() == vars(sampler).keys()
    for part in ("_encoder", "_container", "_selector"):
        assert vars(getattr(loaded, part)).keys() == vars(getattr(sampler, part)).keys()
    for one, other in zip(loaded._encoder.codecs_, sampler._encoder.codecs_, strict=True):
        assert vars(one).keys() == vars(other).keys()
    for name in ("classes_", "parents_", "synthetic_mask_"):
        assert_same(getattr(loaded, name), getattr(sampler, name))
    assert loaded.sampling_strategy_ == sampler.sampling_strategy_ and loaded.n_features_in_ == 5
    assert list(loaded.history_) == list(sampler.history_) and loaded.net_.history is loaded.history_
    assert getattr(loaded.net_, "kept_", 0) == getattr(sampler.net_, "kept_", 0)
    assert loaded.get_params() == sampler.get_params()


def test_loaded_sampler_keeps_min_distance(make_sampler, mixed, tmp_path):
    sampler = make_sampler(min_distance=0.3).fit(*mixed)
    loaded = save_and_load(sampler, tmp_path)
    sampled = loaded.sample(20, y="rare")
    assert_same(sampled, sampler.sample(20, y="rare"))
    assert memorization_report(mixed[0], sampled, sampled).synthetic.smallest_distance >= 0.3


def test_loaded_sampler_samples_mixtures_after_divergence(make_sampler, numbers, tmp_path):
    with pytest.warns(ConvergenceWarning, match="mixtures of real rows"):
        sampler = make_sampler(learning_rate=1e38).fit(*numbers)
    loaded = save_and_load(sampler, tmp_path)
    np.testing.assert_array_equal(loaded.sample(20, y=1), sampler.sample(20, y=1))


def test_rows_of_every_dataframe_library_round_trip(make_sampler, mixed, in_library, tmp_path):
    sampler = make_sampler(n_candidates=1).fit(in_library(mixed[0]), mixed[1])
    loaded = save_and_load(sampler, tmp_path)
    assert_same(loaded.sample(40, y="rare"), sampler.sample(40, y="rare"))
    assert loaded.feature_names_in_.tolist() == list(mixed[0].columns)


@pytest.mark.parametrize(
    "make",
    [
        *(
            lambda X, dtype=dtype: X.round().astype(dtype)
            for dtype in ("f2", "f4", ">f8", "i1", ">i4", "bool", "U4", "O")
        ),
        lambda X: X.round().clip(0).astype("u8"),
        lambda X: X.round().astype("U4").astype("S4"),
        lambda X: np.where(X > 1, None, np.where(X > 0, "a", "b")),
        lambda X: np.where(X > 1, np.nan, X),
        lambda X: [[row[0], "a" if row[1] > 0 else None, int(row[2])] for row in X.tolist()],
        *(lambda X, kind=kind: getattr(sparse, kind)(X.clip(0)) for kind in ("csr_matrix", "coo_array", "dok_array")),
        lambda X: pd.DataFrame(X, columns=[("a", 1), 2, 3, 2.5, pd.Timestamp("2020")]),
        lambda X: pd.DataFrame(X, columns=pd.MultiIndex.from_product([["u"], [*"abcde"]], names=["first", None])),
        lambda X: pd.DataFrame({"t": with_missing_times((X[:, 0] * 99).astype("M8[D]").astype("M8[us]"))}),
        pytest.param(
            lambda X: pl.DataFrame({"t": with_missing_times((X[:, 0] * 99).astype("m8[s]").astype("m8[us]"))}),
            id="polars",
        ),
        lambda X: pa.table({"t": pa.array((X[:, 0] * 99).astype("i4"), pa.date32())}),
        lambda X: with_missing_times((X * 99).astype("M8[D]")),
    ],
)
def test_rows_of_every_container_and_dtype_round_trip(make_sampler, numbers, tmp_path, make):
    sampler = make_sampler(generator="residual", n_candidates=1).fit(make(numbers[0]), numbers[1])
    assert_same(save_and_load(sampler, tmp_path).sample(30, y=1), sampler.sample(30, y=1))


@pytest.fixture(scope="module", params=["pandas", "polars", "array", "detected"])
def related(request, every_rule):
    """A fitted sampler of a table with every rule, listed or detected."""
    X, y, relations = every_rule
    if request.param == "array":
        relations = [at_positions(relation, list(X.columns)) for relation in relations]
    table = {"polars": pl.from_pandas, "array": lambda X: X.to_numpy()}.get(request.param, lambda X: X)(X)
    params = {"max_steps": 2, "hidden_layer_sizes": (4,), "latent_dim": 2, "n_candidates": 1, "random_state": 0}
    relations = "auto" if request.param == "detected" else relations
    return GANOversampler(relations=relations, **params).fit(table, y)


def at_positions(relation, names):
    """Return a relation with the positions of its columns in place of their names."""
    parts = {part.name: getattr(relation, part.name) for part in fields(relation) if part.init}
    for name in {"columns", "parts", "low", "high", "total"}.intersection(parts):
        of = parts[name]
        parts[name] = [names.index(each) for each in of] if isinstance(of, list) else names.index(of)
    return type(relation)(**parts)


def test_the_table_of_every_rule_has_every_rule(every_rule, make_sampler):
    X, y, relations = every_rule
    encoder = make_sampler(relations=relations, n_candidates=1, max_steps=2).fit(X, y)._encoder
    assert {rule.name for rule in encoder._rules} == set(RULES)
    for name in ("lookup", "difference", "total"):
        assert {bool(rule.removed) for rule in encoder._rules if rule.name == name} == {False, True}
    numeric = [codec for codec in encoder.codecs_ if codec.name == "number"]
    assert any(codec.gaps.any() for codec in numeric) and any(codec.notation.step > 1 for codec in numeric)
    forms = {codec.form.name for codec in encoder.codecs_ if codec.name == "coded time"}
    assert forms == {"YYYYMMDD", "HHMM"}
    combined = {tuple(X.columns[j] for j in rule.determined) for rule in encoder._rules if rule.name == "combination"}
    assert ("shade", "tone") in combined  # by their association


def test_loaded_sampler_keeps_every_rule(related, tmp_path):
    loaded = save_and_load(related, tmp_path)
    for code in ("common", "rare"):
        assert_same(loaded.sample(200, y=code), related.sample(200, y=code))
    assert loaded.relations_ == related.relations_ and loaded.relations == related.relations
    assert [r.support for r in loaded.relations_] == [r.support for r in related.relations_]
    first, second = loaded._encoder.to_document(), related._encoder.to_document()
    assert_same_documents(first, second)


def assert_same_documents(left, right):
    texts, arrays = zip(_split_arrays(left), _split_arrays(right), strict=True)
    assert texts[0] == texts[1] and arrays[0].keys() == arrays[1].keys()
    for name, array in arrays[0].items():
        assert_same(array, arrays[1][name])


def test_rows_of_a_loaded_sampler_break_no_relation(related, every_rule, tmp_path):
    observed, _, _ = every_rule
    loaded = save_and_load(related, tmp_path)
    columns = list(open_container(loaded.sample(300, y="rare")).columns())
    names = [column.name for column in columns]
    for relation in loaded.relations_:
        positions = [names.index(name) for name in relation.names]
        members, codecs = [columns[j] for j in positions], [loaded._encoder.codecs_[j] for j in positions]
        assert not find_breaches(relation, members, codecs)[0].any()
        if isinstance(relation, FixedCombinations):
            found = zip(*(np.where(c.missing, None, c.cells) for c in members), strict=True)
            known = set(observed.iloc[:, positions].astype(object).itertuples(index=False, name=None))
            assert {row for row in found if None not in row} <= known


@pytest.mark.parametrize(
    "relation",
    [
        FixedCombinations(("a", "b")),
        MissingTogether(pd.Index(["a", 3], dtype=object)),
        OneHot([np.str_("a"), ("b", 1)]),
        Inequality("a", "b", strict=1),
        Sum("t", ["a"], tolerance=np.float64("inf")),
        Sum("t", ["a"], tolerance=Decimal("0.5")),
    ],
    ids=repr,
)
def test_relations_of_any_names_round_trip(relation):
    assert write_and_read(relation_to_document(relation), relation_from_document) == relation


ZONES = {"Oslo": ZoneInfo("Europe/Oslo"), "offset": timezone(timedelta(hours=-5)), "named": timezone(timedelta(0), "x")}


def objects(cells):
    return pd.Series(cells, dtype=object)


MOMENTS = [datetime(2020, 1, 1) + timedelta(hours=i) for i in range(75)]
PYTHON_VALUES = {
    "date": [moment.date() for moment in MOMENTS],
    "datetime": MOMENTS,
    **{f"datetime, {name}": [moment.astimezone(zone) for moment in MOMENTS] for name, zone in ZONES.items()},
    "time": [moment.time() for moment in MOMENTS],
    "timedelta": [moment - MOMENTS[0] for moment in MOMENTS],
    "Decimal": [Decimal(i) / 8 for i in range(75)],
    "integers": list(range(75)),
    "floats": [i / 7 for i in range(75)],
    "pandas Timestamp": [pd.Timestamp(moment) for moment in MOMENTS],
    "pandas Timestamp, zone": [pd.Timestamp(moment, tz="Europe/Oslo") for moment in MOMENTS],
    "pandas Timedelta": [pd.Timedelta(i, "min") for i in range(75)],
}


@pytest.mark.parametrize("make", [lambda c: pd.DataFrame({"a": objects(c)}), lambda c: [[cell] for cell in c]])
@pytest.mark.parametrize("kind", PYTHON_VALUES)
def test_python_values_keep_their_type(make_sampler, numbers, tmp_path, kind, make):
    X = make([*PYTHON_VALUES[kind][:74], None])
    sampler = make_sampler(n_candidates=1).fit(X, numbers[1])
    assert_same(save_and_load(sampler, tmp_path).sample(40, y=1), sampler.sample(40, y=1))


@pytest.mark.filterwarnings("ignore:Expected categories that repeat")
def test_python_values_as_categories_are_kept(make_sampler, numbers, tmp_path):
    X = pd.DataFrame({name: objects(cells) for name, cells in PYTHON_VALUES.items() if name != "datetime, Oslo"})
    sampler = make_sampler(n_candidates=1, categorical_features=[*X.columns]).fit(X, numbers[1])
    assert_same(save_and_load(sampler, tmp_path).sample(40, y=1), sampler.sample(40, y=1))


@pytest.mark.parametrize("moment", [datetime, pd.Timestamp])
def test_time_zone_without_a_name_is_not_saved(make_sampler, numbers, tmp_path, moment):
    class Zone(tzinfo):
        def utcoffset(self, moment):
            return timedelta(hours=1)

        def dst(self, moment):
            return timedelta(0)

    zone = Zone()
    X = [[moment(2020, 1, 1 + i % 28, tzinfo=zone)] for i in range(75)]
    sampler = make_sampler(n_candidates=1).fit(X, numbers[1])
    with pytest.raises(ValueError, match=r"Expected column 0 to hold .*Zone"):
        sampler.save(tmp_path / "sampler.safetensors")


def test_objects_without_a_type_keep_their_document(make_sampler, numbers, tmp_path):
    """Files without Python types can be read by versions that do not know any."""
    sampler = make_sampler(n_candidates=1).fit(pd.DataFrame({"a": ["x", "y", None] * 25}), numbers[1])
    assert "python_types" not in container_to_document(sampler._container)


TIMES = pd.Series(pd.to_datetime(["2020-01-01 01:02:03.123456789", "1969-12-31 23:00:00.0", None]))
SERIES = {
    "pandas": [
        pd.Series(pd.Categorical(["b", None, "a"], categories=["b", "unused", "a"], ordered=True)),
        pd.Series(pd.cut([1, 5, 9], 2)),
        pd.Series(pd.Categorical(TIMES)),
        pd.Series(pd.Categorical(np.array([3, 1, 3]))),
        *(pd.Series([1, None, 0]).astype(dtype) for dtype in ("Int8", "UInt64", "Float32", "boolean", "f2")),
        *(pd.Series(["a", None]).astype(dtype) for dtype in ("string", "string[python]", "str", "object")),
        pd.Series(np.array([None, 1.5, True, "a", pd.NA, np.float32(2), date(2020, 1, 1)], dtype=object)),
        pd.Series(pd.arrays.SparseArray([0, 0, 3], fill_value=0)),
        pd.Series(["a", None]).astype(pd.ArrowDtype(pa.dictionary(pa.int8(), pa.string()))),
        pd.Series([1, None]).astype("int64[pyarrow]"),
        TIMES,
        TIMES.dt.floor("s").astype("M8[s]"),
        TIMES.dt.tz_localize("Europe/Oslo"),
        TIMES.dt.tz_localize(timezone(timedelta(hours=2))),
        TIMES - TIMES[0],
    ],
    "polars": [
        *(
            pl.Series([1, None, 0]).cast(kind)
            for kind in (pl.Int8, pl.UInt64, pl.Float32, pl.Boolean, pl.Decimal(9, 2))
        ),
        *(pl.Series(["a", None]).cast(kind) for kind in (pl.String, pl.Categorical, pl.Enum(["z", "a"]), pl.Null)[:3]),
        pl.Series([None, None]),
        *(
            pl.Series([5, -7, None]).cast(kind)
            for kind in (pl.Datetime("ns", "Europe/Oslo"), pl.Duration("ms"), pl.Date)
        ),
        pl.Series([5, None]).cast(pl.Time),
    ],
    "pyarrow": [
        *(
            pa.chunked_array([pa.array([1, None], kind)])
            for kind in (pa.int8(), pa.uint64(), pa.float32(), pa.date32())
        ),
        *(pa.chunked_array([pa.array(["a", None], kind)]) for kind in (pa.string(), pa.large_string())),
        pa.chunked_array(
            [pa.array(["a", None, "b"]).dictionary_encode(), pa.array(["c"]).dictionary_encode()]
        ).unify_dictionaries(),
        pa.chunked_array([pa.array([Decimal("1.5"), None], pa.decimal128(6, 2))]),
        *(
            pa.chunked_array([pa.array([5, None], pa.int64()).cast(kind)])
            for kind in (pa.timestamp("ns", "UTC"), pa.duration("s"))
        ),
        pa.chunked_array([pa.array([True, None])]),
        pa.chunked_array([pa.array([], pa.string())]),
    ],
}


@pytest.mark.parametrize(
    "library, series",
    [(library, series) for library, all_ in SERIES.items() for series in all_],
    ids=lambda part: str(getattr(part, "dtype", getattr(part, "type", part))),
)
def test_columns_of_every_dtype_round_trip(library, series):
    read = write_and_read(series_to_document(series, library, "it"), series_from_document, library)
    if library == "pandas":
        pd.testing.assert_series_equal(read, series)
    elif library == "polars":
        assert read.dtype == series.dtype and read.equals(series, null_equal=True)
    else:
        assert read.type == series.type and read.to_pylist() == series.to_pylist()


def test_values_of_every_type_round_trip():
    plain = [None, True, 2**70, float("nan"), float("-inf"), "a\ud800", b"\x00", ("a", (1,)), {"a": [1]}]
    others = [Decimal("1.50"), datetime(2020, 1, 1, tzinfo=UTC), date(2020, 1, 1), time(1, 2), timedelta(-1, 2, 3)]
    of_numpy = [np.float32(1.1), np.str_("a"), np.bool_(True), np.datetime64("2020-01"), np.timedelta64(3, "h")]
    of_pandas = [pd.NA, pd.NaT, pd.Interval(1, 2.5), pd.Timestamp("2020-01-01", tz="Europe/Oslo"), pd.Timedelta("3h")]
    values = np.fromiter([*plain, *others, *of_numpy, *of_pandas], dtype=object)
    assert_same(write_and_read(array_to_document(values, "it"), array_from_document), values)
    found = write_and_read(array_to_document(values, "it"), array_from_document)
    assert list(map(type, found)) == list(map(type, values))


@pytest.mark.parametrize("dtype", ["M8[D]", "m8[25s]", ">M8[ns]", "U3", "S2", ">i2", "f2"])
@pytest.mark.parametrize("shape", [(0,), (2, 3)])
def test_arrays_round_trip(dtype, shape):
    array = np.arange(np.prod(shape)).astype("m8[s]" if dtype.startswith("m8") else "i8").astype(dtype).reshape(shape)
    read = write_and_read(array_to_document(array, "it"), array_from_document)
    assert read.dtype.str == array.dtype.str
    np.testing.assert_array_equal(read, array)


@pytest.mark.parametrize(
    "labels", [["n", "p"], [False, True], np.array([7, -7], dtype="i1"), np.array(["n", "p"], dtype=object)]
)
@pytest.mark.parametrize("as_scalar", [True, False])
def test_labels_and_sampling_strategy_round_trip(make_sampler, numbers, tmp_path, labels, as_scalar):
    labels = np.asarray(labels)
    rare = labels[1] if as_scalar else labels.tolist()[1]
    y = labels[numbers[1]]
    sampler = make_sampler(n_candidates=1, sampling_strategy={rare: 20}).fit(numbers[0], y)
    loaded = save_and_load(sampler, tmp_path)
    assert_same(loaded.classes_, sampler.classes_)
    assert loaded.sampling_strategy == {rare: 20} and loaded.sampling_strategy_ == sampler.sampling_strategy_
    assert_same(loaded.sample(9, y=labels.tolist()[1]), sampler.sample(9, y=labels.tolist()[1]))


@pytest.mark.filterwarnings("ignore:Expected categories that repeat")
def test_loaded_sampler_can_be_cloned_pickled_and_refitted(make_sampler, numbers, tmp_path):
    sampler = make_sampler(n_candidates=1, hidden_layer_sizes=[8], categorical_features=[0]).fit(*numbers)
    loaded = save_and_load(sampler, tmp_path)
    assert loaded.get_params() == clone(loaded).get_params() == sampler.get_params()
    unpickled = pickle.loads(pickle.dumps(loaded))
    rows = sampler.sample(9, y=1)
    np.testing.assert_array_equal(loaded.sample(9, y=1), rows)
    np.testing.assert_array_equal(unpickled.sample(9, y=1), rows)
    np.testing.assert_array_equal(loaded.fit_resample(*numbers)[0], sampler.fit_resample(*numbers)[0])
    assert "ConditionalGAN" in repr(unpickled.net_)


def test_random_state_instance_continues_after_loading(make_sampler, numbers, tmp_path):
    sampler = make_sampler(random_state=np.random.RandomState(3), n_candidates=1).fit(*numbers)
    loaded = save_and_load(sampler, tmp_path)
    np.testing.assert_array_equal(loaded.fit(*numbers).sample(9, y=1), sampler.fit(*numbers).sample(9, y=1))


def test_n_candidates_can_change_after_loading(make_sampler, judged, tmp_path):
    sampler = make_sampler(n_candidates=3).fit(*judged).set_params(n_candidates=1)
    loaded = save_and_load(sampler, tmp_path)
    for n_candidates in (1, 3, 4):
        rows = [each.set_params(n_candidates=n_candidates).sample(9, y=1) for each in (loaded, sampler)]
        np.testing.assert_array_equal(*rows)


@pytest.mark.parametrize(
    "columns, expected",
    [
        (range(1, 3), [1, 2]),
        (np.array([True, *[False] * 4]), np.array([True, *[False] * 4])),
        (pd.Index(["a"]), np.array(["a"], dtype=object)),
        (pd.Series([0, 1]), np.array([0, 1])),
    ],
    ids=lambda part: type(part).__name__,
)
@pytest.mark.filterwarnings("ignore:Expected categories that repeat")
def test_categorical_features_of_any_type_are_saved(make_sampler, numbers, tmp_path, columns, expected):
    X, y = pd.DataFrame(numbers[0], columns=list("abcde")), numbers[1]
    loaded = save_and_load(make_sampler(n_candidates=1, categorical_features=columns).fit(X, y), tmp_path)
    assert_same(loaded.categorical_features, expected)
    assert len(loaded.fit(X, y).sample(3, y=1)) == 3


def test_callbacks_are_not_saved(make_sampler, numbers, tmp_path):
    sampler = make_sampler(callbacks=[Callback()], n_candidates=1).fit(*numbers)
    assert save_and_load(sampler, tmp_path).callbacks is None and len(sampler.callbacks) == 1


def test_parameters_absent_from_the_file_have_their_defaults(fitted, tmp_path):
    fitted.set_params(loss="hinge")
    with patch.object(GANOversampler, "get_params", lambda self, deep: {"n_candidates": 1, "max_steps": 2}):
        fitted.save(tmp_path / "it")
    loaded = GANOversampler.load(tmp_path / "it")
    assert loaded.loss == "relativistic" and loaded.max_steps == 2


def test_sampler_saved_on_a_gpu_loads_on_a_cpu(make_sampler, numbers, tmp_path):
    sampler = make_sampler(n_candidates=1).fit(*numbers)
    sampler.net_.device = "cuda:0"
    sampler.device = "cuda"
    state = {"device": "cuda", "state": np.arange(16, dtype=np.uint8)}
    with patch("sklearn_gan._networks.trainer.torch_to_document", return_value=state):
        sampler.save(tmp_path / "it")
    loaded, loaded_on_cpu = GANOversampler.load(tmp_path / "it"), GANOversampler.load(tmp_path / "it", device="cpu")
    assert loaded.device == "auto" and loaded_on_cpu.device == "cpu" and loaded.net_.rng.device.type == "cpu"
    rows = loaded.sample(9, y=1)
    np.testing.assert_array_equal(rows, loaded_on_cpu.sample(9, y=1))
    assert rows.shape == (9, 5) and np.isfinite(rows).all()


@pytest.mark.parametrize("name", ["mixed", "numbers"])
def test_file_of_the_same_format_version_loads(name, request):
    X, _ = request.getfixturevalue(name)
    sampler = GANOversampler.load(SAVED / f"{name}.safetensors")
    rows = sampler.sample(200, y=sampler.classes_[-1])
    observed = pd.DataFrame(X)
    assert type(rows) is type(X)
    rows = pd.DataFrame(rows)
    pd.testing.assert_series_equal(rows.dtypes, observed.dtypes)
    for column in observed:
        if pd.api.types.is_numeric_dtype(observed[column]) and not pd.api.types.is_bool_dtype(observed[column]):
            assert rows[column].dropna().between(observed[column].min(), observed[column].max()).all()
        else:
            assert set(rows[column].dropna()) <= set(observed[column].dropna())
    assert len(rows.drop_duplicates()) > 100
    assert sampler.history_[-1, "step"] == 60


def test_string_dtypes_of_newer_pandas_load_in_older_pandas():
    def make(storage):
        return f"string[{storage}]"

    old = SimpleNamespace(StringDtype=make)
    assert _type_of_strings("pyarrow", True, old) is object
    assert _type_of_strings("pyarrow", False, old) == "string[pyarrow]"
    new = SimpleNamespace(StringDtype=lambda storage, na_value=pd.NA: (storage, na_value))
    assert _type_of_strings("python", True, new) == ("python", np.nan)
    assert _type_of_strings("python", False, new) == ("python", pd.NA)


def test_saving_an_unfitted_sampler_raises(make_sampler, tmp_path):
    with pytest.raises(NotFittedError):
        make_sampler().save(tmp_path / "it")
    assert not list(tmp_path.iterdir())


@pytest.fixture
def fitted(make_sampler, numbers):
    return make_sampler(n_candidates=1, max_steps=2).fit(*numbers)


def test_file_metadata_names_estimator_format_and_versions(fitted, tmp_path):
    fitted.save(tmp_path / "it")
    with safe_open(tmp_path / "it", framework="np") as file:
        metadata = file.metadata()
        assert file.get_slice("document").get_dtype() == "U8"
    assert metadata["estimator"] == "GANOversampler" and metadata["format_version"] == str(FORMAT_VERSION)
    assert '"torch"' in metadata["versions"]


class Unserializable:
    """A value whose type the file format does not support."""


def test_error_names_the_column_that_cannot_be_saved(make_sampler, numbers, tmp_path):
    values = np.array([Unserializable(), Unserializable()], dtype=object)[np.arange(75) % 2]
    sampler = make_sampler(n_candidates=1).fit(pd.DataFrame({"a": numbers[0][:, 0], "b": values}), numbers[1])
    with pytest.raises(ValueError, match=r"Expected column 'b' to hold .*, got a .*\.Unserializable\. Convert it"):
        sampler.save(tmp_path / "it")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "library, series, message",
    [
        ("pandas", pd.Series(pd.period_range("2020", periods=2)), r"dtype period\["),
        ("pandas", pd.Series(pd.to_datetime(["2020"])).dt.tz_localize(timezone(timedelta(), "here")), "time zone"),
        ("polars", pl.Series([[1], [2]]), r"dtype List\("),
        ("pyarrow", pa.chunked_array([pa.array([[1], [2]])]), "type list<"),
        ("modin", None, "a column of modin"),
    ],
    ids=str,
)
def test_unsupported_series_cannot_be_saved(library, series, message):
    with pytest.raises(ValueError, match=f"Expected it to hold .*, got .*{message}"):
        series_to_document(series, library, "it")


def test_pandas_value_types_are_skipped_without_pandas():
    with patch.dict("sys.modules"):
        del sys.modules["pandas"]
        assert pandas_codecs() == {}


def test_invalid_parameters_cannot_be_saved(fitted, tmp_path):
    with pytest.raises(ValueError, match="'max_steps' parameter of GANOversampler must be an int"):
        fitted.set_params(max_steps=-4).save(tmp_path / "it")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="named pipes require POSIX")
def test_save_replaces_only_regular_files_and_names_the_path(fitted, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for name in ("pipe", "link"):
        with pytest.raises(ValueError, match=f"{name} to be a regular file, found a device or a pipe"):
            fitted.save(tmp_path / name)
    for path, error in ((tmp_path, IsADirectoryError), ("/", IsADirectoryError), (tmp_path / "no" / "it", OSError)):
        with pytest.raises(error) as caught:
            fitted.save(path)
        assert caught.value.filename == str(path)
    assert sorted(os.listdir(tmp_path)) == ["link", "pipe"] and (tmp_path / "pipe").is_fifo()
    fitted.save(os.fsencode(tmp_path / "it"))
    assert GANOversampler.load(tmp_path / "it").n_features_in_ == 5


def test_failed_save_keeps_the_old_file_and_leaves_no_other(fitted, tmp_path):
    fitted.save(tmp_path / "it")
    old = (tmp_path / "it").read_bytes()
    with patch("os.replace", side_effect=OSError("full")), pytest.raises(OSError, match="full"):
        fitted.save(tmp_path / "it")
    fitted.set_params(sampling_strategy=len)
    with pytest.raises(ValueError, match="no code"):
        fitted.save(tmp_path / "it")
    assert (tmp_path / "it").read_bytes() == old and list(tmp_path.iterdir()) == [tmp_path / "it"]


@pytest.mark.skipif(os.name != "posix", reason="permissions and symbolic links require POSIX")
def test_save_keeps_permissions_and_symbolic_links(fitted, tmp_path):
    (tmp_path / "new").touch()
    fitted.save(tmp_path / "fresh")
    assert (tmp_path / "fresh").stat().st_mode == (tmp_path / "new").stat().st_mode
    (tmp_path / "fresh").chmod(0o640)
    (tmp_path / "link").symlink_to("fresh")
    fitted.save(tmp_path / "link")
    assert stat.S_IMODE((tmp_path / "fresh").stat().st_mode) == 0o640 and (tmp_path / "link").is_symlink()
    assert GANOversampler.load(str(tmp_path / "link")).sample(2, y=1).shape == (2, 5)


def test_file_is_complete_while_it_is_being_replaced(fitted, tmp_path):
    fitted.save(tmp_path / "it")
    writer = threading.Thread(target=lambda: [fitted.save(tmp_path / "it") for _ in range(20)])
    writer.start()
    while writer.is_alive():
        assert GANOversampler.load(tmp_path / "it").n_features_in_ == 5
    writer.join()
