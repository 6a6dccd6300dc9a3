"""ComparisonReport: a comparison as one page."""

from sklearn_gan._page import (
    Finding,
    Light,
    Page,
    check_page_support,
    describe_seed,
    draw_image,
    versions_of,
    write_arguments,
    write_value,
)

SECTIONS = {
    "summary": "Verdicts",
    "scores": "Scores",
    "differences": "Differences on each fold",
    "methods": "Methods",
    "repeat": "How to repeat it",
}
HEIGHT, HEIGHT_PER_METHOD = 1.4, 0.55  # inches
WIDTH, WIDTH_PER_METRIC = 1.5, 2.6
CLEAR = "The gain is larger than the folds vary."
SETTLED = "There is no need to resample for this metric."
IN_DOUBT = (
    "The scores vary too much between folds for a conclusion. More rows help; more folds of the same rows do not."
)


class ComparisonReport(Page):
    """Report on a comparison as one HTML page, as returned by `SamplerComparison.report`.

    Notebooks show it; :meth:`write_html` writes it to a file that works without a network.

    Parameters
    ----------
    comparison : SamplerComparison
        Result of `compare_samplers`.

    Attributes
    ----------
    findings : list of Finding
        The verdict on each metric. Each has a `light`, a `subject`, a `sentence` and a `meaning`.

    Raises
    ------
    ImportError
        If Jinja2 or matplotlib is not installed.
    """

    _template = "comparison.html"

    def __init__(self, comparison):
        check_page_support("SamplerComparison.report")
        self._comparison = comparison

    @property
    def findings(self) -> list[Finding]:
        labels = [label for label, _ in self._comparison._verdict_rows]
        return [_find(self._comparison, *pair) for pair in zip(self._comparison.verdicts, labels, strict=True)]

    @property
    def _content(self):
        comparison = self._comparison
        header, means = comparison._means
        return {
            "title": "Comparison report",
            "sections": SECTIONS,
            "findings": self.findings,
            "about": comparison._title,
            "header": header,
            "means": means,
            "image": _draw(comparison) if len(comparison.methods) > 1 else None,
            "methods": [(name, write_value(estimator)) for name, estimator in comparison.estimators.items()],
            "failures": comparison.failures,
            "versions": versions_of(comparison.library),
            "seed": describe_seed(comparison.settings["random_state"], "scores"),
            "code": _code_of(comparison),
        }

    def __repr__(self):
        return "\n".join(map(str, self.findings))


def _find(comparison, verdict, label):
    """Return the finding of a verdict, given the name of its metric."""
    judge = comparison._judge(verdict.metric, verdict.threshold)
    if verdict.method != judge.baseline:
        light, meaning = Light.GOOD, CLEAR
    else:
        light, meaning = (Light.UNKNOWN, IN_DOUBT) if judge.rivals(verdict.method) else (Light.GOOD, SETTLED)
    return Finding(light, label, verdict.text, meaning, "scores")


def _draw(comparison):
    n_others, n_metrics = len(comparison.methods) - 1, len(comparison.verdicts)
    size = WIDTH + WIDTH_PER_METRIC * n_metrics, HEIGHT + HEIGHT_PER_METHOD * n_others
    alternative = (
        f"Dot plot of the differences between {n_others} methods and no resampling on {comparison.n_folds} folds, for "
        f"{n_metrics} metrics, with the interval of each mean. The verdicts state the result."
    )
    return draw_image(lambda ax: comparison.plot(ax=ax), size, alternative)


def _code_of(comparison):
    """Return Python code that repeats the comparison."""
    classifier = write_value(next(iter(comparison.estimators.values())))
    return "\n".join(
        (
            "from sklearn_gan import compare_samplers",
            "",
            "# X and y are the table that this report describes. Import the classes of all estimators first.",
            f"classifier = {classifier}",
            f"comparison = compare_samplers(classifier, X, y, {write_arguments(comparison.settings)})",
            'comparison.report().write_html("comparison.html")',
        )
    )
