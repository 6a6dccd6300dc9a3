"""The report of `make stress`: verdicts, and rows of steps that are not run."""

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
    """Return a function that runs the report of a step, and returns its exit code and the cells of its rows."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(report, "PACKAGES", ("pytest",))
    report.PAGE.parent.mkdir()
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


def test_new_rows_replace_those_of_their_step_and_others_stay(run):
    code, rows = run("bandit", bandit_json=bandit())
    assert code == 0 and rows == [["lines of code, by bandit", "12,345", "0", "0 ignored", "passed"]]
    lines, before = report.PAGE.read_text().splitlines(), PAGE.splitlines()
    assert lines[:5] == before[:5] and len(lines) == len(before)
    assert f"pytest {pytest.__version__}" in lines[-1]


def test_a_finding_or_an_empty_or_missing_report_fails(run):
    assert run("bandit", bandit_json=bandit("a finding"))[0] == 1
    assert run("mutation", mutants_txt="")[0] == 1
    assert run("lowest") == (1, [["step without a readable report", "0", "1", "FileNotFoundError", "**failed**"]])


def test_an_unavailable_service_is_neither_passed_nor_failed(run):
    code, rows = run("pip-audit", code=1)
    assert code == 0 and rows == [["pinned packages, by pip-audit", "-", "-", "service unavailable", "not run"]]


def test_mutants_are_judged_by_module(run):
    outcomes = {"a.xǁCǁf__mutmut_1": "killed", "a.xǁCǁf__mutmut_2": "timeout", "b.x_g__mutmut_1": "survived"}
    code, rows = run("mutation", mutants_txt="".join(f"    {name}: {outcome}\n" for name, outcome in outcomes.items()))
    assert code == 1 and [[*row[:3], row[4]] for row in rows] == [
        ["mutants of a", "2", "0", "passed"],
        ["mutants of b", "1", "1", "**failed**"],
        ["mutants of all modules", "3", "1", "**failed**"],
    ]


@pytest.mark.parametrize("missing, verdict", [(5, "passed"), (6, "**failed**")])
def test_branches_have_a_lowest_share(run, missing, verdict):
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
