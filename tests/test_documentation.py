"""What the documents say is what the code does."""

import inspect
import re
from pathlib import Path

import pytest
from sklearn.dummy import DummyClassifier

import sklearn_gan
from sklearn_gan import GANImputer, GANOversampler, ResampledClassifier

README = (Path(__file__).parents[1] / "README.md").read_text()
DOCUMENTS = sorted((Path(__file__).parents[1] / "docs").glob("*.md"))


def test_python_blocks_of_the_readme_run_in_order(capsys, monkeypatch, tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert len(blocks) == 6
    monkeypatch.chdir(tmp_path)
    scope = {}
    for block in blocks:
        exec(block, scope)
    assert "city" in capsys.readouterr().out


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_python_blocks_of_a_document_run_in_order(document):
    scope = {}
    for block in re.findall(r"```python\n(.*?)```", document.read_text(), flags=re.DOTALL):
        exec(block, scope)


ESTIMATORS = (GANOversampler, GANImputer, ResampledClassifier)
PARAMETERS = [(kind, name) for kind in ESTIMATORS for name in inspect.signature(kind).parameters]


@pytest.mark.parametrize("kind, name", PARAMETERS)
def test_documented_default_is_the_default(kind, name):
    default = inspect.signature(kind).parameters[name].default
    documented = re.search(rf"^    {name} : .*?(?:, default=(.*))?$", kind.__doc__, flags=re.MULTILINE)
    assert documented, f"{name} is not documented"
    assert (inspect.Parameter.empty if documented[1] is None else eval(documented[1])) == default
    assert f"`{name}`" in README


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_documented_attributes_are_those_of_a_fitted_estimator(kind, mixed):
    sampler = GANOversampler(max_steps=2, random_state=0)
    if kind is ResampledClassifier:
        estimator = kind(DummyClassifier(strategy="prior"), sampler, threshold="tuned").fit(*mixed)
    elif kind is GANImputer:
        estimator = kind(max_steps=2, random_state=0).fit(*mixed)
    else:
        estimator = sampler
        estimator.fit_resample(*mixed)
    fitted = {name for name in vars(estimator) if name.endswith("_") and not name.startswith("_")}
    section = kind.__doc__.split("Attributes\n")[1].split("See Also")[0]
    assert set(re.findall(r"^    (\w+_) :", section, flags=re.MULTILINE)) == fitted


def test_public_names():
    assert sklearn_gan.__all__ == ["GANImputer", "GANOversampler", "Pipeline", "ResampledClassifier", "make_pipeline"]
    assert sklearn_gan.Pipeline.__module__ == "imblearn.pipeline"
