"""The verdict on one metric: which method to use, and in plain words why."""

from dataclasses import dataclass

from sklearn_gan._comparison.statistics import CONFIDENCE, ROPE, PairedDifference
from sklearn_gan._runtime.text import list_names

FEW_ROWS = 30  # in the rarest class


@dataclass(frozen=True)
class Verdict:
    """The recommended method for a metric.

    Attributes
    ----------
    metric : str
        Name of the metric.
    threshold : {"predicted", "tuned"} or None
        Whether the predicted classes are those of the classifier or of a tuned threshold. None for metrics of
        probabilities.
    method : str
        Name of the recommended method.
    text : str
        The recommendation and its reason.
    """

    metric: str
    threshold: str | None
    method: str
    text: str


@dataclass(frozen=True)
class Judge:
    """Choose a method by its scores, and explain the choice.

    Parameters
    ----------
    scores : dict of {str: ndarray of shape (n_folds,)}
        Scores of each method on the same folds. The first method is the baseline, and each is at most as complex as the
        next one.
    test_ratio : float
        Number of test rows divided by the number of training rows.
    n_rarest : int
        Number of rows in the rarest class.
    """

    scores: dict
    test_ratio: float
    n_rarest: int

    @property
    def baseline(self):
        """The simplest method."""
        return next(iter(self.scores))

    @property
    def others(self):
        """All methods but the baseline."""
        return [name for name in self.scores if name != self.baseline]

    @property
    def confidence(self):
        """Confidence of each interval, so that all differences to one method are covered jointly (Bonferroni)."""
        return 1 - (1 - CONFIDENCE) / max(len(self.others), 1)

    def difference(self, name, other):
        """Return the paired difference of two methods."""
        return PairedDifference(self.scores[name] - self.scores[other], self.test_ratio)

    def interval(self, name, other):
        """Return the interval of the difference of two methods."""
        return self.difference(name, other).interval(self.confidence)

    def choose(self):
        """Return the simplest method that no more complex one beats.

        A method replaces a simpler one only if it beats both this one and the baseline.
        """
        chosen = self.baseline
        for name in self.others:
            if self._beats(name, chosen) and self._beats(name, self.baseline):
                chosen = name
        return chosen

    def _beats(self, name, other):
        """Return whether the interval supports a gain, and does not limit it to the region of equivalence."""
        low, high = self.interval(name, other)
        return low > 0 and high > ROPE

    def rivals(self, chosen):
        """Return the methods whose intervals do not exclude a gain over the chosen one."""
        return [name for name in self.scores if name != chosen and self.interval(name, chosen)[1] > ROPE]

    def explain(self, chosen):
        """Return the verdict in words."""
        rivals = self.rivals(chosen)
        is_settled = f"no other method gains more than {ROPE:g} over it" if self.others else "nothing else was compared"
        if chosen != self.baseline:
            gain = f"Use {chosen}: the gain over {self.baseline} is {self._write(chosen, self.baseline)}"
            text = gain if rivals else f"{gain}, and {is_settled}"
        elif rivals:
            text = self._explain_doubt(rivals)
        else:
            text = f"Use {chosen}: {is_settled}"
        worse = [name for name in self.others if self.interval(name, self.baseline)[1] < 0]
        losses = list_names(worse, 3, lambda name: f"{name} {self._write(name, self.baseline)}")
        return f"{text}. Worse than {self.baseline}: {losses}." if worse else f"{text}."

    def _explain_doubt(self, rivals):
        """Explain why the baseline is kept although other methods may be better."""
        if self.n_rarest < FEW_ROWS:
            return f"Too few rows to tell: {self.n_rarest} in the rarest class. Use {self.baseline}"
        best = max(rivals, key=lambda name: self.difference(name, self.baseline).mean)
        difference = f"Largest difference: {best} {self._write(best, self.baseline)}"
        return f"Use {self.baseline}: no other method is clearly better. {difference}"

    def _write(self, name, other):
        low, high = self.interval(name, other)
        return f"{self.difference(name, other).mean:+.3f} ({low:+.3f} to {high:+.3f})"
