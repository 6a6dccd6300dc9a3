"""Summarise records: means, paired differences and statistical tests.

The value of a table is the mean over its folds and classifiers; the value of a family is the mean over its tables.
Tests are over families, because tables of the same family share rows.
"""

import numpy as np
import pandas as pd
from scikit_posthocs import posthoc_nemenyi_friedman
from scipy.stats import friedmanchisquare, wilcoxon
from sklearn.utils import check_random_state
from statsmodels.stats.multitest import multipletests

UNIT = ["family", "table", "fold", "classifier"]
ROPE = 0.01
PRIOR = 0.5  # weight of the pseudo-difference of 0 in the Bayesian test
N_SAMPLES = 50_000  # from its posterior distribution


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
        posterior = signed_rank_probabilities(found[metric].dropna().to_numpy())
        rows[metric] = dict(zip(("better", "equivalent", "worse"), posterior, strict=True))
    return summarize(found).join(pd.DataFrame(rows).T)


def signed_rank_probabilities(differences):
    """Return the probabilities of the Bayesian signed-rank test that the difference is above, within or below ±`ROPE`.

    Each sample from the posterior distribution weights the differences and a pseudo-difference of 0, the prior. The
    weight of a pair is the product of the weights of its two differences. A sample supports the outcome with the
    largest total weight of pairs, by their means. A probability is the share of samples that support the outcome.
    """
    d = np.append(0, differences)
    sums = d[:, np.newaxis] + d
    weights = check_random_state(0).dirichlet([PRIOR, *np.ones(len(differences))], N_SAMPLES)
    above, below = (_weigh_pairs(weights, signed, 2 * ROPE) for signed in (sums, -sums))
    supported = np.argmax([above, 1 - above - below, below], axis=0)
    return np.bincount(supported, minlength=3) / N_SAMPLES


def _weigh_pairs(weights, sums, limit):
    """Return for each sample the total weight of pairs whose sum is above the limit; sums equal to it count half."""
    counts = (sums > limit) + (sums == limit) / 2
    return np.einsum("ij,ij->i", weights @ counts, weights)


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
