"""ResamplingReport: one page about a fitted sampler and its synthetic rows."""

from collections.abc import Sequence

import numpy as np

from sklearn_gan import GANOversampler
from sklearn_gan._page import Finding, Page, check_page_support
from sklearn_gan._report.contents import describe_sampler
from sklearn_gan._report.rows import LabelledRows, Layout
from sklearn_gan._runtime.annotations import Table, Target
from sklearn_gan._runtime.text import list_names
from sklearn_gan._table import open_container, plain_labels
from sklearn_gan.displays._draws import check_fitted

SECTIONS = {
    "summary": "Summary",
    "classes": "Classes",
    "columns": "Columns",
    "plane": "Rows in a plane",
    "associations": "Associations",
    "mixtures": "How rows were mixed",
    "memorization": "Memorization",
    "training": "Training",
    "parameters": "Parameters and versions",
    "repeat": "How to repeat it",
}


class ResamplingReport(Page):
    """Report on a fitted sampler as one HTML page.

    The page shows in sections what resampling adds to a table, and how the synthetic rows differ from the real ones. It
    begins with a summary of five sentences. Notebooks show it; :meth:`write_html` writes it to a file that works
    without a network.

    Parameters
    ----------
    sampler : GANOversampler
        The fitted sampler. It stays unchanged.
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
        The table that the sampler was fitted on.
    y : array-like of shape (n_samples,)
        The class of each row.
    holdout : tuple (X, y) or None, default=None
        Real rows that the sampler was not fitted on, and their classes. Without them, memorization cannot be judged.
    feature_names : list of str or None, default=None
        Names to show for the columns. None shows those of `X`, or positions.

    Attributes
    ----------
    findings : list of Finding
        The sentences of the summary. Each has a `light`, a `subject`, a `sentence` and a `meaning`.

    Raises
    ------
    NotFittedError
        If the sampler is not fitted.
    TypeError
        If `sampler` is not a GANOversampler.
    ValueError
        If `X` and `y` differ in length, or are not those of `fit`. If `holdout` is not a pair of a table and its
        classes, or its columns differ from those of `X`. If `feature_names` has not one name for each column.
    ImportError
        If Jinja2 or matplotlib is not installed.

    See Also
    --------
    sklearn_gan.metrics.fidelity_report : Compute more metrics of fidelity.
    sklearn_gan.compare_samplers : Measure whether resampling helps a classifier.

    Notes
    -----
    The page contains real rows: protect it like the table.

    Synthetic rows are sampled for the report, from a copy of the sampler. Up to 2,000 real and 2,000 synthetic rows are
    compared for each of up to 5 classes, those with the most rows to generate. A distance is judged by how much it
    exceeds the one expected between two samples of one distribution.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn_gan import GANOversampler, ResamplingReport
    >>> X, y = make_classification(n_samples=200, weights=[0.8], flip_y=0, random_state=0)
    >>> sampler = GANOversampler(max_steps=50, hidden_layer_sizes=(8,), random_state=0).fit(X, y)
    >>> report = ResamplingReport(sampler, X, y)
    >>> [finding.subject for finding in report.findings]
    ['Classes', 'Columns', 'Associations', 'Memorization', 'Training']
    >>> report.write_html("report.html")  # doctest: +SKIP
    """

    _template = "resampling.html"

    def __init__(
        self,
        sampler: GANOversampler,
        X: Table,
        y: Target,
        *,
        holdout: tuple[Table, Target] | None = None,
        feature_names: Sequence[str] | None = None,
    ) -> None:
        check_page_support(type(self).__name__)
        check_fitted(sampler, GANOversampler)
        table = LabelledRows.of(X, y, "ResamplingReport")
        _check_table(sampler, table)
        held_out = None if holdout is None else LabelledRows.of(*_check_pair(holdout), "`holdout`")
        layout = Layout.of(sampler, X, feature_names)
        if held_out is not None:
            layout.check_columns(X=table, holdout=held_out)
        self._contents = describe_sampler(sampler, table, held_out, layout)

    @property
    def findings(self) -> list[Finding]:
        return self._contents.findings

    @property
    def _content(self):
        return {"title": "Resampling report", "sections": SECTIONS, "contents": self._contents}

    def __repr__(self):
        return "\n".join(map(str, self.findings))


def _check_pair(holdout):
    if not isinstance(holdout, tuple | list) or len(holdout) != 2:
        raise ValueError(
            f"Expected `holdout` to be a pair (X, y) of real rows and their classes, got {type(holdout).__name__}. "
            "Pass a tuple of both."
        )
    return holdout


def _check_table(sampler, table):
    """Raise if this is not the table the sampler was fitted on, as far as its size, classes and columns show."""
    fitted, classes = sampler._container, plain_labels(np.unique(table.labels))
    expected = plain_labels(sampler.classes_)
    if (len(table.labels), classes) != (fitted.shape[0], expected):
        raise ValueError(
            f"Expected the table that the sampler was fitted on, with {fitted.shape[0]} rows of classes "
            f"{list_names(expected, 5)}, got {len(table.labels)} rows of classes "
            f"{list_names(classes, 5)}. Pass the `X` and `y` of `fit`."
        )
    names = list(open_container(table.table).names)
    if names != list(fitted.names):
        raise ValueError(
            f"Expected the columns that the sampler was fitted on, {list_names(list(fitted.names), 5)}, got "
            f"{list_names(names, 5)}. Pass the `X` of `fit`."
        )
