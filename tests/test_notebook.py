"""HTML representations and progress bar in notebooks."""

import pytest
import tqdm.auto
from sklearn.linear_model import LogisticRegression

from sklearn_gan import GANImputer, GANOversampler, ResampledClassifier, make_pipeline
from sklearn_gan._runtime.progress import Bar


@pytest.mark.parametrize(
    "estimator, shown",
    [
        (GANOversampler(max_steps=7), ["GANOversampler", "max_steps", "7"]),
        (GANImputer(n_imputations=9), ["GANImputer", "n_imputations", "9"]),
        (
            ResampledClassifier(LogisticRegression(), GANOversampler()),
            ["ResampledClassifier", "classifier: LogisticRegression", "sampler: GANOversampler"],
        ),
        (make_pipeline(GANOversampler(), LogisticRegression()), ["Pipeline", "GANOversampler", "LogisticRegression"]),
    ],
)
def test_estimators_are_shown_as_html(estimator, shown):
    html = estimator._repr_html_()
    assert "sk-container" in html and not [text for text in shown if text not in html]


def test_html_shows_whether_an_estimator_is_fitted(make_sampler, numbers):
    found = ResampledClassifier(LogisticRegression(), make_sampler())
    assert "<span>Not fitted</span>" in found._repr_html_()
    assert "<span>Fitted</span>" in found.fit(*numbers)._repr_html_()


def test_progress_bar_uses_tqdm_auto():
    assert issubclass(Bar, tqdm.auto.tqdm)
