"""The report of `make stress`."""

import json
import subprocess
import sys

import pytest

from stress import report

PAGE = f"""# Stress tests

| step |
|{" --- |" * 8}
| soak | fits | 500 | 0 | 510 MiB | passed | 107 | 2026-11-22 |
| bandit | lines | 9 | 0 |  | passed | 4 | 2026-11-22 |

Last run: 2026-11-22, with Python 3.
"""
TESTS = """
import pytest
from hypothesis import given, settings, strategies as st

@settings(max_examples=37, database=None)
@given(st.integers())
def test_examples(number):
    pass

@pytest.mark.parametrize("n", [2, 3])
def test_repeats(record_property, n):
    record_property("repetitions", n)

def test_skips():
    pytest.skip("a reason")

def test_fails():
    assert False
"""


def bandit(*findings):
    return json.dumps({"metrics": {"_totals": {"loc": 12_345, "nosec": 0}}, "results": findings, "errors": []})


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that reports on a step, and returns the exit code and the values of the rows of the step."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(report, "PACKAGES", ("pytest",))
    report.PAGE.parent.mkdir(parents=True)
    report.PAGE.write_text(PAGE)

    def run(step, code=0, **files):
        folder = report.REPORTS / step
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name.replace("_", ".")).write_text(content)
        exit_code = report.main(step, code, "5")
        lines = report.PAGE.read_text().splitlines()
        return exit_code, [line.split(" | ")[1:-2] for line in lines if line.startswith(f"| {step} |")]

    return run


def test_new_rows_replace_only_the_rows_of_their_step(run):
    code, rows = run("bandit", bandit_json=bandit())
    assert code == 0 and rows == [["lines of code, by bandit", "12,345", "0", "0 ignored", "passed"]]
    lines, before = report.PAGE.read_text().splitlines(), PAGE.splitlines()
    assert lines[:5] == before[:5] and len(lines) == len(before)
    assert f"pytest {pytest.__version__}" in lines[-1]


def test_findings_and_empty_or_missing_reports_fail(run):
    assert run("bandit", bandit_json=bandit("a finding"))[0] == 1
    assert run("mutation", mutants_txt="")[0] == 1
    assert run("lowest") == (1, [["step without a readable report", "0", "1", "FileNotFoundError", "**failed**"]])


def test_unavailable_service_is_reported_as_not_run(run):
    code, rows = run("pip-audit", code=1)
    assert code == 0 and rows == [["pinned packages, by pip-audit", "-", "-", "service unavailable", "not run"]]


def test_mutation_results_are_reported_by_module(run):
    outcomes = {"a.xǁCǁf__mutmut_1": "killed", "a.xǁCǁf__mutmut_2": "timeout", "b.x_g__mutmut_1": "survived"}
    code, rows = run("mutation", mutants_txt="".join(f"    {name}: {outcome}\n" for name, outcome in outcomes.items()))
    assert code == 1 and [[*row[:3], row[4]] for row in rows] == [
        ["mutants of a", "2", "0", "passed"],
        ["mutants of b", "1", "1", "**failed**"],
        ["mutants of all modules", "3", "1", "**failed**"],
    ]


@pytest.mark.parametrize("missing, verdict", [(5, "passed"), (6, "**failed**")])
def test_branch_coverage_has_a_minimum(run, missing, verdict):
    totals = {"num_branches": 100, "missing_branches": missing}
    xml = "<testsuites><testsuite tests='3' skipped='1'/></testsuites>"
    _, rows = run("highest", coverage_json=json.dumps({"totals": totals}), tests_xml=xml)
    assert rows[0][1:] == ["3", "0", "1 skipped", "passed"] and rows[1][-1] == verdict


def test_tests_examples_and_repetitions_are_counted(tmp_path):
    (tmp_path / "test_it.py").write_text(TESTS)
    options = ["--noconftest", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", "-o", "junit_family=xunit1"]
    code = subprocess.call([sys.executable, "-m", "pytest", *options, f"--junitxml={tmp_path}/tests.xml", tmp_path])
    for unit, count in ("tests", "5"), ("examples", "37"), ("repetitions", "5"):
        assert report.read_tests(tmp_path, code, "all", unit) == [("all", count, "1", "1 skipped", "**failed**")]
