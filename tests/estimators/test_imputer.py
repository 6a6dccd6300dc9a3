"""GANImputer: which values it changes, and the quality and reproducibility of imputations."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from skorch.callbacks import Callback

from sklearn_gan import GANImputer
from sklearn_gan._estimators.imputer import draw_by_row
from sklearn_gan._table import TableEncoder, fit_codecs, open_container
from sklearn_gan.relations import OneHot

TINY = {"max_steps": 3, "hidden_layer_sizes": (8,), "n_imputations": 3, "random_state": 0}
LONGER = {"max_steps": 150, "hidden_layer_sizes": (32,), "learning_rate": 1e-2, "random_state": 0}

LIBRARIES = {
    "pandas": lambda X: X,
    "polars": pl.from_pandas,
    "pyarrow": lambda X: pl.from_pandas(X).to_arrow(),
    "polars enum": lambda X: pl.from_pandas(X).cast({"category": pl.Enum(["y", "unused", "x"])}),
    "pandas with pyarrow dtypes": lambda X: X.convert_dtypes(dtype_backend="pyarrow"),
}


def with_missing_values(X, share=0.3, seed=0):
    """Return the table with values missing at random, in every column whose dtype supports them."""
    X, rng = X.copy(), np.random.default_rng(seed)
    for name in X:
        if X[name].dtype.kind not in "biu" or pd.api.types.is_extension_array_dtype(X[name]):
            X[name] = X[name].mask(rng.random(len(X)) < share)
    return X


def types_of(frame):
    return list(frame.dtypes) if hasattr(frame, "dtypes") else frame.schema.types


@pytest.fixture
def incomplete(mixed):
    return with_missing_values(mixed[0])


@pytest.fixture
def incomplete_array(numbers):
    """A numeric array with missing values, and the mask of these values."""
    missing = np.random.default_rng(0).random((75, 5)) < 0.2
    return np.where(missing, np.nan, numbers[0]), missing


@pytest.mark.parametrize("library", LIBRARIES)
def test_frames_keep_observed_values_and_imputations_are_in_range(library, incomplete, as_pandas):
    X = LIBRARIES[library](incomplete)
    for filled in (GANImputer(**TINY).fit_transform(X), *GANImputer(**TINY).fit(X).impute(X)):
        assert type(filled) is type(X)
        before, after = as_pandas(X), as_pandas(filled)
        assert types_of(filled) == types_of(X)
        for name in before:
            observed = before[name].notna()
            assert after[name][observed].tolist() == before[name][observed].tolist()
            assert after[name].notna().all()
            if before[name].dtype.kind in "iuf":
                assert after[name].between(before[name].min(), before[name].max()).all()
            else:
                assert set(after[name]) <= set(before[name][observed])


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "object"])
def test_arrays_keep_dtype_and_observed_values_and_are_not_modified(incomplete_array, dtype):
    X, missing = incomplete_array[0].astype(dtype), incomplete_array[1]
    before = X.copy()
    filled = GANImputer(**TINY).fit_transform(X)
    assert filled.dtype == X.dtype
    np.testing.assert_array_equal(filled[~missing], before[~missing])
    np.testing.assert_array_equal(X.astype(float), before.astype(float))
    low, high = np.nanmin(X.astype(float), axis=0), np.nanmax(X.astype(float), axis=0)
    assert ((low <= filled) & (filled <= high)).all()


def test_lists_become_arrays_with_the_same_value_types():
    X = [[1, "a", 2.5], [None, "b", None], [3, None, 1.0], [7, "a", 0.5]]
    filled = GANImputer(**TINY).fit_transform(X).tolist()
    assert filled[0] == X[0] and filled[3] == X[3] and filled[2][0] == 3
    assert {tuple(map(type, row)) for row in filled} == {(int, str, float)}
    assert GANImputer(**TINY).fit_transform([[1, 2], [3, None]]).dtype.kind == "i"
    assert filled[2][1] in "ab" and 1 <= filled[1][0] <= 7


def test_pandas_index_columns_and_dtypes_are_kept(incomplete):
    X = incomplete.set_axis([f"customer {i}" for i in range(75)]).set_axis(range(5, 16), axis=1)
    filled = GANImputer(**TINY).fit_transform(X)
    assert filled.index.equals(X.index) and filled.columns.equals(X.columns) and filled.dtypes.equals(X.dtypes)


def test_sparse_pandas_columns_stay_sparse(incomplete_array):
    X = pd.DataFrame(incomplete_array[0]).astype(pd.SparseDtype(float, 0))
    filled = GANImputer(**TINY).fit_transform(X)
    assert filled.dtypes.equals(X.dtypes) and filled.notna().all(axis=None)


def test_imputations_are_the_same_for_every_container(incomplete_array):
    X = incomplete_array[0]
    names = [f"x{i}" for i in range(5)]
    expected = GANImputer(**TINY).fit_transform(X)
    for same in (X.tolist(), X.astype(object), pd.DataFrame(X, columns=names), pl.DataFrame(X, schema=names)):
        np.testing.assert_array_equal(np.array(GANImputer(**TINY).fit_transform(same), dtype=float), expected)


def test_transform_accepts_another_container_than_fit(incomplete, as_pandas):
    imputer = GANImputer(**TINY).fit(incomplete)
    filled = as_pandas(imputer.transform(pl.from_pandas(incomplete)))
    pd.testing.assert_frame_equal(imputer.transform(incomplete), filled, check_dtype=False, check_categorical=False)


def test_category_determined_by_another_is_recovered():
    colours = np.random.default_rng(0).choice(["red", "green", "blue"], 300)
    X = pd.DataFrame({"colour": colours, "code": pd.Series(colours).map({"red": "r", "green": "g", "blue": "b"})})
    missing = np.arange(300) % 3 == 0
    filled = GANImputer(**LONGER).fit_transform(X.assign(code=X["code"].mask(missing)))
    assert (filled["code"] == X["code"])[missing].all()


def test_linear_dependence_is_recovered():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 300))
    X = np.column_stack((a, b, a - b))
    missing = np.arange(300) % 3 == 0
    filled = GANImputer(**LONGER).fit_transform(np.where(missing[:, None] & [False, False, True], np.nan, X))
    error = np.square(filled - X)[missing, 2].mean() ** 0.5
    assert error < 0.25 * X[:, 2].std()


def test_imputations_have_the_spread_of_the_column():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 2)) * [1, 3]
    X[:500, 1] = np.nan
    imputer = GANImputer(**{**LONGER, "n_imputations": 30}).fit(X)
    draws = np.stack(imputer.impute(X))[:, :500, 1]
    assert draws.std(axis=0).mean() == pytest.approx(3, rel=0.25)
    # Noise is independent across rows, so the mean of the column varies little between imputations.
    assert draws.mean(axis=1).std() == pytest.approx(3 / 500**0.5, rel=0.5)


def test_transform_averages_imputations_or_takes_the_mode(incomplete):
    imputer = GANImputer(**{**TINY, "n_imputations": 7}).fit(incomplete)
    filled, imputations = imputer.transform(incomplete), imputer.impute(incomplete)
    assert len(imputations) == 7 and not imputations[0].equals(imputations[1])
    floats = np.stack([X["float"] for X in imputations])
    np.testing.assert_allclose(filled["float"], floats.mean(axis=0))
    np.testing.assert_allclose(
        filled["int_missing"], np.stack([X["int_missing"] for X in imputations]).mean(axis=0).round()
    )
    for row, category in enumerate(filled["string_missing"]):
        counts = pd.Series([X["string_missing"].iloc[row] for X in imputations]).value_counts()
        assert counts[category] == counts.max()


def test_imputations_do_not_depend_on_other_rows_or_calls(incomplete):
    imputer = GANImputer(**TINY).fit(incomplete)
    filled = imputer.transform(incomplete)
    order = np.random.default_rng(0).permutation(75)
    pd.testing.assert_frame_equal(imputer.transform(incomplete.iloc[order]), filled.iloc[order])
    pd.testing.assert_frame_equal(imputer.transform(incomplete.iloc[3:9]), filled.iloc[3:9])


def test_noise_is_uniform_and_independent_across_rows():
    rows = np.random.default_rng(0).normal(size=(2000, 3)).astype(np.float32)
    uniform = draw_by_row(rows, [0, 0], 10)
    assert uniform.min() > 0 and uniform.max() < 1 and len(np.unique(uniform)) == 20_000
    np.testing.assert_allclose(np.quantile(uniform, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.01)
    assert abs(np.corrcoef(uniform.T) - np.eye(10)).max() < 0.1
    assert abs(np.corrcoef(uniform[:, 0], draw_by_row(rows, [0, 1], 10)[:, 0])[0, 1]) < 0.1
    np.testing.assert_array_equal(draw_by_row(rows[::-2], [0, 0], 10), uniform[::-2])


def test_random_state_determines_imputations_without_global_state(incomplete_array):
    state, torch_state = np.random.get_state()[1].copy(), torch.get_rng_state()
    first, again, other = (
        GANImputer(**{**TINY, "random_state": s}).fit_transform(incomplete_array[0]) for s in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    np.testing.assert_array_equal(np.random.get_state()[1], state)
    assert torch.equal(torch.get_rng_state(), torch_state)


def test_pickled_and_cloned_imputers_give_the_same_imputations(incomplete_array):
    imputer = GANImputer(**TINY).fit(incomplete_array[0])
    expected = imputer.transform(incomplete_array[0])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(imputer)).transform(incomplete_array[0]), expected)
    np.testing.assert_array_equal(clone(imputer).fit_transform(incomplete_array[0]), expected)


@pytest.mark.parametrize("params", [{}, {"add_indicator": True}])
def test_imputer_works_in_a_pipeline(incomplete_array, numbers, params):
    model = make_pipeline(GANImputer(**TINY, **params), LogisticRegression())
    assert np.isfinite(cross_val_score(model, incomplete_array[0], numbers[1], cv=3)).all()
    assert np.isfinite(
        cross_val_score(make_pipeline(GANImputer(**TINY), LinearRegression()), *incomplete_array, cv=3)
    ).all()


def test_indicators_are_added_for_columns_with_missing_values_in_fit(incomplete, incomplete_array, as_pandas):
    X, missing = incomplete_array[0].copy(), incomplete_array[1].copy()
    X[:, 1], missing[:, 1] = 7, False
    imputer = GANImputer(**TINY, add_indicator=True).fit(X)
    np.testing.assert_array_equal(imputer.transform(X)[:, 5:], missing[:, [0, 2, 3, 4]])
    later = np.where(np.arange(5) == 1, np.nan, X)
    assert imputer.transform(later).shape == (75, 9)
    assert imputer.get_feature_names_out()[4:].tolist() == ["x4", *(f"missingindicator_x{j}" for j in (0, 2, 3, 4))]
    for make in LIBRARIES.values():
        frame = make(incomplete)
        imputer = GANImputer(**TINY, add_indicator=True).fit(frame)
        filled = as_pandas(imputer.transform(frame))
        assert filled.columns.tolist() == imputer.get_feature_names_out().tolist()
        assert (filled["missingindicator_string"] == incomplete["string"].isna()).all()
        assert "missingindicator_int8" not in filled


@pytest.mark.parametrize("make", [lambda X: X, pl.from_pandas, lambda X: pl.from_pandas(X).to_arrow(), np.array])
def test_set_output_returns_the_requested_library_and_dtypes(incomplete, make, as_pandas):
    X = make(incomplete)
    for name, kind in (("pandas", pd.DataFrame), ("polars", pl.DataFrame)):
        filled = GANImputer(**TINY, add_indicator=True).set_output(transform=name).fit(X).transform(X)
        assert isinstance(filled, kind) and filled.shape[1] > incomplete.shape[1]
        if not isinstance(X, np.ndarray):
            assert as_pandas(filled)["float"].dtype == float


def test_numeric_columns_without_observed_values_become_zero():
    X = pd.DataFrame({"a": [np.nan] * 9, "b": [None] * 9, "c": [1.0, 2, np.nan] * 3, "d": [3, 1, 2] * 3})
    filled = GANImputer(**TINY).fit_transform(X)
    assert (filled["a"] == 0).all() and filled["b"].isna().all() and filled["c"].notna().all()
    with pytest.raises(ValueError, match="Expected an observed value"):
        GANImputer(**TINY).fit(X[["b"]])


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", "pandas with pyarrow dtypes"])
def test_columns_without_observed_values_need_not_be_listed(library):
    X = LIBRARIES[library](pd.DataFrame({"a": list("uv") * 6, "b": [None] * 12, "c": [1.0, 2, 3] * 4}))
    fillers = GANImputer(**TINY, categorical_features=["a"]), GANImputer(**TINY)
    listed, automatic = (filler.fit(X).transform(X) for filler in fillers)
    assert types_of(listed) == types_of(automatic) == types_of(X)


@pytest.mark.parametrize(
    "make",
    [pd.DataFrame, pl.DataFrame, lambda X: pl.DataFrame(X).to_arrow(), lambda X: list(zip(*X.values(), strict=True))],
)
def test_single_rows_may_lack_a_number_or_a_category(make):
    X = make({"a": [1.0, 2, 3] * 4, "b": [5, 6, 7, 8] * 3, "c": list("uv") * 6})
    filled = GANImputer(**TINY).fit(X).transform(make({"a": [2.0], "b": [None], "c": [None]}))
    a, b, c = np.asarray(filled.to_pandas() if hasattr(filled, "to_pandas") else filled, dtype=object)[0]
    assert a == 2 and 5 <= b <= 8 and c in {"u", "v"}


def test_complete_columns_may_have_missing_values_in_transform(numbers, mixed, incomplete):
    np.testing.assert_array_equal(GANImputer(**TINY).fit_transform(numbers[0]), numbers[0])
    complete = mixed[0].drop(columns=[name for name in mixed[0] if name.endswith("missing")])
    imputer = GANImputer(**TINY).fit(complete)
    pd.testing.assert_frame_equal(imputer.transform(complete), complete)
    assert imputer.transform(incomplete[complete.columns]).notna().all(axis=None)


def test_unseen_categories_are_kept(incomplete):
    imputer = GANImputer(**TINY).fit(incomplete)
    filled = imputer.transform(
        incomplete.assign(string="new", category=incomplete["category"].cat.set_categories(["y"]))
    )
    assert (filled["string"] == "new").all()
    assert filled["category"].notna().all() and filled["category"].cat.categories[0] == "y"


def test_unseen_category_is_encoded_as_zero_without_a_flag(incomplete):
    columns = list(open_container(incomplete).columns())
    encoder = TableEncoder()
    codes = np.zeros(75, dtype=int)
    matrix = encoder.fit_encode(columns, fit_codecs("auto", columns, codes), codes, flag_all=True)
    assert len(encoder.layout_.flagged) == len(columns)
    np.testing.assert_array_equal(encoder.encode(columns), matrix)
    unseen = encoder.encode(list(open_container(incomplete.assign(string="new")).columns()))
    changed = (unseen != matrix).any(axis=0)
    flag = encoder._flags[incomplete.columns.get_loc("string")]
    assert changed.sum() == 4 and changed[flag] and (unseen[:, flag] == 0).all()


def test_averages_of_extreme_values_do_not_overflow():
    for values in (np.array([2**63 - 1, 2**63 - 1, -5, 3]), np.array([1.7e308, 1.7e308, -1.7e308, 0])):
        encoder = TableEncoder()
        columns = list(open_container(values[:, None]).columns())
        codes = np.zeros(4, dtype=int)
        encoder.fit_encode(columns, fit_codecs("auto", columns, codes), codes)
        (means,) = encoder.average_cells([[values], [values]])
        np.testing.assert_array_equal(means, values)


def test_training_hides_observed_values_from_the_generator(incomplete_array):
    net = GANImputer(**TINY).fit(incomplete_array[0]).net_
    rows = torch.ones((4000, 10))
    rows[:, 5:] = 0
    rows[:, [0, 5]] = torch.tensor([0.0, 1.0])  # the first column is missing
    hidden = net._hide(rows)
    flags, masks = hidden[:, 5:], net.head_.flag_masks
    assert (flags[:, 0] == 1).all()
    shares = flags[:, 1:].mean(dim=1)
    assert 0.27 < shares.mean() < 0.33 and shares.std() > 0.2
    assert (hidden[:, :5][flags @ masks > 0] == 0).all() and (hidden[:, :5][flags @ masks == 0] == 1).all()


def test_callbacks_see_the_history_and_can_stop_training(incomplete_array):
    class StopAfterOneRecord(Callback):
        def on_epoch_end(self, net, **kwargs):
            raise KeyboardInterrupt

    imputer = GANImputer(**{**TINY, "max_steps": 120}, callbacks=[StopAfterOneRecord()]).fit(incomplete_array[0])
    assert imputer.history_[-1, "step"] == 50
    assert {"reconstruction_loss", "generator_loss", "discriminator_loss"} <= set(imputer.history_[-1])


def test_verbose_shows_a_progress_bar(incomplete_array, capsys):
    GANImputer(**TINY, verbose=1).fit(incomplete_array[0])
    assert "step" in capsys.readouterr().err


@pytest.mark.parametrize("make", [sparse.csr_matrix, sparse.coo_array])
def test_sparse_tables_are_refused(numbers, make):
    with pytest.raises(TypeError, match="Sparse data was passed to GANImputer"):
        GANImputer(**TINY).fit(make(numbers[0]))
    with pytest.raises(TypeError, match="Sparse data"):
        GANImputer(**TINY).fit(numbers[0]).transform(make(numbers[0]))


def test_imputed_dates_are_whole_days_within_the_observed_range(in_library, as_pandas):
    rng = np.random.default_rng(0)
    number = rng.normal(size=60)
    when = np.datetime64("2020-01-01", "us") + (100 * number).astype("m8[D]")
    X = pd.DataFrame({"number": number, "when": np.where(rng.random(60) < 0.3, np.datetime64("NaT"), when)})
    filled = as_pandas(GANImputer(**{**TINY, "n_imputations": 3}).fit_transform(in_library(X)))
    assert filled["when"].dtype == X["when"].dtype and filled["when"].notna().all()
    assert (filled["when"] == filled["when"].dt.normalize()).all()
    assert filled["when"].between(X["when"].min(), X["when"].max()).all()
    observed = X["when"].notna()
    assert (filled["when"][observed] == X["when"][observed]).all()


@pytest.mark.parametrize(
    "X, params, message",
    [
        (np.array([[1.0], [np.inf]]), {}, "contains infinity"),
        (np.array([["a"], ["b"]]), {"categorical_features": []}, "is not in `categorical_features`"),
        (np.zeros((2, 1)), {"categorical_features": ["b"]}, "which is not a column of the table"),
        (np.zeros((2, 1)), {"hidden_layer_sizes": ()}, "one or more positive integers"),
        (np.zeros((2, 1)), {"n_imputations": 0}, "'n_imputations' parameter"),
        (np.zeros((2, 1)), {"adversarial": -1}, "'adversarial' parameter"),
        (pd.DataFrame(index=range(3)), {}, "required by GANImputer"),
        (pd.DataFrame({"when": pd.period_range("2020", periods=3)}), {}, "Column 'when' has type period"),
    ],
)
def test_invalid_input_or_parameters_of_fit_raise(X, params, message):
    with pytest.raises(ValueError, match=message):
        GANImputer(**{**TINY, **params}).fit(X)


def test_invalid_input_of_transform_or_divergence_raises(incomplete, numbers):
    imputer = GANImputer(**TINY).fit(incomplete)
    with pytest.raises(ValueError, match="'float' contains infinity"):
        imputer.transform(incomplete.assign(float=np.inf))
    with pytest.raises(ValueError, match="column 'float', which is not in `categorical_features`"):
        imputer.transform(incomplete.assign(float="a"))
    with pytest.raises(ValueError, match="feature names should match"):
        imputer.transform(incomplete.drop(columns="float"))
    with pytest.raises(FloatingPointError, match="Lower `learning_rate`"):
        GANImputer(**{**TINY, "max_steps": 30, "learning_rate": 1e30}).fit(numbers[0])


def test_tuples_are_categories():
    X = pd.DataFrame({"pair": pd.Series([(1, 2), (3, 4), None] * 5, dtype=object), "a": np.arange(15.0)})
    assert set(GANImputer(**TINY).fit_transform(X)["pair"]) == {(1, 2), (3, 4)}


def related(n=400):
    """Return a table with relations of all kinds, and the same table with missing values."""
    rng = np.random.default_rng(0)
    city, start = rng.integers(0, 8, n), pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 700, n), unit="D")
    price, fee = rng.lognormal(3, 1, n).round(2), rng.lognormal(2, 1, n).round(2)
    X = pd.DataFrame({"city": [f"city {c}" for c in city], "country": [f"land {c // 2}" for c in city], "start": start})
    X["end"] = start + pd.to_timedelta(rng.geometric(0.1, n), unit="D")
    X = X.assign(price=price, fee=fee, total=(price + fee).round(2))
    X = X.join(pd.get_dummies(pd.Series(city % 3).astype(str), prefix="is", dtype=float))
    return X, X.mask(rng.random(X.shape) < 0.15)


@pytest.mark.parametrize("method", ["transform", "impute"])
def test_imputed_values_satisfy_relations(method):
    X, missing = related()
    imputer = GANImputer(max_steps=20, n_imputations=3, hidden_layer_sizes=(16,), random_state=0).fit(missing)
    filled = imputer.transform(missing) if method == "transform" else imputer.impute(missing)[0]
    assert {type(relation).__name__ for relation in imputer.relations_} == {"FixedCombinations", "Inequality", "Sum"}
    assert filled.where(missing.notna()).equals(missing)
    np.testing.assert_allclose(filled.price + filled.fee, filled.total, atol=0.006)
    assert (filled.start < filled.end).all()
    names = next(relation.columns for relation in imputer.relations_ if "city" in relation.names)
    assert set(filled[names].itertuples(index=False)) <= set(X[names].itertuples(index=False))


def test_imputed_values_may_break_relations_without_any():
    _, missing = related()
    imputer = GANImputer(max_steps=20, hidden_layer_sizes=(16,), relations=None, random_state=0)
    filled = imputer.fit_transform(missing)
    assert imputer.relations_ == [] and (abs(filled.price + filled.fee - filled.total) > 0.006).any()


def test_a_listed_one_hot_group_is_imputed():
    _, missing = related()
    hot = ["is_0", "is_1", "is_2"]
    imputer = GANImputer(max_steps=5, hidden_layer_sizes=(8,), relations=[OneHot(hot)], random_state=0)
    filled = imputer.fit_transform(missing[hot])
    assert (filled.sum(axis=1) == 1).all() and imputer.relations_ == [OneHot(hot)]


def test_columns_with_spikes_or_associated_categories_are_imputed():
    rng = np.random.default_rng(0)
    city = rng.integers(12, size=300)
    X = pd.DataFrame(
        {
            "number": rng.normal(size=300),
            "amount": np.where(rng.random(300) < 0.3, 0, rng.exponential(size=300)),
            "city": [f"city{i}" for i in city],
            "country": [f"country{i // 4}" for i in city],
        }
    )
    X.loc[rng.random(300) < 0.2, "number"] = np.nan
    filled = GANImputer(relations=None, **TINY).fit_transform(X)
    assert not filled.isna().any().any()
    pd.testing.assert_frame_equal(filled.drop(columns="number"), X.drop(columns="number"))
