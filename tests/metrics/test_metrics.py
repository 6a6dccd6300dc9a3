"""Figures of fidelity, where the answer is known."""

import html
import inspect
import re
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from scipy import sparse
from sklearn.datasets import make_classification
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from sklearn_gan import metrics
from sklearn_gan.metrics import (
    association_difference,
    associations,
    classifier_two_sample_test,
    energy_distance,
    fidelity_report,
    kolmogorov_smirnov,
    memorization_report,
    precision_recall_density_coverage,
    total_variation,
    utility,
)

FUNCTIONS = [getattr(metrics, name) for name in metrics.__all__ if inspect.isfunction(getattr(metrics, name))]
PAIRWISE = [function for function in FUNCTIONS if "synthetic" in inspect.signature(function).parameters]


def report_of_half(real, synthetic, **how):
    """Return the report about half of the real rows, the others being held out."""
    return memorization_report(real[::2], synthetic, real[1::2], **how)


COMPLETED = {
    utility: partial(utility, y_real=[0, 0, 1, 1] * 5, y_synthetic=[0, 0, 1, 1] * 5, n_splits=2),
    memorization_report: report_of_half,
}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def fast_report():
    """Return a report of a tree instead of many."""
    return partial(fidelity_report, classifier=DecisionTreeClassifier(max_depth=3, random_state=0), random_state=0)


# Columns


@pytest.mark.parametrize("shift", [0, 0.25, 1, 5])
def test_uniform_numbers_that_are_shifted_differ_by_the_shift(shift):
    uniform = np.arange(1024)[:, None] / 1024
    assert kolmogorov_smirnov(uniform, uniform + shift) == {0: min(shift, 1)}


def test_kolmogorov_smirnov_is_the_statistic_of_scipy(rng):
    real, synthetic = rng.normal(size=(90, 1)), rng.normal(1, 2, size=(70, 1))
    expected = scipy.stats.ks_2samp(real[:, 0], synthetic[:, 0]).statistic
    assert kolmogorov_smirnov(real, synthetic) == {0: pytest.approx(expected)}


def test_observed_numbers_are_compared_and_then_the_shares_of_missing_ones():
    real = np.array([[1, 1, 1, np.nan], [2, np.nan, 2, np.nan]])
    synthetic = np.array([[1, 1, np.nan, np.nan], [2, 1, np.nan, np.nan]])
    assert kolmogorov_smirnov(real, synthetic) == {0: 0, 1: 0.5, 2: 1, 3: 0}


def test_total_variation_is_the_share_of_cells_that_would_have_to_change():
    real = pd.DataFrame({"same": ["a", "b", "b", None], "apart": ["a"] * 4, "some": ["a", "a", "b", None]})
    synthetic = pd.DataFrame({"same": [None, "b", "a", "b"], "apart": ["b"] * 4, "some": ["a", None, None, None]})
    assert total_variation(real, synthetic) == {"same": 0, "apart": 1, "some": 0.5}


def test_each_column_has_one_of_the_two_distances(mixed):
    of_numbers, of_categories = kolmogorov_smirnov(mixed[0], mixed[0]), total_variation(mixed[0], mixed[0])
    assert [*of_numbers, *of_categories] == list(mixed[0].columns)
    assert not any(of_numbers.values()) and not any(of_categories.values())


# Associations


def test_association_of_numbers_is_the_rank_correlation(rng):
    X = rng.normal(size=(100, 2))
    X[:, 1] -= X[:, 0] ** 3
    assert associations(X)[0, 1] == pytest.approx(-scipy.stats.spearmanr(X).statistic)


def test_columns_that_tell_each_other_are_associated_by_1(rng):
    x = rng.integers(0, 4, 200)
    X = pd.DataFrame({"number": x, "order": -(x**2), "level": x.astype(str), "renamed": np.array(list("dacb"))[x]})
    np.testing.assert_allclose(associations(X), 1)


def test_independent_columns_of_many_levels_are_not_associated(rng):
    X = pd.DataFrame({"a": rng.integers(0, 40, 400).astype(str), "b": rng.integers(0, 40, 400).astype(str)})
    X["number"] = rng.normal(size=400)
    assert associations(X)[~np.eye(3, dtype=bool)].max() < 0.15


def test_columns_that_tell_nothing_are_associated_with_no_other(mixed):
    X = mixed[0].assign(constant=1.0, level="a", empty=np.nan, name=[str(i) for i in range(75)])
    np.testing.assert_array_equal(associations(X)[-4:], np.eye(15)[-4:])


def test_associations_are_those_of_the_rows_without_missing_cells(rng):
    X = pd.DataFrame({"x": np.arange(100.0), "level": rng.choice(["a", "b"], 100)})
    X["y"] = X.x.where(np.arange(100) < 50, np.nan)
    X["copy"] = X.level.where(np.arange(100) < 50, None)
    matrix = associations(X)
    np.testing.assert_allclose([matrix[0, 2], matrix[1, 3]], 1)
    np.testing.assert_allclose([matrix[1, 2], matrix[3, 2]], associations(X[:50][["level", "y"]])[0, 1])


def test_numbers_are_correlated_over_the_rows_that_both_have(rng):
    x, y = np.arange(100.0), np.append(np.arange(70) + rng.normal(0, 30, 70), np.full(30, np.nan))
    x[:20] = np.nan
    ranks = scipy.stats.rankdata(x[20:])[:50], scipy.stats.rankdata(y[:70])[20:]
    assert associations(np.c_[x, y])[0, 1] == pytest.approx(np.corrcoef(*ranks)[0, 1])


def test_associations_are_symmetric_shares(mixed):
    matrix = associations(mixed[0])
    np.testing.assert_array_equal(matrix, matrix.T)
    assert matrix.min() >= 0 and matrix.max() <= 1 and (np.diag(matrix) == 1).all()


def test_a_rise_that_became_a_fall_differs_by_2(rng):
    x = rng.normal(size=50)
    assert association_difference(np.c_[x, x], np.c_[x, -x]) == pytest.approx(2)
    assert association_difference(np.c_[x, x], np.c_[x, x]) == 0
    assert association_difference(x[:, None], -x[:, None]) == 0


# Neighbourhoods


def test_a_copy_of_all_rows_is_precise_and_covers_all(rng):
    X = rng.normal(size=(60, 3))
    figures = precision_recall_density_coverage(X, X, n_neighbors=5)
    assert figures == (1, 1, pytest.approx(6 / 5), 1)  # a row lies in the balls of 5 others in the mean, and in its own


def test_two_samples_of_one_distribution_have_figures_near_1(rng):
    figures = precision_recall_density_coverage(rng.normal(size=(1000, 3)), rng.normal(size=(1000, 3)))
    np.testing.assert_allclose(figures, 1, atol=0.1)
    assert figures.coverage == pytest.approx(1 - 2**-5, abs=0.015)


def test_rows_apart_have_figures_of_0(rng):
    X = rng.normal(size=(60, 3))
    assert precision_recall_density_coverage(X, X + 100) == (0, 0, 0, 0)


def test_a_generator_that_left_half_out_is_precise_and_covers_half(rng):
    real = np.concatenate((rng.normal(size=(100, 2)), rng.normal(size=(100, 2)) + 50))
    figures = precision_recall_density_coverage(real, real[:100])
    assert (figures.precision, figures.recall, figures.coverage) == (1, 0.5, 0.5)


def test_equal_rows_count_as_one_another(rng):
    X = rng.integers(0, 2, size=(400, 2)).astype(str)
    figures = precision_recall_density_coverage(X[:200], X[200:])
    np.testing.assert_allclose(figures, 1, atol=0.05)


def test_as_many_neighbours_as_rows_are_refused(rng):
    X = rng.normal(size=(6, 2))
    precision_recall_density_coverage(X, X, n_neighbors=5)
    with pytest.raises(ValueError, match=r"more than n_neighbors=5 rows in `synthetic`, got 5\. Lower"):
        precision_recall_density_coverage(X, X[:5], n_neighbors=5)


# Distances


@pytest.mark.parametrize("distance", [0, 0.5, 8])
def test_energy_distance_of_two_points_is_the_root_of_twice_their_distance(distance):
    point = np.full((3, 1), 0.1)  # the mean of which is not quite 0.1
    assert energy_distance(point, point + distance) == pytest.approx(np.sqrt(2 * distance))


def test_energy_distance_of_one_column_is_that_of_scipy(rng):
    real, synthetic = rng.normal(size=80), rng.normal(1, 2, size=50)
    expected = scipy.stats.energy_distance(real / real.std(), synthetic / real.std())
    assert energy_distance(real[:, None], synthetic[:, None]) == pytest.approx(expected)


def test_levels_and_missing_cells_are_apart():
    levels = energy_distance([["a"], ["a"]], [["b"], ["b"]])
    assert levels == energy_distance([["a"], ["a"]], [[None], [None]]) == pytest.approx(np.sqrt(2 * np.sqrt(2)))
    assert energy_distance([[1.0], [1.0]], [[None], [None]]) == pytest.approx(np.sqrt(2))


def test_units_do_not_matter(rng):
    real, synthetic = rng.normal(size=(50, 2)), rng.normal(size=(50, 2)) + 1
    expected = energy_distance(real, synthetic)
    for factor in (1e-300, 1e300):
        assert energy_distance(real * factor, synthetic * factor) == pytest.approx(expected)


def test_large_tables_are_compared_piece_by_piece(rng, monkeypatch):
    real, synthetic = rng.normal(size=(90, 2)), rng.normal(size=(70, 2))
    expected = energy_distance(real, synthetic), precision_recall_density_coverage(real, synthetic)
    monkeypatch.setattr("sklearn_gan._table.distances.CELLS_AT_ONCE", 500)
    assert energy_distance(real, synthetic) == pytest.approx(expected[0])
    assert precision_recall_density_coverage(real, synthetic) == expected[1]


def test_a_table_is_at_no_distance_from_itself_when_rows_are_drawn(mixed):
    assert energy_distance(mixed[0], mixed[0], max_rows=20, random_state=0) == 0


# Classifiers


def test_two_samples_of_one_distribution_are_not_told_apart(rng):
    X = rng.normal(size=(600, 4))
    figures = classifier_two_sample_test(X[::2], X[1::2], random_state=0)
    assert figures.auroc == pytest.approx(0.5, abs=0.06)
    assert figures.p_value > 0.05


@pytest.mark.parametrize("classifier", [None, LogisticRegression(), LinearSVC()])
def test_rows_apart_are_told_apart(rng, classifier):
    X = rng.normal(size=(60, 2))
    figures = classifier_two_sample_test(X, X + 20, classifier=classifier, random_state=0)
    assert figures.auroc == pytest.approx(1) and figures.p_value < 1e-6


def test_a_shift_is_told_as_well_as_the_best_classifier_can(rng):
    X = rng.normal(size=(2000, 1))
    figures = classifier_two_sample_test(X[::2], X[1::2] + 1, classifier=LogisticRegression(), random_state=0)
    assert figures.auroc == pytest.approx(scipy.stats.norm.cdf(1 / np.sqrt(2)), abs=0.02)


def test_a_table_told_from_its_copy_misleads_the_classifier(rng):
    X = rng.normal(size=(200, 4))
    figures = classifier_two_sample_test(X, X, random_state=0)
    assert figures.auroc < 0.2 and figures.p_value == pytest.approx(1)


def test_a_classifier_that_learns_nothing_tells_nothing_apart(rng):
    X = rng.normal(size=(50, 2))
    figures = classifier_two_sample_test(X, X + 9, classifier=DummyClassifier(), random_state=0)
    assert figures.auroc == 0.5 and figures.p_value > 0.5


def test_p_values_err_on_the_side_of_caution(rng):
    tree = DecisionTreeClassifier(max_depth=3, random_state=0)
    samples = rng.normal(size=(100, 2, 60, 2))
    p_values = [classifier_two_sample_test(*pair, classifier=tree, random_state=0).p_value for pair in samples]
    assert np.mean(np.array(p_values) < 0.1) <= 0.1


def test_missing_cells_tell_tables_apart(rng):
    X = rng.normal(size=(200, 1))
    holed = np.where(np.arange(100)[:, None] < 50, np.nan, X[100:])
    assert classifier_two_sample_test(X[:100], holed, random_state=0).auroc > 0.65


def test_fewer_rows_than_folds_are_refused(rng):
    with pytest.raises(ValueError, match=r"at least n_splits=5 rows in `real`.*got 4\. Lower"):
        classifier_two_sample_test(rng.normal(size=(4, 2)), rng.normal(size=(9, 2)))


def test_a_second_sample_is_as_useful_and_wrong_labels_are_not():
    X, y = make_classification(600, class_sep=2, flip_y=0, random_state=0)
    train = partial(
        utility, X[::2], X[1::2], y[::2], scoring="roc_auc", classifier=LogisticRegression(), random_state=0
    )
    right, wrong = train(y[1::2]), train(1 - y[1::2])
    assert right.trained_on_synthetic > 0.9 and right.trained_on_real > 0.9
    assert wrong == (pytest.approx(1 - right.trained_on_synthetic), right.trained_on_real)


def test_utility_goes_with_labels_of_any_kind(numbers):
    X, y = numbers
    expected = utility(X, X, y, y, random_state=0)
    names = np.where(y == 1, "rare", "common")
    assert utility(X, X, names.tolist(), pd.Series(names), random_state=0) == expected


@pytest.mark.parametrize(
    "y_real, y_synthetic, message",
    [
        ([0, 1] * 5, [1] * 10, r"at least two of the labels in `y_real`, \[0, 1\].*got \[1\]"),
        ([0, 1] * 5, [1, 2] * 5, r"got \[1, 2\]"),
        ([0] * 6 + [1] * 4, [0, 1] * 5, r"n_splits=5 rows of each class in `y_real`.*got 4 of"),
        ([0, 1] * 5, [0, 1], "inconsistent numbers of samples"),
    ],
)
def test_labels_from_which_nothing_can_be_told_are_refused(rng, y_real, y_synthetic, message):
    X = rng.normal(size=(10, 2))
    with pytest.raises(ValueError, match=message):
        utility(X, X, y_real, y_synthetic)


# The report


def test_report_has_the_figures_of_the_functions(mixed):
    (X, y), tree = mixed, DecisionTreeClassifier(max_depth=3, random_state=0)
    tables, labels = (X[::2], X[1::2]), (y[::2], y[1::2])
    how = {"classifier": tree, "random_state": 0}
    report = fidelity_report(*tables, y_real=labels[0], y_synthetic=labels[1], max_rows=30, **how)
    neighbors = precision_recall_density_coverage(*tables, max_rows=30, random_state=0)
    assert (report.precision, report.recall, report.density, report.coverage) == neighbors
    assert report.energy_distance == energy_distance(*tables, max_rows=30, random_state=0)
    assert (report.auroc, report.p_value) == classifier_two_sample_test(*tables, max_rows=30, **how)
    assert report.association_difference == association_difference(*tables)
    assert report.utility == utility(*tables, *labels, **how)
    distances = {column.column: column.distance for column in report.columns}
    assert distances == {**kolmogorov_smirnov(*tables), **total_variation(*tables)}


def test_frames_of_all_libraries_get_the_same_figures(mixed, fast_report, in_library):
    real, synthetic = mixed[0][:40], mixed[0][35:]
    expected = repr(fast_report(real, synthetic))
    assert repr(fast_report(in_library(real), in_library(synthetic))) == expected
    assert repr(fast_report(real, in_library(synthetic))) == expected


def as_objects(X):
    return X.to_numpy(dtype=object)


@pytest.mark.parametrize("convert", [as_objects, lambda X: as_objects(X).tolist()])
def test_arrays_and_lists_get_the_same_figures(mixed, fast_report, convert):
    real, synthetic = mixed[0][:40], mixed[0][35:]
    expected = repr(fast_report(real, synthetic)).split("\n\n")[1]
    assert repr(fast_report(convert(real), convert(synthetic))).split("\n\n")[1] == expected
    assert repr(fast_report(real, convert(synthetic))).split("\n\n")[1] == expected


def test_sparse_tables_are_compared_as_dense_ones(numbers):
    X = np.where(numbers[0] > 0, numbers[0], 0)
    real, synthetic = X[:40], X[40:]
    assert energy_distance(sparse.csr_matrix(real), sparse.coo_array(synthetic)) == energy_distance(real, synthetic)


def test_frame_is_of_the_library_of_the_real_table(mixed, fast_report, in_library, as_pandas):
    real = in_library(mixed[0])
    frame = fast_report(real, mixed[0]).frame
    assert type(frame) is type(real) and frame.shape == (11, 6)
    assert as_pandas(frame)["column"].tolist()[:2] == ["float", "float32"]


def test_frame_of_arrays_needs_a_library_and_says_so(numbers, fast_report, monkeypatch):
    assert list(fast_report(numbers[0], numbers[0]).frame["column"]) == [0, 1, 2, 3, 4]
    monkeypatch.setattr("sklearn_gan.metrics._report.find_spec", lambda name: None)
    report = fast_report(numbers[0], numbers[0])
    assert "precision" in repr(report)
    with pytest.raises(ImportError, match=r"Expected one of pandas, polars, pyarrow .* Install one"):
        _ = report.frame


def test_report_is_readable_with_many_columns_of_long_names(rng, fast_report):
    names = [f"a long name\nthat {'goes on ' * 9}up to number {i}" for i in range(200)]
    real = pd.DataFrame(rng.normal(size=(30, 200)), columns=names)
    synthetic = real.copy()
    synthetic[names[150]] += 9
    lines = repr(fast_report(real, synthetic)).split("\n")
    assert len(lines) < 30 and max(map(len, lines)) < 100
    assert re.match(r"a long.*150 +1\.000", lines[lines.index("", 2) + 2])
    assert lines[-1].startswith("and 190 more, with distances up to 0.000")


def test_report_tells_of_copies(rng, fast_report):
    X = rng.normal(size=(200, 4))
    assert "misled, possibly by copies" in repr(fast_report(X, X))


@pytest.mark.parametrize("auroc, told", [(0.45, "unable"), (0.5, "unable"), (0.51, "trained"), (1, "trained")])
def test_report_tells_that_a_half_is_not_to_tell_apart(numbers, fast_report, auroc, told):
    report = replace(fast_report(numbers[0], numbers[0]), auroc=auroc)
    assert f"{auroc:.3f}       0.5  {told} to distinguish the tables, p = " in repr(report)


def test_report_takes_no_score_for_an_ideal(numbers, fast_report):
    report = replace(fast_report(numbers[0], numbers[0]), utility=(0.91, 0.8))
    line = "utility                    0.910         -  score if trained on synthetic rows; on real rows: 0.800"
    assert line in repr(report).split("\n")


def test_report_is_its_text_in_a_notebook(numbers, fast_report):
    report = fast_report(*[pd.DataFrame(numbers[0]).rename(columns={0: "<b>&"})] * 2)
    shown = report._repr_html_()
    assert shown.startswith("<pre>") and "&lt;b&gt;&amp;" in shown
    assert html.unescape(shown) == f"<pre>{report!r}</pre>"


def test_report_of_one_target_is_refused(numbers):
    with pytest.raises(ValueError, match="both or neither of `y_real` and `y_synthetic`, got one"):
        fidelity_report(numbers[0], numbers[0], y_real=numbers[1])


# All functions


@pytest.mark.parametrize("function", PAIRWISE)
def test_columns_of_frames_are_matched_by_name(mixed, function):
    function = COMPLETED.get(function, function)
    how = {"random_state": 0} if "random_state" in inspect.signature(function).parameters else {}
    real, synthetic = mixed[0][:20], mixed[0][20:40]
    assert repr(function(real, synthetic[synthetic.columns[::-1]], **how)) == repr(function(real, synthetic, **how))


@pytest.mark.parametrize("function", PAIRWISE)
def test_other_columns_and_empty_tables_are_refused(mixed, function):
    function, X = COMPLETED.get(function, function), mixed[0][:20]
    with pytest.raises(ValueError, match=r"`synthetic`, got different ones: missing \['float'\], unexpected \['f'\]"):
        function(X, X.rename(columns={"float": "f"}))
    with pytest.raises(ValueError, match="Expected 11 columns in `synthetic`, as in `real`, got 10"):
        function(X, X.to_numpy(dtype=object)[:, 1:])
    for empty in (X[:0], np.empty((0, 11)), sparse.csr_matrix((0, 11))):
        with pytest.raises(ValueError, match=r"0 sample.*minimum of 1"):
            function(X, empty)


@pytest.mark.parametrize("function", PAIRWISE)
def test_tables_that_tell_nothing_have_figures(function):
    function = COMPLETED.get(function, function)
    X = pd.DataFrame({"constant": [1.0] * 20, "empty": [np.nan] * 20, "level": ["a"] * 20, "none": [None] * 20})
    function(X, X.assign(empty=1.0, constant=np.nan, level=None, none="a"))


@pytest.mark.parametrize("function", [kolmogorov_smirnov, total_variation, association_difference, energy_distance])
def test_a_row_of_each_table_is_enough(function):
    assert function([[1.0, "a"]], [[1.0, "a"]]) in ({0: 0}, {1: 0}, 0)
    function([[1.0, "a"]], [[2.0, "b"], [None, None]])


def test_extreme_numbers_have_figures(fast_report):
    largest = np.finfo(float).max
    real, synthetic = np.array([[1e-300, -largest], [2e-300, largest]] * 10), np.array([[largest, 0.0]] * 20)
    report = fast_report(real, synthetic)
    assert np.isfinite(report.energy_distance) and report.auroc == 1


def test_what_is_no_number_is_refused_with_its_table(numbers):
    X = pd.DataFrame(numbers[0])
    with pytest.raises(ValueError, match=r"In `synthetic`: Expected numbers in column 0.*'x'"):
        kolmogorov_smirnov(X, X.assign(**{"0": "x"}).rename(columns={0: "old", "0": 0}).drop(columns="old"))
    with pytest.raises(ValueError, match="In `real`: Column 1 contains infinity"):
        energy_distance(X.replace(X.iloc[0, 1], np.inf), X)


def test_categories_are_what_the_caller_says(rng):
    X = rng.integers(0, 3, (50, 2))
    assert list(total_variation(X, X, categorical_features=[1])) == [1]
    assert list(kolmogorov_smirnov(X, X, categorical_features=[True, False])) == [1]
    with pytest.raises(ValueError, match="'kind', which is not a column"):
        energy_distance(X, X, categorical_features=["kind"])
    with pytest.raises(ValueError, match="'categorical_features' parameter"):
        energy_distance(X, X, categorical_features="kind")


@pytest.mark.parametrize("function", [energy_distance, precision_recall_density_coverage, classifier_two_sample_test])
def test_an_integer_decides_which_rows_are_drawn(rng, function):
    real, synthetic = rng.normal(size=(60, 2)), rng.normal(size=(60, 2))
    before = np.random.get_state()[1].copy()
    first, same, other = (function(real, synthetic, max_rows=30, random_state=seed) for seed in (0, 0, 1))
    assert first == same != other
    function(real, synthetic, random_state=None)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


PARAMETERS = [(function, name) for function in FUNCTIONS for name in inspect.signature(function).parameters]


@pytest.mark.parametrize("function, name", PARAMETERS)
def test_documented_default_is_the_default(function, name):
    default = inspect.signature(function).parameters[name].default
    documented = re.search(rf"^    {name} : .*?(?:, default=(.*))?$", function.__doc__, flags=re.MULTILINE)
    assert documented, f"{name} is not documented"
    assert default is inspect.Parameter.empty if documented[1] is None else eval(documented[1]) == default
