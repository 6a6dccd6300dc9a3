"""Sections on synthetic rows themselves: modes, conformity to their class, fidelity, memorisation and broken rules."""

from benchmarks import conformity, fidelity, memorization, ring, rules, statistics
from benchmarks.methods import CLASSIFIERS, OURS
from benchmarks.report.markdown import percent, to_markdown
from benchmarks.report.means import write_means, write_sizes
from benchmarks.report.paired_tests import describe_tests, write_neutral_tests


def write_ring(found):
    """Yield the numbers of modes covered with each loss."""
    yield (
        f"Number of modes covered in a ring of {ring.N_MODES} Gaussians (mean and minimum), and share of "
        f"{ring.N_DRAWN:,} rows within three standard deviations of a mode. The noise generator was trained for 2,000 "
        f"steps without candidate selection; {found['fold'].nunique()} runs."
    )
    columns = {"modes": "mean", "fewest": "min", "near_a_mode": "mean", "seconds": "mean"}
    by_method = found.assign(fewest=found["modes"]).groupby("method")[list(columns)].agg(columns)
    yield to_markdown(by_method.loc[[name for name in ring.METHODS if name in by_method.index]])


def write_conformity(found):
    """Yield the shares of held-out and synthetic rows that a classifier assigns to their class."""
    yield (
        "Share of rows of the smaller classes that a forest fitted on real rows assigns to their class, for held-out "
        "real rows (`held_out`) and synthetic rows (`generated`). `gap` is the second minus the first. The classifiers "
        "of candidate selection are fitted on the same rows as the forest. With more than one candidate, a positive "
        f"gap is therefore expected. {write_sizes(found)}"
    )
    by_method = statistics.means(found, ["held_out", "generated", "gap"])
    off = found.assign(off=found["gap"].abs()).groupby("method")["off"].mean()
    yield to_markdown(by_method.assign(**{"mean absolute gap": off}).loc[list(conformity.METHODS)])


def write_fidelity(found):
    """Yield the differences of synthetic rows from held-out rows, and the relations that they break."""
    measures = [name for name in fidelity.MEASURES if found[name].notna().any()]
    n_tables = {name: found.loc[found[name].notna(), "table"].nunique() for name in measures}
    yield (
        "Each method is fitted on two thirds of the rows. Synthetic rows of the rare class are compared with the "
        f"held-out rows of the class. They are as many as its rows in training, and at least {fidelity.FEWEST_DRAWN}. "
        "`column_distance` is the mean Kolmogorov-Smirnov statistic or total variation distance. "
        "`association_difference` is the mean difference of pairwise associations. `missing_difference` is the mean "
        "difference of shares of missing values. `lost_categories` is the share of the categories of the class in "
        "training that no synthetic row has. `broken_relations` is the share of synthetic rows that break a relation "
        "detected in the training rows. For all measures, 0 is best. "
        "`random` repeats real rows, and shows the differences expected between samples of real rows. "
        f"{write_sizes(found)} Tables with a value: {', '.join(f'{name} {n}' for name, n in n_tables.items())}."
    )
    yield write_means(found, measures, fidelity.METHODS)
    yield f"{describe_tests(OURS)} A negative difference is an improvement:"
    others = [name for name in fidelity.METHODS if name != OURS]
    yield write_neutral_tests(found.assign(classifier=""), others, OURS, measures)
    if "broken_relations" in measures:
        yield (
            "Share of rows that break a relation, in percent, and mean number of relations detected in the training "
            "rows of a fold, on each table with relations. `held-out rows` are those of all classes:"
        )
        shares, n_relations = fidelity.each_table(found)
        yield to_markdown(shares.map(percent).assign(relations=n_relations.map("{:.1f}".format)))


def write_memorization(found):
    """Yield the closeness of synthetic rows to training rows, and the effect of `min_distance`."""
    yield (
        "The methods are fitted on half of the rows; the other half is held out. `memorization_report` compares the "
        "rare class with its training rows: held-out rows in the first line, synthetic rows in the others. Values are "
        "means over splits, then over tables. An AUC far from 0.5 in either direction reveals training rows. `above` "
        "and `below` are the shares of splits with a 95% interval entirely above or below 0.5. AP and balanced "
        f"accuracy are measured on the held-out half and averaged over {', '.join(CLASSIFIERS)}. {write_sizes(found)}"
    )
    yield to_markdown(memorization.against_held_out(found))
    yield "Results on each table:"
    yield to_markdown(memorization.each_table(found), index=False)
    yield (
        "Effect of `min_distance`. The same fitted networks are used, so that nothing else differs. Values are means "
        "over the splits in which all rows satisfied the distance. Differences are from no minimum distance on the "
        "same splits, with standard errors over tables. `to_any_row` is the smallest distance to a training row of "
        "either class, the distance that `min_distance` bounds."
    )
    yield to_markdown(memorization.at_distances(found))


def write_rules(found):
    """Yield the shares of synthetic rows that break planted rules."""
    n_tables, n_seeds = found["n_others"].nunique(), found["fold"].nunique()
    yield (
        "Share of the synthetic rows of the rare class that break the rule of a table, in percent. Each table has "
        f"{rules.N_ROWS:,} rows, {rules.N_RARE} of them rare, and {' or '.join(map(str, rules.N_OTHERS))} other "
        f"columns. Each value is a mean over {n_tables * n_seeds} tables, and only 0 means that no row breaks the "
        "rule. SMOTE receives dates as numbers of days, and strings and indicators as categories. It does not support "
        "missing values."
    )
    yield to_markdown(rules.shares(found).map(percent))
