"""Compare the results of the default with its targets."""

from dataclasses import dataclass

import pandas as pd

from benchmarks import ensemble, oracle, statistics
from benchmarks.balanced import ENSEMBLES
from benchmarks.methods import OURS, STRONG
from benchmarks.protocol import COMPARED

LARGEST_LOSS = -0.01
COLUMNS = ["baseline", "criterion", "target", "result", "met"]


@dataclass(frozen=True)
class Target:
    """A lower bound on a result, or with `at_most` an upper bound."""

    baseline: str
    criterion: str
    target: float
    result: float
    style: str = "{:+.4f}"
    at_most: bool = False

    def row(self):
        """Return the row of the table as a dict."""
        met = self.result <= self.target if self.at_most else self.result >= self.target
        sign = "≤" if self.at_most else "≥"
        return {
            "baseline": self.baseline,
            "criterion": self.criterion,
            "target": f"{sign} {self.style.format(self.target)}",
            "result": self.style.format(self.result),
            "met": "yes" if met else "no",
        }


def table(found):
    """Return the table of targets and results; means are over families."""
    targets = []
    compare = found.get("compare")
    if compare is not None and OURS in set(compare["method"]):
        methods = set(compare["method"])
        targets += _against_smote(compare) if "SMOTE" in methods else []
        targets += _against_none(compare) if "none" in methods else []
        targets += _against_others(compare)
    if "oracle" in found:
        targets += _made_rare(found["oracle"])
    if "ensemble" in found:
        targets += _of_ensemble(found["ensemble"])
    if "ensemble-rare" in found:
        rare = found["ensemble-rare"]
        rare = rare[rare["classifier"] != ensemble.BOTH]
        gain = statistics.differences(rare, ensemble.OURS, "none", ["AP"])["AP"].mean()
        targets.append(Target("none", f"{ensemble.OURS}: AP, class made rare", 0.055, gain))
    return pd.DataFrame([target.row() for target in targets], columns=COLUMNS)


def _against_smote(compare):
    d = statistics.differences(compare, OURS, "SMOTE", COMPARED)
    by_table = statistics.differences(compare, OURS, "SMOTE", COMPARED, by="table")
    adjusted = dict(zip(COMPARED, statistics.holm(statistics.summarize(d)["p"]), strict=True))
    for metric, target in zip(COMPARED, (0.015, 0.016, 0.030, 0.025), strict=True):
        yield Target("SMOTE", metric, target, d[metric].mean())
        yield Target("SMOTE", f"{metric}: share of tables won", 0.75, (by_table[metric] > 0).mean(), "{:.0%}")
        yield Target("SMOTE", f"{metric}: p-value (Holm, four metrics)", 0.01, adjusted[metric], "{:.2g}", at_most=True)
    strong = compare[compare["classifier"].isin(STRONG)]
    gain = statistics.differences(strong, OURS, "SMOTE", ["AP"])["AP"].mean()
    yield Target("SMOTE", "AP, forest and boosting", 0.010, gain)
    yield from _of_many_classes(compare)


def _against_none(compare):
    strong = compare[compare["classifier"].isin(STRONG)]
    d = statistics.differences(strong, OURS, "none", ["AP"])["AP"]
    by_table = statistics.differences(strong, OURS, "none", ["AP"], by="table")["AP"]
    yield Target("none", "AP, forest and boosting", 0.005, d.mean())
    share = (by_table < LARGEST_LOSS).mean()
    loss = f"AP, forest and boosting: share of tables below {LARGEST_LOSS}"
    yield Target("none", loss, 0.10, share, "{:.0%}", at_most=True)
    yield Target("none", "AP, all classifiers", 0.0, statistics.differences(compare, OURS, "none", ["AP"])["AP"].mean())


def _against_others(compare):
    for name in ("polynom-fit-SMOTE", "ProWSyn", "SMOTE-IPF"):
        if name in set(compare["method"]):
            d = statistics.differences(compare, OURS, name, COMPARED).mean()
            yield Target(name, "AP, numeric tables", 0.015, d["AP"])
            yield Target(name, "AUROC, numeric tables", 0.010, d["AUROC"])


def _of_ensemble(found):
    """Yield the targets of ResampledClassifier."""
    single, both = found[found["classifier"] != ensemble.BOTH], found[found["classifier"] == ensemble.BOTH]
    strong, boosting = single[single["classifier"].isin(STRONG)], single[single["classifier"] == "boosting"]
    methods = set(found["method"])

    def gain(part, baseline, metric, target, what, **style):
        d = statistics.differences(part, ensemble.OURS, baseline, [metric])[metric]
        return Target(baseline, f"{ensemble.OURS}: {what}", target, d.mean(), **style)

    def p_value(part, baseline, what):
        p = statistics.summarize(statistics.differences(part, ensemble.OURS, baseline, ["AP"]))["p"]["AP"]
        return Target(baseline, f"{ensemble.OURS}: {what}, p-value", 0.01, p, "{:.2g}", at_most=True)

    yield gain(single, "none", "AP", 0.035, "AP")
    yield gain(strong, "none", "AP", 0.015, "AP, forest and boosting")
    by_table = statistics.differences(strong, ensemble.OURS, "none", ["AP"], by="table")["AP"]
    loss = f"{ensemble.OURS}: AP, forest and boosting: share of tables below {LARGEST_LOSS}"
    yield Target("none", loss, 0.03, (by_table < LARGEST_LOSS).mean(), "{:.0%}", at_most=True)
    for name, part in single.groupby("classifier", sort=False):
        yield gain(part, "none", "AP", 0.0, f"AP, {name}")
    yield gain(single, "none", "balanced_accuracy", 0.012, "balanced accuracy, both at the prior")
    for metric in ("Brier", "log_loss"):
        by_table = statistics.differences(single, ensemble.OURS, "none", [metric], by="table")[metric]
        better = f"{ensemble.OURS}: {metric}: share of tables improved"
        yield Target("none", better, 0.65, (by_table < 0).mean(), "{:.0%}")
        of_each = [
            statistics.differences(part, ensemble.OURS, "none", [metric])[metric].mean()
            for _, part in single.groupby("classifier")
        ]
        yield Target("none", f"{ensemble.OURS}: {metric}, worst classifier", 0.002, max(of_each), at_most=True)
    for baseline, target in (("bootstraps", 0.010), ("real + SMOTE", 0.006), ("real + class weights", 0.007)):
        yield gain(strong, baseline, "AP", target, "AP, forest and boosting")
    yield p_value(strong, "bootstraps", "AP, forest and boosting")
    yield gain(single, "real + SMOTE", "balanced_accuracy", 0.010, "balanced accuracy")
    yield gain(strong, "real + random oversampling", "AP", 0.007, "AP, forest and boosting")
    for baseline in ("real + class weights", "real + random oversampling"):
        yield gain(boosting, baseline, "AP", 0.010, "AP, boosting")
        yield p_value(boosting, baseline, "AP, boosting")
    yield gain(both, "none", "AP", 0.010, f"AP, mean of {ensemble.BOTH}")
    yield p_value(both, "none", f"AP, mean of {ensemble.BOTH}")
    for baseline in sorted(ENSEMBLES.keys() & methods):
        yield gain(single, baseline, "AP", 0.0, "AP")
        yield gain(single, baseline, "balanced_accuracy", 0.0, "balanced accuracy")
    for baseline in sorted({"calibrated", "imbcal"} & methods):
        yield p_value(single, baseline, "AP")
        yield gain(single, baseline, "AP", 0.0, "AP")
        yield gain(single, baseline, "log_loss", 0.0, "log loss", at_most=True)


def _of_many_classes(compare):
    several = compare[compare["n_classes"] > 2]
    if len(several):
        d = statistics.differences(several, OURS, "SMOTE", COMPARED).mean()
        for metric in ("AP", "balanced_accuracy"):
            yield Target("SMOTE", f"{metric}, multiclass tables", 0.005, d[metric])


def _made_rare(found):
    columns = ("AP", "AUROC", "balanced_accuracy")
    d = statistics.differences(found, OURS, "SMOTE", columns).mean()
    for metric, target in zip(columns, (0.035, 0.040, 0.060), strict=True):
        yield Target("SMOTE", f"{metric}, class made rare", target, d[metric])
    gain = statistics.differences(found, OURS, "none", columns).mean()["AP"]
    yield Target("none", "AP, class made rare", 0.040, gain)
    shares = oracle.shares(found, OURS, columns)
    for metric, target in (("AUROC", 0.6), ("balanced_accuracy", 0.6)):
        yield Target("oracle", f"{metric}: share of the gap from SMOTE closed", target, shares[metric], "{:.0%}")
    is_strong = found["classifier"].isin(STRONG)
    for names, part, target in (("forest and boosting", found[is_strong], 0.33), ("others", found[~is_strong], 0.5)):
        if len(part):
            share = oracle.shares(part, OURS, ["AP"])["AP"]
            yield Target("oracle", f"AP, {names}: share of the gap from SMOTE closed", target, share, "{:.0%}")
