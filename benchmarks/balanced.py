"""Define the ensembles of imbalanced-learn, whose members are fitted on balanced subsets of the rows."""

from collections.abc import Callable
from dataclasses import dataclass

from imblearn.ensemble import (
    BalancedBaggingClassifier,
    BalancedRandomForestClassifier,
    EasyEnsembleClassifier,
    RUSBoostClassifier,
)


@dataclass(frozen=True)
class BalancedEnsemble:
    """A classifier that resamples in its own fit, and fails with some classes of few rows.

    Attributes
    ----------
    make : callable
        Function of a classifier and a seed that returns the ensemble.
    counterpart : str or None
        The only classifier that the ensemble is compared with, since it has its own trees. None wraps each classifier.
    """

    make: Callable
    counterpart: str | None = None

    def replace(self, classifiers, seed):
        """Return the ensembles, keyed by the names of the classifiers that they replace."""
        names = [self.counterpart] if self.counterpart else classifiers
        return {name: self.make(classifiers[name], seed) for name in names}


# The numbers of members are the defaults: 10, 100, 10 and 50.
ENSEMBLES = {
    "BalancedBagging": BalancedEnsemble(
        lambda classifier, seed: BalancedBaggingClassifier(classifier, random_state=seed)
    ),
    "BalancedRandomForest": BalancedEnsemble(
        lambda classifier, seed: BalancedRandomForestClassifier(random_state=seed), counterpart="forest"
    ),
    "EasyEnsemble": BalancedEnsemble(
        lambda classifier, seed: EasyEnsembleClassifier(random_state=seed), counterpart="boosting"
    ),
    "RUSBoost": BalancedEnsemble(
        lambda classifier, seed: RUSBoostClassifier(random_state=seed), counterpart="boosting"
    ),
}
