"""Sections on methods for class imbalance: their comparison, tuned thresholds, and the oracle."""

import pandas as pd

from benchmarks import oracle, statistics
from benchmarks.methods import METHODS, OURS, STRONG
from benchmarks.protocol import COMPARED, METRICS, RANKING, TUNED
from benchmarks.report.balanced_ensembles import write_balanced_ensembles
from benchmarks.report.markdown import to_markdown
from benchmarks.report.means import methods_of_all_tables, write_means
from benchmarks.report.paired_tests import write_tests

SHOWN = [*METRICS, "seconds"]


def write_compare(compare):
    """Yield the means, differences and ranks of all methods."""
    everywhere = methods_of_all_tables(compare)
    yield "### Means over tables"
    yield from _write_all_means(compare, everywhere)
    if {OURS, "SMOTE"} <= set(everywhere):
        yield f"### {OURS} compared with each other method"
        yield from _write_all_tests(compare)
    if len(everywhere) > 2:
        yield "### Ranks"
        yield from _write_ranks(compare, everywhere)
    yield from write_balanced_ensembles(compare, METRICS, COMPARED)


def write_thresholds(found):
    """Yield the means of metrics at tuned thresholds."""
    yield (
        "The threshold of each metric was tuned on a third of the training rows, with the method and classifier fitted "
        f"on the other two thirds. {found['table'].nunique()} binary tables, {found['fold'].nunique()} folds."
    )
    yield write_means(found, TUNED, methods_of_all_tables(found))
    yield from write_balanced_ensembles(found, TUNED, TUNED)


def write_oracle(found):
    """Yield the means for classes made rare, next to training on the hidden rows."""
    columns = (*RANKING, "balanced_accuracy")
    yield (
        f"{found['table'].nunique()} tables with {oracle.N_SHOWN} minority rows and up to {oracle.N_OTHERS:,} others; "
        "the oracle also trains on the hidden minority rows."
    )
    yield write_means(found, columns, oracle.COMPARED)
    share = oracle.shares(found, OURS, columns)
    closed = ", ".join(f"{name} {part:.0%}" for name, part in share.items())
    yield f"Share of the gap from SMOTE to the oracle closed by {OURS}: {closed}."


def _write_all_means(compare, everywhere):
    """Yield the means over all tables, over the numeric ones, and over those of methods with results on some."""
    n_tables, n_families = compare["table"].nunique(), compare["family"].nunique()
    yield (
        f"{n_tables} tables from {n_families} families, {compare['fold'].nunique()} folds; means over the classifiers "
        f"{', '.join(compare['classifier'].unique())}. `seconds` is the CPU time of resampling."
    )
    yield write_means(compare, SHOWN, everywhere)
    numeric = compare[~compare["has_categories"]]
    if len(served := methods_of_all_tables(numeric)) > len(everywhere):
        yield f"The {numeric['table'].nunique()} numeric tables, including methods that support only these:"
        yield write_means(numeric, SHOWN, served)
    for names, few in _on_some_tables(compare, known=(compare, numeric)):
        yield f"The {few['table'].nunique()} tables with results for {', '.join(names)}: {_name_tables(few, compare)}."
        yield write_means(few, SHOWN, methods_of_all_tables(few))


def _on_some_tables(compare, known):
    """Yield the names of methods with results for the same tables, and all records of these tables.

    Methods whose tables are exactly those of one of the frames in `known` are left out.
    """
    shown = [frozenset(frame["table"]) for frame in known]
    names_of = {}
    for name in METHODS:
        tables = frozenset(compare.loc[compare["method"] == name, "table"])
        if tables and tables not in shown:
            names_of[tables] = [*names_of.get(tables, []), name]
    for tables, names in names_of.items():
        yield names, compare[compare["table"].isin(tables)]


def _name_tables(few, compare):
    """Return the names of the tables, or of those left out if these are fewer."""
    found, every = few["table"].unique(), compare["table"].unique()
    if len(found) <= len(every) / 2:
        return ", ".join(found)
    return f"all except {', '.join(name for name in every if name not in found)}"


def _write_all_tests(compare):
    """Yield the tests against each method, for all classifiers, the strong and the weak ones."""
    yield (
        "Mean difference over families, number of families won, and p-value of Wilcoxon's test, Holm-adjusted over the "
        f"rows of a table. The last columns are the probabilities that the difference is above {statistics.ROPE}, "
        f"within ±{statistics.ROPE}, or below -{statistics.ROPE} (Bayesian signed-rank test). Each comparison uses the "
        "tables that both methods support."
    )
    strong = compare["classifier"].isin(STRONG)
    for title, part in (("All", compare), ("Strong", compare[strong]), ("Weak", compare[~strong])):
        if part.empty:
            continue
        yield f"{title} classifiers ({', '.join(part['classifier'].unique())}):"
        yield write_tests(part, [name for name in METHODS if name in set(part["method"]) and name != OURS])


def _write_ranks(compare, methods):
    rows = {}
    for metric in COMPARED:
        mean_ranks, p, _ = statistics.ranks(compare, methods, metric)
        rows[metric] = {**mean_ranks, "p": p}
    yield "Mean rank over families (1 is best) and p-value of Friedman's test:"
    yield to_markdown(pd.DataFrame(rows).T.rename_axis("metric"))
    yield "![Critical-difference diagrams: a bar joins methods without a significant difference (Nemenyi)](ranks.png)"
    yield f"![Differences of {OURS} from the baselines on each table](gains.png)"
