"""Whether synthetic rows reveal the rows that the sampler was fitted on."""

from dataclasses import dataclass

import numpy as np

from sklearn_gan._page import Finding, Light, worst_of
from sklearn_gan._table import library_of, read_tables
from sklearn_gan.metrics import MemorizationReport
from sklearn_gan.metrics._memorization import MOST_COPIED, measure_memorization

FEWEST_HELD_OUT = 20  # rows of a class; with fewer, the interval of the attack is too narrow
MOST_ROWS = 3_000
WEAK = 0.1  # distance of an AUC from 0.5
MORE_COPIES, MANY_COPIES = 0.01, 0.05  # shares of synthetic rows, beyond that of held-out rows
NOT_PROMISED = (
    "Privacy is not promised. An attacker who knows more than the synthetic rows may succeed more often, and single "
    "rare rows may be revealed although the average shows nothing."
)
VERDICTS = {
    Light.GOOD: (
        "There is no sign of memorization: synthetic rows are as far from the fitted rows as new real rows are.",
        "This is no proof of privacy.",
    ),
    Light.LOOK: (
        "There is a weak sign of memorization: synthetic rows reveal a little about the fitted rows.",
        "Consider `min_distance`.",
    ),
    Light.PROBLEM: (
        "Synthetic rows reveal which real rows the sampler was fitted on.",
        "Do not pass them on as if they were anonymous. Set `min_distance`, or train for fewer steps.",
    ),
}
HOLD_OUT = "Keep some real rows out of `fit`, and pass them as `holdout`, or as `--holdout` on the command line."
UNTOLD = "It cannot be told whether synthetic rows reveal real ones"


@dataclass(frozen=True)
class ClassMemorization:
    """Memorization in one class.

    Attributes
    ----------
    label : str
        The class.
    n_real, n_holdout : int
        Numbers of fitted and of held-out rows of the class.
    metrics : MemorizationReport or None
        The metrics. None with too few rows.
    """

    label: str
    n_real: int
    n_holdout: int
    metrics: MemorizationReport | None

    @property
    def light(self):
        """Judgement of the metrics."""
        return Light.UNKNOWN if self.metrics is None else judge(self.metrics)

    @property
    def verdict(self):
        """The judgement in words, and what to do."""
        if self.metrics is None:
            advice = f"At least {FEWEST_HELD_OUT} of each are needed. Hold out more rows."
            return f"{UNTOLD}, because there are {self.n_holdout} held-out and {self.n_real} fitted rows.", advice
        if self.light is Light.UNKNOWN:
            return f"{UNTOLD}, because most held-out rows equal fitted rows.", "Hold out other rows."
        return VERDICTS[self.light]

    @property
    def records(self):
        """The name, the value, the expected value and the meaning of each metric."""
        return self.metrics._records


def judge(metrics):
    """Return the light of a MemorizationReport."""
    if metrics.holdout.copies > MOST_COPIED:
        return Light.UNKNOWN
    attack, more_copies = metrics.attack, metrics.synthetic.copies - metrics.holdout.copies
    is_told_apart = not attack.low <= 0.5 <= attack.high
    if more_copies > MANY_COPIES or (is_told_apart and abs(attack.auc - 0.5) > WEAK):
        return Light.PROBLEM
    return Light.LOOK if more_copies > MORE_COPIES or is_told_apart else Light.GOOD


def compare_with_holdout(rows, table, holdout, rng):
    """Return the ClassMemorization of a ClassRows, given the fitted and the held-out LabelledRows."""
    held_out, n_holdout = holdout.of_class(rows.label, MOST_ROWS, rng)
    metrics = None
    if n_holdout >= FEWEST_HELD_OUT and rows.n_real >= FEWEST_HELD_OUT:
        real, _ = table.of_class(rows.label, MOST_ROWS, rng)
        metrics = measure_memorization(
            read_tables(rows.layout.is_categorical, real=real, synthetic=rows.synthetic, holdout=held_out),
            library_of(real),
            max_rows=MOST_ROWS,
            random_state=int(rng.integers(np.iinfo(np.int32).max)),
            with_smote=False,  # the report shows no SMOTE
        )
    return ClassMemorization(str(rows.label), rows.n_real, n_holdout, metrics)


def find_memorization(classes):
    """Return the finding about memorization. `classes` is None without held-out rows."""
    if classes is None:
        sentence, advice = f"{UNTOLD}, because there are no held-out rows.", HOLD_OUT
        return Finding(Light.UNKNOWN, "Memorization", sentence, advice, "memorization")
    light = worst_of(found.light for found in classes)
    decisive = next(found for found in classes if found.light is light)
    sentence, advice = decisive.verdict
    if len(classes) > 1 and light is not Light.GOOD:
        sentence = f"In class {decisive.label}: {sentence[0].lower()}{sentence[1:]}"
    return Finding(light, "Memorization", sentence, advice, "memorization")
