"""The memorization report on tables with known answers."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from sklearn_gan._table import Rows
from sklearn_gan.metrics import _memorization, memorization_report


@pytest.fixture
def three_samples():
    """Real, synthetic and held-out rows of one distribution, 300 of each."""
    return np.random.default_rng(0).normal(size=(3, 300, 4))


def test_real_table_as_synthetic_table_is_fully_detected(three_samples):
    real, _, holdout = three_samples
    report = memorization_report(real, real, holdout, random_state=0)
    assert report.synthetic.copies == 1 and report.synthetic.distance_median == report.synthetic.ratio_median == 0
    assert report.closer_to_real == report.attack.auc == report.attack.high == 1 and report.attack.low > 0.98
    assert report.holdout.copies == 0 and report.holdout.ratio_median > 0.5


def test_independent_rows_are_not_detected(three_samples):
    report = memorization_report(*three_samples, random_state=0)
    assert report.synthetic.copies == 0
    assert report.attack.low < 0.5 < report.attack.high
    assert report.closer_to_real == pytest.approx(0.5, abs=0.06)
    assert report.synthetic.distance_median == pytest.approx(report.holdout.distance_median, rel=0.1)


def test_slightly_perturbed_copies_are_detected(three_samples):
    real, noise, holdout = three_samples
    report = memorization_report(real, real + 0.05 * noise, holdout, random_state=0)
    assert report.synthetic.copies == 0
    assert report.attack.low > 0.95 and report.closer_to_real > 0.95
    assert report.synthetic.distance_median < 0.5 * report.holdout.distance_5th
    assert report.synthetic.ratio_median < 0.2


def test_rows_avoiding_the_real_rows_have_an_auc_below_half(three_samples):
    real, synthetic, holdout = three_samples
    distances = np.linalg.norm((synthetic[:, None] - real) / real.std(axis=0), axis=2).min(axis=1)
    report = memorization_report(real, synthetic[distances > 0.8], holdout, random_state=0)
    assert report.synthetic.smallest_distance > 0.8
    assert report.attack.high < 0.5


def test_copies_are_reported_as_a_share(three_samples):
    real, synthetic, holdout = three_samples
    combined = np.concatenate((synthetic[:190], real[:10]))
    assert memorization_report(real, combined, holdout).synthetic.copies == 0.05


COUNTS = np.arange(60)
NEARLY_EQUAL = {  # values, and a difference too small for distances to resolve
    "integers beyond a float": (2**60 + 2 * COUNTS, 1),
    "unsigned integers": (np.uint64(2**63) + 2 * COUNTS.astype(np.uint64), np.uint64(1)),
    "with an outlier": (np.where(COUNTS == 59, 1e20, COUNTS), 0.5),
    "instants": ((16 * 10**17 + 200 * COUNTS).astype("M8[ns]"), np.timedelta64(100, "ns")),
}


@pytest.mark.filterwarnings("ignore:Expected held-out rows that the generator has not seen")
@pytest.mark.parametrize("values, step", NEARLY_EQUAL.values(), ids=NEARLY_EQUAL)
def test_nearly_equal_values_do_not_count_as_copies(values, step):
    real = np.stack((values, values), axis=1)
    combined = np.concatenate((real[:30], np.stack((values, values + step), axis=1)[:30]))
    report = memorization_report(real, combined, real)
    assert (report.synthetic.copies, report.holdout.copies) == (0.5, 1)


def test_copies_are_counted_over_all_rows_despite_max_rows(three_samples):
    real, synthetic, holdout = three_samples
    combined = np.concatenate((synthetic[:299], real[:1]))
    assert memorization_report(real, combined, holdout, max_rows=2).synthetic.copies == 1 / 300


@pytest.mark.filterwarnings("ignore:Expected held-out rows that the generator has not seen")
def test_copies_are_equal_in_every_value_including_missing_values():
    real = pd.DataFrame(
        {"number": [1, 2, None, 4], "category": ["a", None, "b", "b"], "flag": [True, False, True, None]}
    )
    copies = pd.concat(
        [real, real.assign(number=7), real.assign(category="c"), real.assign(flag=[False, None, None, True])]
    )
    assert memorization_report(real, copies, real).synthetic.copies == 0.25
    zero = real.assign(number=[1, 2, 0, 4])  # a missing number is encoded as 0 but does not equal 0
    assert memorization_report(real, zero, real).synthetic.copies == 0.75


def test_copies_are_found_across_containers_and_dtypes(three_samples):
    real = np.rint(9 * three_samples[0])
    for table in (real.astype(int), pd.DataFrame(real).convert_dtypes(), real.tolist(), real.astype("float32")):
        assert memorization_report(real, table, real + 0.5).synthetic.copies == 1


def test_naturally_repeated_rows_are_not_detected():
    rows = np.random.default_rng(0).integers(0, 2, size=(3, 300, 4)).astype(str)
    report = memorization_report(*rows, random_state=0)
    assert report.synthetic.copies == report.holdout.copies == 1
    assert report.synthetic.ratio_median == 1
    assert report.closer_to_real == report.attack.auc == 0.5


def test_distances_and_ratios_use_the_two_closest_rows():
    real = [[0.0], [2.0], [2.0], [0.0]]  # with mean 1 and standard deviation 1
    closeness = memorization_report(real, [[0.5], [9.0]], [[0.0], [1.0]]).synthetic
    assert closeness.smallest_distance == 0.5 and closeness.distance_median == (0.5 + 7) / 2
    single = memorization_report([[0.0], [2.0]], [[0.5]], [[0.0], [1.0]]).synthetic
    assert single.ratio_median == pytest.approx(0.5 / 1.5)


@pytest.mark.filterwarnings("ignore:Expected held-out rows that the generator has not seen")
def test_categories_and_missing_values_have_the_standard_distances():
    real = pd.DataFrame({"number": [-1.0, 1.0, 1.0, -1.0], "category": list("aabb"), "other": list("xxxx")})
    other_category = real.assign(category="c")
    assert memorization_report(real, other_category, real).synthetic.smallest_distance == np.sqrt(2)
    both = other_category.assign(other=None)
    assert memorization_report(real, both, real).synthetic.smallest_distance == 2
    empty = real.assign(number=np.nan)
    assert memorization_report(real, empty, real).synthetic.smallest_distance == pytest.approx(np.sqrt(2))


def test_report_does_not_depend_on_the_sizes_of_the_tables():
    rng = np.random.default_rng(0)
    many, few, synthetic = (rng.normal(size=(n, 3)) for n in (1000, 100, 500))
    for tables in ((many, synthetic, few), (few, synthetic, many)):
        report = memorization_report(*tables, random_state=0)
        assert report.closer_to_real == pytest.approx(0.5, abs=0.1)
        assert report.attack.low < 0.5 < report.attack.high


def test_interval_covers_half_for_95_percent_of_independent_tables():
    samples = np.random.default_rng(0).normal(size=(200, 3, 40, 2))
    attacks = [memorization_report(*tables, random_state=0).attack for tables in samples]
    assert 0.9 <= np.mean([attack.low <= 0.5 <= attack.high for attack in attacks]) <= 0.99


def test_attack_auc_and_interval_match_delong():
    rng = np.random.default_rng(0)
    members, others = rng.integers(2, 9, 300), rng.integers(0, 8, 200)
    found = _memorization._auc_and_interval(members, others)
    wins = (members[:, None] > others) + (members[:, None] == others) / 2
    error = np.sqrt(wins.mean(axis=1).var(ddof=1) / 300 + wins.mean(axis=0).var(ddof=1) / 200)
    assert found.auc == pytest.approx(roc_auc_score(np.repeat([1, 0], [300, 200]), np.append(members, others)))
    assert (found.low, found.high) == pytest.approx((found.auc - 1.96 * error, found.auc + 1.96 * error), abs=1e-4)


def test_subsampled_rows_are_compared_with_all_synthetic_rows(three_samples):
    real, _, holdout = three_samples
    report = memorization_report(real, real[200:], holdout, max_rows=20, random_state=0)
    assert report.synthetic.copies == 1 and (report.n_real, report.n_synthetic) == (300, 100)
    assert report.attack.auc < 1  # some of the 20 rows were not copied
    assert memorization_report(real, real[200:], holdout, max_rows=20, random_state=1).attack != report.attack


@pytest.mark.parametrize("cells_at_once", [50, 2**22])
def test_tree_and_pairwise_search_find_the_same_neighbours(three_samples, monkeypatch, cells_at_once):
    rows, others = (Rows(table, np.empty((300, 0), dtype=int)) for table in three_samples[:2])
    by_tree = rows.nearest(others, 2)
    monkeypatch.setattr("sklearn_gan._table.distances.MAX_TREE_DIMENSIONS", 0)
    monkeypatch.setattr("sklearn_gan._table.distances.CELLS_AT_ONCE", cells_at_once)
    np.testing.assert_allclose(rows.nearest(others, 2), by_tree)
    assert (by_tree[:, 0] < by_tree[:, 1]).all()


def test_memory_does_not_grow_with_pairs_of_rows(monkeypatch):
    monkeypatch.setattr("sklearn_gan._table.distances.CELLS_AT_ONCE", 10_000)
    rows = Rows(np.zeros((2000, 1)), np.zeros((2000, 1), dtype=int))
    tracemalloc.start()
    rows.nearest(rows, 2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1e6  # all distances would take 32 MB


def test_report_is_the_same_for_every_dataframe_library(mixed, in_library, as_pandas):
    parts = [mixed[0][start::3] for start in range(3)]
    expected = memorization_report(*parts, random_state=0)
    report = memorization_report(*map(in_library, parts), random_state=0)
    assert repr(report) == repr(expected)
    assert type(report.frame) is type(in_library(parts[0]))
    pd.testing.assert_frame_equal(as_pandas(report.frame), expected.frame, check_dtype=False)


def test_report_shows_expected_values_and_smote_next_to_the_results(three_samples):
    report = memorization_report(*three_samples, random_state=0)
    frame = report.frame
    assert frame["figure"].tolist()[::7] == ["copies", "AUC of an attacker"]
    assert frame["synthetic"].tolist()[6:] == [report.closer_to_real, report.attack.auc]
    assert frame["expected"].tolist()[1:3] == [report.holdout.smallest_distance, report.holdout.distance_5th]
    assert frame["smote"].tolist()[6:] == [report.smote.closer_to_real, report.smote.attack.auc]
    assert frame["verdict"].tolist() == list(report.verdicts.values())
    lines = repr(report).split("\n")
    assert lines[0] == "300 synthetic rows compared with 300 real and 300 held-out rows"
    assert "must be rows that the generator has not seen" in lines[1]
    assert lines[-1].split()[:6] == ["AUC", "of", "an", "attacker", f"{report.attack.auc:.3f}", "0.500"]
    assert f"{report.attack.low:.2f} to {report.attack.high:.2f}" in lines[-1] and max(map(len, lines)) <= 120


def test_smote_is_recognised_and_independent_rows_are_not(three_samples):
    report = memorization_report(*three_samples, random_state=0)
    assert report.smote.attack.low > 0.5 and report.smote.closeness.distance_median < report.synthetic.distance_median
    assert report.verdicts["attack"].startswith("no sign of memorization: 0.5 lies inside")
    assert report.verdicts["distance_median"] == "about as held-out rows, further than SMOTE"
    assert "within" in report.verdicts["closer_to_real"]


def test_verdicts_on_copies_say_that_real_rows_are_recognised(three_samples):
    real, _, holdout = three_samples
    verdicts = memorization_report(real, real, holdout, random_state=0).verdicts
    assert verdicts["copies"] == "more than held-out rows and SMOTE"
    assert verdicts["distance_median"].startswith("closer than held-out rows")
    assert verdicts["attack"].startswith("real rows are recognised") and verdicts["closer_to_real"].startswith("above")


def test_differences_from_held_out_rows_are_rarely_claimed_for_independent_rows():
    samples = np.random.default_rng(0).normal(size=(60, 3, 40, 3))
    verdicts = [memorization_report(*tables, random_state=0).verdicts for tables in samples]
    for name in ("distance_5th", "distance_median", "ratio_5th", "ratio_median"):
        assert np.mean(["about as held-out rows" not in found[name] for found in verdicts]) <= 0.05
    assert np.mean(["within" not in found["closer_to_real"] for found in verdicts]) <= 0.05


def test_few_rows_are_told_with_the_width_of_the_interval(three_samples):
    real, synthetic, holdout = three_samples
    report = memorization_report(real, synthetic, holdout[:9], random_state=0)
    width = report.attack.high - report.attack.low
    assert f"Only 9 held-out rows: the interval of the AUC is {width:.2f} wide, and hides attacks below" in repr(report)
    assert "Only" not in repr(memorization_report(real, synthetic, holdout[:20], random_state=0))


def test_held_out_rows_that_are_real_rows_give_a_warning(three_samples):
    real, synthetic, _ = three_samples
    with pytest.warns(UserWarning, match="has not seen, got 200 of 200 that equal rows of `real`"):
        assert "100% of the held-out rows equal real rows" in repr(memorization_report(real, synthetic, real[:200]))


@pytest.mark.parametrize("n", [2, 20, 300])
@pytest.mark.parametrize("auc", [0, 0.5, 1])
def test_interval_of_constant_scores_has_positive_width(n, auc):
    found = _memorization._auc_and_interval(np.full(n, 2 * auc), np.ones(n + 5))
    assert found.auc == auc
    if auc:  # at a true AUC equal to the lower limit, all n pairs would be alike in 2.5% of the tables
        assert (found.low / auc) ** n == pytest.approx(0.025)
    mirrored = _memorization._auc_and_interval(np.ones(n + 5), np.full(n, 2 * auc))
    assert mirrored == pytest.approx((1 - auc, 1 - found.high, 1 - found.low))


def test_one_deviating_pair_does_not_narrow_the_interval():
    others = np.arange(20.0)
    perfect, nearly = (_memorization._auc_and_interval(others + shift, others) for shift in (20, 18.5))
    assert nearly.auc < perfect.auc and nearly.low < perfect.low


def test_max_rows_must_be_at_least_2(three_samples):
    with pytest.raises(ValueError, match=r"'max_rows' parameter .* in the range \[2, inf\)"):
        memorization_report(*three_samples, max_rows=1)
    assert np.isfinite(memorization_report(*three_samples, max_rows=2).attack).all()


@pytest.mark.parametrize("role", ["real", "holdout"])
def test_single_rows_are_compared_with_a_warning(three_samples, role):
    tables = dict(zip(("real", "synthetic", "holdout"), three_samples, strict=True))
    with pytest.warns(UserWarning, match=f"at least 2 rows in `real` and `holdout`, got .*1 row in `{role}`"):
        report = memorization_report(**tables | {role: tables[role][:1]}, random_state=0)
    assert report.attack[1:] == (0, 1) and 0 <= report.attack.auc <= 1
    assert np.isnan(report.synthetic.ratio_median) == (report.smote is None) == (role == "real")
    assert "hides any attack" in repr(report) and np.isfinite(report.synthetic.distance_median)


def test_one_synthetic_row_is_compared(three_samples):
    real, synthetic, holdout = three_samples
    memorization_report(real, synthetic[:1], holdout)
