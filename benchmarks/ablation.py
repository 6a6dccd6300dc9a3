"""The default minus each of its parts."""

from unittest.mock import patch

from benchmarks.methods import OURS, Method, gan
from sklearn_gan import _sampler, _selection, _table, _training

UNTRAINED = {"generator": "residual", "max_steps": 1, "learning_rate": 1e-12}  # corrects by 0: bare mixtures


def without(module, name, replacement):
    """Return the default with an attribute of one of its modules replaced."""

    def resample(X, y, seed):
        with patch.object(module, name, replacement):
            return METHODS[OURS].resample(X, y, seed)

    return Method(resample)


def _standard_scores(values, counts):
    return _table._standardize(_table._scale_exactly(values)[0], counts)


def _keep_learning_rate(self, net, **kwargs):
    """Do nothing, where the learning rate would be lowered."""


def _only(judge):
    make = _selection._make_judges
    return lambda *args: make(*args)[judge : judge + 1]


METHODS = {
    OURS: gan(),
    "selection": gan(n_candidates=1),
    "selection by forest": without(_selection, "_make_judges", _only(1)),
    "selection by boosting": without(_selection, "_make_judges", _only(0)),
    "rows from mixtures": gan(generator="noise"),
    "rows from noise": gan(generator="residual"),
    "networks: mixtures and selection are left": gan(**UNTRAINED),
    "networks and selection: mixtures are left": gan(n_candidates=1, **UNTRAINED),
    "penalty": without(_sampler, "PENALTY", 0.0),
    "moving average": without(_training, "AVERAGE_DECAY", 0.0),
    "decay of the learning rate": without(_training.LearningRateDecay, "on_epoch_begin", _keep_learning_rate),
    "normal scores": without(_table, "_scores", _standard_scores),
}
