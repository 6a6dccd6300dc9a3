"""Write the page of results as Markdown, and draw its figures."""

import pandas as pd

from benchmarks import (
    ablation,
    conformity,
    ensemble,
    fidelity,
    imputation,
    memorization,
    oracle,
    records,
    ring,
    rules,
    speed_lines,
    statistics,
    targets,
)
from benchmarks.figures import draw_cost, draw_gains, draw_ranks
from benchmarks.methods import BALANCED, CLASSIFIERS, METHODS, OURS, SLOW, STRONG
from benchmarks.protocol import COMPARED, METRICS, RANKING, TUNED

LARGER_IS = {"wins": "larger", "better": "above", "equivalent": "within", "worse": "below"}
REFERENCES = ("none", "class weights", "random", "SMOTE", OURS)  # next to balanced ensembles
SIZES = ("max_rows", "folds", "repeats", "seed")


def page(folder):
    """Return the page for the records in a folder; experiments without records are omitted."""
    found = {name: records.read(folder / f"{name}.csv") for name in SECTIONS if (folder / f"{name}.csv").exists()}
    parts = ["# Results", _how(folder, found), "## Targets", _markdown(targets.table(found), index=False)]
    for name, frame in found.items():
        title, section = SECTIONS[name]
        parts += [f"## {title}", *section(frame)]
    return "\n\n".join(parts) + "\n"


def draw(folder, path):
    """Draw the figures of the page in the folder of `path`."""
    if (folder / "speed.csv").exists():
        draw_cost(speed_lines.costs(records.read(folder / "speed.csv")), path.with_name("cost.png"))
    if not (folder / "compare.csv").exists():
        return
    compare = records.read(folder / "compare.csv")
    everywhere = _of_all_tables(compare)
    if len(everywhere) > 2:
        draw_ranks(compare, everywhere, path.with_name("ranks.png"))
    if {OURS, "SMOTE", "none"} <= set(everywhere):
        draw_gains(compare, OURS, path.with_name("gains.png"))


def _how(folder, found):
    """Return the commands and package versions of the records."""
    commands, versions = [], {}
    for name, frame in found.items():
        made = records.read_settings(folder / f"{name}.csv")
        sizes = " ".join(f"--{key.replace('_', '-')} {made['settings'][key]}" for key in SIZES)
        command = name.replace("ablation-", "ablation --axis ")
        data = " --data FOLDER" if made["settings"]["source"] == "folder" else ""
        commands.append(f"python -m benchmarks {command}{data} {sizes}{_chosen(name, frame)}")
        slow = frame[frame["method"].isin(SLOW)] if name == "compare" else []
        if len(slow):
            commands.append(f"python -m benchmarks {command}{data} {sizes}{_options(slow)}")
        versions |= made["versions"]
    commands.append("python -m benchmarks report --report benchmarks/RESULTS.md")
    return (
        "Commands:\n\n```\n" + "\n".join(commands) + "\n```\n\nThe records are in `benchmarks/records/`. Versions: "
        f"{', '.join(f'{name} {number}' for name, number in versions.items())}. The default settings were chosen on "
        "tables of this collection (`LOG.md`). Expect smaller gains on other tables, and interpret the p-values with "
        "caution."
    )


def _chosen(name, frame):
    """Return the options that restrict an experiment to methods and tables."""
    if name == "thresholds":
        return _options(frame)
    return _options(frame, methods=False) if name in ("ablation", "ensemble-parts", "fidelity") else ""


def _options(frame, methods=True):
    """Return the options for the methods and tables of the records."""
    known = [name for name in (*METHODS, *BALANCED) if name in set(frame["method"])]
    tables = f" \\\n    --tables {' '.join(sorted(set(frame['table'])))}"
    return (f" --methods {' '.join(map(repr, known))}" if methods else "") + tables


def _compare(compare):
    yield "### Means over tables"
    n_tables, n_families = compare["table"].nunique(), compare["family"].nunique()
    everywhere = _of_all_tables(compare)
    yield (
        f"{n_tables} tables from {n_families} families, {compare['fold'].nunique()} folds; means over the classifiers "
        f"{', '.join(compare['classifier'].unique())}. `seconds` is the CPU time of resampling."
    )
    yield _markdown(statistics.means(compare, [*METRICS, "seconds"]).loc[everywhere])
    numeric = compare[~compare["has_categories"]]
    if len(served := _of_all_tables(numeric)) > len(everywhere):
        yield f"The {numeric['table'].nunique()} numeric tables, including methods that support only these:"
        yield _markdown(statistics.means(numeric, [*METRICS, "seconds"]).loc[served])
    for names, few in _on_some_tables(compare, known=(compare, numeric)):
        yield f"The {few['table'].nunique()} tables with results for {', '.join(names)}: {_name_tables(few, compare)}."
        yield _markdown(statistics.means(few, [*METRICS, "seconds"]).loc[_of_all_tables(few)])
    if {OURS, "SMOTE"} <= set(everywhere):
        yield f"### {OURS} compared with each other method"
        yield from _against_all(compare)
    if len(everywhere) > 2:
        yield "### Ranks"
        yield from _ranks(compare, everywhere)
    yield from _balanced_ensembles(compare, METRICS, COMPARED)


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
    found, every = few["table"].unique(), compare["table"].unique()
    if len(found) <= len(every) / 2:
        return ", ".join(found)
    return f"all except {', '.join(name for name in every if name not in found)}"


def _balanced_ensembles(found, metrics, compared):
    """Compare the balanced ensembles with resampling for the classifiers that they replace."""
    names = [name for name in BALANCED if name in set(found["method"])]
    if not names:
        return
    yield "### Balanced ensembles"
    yield (
        "Classifiers of imbalanced-learn whose members are fitted on balanced subsets of the rows, with their default "
        "parameters. BalancedBagging wraps each classifier. BalancedRandomForest is compared with the forest, and "
        "EasyEnsemble and RUSBoost with boosting. They fail with some classes of few rows. RUSBoost also fails if its "
        "first member is no better than chance. `fits` is the number of fits that did not fail. Means are over the "
        "tables, folds and classifiers in which no method of the table failed, and thus leave out hard ones. "
        "Differences are over families, as in Compare, and leave out only the failures of the method compared with."
    )
    for classifiers in (*([name] for name in STRONG), list(CLASSIFIERS)):
        part = found[found["classifier"].isin(classifiers)]
        n_classifiers = part.groupby("method")["classifier"].nunique()
        served = [n for n in (*REFERENCES, *names) if n_classifiers.get(n, 0) == part["classifier"].nunique()]
        balanced = [name for name in served if name in names]
        if part.empty or not balanced:
            continue
        shared = _shared(part, served)
        yield f"{', '.join(shared['classifier'].unique()).capitalize()}; {shared['table'].nunique()} tables:"
        yield _markdown(statistics.means(shared, metrics).assign(fits=part["method"].value_counts()).loc[served])
        if OURS in served:
            yield f"{OURS} minus each of them:"
            yield _markdown(_all_pairs(part, balanced, OURS, compared), index=False)


def _shared(part, methods):
    """Return the records of the tables, folds and classifiers with results for all the methods."""
    part = part[part["method"].isin(methods)]
    n_methods = part.groupby(["table", "fold", "classifier"])["method"].transform("nunique")
    return part[n_methods == len(methods)]


def _thresholds(found):
    yield (
        "The threshold of each metric was tuned on a third of the training rows, with the method and classifier fitted "
        f"on the other two thirds. {found['table'].nunique()} binary tables, {found['fold'].nunique()} folds."
    )
    yield _markdown(statistics.means(found, TUNED).loc[_of_all_tables(found)])
    yield from _balanced_ensembles(found, TUNED, TUNED)


def _against_all(compare):
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
        baselines = [name for name in METHODS if name in set(part["method"]) and name != OURS]
        yield _markdown(_all_pairs(part, baselines), index=False)


def _all_pairs(part, baselines, method=OURS, metrics=COMPARED):
    frames = []
    for baseline in baselines:
        found = statistics.assess(statistics.differences(part, method, baseline, metrics))
        frames.append(found.rename_axis("metric").reset_index().assign(baseline=baseline))
    pairs = pd.concat(frames, ignore_index=True)
    pairs["p"] = statistics.holm(pairs["p"].fillna(1))
    pairs = pairs.rename(columns={"of": "families"})
    return pairs[["baseline", "metric", "difference", "wins", "families", "p", "better", "equivalent", "worse"]]


def _ranks(compare, methods):
    rows = {}
    for metric in COMPARED:
        mean_ranks, p, _ = statistics.ranks(compare, methods, metric)
        rows[metric] = {**mean_ranks, "p": p}
    yield "Mean rank over families (1 is best) and p-value of Friedman's test:"
    yield _markdown(pd.DataFrame(rows).T.rename_axis("metric"))
    yield "![Critical-difference diagrams: a bar joins methods without a significant difference (Nemenyi)](ranks.png)"
    yield f"![Differences of {OURS} from the baselines on each table](gains.png)"


def _oracle(found):
    columns = (*RANKING, "balanced_accuracy")
    yield (
        f"{found['table'].nunique()} tables with {oracle.N_SHOWN} minority rows and up to {oracle.N_OTHERS:,} others; "
        "the oracle also trains on the hidden minority rows."
    )
    yield _markdown(statistics.means(found, columns).loc[list(oracle.COMPARED)])
    share = oracle.shares(found, OURS, columns)
    closed = ", ".join(f"{name} {part:.0%}" for name, part in share.items())
    yield f"Share of the gap from SMOTE to the oracle closed by {OURS}: {closed}."


def _ablation(found):
    methods = [name for name in ablation.PARTS if name in set(found["method"])]
    yield "Each row after the first is the default without the named part. " + _sizes(found)
    yield _markdown(statistics.means(found, [*COMPARED, "seconds"]).loc[methods])
    yield "Mean gain from each part over families, and Holm-adjusted p-value of Wilcoxon's test:"
    table = _differences(found, methods[1:], methods[0])
    yield _markdown(table.rename_axis("part", axis=0))


def _axis(axis):
    def section(found):
        methods = [name for name in ablation.AXES[axis] if name in set(found["method"])]
        yield f"{AXES[axis]} {_sizes(found)}"
        yield _markdown(statistics.means(found, [*COMPARED, "seconds"]).loc[methods])
        yield f"Mean gain over `{methods[0]}` over families, and Holm-adjusted p-value of Wilcoxon's test:"
        yield _markdown(_differences(found, methods[1:], methods[0], reverse=True).rename_axis("method", axis=0))

    return section


def _differences(found, methods, first, reverse=False):
    """Return the gains of `first` over each of the methods, or with `reverse` their gains over `first`."""
    pairs = _all_pairs(found, methods, first)
    sign = -1 if reverse else 1
    shown = [f"{sign * d.difference:+.4f} (p {d.p:.2g})" for d in pairs.itertuples()]
    order = {"index": "baseline", "columns": "metric", "values": "shown"}
    return pairs.assign(shown=shown).pivot(**order).loc[methods, list(COMPARED)].rename_axis(None, axis=1)


def _sizes(found):
    n_tables, n_families, n_folds = (found[name].nunique() for name in ("table", "family", "fold"))
    return f"{n_tables} tables from {n_families} families, {n_folds} fold{'s' if n_folds > 1 else ''}."


def _ring(found):
    yield (
        f"Number of modes covered in a ring of {ring.N_MODES} Gaussians (mean and minimum), and share of "
        f"{ring.N_DRAWN:,} rows within three standard deviations of a mode. The noise generator was trained for 2,000 "
        f"steps without candidate selection; {found['fold'].nunique()} runs."
    )
    columns = {"modes": "mean", "fewest": "min", "near_a_mode": "mean", "seconds": "mean"}
    by_method = found.assign(fewest=found["modes"]).groupby("method")[list(columns)].agg(columns)
    yield _markdown(by_method.loc[[name for name in ring.METHODS if name in by_method.index]])


def _conformity(found):
    yield (
        "Share of rows of the smaller classes that a forest fitted on real rows assigns to their class, for held-out "
        "real rows (`held_out`) and synthetic rows (`generated`). `gap` is the second minus the first. The classifiers "
        "of candidate selection are fitted on the same rows as the forest. With more than one candidate, a positive "
        f"gap is therefore expected. {_sizes(found)}"
    )
    by_method = statistics.means(found, ["held_out", "generated", "gap"])
    off = found.assign(off=found["gap"].abs()).groupby("method")["off"].mean()
    yield _markdown(by_method.assign(**{"mean absolute gap": off}).loc[list(conformity.METHODS)])


def _fidelity(found):
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
        f"{_sizes(found)} Tables with a value: {', '.join(f'{name} {n}' for name, n in n_tables.items())}."
    )
    yield _markdown(statistics.means(found, measures).loc[list(fidelity.METHODS)])
    yield (
        f"{OURS} minus each other method: mean difference over families, number of families where it is larger, "
        "Holm-adjusted p-value of Wilcoxon's test, and probabilities that the difference is above "
        f"{statistics.ROPE}, within ±{statistics.ROPE}, or below -{statistics.ROPE}. A negative difference is an "
        "improvement:"
    )
    others = [name for name in fidelity.METHODS if name != OURS]
    pairs = _all_pairs(found.assign(classifier=""), others, OURS, measures)
    yield _markdown(pairs.rename(columns=LARGER_IS), index=False)
    if "broken_relations" in measures:
        yield (
            "Share of rows that break a relation, in percent, and mean number of relations detected in the training "
            "rows of a fold, on each table with relations. `held-out rows` are those of all classes:"
        )
        shares, n_relations = fidelity.each_table(found)
        yield _markdown(shares.map(_percent).assign(relations=n_relations.map("{:.1f}".format)))


def _memorization(found):
    yield (
        "The methods are fitted on half of the rows; the other half is held out. `memorization_report` compares the "
        "rare class with its training rows: held-out rows in the first line, synthetic rows in the others. Values are "
        "means over splits, then over tables. An AUC far from 0.5 in either direction reveals training rows. `above` "
        "and `below` are the shares of splits with a 95% interval entirely above or below 0.5. AP and balanced "
        f"accuracy are measured on the held-out half and averaged over {', '.join(CLASSIFIERS)}. {_sizes(found)}"
    )
    yield _markdown(memorization.against_held_out(found))
    yield "Results on each table:"
    yield _markdown(memorization.each_table(found), index=False)
    yield (
        "Effect of `min_distance`. The same fitted networks are used, so that nothing else differs. Values are means "
        "over the splits in which all rows satisfied the distance. Differences are from no minimum distance on the "
        "same splits, with standard errors over tables. `to_any_row` is the smallest distance to a training row of "
        "either class, the distance that `min_distance` bounds."
    )
    yield _markdown(memorization.at_distances(found))


def _rules(found):
    n_tables, n_seeds = found["n_others"].nunique(), found["fold"].nunique()
    yield (
        "Share of the synthetic rows of the rare class that break the rule of a table, in percent. Each table has "
        f"{rules.N_ROWS:,} rows, {rules.N_RARE} of them rare, and {' or '.join(map(str, rules.N_OTHERS))} other "
        f"columns. Each value is a mean over {n_tables * n_seeds} tables, and only 0 means that no row breaks the "
        "rule. SMOTE receives dates as numbers of days, and strings and indicators as categories. It does not support "
        "missing values."
    )
    yield _markdown(rules.shares(found).map(_percent))


def _percent(share):
    """Return a share in percent; it is 0 only if the share is."""
    return "" if share != share else f"{100 * share:.3g}"


def _ensemble(found):
    single, both = found[found["classifier"] != ensemble.BOTH], found[found["classifier"] == ensemble.BOTH]
    all_classifiers = [name for name in CLASSIFIERS if name in set(single["classifier"])]
    n_classifiers = single.groupby("method")["classifier"].nunique()
    n_tables = single.groupby("method")["table"].nunique()
    everywhere = [
        name
        for name in single["method"].unique()
        if n_classifiers[name] == len(all_classifiers) and n_tables[name] == single["table"].nunique()
    ]
    yield (
        "All methods decide at the class prior, by the largest ratio of a probability to its prior; methods with "
        "probabilities of balanced classes predict the most probable class. `calibrated` is scikit-learn's "
        "CalibratedClassifierCV (sigmoid) without resampling. `bootstraps` averages ten classifiers fitted on "
        "bootstraps of the real rows; in `real + class weights`, half of them have class weights. `real + SMOTE` and "
        "`real + random oversampling` are ResampledClassifier with another sampler. `seconds` is the CPU time of "
        f"resampling and training. Means over the classifiers {', '.join(all_classifiers)}. {_sizes(found)}"
    )
    columns = [*ensemble.COMPARED, "ECE", "seconds"]
    yield _markdown(statistics.means(single, columns).loc[everywhere])
    yield f"Means over {' and '.join(STRONG)}:"
    strong = single[single["classifier"].isin(STRONG)]
    yield _markdown(statistics.means(strong, columns).loc[everywhere])
    others = [name for name in found["method"].unique() if name != ensemble.OURS]
    yield (
        f"{ensemble.OURS} minus each other method: mean difference over families, number of families where it is "
        "larger, Holm-adjusted p-value of Wilcoxon's test, and probabilities that the difference is above "
        f"{statistics.ROPE}, within ±{statistics.ROPE}, or below -{statistics.ROPE}. For Brier and log_loss, a "
        "negative difference is an improvement. Each comparison uses the tables, folds and classifiers with results "
        "for both methods."
    )
    for title, part in (("All classifiers", single), ("Strong classifiers", strong), (ensemble.BOTH, both)):
        served = [name for name in others if name in set(part["method"])]
        yield f"{title}:"
        yield _markdown(
            _all_pairs(part, served, ensemble.OURS, ensemble.COMPARED).rename(columns=LARGER_IS), index=False
        )
    yield f"{ensemble.OURS} minus no resampling, for each classifier:"
    yield _markdown(_by_classifier(single, "none"))


def _by_classifier(found, baseline):
    rows = {}
    for name, part in found.groupby("classifier", sort=False):
        d = statistics.differences(part, ensemble.OURS, baseline, ensemble.COMPARED, by="table")
        rows[name] = {f"{metric} difference": d[metric].mean() for metric in ensemble.COMPARED}
        rows[name] |= {"AP: share of tables won": f"{(d['AP'] > 0).mean():.0%}"}
    return pd.DataFrame(rows).T.rename_axis("classifier")


def _ensemble_parts(found):
    single = found[found["classifier"] != ensemble.BOTH]
    methods = [name for name in ensemble.PARTS if name in set(found["method"])]
    yield f"{ensemble.OURS} without a part, or with another value of a parameter. {_sizes(found)}"
    n_tables = single.groupby("method")["table"].nunique()
    everywhere = [name for name in methods if n_tables[name] == single["table"].nunique()]
    yield _markdown(statistics.means(single, [*ensemble.COMPARED, "seconds"]).loc[everywhere])
    yield (
        f"{ensemble.OURS} minus each of them over families, and Holm-adjusted p-value of Wilcoxon's test. A tuned "
        "threshold requires two classes:"
    )
    pairs = _all_pairs(single, methods[1:], methods[0], ensemble.COMPARED)
    shown = [f"{d.difference:+.4f} (p {d.p:.2g})" for d in pairs.itertuples()]
    order = {"index": "baseline", "columns": "metric", "values": "shown"}
    yield _markdown(
        pairs.assign(shown=shown).pivot(**order).loc[methods[1:], list(ensemble.COMPARED)].rename_axis("part")
    )


def _ensemble_rare(found):
    single = found[found["classifier"] != ensemble.BOTH]
    yield (
        f"{found['table'].nunique()} tables with {oracle.N_SHOWN} minority rows and up to {oracle.N_OTHERS:,} others, "
        f"as under Oracle; {found['fold'].nunique()} random subsets."
    )
    yield _markdown(statistics.means(single, ensemble.COMPARED).loc[list(ensemble.RARE)])


def _imputation(found):
    yield (
        f"{imputation.HIDDEN_SHARE:.0%} of the observed values are hidden completely at random. `rmse` is the root "
        "mean squared error of numeric values, in standard deviations of their columns. `category_error` is the share "
        f"of hidden categories that are imputed incorrectly. {_sizes(found)}"
    )
    columns = ["rmse", "category_error", "seconds"]
    per_table = found.groupby(["table", "method"])[columns[:2]].mean().unstack("method")
    by_method = statistics.means(found, columns)
    by_method.insert(1, "median rmse over tables", per_table["rmse"].median())
    yield _markdown(by_method.loc[[name for name in imputation.METHODS if name in by_method.index]])
    rows = [
        {"baseline": name, "metric": metric, **_compare_errors(per_table[metric], "GANImputer", name)}
        for name in imputation.METHODS
        for metric in columns[:2]
        if name != "GANImputer"
    ]
    yield "GANImputer minus each other imputer, number of tables where it is better, and p-value of Wilcoxon's test:"
    yield _markdown(pd.DataFrame(rows), index=False)


def _compare_errors(errors, ours, theirs):
    d = (errors[ours] - errors[theirs]).dropna()
    p = statistics.wilcoxon(d).pvalue if d.any() else 1.0
    return {"difference": d.mean(), "wins": (d < 0).sum(), "tables": len(d), "p": p}


def _of_all_tables(compare):
    """Return the methods with results on every table."""
    n_tables = compare.groupby("method")["table"].nunique()
    return [name for name in METHODS if n_tables.get(name, 0) == compare["table"].nunique()]


AXES = {
    "loss": "The default with another loss, with the penalty of each loss or none, or with feature matching.",
    "mode": "The default compared with the autoencoder mode; codes are perturbed by 0.5, 1 or 2 standard deviations.",
    "generator": "The default with another generator.",
    "augment": "The default with part of each batch of real rows replaced by rows that the autoencoder perturbed.",
    "missing": "The default on the tables with missing values.",
}


def _speed(found):
    yield "Medians of seconds on one core, each in a process of its own, unless a line states otherwise."
    yield _markdown(speed_lines.table_of_lines(found), index=False)
    yield "![CPU seconds of fit by rows, columns, classes and steps](cost.png)"
    shown = found.groupby(["table", "method"], sort=False)[["seconds", "cpu_seconds", "peak_mib", "table_mib"]].median()
    yield (
        "All measurements. `cpu_seconds` is the time of all threads, and `peak_mib` the largest memory beyond that "
        "before the call:"
    )
    yield _markdown(shown.reset_index(), index=False)


SECTIONS = {
    "compare": ("Compare", _compare),
    "thresholds": ("Thresholds", _thresholds),
    "oracle": ("Oracle", _oracle),
    "ablation": ("Ablation", _ablation),
    **{f"ablation-{axis}": (f"Ablation: {axis}", _axis(axis)) for axis in AXES},
    "ring": ("Ring", _ring),
    "conformity": ("Conformity", _conformity),
    "fidelity": ("Fidelity", _fidelity),
    "memorization": ("Memorization", _memorization),
    "rules": ("Rules", _rules),
    "imputation": ("Imputation", _imputation),
    "ensemble": ("Ensemble", _ensemble),
    "ensemble-parts": ("Ensemble: parts", _ensemble_parts),
    "ensemble-rare": ("Ensemble: a class made rare", _ensemble_rare),
    "speed": ("Speed", _speed),
}
FORMATS = {
    "difference": "{:+.4f}",
    "AP difference": "{:+.4f}",
    "balanced_accuracy difference": "{:+.4f}",
    "p": "{:.2g}",
    "seconds": "{:.2f}",
    "wins": "{:.0f}",
    "families": "{:.0f}",
    "splits": "{:.0f}",
    "tables": "{:.0f}",
    "fits": "{:.0f}",
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
