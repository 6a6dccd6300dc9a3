"""Summarise records: means, paired differences and statistical tests.

The value of a table is the mean over its folds and classifiers; the value of a family is the mean over its tables.
Tests are over families, because tables of the same family share rows.
"""

import baycomp
import numpy as np
import pandas as pd
from scikit_posthocs import posthoc_nemenyi_friedman
from scipy.stats import friedmanchisquare, wilcoxon
from statsmodels.stats.multitest import multipletests

UNIT = ["family", "table", "fold", "classifier"]
ROPE = 0.01


def means(records, columns):
    """Return the mean over tables for each method."""
    per_table = records.groupby(["method", "table"])[list(columns)].mean()
    return per_table.groupby("method").mean()


def differences(records, method, baseline, columns, by="family"):
    """Return `method` minus `baseline` for each family or table, over the folds and classifiers common to both."""
    paired = records.set_index(UNIT).sort_index()
    ours, theirs = (paired.loc[paired["method"] == name, list(columns)] for name in (method, baseline))
    per_table = ours.sub(theirs).dropna(how="all").groupby(["family", "table"]).mean()
    return per_table.groupby(by).mean()


def assess(found):
    """Test each column of differences.

    Returns
    -------
    DataFrame with a row for each column: the mean difference, the number of positive differences (`wins`), the number
    of differences (`of`) and the p-value of Wilcoxon's two-sided signed-rank test. The Bayesian signed-rank test
    (Benavoli et al., JMLR 2017, section 4.2) gives the probabilities that the difference is above `ROPE` (`better`),
    within ±`ROPE` (`equivalent`) and below -`ROPE` (`worse`).
    """
    rows = {}
    for metric in found:
        d = found[metric].dropna()
        posterior = baycomp.SignedRankTest.probs(d.to_numpy(), np.zeros(len(d)), rope=ROPE, random_state=0)
        rows[metric] = dict(zip(("better", "equivalent", "worse"), posterior, strict=True))
    return summarize(found).join(pd.DataFrame(rows).T)


def summarize(found):
    """Return the columns of `assess` that need no sampling: the mean difference, `wins`, `of` and `p`."""
    rows = {}
    for metric in found:
        d = found[metric].dropna()
        p = wilcoxon(d).pvalue if len(d) > 1 and np.any(d) else np.nan
        rows[metric] = {"difference": d.mean(), "wins": int((d > 0).sum()), "of": len(d), "p": p}
    return pd.DataFrame(rows).T.astype({"wins": int, "of": int})


def holm(p_values):
    """Return p-values adjusted for multiple testing (Holm 1979)."""
    return multipletests(p_values, method="holm")[1]


def ranks(records, methods, metric):
    """Rank methods within each family with results for all methods; 1 is best.

    Returns
    -------
    mean_ranks : Series
        Mean rank of each method.
    p : float
        p-value of Friedman's test of equal ranks.
    nemenyi : DataFrame
        Pairwise p-values of Nemenyi's test.
    """
    per_table = records.groupby(["family", "table", "method"])[metric].mean()
    families = per_table.unstack("method")[list(methods)].dropna().groupby("family").mean()
    mean_ranks = families.rank(axis=1, ascending=False).mean()
    p = friedmanchisquare(*families.to_numpy().T).pvalue
    return mean_ranks, p, posthoc_nemenyi_friedman(families)
