"""Sections on ResampledClassifier: other ensembles, its parts, and classes made rare."""

import pandas as pd

from benchmarks import ensemble, oracle, statistics
from benchmarks.ensemble import BOTH, OURS
from benchmarks.methods import CLASSIFIERS, STRONG
from benchmarks.report.markdown import to_markdown
from benchmarks.report.means import methods_of_all_tables, write_means, write_sizes
from benchmarks.report.paired_tests import describe_tests, write_gains_of_parts, write_neutral_tests

SHOWN = [*ensemble.COMPARED, "ECE", "seconds"]


def write_ensemble(found):
    """Yield the comparison with other ensembles and corrections of probabilities."""
    single = _of_one_classifier(found)
    strong = single[single["classifier"].isin(STRONG)]
    all_classifiers = [name for name in CLASSIFIERS if name in set(single["classifier"])]
    n_classifiers = single.groupby("method")["classifier"].nunique()
    everywhere = [
        name
        for name in methods_of_all_tables(single, single["method"].unique())
        if n_classifiers[name] == len(all_classifiers)
    ]
    yield (
        "All methods decide at the class prior, by the largest ratio of a probability to its prior; methods with "
        "probabilities of balanced classes predict the most probable class. `calibrated` is scikit-learn's "
        "CalibratedClassifierCV (sigmoid) without resampling. `bootstraps` averages ten classifiers fitted on "
        "bootstraps of the real rows; in `real + class weights`, half of them have class weights. `real + SMOTE` and "
        "`real + random oversampling` are ResampledClassifier with another sampler. `seconds` is the CPU time of "
        f"resampling and training. Means over the classifiers {', '.join(all_classifiers)}. {write_sizes(found)}"
    )
    yield write_means(single, SHOWN, everywhere)
    yield f"Means over {' and '.join(STRONG)}:"
    yield write_means(strong, SHOWN, everywhere)
    yield (
        f"{describe_tests(OURS)} For Brier and log_loss, a negative difference is an improvement. Each comparison uses "
        "the tables, folds and classifiers with results for both methods."
    )
    both = found[found["classifier"] == BOTH]
    others = [name for name in found["method"].unique() if name != OURS]
    for title, part in (("All classifiers", single), ("Strong classifiers", strong), (BOTH, both)):
        yield f"{title}:"
        served = [name for name in others if name in set(part["method"])]
        yield write_neutral_tests(part, served, OURS, ensemble.COMPARED)
    yield f"{OURS} minus no resampling, for each classifier:"
    yield _write_each_classifier(single, "none")


def write_ensemble_parts(found):
    """Yield the means without each part or with other parameters, and the gains over them."""
    single = _of_one_classifier(found)
    methods = [name for name in ensemble.PARTS if name in set(found["method"])]
    yield f"{OURS} without a part, or with another value of a parameter. {write_sizes(found)}"
    yield write_means(single, [*ensemble.COMPARED, "seconds"], methods_of_all_tables(single, methods))
    yield (
        f"{OURS} minus each of them over families, and Holm-adjusted p-value of Wilcoxon's test. A tuned threshold "
        "requires two classes:"
    )
    yield write_gains_of_parts(single, methods[0], methods[1:], ensemble.COMPARED)


def write_ensemble_rare(found):
    """Yield the means for classes made rare."""
    yield (
        f"{found['table'].nunique()} tables with {oracle.N_SHOWN} minority rows and up to {oracle.N_OTHERS:,} others, "
        f"as under Oracle; {found['fold'].nunique()} random subsets."
    )
    yield write_means(_of_one_classifier(found), ensemble.COMPARED, ensemble.RARE)


def _of_one_classifier(found):
    """Return the records without those of the mean of two classifiers."""
    return found[found["classifier"] != BOTH]


def _write_each_classifier(found, baseline):
    rows = {}
    for name, part in found.groupby("classifier", sort=False):
        d = statistics.differences(part, OURS, baseline, ensemble.COMPARED, by="table")
        rows[name] = {f"{metric} difference": d[metric].mean() for metric in ensemble.COMPARED}
        rows[name] |= {"AP: share of tables won": f"{(d['AP'] > 0).mean():.0%}"}
    return to_markdown(pd.DataFrame(rows).T.rename_axis("classifier"))
