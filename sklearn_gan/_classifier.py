"""ResampledClassifier: a classifier that learns a resampled table, and speaks of the table as it was."""

MOST_FOLDS = 5
MOST_THRESHOLDS = 200


def _classifier_has(method):
    """Return whether the classifier, fitted or not, has a method; as `available_if` wants it."""

    def check(self):
        getattr(getattr(self, "classifier_", self.classifier), method)
        return True

    return check
