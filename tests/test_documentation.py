"""The documentation matches the code."""

import inspect
import re
from dataclasses import fields
from functools import cached_property
from importlib import import_module
from pathlib import Path

import matplotlib.pyplot
import pytest
from sklearn.dummy import DummyClassifier

import sklearn_gan
from sklearn_gan import (
    GANImputer,
    GANOversampler,
    ResampledClassifier,
    ResamplingReport,
    SamplerComparison,
    compare_samplers,
)

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAGES = {str(path.relative_to(ROOT)): path.read_text() for path in sorted((ROOT / "docs").rglob("*.md"))}
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n^```\n(.*?)^```$)?", flags=re.DOTALL | re.MULTILINE)
OPTIONS = r"(?:---\n.*?^---\n|(?::[^\n]*\n)*)"
CELL = re.compile(rf"^```\{{code-cell\}} python\n{OPTIONS}\n*(.*?)^```$", flags=re.DOTALL | re.MULTILINE)


def run_quickly(cells):
    scope = {}
    for code in cells:
        exec(re.sub(r"(max_steps=|--max-steps )\d+", r"\g<1>2", code), scope)


@pytest.mark.parametrize("name", [name for name, text in PAGES.items() if CELL.search(text)])
@pytest.mark.usefixtures("quick_selection")
def test_code_cells_of_a_page_run_in_order(monkeypatch, tmp_path, name):
    folder = tmp_path / Path(name).parent
    folder.mkdir(parents=True)
    (tmp_path / "benchmarks").symlink_to(ROOT / "benchmarks")  # pages read its records
    monkeypatch.chdir(folder)
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: None)
    matplotlib.pyplot.switch_backend("Agg")
    cells = CELL.findall(PAGES[name])
    assert len(cells) == PAGES[name].count("{code-cell}")
    run_quickly(cells)
    matplotlib.pyplot.close("all")


@pytest.mark.usefixtures("quick_selection")
def test_readme_blocks_run_in_order():
    run_quickly(code for code, _ in BLOCK.findall(README))


@pytest.mark.stress
def test_readme_blocks_print_the_documented_output(capsys):
    scope = {}
    for code, output in BLOCK.findall(README):
        exec(code, scope)
        assert capsys.readouterr().out == output


def test_readme_shows_the_output_of_every_block():
    assert all(output for _, output in BLOCK.findall(README))
    assert len(BLOCK.findall(README)) == README.count("```python") > 0


ESTIMATORS = (GANOversampler, GANImputer, ResampledClassifier)
PARAMETERS = [
    (kind, name)
    for kind in (*ESTIMATORS, ResamplingReport, compare_samplers)
    for name in inspect.signature(kind).parameters
]


@pytest.mark.parametrize("kind, name", PARAMETERS)
def test_documented_defaults_match_the_signature(kind, name):
    default = inspect.signature(kind).parameters[name].default
    documented = re.search(rf"^    {name} : .*?(?:, default=(.*))?$", kind.__doc__, flags=re.MULTILINE)
    assert documented, f"{name} is not documented"
    assert (inspect.Parameter.empty if documented[1] is None else eval(documented[1])) == default
    assert any(f"`{name}`" in text for text in PAGES.values())


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_documented_attributes_match_the_fitted_ones(kind, mixed, make_sampler):
    sampler = make_sampler()
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


def test_documented_attributes_of_a_comparison_are_its_own():
    section = SamplerComparison.__doc__.split("Attributes\n")[1].split("See Also")[0]
    documented = set(re.findall(r"^    (\w+) :", section, flags=re.MULTILINE))
    names = {field.name for field in fields(SamplerComparison)}
    names |= {name for name, value in vars(SamplerComparison).items() if isinstance(value, property | cached_property)}
    assert documented == {name for name in names if not name.startswith("_")}


def test_changelog_has_the_form_of_keep_a_changelog():
    release = r"\[Unreleased\]|\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}"
    headings = re.findall(r"^(##|###) (.*)$", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    groups = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert headings[0] == ("##", "[Unreleased]")
    assert all(name in groups if level == "###" else re.fullmatch(release, name) for level, name in headings)


@pytest.mark.parametrize("name", ["CITATION.cff", "docs/start/installation.md", "pyproject.toml", "README.md"])
def test_only_the_package_states_its_version(name):
    stated = rf"(sklearn.gan|version)\W+{re.escape(sklearn_gan.__version__)}\b"
    assert not re.search(stated, (ROOT / name).read_text())


def test_public_names():
    assert sklearn_gan.__all__ == [
        "GANImputer",
        "GANOversampler",
        "Pipeline",
        "ResampledClassifier",
        "ResamplingReport",
        "SamplerComparison",
        "compare_samplers",
        "make_pipeline",
    ]
    assert sklearn_gan.Pipeline.__module__ == "imblearn.pipeline"


MODULES = ("sklearn_gan", "sklearn_gan.dask", "sklearn_gan.displays", "sklearn_gan.metrics", "sklearn_gan.relations")
PUBLIC = [(module, name) for module in MODULES for name in import_module(module).__all__]


@pytest.mark.parametrize("module, name", PUBLIC)
def test_every_public_name_is_in_the_api_reference_with_an_example(module, name):
    public = getattr(import_module(module), name)
    if public.__module__.startswith("imblearn"):
        pytest.skip("documented by imbalanced-learn")
    assert "Examples\n    ----" in public.__doc__
    reference = (ROOT / "docs" / "api" / "index.md").read_text()
    listed = re.findall(r"currentmodule:: (\S+)|^   (\w+)$", reference, flags=re.MULTILINE)
    current, found = "", set()
    for of_module, of_name in listed:
        current = of_module or current
        found.add((current, of_name))
    assert (module, name) in found
