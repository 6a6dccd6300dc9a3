"""Fidelity metrics on tables with known answers."""

import inspect
import re
from functools import partial
from xml.etree import ElementTree

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
from sklearn_gan._table import encode_rows, read_tables
from sklearn_gan.metrics import (
    FidelityFigures,
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
from sklearn_gan.metrics._chance import Chance
from sklearn_gan.metrics._fidelity_figures import Measured
from sklearn_gan.metrics._smote import smote_rows

FUNCTIONS = [getattr(metrics, name) for name in metrics.__all__ if inspect.isfunction(getattr(metrics, name))]
PAIRWISE = [function for function in FUNCTIONS if "synthetic" in inspect.signature(function).parameters]


def memorization_of_halves(real, synthetic, **options):
    """Report on one half of the real rows, with the other half as holdout."""
    return memorization_report(real[::2], synthetic, real[1::2], **{"random_state": 0} | options)


WITH_ARGUMENTS = {
    utility: partial(utility, y_real=[0, 0, 1, 1] * 5, y_synthetic=[0, 0, 1, 1] * 5, n_splits=2),
    memorization_report: memorization_of_halves,
}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def fast_report():
    """Return a fidelity report that uses a single tree as classifier."""
    return partial(fidelity_report, classifier=DecisionTreeClassifier(max_depth=3, random_state=0), random_state=0)


# Columns


@pytest.mark.parametrize("shift", [0, 0.25, 1, 5])
def test_kolmogorov_smirnov_of_shifted_uniform_values_is_the_shift(shift):
    uniform = np.arange(1024)[:, None] / 1024
    assert kolmogorov_smirnov(uniform, uniform + shift) == {0: min(shift, 1)}


def test_kolmogorov_smirnov_matches_scipy(rng):
    real, synthetic = rng.normal(size=(90, 1)), rng.normal(1, 2, size=(70, 1))
    expected = scipy.stats.ks_2samp(real[:, 0], synthetic[:, 0]).statistic
    assert kolmogorov_smirnov(real, synthetic) == {0: pytest.approx(expected)}


def test_kolmogorov_smirnov_includes_missing_values():
    real = np.array([[1, 1, 1, np.nan], [2, np.nan, 2, np.nan]])
    synthetic = np.array([[1, 1, np.nan, np.nan], [2, 1, np.nan, np.nan]])
    assert kolmogorov_smirnov(real, synthetic) == {0: 0, 1: 0.5, 2: 1, 3: 0}


def test_total_variation_is_the_share_of_values_that_differ():
    real = pd.DataFrame({"same": ["a", "b", "b", None], "apart": ["a"] * 4, "some": ["a", "a", "b", None]})
    synthetic = pd.DataFrame({"same": [None, "b", "a", "b"], "apart": ["b"] * 4, "some": ["a", None, None, None]})
    assert total_variation(real, synthetic) == {"same": 0, "apart": 1, "some": 0.5}


def test_each_column_has_exactly_one_distance(mixed):
    numeric, categorical = kolmogorov_smirnov(mixed[0], mixed[0]), total_variation(mixed[0], mixed[0])
    assert [*numeric, *categorical] == list(mixed[0].columns)
    assert not any(numeric.values()) and not any(categorical.values())


# Associations


def test_association_of_numeric_columns_is_the_rank_correlation(rng):
    X = rng.normal(size=(100, 2))
    X[:, 1] -= X[:, 0] ** 3
    assert associations(X)[0, 1] == pytest.approx(-scipy.stats.spearmanr(X).statistic)


def test_columns_that_determine_each_other_have_association_1(rng):
    x = rng.integers(0, 4, 200)
    X = pd.DataFrame({"number": x, "order": -(x**2), "category": x.astype(str), "renamed": np.array(list("dacb"))[x]})
    np.testing.assert_allclose(associations(X), 1)


def test_independent_columns_of_many_categories_are_not_associated(rng):
    X = pd.DataFrame({"a": rng.integers(0, 40, 400).astype(str), "b": rng.integers(0, 40, 400).astype(str)})
    X["number"] = rng.normal(size=400)
    assert associations(X)[~np.eye(3, dtype=bool)].max() < 0.15


def test_uninformative_columns_have_no_association(mixed):
    X = mixed[0].assign(constant=1.0, single="a", empty=np.nan, name=[str(i) for i in range(75)])
    np.testing.assert_array_equal(associations(X)[-4:], np.eye(15)[-4:])


def test_associations_ignore_rows_with_missing_values(rng):
    X = pd.DataFrame({"x": np.arange(100.0), "category": rng.choice(["a", "b"], 100)})
    X["y"] = X.x.where(np.arange(100) < 50, np.nan)
    X["copy"] = X.category.where(np.arange(100) < 50, None)
    matrix = associations(X)
    np.testing.assert_allclose([matrix[0, 2], matrix[1, 3]], 1)
    np.testing.assert_allclose([matrix[1, 2], matrix[3, 2]], associations(X[:50][["category", "y"]])[0, 1])


def test_numeric_columns_are_correlated_over_common_rows(rng):
    x, y = np.arange(100.0), np.append(np.arange(70) + rng.normal(0, 30, 70), np.full(30, np.nan))
    x[:20] = np.nan
    ranks = scipy.stats.rankdata(x[20:])[:50], scipy.stats.rankdata(y[:70])[20:]
    assert associations(np.c_[x, y])[0, 1] == pytest.approx(np.corrcoef(*ranks)[0, 1])


def test_associations_are_symmetric_and_between_0_and_1(mixed):
    matrix = associations(mixed[0])
    np.testing.assert_array_equal(matrix, matrix.T)
    assert matrix.min() >= 0 and matrix.max() <= 1 and (np.diag(matrix) == 1).all()


def test_association_difference_of_a_reversed_correlation_is_2(rng):
    x = rng.normal(size=50)
    assert association_difference(np.c_[x, x], np.c_[x, -x]) == pytest.approx(2)
    assert association_difference(np.c_[x, x], np.c_[x, x]) == 0
    assert association_difference(x[:, None], -x[:, None]) == 0


# Neighbourhoods


def test_copied_rows_have_full_precision_and_coverage(rng):
    X = rng.normal(size=(60, 3))
    scores = precision_recall_density_coverage(X, X, n_neighbors=5)
    assert scores == (1, 1, pytest.approx(6 / 5), 1)  # on average, a row lies in the balls of 5 others and in its own


def test_samples_of_the_same_distribution_have_scores_near_1(rng):
    scores = precision_recall_density_coverage(rng.normal(size=(1000, 3)), rng.normal(size=(1000, 3)))
    np.testing.assert_allclose(scores, 1, atol=0.1)
    assert scores.coverage == pytest.approx(1 - 2**-5, abs=0.015)


def test_distant_rows_have_scores_of_0(rng):
    X = rng.normal(size=(60, 3))
    assert precision_recall_density_coverage(X, X + 100) == (0, 0, 0, 0)


def test_dropping_half_of_the_modes_halves_recall_and_coverage(rng):
    real = np.concatenate((rng.normal(size=(100, 2)), rng.normal(size=(100, 2)) + 50))
    scores = precision_recall_density_coverage(real, real[:100])
    assert (scores.precision, scores.recall, scores.coverage) == (1, 0.5, 0.5)


def test_duplicated_rows_have_scores_near_1(rng):
    X = rng.integers(0, 2, size=(400, 2)).astype(str)
    scores = precision_recall_density_coverage(X[:200], X[200:])
    np.testing.assert_allclose(scores, 1, atol=0.05)


def test_n_neighbors_must_be_below_the_number_of_rows(rng):
    X = rng.normal(size=(6, 2))
    precision_recall_density_coverage(X, X, n_neighbors=5)
    with pytest.raises(ValueError, match=r"more than n_neighbors=5 rows in `synthetic`, got 5\. Lower"):
        precision_recall_density_coverage(X, X[:5], n_neighbors=5)


# Distances


@pytest.mark.parametrize("distance", [0, 0.5, 8])
def test_energy_distance_of_two_points(distance):
    point = np.full((3, 1), 0.1)  # the computed mean is not exactly 0.1
    assert energy_distance(point, point + distance) == pytest.approx(np.sqrt(2 * distance))


def test_energy_distance_of_one_column_matches_scipy(rng):
    real, synthetic = rng.normal(size=80), rng.normal(1, 2, size=50)
    expected = scipy.stats.energy_distance(real / real.std(), synthetic / real.std())
    assert energy_distance(real[:, None], synthetic[:, None]) == pytest.approx(expected)


def test_energy_distance_of_categories_and_missing_values():
    distance = energy_distance([["a"], ["a"]], [["b"], ["b"]])
    assert distance == energy_distance([["a"], ["a"]], [[None], [None]]) == pytest.approx(np.sqrt(2 * np.sqrt(2)))
    assert energy_distance([[1.0], [1.0]], [[None], [None]]) == pytest.approx(np.sqrt(2))


def test_energy_distance_does_not_depend_on_units(rng):
    real, synthetic = rng.normal(size=(50, 2)), rng.normal(size=(50, 2)) + 1
    expected = energy_distance(real, synthetic)
    for factor in (1e-300, 1e300):
        assert energy_distance(real * factor, synthetic * factor) == pytest.approx(expected)


def test_blockwise_comparison_gives_the_same_results(rng, monkeypatch):
    real, synthetic = rng.normal(size=(90, 2)), rng.normal(size=(70, 2))
    expected = energy_distance(real, synthetic), precision_recall_density_coverage(real, synthetic)
    monkeypatch.setattr("sklearn_gan._table.distances.CELLS_AT_ONCE", 500)
    assert energy_distance(real, synthetic) == pytest.approx(expected[0])
    assert precision_recall_density_coverage(real, synthetic) == expected[1]


def test_subsampled_energy_distance_of_a_table_from_itself_is_0(mixed):
    assert energy_distance(mixed[0], mixed[0], max_rows=20, random_state=0) == 0


# Classifiers


def test_samples_of_the_same_distribution_are_indistinguishable(rng):
    X = rng.normal(size=(600, 4))
    scores = classifier_two_sample_test(X[::2], X[1::2], random_state=0)
    assert scores.auroc == pytest.approx(0.5, abs=0.06)
    assert scores.p_value > 0.05


@pytest.mark.parametrize("classifier", [None, LogisticRegression(), LinearSVC()])
def test_distant_rows_are_distinguished(rng, classifier):
    X = rng.normal(size=(60, 2))
    scores = classifier_two_sample_test(X, X + 20, classifier=classifier, random_state=0)
    assert scores.auroc == pytest.approx(1) and scores.p_value < 1e-6


def test_auroc_of_a_shift_matches_the_optimal_classifier(rng):
    X = rng.normal(size=(2000, 1))
    scores = classifier_two_sample_test(X[::2], X[1::2] + 1, classifier=LogisticRegression(), random_state=0)
    assert scores.auroc == pytest.approx(scipy.stats.norm.cdf(1 / np.sqrt(2)), abs=0.02)


def test_copied_table_misleads_the_classifier(rng):
    X = rng.normal(size=(200, 4))
    scores = classifier_two_sample_test(X, X, random_state=0)
    assert scores.auroc < 0.2 and scores.p_value == pytest.approx(1)


def test_dummy_classifier_has_auroc_half(rng):
    X = rng.normal(size=(50, 2))
    scores = classifier_two_sample_test(X, X + 9, classifier=DummyClassifier(), random_state=0)
    assert scores.auroc == 0.5 and scores.p_value > 0.5


def test_p_values_are_conservative(rng):
    tree = DecisionTreeClassifier(max_depth=3, random_state=0)
    samples = rng.normal(size=(100, 2, 60, 2))
    p_values = [classifier_two_sample_test(*pair, classifier=tree, random_state=0).p_value for pair in samples]
    assert np.mean(np.array(p_values) < 0.1) <= 0.1


def test_missing_values_distinguish_tables(rng):
    X = rng.normal(size=(200, 1))
    with_missing = np.where(np.arange(100)[:, None] < 50, np.nan, X[100:])
    assert classifier_two_sample_test(X[:100], with_missing, random_state=0).auroc > 0.65


def test_n_splits_must_not_exceed_the_number_of_rows(rng):
    with pytest.raises(ValueError, match=r"at least n_splits=5 rows in `real`.*got 4\. Lower"):
        classifier_two_sample_test(rng.normal(size=(4, 2)), rng.normal(size=(9, 2)))


def test_utility_is_high_for_a_second_sample_and_low_for_wrong_labels():
    X, y = make_classification(600, class_sep=2, flip_y=0, random_state=0)
    train = partial(
        utility, X[::2], X[1::2], y[::2], scoring="roc_auc", classifier=LogisticRegression(), random_state=0
    )
    right, wrong = train(y[1::2]), train(1 - y[1::2])
    assert right.trained_on_synthetic > 0.9 and right.trained_on_real > 0.9
    assert wrong == (pytest.approx(1 - right.trained_on_synthetic), right.trained_on_real)


def test_utility_accepts_any_label_type(numbers):
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
def test_utility_refuses_unusable_labels(rng, y_real, y_synthetic, message):
    X = rng.normal(size=(10, 2))
    with pytest.raises(ValueError, match=message):
        utility(X, X, y_real, y_synthetic)


# The report


def test_report_matches_the_individual_metrics(mixed):
    (X, y), tree = mixed, DecisionTreeClassifier(max_depth=3, random_state=0)
    tables, labels = (X[::2], X[1::2]), (y[::2], y[1::2])
    options = {"classifier": tree, "random_state": 0}
    report = fidelity_report(*tables, y_real=labels[0], y_synthetic=labels[1], max_rows=30, **options)
    neighbors = precision_recall_density_coverage(*tables, max_rows=30, random_state=0)
    assert (report.precision, report.recall, report.density, report.coverage) == neighbors
    assert report.energy_distance == energy_distance(*tables, max_rows=30, random_state=0)
    assert (report.auroc, report.p_value) == classifier_two_sample_test(*tables, max_rows=30, **options)
    assert report.association_difference == association_difference(*tables)
    assert report.utility == utility(*tables, *labels, **options)
    distances = {column.column: column.distance for column in report.columns}
    assert distances == {**kolmogorov_smirnov(*tables), **total_variation(*tables)}


def test_report_is_the_same_for_every_dataframe_library(mixed, fast_report, in_library):
    real, synthetic = mixed[0][:40], mixed[0][35:]
    expected = repr(fast_report(real, synthetic))
    assert repr(fast_report(in_library(real), in_library(synthetic))) == expected
    assert repr(fast_report(real, in_library(synthetic))) == expected


def as_objects(X):
    return X.to_numpy(dtype=object)


@pytest.mark.parametrize("convert", [as_objects, lambda X: as_objects(X).tolist()])
def test_report_is_the_same_for_arrays_and_lists(mixed, fast_report, convert):
    real, synthetic = mixed[0][:40], mixed[0][35:]
    expected = repr(fast_report(real, synthetic)).split("\n\n")[1]
    assert repr(fast_report(convert(real), convert(synthetic))).split("\n\n")[1] == expected
    assert repr(fast_report(real, convert(synthetic))).split("\n\n")[1] == expected


def test_sparse_and_dense_tables_have_the_same_distance(numbers):
    X = np.where(numbers[0] > 0, numbers[0], 0)
    real, synthetic = X[:40], X[40:]
    assert energy_distance(sparse.csr_matrix(real), sparse.coo_array(synthetic)) == energy_distance(real, synthetic)


def test_report_frame_uses_the_library_of_the_real_table(mixed, fast_report, in_library, as_pandas):
    real = in_library(mixed[0])
    frame = fast_report(real, mixed[0]).frame
    assert type(frame) is type(real) and frame.shape == (11, 10)
    assert as_pandas(frame)["column"].tolist()[:2] == ["float", "float32"]


def test_report_frame_without_a_dataframe_library_raises(numbers, fast_report, monkeypatch):
    assert list(fast_report(numbers[0], numbers[0]).frame["column"]) == [0, 1, 2, 3, 4]
    monkeypatch.setattr("sklearn_gan._table.result_frame.find_spec", lambda name: None)
    report = fast_report(numbers[0], numbers[0])
    assert "precision" in repr(report)
    with pytest.raises(ImportError, match=r"Expected one of pandas, polars, pyarrow .* Install one"):
        _ = report.frame


def test_report_with_many_long_column_names_is_short(rng, fast_report):
    names = [f"a long name\nthat {'goes on ' * 9}up to number {i}" for i in range(200)]
    real = pd.DataFrame(rng.normal(size=(30, 200)), columns=names)
    synthetic = real.copy()
    synthetic[names[150]] += 9
    lines = repr(fast_report(real, synthetic)).split("\n")
    assert len(lines) < 30 and max(map(len, lines)) <= 110
    assert re.match(r"a long.*150 +1\.000", lines[lines.index("", 3) + 2])
    assert lines[-1].startswith("and 190 more, with distances up to 0.000")


def test_report_mentions_possible_copies(rng, fast_report):
    X = rng.normal(size=(200, 4))
    assert "misled, possibly by copies" in repr(fast_report(X, X))


@pytest.mark.parametrize(
    "auroc, p_value, verdict",
    [
        (0.51, 0.49, "no difference found (p = 0.49)"),
        (0.3, 0.9, "no difference found (p = 0.9)"),
        (0.71, 1e-9, "the tables differ (p < 0.001)"),
        (0.2, 1, "misled, possibly by copies of real rows (p = 1)"),
        (np.nan, np.nan, "not defined"),
    ],
)
def test_verdict_on_the_auroc_heeds_its_p_value(auroc, p_value, verdict):
    figures = FidelityFigures(*[0.5] * 5, auroc=auroc, p_value=p_value, association_difference=0)
    assert Measured(figures, {}, Chance(0, 0)).judge({})["auroc"] == verdict


def test_report_compares_the_utility_with_that_of_real_rows(mixed, fast_report):
    (X, y) = mixed
    report = fast_report(X[::2], X[1::2], y_real=y[::2], y_synthetic=y[1::2])
    assert report.verdicts["utility"] == f"about as with real rows ({report.utility.trained_on_real:.3f})"
    assert repr(report).split("\n\n")[1].split("\n")[-1].startswith("utility ")


def test_report_is_html_tables_with_escaped_text(numbers, fast_report):
    tables = [pd.DataFrame(numbers[0]).rename(columns={0: "<b>&"})] * 2
    for report in (fast_report(*tables), memorization_of_halves(*tables, random_state=0)):
        shown = report._repr_html_()
        assert "<b>" not in shown and "<pre" not in shown
        assert 'th scope="col"' in shown and 'th scope="row"' in shown and "<caption" in shown
        ElementTree.fromstring(shown)
    assert "&lt;b&gt;&amp;" in fast_report(*tables)._repr_html_()


# The baselines


def test_baselines_have_the_figures_of_the_functions(mixed, fast_report):
    real, synthetic, holdout = (mixed[0][start::3] for start in range(3))
    report = fast_report(real, synthetic, holdout=holdout)
    assert report.holdout.energy_distance == energy_distance(real, holdout)
    assert report.holdout.coverage == precision_recall_density_coverage(real, holdout).coverage
    assert report.holdout.association_difference == association_difference(real, holdout)
    distances = {column.column: column.distance_holdout for column in report.columns}
    assert distances == {**kolmogorov_smirnov(real, holdout), **total_variation(real, holdout)}
    assert report.smote is not None and "held out" in repr(report)


def test_without_holdout_the_report_says_how_to_get_it(numbers, fast_report):
    X = numbers[0]
    report = fast_report(X[:40], X[40:])
    assert report.holdout is None and "`holdout`" in repr(report) and "held out" not in repr(report)
    assert "`holdout`" not in repr(fast_report(X[:30], X[30:50], holdout=X[50:]))


def test_baseline_does_not_change_with_the_number_of_other_rows(rng, fast_report):
    real, synthetic, holdout = rng.normal(size=(60, 3)), rng.normal(size=(500, 3)), rng.normal(size=(50, 3))
    report = fast_report(real, synthetic, holdout=holdout)
    assert report.n_compared == 50 and "use 50 rows of each table but the real one" in repr(report)
    assert report.coverage == pytest.approx(report.holdout.coverage, abs=0.2)


def test_verdicts_claim_clear_differences_from_the_baselines(rng, fast_report):
    real, holdout = rng.normal(size=(2, 200, 3))
    verdicts = fast_report(real, holdout + 1.5, holdout=holdout).verdicts
    assert verdicts["precision"] == verdicts["coverage"] == "lower than held-out rows and SMOTE"
    assert verdicts["energy_distance"] == "further than held-out rows and SMOTE"


@pytest.mark.parametrize("n_rows", [10, 60])
def test_differences_from_held_out_rows_are_rarely_claimed_for_rows_alike(rng, fast_report, n_rows):
    reports = [fast_report(*rng.normal(size=(2, n_rows, 3)), holdout=rng.normal(size=(n_rows, 3))) for _ in range(25)]
    for name in ("precision", "recall", "density", "coverage", "energy_distance"):
        assert sum("about as held-out rows" not in report.verdicts[name] for report in reports) <= 2


def test_smote_rows_lie_between_real_rows_of_the_same_group(rng):
    X = pd.DataFrame(
        {"number": np.r_[0:20, 100:120].astype(float), "group": ["a"] * 20 + ["b"] * 20, "code": range(40)}
    )
    (columns,) = read_tables([1], real=X)
    number, group, code = smote_rows(columns, *encode_rows(columns), 300, rng)
    is_first = number.cells < 50
    assert (group.cells == np.where(is_first, 0, 1)).all() and (code.cells == np.rint(code.cells)).all()
    assert ((number.cells <= 19) | (number.cells >= 100)).all() and len(set(number.cells)) > 100


def test_smote_keeps_missing_values_where_they_are_usual(rng):
    X = pd.DataFrame({"number": np.r_[0.0:40.0], "gap": [1.0] * 20 + [np.nan] * 20, "none": [np.nan] * 40})
    (columns,) = read_tables("auto", real=X)
    number, gap, none = smote_rows(columns, *encode_rows(columns), 200, rng)
    assert none.missing.all() and gap.missing[number.cells > 25].all() and not gap.missing[number.cells < 15].any()


# Small tables


def test_small_tables_get_what_can_be_computed_with_one_warning(rng, fast_report):
    X = rng.normal(size=(20, 2))
    with pytest.warns(
        UserWarning, match=r"got 3 rows in `real`, 17 rows in `synthetic`.*n_neighbors=2 and n_splits=3"
    ) as found:
        report = fast_report(X[:3], X[3:])
    assert len(found) == 1
    assert report.coverage == precision_recall_density_coverage(X[:3], X[3:], n_neighbors=2).coverage
    assert "Only 3 rows: the 95% interval of a share" in repr(report)


@pytest.mark.parametrize("sizes, is_finite", [((1, 9), False), ((9, 1), True)])
def test_single_rows_leave_figures_undefined(rng, fast_report, sizes, is_finite):
    with pytest.warns(UserWarning, match="are not defined") as found:
        report = fast_report(*(rng.normal(size=(size, 2)) for size in sizes))
    assert len(found) == 1 and np.isnan(report.coverage) and np.isnan(report.auroc)
    assert report.verdicts["auroc"] == report.verdicts["coverage"] == "not defined"
    assert np.isfinite(report.energy_distance) == (report.smote is not None) == is_finite
    assert all(np.isfinite(column.distance) for column in report.columns)


@pytest.mark.parametrize("n_rare, defined", [(3, True), (1, False)])
def test_utility_of_a_small_class_is_computed_with_fewer_folds(rng, fast_report, n_rare, defined):
    X, y = rng.normal(size=(30, 2)), np.arange(30) < n_rare
    with pytest.warns(UserWarning, match=f"rows of each class in `y_real`, got {n_rare} of class True"):
        report = fast_report(X, X[:10], y_real=y, y_synthetic=np.arange(10) % 2 == 0)
    assert np.isfinite(report.utility.trained_on_real) == defined


def test_report_needs_both_targets_or_neither(numbers):
    with pytest.raises(ValueError, match="both or neither of `y_real` and `y_synthetic`, got one"):
        fidelity_report(numbers[0], numbers[0], y_real=numbers[1])


# All functions


@pytest.mark.parametrize("function", PAIRWISE)
def test_frame_columns_are_matched_by_name(mixed, function):
    function = WITH_ARGUMENTS.get(function, function)
    options = {"random_state": 0} if "random_state" in inspect.signature(function).parameters else {}
    real, synthetic = mixed[0][:20], mixed[0][20:40]
    assert repr(function(real, synthetic[synthetic.columns[::-1]], **options)) == repr(
        function(real, synthetic, **options)
    )


@pytest.mark.parametrize("function", PAIRWISE)
def test_different_columns_and_empty_tables_are_refused(mixed, function):
    function, X = WITH_ARGUMENTS.get(function, function), mixed[0][:20]
    with pytest.raises(ValueError, match=r"`synthetic`, got different ones: missing \['float'\], unexpected \['f'\]"):
        function(X, X.rename(columns={"float": "f"}))
    with pytest.raises(ValueError, match="Expected 11 columns in `synthetic`, as in `real`, got 10"):
        function(X, X.to_numpy(dtype=object)[:, 1:])
    for empty in (X[:0], np.empty((0, 11)), sparse.csr_matrix((0, 11))):
        with pytest.raises(ValueError, match=r"0 sample.*minimum of 1"):
            function(X, empty)


@pytest.mark.parametrize("function", PAIRWISE)
def test_uninformative_tables_are_accepted(function):
    function = WITH_ARGUMENTS.get(function, function)
    X = pd.DataFrame({"constant": [1.0] * 20, "empty": [np.nan] * 20, "category": ["a"] * 20, "none": [None] * 20})
    function(X, X.assign(empty=1.0, constant=np.nan, category=None, none="a"))


@pytest.mark.parametrize("function", [kolmogorov_smirnov, total_variation, association_difference, energy_distance])
def test_tables_of_one_row_are_accepted(function):
    assert function([[1.0, "a"]], [[1.0, "a"]]) in ({0: 0}, {1: 0}, 0)
    function([[1.0, "a"]], [[2.0, "b"], [None, None]])


def test_extreme_numbers_have_finite_results(fast_report):
    largest = np.finfo(float).max
    real, synthetic = np.array([[1e-300, -largest], [2e-300, largest]] * 10), np.array([[largest, 0.0]] * 20)
    report = fast_report(real, synthetic)
    assert np.isfinite(report.energy_distance) and report.auroc == 1


def test_error_names_the_table_with_invalid_values(numbers):
    X = pd.DataFrame(numbers[0])
    with pytest.raises(ValueError, match=r"In `synthetic`: Expected numbers in column 0.*'x'"):
        kolmogorov_smirnov(X, X.assign(**{"0": "x"}).rename(columns={0: "old", "0": 0}).drop(columns="old"))
    with pytest.raises(ValueError, match="In `real`: Column 1 contains infinity"):
        energy_distance(X.replace(X.iloc[0, 1], np.inf), X)


def test_categorical_features_override_detected_types(rng):
    X = rng.integers(0, 3, (50, 2))
    assert list(total_variation(X, X, categorical_features=[1])) == [1]
    assert list(kolmogorov_smirnov(X, X, categorical_features=[True, False])) == [1]
    with pytest.raises(ValueError, match="'kind', which is not a column"):
        energy_distance(X, X, categorical_features=["kind"])
    with pytest.raises(ValueError, match="'categorical_features' parameter"):
        energy_distance(X, X, categorical_features="kind")


@pytest.mark.parametrize("function", [energy_distance, precision_recall_density_coverage, classifier_two_sample_test])
def test_random_state_determines_the_subsample(rng, function):
    real, synthetic = rng.normal(size=(60, 2)), rng.normal(size=(60, 2))
    before = np.random.get_state()[1].copy()
    first, same, other = (function(real, synthetic, max_rows=30, random_state=seed) for seed in (0, 0, 1))
    assert first == same != other
    function(real, synthetic, random_state=None)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


PARAMETERS = [(function, name) for function in FUNCTIONS for name in inspect.signature(function).parameters]


@pytest.mark.parametrize("function, name", PARAMETERS)
def test_documented_defaults_match_the_signature(function, name):
    default = inspect.signature(function).parameters[name].default
    documented = re.search(rf"^    {name} : .*?(?:, default=(.*))?$", function.__doc__, flags=re.MULTILINE)
    assert documented, f"{name} is not documented"
    assert default is inspect.Parameter.empty if documented[1] is None else eval(documented[1]) == default
