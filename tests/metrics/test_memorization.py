"""What a synthetic table gives away of the rows that it was made from, where the answer is known."""

import html
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


def test_the_real_table_itself_gives_everything_away(three_samples):
    real, _, holdout = three_samples
    report = memorization_report(real, real, holdout, random_state=0)
    assert report.synthetic.copies == 1 and report.synthetic.distance_median == report.synthetic.ratio_median == 0
    assert report.closer_to_real == report.attack.auc == report.attack.high == 1 and report.attack.low > 0.98
    assert report.holdout.copies == 0 and report.holdout.ratio_median > 0.5


def test_rows_that_are_drawn_independently_give_nothing_away(three_samples):
    report = memorization_report(*three_samples, random_state=0)
    assert report.synthetic.copies == 0
    assert report.attack.low < 0.5 < report.attack.high
    assert report.closer_to_real == pytest.approx(0.5, abs=0.06)
    assert report.synthetic.distance_median == pytest.approx(report.holdout.distance_median, rel=0.1)


def test_copies_that_were_moved_a_little_are_found_out(three_samples):
    real, noise, holdout = three_samples
    report = memorization_report(real, real + 0.05 * noise, holdout, random_state=0)
    assert report.synthetic.copies == 0
    assert report.attack.low > 0.95 and report.closer_to_real > 0.95
    assert report.synthetic.distance_median < 0.5 * report.holdout.distance_5th
    assert report.synthetic.ratio_median < 0.2


def test_rows_that_keep_away_from_the_real_ones_are_found_out_too(three_samples):
    real, synthetic, holdout = three_samples
    distances = np.linalg.norm((synthetic[:, None] - real) / real.std(axis=0), axis=2).min(axis=1)
    report = memorization_report(real, synthetic[distances > 0.8], holdout, random_state=0)
    assert report.synthetic.smallest_distance > 0.8
    assert report.attack.high < 0.5


def test_a_few_copies_among_many_rows_are_counted(three_samples):
    real, synthetic, holdout = three_samples
    mingled = np.concatenate((synthetic[:190], real[:10]))
    assert memorization_report(real, mingled, holdout).synthetic.copies == 0.05


COUNTS = np.arange(60)
ALMOST = {  # cells, and a step that is too small for distances
    "integers beyond a float": (2**60 + 2 * COUNTS, 1),
    "unsigned integers": (np.uint64(2**63) + 2 * COUNTS.astype(np.uint64), np.uint64(1)),
    "beside an outlier": (np.where(COUNTS == 59, 1e20, COUNTS), 0.5),
    "instants": ((16 * 10**17 + 200 * COUNTS).astype("M8[ns]"), np.timedelta64(100, "ns")),
}


@pytest.mark.parametrize("cells, step", ALMOST.values(), ids=ALMOST)
def test_cells_that_differ_by_less_than_distances_tell_are_no_copies(cells, step):
    real = np.stack((cells, cells), axis=1)
    mingled = np.concatenate((real[:30], np.stack((cells, cells + step), axis=1)[:30]))
    report = memorization_report(real, mingled, real)
    assert (report.synthetic.copies, report.holdout.copies) == (0.5, 1)


def test_copies_are_counted_among_all_rows_whatever_is_drawn(three_samples):
    real, synthetic, holdout = three_samples
    mingled = np.concatenate((synthetic[:299], real[:1]))
    assert memorization_report(real, mingled, holdout, max_rows=2).synthetic.copies == 1 / 300


def test_a_copy_equals_in_every_cell_and_a_missing_cell_equals_a_missing_one():
    real = pd.DataFrame({"number": [1, 2, None, 4], "level": ["a", None, "b", "b"], "flag": [True, False, True, None]})
    copies = pd.concat(
        [real, real.assign(number=7), real.assign(level="c"), real.assign(flag=[False, None, None, True])]
    )
    assert memorization_report(real, copies, real).synthetic.copies == 0.25
    zero = real.assign(number=[1, 2, 0, 4])  # a missing number is taken for the mean, and so is a point of the table
    assert memorization_report(real, zero, real).synthetic.copies == 0.75


def test_copies_of_other_types_are_copies(three_samples):
    real = np.rint(9 * three_samples[0])
    for table in (real.astype(int), pd.DataFrame(real).convert_dtypes(), real.tolist(), real.astype("float32")):
        assert memorization_report(real, table, real + 0.5).synthetic.copies == 1


def test_equal_people_are_no_sign_of_copies():
    rows = np.random.default_rng(0).integers(0, 2, size=(3, 300, 4)).astype(str)
    report = memorization_report(*rows, random_state=0)
    assert report.synthetic.copies == report.holdout.copies == 1
    assert report.synthetic.ratio_median == 1
    assert report.closer_to_real == report.attack.auc == 0.5


def test_distances_are_those_to_the_two_closest_rows():
    real = [[0.0], [2.0], [2.0], [0.0]]  # of mean 1 and deviation 1
    closeness = memorization_report(real, [[0.5], [9.0]], [[0.0], [1.0]]).synthetic
    assert closeness.smallest_distance == 0.5 and closeness.distance_median == (0.5 + 7) / 2
    apart = memorization_report([[0.0], [2.0]], [[0.5]], [[0.0], [1.0]]).synthetic
    assert apart.ratio_median == pytest.approx(0.5 / 1.5)


def test_levels_and_missing_numbers_are_as_far_as_in_other_metrics():
    real = pd.DataFrame({"number": [-1.0, 1.0, 1.0, -1.0], "level": list("aabb"), "other": list("xxxx")})
    other_level = real.assign(level="c")
    assert memorization_report(real, other_level, real).synthetic.smallest_distance == np.sqrt(2)
    both = other_level.assign(other=None)
    assert memorization_report(real, both, real).synthetic.smallest_distance == 2
    empty = real.assign(number=np.nan)
    assert memorization_report(real, empty, real).synthetic.smallest_distance == pytest.approx(np.sqrt(2))


def test_a_larger_table_of_either_kind_is_not_closer_for_its_size():
    rng = np.random.default_rng(0)
    many, few, synthetic = (rng.normal(size=(n, 3)) for n in (1000, 100, 500))
    for tables in ((many, synthetic, few), (few, synthetic, many)):
        report = memorization_report(*tables, random_state=0)
        assert report.closer_to_real == pytest.approx(0.5, abs=0.1)
        assert report.attack.low < 0.5 < report.attack.high


def test_interval_covers_a_half_in_about_95_of_100_tables():
    samples = np.random.default_rng(0).normal(size=(200, 3, 40, 2))
    attacks = [memorization_report(*tables, random_state=0).attack for tables in samples]
    assert 0.9 <= np.mean([attack.low <= 0.5 <= attack.high for attack in attacks]) <= 0.99


def test_attack_is_the_auc_of_distances_with_the_error_of_delong():
    rng = np.random.default_rng(0)
    members, others = rng.integers(2, 9, 300), rng.integers(0, 8, 200)
    found = _memorization._auc_and_interval(members, others)
    wins = (members[:, None] > others) + (members[:, None] == others) / 2
    error = np.sqrt(wins.mean(axis=1).var(ddof=1) / 300 + wins.mean(axis=0).var(ddof=1) / 200)
    assert found.auc == pytest.approx(roc_auc_score(np.repeat([1, 0], [300, 200]), np.append(members, others)))
    assert (found.low, found.high) == pytest.approx((found.auc - 1.96 * error, found.auc + 1.96 * error), abs=1e-4)


def test_rows_that_are_drawn_are_compared_with_all_rows(three_samples):
    real, _, holdout = three_samples
    report = memorization_report(real, real[200:], holdout, max_rows=20, random_state=0)
    assert report.synthetic.copies == 1 and (report.n_real, report.n_synthetic) == (300, 100)
    assert report.attack.auc < 1  # of the 20 rows some were not copied
    assert memorization_report(real, real[200:], holdout, max_rows=20, random_state=1).attack != report.attack


@pytest.mark.parametrize("cells_at_once", [50, 2**22])
def test_nearest_rows_are_the_same_by_either_search(three_samples, monkeypatch, cells_at_once):
    rows, others = (Rows(table, np.empty((300, 0), dtype=int)) for table in three_samples[:2])
    by_tree = rows.nearest(others, 2)
    monkeypatch.setattr("sklearn_gan._table.distances.MAX_TREE_DIMENSIONS", 0)
    monkeypatch.setattr("sklearn_gan._table.distances.CELLS_AT_ONCE", cells_at_once)
    np.testing.assert_allclose(rows.nearest(others, 2), by_tree)
    assert (by_tree[:, 0] < by_tree[:, 1]).all()


def test_memory_does_not_grow_with_the_pairs_of_rows(monkeypatch):
    monkeypatch.setattr("sklearn_gan._table.distances.CELLS_AT_ONCE", 10_000)
    rows = Rows(np.zeros((2000, 1)), np.zeros((2000, 1), dtype=int))
    tracemalloc.start()
    rows.nearest(rows, 2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1e6  # all distances take 32 MB


def test_frames_of_all_libraries_get_the_same_report(mixed, in_library, as_pandas):
    parts = [mixed[0][start::3] for start in range(3)]
    expected = memorization_report(*parts, random_state=0)
    report = memorization_report(*map(in_library, parts), random_state=0)
    assert repr(report) == repr(expected)
    assert type(report.frame) is type(in_library(parts[0]))
    pd.testing.assert_frame_equal(as_pandas(report.frame), expected.frame, check_dtype=False)


def test_report_is_read_with_what_is_expected_beside(three_samples):
    report = memorization_report(*three_samples, random_state=0)
    frame = report.frame
    assert frame["figure"].tolist()[::7] == ["copies", "AUC of an attacker"]
    assert frame["synthetic"].tolist()[6:] == [report.closer_to_real, report.attack.auc]
    assert frame["expected"].tolist()[1:3] == [report.holdout.smallest_distance, report.holdout.distance_5th]
    lines = repr(report).split("\n")
    assert lines[0] == "300 synthetic rows compared with 300 real and 300 held-out rows"
    assert lines[-1].startswith(f"AUC of an attacker      {report.attack.auc:8.3f}     0.500")
    assert f"{report.attack.low:.3f} to {report.attack.high:.3f}" in lines[-1] and max(map(len, lines)) <= 120
    assert html.unescape(report._repr_html_()) == f"<pre>{report!r}</pre>"


@pytest.mark.parametrize("n", [2, 20, 300])
@pytest.mark.parametrize("auc", [0, 0.5, 1])
def test_interval_of_scores_that_are_all_alike_is_no_point(n, auc):
    found = _memorization._auc_and_interval(np.full(n, 2 * auc), np.ones(n + 5))
    assert found.auc == auc
    if auc:  # had the true AUC been at the lower end, n pairs would all be alike in 2.5 of 100 tables
        assert (found.low / auc) ** n == pytest.approx(0.025)
    mirrored = _memorization._auc_and_interval(np.ones(n + 5), np.full(n, 2 * auc))
    assert mirrored == pytest.approx((1 - auc, 1 - found.high, 1 - found.low))


def test_interval_is_no_narrower_for_one_pair_that_is_unlike_the_others():
    others = np.arange(20.0)
    perfect, nearly = (_memorization._auc_and_interval(others + shift, others) for shift in (20, 18.5))
    assert nearly.auc < perfect.auc and nearly.low < perfect.low


def test_rows_too_few_to_tell_are_not_drawn(three_samples):
    with pytest.raises(ValueError, match=r"'max_rows' parameter .* in the range \[2, inf\)"):
        memorization_report(*three_samples, max_rows=1)
    assert np.isfinite(memorization_report(*three_samples, max_rows=2).attack).all()


@pytest.mark.parametrize("role", ["real", "holdout"])
def test_a_single_row_to_compare_with_is_refused(three_samples, role):
    tables = dict(zip(("real", "synthetic", "holdout"), three_samples, strict=True))
    with pytest.raises(ValueError, match=f"at least 2 rows in `{role}`, got 1"):
        memorization_report(**tables | {role: tables[role][:1]})
    memorization_report(**tables | {"synthetic": tables["synthetic"][:1]})
