"""The contents of a ResamplingReport: judgements, mixtures, memorization and how to repeat it."""

from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from sklearn_gan import GANOversampler, ResamplingReport
from sklearn_gan._page import Light, describe_seed, worst_of
from sklearn_gan._report.classes import ClassCount, find_classes
from sklearn_gan._report.memorization import judge
from sklearn_gan._report.mixtures import draw_mixtures
from sklearn_gan._report.repeating import code_of, parameters_of
from sklearn_gan._table import open_container, read_tables
from sklearn_gan.displays._marginals import compare_columns
from sklearn_gan.metrics import memorization_report
from sklearn_gan.metrics._chance import association_chance

from .conftest import fit, make_table


def marginal_of(real, synthetic):
    tables = [pd.DataFrame({"a": values}) for values in (real, synthetic)]
    columns = read_tables("auto", real=tables[0], synthetic=tables[1])
    return compare_columns(*columns, *(list(open_container(table).columns()) for table in tables))[0]


def test_summary_has_a_sentence_for_each_of_five_subjects(report):
    subjects = [finding.subject for finding in report.findings]
    assert subjects == ["Classes", "Columns", "Associations", "Memorization", "Training"]
    assert all(finding.sentence.endswith(".") and finding.meaning.endswith(".") for finding in report.findings)
    assert repr(report).splitlines() == list(map(str, report.findings))


def test_sampler_stays_unchanged(table):
    sampler = fit(*table, n_candidates=1)
    expected = deepcopy(sampler).sample(20, y="yes")
    state = np.random.get_state()[1].copy()
    ResamplingReport(sampler, *table).to_html()
    pd.testing.assert_frame_equal(sampler.sample(20, y="yes"), expected)
    assert (np.random.get_state()[1] == state).all()


def test_report_is_repeatable(sampler, table, report):
    assert ResamplingReport(sampler, *table).to_html() == report.to_html()


@pytest.mark.parametrize("sizes", [(40, 500), (500, 500)])
@pytest.mark.parametrize("draw", ["normal", "letters"])
def test_expected_distance_is_the_mean_distance_of_samples_of_one_distribution(draw, sizes):
    rng = np.random.default_rng(0)
    sample = {"normal": rng.normal, "letters": lambda size: rng.choice(list("aaabbc"), size)}[draw]
    marginals = [marginal_of(*(sample(size=size) for size in sizes)) for _ in range(60)]
    expected = np.mean([marginal.chance.mean for marginal in marginals])
    assert expected == pytest.approx(np.mean([marginal.distance for marginal in marginals]), rel=0.15)
    assert np.mean([marginal.distance > marginal.chance.largest for marginal in marginals]) <= 1 / 30


def test_expected_difference_of_associations_is_the_mean_of_samples_of_one_distribution():
    rng = np.random.default_rng(0)
    covariance = [[1, 0.8, 0], [0.8, 1, 0.3], [0, 0.3, 1]]
    expected, found, exceeded = [], [], []
    for _ in range(60):
        samples = [rng.multivariate_normal(np.zeros(3), covariance, n_rows) for n_rows in (100, 400)]
        real, synthetic = (spearmanr(sample).statistic for sample in samples)
        chance = association_chance(real, 100, 400)
        expected.append(chance.mean)
        found.append(np.abs(real - synthetic)[np.triu_indices(3, k=1)].mean())
        exceeded.append(found[-1] > chance.largest)
    assert np.mean(exceeded) <= 1 / 30
    assert np.mean(expected) == pytest.approx(np.mean(found), rel=0.15)


@pytest.mark.parametrize("n_real, light", [(30, Light.GOOD), (29, Light.LOOK), (9, Light.PROBLEM)])
def test_classes_are_judged_by_their_real_rows(n_real, light):
    finding = find_classes([ClassCount("a", 100, 0), ClassCount("b", n_real, 50)])
    assert finding.light is light and str(n_real) in finding.sentence


def test_report_of_a_balanced_table_says_that_no_rows_are_added():
    X, y = make_table(80)
    X, y = X[:80:2], np.repeat(["a", "b"], 20)
    finding = ResamplingReport(fit(X, y), X, y).findings[0]
    assert finding.light is Light.LOOK and "adds no rows" in finding.sentence


def test_columns_are_compared_for_each_class_and_sorted_by_distance_beyond_chance():
    X, _ = make_table(120)
    y = np.repeat([0, 1, 2], [80, 25, 15])
    report = ResamplingReport(fit(X, y), X, y)
    columns = report._contents.worst_columns
    assert {(column.name, column.label) for column in columns} == {(name, label) for name in X for label in "12"}
    excess = [column.excess for column in columns]
    assert excess == sorted(excess, reverse=True)


def test_mixtures_show_the_real_rows_at_their_positions(sampler, table):
    mixtures = draw_mixtures(deepcopy(sampler), table[0], "yes", list(table[0]))
    parents = [parent for row in mixtures.rows for parent in row.parents]
    assert len(mixtures.rows) == 10 and parents
    for parent in parents:
        row = table[0].iloc[parent.position]
        assert parent.cells[1:] == ["missing" if pd.isna(row.city) else row.city, str(row.day.date())]
        assert table[1][parent.position] == "yes" and 0 < parent.weight <= 1


def test_rows_from_noise_have_no_parents(table):
    mixtures = draw_mixtures(fit(*table, generator="noise"), table[0], "yes", list(table[0]))
    assert not any(row.parents for row in mixtures.rows)


def test_memorization_cannot_be_told_without_held_out_rows(report):
    finding = report.findings[3]
    assert finding.light is Light.UNKNOWN and "cannot be told" in finding.sentence and "`holdout`" in finding.meaning


@pytest.mark.parametrize("n_rows, is_told", [(100, True), (40, False)])
def test_memorization_is_judged_with_enough_held_out_rows(sampler, table, n_rows, is_told):
    finding = ResamplingReport(sampler, *table, holdout=make_table(n_rows)).findings[3]
    assert (finding.light is not Light.UNKNOWN) == is_told


def test_memorization_cannot_be_told_with_the_fitted_rows_as_holdout(sampler, table):
    finding = ResamplingReport(sampler, *table, holdout=table).findings[3]
    assert finding.light is Light.UNKNOWN and "equal fitted rows" in finding.sentence


def test_copies_are_a_problem_and_independent_rows_are_not():
    real, holdout, synthetic = np.random.default_rng(0).normal(size=(3, 200, 3))
    assert judge(memorization_report(real, real, holdout, random_state=0)) is Light.PROBLEM
    assert judge(memorization_report(real, synthetic, holdout, random_state=0)) is Light.GOOD


def test_code_repeats_the_fit(table):
    X, y = table
    params = {"max_steps": 2, "hidden_layer_sizes": (8,), "sampling_strategy": {"yes": 60}, "n_candidates": 1}
    sampler = GANOversampler(**params, random_state=3)
    expected, _ = sampler.fit_resample(X, y)
    scope = {"X": X, "y": y}
    exec(code_of(sampler, False).rsplit("\n", 1)[0], scope)
    pd.testing.assert_frame_equal(scope["X_resampled"], expected)


def test_parameters_show_which_are_not_the_default(sampler):
    changed = {parameter.name for parameter in parameters_of(sampler) if not parameter.is_default}
    assert changed == {"max_steps", "hidden_layer_sizes", "random_state", "n_candidates"}


@pytest.mark.parametrize("seed, words", [(7, "The seed is 7"), (None, "is None"), (np.random, "Pass an integer")])
def test_seed_is_described(seed, words):
    assert words in describe_seed(seed, "rows")


def test_worst_light_wins():
    assert worst_of([Light.GOOD, Light.UNKNOWN]) is Light.UNKNOWN
    assert worst_of([Light.GOOD, Light.PROBLEM, Light.LOOK]) is Light.PROBLEM
    assert worst_of([]) is Light.UNKNOWN


@pytest.mark.parametrize("params", [{"mode": "autoencoder"}, {"generator": "autoencoder"}, {"augment": "autoencoder"}])
@pytest.mark.usefixtures("quick_selection")
def test_report_of_each_technique(table, params):
    assert "Training" in ResamplingReport(fit(*table, **params), *table).to_html()


@pytest.mark.usefixtures("quick_selection")
def test_report_of_each_library(table, in_library):
    X = in_library(table[0])
    assert "amount" in ResamplingReport(fit(X, table[1]), X, table[1]).to_html()


@pytest.mark.parametrize("n_columns", [1, 3])
def test_report_of_an_array_names_columns_by_position(n_columns):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, n_columns)), np.repeat([0, 1], [45, 15])
    assert "column 0" in ResamplingReport(fit(X, y), X, y).to_html()


def test_names_of_columns_can_be_passed():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 2)), np.repeat([0, 1], [45, 15])
    page = ResamplingReport(fit(X, y), X, y, feature_names=["width", "height"]).to_html()
    assert "width" in page and "height" in page and "column 0" not in page


def test_report_of_a_loaded_sampler(sampler, table, tmp_path):
    sampler.save(tmp_path / "sampler")
    loaded = GANOversampler.load(tmp_path / "sampler")
    assert [str(finding) for finding in ResamplingReport(loaded, *table).findings]
