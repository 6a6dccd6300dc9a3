"""The steps of `python -m stress`: each function returns its Results."""

import json
import shutil
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from stress import soak
from stress.commands import ROOT, run, run_pytest, show
from stress.records import Result

N_KILLS = 100
N_FITS = 500
MOST_GROWTH = 1.05
FEWEST_KILLED = 0.85
FEWEST_BRANCHES = 0.95
KILLED = ("killed", "timeout", "segfault")


def try_tables():
    """Any table at all goes through, or is refused with a reason."""
    found = run_pytest(
        "tests/estimators/test_hostile_tables.py", "--hypothesis-profile=nightly", "--hypothesis-show-statistics"
    )
    passed = found.passed and found.examples > 0
    return [Result("tables that hypothesis makes up", found.examples, found.failures, passed)]


def try_kills():
    """A process that is killed while it saves leaves the old file or the new one, never half of one."""
    found = run_pytest("tests/persistence/test_saving_hostile.py", "-k", "killed", N_KILLS=str(N_KILLS))
    times = found.repetitions or found.tests
    return [Result("kill -9 while a sampler is saved", times, found.failures, found.passed)]


def look_for_leaks():
    """The process of many fits ends with the memory, threads and files that it had after the first round."""
    first, *_, last = _soak_in_a_process()
    growth = last.memory / first.memory
    more = sum(after > before for after, before in zip(last[1:], first[1:], strict=True))
    failures = more + (growth > MOST_GROWTH)
    figure = (
        f"{first.memory / 2**20:.0f} MiB after fit {soak.N_TABLES}, {last.memory / 2**20:.0f} at the end "
        f"({growth - 1:+.1%}, at most {MOST_GROWTH - 1:+.0%}); threads {first.threads} and {last.threads}, "
        f"files {first.files} and {last.files}"
    )
    return [Result("fits in one process", N_FITS, failures, not failures, figure)]


def _soak_in_a_process():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(soak.run, N_FITS // soak.N_TABLES).result()


def try_mutants():
    """A line of the package that is changed makes a test fail."""
    shutil.rmtree(ROOT / "mutants", ignore_errors=True)  # what mutmut keeps there would hide that tests have changed
    # it forks, which the threads of torch would not survive
    show(sys.executable, "-m", "mutmut", "run", "--max-children", "2", OMP_NUM_THREADS="1")
    _, text = run(sys.executable, "-m", "mutmut", "results", "--all", "true")
    mutants = [line.split(": ") for line in text.splitlines() if "__mutmut_" in line]
    outcomes = Counter((name.split(".")[1], outcome in KILLED) for name, outcome in mutants)
    files = sorted({file for file, _ in outcomes})
    rows = [(f"mutants of {file}.py", outcomes[file, True], outcomes[file, False]) for file in files]
    total = ("mutants in all", *(sum(outcomes[file, killed] for file in files) for killed in (True, False)))
    return [_of_mutants(*row) for row in (*rows, total)]


def _of_mutants(tried, n_killed, n_left):
    share = n_killed / max(1, n_killed + n_left)
    figure = f"{share:.1%} killed, at least {FEWEST_KILLED:.0%}"
    return Result(tried, n_killed + n_left, n_left, share >= FEWEST_KILLED, figure)


def run_highest():
    """All tests pass with the versions of constraints.txt, and take the branches of the package."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage = ("--cov=sklearn_gan", "--cov-branch", f"--cov-report=json:{report}", "--cov-report=term-missing")
        found = run_pytest("-n", "2", *coverage)
        if not report.exists():
            return [_of_tests("highest", found)]
        totals = json.loads(report.read_text())["totals"]
    share = totals["covered_branches"] / totals["num_branches"]
    figure = f"{share:.1%} taken, at least {FEWEST_BRANCHES:.0%}"
    branches = Result("branches", totals["num_branches"], totals["missing_branches"], share >= FEWEST_BRANCHES, figure)
    return [_of_tests("highest", found), branches]


def _of_tests(versions, found):
    return Result(
        f"tests with the {versions} versions", found.tests, found.failures, found.passed, f"{found.skipped} skipped"
    )


def run_lowest():
    """All tests pass with the lowest versions that pyproject.toml allows."""
    folder, constraints = ROOT / ".venv-lowest", ROOT / "constraints-lowest.txt"
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "venv", folder)
    install = (python, "-m", "pip", "install", "--quiet", "--constraint", constraints, "--editable", ".[test]")
    code, _ = run(*install, PIP_CONSTRAINT=str(constraints))
    if code:
        return [Result("tests with the lowest versions", 0, 1, False, "not installed")]
    return [_of_tests("lowest", run_pytest("-n", "2", python=python))]


def scan_code():
    """Bandit finds nothing unsafe in the code."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "bandit.json"
        run(sys.executable, "-m", "bandit", "--recursive", "sklearn_gan", "benchmarks", "-f", "json", "-o", report)
        found = json.loads(report.read_text())
    n_lines, n_issues = found["metrics"]["_totals"]["loc"], len(found["results"]) + len(found["errors"])
    figure = f"{found['metrics']['_totals']['nosec']} passed over"
    return [Result("lines of code, by bandit", n_lines, n_issues, not n_issues, figure)]


def audit_packages():
    """pip-audit knows of no weakness of the packages that are pinned."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "audit.json"
        options = ("--requirement", "constraints.txt", "--no-deps", "--disable-pip", "-f", "json", "-o", report)
        run(sys.executable, "-m", "pip_audit", *options)
        found = json.loads(report.read_text())["dependencies"] if report.exists() else []
    audited = [package for package in found if "skip_reason" not in package]
    if not audited:
        return [Result("pinned packages, by pip-audit", 0, 0, None, "its service is unreachable")]
    weak = [package["name"] for package in audited if package["vulns"]]
    figure = ", ".join(weak) or f"{len(found) - len(audited)} unknown to the service"
    return [Result("pinned packages, by pip-audit", len(audited), len(weak), not weak, figure)]


STEPS = {
    "properties": try_tables,
    "kills": try_kills,
    "soak": look_for_leaks,
    "mutation": try_mutants,
    "highest": run_highest,
    "lowest": run_lowest,
    "bandit": scan_code,
    "pip-audit": audit_packages,
}
