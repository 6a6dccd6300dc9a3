"""Methods of other packages, and ensembles with balanced members."""

import sys
from dataclasses import replace
from functools import partial
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from baycomp import SignedRankTest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.naive_bayes import GaussianNB

from benchmarks import __main__ as command
from benchmarks import adapters, methods
from benchmarks.balanced import ENSEMBLES
from benchmarks.datasets import Table
from benchmarks.methods import BALANCED, METHODS
from benchmarks.protocol import TUNED, run_split

ALL_ENSEMBLES = list(BALANCED)


@pytest.fixture
def mixed():
    """Rows of two classes with numbers and categories, one of them only in the first class, and their classes."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"b": rng.choice(["u", "v", "w"], 60), "a": rng.normal(size=60), "c": rng.choice([5, 7], 60)})
    X.loc[:3, "b"] = "t"
    return X.astype({"b": "category", "c": "category"}), np.repeat([0, 1], [40, 20])


def test_encoded_categories_are_decoded(mixed):
    X, _ = mixed
    values, categories = adapters.encode_categories(X[40:])
    assert values.dtype == float and values[:, 0].max() == 2 and list(categories) == [0, 2]
    decoded = adapters.decode_categories(values, categories, X.dtypes)
    pd.testing.assert_frame_equal(decoded, X[40:].reset_index(drop=True))


def repeat(rows, n_rows, seed):
    return rows.iloc[np.random.randint(len(rows), size=n_rows)].reset_index(drop=True)


def test_rows_of_a_model_come_last_and_only_for_the_class(mixed):
    X, y = mixed
    state = np.random.get_state()[1]
    filled, targets = adapters.GenerativeSampler(repeat, {1: 40}, seed=0).fit_resample(X, y)
    pd.testing.assert_frame_equal(filled[:60], X)
    assert (targets[60:] == 1).all() and len(filled) == 80 and filled[60:]["a"].isin(X["a"][40:]).all()
    assert (np.random.get_state()[1] == state).all()
    again, _ = adapters.GenerativeSampler(repeat, {1: 40}, seed=0).fit_resample(X, y)
    pd.testing.assert_frame_equal(filled, again)


def test_missing_values_of_a_model_are_refused(mixed):
    sampler = adapters.GenerativeSampler(lambda rows, n_rows, seed: rows[:n_rows].assign(a=np.nan), {1: 40}, 0)
    with pytest.raises(ValueError, match="no usable rows for class 1"):
        sampler.fit_resample(*mixed)


def test_forest_diffusion_gets_indicators_of_all_but_the_first_category(mixed, monkeypatch):
    X, y = mixed
    fitted = {}

    class Model:
        def __init__(self, values, n_jobs, seed):
            fitted["values"] = values

        def generate(self, batch_size):
            return fitted["values"][:batch_size] * 0.9  # the indicators are not exact

    package = ModuleType("ForestDiffusion")
    package.ForestDiffusionModel = Model
    monkeypatch.setitem(sys.modules, "ForestDiffusion", package)
    rows = adapters.generate_with_forest_diffusion(X[y == 1].reset_index(drop=True), 15, 0)
    assert fitted["values"].shape == (20, 2 + 1 + 1)  # "t" has no row in the class
    expected = X[40:55].reset_index(drop=True)
    pd.testing.assert_frame_equal(rows, expected.assign(a=0.9 * expected["a"]))


@pytest.mark.parametrize("name", ["G-SMOTE", "MGS-GRF", "ARF"])
def test_methods_of_other_packages_support_categories(mixed, monkeypatch, name):
    if not METHODS[name].is_installed():
        pytest.skip(f"{METHODS[name].package} is not installed")
    monkeypatch.setattr(methods, "RandomOverSampler", None)  # it replaces methods that fail
    X, y = mixed
    filled, targets = METHODS[name].resample(X, y, 0)
    assert np.bincount(targets).tolist() == [40, 40]
    pd.testing.assert_frame_equal(filled[:60], X)
    assert filled["b"][60:].isin(["u", "v", "w"]).all() and not filled["a"][60:].isin(X["a"]).any()


def test_some_methods_need_numeric_columns(mixed):
    X, _ = mixed
    assert METHODS["MGS-GRF"].serves(X) and METHODS["MGS-GRF"].serves(X[["a"]])
    assert not METHODS["MGS-GRF"].serves(X[["b", "c"]]) and METHODS["ARF"].serves(X[["b", "c"]])


def make_quick_classifiers(seed, class_weight=None):
    return {
        "logistic": GaussianNB(),
        "forest": RandomForestClassifier(3, random_state=seed),
        "boosting": HistGradientBoostingClassifier(max_iter=2, random_state=seed),
    }


def with_two_members(method):
    make = method.ensemble.make
    quick = replace(method.ensemble, make=lambda classifier, seed: make(classifier, seed).set_params(n_estimators=2))
    return replace(method, ensemble=quick)


@pytest.fixture
def quick_classifiers(monkeypatch):
    monkeypatch.setattr(methods, "make_classifiers", make_quick_classifiers)
    for name, method in list(BALANCED.items()):
        quick = with_two_members(method)
        monkeypatch.setitem(BALANCED, name, quick)
        monkeypatch.setitem(command.EVERY_METHOD, name, quick)


def test_balanced_ensembles_replace_their_counterparts(quick_classifiers):
    replaced = {name: sorted(method.make_classifiers(0)) for name, method in BALANCED.items()}
    assert replaced == {
        "BalancedBagging": ["boosting", "forest", "logistic"],
        "BalancedRandomForest": ["forest"],
        "EasyEnsemble": ["boosting"],
        "RUSBoost": ["boosting"],
    }


def easy_table():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [80, 20])
    return Table("easy", "easy", pd.DataFrame({"a": rng.normal(size=100) + 4 * y, "b": rng.normal(size=100)}), y)


@pytest.mark.parametrize("name", ALL_ENSEMBLES)
def test_thresholds_of_balanced_ensembles_are_tuned(quick_classifiers, name):
    rows = np.arange(0, 100, 2), np.arange(1, 100, 2)
    found = run_split(easy_table(), *rows, BALANCED[name], 0, ["tree", "forest", "boosting"], tune=True)
    counterpart = ENSEMBLES[name].counterpart
    assert [record["classifier"] for record in found] == ([counterpart] if counterpart else ["forest", "boosting"])
    assert all(0 <= record[metric] <= 1 for record in found for metric in TUNED)


def test_failures_of_balanced_ensembles_are_omitted_but_not_those_of_other_methods(monkeypatch):
    class Failing(GaussianNB):
        def fit(self, X, y, sample_weight=None):
            if len(y) < 20:
                raise ValueError("too few rows")
            return super().fit(X, y, sample_weight)

    monkeypatch.setattr(methods, "make_classifiers", lambda seed, weight: {"knn": Failing(), "logistic": GaussianNB()})
    table, rows = easy_table(), (np.arange(60, 82), np.arange(100))
    names = ["knn", "logistic"]
    kept = run_split(table, *rows, BALANCED["BalancedBagging"], 0, names)
    assert [record["classifier"] for record in kept] == ["logistic"]
    with pytest.raises(ValueError, match="too few rows"):
        run_split(table, rows[0][4:], rows[1], METHODS["none"], 0, names)


@pytest.fixture
def folder(tmp_path):
    """A folder with a table of two classes."""
    table = easy_table()
    table.X.assign(target=table.y).to_csv(tmp_path / "two.csv.gz", index=False)
    (tmp_path / "manifest.csv").write_text("name,n_classes,cat_cols,minority_label\ntwo,2,,1\n")
    return tmp_path


@pytest.mark.parametrize("experiment", ["compare", "thresholds"])
def test_balanced_ensembles_are_reported_next_to_the_same_classifier(
    folder, quick_classifiers, monkeypatch, capsys, experiment
):
    monkeypatch.setattr(SignedRankTest, "probs", partial(SignedRankTest.probs, nsamples=500))
    monkeypatch.setitem(command.EVERY_METHOD, "GANOversampler", METHODS["random"])
    sizes = ("--folds", "2", "--jobs", "1", "--classifiers", "forest", "boosting")
    paths = ("--data", str(folder), "--records", str(folder / "records"))
    command.main([experiment, *paths, *sizes, "--methods", "none", "GANOversampler", *ALL_ENSEMBLES])
    found = pd.read_csv(folder / f"records/{experiment}.csv")
    assert found.groupby("method")["classifier"].nunique()[ALL_ENSEMBLES].tolist() == [2, 1, 1, 1]
    shown = capsys.readouterr().out
    section = shown[shown.index("### Balanced ensembles") :]
    forest, boosting, both = section.split("1 tables:")[1:]
    assert "| BalancedRandomForest |" in forest and "| RUSBoost |" not in forest and "| none |" in forest
    assert "| RUSBoost |" in boosting and "| EasyEnsemble |" in boosting and "| BalancedRandomForest |" not in boosting
    assert "| BalancedBagging |" in both and "| EasyEnsemble |" not in both
    assert next(line for line in both.splitlines() if "BalancedBagging" in line).endswith("| 4 |")  # 2 folds


def test_slow_methods_run_on_their_tables_unless_others_are_named(folder, monkeypatch):
    arguments = ["compare", "--data", str(folder), "--methods", "none", "CTGAN"]
    assert {name for _, _, name in command.jobs_of(command._parse(arguments))} == {"none"}
    named = command.jobs_of(command._parse([*arguments, "--tables", "two"]))
    assert {name for _, _, name in named} == {"none", "CTGAN"}
    assert len(set(methods.TWENTY_TABLES)) == 20 and len(set(methods.SMALL_TABLES)) == 8
