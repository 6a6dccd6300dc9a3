"""Numbers of rows of the classes, before and after resampling."""

from dataclasses import dataclass

from sklearn_gan._page import Finding, Light
from sklearn_gan._table import plain_labels

FEW, VERY_FEW = 30, 10  # real rows; below 30, the sampler selects no candidates
MEANINGS = {
    Light.GOOD: f"With at least {FEW} real rows, there is enough to learn from.",
    Light.LOOK: f"With fewer than {FEW} real rows, candidates are not selected, and details of the class are unsure.",
    Light.PROBLEM: f"With fewer than {VERY_FEW} real rows, synthetic rows cannot show more than these few. "
    "Collect more rows.",
}


@dataclass(frozen=True)
class ClassCount:
    """Number of real rows of a class, and of synthetic rows that `fit_resample` adds."""

    label: str
    n_real: int
    n_added: int

    @property
    def n_after(self):
        """The number of rows after resampling."""
        return self.n_real + self.n_added


def count_classes(sampler, labels):
    """Return the ClassCount of each class, given the labels of the table."""
    return [
        ClassCount(str(label), int((labels == label).sum()), int(sampler.sampling_strategy_.get(label, 0)))
        for label in plain_labels(sampler.classes_)
    ]


def find_classes(counts):
    """Return the finding about the numbers of rows."""
    resampled = [count for count in counts if count.n_added]
    n_real = sum(count.n_real for count in counts)
    if not resampled:
        sentence = f"The sampler adds no rows to the {n_real:,} real rows."
        return Finding(Light.LOOK, "Classes", sentence, "Check `sampling_strategy` if this is not intended.", "classes")
    smallest = min(resampled, key=lambda count: count.n_real)
    light = Light.GOOD if smallest.n_real >= FEW else Light.LOOK if smallest.n_real >= VERY_FEW else Light.PROBLEM
    n_added, several = sum(count.n_added for count in resampled), len(resampled) > 1
    target = f"{len(resampled)} classes" if several else f"class {smallest.label}"
    sentence = (
        f"{n_added:,} synthetic rows of {target} are added to {n_real:,} real rows; "
        f"{f'the smallest class, {smallest.label},' if several else 'the class'} has {smallest.n_real:,} real rows."
    )
    return Finding(light, "Classes", sentence, MEANINGS[light], "classes")
