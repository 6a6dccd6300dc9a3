"""From the records of folds to statements about methods: means, paired differences, wins, Wilcoxon's test."""

import numpy as np
import pandas as pd
from scipy.stats import wilcoxon

from benchmarks.protocol import METRICS


def means(records):
    """Return the mean of each method over tables; a table is the mean over its folds and classifiers."""
    per_table = records.groupby(["method", "table"])[[*METRICS, "seconds"]].mean()
    return per_table.groupby("method").mean()


def paired_differences(records, method, baseline):
    """Compare two methods over families of tables, for each metric.

    Returns
    -------
    DataFrame with a row for each metric: the mean difference over families, how many families `method` wins,
    of how many, and the p-value of Wilcoxon's signed-rank test (two-sided).
    """
    paired = records.set_index(["family", "table", "fold", "classifier"]).sort_index()
    ours, theirs = (paired.loc[paired["method"] == name, list(METRICS)] for name in (method, baseline))
    per_table = ours.sub(theirs).dropna(how="all").groupby(["family", "table"]).mean()
    differences = per_table.groupby("family").mean()
    rows = {}
    for metric in METRICS:
        d = differences[metric]
        p = wilcoxon(d).pvalue if len(d) > 1 and np.any(d) else np.nan
        rows[metric] = {"difference": d.mean(), "wins": int((d > 0).sum()), "of": len(d), "p": p}
    return pd.DataFrame(rows).T.astype({"wins": int, "of": int})
