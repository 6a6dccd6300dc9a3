"""Synthetic rows keep the minimum distance from every real row, as measured on the returned tables."""

import pickle
from decimal import Decimal

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import torch
from scipy import sparse
from scipy.spatial.distance import cdist
from sklearn.linear_model import LogisticRegression

from sklearn_gan import ResampledClassifier
from sklearn_gan._synthesis import min_distance as _spacing
from sklearn_gan._synthesis import sampling as _drawing
from sklearn_gan._table import encode_rows, read_tables
from sklearn_gan.metrics import memorization_report

ROUNDING = 1e-6


def distances_to_closest(real, generated):
    """Return the distance from each generated row of a pandas frame to the closest real row, column by column."""
    squared = np.zeros((len(generated), len(real)))
    for name in real:
        is_category = not pd.api.types.is_numeric_dtype(real[name]) or pd.api.types.is_bool_dtype(real[name])
        missing = [frame[name].isna().to_numpy() for frame in (generated, real)]
        if is_category:
            values = [frame[name].astype(object).where(frame[name].notna(), "missing") for frame in (generated, real)]
            squared += 2.0 * (values[0].to_numpy()[:, None] != values[1].to_numpy())
        else:
            values = [frame[name].astype("Float64").to_numpy(float, na_value=np.nan) for frame in (generated, real)]
            mean, deviation = np.nanmean(values[1]), np.nanstd(values[1]) or 1
            scores = [
                np.where(is_missing, 0, (x - mean) / deviation) for x, is_missing in zip(values, missing, strict=True)
            ]
            squared += (scores[0][:, None] - scores[1]) ** 2 + (missing[0][:, None] != missing[1])
    return np.sqrt(squared.min(axis=1))


@pytest.mark.parametrize("min_distance", [0.5, 1.5])
def test_rows_of_mixed_tables_keep_min_distance(make_sampler, mixed, in_library, as_pandas, min_distance):
    X, y = mixed
    sampler = make_sampler(generator="residual", n_candidates=2, min_distance=min_distance)
    X_resampled, _ = sampler.fit_resample(in_library(X), y)
    appended, sampled = as_pandas(X_resampled)[75:], as_pandas(sampler.sample(40, y="common"))
    for generated in (appended, sampled):
        assert distances_to_closest(X, generated).min() >= min_distance - ROUNDING
    assert len(appended) == 45 and len(sampled) == 40


@pytest.mark.parametrize(
    "dtype, params",
    [
        (float, {}),
        ("float32", {"n_candidates": 1}),
        (int, {"n_candidates": 1}),
        ("int8", {"n_candidates": 1, "generator": "noise"}),
        (object, {"n_candidates": 1, "mode": "autoencoder"}),
    ],
)
def test_rows_of_arrays_keep_min_distance(make_sampler, judged, dtype, params):
    X, y = (5 * judged[0]).astype(dtype), judged[1]
    X_resampled, _ = make_sampler(min_distance=0.5, **params).fit_resample(X, y)
    real, generated = (part.astype(float) / X.astype(float).std(axis=0) for part in (X, X_resampled[100:]))
    assert len(generated) == 20
    assert cdist(generated, real).min() >= 0.5 - ROUNDING


def every_type(n=75):
    """Return an arrow table with missing values and a column of every type that may round its values."""
    rng = np.random.default_rng(0)
    numbers, missing = rng.normal(20, 5, n), rng.random(n) < 0.2
    days = pa.array(rng.integers(0, 900, n), pa.int32(), mask=missing)
    # early versions of narwhals do not read half floats
    half = {"halffloat": pa.array(numbers.astype("float16"))} if hasattr(nw, "Float16") else {}
    return pa.table(
        half
        | {
            "float": pa.array(numbers, mask=missing),
            "float32": pa.array(numbers.astype("float32")),
            "int8": pa.array(numbers.astype("int8"), mask=missing),
            "price": pa.array([Decimal(round(100 * x)).scaleb(-2) for x in numbers], pa.decimal128(9, 2)),
            "rate": pa.array([Decimal(round(10 * x)).scaleb(-1) for x in numbers], pa.decimal128(9, 1), mask=missing),
            "date": days.cast(pa.date32()),
            "moment": pa.array(rng.integers(0, 10**9, n)).cast(pa.timestamp("ms")),
            "time": pa.array(rng.integers(0, 86_400, n), pa.int32()).cast(pa.time32("s")),
            "text": pa.array(rng.choice(["a", "b", "c"], n), mask=missing),
            "bool": pa.array(rng.random(n) < 0.3),
        }
    )


@pytest.mark.parametrize(
    "convert",
    [
        lambda table: table,
        lambda table: pl.from_arrow(table.drop_columns(table.column_names[:-10])),
        lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
        lambda table: table.drop_columns(["price", "rate", "time"]).to_pandas(),
        lambda table: table.select(["float", "text", "int8"]).to_pandas().to_numpy(object),
        lambda table: table.select([*table.column_names[:-10], "float32"]).to_pandas().to_numpy("float32"),
        lambda table: sparse.csr_array(np.array(table["int8"].fill_null(0))[:, None]),
        lambda table: np.stack([table["moment"].to_numpy()] * 2, axis=1),
    ],
)
def test_distances_of_decoded_columns_match_the_returned_rows(make_sampler, convert):
    X, y = convert(every_type()), np.repeat([0, 1], [45, 30])
    sampler = make_sampler(min_distance=0.1).fit(X, y)
    matrix = sampler.net_.draw(torch.from_numpy(y)).rows.numpy()
    decoded = sampler._encoder.decode(matrix, y, np.random.default_rng(0))
    columns = sampler._encoder.comparable_decoded(sampler._container.as_built(decoded))
    real, generated = encode_rows(*read_tables("auto", real=X, generated=sampler._container.build(decoded)))
    np.testing.assert_array_equal(sampler._real_rows.distances(columns), generated.nearest(real)[:, 0])


@pytest.mark.parametrize("convert", [np.ndarray.tolist, sparse.csr_array, sparse.csc_matrix])
def test_rows_of_lists_and_sparse_tables_keep_min_distance(make_sampler, numbers, convert):
    X = np.where(numbers[0] > 0, numbers[0], 0)
    sampled = make_sampler(min_distance=0.7).fit(convert(X), numbers[1]).sample(30, y=1)
    sampled = sampled.toarray() if sparse.issparse(sampled) else np.array(sampled)
    assert cdist(sampled / X.std(axis=0), X / X.std(axis=0)).min() >= 0.7 - ROUNDING


def test_distances_are_measured_after_rounding_polars_decimals(make_sampler):
    cents = np.random.default_rng(0).integers(0, 400, size=(60, 2))
    X = pl.DataFrame({f"price{j}": [Decimal(int(c)).scaleb(-1) for c in cents[:, j]] for j in range(2)})
    X = X.cast(pl.Decimal(10, 1))
    sampled = make_sampler(min_distance=0.3).fit(X, np.repeat([0, 1], [40, 20])).sample(40, y=1)
    deviations = (cents / 10).std(axis=0)
    assert sampled.schema == X.schema
    assert cdist(sampled.cast(pl.Float64).to_numpy() / deviations, cents / 10 / deviations).min() >= 0.3 - ROUNDING


def test_memorization_report_confirms_min_distance(make_sampler, mixed):
    X, y = mixed
    sampler = make_sampler(min_distance=np.sqrt(2)).fit(X, y)
    sampled = sampler.sample(60, y="rare")
    report = memorization_report(X, sampled, sampled)
    assert report.synthetic.smallest_distance >= np.sqrt(2)
    categories = X[["bool", "string", "category"]].assign(string=[str(i % 9) for i in range(75)])
    rows = make_sampler(min_distance=np.sqrt(2)).fit(categories, y).sample(30, y="rare")
    assert memorization_report(categories, rows, rows).synthetic.smallest_distance == np.sqrt(2)


def test_only_rows_below_min_distance_are_replaced(make_sampler, judged):
    expected = make_sampler().fit_resample(*judged)[0]
    sampler = make_sampler(min_distance=1e-12)
    np.testing.assert_array_equal(sampler.fit_resample(*judged)[0], expected)
    far = sampler.set_params(min_distance=0.9).fit_resample(*judged)[0]
    assert 100 < (far == expected).all(axis=1).sum() < 120  # rows that were far enough are unchanged


def test_real_rows_are_not_stored_without_min_distance(make_sampler, judged):
    assert make_sampler().fit(*judged)._real_rows is None


def test_replaced_rows_keep_their_class_and_have_their_own_parents(make_sampler, numbers, monkeypatch):
    monkeypatch.setattr(_drawing, "ROWS_PER_DRAW", 7)
    X, y = numbers[0] + 20 * numbers[1][:, None], numbers[1]
    wanted = np.arange(60) % 2
    sampler = make_sampler(generator="residual", learning_rate=1e-9, n_candidates=1, min_distance=0.05).fit(X, y)
    rows, parents, weights = sampler.sample(y=wanted, return_parents=True)
    np.testing.assert_array_equal(rows[:, 0] > 10, wanted)
    np.testing.assert_array_equal(y[parents[:, 0]], wanted)
    assert (rows >= np.where(parents[..., None] < 0, np.inf, X[parents]).min(axis=1) - 1e-3).all()
    assert (rows <= np.where(parents[..., None] < 0, -np.inf, X[parents]).max(axis=1) + 1e-3).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-6)


def test_candidate_selection_prefers_distant_candidates(make_sampler, judged, monkeypatch):
    sampler = make_sampler(n_candidates=2, min_distance=1.0).fit(*judged)
    monkeypatch.setattr(sampler._real_rows, "distances", lambda columns: np.array([0.2, 0.5, 3, 4, 1, 0.9]))
    eligible = []
    monkeypatch.setattr(
        sampler._selector, "select", lambda rows, codes, which: eligible.append(which) or np.zeros(3, int)
    )
    codes = np.array([0, 1, 1])
    assert sampler._drawer(codes)._draw_selected_distant(codes).distances.tolist() == [0.2, 3, 1]
    assert eligible[0].tolist() == [[False, True], [True, True], [True, False]]


def test_rows_depend_on_the_seed_and_survive_pickling(make_sampler, mixed):
    first, second = (make_sampler(min_distance=1.0).fit(*mixed) for _ in range(2))
    pd.testing.assert_frame_equal(first.sample(20, y="rare"), second.sample(20, y="rare"))
    copy = pickle.loads(pickle.dumps(first))
    rows = first.sample(20, y="rare")
    pd.testing.assert_frame_equal(copy.sample(20, y="rare"), rows)
    assert not second.sample(20, y="common").equals(rows)


def test_impossible_min_distance_raises_and_reports_a_feasible_one(make_sampler, judged):
    sampler = make_sampler(min_distance=50.0)
    message = (
        r"Expected 20 rows of class 1 .*min_distance=50\.0 away .*got 0 in 30 rounds .*reached is (\d\.\d+)\. Lower"
    )
    with pytest.raises(ValueError, match=message) as caught:
        sampler.fit_resample(*judged)
    feasible = float(str(caught.value).split("reached is ")[1].split(". Lower")[0])
    assert 0.5 < feasible < 5
    rows = sampler.set_params(min_distance=0.9 * feasible).sample(20, y=1)
    X = judged[0] / judged[0].std(axis=0)
    assert cdist(rows / judged[0].std(axis=0), X).min() >= 0.9 * feasible - ROUNDING


def test_error_reports_the_number_of_distant_rows_found(make_sampler, judged, monkeypatch):
    monkeypatch.setattr(_spacing, "MAX_ROUNDS", 1)
    sampler = make_sampler(min_distance=0.6, n_candidates=1)
    with pytest.raises(ValueError, match=r"Expected 20 rows of class 1 .* got \d+ in 1 rounds") as caught:
        sampler.fit_resample(*judged)
    assert 0 < int(str(caught.value).split("got ")[1].split(" in")[0]) < 20


def test_single_row_class_cannot_keep_min_distance(make_sampler, numbers):
    X, y = numbers[0], np.where(np.arange(75) == 74, 2, numbers[1])
    sampler = make_sampler(min_distance=0.1)
    with (
        pytest.warns(UserWarning, match="1 row"),
        pytest.raises(ValueError, match=r"got 1 in class\(es\) \[2\]"),
    ):
        sampler.fit_resample(X, y)
    assert len(sampler.sample(5, y=1)) == 5
    with pytest.warns(UserWarning, match="1 row"):
        sampler.set_params(sampling_strategy={1: 30}).fit_resample(X, y)


def test_min_distance_cannot_be_set_after_fit(make_sampler, judged):
    sampler = make_sampler().fit(*judged).set_params(min_distance=0.1)
    with pytest.raises(ValueError, match=r"fitted with `min_distance` above 0.* Fit it again"):
        sampler.sample(5, y=1)


def test_sampling_no_rows_accepts_any_min_distance(make_sampler, mixed):
    sampler = make_sampler(min_distance=9.0).fit(*mixed)
    assert sampler.sample(0, y="rare").shape == (0, 11)


def test_resampled_classifier_passes_min_distance_to_its_sampler(make_sampler, judged):
    X, y = judged
    classifier = ResampledClassifier(LogisticRegression(), make_sampler(min_distance=0.8), correct_prior="analytic")
    classifier.fit(X, y)
    assert classifier.sampler_.min_distance == 0.8
    rows = classifier.sampler_.sample(20, y=1)
    assert cdist(rows / X.std(axis=0), X / X.std(axis=0)).min() >= 0.8 - ROUNDING
