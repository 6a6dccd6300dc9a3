"""What each step found, kept in a JSON file of its own: a step that is not run keeps its last record."""

import json
import platform
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from stress.commands import ROOT

FOLDER = ROOT / "stress" / "records"
PAGE = ROOT / "docs" / "stress.md"
PACKAGES = ("torch", "scikit-learn", "imbalanced-learn", "skorch", "numpy", "hypothesis", "mutmut")
HEADER = """# What was tried to break it

`make stress` runs all of this, `make stress STEPS="soak mutation"` some of it, and writes this page from what they
found; `make test` has the short forms. [mutation.md](mutation.md) explains the mutants that are left,
[dependencies.md](dependencies.md) what each dependency is for.
"""
COLUMNS = ("step", "what was tried", "how often", "failures", "figure", "verdict", "seconds", "date")


@dataclass(frozen=True)
class Result:
    """What came of one thing that was tried.

    Attributes
    ----------
    tried : str
        What was tried.
    times : int
        How often.
    failures : int
        How often it failed.
    passed : bool or None
        The verdict; None if it could not be run.
    figure : str
        What was measured, and its limit.
    """

    tried: str
    times: int
    failures: int
    passed: bool | None
    figure: str = ""


def save(step, results, seconds):
    """Keep the results of a step with their date and versions."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    record = {
        "step": step,
        "date": date.today().isoformat(),
        "seconds": round(seconds),
        "versions": _versions(),
        "results": [asdict(result) for result in results],
    }
    (FOLDER / f"{step}.json").write_text(json.dumps(record, indent=1) + "\n")


def _versions():
    """Return the versions of Python and of those packages that are installed: no step needs all of them."""
    versions = {"Python": platform.python_version()}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            versions[name] = version(name)
    return versions


def load(steps):
    """Return the last record of each of the steps, of those that there are."""
    paths = [FOLDER / f"{step}.json" for step in steps]
    return [json.loads(path.read_text()) for path in paths if path.exists()]


def table(records):
    """Return a Markdown table with a row for each result."""
    rows = [COLUMNS, ["---"] * len(COLUMNS)]
    for record in records:
        for result in record["results"]:
            verdict = {True: "passed", False: "**failed**", None: "not run"}[result["passed"]]
            numbers = (result["times"], result["failures"])
            counts = ("-", "-") if result["passed"] is None else (f"{number:,}" for number in numbers)
            found = result["tried"], *counts, result["figure"], verdict
            rows.append([record["step"], *found, f"{record['seconds']:,}", record["date"]])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def page(records):
    """Return the page: the table, and the versions that the last of the steps ran with."""
    newest = max(records, key=lambda record: record["date"])
    versions = ", ".join(f"{name} {number}" for name, number in newest["versions"].items())
    return f"{HEADER}\n{table(records)}\nThe last run was on {newest['date']}, with {versions}.\n"
