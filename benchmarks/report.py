"""The page of results, as Markdown, and its pictures."""

import pandas as pd

from benchmarks import (
    ablation,
    calibration,
    conformity,
    imputation,
    memorization,
    oracle,
    records,
    ring,
    statistics,
    targets,
)
from benchmarks.figures import draw_gains, draw_ranks
from benchmarks.methods import CLASSIFIERS, METHODS, OURS, SLOW, STRONG
from benchmarks.protocol import COMPARED, METRICS, RANKING, TUNED

SIZES = ("max_rows", "folds", "repeats", "seed")


def page(folder):
    """Return the page about the records in a folder; what was not run is left out."""
    found = {name: records.read(folder / f"{name}.csv") for name in SECTIONS if (folder / f"{name}.csv").exists()}
    parts = ["# Results", _how(folder, found), "## Targets", _markdown(targets.table(folder, found), index=False)]
    for name, frame in found.items():
        title, section = SECTIONS[name]
        parts += [f"## {title}", *section(frame)]
    return "\n\n".join(parts) + "\n"


def draw(folder, path):
    """Draw the pictures that the page shows, beside the page at `path`."""
    if not (folder / "compare.csv").exists():
        return
    compare = records.read(folder / "compare.csv")
    everywhere = _of_all_tables(compare)
    if len(everywhere) > 2:
        draw_ranks(compare, everywhere, path.with_name("ranks.png"))
    if {OURS, "SMOTE", "none"} <= set(everywhere):
        draw_gains(compare, OURS, path.with_name("gains.png"))


def _how(folder, found):
    """Say which commands and which versions made the records."""
    commands, versions = [], {}
    for name, frame in found.items():
        made = records.read_settings(folder / f"{name}.csv")
        sizes = " ".join(f"--{key.replace('_', '-')} {made['settings'][key]}" for key in SIZES)
        command = name.replace("-", " --axis ")
        data = " --data FOLDER" if made["settings"]["source"] == "folder" else ""
        commands.append(f"python -m benchmarks {command}{data} {sizes}{_chosen(name, frame)}")
        versions |= made["versions"]
    commands.append("python -m benchmarks report --report benchmarks/RESULTS.md")
    return (
        "Made by\n\n```\n" + "\n".join(commands) + "\n```\n\nfrom the records in `benchmarks/records/`, with "
        f"{', '.join(f'{name} {number}' for name, number in versions.items())}. The default's settings were chosen on "
        "tables of this collection (`LOG.md`): on others expect less, and take the p-values for what they are."
    )


def _chosen(name, frame):
    """Return the options that say which methods and tables an experiment was cut down to."""
    methods = f" --methods {' '.join(map(repr, _of_all_tables(frame)))}" if name == "thresholds" else ""
    tables = f" \\\n    --tables {' '.join(sorted(set(frame['table'])))}"
    return methods + (tables if name in ("thresholds", "ablation") else "")


def _compare(compare):
    yield "### Means over tables"
    n_tables, n_families = compare["table"].nunique(), compare["family"].nunique()
    everywhere = _of_all_tables(compare)
    yield (
        f"{n_tables} tables of {n_families} families, {compare['fold'].nunique()} folds, mean of "
        f"{', '.join(compare['classifier'].unique())}. Seconds are those of resampling, two processes at a time."
    )
    yield _markdown(statistics.means(compare, [*METRICS, "seconds"]).loc[everywhere])
    numeric = compare[~compare["has_categories"]]
    if len(served := _of_all_tables(numeric)) > len(everywhere):
        yield f"The {numeric['table'].nunique()} tables of numbers alone, with the methods that serve no others:"
        yield _markdown(statistics.means(numeric, [*METRICS, "seconds"]).loc[served])
    if slow := [name for name in SLOW if name in set(compare["method"])]:
        few = compare[compare["table"].isin(compare.loc[compare["method"].isin(slow), "table"])]
        yield f"The tables on which {' and '.join(slow)} ran: {', '.join(few['table'].unique())}."
        yield _markdown(statistics.means(few, [*METRICS, "seconds"]).loc[_of_all_tables(few)])
    if {OURS, "SMOTE"} <= set(everywhere):
        yield f"### {OURS} against each other method"
        yield from _against_all(compare)
    if len(everywhere) > 2:
        yield "### Ranks"
        yield from _ranks(compare, everywhere)


def _thresholds(found):
    yield (
        f"Decisions at thresholds that were chosen on a third of the training rows, for each metric its own, after the "
        f"method saw the others: {found['table'].nunique()} tables of two classes, {found['fold'].nunique()} folds."
    )
    yield _markdown(statistics.means(found, TUNED).loc[_of_all_tables(found)])


def _against_all(compare):
    yield (
        "Mean difference over families, families won, p of Wilcoxon's test adjusted by Holm over the rows of a table, "
        f"and the probabilities that the difference is above {statistics.ROPE}, within ±{statistics.ROPE}, or below "
        "(Bayesian signed-rank test). Each pair on the tables that both served."
    )
    strong = compare["classifier"].isin(STRONG)
    for title, part in (("All", compare), ("Strong", compare[strong]), ("Weak", compare[~strong])):
        if part.empty:
            continue
        yield f"{title} classifiers ({', '.join(part['classifier'].unique())}):"
        baselines = [name for name in METHODS if name in set(part["method"]) and name != OURS]
        yield _markdown(_all_pairs(part, baselines), index=False)


def _all_pairs(part, baselines, method=OURS, metrics=COMPARED):
    frames = []
    for baseline in baselines:
        found = statistics.assess(statistics.differences(part, method, baseline, metrics))
        frames.append(found.rename_axis("metric").reset_index().assign(against=baseline))
    pairs = pd.concat(frames, ignore_index=True)
    pairs["p"] = statistics.holm(pairs["p"].fillna(1))
    return pairs[["against", "metric", "difference", "wins", "of", "p", "better", "equivalent", "worse"]]


def _ranks(compare, methods):
    rows = {}
    for metric in COMPARED:
        mean_ranks, p, _ = statistics.ranks(compare, methods, metric)
        rows[metric] = {**mean_ranks, "p": p}
    yield "Mean rank over families, 1 being best, and p of Friedman's test:"
    yield _markdown(pd.DataFrame(rows).T.rename_axis("metric"))
    yield "![Critical-difference diagrams: methods joined by a bar do not differ by Nemenyi's test](ranks.png)"
    yield f"![What {OURS} gains on each table](gains.png)"


def _oracle(found):
    columns = (*RANKING, "balanced_accuracy")
    yield (
        f"{found['table'].nunique()} tables, {oracle.N_SHOWN} minority rows shown among {oracle.N_OTHERS:,} others; "
        "the oracle is handed the hidden minority rows."
    )
    yield _markdown(statistics.means(found, columns).loc[list(oracle.COMPARED)])
    share = oracle.shares(found, OURS, columns)
    yield "Share of the way from SMOTE to the oracle: " + ", ".join(f"{n} {s:.0%}" for n, s in share.items()) + "."


def _ablation(found):
    methods = [name for name in ablation.PARTS if name in set(found["method"])]
    yield "Each row but the first is the default without that part. " + _sizes(found)
    yield _markdown(statistics.means(found, [*COMPARED, "seconds"]).loc[methods])
    yield "What the default gains by each part, over families, and p of Wilcoxon's test, adjusted by Holm:"
    table = _differences(found, methods[1:], methods[0])
    yield _markdown(table.rename_axis("default minus", axis=0))


def _axis(axis):
    def section(found):
        methods = [name for name in ablation.AXES[axis] if name in set(found["method"])]
        yield f"{AXES[axis]} {_sizes(found)}"
        yield _markdown(statistics.means(found, [*COMPARED, "seconds"]).loc[methods])
        yield f"What each gains over {methods[0]}, over families, and p of Wilcoxon's test, adjusted by Holm:"
        yield _markdown(_differences(found, methods[1:], methods[0], reverse=True).rename_axis("method", axis=0))

    return section


def _differences(found, methods, first, reverse=False):
    """Return what `first` gains over each of the methods, or with `reverse` what each of them gains over it."""
    pairs = _all_pairs(found, methods, first)
    sign = -1 if reverse else 1
    shown = [f"{sign * d.difference:+.4f} (p {d.p:.2g})" for d in pairs.itertuples()]
    order = {"index": "against", "columns": "metric", "values": "shown"}
    return pairs.assign(shown=shown).pivot(**order).loc[methods, list(COMPARED)].rename_axis(None, axis=1)


def _sizes(found):
    n_tables, n_families, n_folds = (found[name].nunique() for name in ("table", "family", "fold"))
    return f"{n_tables} tables of {n_families} families, {n_folds} fold{'s' if n_folds > 1 else ''}."


def _ring(found):
    yield (
        f"Modes covered of {ring.N_MODES} Gaussians in a ring, and the share of {ring.N_DRAWN:,} rows within three "
        f"deviations of one: the noise generator after 2,000 steps, nothing selected, {found['fold'].nunique()} runs."
    )
    columns = {"modes": "mean", "fewest": "min", "near_a_mode": "mean", "seconds": "mean"}
    by_method = found.assign(fewest=found["modes"]).groupby("method")[list(columns)].agg(columns)
    yield _markdown(by_method.loc[[name for name in ring.METHODS if name in by_method.index]])


def _conformity(found):
    yield (
        "How often a forest that learned the real rows assigns rows of the smaller classes to their class: real rows "
        "that were held out, and generated ones. The gap is the second minus the first. Candidates are chosen "
        "by judges that learned the same rows as this forest: with more than one, a gap above 0 is to be expected. "
        f"{_sizes(found)}"
    )
    by_method = statistics.means(found, ["held_out", "generated", "gap"])
    off = found.assign(off=found["gap"].abs()).groupby("method")["off"].mean()
    yield _markdown(by_method.assign(**{"mean size of the gap": off}).loc[list(conformity.METHODS)])


def _memorization(found):
    yield (
        "Half of the rows are learned, the other half is held out. What `memorization_report` says of rows of the rare "
        "class, generated ones and, in the first line, those held out, against the learned ones: means over splits and "
        "then over tables. An AUC far from 0.5 on either side gives rows away; `above` and `below` are the shares of "
        f"splits whose 95 % interval is. AP and balanced accuracy are those of the held-out half, means over "
        f"{', '.join(CLASSIFIERS)}. {_sizes(found)}"
    )
    yield _markdown(memorization.against_held_out(found))
    yield "On each table:"
    yield _markdown(memorization.each_table(found), index=False)
    yield (
        "What `min_distance` changes. The same networks draw again, so that nothing else differs; means over the "
        "splits on which all rows could keep it, and differences to no distance on the same splits, with their "
        "standard errors over tables. `to_any_row` is the smallest distance to a learned row of either class, which is "
        "what `min_distance` bounds."
    )
    yield _markdown(memorization.at_distances(found))


def _calibration(found):
    yield (
        "Brier score, log-loss and expected calibration error, of which less is better, beside AP and the balanced "
        "accuracy of `predict`. `calibrated` is scikit-learn's CalibratedClassifierCV (sigmoid) without resampling. "
        f"Seconds are those of resampling and training, folds included. {_sizes(found)}"
    )
    binary = found[found["n_classes"] == 2]
    for title, part in (("All tables", found), ("Tables of two classes", binary)):
        served = [name for name in calibration.USED if (part["method"] == name).any()]
        n_tables = part.groupby("method")["table"].nunique()
        everywhere = [name for name in served if n_tables[name] == part["table"].nunique()]
        yield f"{title} ({part['table'].nunique()}):"
        yield _markdown(statistics.means(part, [*calibration.COMPARED, "AUROC", "seconds"]).loc[everywhere])
    yield "The Brier score of each classifier:"
    by_classifier = found.pivot_table(index="method", columns="classifier", values="Brier", sort=False)
    yield _markdown(by_classifier.loc[[name for name in calibration.USED if name != calibration.TUNED]])
    yield (
        "ResampledClassifier minus each other way: mean difference over families, families where it is larger, p of "
        f"Wilcoxon's test adjusted by Holm, and the probabilities that the difference is above {statistics.ROPE}, "
        f"within ±{statistics.ROPE}, or below. Of the first three metrics a negative difference is a gain."
    )
    others = [name for name in calibration.USED if name not in ("ResampledClassifier", calibration.TUNED)]
    pairs = _all_pairs(found, others, "ResampledClassifier", calibration.COMPARED)
    larger_is = {"wins": "larger", "better": "above", "equivalent": "within", "worse": "below"}
    yield _markdown(pairs.rename(columns=larger_is), index=False)


def _imputation(found):
    yield (
        "Cells hidden completely at random, 20 % of those observed: the root of the mean squared error of numbers, in "
        f"standard deviations of their columns, and the share of categories that are wrong. {_sizes(found)}"
    )
    columns = ["rmse", "category_error", "seconds"]
    per_table = found.groupby(["table", "method"])[columns[:2]].mean().unstack("method")
    by_method = statistics.means(found, columns)
    by_method.insert(1, "median of tables", per_table["rmse"].median())
    yield _markdown(by_method.loc[[name for name in imputation.METHODS if name in by_method.index]])
    rows = [
        {"against": name, "what": metric, **_against(per_table[metric], "GANImputer", name)}
        for name in imputation.METHODS
        for metric in columns[:2]
        if name != "GANImputer"
    ]
    yield "GANImputer minus each of the others, tables where it is better, and p of Wilcoxon's test over tables:"
    yield _markdown(pd.DataFrame(rows), index=False)


def _against(errors, ours, theirs):
    d = (errors[ours] - errors[theirs]).dropna()
    p = statistics.wilcoxon(d).pvalue if d.any() else 1.0
    return {"difference": d.mean(), "wins": (d < 0).sum(), "of": len(d), "p": p}


def _of_all_tables(compare):
    """Return the methods that served every table."""
    n_tables = compare.groupby("method")["table"].nunique()
    return [name for name in METHODS if n_tables.get(name, 0) == compare["table"].nunique()]


AXES = {
    "loss": "The default with another loss, with each loss's own penalty or none, or with feature matching.",
    "mode": "The default, and the autoencoder in its place: codes moved by half, once or twice their deviation.",
    "generator": "The default with another generator.",
    "augment": "The default with rows perturbed by the autoencoder among the real rows that the networks learn.",
    "missing": "The default on the tables that have missing cells.",
}
SECTIONS = {
    "compare": ("Compare", _compare),
    "thresholds": ("Thresholds", _thresholds),
    "oracle": ("Oracle", _oracle),
    "ablation": ("Ablation", _ablation),
    **{f"ablation-{axis}": (f"Ablation: {axis}", _axis(axis)) for axis in AXES},
    "ring": ("Ring", _ring),
    "conformity": ("Conformity", _conformity),
    "memorization": ("Memorization", _memorization),
    "imputation": ("Imputation", _imputation),
    "calibration": ("Calibration", _calibration),
}
FORMATS = {
    "difference": "{:+.4f}",
    "AP difference": "{:+.4f}",
    "balanced_accuracy difference": "{:+.4f}",
    "p": "{:.2g}",
    "seconds": "{:.2f}",
    "wins": "{:.0f}",
    "of": "{:.0f}",
    "splits": "{:.0f}",
    "tables": "{:.0f}",
    "better": "{:.2f}",
    "equivalent": "{:.2f}",
    "worse": "{:.2f}",
    "larger": "{:.0f}",
    "above": "{:.2f}",
    "within": "{:.2f}",
    "below": "{:.2f}",
}


def _markdown(frame, index=True):
    frame = frame.reset_index() if index else frame
    shown = pd.DataFrame({name: [_format(name, value) for value in frame[name]] for name in frame.columns})
    lines = ["| " + " | ".join(shown.columns) + " |", "|" + "---|" * len(shown.columns)]
    lines += [f"| {' | '.join(row)} |" for row in shown.itertuples(index=False)]
    return "\n".join(lines)


def _format(name, value):
    if isinstance(value, str):
        return value
    return "" if value != value else FORMATS.get(name, "{:.4f}").format(value)
