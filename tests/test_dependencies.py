"""Declared dependencies match the imports, are documented, and are tested at their lowest and highest versions."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
USER_EXTRAS = ("plot", "parquet", "dask", "report")
WITHOUT_LOWEST = ("benchmark", "docs", "slow", "stress", "release")  # extras not tested with the lowest versions


def requirements(lines):
    """Return the packages required by the lines, with their lowest versions."""
    found = map(Requirement, lines)
    return {
        canonicalize_name(line.name): Version(next(iter(line.specifier)).version) if line.specifier else None
        for line in found
        if line.name != PROJECT["name"]
    }


def pins(name):
    """Return the packages pinned in a constraints file, with their versions."""
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
    return {canonicalize_name(package): Version(number) for package, number in (line.split("==") for line in lines)}


CORE = requirements(PROJECT["dependencies"])
ALL = CORE | requirements([line for lines in EXTRAS.values() for line in lines])


def imported(without=()):
    """Return the packages imported at the top of modules of sklearn_gan, and those imported anywhere in them.

    Folders named in `without` are left out.
    """
    found = {True: set(), False: set()}
    distributions = packages_distributions()
    folder = ROOT / "sklearn_gan"
    for path in folder.rglob("*.py"):
        if path.relative_to(folder).parts[0] in without:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"sklearn_gan"}:
                found[node in tree.body] |= {canonicalize_name(package) for package in distributions.get(name, [name])}
    return found[True], found[True] | found[False]


def test_declared_dependencies_are_exactly_the_imported_packages():
    _, anywhere = imported()
    assert anywhere == CORE.keys() | {name for extra in USER_EXTRAS for name in requirements(EXTRAS[extra])}


def test_optional_packages_are_not_imported_at_module_level():
    at_module_level, _ = imported(without=("displays", "dask"))  # which the package does not import
    assert at_module_level <= CORE.keys()


def test_every_dependency_is_documented():
    text = (ROOT / "docs" / "contributing" / "dependencies.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("|") and "`" in line]
    documented = {name for row in rows for name in re.findall(r"`([^`]+)`", row.rsplit("|", 2)[0])}
    assert documented - EXTRAS.keys() | (documented & ALL.keys()) == ALL.keys()


def test_lowest_constraints_match_the_declared_lower_bounds():
    tested = CORE | requirements(
        [line for extra, lines in EXTRAS.items() if extra not in WITHOUT_LOWEST for line in lines]
    )
    lowest = pins("constraints-lowest.txt")
    assert {name: lowest[name] for name, bound in tested.items() if bound} == {k: v for k, v in tested.items() if v}


def test_constraints_pin_every_dependency():
    highest = pins("constraints.txt")
    assert ALL.keys() <= highest.keys()
    assert all(highest[name] >= bound for name, bound in ALL.items() if bound)


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-lowest.txt"])
def test_constraints_pin_each_package_once(name):
    lines = (ROOT / name).read_text().splitlines()
    assert len(pins(name)) == sum(not line.startswith("#") for line in lines)
