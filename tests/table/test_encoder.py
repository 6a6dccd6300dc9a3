"""Encoding and decoding of tables."""

import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.stats import norm, rankdata

from sklearn_gan._matrix import Layout
from sklearn_gan._table import Column, TableEncoder, fit_codecs, open_container
from sklearn_gan._table.column_kinds import NumericCodec
from sklearn_gan._table.column_kinds.categorical import MAX_LEVELS
from sklearn_gan._table.column_kinds.numeric import MAX_KNOTS, is_sorted


def encode(X, codes=None, categorical=None):
    """Return the encoder, the encoded matrix, and the columns decoded from it."""
    columns = list(open_container(X).columns())
    codes = np.arange(len(columns[0].cells)) % 2 if codes is None else codes
    codecs = fit_codecs("auto" if categorical is None else categorical, columns, codes)
    encoder = TableEncoder()
    matrix = encoder.fit_encode(columns, codecs, codes)
    return encoder, matrix, encoder.decode(matrix, codes, np.random.default_rng(0))


def count_bytecodes(function):
    """Call a function, and return how many bytecodes of the package it executes."""
    n_bytecodes = 0

    def trace(frame, event, arg):
        nonlocal n_bytecodes
        if "sklearn_gan" not in frame.f_code.co_filename:
            return None
        frame.f_trace_opcodes = True
        n_bytecodes += event == "opcode"
        return trace

    previous = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(previous)
    return n_bytecodes


@pytest.mark.parametrize("dtype", ["str", "category", object])
@pytest.mark.parametrize(
    "convert",
    [lambda X: X, pl.from_pandas, lambda X: pl.from_pandas(X).to_arrow(), np.asarray, lambda X: np.asarray(X).tolist()],
    ids=["pandas", "polars", "pyarrow", "array", "list"],
)
def test_python_code_runs_per_category_and_not_per_row(convert, dtype):
    rng = np.random.default_rng(0)
    levels = pd.DataFrame({"few": rng.choice(["a", "b", None], 200), "many": rng.integers(99, size=200).astype(str)})
    rows = levels.astype(dtype).assign(flag=rng.choice([False, True], 200), number=rng.normal(size=200))
    tables = [convert(pd.concat([rows] * n, ignore_index=True)) for n in (1, 6)]
    few, many = (count_bytecodes(lambda table=table: encode(table)) for table in tables)
    assert many - few < 200  # for 1,000 more rows


@pytest.mark.parametrize("n_decimals", [0, 9])
def test_scores_average_standard_and_normal_scores(n_decimals):
    values = np.random.default_rng(0).exponential(size=999).round(n_decimals)
    _, matrix, _ = encode(values[:, None])
    normal = norm.ppf((rankdata(values) - 0.5) / 999)
    mean = (values - values.mean()) / values.std() + (normal - normal.mean()) / normal.std()
    np.testing.assert_allclose(matrix[:, 0], mean / mean.std(), atol=1e-5)


@pytest.mark.parametrize("scale", [1.0, 1e300, 1e-300, 5e-324, 1e12])
def test_decoding_an_encoded_table_gives_the_table_at_any_scale(scale):
    values = np.random.default_rng(0).integers(-9, 9, 200) * scale
    _, matrix, (decoded,) = encode(values[:, None])
    assert np.isfinite(matrix).all()
    np.testing.assert_array_equal(decoded.values, values)


def test_numeric_objects_not_in_categorical_features_are_numeric():
    X = pd.DataFrame({"a": [1, 2.5, None, 3]}, dtype=object)
    _, matrix, (decoded,) = encode(X, categorical=[False])
    assert matrix.shape == (4, 2) and decoded.missing.tolist() == [False, False, True, False]
    np.testing.assert_allclose(decoded.values[[0, 1, 3]], [1, 2.5, 3], rtol=1e-6)


def test_error_shows_an_object_that_is_not_numeric():
    X = pd.DataFrame({"a": [None, 2.5, "b"]}, dtype=object)
    with pytest.raises(ValueError, match=r"got 2\.5\. Add the column to"):
        encode(X, categorical=[False])


def test_error_counts_infinite_but_not_missing_values():
    with pytest.raises(ValueError, match=r"in 2 row\(s\), the first at row 1"):
        encode(np.array([[np.nan], [np.inf], [-np.inf]]))


@pytest.mark.parametrize("scale", [1.0, 1e300, 1e-300])
def test_continuous_values_are_decoded_up_to_rounding(scale):
    values = np.random.default_rng(0).normal(size=200) * scale
    _, _, (decoded,) = encode(values[:, None])
    np.testing.assert_allclose(decoded.values, values, rtol=1e-4, atol=1e-4 * scale)


def test_columns_of_very_different_scales_have_unit_variance():
    X = np.random.default_rng(0).normal(size=(300, 2)) * [1e-6, 1e6]
    _, matrix, _ = encode(X)
    np.testing.assert_allclose(matrix.std(axis=0), 1, atol=1e-3)


def test_largest_integers_do_not_overflow():
    values = np.array([2**63 - 1, -(2**63), 2**53 + 1, 0, 7, 1, 2, 3])
    encoder, matrix, (decoded,) = encode(values[:, None])
    np.testing.assert_allclose(decoded.values[:2].astype(float), values[:2].astype(float), rtol=1e-6)
    (clipped,) = encoder.decode(np.full_like(matrix, 99), np.zeros(8, dtype=int), None)
    assert clipped.values.tolist() == [2**63 - 1] * 8


def test_decoded_integers_stay_integers_within_the_observed_range():
    X = np.random.default_rng(0).integers(0, 10**6, (500, 1))
    encoder, matrix, _ = encode(X)
    extreme = np.random.default_rng(1).normal(scale=9, size=matrix.shape).astype(np.float32)
    (decoded,) = encoder.decode(extreme, np.zeros(500, dtype=int), None)
    assert decoded.values.dtype == X.dtype
    assert decoded.values.min() >= X.min() and decoded.values.max() <= X.max()


def test_values_of_a_grid_stay_on_the_grid():
    grid = np.random.default_rng(0).choice([0.0, 0.1, 7.0], (500, 1))
    encoder, matrix, _ = encode(grid)
    (decoded,) = encoder.decode(np.random.default_rng(1).normal(size=matrix.shape), np.zeros(500, dtype=int), None)
    assert set(decoded.values) == {0.0, 0.1, 7.0}


def test_spike_is_kept_and_other_values_are_interpolated():
    rng = np.random.default_rng(0)
    spiked = np.where(rng.random(20_000) < 0.4, 0.0, rng.normal(size=20_000))
    encoder, matrix, _ = encode(spiked[:, None])
    layout = encoder.layout_
    assert (layout.n_numbers, layout.block_widths, len(layout.gates)) == (1, (2,), 1)
    gate = layout.gates[0][1]
    assert np.array_equal(matrix[:, gate] == 0, spiked == 0) and (matrix[spiked == 0, 0] == 0).all()
    is_spike = rng.random(5000) < 0.4
    features = np.zeros((5000, 3))
    features[:, 0], features[:, gate], features[:, 3 - gate] = rng.normal(size=5000), ~is_spike, is_spike
    (decoded,) = encoder.decode(features, np.zeros(5000, dtype=int), None)
    assert np.array_equal(decoded.values == 0, is_spike)
    assert np.mean(np.isin(decoded.values, spiked[spiked != 0])) < 0.05


@pytest.mark.parametrize("values", [np.ones(9), np.full(9, np.nan), np.full(9, None), np.full(9, "a")])
def test_constant_and_all_missing_columns_work(values):
    _encoder, matrix, (decoded, _) = encode(pd.DataFrame({"a": values, "b": np.ones(9)}))
    assert np.isfinite(matrix).all()
    if not hasattr(decoded, "positions"):
        np.testing.assert_array_equal(np.where(decoded.missing, np.nan, decoded.values), values)
    else:
        assert (decoded.positions == 0).all()


def test_missing_values_set_a_flag_and_zero_features():
    X = pd.DataFrame({"a": [1.0, np.nan, 3, 4], "b": ["u", "v", None, "u"], "c": [1.0, 2, 3, 4]})
    encoder, matrix, decoded = encode(X)
    layout = encoder.layout_
    assert (layout.n_numbers, layout.block_widths, layout.flagged) == (2, (2,), ((0, 1), (2, 4)))
    np.testing.assert_array_equal(matrix[:, 4:], [[0, 0], [1, 0], [0, 1], [0, 0]])
    assert matrix[1, 0] == 0 and (matrix[2, 2:4] == 0).all()
    assert decoded[0].missing.tolist() == [False, True, False, False]
    assert decoded[1].positions.tolist() == [0, 1, 2, 0]
    assert [codec.rows.tolist() for codec in encoder.codecs_] == [[1], [0, 1, 2], []]


def test_flag_masks_cover_the_features_of_their_column():
    masks = Layout(n_numbers=2, block_widths=(3,), flagged=((0, 1), (2, 5))).flag_masks()
    np.testing.assert_array_equal(masks, [[1, 0, 0, 0, 0], [0, 0, 1, 1, 1]])
    assert masks.dtype == np.float32


def test_flag_all_adds_a_flag_for_every_column(fruits):
    encoder = TableEncoder()
    columns = list(open_container(fruits).columns())
    codes = np.arange(4) % 2
    matrix = encoder.fit_encode(columns, fit_codecs([False, True, False], columns, codes), codes, flag_all=True)
    assert encoder.layout_.flagged == ((0, 1), (1, 2), (2, 4))
    np.testing.assert_array_equal(matrix[:, 4:], [[0, 0, 0], [1, 0, 0], [0, 0, 1], [0, 0, 0]])


@pytest.fixture
def fruits():
    """A numeric and a categorical column, each with a missing value, and a column of integers."""
    columns = {"weight": [1.0, np.nan, 3.0, 4.5], "kind": ["fig", "plum", None, "fig"], "count": [1, 2, 3, 4]}
    return pd.DataFrame(columns)


def test_encode_matches_fit_encode(fruits):
    encoder, matrix, _ = encode(fruits)
    again = encoder.encode(open_container(fruits).columns())
    np.testing.assert_array_equal(again, matrix)
    assert again.dtype == matrix.dtype == np.float32


def test_numbers_far_outside_the_fitted_range_are_clipped():
    encoder, matrix, _ = encode(pd.DataFrame({"a": [1e-300, 2e-300, 3e-300]}))
    far = encoder.encode(open_container(pd.DataFrame({"a": [-1e300, 1e300]})).columns())
    np.testing.assert_array_equal(far, matrix[[0, 2]])


def test_unseen_numbers_are_clipped_and_unseen_categories_are_zero(fruits):
    encoder, matrix, _ = encode(fruits)
    other = {"weight": [-9.0, 99.0, np.nan, 3.0], "kind": ["kiwi", "plum", None, "fig"], "count": [0, 9, 2, 3]}
    weight, count, *kinds, weight_flag, kind_flag = encoder.encode(open_container(pd.DataFrame(other)).columns()).T
    np.testing.assert_array_equal(weight, [matrix[0, 0], matrix[3, 0], 0, matrix[2, 0]])
    np.testing.assert_array_equal(count, matrix[[0, 3, 1, 2], 1])
    np.testing.assert_array_equal(kinds, [[0, 0, 0, 1], [0, 1, 0, 0]])
    assert weight_flag.tolist() == [0, 0, 1, 0] and kind_flag.tolist() == [0, 0, 1, 0]


def test_encode_refuses_another_number_of_columns(fruits):
    encoder, *_ = encode(fruits)
    with pytest.raises(ValueError, match="shorter"):
        encoder.encode(open_container(fruits[["weight", "kind"]]).columns())


def test_decode_cells_returns_only_the_requested_values(fruits):
    encoder, matrix, _ = encode(fruits)
    requested = np.array([[True, False, True, False], [True, True, False, False], [False, True, False, False]])
    weights, kinds, counts = encoder.decode_cells(matrix, requested)
    np.testing.assert_allclose(weights, [1, 3], rtol=1e-6)
    assert kinds.tolist() == ["fig", "plum"] and counts.tolist() == [2] and counts.dtype.kind == "i"


def test_average_is_the_mean_or_the_most_frequent_category(fruits):
    encoder, *_ = encode(fruits)
    draws = [
        [np.array([1.0, 3.0]), np.array(["fig", "plum"], dtype=object), np.array([1, 4])],
        [np.array([2.0, 3.0]), np.array(["plum", "plum"], dtype=object), np.array([2, 4])],
        [np.array([3.0, 4.5]), np.array(["kiwi", "fig"], dtype=object), np.array([2, 4])],
    ]
    with pytest.raises(ValueError, match="shorter"):
        encoder.average_cells([values[:2] for values in draws])
    weights, kinds, counts = encoder.average_cells(draws)
    assert weights.tolist() == [2, 3.5] and kinds.tolist() == ["fig", "plum"]
    assert counts.tolist() == [2, 4] and counts.dtype.kind == "i"


@pytest.mark.parametrize("largest", [1e308, 2**63 - 1])
def test_average_of_the_largest_numbers_does_not_overflow(largest):
    encoder, *_ = encode(np.array([[largest], [0], [1]]))
    (mean,) = encoder.average_cells([[np.array([largest])]] * 3)
    assert mean.tolist() == [largest]


def test_mean_of_equal_numbers_is_exact():
    assert np.full(3, 0.42 / 3).sum() < 0.42 and np.full(3, 0.86 / 3).sum() > 0.86
    draws = np.array([[0.42, 0.86, 0.0, 5.0]] * 3)
    draws[0, 2:] += 1
    codec, column = NumericCodec(), Column("x", np.array([np.pi, np.e]), np.zeros(2, dtype=bool), "number")
    codec.fit(column, np.zeros(2, dtype=int), [0])
    means = codec.average(draws)
    assert means[:2].tolist() == [0.42, 0.86]
    np.testing.assert_allclose(means[2:], [1 / 3, 16 / 3])


def test_placeholders_of_missing_values_are_ignored():
    values, missing = np.array([1e-300, 2e-300, 1e308, 3e-300]), np.array([False, False, True, False])
    column = Column("x", values, missing, "number")
    codec = NumericCodec()
    codec.fit(column, np.zeros(4, dtype=int), [0])  # must not warn about an overflow
    assert codec.encode(column)[2] == 0


def test_encoder_stores_the_row_of_one_missing_value():
    encoder, _, _ = encode(np.array([[np.nan], [1.0], [np.nan], [2.0]]))
    assert [codec.rows.tolist() for codec in encoder.codecs_] == [[0]]


def test_categorical_column_without_observed_values_decodes_to_none():
    encoder, matrix, (_, decoded) = encode(pd.DataFrame({"a": [1.0, 2.0], "b": [None, None]}, dtype=object))
    assert encoder.decode_cells(matrix, np.ones((2, 2), dtype=bool))[1].tolist() == [None, None]
    assert decoded.positions.tolist() == [0, 0] and decoded.positions.dtype.kind == "i"


def test_integer_column_without_observed_values_stays_integer():
    X = pd.DataFrame({"a": pd.array([None] * 4, dtype="Int64"), "b": [1.0, 2, 3, 4]})
    _, _, (decoded, _) = encode(X)
    assert decoded.values.dtype == np.int64 and decoded.missing.all()


def test_class_with_a_single_row_decodes_to_that_row(fruits):
    encoder, matrix, _ = encode(fruits, codes=np.array([0, 0, 1, 2]))
    assert encoder.single_.tolist() == [False, True, True]
    weights, kinds, counts = encoder.decode(matrix[[0, 0, 1]], np.array([1, 2, 0]), np.random.default_rng(0))
    np.testing.assert_allclose(weights.values[:2], [3, 4.5])
    assert weights.missing.tolist() == [False, False, True]
    assert kinds.positions.tolist() == [2, 0, 1] and counts.values.tolist() == [3, 4, 2]


def decode_midpoints(X):
    """Decode points halfway between the encoded values of a numeric column."""
    encoder, matrix, _ = encode(X[:, None])
    middle = (np.sort(matrix, axis=0)[1:] + np.sort(matrix, axis=0)[:-1]) / 2
    (decoded,) = encoder.decode(middle + 0.001, np.zeros(len(middle), dtype=int), None)
    return decoded.values


def test_only_whole_numbers_are_rounded():
    whole = np.random.default_rng(0).permutation(10_000)[:100].astype(float)
    assert (decode_midpoints(whole) == np.rint(decode_midpoints(whole))).all()
    assert not np.isin(decode_midpoints(whole + 0.5), whole + 0.5).any()


def test_column_is_a_grid_if_half_of_its_rows_repeat():
    assert np.isin(decode_midpoints(np.array([0, 0, 0, 0, 1.3, 2.7])), [0, 1.3, 2.7]).all()
    assert not np.isin(decode_midpoints(np.array([0, 0, 0, 1.3, 2.7]))[2:], [0, 1.3, 2.7]).any()


def test_value_repeated_in_a_small_column_is_a_spike():
    values = np.append(np.random.default_rng(0).normal(size=50), [5.5, 5.5])
    encoder, matrix, _ = encode(values[:, None])
    (decoded,) = encoder.decode(matrix - 0.001, np.zeros(52, dtype=int), None)
    assert (decoded.values == values)[50:].all() and np.mean((decoded.values == values)[:50]) < 0.1


def test_spikes_need_more_than_one_percent_of_rows():
    for n_repeats, is_spike in ((4, False), (5, True)):
        values = np.append(np.random.default_rng(0).normal(size=400 - n_repeats), np.full(n_repeats, 5.5))
        encoder, matrix, _ = encode(values[:, None])
        (decoded,) = encoder.decode(matrix[-1:] - 0.001, np.zeros(1, dtype=int), None)
        assert (decoded.values == 5.5) == is_spike


def test_spikes_are_knots_in_large_columns():
    spikes, rng = np.arange(20) / 10 + 0.05, np.random.default_rng(0)
    values = np.append(np.repeat(spikes, 500), rng.normal(size=20_000))
    encoder, _, _ = encode(values[:, None])
    assert np.isin(spikes, encoder.codecs_[0].values).all()


@pytest.mark.parametrize("values, expected", [([1, 2, 3], True), ([1, 3, 2], False), ([2, 1, 3], False), ([1], True)])
def test_is_sorted_compares_every_adjacent_pair(values, expected):
    assert is_sorted(np.array(values), np.less) is expected


def test_categories_are_ordered_by_class_balanced_frequency():
    _, matrix, _ = encode(pd.DataFrame({"a": [*"aaabbc"]}), np.array([0, 0, 0, 0, 0, 1]))
    np.testing.assert_array_equal(matrix.argmax(axis=1), [1, 1, 1, 2, 2, 0])


def test_equally_frequent_categories_are_ordered_by_appearance():
    _, matrix, _ = encode(pd.DataFrame({"a": [f"category {i}" for i in range(40)]}), np.zeros(40, dtype=int))
    np.testing.assert_array_equal(matrix, np.eye(40))


def test_number_of_features_of_a_categorical_column_is_bounded():
    X = pd.DataFrame({"id": [f"category {i}" for i in range(20_000)]})
    _encoder, matrix, (decoded,) = encode(X)
    assert matrix.shape[1] == MAX_LEVELS
    assert len(np.unique(decoded.positions)) > MAX_LEVELS


def test_number_of_knots_of_a_numeric_column_is_bounded():
    encoder, _, _ = encode(np.random.default_rng(0).normal(size=(20_000, 1)))
    assert len(encoder.codecs_[0].knots) == MAX_KNOTS


def test_rare_categories_are_sampled_with_their_class_frequency():
    common = [f"common {i}" for i in range(MAX_LEVELS) for _ in range(40)]
    X = pd.DataFrame({"a": [*common, "rare of 0", *["rare of 1"] * 3, "other of 1"]})
    codes = np.array([*(np.arange(len(common)) % 2), 0, 1, 1, 1, 1])
    encoder, _, _ = encode(X, codes)
    shared = np.eye(1, MAX_LEVELS, MAX_LEVELS - 1, dtype=np.float32).repeat(4000, axis=0)
    (decoded,) = encoder.decode(shared, np.ones(4000, dtype=int), np.random.default_rng(0))
    sampled = X["a"].to_numpy()[encoder.codecs_[0].rows[decoded.positions]]
    assert "rare of 0" not in sampled
    assert np.mean(sampled == "rare of 1") / np.mean(sampled == "other of 1") == pytest.approx(3, rel=0.3)


def test_class_without_rare_categories_uses_their_table_frequency():
    common = [f"common {i}" for i in range(MAX_LEVELS - 1) for _ in range(30)]
    X = pd.DataFrame({"a": [*common, "x", "x", "y", "y", "y"]})  # two categories share the last feature
    encoder, _, _ = encode(X, np.array([*(np.arange(len(common)) % 3), 1, 2, 2, 2, 2]))
    shared = np.eye(1, MAX_LEVELS, MAX_LEVELS - 1, dtype=np.float32).repeat(6000, axis=0)
    codes = np.arange(6000) % 3
    (decoded,) = encoder.decode(shared, codes, np.random.default_rng(0))
    is_x = X["a"].to_numpy()[encoder.codecs_[0].rows[decoded.positions]] == "x"
    shares = [np.mean(is_x[codes == code]) for code in range(3)]
    assert shares == pytest.approx([2 / 5, 1, 1 / 4], abs=0.05)


def test_frequent_category_of_a_small_class_has_its_own_feature():
    categories = [*[f"of the majority {i % 500}" for i in range(5000)], *["of the minority"] * 5]
    _encoder, matrix, _ = encode(pd.DataFrame({"a": categories}), np.repeat([0, 1], [5000, 5]))
    assert matrix[-1].argmax() == 0 and matrix[:-5, 0].sum() == 0


@pytest.mark.parametrize("unit, span", [("D", 2), ("ns", 2**62), ("s", 2**63 - 1)])
def test_times_of_any_span_are_decoded(unit, span):
    times = np.array([0, span, span // 2, 0, -span, np.iinfo(np.int64).min]).astype(f"m8[{unit}]")
    encoder, matrix, (decoded,) = encode(times[:, None])
    assert np.isfinite(matrix).all() and decoded.missing.tolist() == [False] * 5 + [True]
    assert decoded.values.dtype == np.int64
    np.testing.assert_allclose(decoded.values[:5].astype(float), times[:5].astype(float), rtol=1e-6)
    for extreme in (-99, 99):
        (clipped,) = encoder.decode(np.full_like(matrix, extreme), np.zeros(6, dtype=int), None)
        assert (clipped.values == np.sign(extreme) * span).all()


def test_times_of_another_table_are_clipped_to_the_observed_range():
    days = np.array(["2020-01-01", "2020-01-03", "2020-01-09", "2020-01-05"], dtype="M8[D]").astype("M8[ns]")
    encoder, matrix, _ = encode(days[:, None])
    others = np.array(["1700-01-01", "2200-01-01", "2020-01-03T23:00", "NaT"], dtype="M8[ns]")
    encoded = encoder.encode(open_container(others[:, None]).columns())
    np.testing.assert_array_equal(encoded[:3, 0], matrix[[0, 2, 1], 0])
    assert encoder.codecs_[0].step == 2 * 86_400 * 10**9


def test_time_columns_without_observed_values_stay_missing():
    encoder, matrix, (decoded, _) = encode(pd.DataFrame({"t": pd.to_datetime([None] * 4), "n": range(4)}))
    assert decoded.missing.all() and np.isfinite(matrix).all()
    encoder, _, _ = encode(pd.DataFrame({"t": np.full(4, np.datetime64("NaT", "D")), "n": range(4)}))
    codec = encoder.codecs_[0]
    assert (codec.earliest, codec.latest, codec.step) == (0, 0, 1)


def test_averages_of_times_are_multiples_of_the_step():
    days = np.array(["2020-01-01", "2020-01-03", "2020-01-09"], dtype="M8[D]").astype("M8[ns]")
    encoder, *_ = encode(days[:, None], codes=np.array([0, 1, 0]))
    draws = days[[0, 1]].astype(np.int64)[None, :], days[[1, 2]].astype(np.int64)[None, :]
    (mean,) = encoder.average_cells([[times[0]] for times in draws])
    np.testing.assert_array_equal(mean.astype("M8[ns]"), np.array(["2020-01-01", "2020-01-05"], dtype="M8[ns]"))
