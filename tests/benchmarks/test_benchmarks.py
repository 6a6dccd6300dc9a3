"""The benchmark command, its methods and its statistics."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from baycomp import SignedRankTest
from imblearn.metrics import geometric_mean_score
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, f1_score, matthews_corrcoef
from sklearn.naive_bayes import GaussianNB

from benchmarks import __main__ as command
from benchmarks import (
    ablation,
    conformity,
    ensemble,
    fidelity,
    imputation,
    memorization,
    methods,
    oracle,
    ring,
    rules,
    speed,
    statistics,
    targets,
)
from benchmarks.datasets import Table, load_folder, load_sklearn
from benchmarks.methods import METHODS
from benchmarks.protocol import METRICS, TUNED, folds_of, run_split, scores

QUICK = ["none", "SMOTE", "random", "GANOversampler"]


@pytest.fixture
def folder(tmp_path):
    """A folder with a mixed table of two classes, and a numeric table of three classes, one of which has two rows."""
    rng = np.random.default_rng(0)
    y = np.where(np.arange(80) < 64, "no", "yes")
    two = pd.DataFrame({"a": rng.normal(size=80) + (y == "yes"), "b": rng.choice(["u", "v", ""], 80), "target": y})
    y = np.repeat(["x", "y", "z"], [50, 28, 2])
    three = pd.DataFrame({"a": rng.normal(size=80), "b": rng.integers(0, 9, 80), "target": y})
    two.to_csv(tmp_path / "two.csv.gz", index=False)
    three.to_csv(tmp_path / "three.csv.gz", index=False)
    (tmp_path / "manifest.csv").write_text("name,n_classes,cat_cols,minority_label\ntwo,2,b,yes\nthree,3,,z\n")
    return tmp_path


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Train for two steps, and draw few samples from posterior distributions."""
    monkeypatch.setattr(SignedRankTest, "probs", partial(SignedRankTest.probs, nsamples=500))
    monkeypatch.setattr(
        methods.GANOversampler.__init__,
        "__kwdefaults__",
        {**methods.GANOversampler.__init__.__kwdefaults__, "max_steps": 2, "hidden_layer_sizes": (8,)},
    )


@pytest.fixture
def run(folder, quick_selection):
    """Return a function that runs a command on the tables of the folder, with two folds."""

    def run(*arguments):
        sizes = ("--folds", "2", "--jobs", "1", "--classifiers", "logistic", "tree")
        command.main([*arguments, "--data", str(folder), "--records", str(folder / "records"), *sizes])

    return run


def test_load_folder_follows_the_manifest(folder):
    two, three = load_folder(folder)
    assert two.X.dtypes.astype(str).tolist() == ["float64", "category"]
    assert two.X["b"].isna().any()
    assert np.bincount(two.y).tolist() == [64, 16]
    assert np.bincount(three.y).tolist() == [50, 28, 2]


def test_large_tables_are_subsampled_except_for_rare_classes(folder):
    _, three = load_folder(folder, max_rows=40)
    assert len(three.y) == 40
    assert np.bincount(three.y)[2] == 2


def test_comparison_is_summarized_and_resumes(run, folder, capsys):
    page = folder / "page.md"
    run("compare", "--methods", *QUICK, "--report", str(page))
    path = folder / "records/compare.csv"
    records = pd.read_csv(path)
    assert len(records) == 2 * 2 * 4 * 2
    assert np.isfinite(records[list(METRICS)]).all(axis=None)
    shown = capsys.readouterr().out
    assert "GANOversampler compared with each other method" in shown and "## Targets" in shown
    assert "python -m benchmarks compare --data FOLDER" in page.read_text()
    assert all((folder / name).stat().st_size > 1000 for name in ("ranks.png", "gains.png"))
    records.iloc[:-2].to_csv(path, index=False)
    run("compare", "--methods", *QUICK)
    pd.testing.assert_frame_equal(pd.read_csv(path).drop(columns="seconds"), records.drop(columns="seconds"))


def test_records_with_different_settings_are_refused(run):
    run("compare", "--methods", "none")
    with pytest.raises(SystemExit, match="Expected records with the settings"):
        run("compare", "--methods", "none", "--seed", "1")


def test_thresholds_are_chosen_for_each_metric(run, folder):
    run("thresholds", "--methods", "none")
    found = pd.read_csv(folder / "records/thresholds.csv")
    assert set(found["table"]) == {"two"}
    assert found[list(TUNED)].notna().all(axis=None)
    assert found["F1_tuned"].mean() > found["F1"].mean()  # with 16 of 80 rows in the class, few probabilities reach 0.5


def test_oracle_is_compared_with_other_methods(run, folder, monkeypatch, capsys):
    monkeypatch.setattr(oracle, "N_SHOWN", 4)
    run("oracle")
    found = pd.read_csv(folder / "records/oracle.csv")
    assert set(found["method"]) == set(oracle.COMPARED) and set(found["table"]) == {"two"}
    assert "Share of the gap from SMOTE to the oracle" in capsys.readouterr().out


def test_oracle_trains_on_more_rows_than_other_methods(monkeypatch):
    monkeypatch.setattr(oracle, "N_SHOWN", 4)
    table = easy_table()
    trained_on = {}

    def remember(table, train, test, *rest):
        trained_on[len(trained_on)] = table.y[train].sum()
        assert not set(train) & set(test)
        return []

    monkeypatch.setattr(oracle, "run_split", remember)
    for method in ("SMOTE", "oracle"):
        oracle.run(table, 0, method, 0, ["tree"])
    assert trained_on[0] == 4 and trained_on[1] > 4


LONGER = {"max_steps": 120, "hidden_layer_sizes": (8,)}  # enough for the learning rate to decrease


@pytest.fixture(scope="module")
def skewed():
    """A table of two classes with a skewed column, and its rows resampled with default parameters."""
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [300, 60])
    X = pd.DataFrame({"a": rng.lognormal(size=360) + y / 2, "b": rng.normal(size=360)})
    return X, y, methods.GANOversampler(device="cpu", random_state=0, **LONGER).fit_resample(X, y)[0]


@pytest.mark.parametrize("part", ablation.PARTS)
def test_each_ablation_changes_the_rows(skewed, monkeypatch, part):
    X, y, default = skewed
    kwargs = methods.GANOversampler.__init__.__kwdefaults__ | LONGER
    monkeypatch.setattr(methods.GANOversampler.__init__, "__kwdefaults__", kwargs)
    rows, _ = ablation.PARTS[part].resample(X, y, 0)
    assert rows.equals(default) == (part == "GANOversampler")


@pytest.mark.parametrize("axis", ["mode", "missing"])
def test_ablation_axis_prints_and_records_its_methods(run, folder, capsys, axis):
    run("ablation", "--axis", axis)
    shown = capsys.readouterr().out
    assert f"## Ablation: {axis}" in shown and f"python -m benchmarks ablation --axis {axis} --data FOLDER" in shown
    found = pd.read_csv(folder / f"records/ablation-{axis}.csv")
    assert set(found["method"]) == set(ablation.AXES[axis])
    assert set(found["table"]) == ({"two"} if axis == "missing" else {"two", "three"})


def test_ablation_uses_its_default_tables_unless_tables_are_given():
    class Options:
        axis, tables = "loss", None

    tables = [Table(name, name, pd.DataFrame(), np.empty(0)) for name in ("oil", "other")]
    assert [table.name for table in ablation.choose_tables(tables, Options)] == ["oil"]
    Options.tables = ["oil", "other"]
    assert ablation.choose_tables(tables, Options) == tables
    assert len(set(ablation.TABLES)) == 16


def test_missing_values_reach_only_methods_that_accept_them(folder):
    missing_counts, scored = [], []

    def remember(X, y, seed):
        missing_counts.append(X.isna().sum().to_dict())
        return X, y

    two, _ = load_folder(folder)
    two.X = two.X[["b", "a"]]  # imputation puts numeric columns first
    two.X.loc[:9, "a"] = np.nan
    for takes_missing in (False, True):
        method = methods.Method(remember, takes_missing=takes_missing)
        scored += run_split(two, np.arange(0, 80, 2), np.arange(1, 80, 2), method, 0, ["logistic"])
    assert missing_counts == [{"a": 0, "b": 0}, {"a": 5, "b": two.X["b"][::2].isna().sum()}]
    assert scored[0]["AP"] == scored[1]["AP"]  # no rows are generated, so both classifiers get the same rows


def test_ring_modes_are_covered_by_rows_near_their_centre():
    assert ring.covered(ring.centres()[[0, 0, 3]] + 0.01) == (2, 1)
    assert ring.covered(np.array([[0.0, 0.0], ring.centres()[5]])) == (1, 0.5)
    X, y = ring.make_ring(0)
    assert ring.covered(X[y == 1])[0] == 8 and ring.covered(X[y == 1])[1] > 0.97


def test_ring_compares_losses(folder, monkeypatch, capsys):
    monkeypatch.setattr(ring, "METHODS", {name: {"loss": name, "max_steps": 2} for name in ("bce", "hinge")})
    command.main(["ring", "--folds", "2", "--jobs", "1", "--records", str(folder / "records")])
    assert "| hinge |" in capsys.readouterr().out
    assert len(pd.read_csv(folder / "records/ring.csv")) == 4


def test_conformity_compares_generated_and_held_out_rows(run, folder, capsys):
    run("conformity")
    found = pd.read_csv(folder / "records/conformity.csv")
    np.testing.assert_allclose(found["gap"], found["generated"] - found["held_out"], atol=1e-4)
    assert set(found["method"]) == set(conformity.METHODS) and "## Conformity" in capsys.readouterr().out


def test_fidelity_compares_synthetic_and_held_out_rows(run, folder, capsys):
    run("fidelity")
    found = pd.read_csv(folder / "records/fidelity.csv")
    assert set(found["method"]) == set(fidelity.METHODS) and set(found["table"]) == {"two"}
    assert found[fidelity.MEASURES[:4]].notna().all(axis=None) and (found["n_drawn"] == fidelity.FEWEST_DRAWN).all()
    shown = capsys.readouterr().out
    assert "## Fidelity" in shown and "| SMOTE | column_distance |" in shown and "--tables two" in shown


def test_fidelity_lists_the_tables_with_relations(run, folder, capsys):
    two = pd.read_csv(folder / "two.csv.gz")
    two.assign(c=2 * two["a"], d=3 * two["a"]).to_csv(folder / "two.csv.gz", index=False)
    run("fidelity")
    assert "on each table with relations" in capsys.readouterr().out
    found = pd.read_csv(folder / "records/fidelity.csv").set_index("method")
    assert (found["n_relations"] > 0).all()
    assert (found.loc[["GANOversampler", "random"], "broken_relations"] == 0).all()


def test_rules_are_broken_by_some_methods(folder, quick_selection, monkeypatch, capsys):
    names = ("total = price + fee", "missing together")
    monkeypatch.setattr(rules, "TABLES", {name: (name, 1) for name in names})
    monkeypatch.setattr(rules, "N_ROWS", 700)
    command.main(["rules", "--jobs", "1", "--records", str(folder / "records")])
    found = pd.read_csv(folder / "records/rules.csv")
    assert len(found) == 5 and (found["n_drawn"] == 100).all() and (found["fold"] == 0).all()
    assert (found.loc[found["method"] == "GANOversampler", "broken"] == 0).all()
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith(tuple(f"| {n}" for n in names))]
    assert lines[0].startswith("| total = price + fee | 0 |") and lines[1] == "| missing together | 0 | 0 |  |"


def test_memorization_compares_generated_and_held_out_rows(run, folder, monkeypatch, capsys):
    monkeypatch.setattr(memorization, "CLASSIFIERS", ["logistic"])
    monkeypatch.setattr(memorization, "KEPT_APART", {"min_distance 0.01": 0.01, "min_distance 99": 99.0})
    run("memorization")
    found = pd.read_csv(folder / "records/memorization.csv")
    assert set(found["method"]) == {*memorization.METHODS, "min_distance 0.01"} and set(found["table"]) == {"two"}
    means = found.groupby("method")[["copies", "auc", "to_any_row", "n_drawn"]].mean()
    assert means.loc["random", "copies"] == 1 and means.loc["random", "auc"] > 0.8
    assert means.loc["min_distance 0.01", "to_any_row"] >= 0.01 and (means["n_drawn"] == 24).all()
    shown = capsys.readouterr().out
    assert "| held-out rows |" in shown and "| min_distance 0.01 | 1 | 2 |" in shown


def test_memorization_uses_its_default_tables_unless_tables_are_given():
    class Options:
        tables = None

    tables = [Table(name, name, pd.DataFrame(), np.arange(2)) for name in ("pima", "other")]
    assert memorization.choose_tables(tables, Options) == tables[:1]
    Options.tables = ["pima", "other"]
    assert memorization.choose_tables(tables, Options) == tables
    assert memorization.choose_tables([Table("several", "several", pd.DataFrame(), np.arange(3))], Options) == []
    assert len(set(memorization.TABLES)) == 8


def make_quick_classifiers(seed, class_weight=None):
    weight = {"class_weight": class_weight, "random_state": seed}
    return {
        "logistic": LogisticRegression(class_weight=class_weight),
        "forest": RandomForestClassifier(3, **weight),
        "boosting": HistGradientBoostingClassifier(max_iter=2, **weight),
    }


@pytest.fixture
def quick_classifiers(monkeypatch):
    monkeypatch.setattr(ensemble, "make_classifiers", make_quick_classifiers)


def test_ensembles_are_compared(run, folder, quick_classifiers, capsys):
    run("ensemble", "--tables", "two")
    found = pd.read_csv(folder / "records/ensemble.csv")
    shown = capsys.readouterr().out
    assert set(filter(ensemble.is_installed, ensemble.METHODS)) - {ensemble.SLOW} <= set(found["method"])
    assert "| real + SMOTE |" in shown and "ResampledClassifier minus no resampling" in shown
    both = found[found["classifier"] == ensemble.BOTH]
    assert set(found["classifier"]) == {"logistic", "forest", "boosting", ensemble.BOTH}
    assert "BalancedRandomForest" not in set(both["method"]) and "real + SMOTE" in set(both["method"])
    assert found[["AP", "AUROC", "balanced_accuracy", "Brier", "log_loss", "ECE"]].notna().all(axis=None)


def test_parts_of_the_ensemble_are_removed(run, folder, quick_classifiers, monkeypatch, capsys):
    monkeypatch.setattr(ensemble, "PART_CLASSIFIERS", ("logistic",))
    run("ensemble-parts", "--tables", "two")
    shown = capsys.readouterr().out
    assert all(f"| {name} |" in shown for name in ensemble.PARTS)
    found = pd.read_csv(folder / "records/ensemble-parts.csv")
    brier = found.pivot_table(index=["table", "fold"], columns="method", values="Brier")
    of_predict = {ensemble.OURS, "threshold=0.5", 'threshold="tuned"'}
    assert all((brier[name] != brier[ensemble.OURS]).any() for name in set(brier) - of_predict)


def test_ensemble_scores_tables_whose_class_is_made_rare(run, folder, quick_classifiers, monkeypatch, capsys):
    monkeypatch.setattr(oracle, "N_SHOWN", 6)
    run("ensemble-rare")
    shown = capsys.readouterr().out
    assert "1 tables with 6 minority rows" in shown and "| ResampledClassifier |" in shown


def test_bootstraps_keep_the_size_of_each_class():
    X, y = pd.DataFrame({"a": np.arange(60.0)}), np.repeat([0, 1, 2], [40, 15, 5])
    control = ensemble.ControlEnsemble(GaussianNB(), weighted=GaussianNB(priors=[1 / 3] * 3)).fit(X, y)
    fitted = [member.classifier for member in control.pool_.members]
    assert len(fitted) == 10 and sum(classifier.priors is None for classifier in fitted) == 5
    assert all(classifier.class_count_.tolist() == [40, 15, 5] for classifier in fitted)
    assert control.predict_proba(X).sum(axis=1) == pytest.approx(1)
    assert sum(member.weight for member in control.pool_.members) == pytest.approx(1)


def test_calibration_error_averages_the_gaps_of_bins():
    is_class, probabilities = np.repeat([1, 0, 1, 0], [3, 7, 9, 1]), np.repeat([0.35, 0.95], 10)
    assert ensemble.calibration_error(is_class, probabilities) == pytest.approx((0.05 + 0.05) / 2)
    assert ensemble.calibration_error(np.array([1, 0]), np.array([1.0, 0.0])) == 0


def test_multiclass_probabilities_are_scored_one_vs_rest():
    targets = np.array([0, 1, 2, 2])
    perfect = ensemble.scores(targets, np.eye(3)[targets], targets)
    expected = {"Brier": 0, "log_loss": 0, "ECE": 0, "AP": 1, "AUROC": 1, "balanced_accuracy": 1}
    assert perfect == pytest.approx(expected, abs=1e-9)
    uniform = ensemble.scores(targets, np.full((4, 3), 1 / 3), np.zeros(4))
    assert uniform["Brier"] == pytest.approx(1 / 3) and uniform["log_loss"] == pytest.approx(np.log(3))
    assert uniform["balanced_accuracy"] == pytest.approx(1 / 3) and uniform["AUROC"] == 0.5


def test_decisions_compare_probabilities_with_the_prior_or_each_other():
    probabilities, prior = np.array([[0.6, 0.25, 0.15], [0.8, 0.15, 0.05], [0.8, 0.2, 0]]), np.array([0.7, 0.3, 0])
    assert ensemble._decide(probabilities, "prior", prior).tolist() == [0, 0, 0]
    assert ensemble._decide(probabilities, "prior", np.array([0.8, 0.1, 0.1])).tolist() == [1, 1, 1]
    assert ensemble._decide(probabilities, 0.5, prior).tolist() == [0, 0, 0]
    assert ensemble._decide(probabilities, "threshold", prior, prior) is prior


def test_imputers_are_compared(run, folder, monkeypatch, capsys):
    monkeypatch.setattr(
        imputation, "METHODS", {**imputation.METHODS, "GANImputer": partial(imputation.gan, max_steps=2)}
    )
    run("imputation")
    shown = capsys.readouterr().out
    assert "GANImputer minus each other imputer" in shown and "| KNNImputer | rmse |" in shown
    assert len(pd.read_csv(folder / "records/imputation.csv")) == 2 * 2 * 4


def test_speed_is_compared_with_targets(run, folder, monkeypatch, capsys):
    monkeypatch.setitem(speed.TABLES, "4,000 x 20", lambda: speed.numbers(200, 8))
    monkeypatch.setitem(speed.TABLES, "1,000 rows", lambda: speed.numbers(100, 8))
    monkeypatch.setattr(speed, "run", run_in_this_process)
    pairs = [("4,000 x 20", name) for name in ("fit_resample", "fit, n_candidates=1", "training by hand")]
    monkeypatch.setattr(speed, "RUNS", [*pairs, ("1,000 rows", "fit"), (speed.NO_TABLE, "import sklearn_gan")])
    run("speed", "--report", str(folder / "RESULTS.md"))
    shown = capsys.readouterr().out
    assert "| fit_resample, 4,000 x 20 |" in shown and "times a torch loop" in shown
    assert "SMOTENC" not in shown.split("## Speed")[1]
    assert (folder / "cost.png").exists()


def run_in_this_process(table, repeat, method):
    measured = speed.measure(table, method) if table in speed.TABLES else {"seconds": 1.0, "cpu_seconds": 1.0}
    return [{"table": table, "fold": repeat, "method": method} | measured]


def test_memory_of_an_array_is_measured():
    with speed.PeakMemory() as memory:
        array = np.ones(2**23)  # kept to the end of the block: the largest memory is sampled
    assert 60 < memory.peak < 80
    assert array.nbytes == 64 * speed.MIB


def test_sklearn_tables_are_imbalanced():
    for table in load_sklearn():
        assert 0.01 < table.y.mean() < 0.2


def easy_table():
    X = pd.DataFrame({"a": np.r_[np.zeros(40), np.ones(24)], "b": np.arange(64.0) % 5})
    return Table("easy", "easy", X, np.repeat([0, 1], [40, 24]))


@pytest.mark.parametrize("name", ["none", "class weights", "random", "SMOTE"])
def test_perfect_ranking_scores_one(name):
    table = easy_table()
    (record,) = run_split(table, *folds_of(table, 4, 1, 0)[0], METHODS[name], 0, classifiers=["tree"])
    assert [record[metric] for metric in METRICS if metric != "Brier"] == [1] * 6
    assert record["Brier"] == 0


def test_scores_match_sklearn_and_imblearn():
    rng = np.random.default_rng(0)
    for n_classes in (2, 4):
        targets = rng.integers(n_classes, size=200)
        probabilities = rng.dirichlet(np.ones(n_classes), 200)
        found, predicted = scores(targets, probabilities), probabilities.argmax(axis=1)
        average = {"average": "binary" if n_classes == 2 else "macro"}
        assert found["F1"] == pytest.approx(f1_score(targets, predicted, **average))
        assert found["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(targets, predicted))
        assert found["MCC"] == pytest.approx(matthews_corrcoef(targets, predicted))
        assert found["G_mean"] == pytest.approx(geometric_mean_score(targets, predicted))
    assert scores(np.array([0, 1]), np.array([[0.8, 0.2], [0.4, 0.6]]))["Brier"] == pytest.approx((0.04 + 0.16) / 2)


@pytest.mark.parametrize("name", [name for name in METHODS if name not in (*methods.SLOW, "none", "class weights")])
def test_each_method_balances_classes_and_keeps_original_rows(name):
    if not METHODS[name].is_installed():
        # smote-variants depends on tensorflow, so it is in the extra "benchmark" but not in "test".
        pytest.skip(f"{METHODS[name].package} is not installed")
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], [90, 20, 12])
    X = pd.DataFrame(rng.normal(size=(122, 3)) + y[:, None], columns=list("abc"))
    X_resampled, y_resampled = METHODS[name].resample(X, y, 0)
    pd.testing.assert_frame_equal(X_resampled[:122], X)
    counts = np.bincount(y_resampled)
    assert counts[0] == 90
    # SVM-SMOTE and ADASYN are not exact; polynom-fit-SMOTE generates 4 rows from each of the 20 rows, 100 in total.
    most = 101 if name == "polynom-fit-SMOTE" else 100
    assert (counts[1:] > [20, 12]).all() and (counts[1:] < most).all()


def test_numeric_methods_do_not_support_categories():
    X = pd.DataFrame({"a": [1.0], "b": pd.Categorical(["u"])})
    assert not METHODS["ProWSyn"].serves(X) and METHODS["ProWSyn"].serves(X[["a"]]) and METHODS["SMOTE"].serves(X)


def test_smote_keeps_dtypes_and_balances_classes():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=40), "b": pd.Categorical(rng.choice(["u", "v"], 40))})
    y = np.repeat([0, 1, 2], [30, 9, 1])
    for columns in (["a"], ["b"], ["a", "b"]):
        X_resampled, y_resampled = METHODS["SMOTE"].resample(X[columns], y, 0)
        assert np.bincount(y_resampled).tolist() == [30, 30, 30]
        assert (X_resampled.dtypes == X[columns].dtypes).all()
        pd.testing.assert_frame_equal(X_resampled[:40], X[columns])


def records_of(gains):
    """Return records with the gain of "GANOversampler" over "SMOTE" given for each (family, table)."""
    return pd.DataFrame(
        [
            {"method": method, "family": family, "table": table, "fold": 0, "classifier": "tree"}
            | dict.fromkeys(METRICS, score)
            for (family, table), gain in gains.items()
            for method, score in (("SMOTE", 0.5), ("GANOversampler", 0.5 + gain))
        ]
    )


def test_differences_are_averaged_within_families():
    records = records_of({("f", "f1"): 0.2, ("f", "f2"): 0.4, ("g", "g1"): -0.1})
    found = statistics.differences(records, "GANOversampler", "SMOTE", ["AP"])
    assert found["AP"].to_dict() == pytest.approx({"f": 0.3, "g": -0.1})
    result = statistics.assess(found).loc["AP"]
    assert result["difference"] == pytest.approx(0.1)
    assert (result["wins"], result["of"]) == (1, 2)


@pytest.mark.parametrize("gain, likely", [(0.05, "better"), (0.0001, "equivalent"), (-0.05, "worse")])
def test_bayesian_test_detects_relevant_differences(gain, likely):
    rng = np.random.default_rng(0)
    found = pd.DataFrame({"AP": gain + rng.normal(scale=0.001, size=25)})
    assert statistics.assess(found).loc["AP", likely] > 0.95


def test_holm_adjusts_p_values():
    np.testing.assert_allclose(statistics.holm([0.01, 0.5, 0.02]), [0.03, 0.5, 0.04])


def test_best_method_has_rank_1():
    gains = {(f"f{i}", f"t{i}"): 0.1 for i in range(8)}
    records = records_of(gains)
    third = records[records["method"] == "SMOTE"].assign(method="none", AP=0.4)
    mean_ranks, p, _ = statistics.ranks(pd.concat([records, third]), ["none", "SMOTE", "GANOversampler"], "AP")
    assert mean_ranks.to_dict() == {"none": 3, "SMOTE": 2, "GANOversampler": 1} and p < 0.01


def test_target_reports_whether_it_is_met():
    assert targets.Target("SMOTE", "AP", 0.015, 0.02).row()["met"] == "yes"
    assert targets.Target("SMOTE", "p", 0.01, 0.02, at_most=True).row()["met"] == "no"


def test_oracle_share_is_the_fraction_of_its_gain():
    rows = {"SMOTE": 0.5, "GANOversampler": 0.6, "oracle": 0.9}
    records = pd.DataFrame({"method": list(rows), "table": "t", "AP": list(rows.values())})
    assert oracle.shares(records, "GANOversampler", ["AP"])["AP"] == pytest.approx(0.25)
