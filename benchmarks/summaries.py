"""Short tables of the records for the documentation site."""

import pandas as pd

from benchmarks import statistics

SIGNIFICANT = 0.01


def complete(found):
    """Return the methods with a record for every table, fold and classifier, in the order of the records."""
    sizes = found.groupby("method", sort=False).size()
    return list(sizes.index[sizes == sizes.max()])


def effects(found, methods, baseline, metrics):
    """Return the differences of each method from the baseline for each family, keyed by method."""
    return {name: statistics.differences(found, name, baseline, metrics) for name in methods}


def gains(found, method, baselines, metrics):
    """Return the differences of the method from each baseline for each family, keyed by baseline."""
    return {name: statistics.differences(found, method, name, metrics) for name in baselines}


def table_of_effects(effects):
    """Return mean differences as text, with the number of families where they are positive.

    An asterisk marks p-values of at most `SIGNIFICANT` (Wilcoxon's signed-rank test, Holm-adjusted over the table).
    """
    found = pd.concat({name: statistics.summarize(d) for name, d in effects.items()})
    is_significant = statistics.holm(found["p"].fillna(1)) <= SIGNIFICANT
    shown = [
        f"{d.difference:+.3f}{' *' if marked else ''} ({d.wins}/{d.of})"
        for d, marked in zip(found.itertuples(), is_significant, strict=True)
    ]
    columns = list(next(iter(effects.values())))
    return pd.Series(shown, found.index).unstack().loc[list(effects), columns].rename_axis(None)
