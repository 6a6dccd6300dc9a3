"""HTML representations and progress bar in notebooks."""

from unittest.mock import Mock

import pytest
import tqdm.auto
import tqdm.std
from sklearn.linear_model import LogisticRegression

from sklearn_gan import GANImputer, GANOversampler, ResampledClassifier, make_pipeline
from sklearn_gan._runtime.progress import Bar, LeaveText


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


class WidgetBar(tqdm.std.tqdm):
    """A bar with a widget, as in notebooks."""

    container = "widget"

    def __init__(self, *args, display=True, **kwargs):
        assert not display  # the widget is displayed once, so that it can be replaced
        super().__init__(*args, **kwargs, gui=True)


@pytest.mark.parametrize("n_done, counted", [(400, "400"), (1, "1 of 400")])
def test_progress_widget_is_replaced_by_a_line_of_text(monkeypatch, n_done, counted):
    display = Mock()
    monkeypatch.setattr("tqdm.notebook.display", display, raising=False)
    bar = type("NotebookBar", (LeaveText, WidgetBar), {})(total=400, unit="step", desc="GANOversampler")
    display.assert_called_once_with("widget", display_id=True)
    bar.update(n_done)
    bar.close()
    bar.close()
    (data,), options = display.return_value.update.call_args
    assert options == {"raw": True} and display.return_value.update.call_count == 1
    assert data["text/plain"].startswith(f"GANOversampler: {counted} steps in ")


def test_progress_bar_leaves_no_text_outside_notebooks():
    assert not issubclass(Bar, LeaveText)


def test_exported_notebook_has_a_line_of_text_in_place_of_the_widget():
    for library in ("ipykernel", "ipywidgets"):
        pytest.importorskip(library)
    nbclient, nbformat, nbconvert = map(pytest.importorskip, ("nbclient", "nbformat", "nbconvert"))
    code = """
from sklearn_gan._runtime.progress import Bar
with Bar(total=3, unit="step", desc="GANOversampler") as bar:
    bar.update(3)
"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbclient.NotebookClient(notebook, store_widget_state=False).execute()
    page, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)
    assert "GANOversampler: 3 steps in " in page and "jupyter-widgets" not in str(notebook.cells[0].outputs)
