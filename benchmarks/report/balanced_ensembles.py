"""The part on balanced ensembles in the sections Compare and Thresholds."""

from benchmarks import statistics
from benchmarks.methods import BALANCED, CLASSIFIERS, OURS, STRONG
from benchmarks.report.markdown import to_markdown
from benchmarks.report.paired_tests import write_tests

REFERENCES = ("none", "class weights", "random", "SMOTE", OURS)


def write_balanced_ensembles(found, metrics, compared):
    """Compare the balanced ensembles with resampling for the classifiers that they replace."""
    names = [name for name in BALANCED if name in set(found["method"])]
    if not names:
        return
    yield "### Balanced ensembles"
    yield (
        "Classifiers of imbalanced-learn whose members are fitted on balanced subsets of the rows, with their default "
        "parameters. BalancedBagging wraps each classifier. BalancedRandomForest is compared with the forest, and "
        "EasyEnsemble and RUSBoost with boosting. They fail with some classes of few rows. RUSBoost also fails if its "
        "first member is no better than chance. `fits` is the number of fits that did not fail. Means are over the "
        "tables, folds and classifiers in which no method of the table failed, and thus leave out hard ones. "
        "Differences are over families, as in Compare, and leave out only the failures of the method compared with."
    )
    for classifiers in (*([name] for name in STRONG), list(CLASSIFIERS)):
        part = found[found["classifier"].isin(classifiers)]
        if part.empty:
            continue
        served = _with_all_classifiers(part, (*REFERENCES, *names))
        balanced = [name for name in served if name in names]
        if balanced:
            yield from _write_part(part, served, balanced, metrics, compared)


def _with_all_classifiers(part, methods):
    """Return those of the methods with results for every classifier of the records."""
    n_classifiers = part.groupby("method")["classifier"].nunique()
    return [name for name in methods if n_classifiers.get(name, 0) == part["classifier"].nunique()]


def _write_part(part, served, balanced, metrics, compared):
    """Yield the means of the methods, and the differences of the default from the balanced ensembles."""
    shared = _shared(part, served)
    yield f"{', '.join(shared['classifier'].unique()).capitalize()}; {shared['table'].nunique()} tables:"
    yield to_markdown(statistics.means(shared, metrics).assign(fits=part["method"].value_counts()).loc[served])
    if OURS in served:
        yield f"{OURS} minus each of them:"
        yield write_tests(part, balanced, OURS, compared)


def _shared(part, methods):
    """Return the records of the tables, folds and classifiers with results for all the methods."""
    part = part[part["method"].isin(methods)]
    n_methods = part.groupby(["table", "fold", "classifier"])["method"].transform("nunique")
    return part[n_methods == len(methods)]
