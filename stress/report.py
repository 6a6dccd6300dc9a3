"""Write the results of one step of `make stress` to docs/contributing/stress.md. The rows of other steps stay.

`python -m stress.report STEP EXIT_CODE SECONDS` reads the files that the step has written to build/stress/STEP.
"""

import json
import platform
import re
import sys
from base64 import b64decode
from collections import defaultdict
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

PAGE, REPORTS = Path("docs/contributing/stress.md"), Path("build/stress")
PACKAGES = ("torch", "scikit-learn", "imbalanced-learn", "skorch", "numpy", "hypothesis", "mutmut")


def judge(check, count, failures, measurement="", min_share=1.0):
    """Return the cells of a result. It passes if at least `min_share` of the count has not failed."""
    share = 1 - failures / max(1, count)
    if min_share < 1:
        measurement = f"{share:.1%} {measurement}, at least {min_share:.0%}"
    return check, f"{count:,}", f"{failures:,}", measurement, "passed" if count and share >= min_share else "**failed**"


def read_tests(folder, code, check, unit="tests"):
    """Count tests, examples of hypothesis, or the repetitions that a test has recorded."""
    root = ElementTree.parse(folder / "tests.xml")
    properties = [(node.get("name"), node.get("value")) for node in root.iter("property")]
    statistics = " ".join(b64decode(value).decode() for name, value in properties if name.startswith("hypothesis-"))
    count = {name: sum(int(suite.get(name)) for suite in root.iter("testsuite")) for name in ("tests", "skipped")}
    count["repetitions"] = sum(int(value) for name, value in properties if name == "repetitions")
    count["examples"] = sum(map(int, re.findall(r"(\d+) (?:passing|failing)", statistics)))
    failures = max(sum(1 for node in root.iter() if node.tag in ("failure", "error")), int(code != 0))
    skipped = f"{count['skipped']} skipped" if count["skipped"] else ""
    return [judge(check, count[unit], failures, dict(properties).get("measurement", skipped))]


def read_coverage(folder, code):
    """Count tests, and the branches that no test takes."""
    totals = json.loads((folder / "coverage.json").read_text())["totals"]
    branches = judge("branches", totals["num_branches"], totals["missing_branches"], "covered", 0.95)
    return [*read_tests(folder, code, "tests with the highest versions"), branches]


def read_mutants(folder, code):
    """Count the mutants of each module, and those that survive."""
    killed = defaultdict(list)
    for line in (folder / "mutants.txt").read_text(encoding="utf-8").splitlines():
        mutant, outcome = line.strip().split(": ")
        killed[mutant.rpartition(".")[0]].append(outcome in ("killed", "timeout", "segfault"))
    killed["all modules"] = [outcome for module in killed.values() for outcome in module]
    return [judge(f"mutants of {name}", len(k), k.count(False), "killed", 0.85) for name, k in killed.items()]


def read_bandit(folder, code):
    """Count the lines of code, and the findings."""
    found = json.loads((folder / "bandit.json").read_text())
    totals, findings = found["metrics"]["_totals"], found["results"] + found["errors"]
    return [judge("lines of code, by bandit", totals["loc"], len(findings), f"{totals['nosec']} ignored")]


def read_audit(folder, code):
    """Count the pinned packages, and the vulnerable ones. None is audited without the service."""
    path, check = folder / "pip-audit.json", "pinned packages, by pip-audit"
    found = json.loads(path.read_text())["dependencies"] if path.exists() else []
    audited = [package for package in found if "skip_reason" not in package]
    vulnerable = [package["name"] for package in audited if package["vulns"]]
    if not audited:
        return [(check, "-", "-", "service unavailable", "not run")]
    skipped = f"{len(found) - len(audited)} skipped"
    return [judge(check, len(audited), len(vulnerable), ", ".join(vulnerable) or skipped)]


STEPS = {
    "properties": partial(read_tests, check="random tables from hypothesis", unit="examples"),
    "kills": partial(read_tests, check="processes killed while saving a sampler", unit="repetitions"),
    "soak": partial(read_tests, check="fits in one process", unit="repetitions"),
    "dask": partial(read_tests, check="rows resampled by workers of 1 GiB each", unit="repetitions"),
    "batteries": partial(read_tests, check="estimator checks with default candidate classifiers"),
    "mutation": read_mutants,
    "highest": read_coverage,
    "lowest": partial(read_tests, check="tests with the lowest versions"),
    "bandit": read_bandit,
    "pip-audit": read_audit,
}


def main(step, code, seconds):
    """Replace the rows of a step and the versions. Return 1 if the step has failed."""
    try:
        results = STEPS[step](REPORTS / step, int(code))
    except (OSError, LookupError, ValueError, ElementTree.ParseError) as error:
        results = [judge("step without a readable report", 0, 1, type(error).__name__)]
    intro, rule, table = PAGE.read_text().partition(f"|{' --- |' * 8}\n")
    rows = [f"| {step} | {' | '.join(result)} | {int(seconds):,} | {date.today()} |" for result in results]
    rows += [line for line in table.splitlines() if line.startswith("| ") and not line.startswith(f"| {step} |")]
    rows.sort(key=lambda row: list(STEPS).index(row.split()[1]))
    versions = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in PACKAGES)]
    end = f"Last run: {date.today()}, with {', '.join(versions)}."
    PAGE.write_text(intro + rule + "\n".join([*rows, "", end, ""]))
    return int(any("**failed**" in result for result in results))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
