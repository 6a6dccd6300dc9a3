"""What is imported is named as a dependency, what is named is imported and has a reason, and its bounds are tried."""

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
OF_USERS = ("plot", "parquet")
NOT_TRIED_LOWEST = ("benchmark", "ctgan", "stress")  # what is compared with, and tools


def requirements(lines):
    """Return the packages that lines name, and their lowest versions."""
    found = map(Requirement, lines)
    return {
        canonicalize_name(line.name): Version(next(iter(line.specifier)).version) if line.specifier else None
        for line in found
        if line.name != PROJECT["name"]
    }


def pins(name):
    """Return the packages of a file of constraints, and their versions."""
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
    return {canonicalize_name(package): Version(number) for package, number in (line.split("==") for line in lines)}


CORE = requirements(PROJECT["dependencies"])
ALL = CORE | requirements([line for lines in EXTRAS.values() for line in lines])


def imported():
    """Return the packages that modules of sklearn_gan import: at the top, or at all."""
    found = {True: set(), False: set()}
    distributions = packages_distributions()
    for path in (ROOT / "sklearn_gan").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"sklearn_gan"}:
                found[node in tree.body] |= {canonicalize_name(package) for package in distributions.get(name, [name])}
    return found[True], found[True] | found[False]


def test_what_is_imported_is_named_and_what_is_named_is_imported():
    _, anywhere = imported()
    assert anywhere == CORE.keys() | {name for extra in OF_USERS for name in requirements(EXTRAS[extra])}


def test_what_extras_bring_is_not_imported_with_the_package():
    at_the_top, _ = imported()
    assert at_the_top - {"matplotlib"} <= CORE.keys()  # the displays, which the package does not import itself


def test_every_dependency_has_a_reason():
    text = (ROOT / "docs" / "dependencies.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("|") and "`" in line]
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row.rsplit("|", 2)[0])}
    assert named - EXTRAS.keys() | (named & ALL.keys()) == ALL.keys()


def test_lowest_versions_are_those_that_are_tried():
    tried = CORE | requirements(
        [line for extra, lines in EXTRAS.items() if extra not in NOT_TRIED_LOWEST for line in lines]
    )
    lowest = pins("constraints-lowest.txt")
    assert {name: lowest[name] for name, bound in tried.items() if bound} == {k: v for k, v in tried.items() if v}


def test_highest_versions_are_those_that_are_installed():
    assert {name for name in ALL if name not in pins("constraints.txt")} == {"ctgan"}
    assert all(pins("constraints.txt")[name] >= bound for name, bound in ALL.items() if bound and name != "ctgan")


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-lowest.txt"])
def test_every_constraint_is_a_pin_of_its_own(name):
    lines = (ROOT / name).read_text().splitlines()
    assert len(pins(name)) == sum(not line.startswith("#") for line in lines)
