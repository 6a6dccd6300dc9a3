"""The report of a comparison: verdicts, scores, values as text, and code that repeats it."""

import re

import numpy as np
import pytest
from imblearn.over_sampling import RandomOverSampler
from sklearn.dummy import DummyClassifier
from sklearn.naive_bayes import GaussianNB

from sklearn_gan._page import Light

from .conftest import Failing


def test_verdicts_are_findings(compare):
    comparison = compare(scoring=["roc_auc", "f1"])
    findings = comparison.report().findings
    assert [finding.sentence for finding in findings] == [verdict.text for verdict in comparison.verdicts]
    assert [finding.subject for finding in findings] == ["roc_auc", "f1 (tuned threshold)"]
    assert repr(comparison.report()).splitlines() == list(map(str, findings))


def test_clear_gain_and_settled_verdict_are_good_and_doubt_cannot_be_told(compare, table):
    X, y = table
    classifier, gain = DummyClassifier(strategy="prior"), {"bayes": GaussianNB()}
    informative = np.column_stack([X, (y == "yes") + X[:, 0] / 9])
    clear = compare(classifier, informative, y, samplers=gain, scoring="roc_auc", cv=5).report()
    settled = compare(samplers={"same": GaussianNB()}, scoring="roc_auc").report()
    doubt = compare(scoring="roc_auc").report()
    assert [report.findings[0].light for report in (clear, settled)] == [Light.GOOD, Light.GOOD]
    assert "bayes" in clear.findings[0].sentence and "no resampling" in settled.findings[0].sentence
    assert (doubt.findings[0].light is Light.UNKNOWN) == (
        "clearly better" in str(doubt.findings[0]) or "Too few" in str(doubt.findings[0])
    )


def test_page_shows_scores_failures_and_names_as_text(compare):
    comparison = compare(samplers={"<b>&": RandomOverSampler(), "<i>": Failing()}, scoring="roc_auc")
    page = comparison.report().to_html()
    assert "<b>" not in page and "<i>" not in page and "<luck>" not in page
    assert "&lt;b&gt;&amp;" in page and "no &lt;luck&gt;" in page
    assert f"{comparison.scores['roc_auc', None]['<b>&'].mean():.3f}" in page


def test_code_repeats_the_comparison(compare, table):
    comparison = compare(scoring=["roc_auc"], random_state=3)
    code = comparison.report()._content["code"].rsplit("\n", 1)[0]
    scope = {"X": table[0], "y": table[1], "GaussianNB": GaussianNB, "RandomOverSampler": RandomOverSampler}
    exec(code, scope)
    for name, scores in comparison.scores["roc_auc", None].items():
        assert scope["comparison"].scores["roc_auc", None][name] == pytest.approx(scores)


def test_no_other_method_leaves_out_the_plot(compare):
    page = compare(samplers={"failing": Failing()}, scoring="roc_auc").report().to_html()
    assert "<img" not in page and "No other method was compared" in page


def test_file_is_the_page(compare, tmp_path):
    report = compare(scoring="roc_auc").report()
    report.write_html(tmp_path / "comparison.html")
    text = (tmp_path / "comparison.html").read_text(encoding="utf-8")
    assert text == report.to_html() and re.search(r"<title>Comparison report</title>", text)
