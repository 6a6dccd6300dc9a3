"""What the documents say is what the code does."""

import inspect
import re
from pathlib import Path

import pytest

import sklearn_gan
from sklearn_gan import GANImputer, GANOversampler

README = (Path(__file__).parents[1] / "README.md").read_text()


def test_python_blocks_of_the_readme_run_in_order(capsys):
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert len(blocks) == 3
    scope = {}
    for block in blocks:
        exec(block, scope)
    assert "city" in capsys.readouterr().out


PARAMETERS = [(kind, name) for kind in (GANOversampler, GANImputer) for name in inspect.signature(kind).parameters]


@pytest.mark.parametrize("kind, name", PARAMETERS)
def test_documented_default_is_the_default(kind, name):
    default = inspect.signature(kind).parameters[name].default
    documented = re.search(rf"^    {name} : .*, default=(.*)$", kind.__doc__, flags=re.MULTILINE)
    assert documented, f"{name} is not documented with its default"
    assert eval(documented[1]) == default
    assert f"`{name}`" in README


@pytest.mark.parametrize("kind", [GANOversampler, GANImputer])
def test_documented_attributes_are_those_of_a_fitted_estimator(kind, mixed):
    estimator = kind(max_steps=2, random_state=0).fit(*mixed)
    if kind is GANOversampler:
        estimator.fit_resample(*mixed)
    fitted = {name for name in vars(estimator) if name.endswith("_") and not name.startswith("_")}
    section = kind.__doc__.split("Attributes\n")[1].split("See Also")[0]
    assert set(re.findall(r"^    (\w+_) :", section, flags=re.MULTILINE)) == fitted


def test_public_names():
    assert sklearn_gan.__all__ == ["GANImputer", "GANOversampler", "Pipeline", "ResampledClassifier", "make_pipeline"]
    assert sklearn_gan.Pipeline.__module__ == "imblearn.pipeline"
