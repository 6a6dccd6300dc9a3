"""The section on imputed values."""

import pandas as pd

from benchmarks import imputation, statistics
from benchmarks.report.markdown import to_markdown
from benchmarks.report.means import write_sizes

ERRORS = ["rmse", "category_error"]
OURS = "GANImputer"


def write_imputation(found):
    """Yield the mean errors of each imputer, and the differences from them."""
    yield (
        f"{imputation.HIDDEN_SHARE:.0%} of the observed values are hidden completely at random. `rmse` is the root "
        "mean squared error of numeric values, in standard deviations of their columns. `category_error` is the share "
        f"of hidden categories that are imputed incorrectly. {write_sizes(found)}"
    )
    per_table = found.groupby(["table", "method"])[ERRORS].mean().unstack("method")
    by_method = statistics.means(found, [*ERRORS, "seconds"])
    by_method.insert(1, "median rmse over tables", per_table["rmse"].median())
    yield to_markdown(by_method.loc[[name for name in imputation.METHODS if name in by_method.index]])
    rows = [
        {"baseline": name, "metric": metric, **_compare_errors(per_table[metric], OURS, name)}
        for name in imputation.METHODS
        for metric in ERRORS
        if name != OURS
    ]
    yield f"{OURS} minus each other imputer, number of tables where it is better, and p-value of Wilcoxon's test:"
    yield to_markdown(pd.DataFrame(rows), index=False)


def _compare_errors(errors, ours, theirs):
    d = (errors[ours] - errors[theirs]).dropna()
    p = statistics.wilcoxon(d).pvalue if d.any() else 1.0
    return {"difference": d.mean(), "wins": (d < 0).sum(), "tables": len(d), "p": p}
