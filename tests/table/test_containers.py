"""Resampled tables keep the container, column order, dtypes, categories and index."""

from datetime import time
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from sklearn_gan import GANImputer, GANOversampler, ResampledClassifier, metrics
from sklearn_gan._table import stack_rows


@pytest.fixture
def frame(in_library, mixed):
    """The mixed table as a frame of each library, with its target as a list."""
    return in_library(mixed[0]), mixed[1].tolist()


def types_of(frame):
    return dict(zip(frame.columns, frame.dtypes, strict=True)) if hasattr(frame, "dtypes") else frame.schema


def test_frame_keeps_library_column_order_and_dtypes(make_sampler, frame, as_pandas):
    X, y = frame
    X_resampled, y_resampled = make_sampler().fit_resample(X, y)
    assert type(X_resampled) is type(X) and isinstance(y_resampled, list)
    assert types_of(X_resampled) == types_of(X)
    pd.testing.assert_frame_equal(as_pandas(X_resampled[:75]), as_pandas(X))


def test_generated_values_lie_within_the_observed_range(make_sampler, frame, as_pandas):
    X, y = frame
    generated = as_pandas(make_sampler(max_steps=30).fit(X, y).sample(500, y="rare"))
    observed = as_pandas(X)
    for name in observed.columns:
        present = generated[name].dropna()
        assert len(present)
        if pd.api.types.is_bool_dtype(observed[name]) or not pd.api.types.is_numeric_dtype(observed[name]):
            assert set(present) <= set(observed[name].dropna())
        else:
            assert observed[name].min() <= present.min() and present.max() <= observed[name].max()
        if name.startswith("int"):
            assert (present == present.round()).all()


def test_rows_of_strings_are_the_same_for_every_container(make_sampler, numbers):
    rng = np.random.default_rng(0)
    X = rng.choice(np.array(["red", "green", "blue"]), (75, 3))
    expected, _ = make_sampler().fit_resample(X, numbers[1])
    for same in (X.tolist(), X.astype(object), pd.DataFrame(X), pd.DataFrame(X).astype("category")):
        np.testing.assert_array_equal(np.array(make_sampler().fit_resample(same, numbers[1])[0]), expected)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int64", "int8", "uint16", "bool", "U3", "object"])
def test_array_keeps_dtype(make_sampler, numbers, dtype):
    X = (numbers[0] * 9).round().clip(0, 99).astype(dtype)
    X_resampled, _ = make_sampler().fit_resample(X, numbers[1])
    assert X_resampled.dtype == X.dtype
    np.testing.assert_array_equal(X_resampled[:75], X)
    if dtype != "bool":
        assert set(X_resampled.ravel()) <= set(X.ravel()) | set(np.arange(100))


@pytest.mark.parametrize("make", [sparse.csr_matrix, sparse.csc_array, sparse.coo_array, sparse.lil_matrix])
def test_sparse_table_keeps_class_and_dtype(make_sampler, numbers, make):
    X = make(np.where(numbers[0] > 1, numbers[0], 0).astype("float32"))
    X_resampled, _ = make_sampler().fit_resample(X, numbers[1])
    assert type(X_resampled) is type(X) and X_resampled.dtype == X.dtype
    np.testing.assert_array_equal(X_resampled.toarray()[:75], X.toarray())


def test_lists_keep_strings_numbers_and_missing_values(make_sampler):
    X = [[1.5, "a", None, 1], [2.5, "b", "u", 5], [3.5, "a", "v", 7], [0.5, "b", "u", None], [2.0, "a", None, 9]]
    X.append([1.0, "b", "v", 3])
    X_resampled, y_resampled = make_sampler().fit_resample(X, ["n", "n", "n", "n", "p", "p"])
    assert X_resampled[:6] == X and y_resampled[6:] == ["p", "p"]
    for number, letter, missing, integer in X_resampled[6:]:
        assert integer is None or isinstance(integer, int)
        assert isinstance(number, float) and letter in "ab" and missing in (None, "u", "v")


def test_unused_categories_are_kept_but_not_generated(make_sampler, mixed):
    X_resampled, _ = make_sampler().fit_resample(*mixed)
    assert X_resampled["category"].cat.categories.tolist() == ["y", "unused", "x"]
    assert not (X_resampled["category"] == "unused").any()


DAYS = np.random.default_rng(0).integers(-9_000, 20_000, 75)
DAYS[3] = 0
HOURS = DAYS % 24


def with_last_missing(values, dtype):
    return pd.Series([*values[:74], None], dtype=dtype)


TIMES = {
    "pandas datetime64[ns]": pd.DataFrame({"t": DAYS.astype("M8[D]").astype("M8[ns]")}),
    "pandas datetime64[s], NaT": pd.DataFrame({"t": pd.Series(with_last_missing(DAYS.astype("M8[D]"), "M8[s]"))}),
    "pandas time zone": pd.DataFrame({"t": pd.Series(DAYS.astype("M8[D]")).dt.tz_localize("Europe/Berlin")}),
    "pandas timedelta64": pd.DataFrame({"t": with_last_missing(DAYS.astype("m8[D]").astype("m8[us]"), "m8[us]")}),
    "pandas arrow date32": pd.DataFrame(
        {"t": with_last_missing(DAYS.astype("M8[D]").tolist(), pd.ArrowDtype(pa.date32()))}
    ),
    "pandas arrow duration": pd.DataFrame(
        {"t": with_last_missing(DAYS.astype("m8[D]").tolist(), pd.ArrowDtype(pa.duration("ms")))}
    ),
    "polars Datetime": pl.DataFrame({"t": [*DAYS.astype("M8[D]").astype("M8[us]").tolist()[:74], None]}),
    "polars Date": pl.DataFrame({"t": [*DAYS.astype("M8[D]").tolist()[:74], None]}),
    "polars Duration": pl.DataFrame({"t": DAYS.astype("m8[D]").tolist()}),
    "polars Time": pl.DataFrame({"t": [time(hour) for hour in HOURS]}),
    "arrow timestamp": pa.table({"t": pa.array(DAYS * 86_400, pa.timestamp("s", "UTC"))}),
    "arrow date32": pa.table({"t": pa.array([None, *DAYS[1:].tolist()], pa.date32())}),
    "arrow time32": pa.table({"t": pa.array((HOURS * 3600).astype("int32"), pa.time32("s"))}),
    "arrow time64": pa.table({"t": pa.array(HOURS * 3600 * 10**6, pa.time64("us"))}),
    "numpy datetime64": np.append(DAYS[:74].astype("M8[D]").astype("M8[ms]"), np.datetime64("NaT"))[:, None],
    "numpy timedelta64": DAYS.astype("m8[h]")[:, None],
}


def times_of(table, as_pandas):
    return pd.Series(table[:, 0]) if isinstance(table, np.ndarray) else as_pandas(table)["t"]


@pytest.mark.parametrize("kind", TIMES)
def test_dates_and_durations_keep_dtype_range_and_resolution(make_sampler, numbers, as_pandas, kind):
    X, y = TIMES[kind], numbers[1]
    sampler = make_sampler(max_steps=20)
    X_resampled, _ = sampler.fit_resample(X, y)
    assert type(X_resampled) is type(X)
    assert types_of(X_resampled) == types_of(X) if not isinstance(X, np.ndarray) else X_resampled.dtype == X.dtype
    observed, resampled = times_of(X, as_pandas), times_of(X_resampled, as_pandas)
    pd.testing.assert_series_equal(resampled[:75], observed, check_index=False)
    generated = times_of(sampler.sample(400, y=1), as_pandas)
    assert generated.dropna().between(observed.min(), observed.max()).all()
    assert generated.nunique() > 20 or "ime" in kind
    if pd.api.types.is_datetime64_dtype(generated.dtype):
        assert (generated.dropna() == generated.dropna().dt.normalize()).all()


def test_dates_depend_on_the_class(make_sampler, numbers):
    y = numbers[1]
    when = pd.DataFrame({"when": np.datetime64("2020-01-01", "us") + (y * 3650 + DAYS % 365).astype("m8[D]")})
    sampler = make_sampler(max_steps=100).fit(when, y)
    early, late = (np.mean(sampler.sample(200, y=label)["when"] < pd.Timestamp("2025-01-01")) for label in (0, 1))
    assert early > 0.7 and late < 0.5


def test_dates_can_be_categories(make_sampler, numbers):
    when = pd.DataFrame({"when": pd.to_datetime(["2020-01-31", "2020-02-29", "2020-03-31"] * 25)})
    sampler = make_sampler(categorical_features=["when"]).fit(when, numbers[1])
    assert sampler._encoder.layout_.block_widths == (3,)
    assert set(sampler.sample(50, y=1)["when"]) <= set(when["when"])


@pytest.mark.parametrize(
    "labels",
    [
        pd.MultiIndex.from_product([["x"], list("abcde")], names=["first", "second"]),
        pd.Index([3, 1, 2, 7, 0], name="columns"),
        [1.5, None, ("t", 1), frozenset(), True],
        pd.DatetimeIndex(["2020", "2022", "2021", "1999", "1998"]),
    ],
)
def test_pandas_columns_can_have_any_labels(make_sampler, numbers, labels):
    X = pd.DataFrame(numbers[0], columns=labels)
    X_resampled, _ = make_sampler().fit_resample(X, numbers[1])
    pd.testing.assert_index_equal(X_resampled.columns, X.columns)
    pd.testing.assert_frame_equal(X_resampled[:75], X)
    pd.testing.assert_index_equal(make_sampler().fit(X, numbers[1]).sample(3, y=1).columns, X.columns)


def test_pandas_multiindex_is_reset(make_sampler, numbers):
    X = pd.DataFrame(numbers[0], index=pd.MultiIndex.from_arrays([np.arange(75) // 10, np.arange(75) % 10]))
    y = pd.Series(numbers[1], index=X.index)
    X_resampled, y_resampled = make_sampler().fit_resample(X, y)
    assert X_resampled.index.tolist() == y_resampled.index.tolist() == list(range(len(X_resampled)))


def test_sparse_pandas_columns_stay_sparse(make_sampler, numbers):
    X = pd.DataFrame(np.where(numbers[0] > 1, numbers[0], 0)).astype(pd.SparseDtype(float, 0))
    X_resampled, _ = make_sampler().fit_resample(X, numbers[1])
    assert (X_resampled.dtypes == X.dtypes).all()


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "uint8", "bool"])
def test_masked_values_are_missing(make_sampler, numbers, tmp_path, dtype):
    values = np.abs(numbers[0] * 10).astype(dtype)
    X = np.ma.array(values, mask=np.random.default_rng(0).random(values.shape) < 0.3)
    sampler = make_sampler()
    X_resampled, _ = sampler.fit_resample(X, numbers[1])
    assert type(X_resampled) is np.ma.MaskedArray and X_resampled.dtype == dtype
    np.testing.assert_array_equal(X_resampled.mask[:75], X.mask)
    np.testing.assert_array_equal(X_resampled[:75].compressed(), X.compressed())
    assert X_resampled.mask[75:].any() and X_resampled[75:].max() <= X.max()
    sampler.save(tmp_path / "sampler.safetensors")
    loaded = GANOversampler.load(tmp_path / "sampler.safetensors")
    np.testing.assert_array_equal(loaded.sample(9, y=1).filled(0), sampler.sample(9, y=1).filled(0))


def test_large_masked_integers_are_exact(make_sampler, numbers):
    X = np.ma.array(2**60 + (numbers[0] > 0) + 2 * (numbers[0] > 1), mask=numbers[0] < -1)
    X_resampled, _ = make_sampler().fit_resample(X, numbers[1])
    assert set(X_resampled[75:].compressed()) <= set(X.compressed())


def test_masked_booleans_are_categories(make_sampler, numbers):
    sampler = make_sampler().fit(np.ma.masked_array(numbers[0] > 0, mask=numbers[0] > 1), numbers[1])
    assert {codec.name for codec in sampler._encoder.codecs_} == {"category"}


@pytest.mark.parametrize("dtype", ["float64", "int64", "uint64", "bool"])
def test_masked_array_is_imputed_as_an_array_with_missing_values(numbers, dtype):
    X = np.ma.array((np.abs(numbers[0]) * 2).astype(dtype), mask=numbers[0] > 1)
    params = {"max_steps": 2, "hidden_layer_sizes": (8,), "random_state": 0}
    filled, expected = (GANImputer(**params).fit_transform(table) for table in (X, X.astype(object).filled(np.nan)))
    assert type(filled) is np.ma.MaskedArray and filled.dtype == dtype and not filled.mask.any()
    np.testing.assert_array_equal(filled, expected.astype(dtype))


def test_imputed_values_of_a_masked_column_without_observed_values_stay_masked(numbers):
    X = np.ma.array(numbers[0] > 0, mask=np.tile(np.arange(5) == 2, (75, 1)))
    filled = GANImputer(max_steps=2, random_state=0).fit_transform(X)
    np.testing.assert_array_equal(filled.mask, X.mask)


def test_masked_rows_are_stacked_with_their_mask():
    X = np.ma.masked_greater(np.arange(6.0).reshape(3, 2), 4)
    np.testing.assert_array_equal(stack_rows(X, X[1:]).mask, np.vstack((X.mask, X.mask[1:])))


@pytest.mark.parametrize("largest", [2**64 - 1, 2**63 - 1, 2**63 - 40])
def test_index_that_cannot_be_continued_is_reset(make_sampler, numbers, largest):
    X = pd.DataFrame(numbers[0], index=np.array([*range(74), largest], dtype=np.uint64 if largest >= 2**63 else None))
    X_resampled, y_resampled = make_sampler().fit_resample(X, pd.Series(numbers[1], index=X.index))
    assert X_resampled.index.tolist() == y_resampled.index.tolist() == list(range(120))


def test_integer_index_is_continued_and_other_indexes_are_reset(make_sampler, mixed):
    X, y = mixed
    shuffled = X.set_axis(np.arange(75)[::-1] * 2), y.set_axis(np.arange(75)[::-1] * 2)
    X_resampled, y_resampled = make_sampler().fit_resample(*shuffled)
    assert X_resampled.index.tolist() == [*range(148, -1, -2), *range(149, 149 + 45)]
    assert y_resampled.index.equals(X_resampled.index)
    X_resampled, _ = make_sampler().fit_resample(X.set_axis([f"customer {i}" for i in range(75)]), y)
    assert X_resampled.index.tolist() == list(range(120))


def test_name_of_an_index_is_kept_with_its_labels_only(make_sampler, mixed):
    X, y = mixed
    for index in (pd.RangeIndex(5, 80, name="id"), pd.Index(np.arange(75)[::-1], name="id")):
        X_resampled, y_resampled = make_sampler().fit_resample(X.set_axis(index), y.set_axis(index))
        assert X_resampled.index.name == y_resampled.index.name == "id" and X_resampled.index[:75].equals(index)
        assert type(X_resampled.index) is type(index)
    dates = pd.date_range("2020", periods=75, name="day")
    for index in (dates, pd.MultiIndex.from_arrays([dates, dates])):
        X_resampled, y_resampled = make_sampler().fit_resample(X.set_axis(index), y.set_axis(index))
        pd.testing.assert_index_equal(X_resampled.index, pd.RangeIndex(120), exact=True)
        pd.testing.assert_index_equal(y_resampled.index, pd.RangeIndex(120), exact=True)


def test_index_of_a_target_beside_an_array_follows_the_same_rules(make_sampler, numbers):
    X, y = numbers
    index = pd.Index(np.arange(75) + 9, name="id")
    assert make_sampler().fit_resample(X, pd.Series(y, index=index))[1].index.name == "id"
    resampled = make_sampler().fit_resample(X, pd.Series(y, index=index.astype(str)))[1]
    pd.testing.assert_index_equal(resampled.index, pd.RangeIndex(120), exact=True)


ATTRS = {"source": "bank", "weights": np.arange(3)}  # pandas.concat cannot compare arrays in `attrs`


@pytest.mark.parametrize("columns", [["float", "string"], ["string", "category"]])
def test_attrs_are_copied_to_resampled_tables_but_not_to_samples(make_sampler, mixed, columns):
    X, y = mixed[0][columns], mixed[1].copy()
    X.attrs, y.attrs = ATTRS, {"unit": np.arange(2)}
    sampler = make_sampler()
    X_resampled, y_resampled = sampler.fit_resample(X, y)
    assert X_resampled.attrs.keys() == ATTRS.keys() and list(y_resampled.attrs) == ["unit"]
    assert X_resampled.attrs["weights"] is not X.attrs["weights"]
    assert sampler.sample(3, y="rare").attrs == {}
    assert X.attrs.keys() == ATTRS.keys() and list(y.attrs) == ["unit"]


def test_attrs_of_a_one_hot_target_are_kept(make_sampler, numbers):
    y = pd.get_dummies(pd.Series(np.arange(75) % 3))
    y.attrs = ATTRS
    assert make_sampler().fit_resample(numbers[0], y)[1].attrs.keys() == ATTRS.keys() == y.attrs.keys()


def test_imputed_tables_have_no_attrs(numbers):
    X = pd.DataFrame(np.where(numbers[0] > 1, np.nan, numbers[0]))
    X.attrs = ATTRS
    assert GANImputer(max_steps=2, hidden_layer_sizes=(8,), random_state=0).fit_transform(X).attrs == {}


@pytest.mark.parametrize(
    "make",
    [
        np.array,
        pd.Series,
        lambda y: pd.Series(y, dtype="category", name="kind"),
        lambda y: pd.DataFrame({"kind": y}),
        lambda y: pl.Series("kind", y),
        lambda y: np.array(y, dtype=object),
    ],
)
@pytest.mark.parametrize("in_frame", [True, False])
def test_target_keeps_its_container(make_sampler, mixed, numbers, make, in_frame):
    y = make(mixed[1].tolist())
    _, y_resampled = make_sampler().fit_resample(mixed[0] if in_frame else numbers[0], y)
    assert type(y_resampled) is type(y)
    if not isinstance(y, pd.DataFrame):
        assert y_resampled.dtype == y.dtype and getattr(y_resampled, "name", None) == getattr(y, "name", None)
    assert np.asarray(y_resampled).ravel().tolist() == [*mixed[1], *["rare"] * 45]


def in_batch(frame):
    """Return a frame as a record batch of pyarrow, with the types that pandas has."""
    return pa.RecordBatch.from_pandas(frame, preserve_index=False).replace_schema_metadata()


def test_record_batch_stays_a_record_batch(make_sampler, mixed, tmp_path):
    X, y = in_batch(mixed[0]), mixed[1].tolist()
    table = pa.Table.from_batches([X])
    sampler, same = make_sampler(), make_sampler()
    X_resampled, _ = sampler.fit_resample(X, y)
    assert isinstance(X_resampled, pa.RecordBatch) and X_resampled.schema == X.schema
    assert X_resampled.slice(0, 75).equals(X)
    assert pa.Table.from_batches([X_resampled]).equals(same.fit_resample(table, y)[0])
    sampler.save(tmp_path / "sampler")
    loaded = GANOversampler.load(tmp_path / "sampler")
    for n_rows in (5, 0):
        sampled = loaded.sample(n_rows, y="rare")
        assert isinstance(sampled, pa.RecordBatch) and sampled.equals(sampler.sample(n_rows, y="rare"))
    assert sampler.feature_names_in_.tolist() == X.schema.names


@pytest.mark.parametrize("add_indicator", [False, True])
def test_imputed_record_batch_stays_a_record_batch(mixed, add_indicator):
    X = in_batch(mixed[0])
    imputer = GANImputer(max_steps=2, hidden_layer_sizes=(8,), random_state=0, add_indicator=add_indicator)
    filled = imputer.fit_transform(X)
    assert isinstance(filled, pa.RecordBatch) and not any(column.null_count for column in filled.columns)
    assert filled.schema.names == imputer.get_feature_names_out().tolist()
    assert pa.Table.from_batches([filled]).equals(imputer.transform(pa.Table.from_batches([X])))
    as_frame = imputer.set_output(transform="polars").transform(X)
    assert isinstance(as_frame, pl.DataFrame) and as_frame.columns == filled.schema.names


def test_classifier_reads_record_batches_as_tables(make_sampler, numbers):
    X, y = in_batch(pd.DataFrame(numbers[0], columns=list("abcde"))), numbers[1]
    table = pa.Table.from_batches([X])
    models = [ResampledClassifier(LogisticRegression(), make_sampler()).fit(rows, y) for rows in (X, table)]
    for name in ("predict", "predict_proba", "decision_function"):
        np.testing.assert_array_equal(getattr(models[0], name)(X), getattr(models[1], name)(table))


@pytest.mark.parametrize(
    "convert",
    [pa.array, lambda y: pa.array(y).dictionary_encode(), lambda y: pa.chunked_array([y[:9], y[9:]])],
    ids=["array", "dictionary", "chunked"],
)
@pytest.mark.parametrize("labels", [("common", "rare"), (0, 1), (False, True)])
@pytest.mark.parametrize("in_frame", [True, False])
def test_target_of_pyarrow_keeps_its_class_and_type(make_sampler, mixed, numbers, convert, labels, in_frame):
    y = convert([labels[code] for code in numbers[1]])
    sampler = make_sampler()
    _, y_resampled = sampler.fit_resample(mixed[0] if in_frame else numbers[0], y)
    assert type(y_resampled) is type(y) and y_resampled.type == y.type
    assert y_resampled.to_pylist() == y.to_pylist() + [labels[1]] * 45
    assert sampler.classes_.tolist() == list(labels)


def test_metrics_read_record_batches(mixed):
    real, synthetic = in_batch(mixed[0]), in_batch(mixed[0][::-1])
    report = metrics.fidelity_report(real, synthetic, random_state=0)
    assert isinstance(report.frame, pa.Table)
    assert metrics.energy_distance(real, synthetic) == metrics.energy_distance(mixed[0], mixed[0][::-1])


def test_missing_labels_of_pyarrow_raise(make_sampler, numbers):
    for y in (pa.array([None, *numbers[1][1:]]), pa.array([None, *["a", "b"] * 37])):
        with pytest.raises(ValueError, match=r"got 1 row\(s\) without a label, the first at row 0"):
            make_sampler().fit(numbers[0], y)


def test_object_columns_of_numbers_are_numeric(make_sampler, numbers):
    observed = {0, 30, 74}
    rows = np.arange(75)
    column = np.where(rows < 60, 0, np.where(rows < 70, 30, 74)).astype(object)
    for X in (pd.DataFrame({"a": pd.Series(column, dtype=object)}), column[:, None]):
        sampler = make_sampler().fit(X, numbers[1])
        assert sampler._encoder.layout_.n_numbers == 1
        assert set(np.ravel(sampler.sample(50, y=1))) <= observed


def test_columns_not_in_categorical_features_are_numeric_or_boolean(make_sampler, numbers):
    X = pd.DataFrame(
        {"object": pd.Series(range(75), dtype=object), "boolean": numbers[0][:, 0] > 0, "listed": numbers[0][:, 1] > 0}
    )
    sampler = make_sampler(categorical_features=["listed"]).fit(X, numbers[1])
    assert (sampler._encoder.layout_.n_numbers, sampler._encoder.layout_.block_widths) == (1, (2, 2))
    for values in (pd.Series(np.arange(75) % 3, dtype="category"), pd.Series(["1"] * 75)):
        with pytest.raises(ValueError, match="column 'a', which is not in `categorical_features`"):
            make_sampler(categorical_features=[]).fit(pd.DataFrame({"a": values}), numbers[1])


@pytest.mark.parametrize("choice", [["a"], [0], [True, False], np.array([True, False]), np.array(["a"]), [-2]])
def test_categorical_features_override_the_dtypes(make_sampler, numbers, choice):
    X = pd.DataFrame({"a": np.arange(75) % 4, "b": numbers[0][:, 0]})
    sampler = make_sampler(categorical_features=choice).fit(X, numbers[1])
    assert sampler._encoder.layout_.n_numbers == 1 and sampler._encoder.layout_.block_widths == (4,)
    assert sampler.sample(5, y=1)["a"].dtype == X["a"].dtype


def test_large_integers_with_missing_values_stay_exact(make_sampler):
    values = [None, *(2**60 + 1 - 3 * i for i in range(28)), 2**63 - 1]
    for make in (lambda c: pd.DataFrame({"a": pd.array(c, dtype="Int64")}), lambda c: pl.DataFrame({"a": c})):
        with pytest.warns(UserWarning, match="have 1 row"):
            generated, _ = make_sampler().fit_resample(make(values), [0] * 29 + [1])
        assert generated["a"].to_list()[30:] == [2**63 - 1] * 28


def test_lists_keep_booleans_and_integers(make_sampler):
    X = [[i, i * 0.5, bool(i % 2)] for i in range(30)]
    X_resampled, _ = make_sampler().fit_resample(X, [0] * 20 + [1] * 10)
    assert {tuple(map(type, row)) for row in X_resampled} == {(int, float, bool)}


def test_columns_with_only_missing_values_work_in_every_library(make_sampler, numbers, as_pandas):
    for X in (
        pl.DataFrame({"a": [None] * 75, "b": numbers[0][:, 0]}),
        pl.DataFrame({"a": [None] * 75, "b": numbers[0][:, 0]}).to_arrow(),
        pd.DataFrame({"a": pd.array([None] * 75, dtype="Int64"), "b": pd.array([None] * 75, dtype="string")}),
    ):
        assert as_pandas(make_sampler().fit_resample(X, numbers[1])[0])["a"].isna().all()


@pytest.mark.parametrize(
    "X, message",
    [
        (pd.DataFrame({"when": pd.period_range("2020", periods=75)}), "Column 'when' has type period"),
        (pa.table({"when": pa.array([0] * 75, pa.date64())}), "Column 'when' has type date64"),
        (pl.DataFrame({"a": [[1, 2]] * 75}), "Column 'a' has type List"),
        (pd.DataFrame({"a": np.full(75, 1j)}), "Column 'a' has type complex"),
        (np.zeros((75, 1), dtype="V3"), "Expected an array of numbers, strings"),
        (pd.DataFrame(index=range(75)), "0 feature"),
        (pd.DataFrame(np.zeros((75, 4)), columns=["a", "b", "b", "a"]), "several columns named 'b', 'a'. Rename"),
        (np.zeros(75), "Reshape your data"),
    ],
)
def test_unsupported_tables_raise(make_sampler, numbers, X, message):
    with pytest.raises(ValueError, match=message):
        make_sampler().fit(X, numbers[1])


INTEGERS = pl.Series("a", range(75))
DECIMALS = [Decimal(i) for i in range(75)]
UNSUPPORTED = {
    "Int128": (pl.DataFrame({"a": INTEGERS.cast(pl.Int128)}), "Int64 or Float64"),
    "UInt128": (pl.DataFrame({"a": INTEGERS.cast(pl.UInt128)}), "Int64 or Float64"),
    "decimal32": (pa.table({"a": pa.array(DECIMALS, pa.decimal32(4))}), "decimal128 or float64"),
    "decimal256": (pa.table({"a": pa.array(DECIMALS, pa.decimal256(60))}), "decimal128 or float64"),
    "decimal64": (pd.DataFrame({"a": pd.array(DECIMALS, pd.ArrowDtype(pa.decimal64(9)))}), "decimal128 or float64"),
    "string_view": (pa.table({"a": pa.array(list("abc") * 25, pa.string_view())}), "string"),
}


@pytest.mark.parametrize("estimator", ["sampler", "imputer"])
@pytest.mark.parametrize("kind", UNSUPPORTED)
def test_unsupported_type_of_numbers_raises_and_names_a_supported_one(make_sampler, numbers, kind, estimator):
    X, target = UNSUPPORTED[kind]
    model = make_sampler() if estimator == "sampler" else GANImputer()
    with pytest.raises(ValueError, match=f"Column 'a' has type {kind}.*Convert the column to {target}, or drop it"):
        model.fit(X, numbers[1])


def test_decimals_of_the_largest_supported_precision_are_resampled(make_sampler, numbers):
    X = pl.DataFrame({"a": pl.Series([number * 10**33 for number in DECIMALS], dtype=pl.Decimal(38, 0))})
    X_resampled, _ = make_sampler().fit_resample(X, numbers[1])
    assert X_resampled.schema == X.schema and X_resampled["a"].is_between(X["a"].min(), X["a"].max()).all()


def test_unhashable_values_raise(make_sampler, numbers):
    with pytest.raises(TypeError, match="Column 'a' holds values that cannot be used as categories"):
        make_sampler().fit(pd.DataFrame({"a": [[1]] * 75}), numbers[1])
