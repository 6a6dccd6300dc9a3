"""Tables of paired differences over families, and of their tests."""

import pandas as pd

from benchmarks import statistics
from benchmarks.methods import OURS
from benchmarks.protocol import COMPARED
from benchmarks.report.markdown import to_markdown

COLUMNS = ["baseline", "metric", "difference", "wins", "families", "p", "better", "equivalent", "worse"]
# Names of columns for metrics of which larger values are not better.
NEUTRAL = {"wins": "larger", "better": "above", "equivalent": "within", "worse": "below"}


def describe_tests(method):
    """Return the sentence on the table of `write_neutral_tests`."""
    return (
        f"{method} minus each other method: mean difference over families, number of families where it is larger, "
        "Holm-adjusted p-value of Wilcoxon's test, and probabilities that the difference is above "
        f"{statistics.ROPE}, within ±{statistics.ROPE}, or below -{statistics.ROPE}."
    )


def write_tests(found, baselines, method=OURS, metrics=COMPARED):
    """Return the table of the tests of a method against each baseline, where larger values are better."""
    return to_markdown(_assess_all(found, baselines, method, metrics), index=False)


def write_neutral_tests(found, baselines, method, metrics):
    """Return the table of `write_tests` with column names that do not state which differences are better."""
    return to_markdown(_assess_all(found, baselines, method, metrics).rename(columns=NEUTRAL), index=False)


def write_gains_of_parts(found, default, parts, metrics=COMPARED):
    """Return the table of the default minus each method without a part, with p-values."""
    return _write_differences(found, parts, default, metrics, sign=1, title="part")


def write_gains_over(found, default, methods, metrics=COMPARED):
    """Return the table of each method minus the default, with p-values."""
    return _write_differences(found, methods, default, metrics, sign=-1, title="method")


def _write_differences(found, methods, default, metrics, sign, title):
    pairs = _assess_all(found, methods, default, metrics)
    shown = [f"{sign * d.difference:+.4f} (p {d.p:.2g})" for d in pairs.itertuples()]
    table = pairs.assign(shown=shown).pivot(index="baseline", columns="metric", values="shown")
    return to_markdown(table.loc[methods, list(metrics)].rename_axis(title))


def _assess_all(found, baselines, method, metrics):
    """Return the tests of a method against each baseline, with p-values adjusted over all of them."""
    frames = []
    for baseline in baselines:
        tests = statistics.assess(statistics.differences(found, method, baseline, metrics))
        frames.append(tests.rename_axis("metric").reset_index().assign(baseline=baseline))
    pairs = pd.concat(frames, ignore_index=True)
    pairs["p"] = statistics.holm(pairs["p"].fillna(1))
    return pairs.rename(columns={"of": "families"})[COLUMNS]
