"""Settings of the gallery that are classes and functions: the order of the examples, and warnings as errors."""

import warnings

ORDER = [
    "first_pipeline",
    "plane",
    "mixed_types",
    "multiclass",
    "calibrated_probabilities",
    "threshold",
    "grid_search",
    "comparison",
    "lightgbm_pipeline",
    "averaging",
    "parents",
    "displays",
    "report",
    "bookings",
    "imputation",
    "dask_table",
    "digits",
]


class ReadingOrder:
    """Sort the examples from the first pipeline to special tables; an example that is not listed is an error."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, name):
        return ORDER.index(name.removesuffix(".py"))

    def __repr__(self):
        return "ReadingOrder"


def raise_warnings(gallery_conf, name):
    """Let a warning in an example end the build."""
    warnings.simplefilter("error")
