"""The command around the long forms of the tests: what it counts, keeps and says."""

import sys

import pytest

from stress import __main__ as command
from stress import commands, records, steps
from stress.records import Result

FINE, BROKEN = Result("tables", 2_500, 0, True), Result("kills", 100, 3, False, "3 files broken")
UNREACHABLE = Result("packages", 0, 0, None)


@pytest.fixture
def stress(tmp_path, monkeypatch):
    """Return the command, with steps that are known and an empty folder of records."""
    monkeypatch.setattr(records, "FOLDER", tmp_path / "records")
    monkeypatch.setattr(records, "PAGE", tmp_path / "stress.md")
    monkeypatch.setattr(command, "STEPS", {"fine": lambda: [FINE], "broken": lambda: [BROKEN], "lost": lambda: 1 / 0})
    for name, step in command.STEPS.items():
        step.__doc__ = f"All is {name}."
    return command.main


def test_steps_are_run_in_turn_and_one_that_breaks_down_has_failed(stress, capsys):
    assert stress([]) == 1
    rows = [line for line in records.PAGE.read_text().splitlines() if line.startswith("| ")][2:]
    assert [row.split(" | ")[:4] + row.split(" | ")[5:6] for row in rows] == [
        ["| fine", "tables", "2,500", "0", "passed"],
        ["| broken", "kills", "100", "3", "**failed**"],
        ["| lost", "All is lost.", "0", "1", "**failed**"],
    ]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_exit_code_is_of_the_steps_that_were_run_and_rows_of_others_stay(stress):
    assert stress(["broken"]) == 1
    assert stress(["fine"]) == 0
    assert "| fine |" in records.PAGE.read_text() and "3 files broken" in records.PAGE.read_text()


def test_what_could_not_be_run_has_neither_passed_nor_failed(stress, monkeypatch):
    monkeypatch.setitem(command.STEPS, "fine", lambda: [UNREACHABLE])
    monkeypatch.setattr(command.STEPS["fine"], "__doc__", "")
    assert stress(["fine"]) == 0
    page = records.PAGE.read_text()
    assert "| - | - |" in page and "not run" in page and "passed" not in page


def test_unknown_steps_are_refused(stress, capsys):
    with pytest.raises(SystemExit):
        stress(["walk"])
    assert "invalid choice: 'walk'" in capsys.readouterr().err


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


def run_pytest(path, *arguments):
    return commands.run_pytest(path, "--noconftest", "-p", "no:cacheprovider", f"--rootdir={path.parent}", *arguments)


def test_tests_failures_examples_and_repetitions_are_counted(tmp_path):
    path = tmp_path / "test_it.py"
    path.write_text(TESTS)
    found = run_pytest(path, "--hypothesis-show-statistics", "--strict-markers", "-W", "error")
    assert found == commands.Tested(5, failures=1, skipped=1, examples=37, repetitions=5, passed=False)
    assert run_pytest(path, "-k", "repeats") == commands.Tested(2, 0, 0, examples=0, repetitions=5, passed=True)


def test_tests_that_are_not_there_have_failed(tmp_path):
    assert run_pytest(tmp_path / "test_none.py") == commands.Tested(0, 1, 0, 0, 0, passed=False)


def test_output_of_a_command_is_shown_and_returned(capsys):
    script = "import os, sys; print(os.environ['WORD']); sys.exit(3)"
    assert commands.run(sys.executable, "-c", script, WORD="spoken") == (3, "spoken\n")
    assert "spoken\n" in capsys.readouterr().out


@pytest.mark.parametrize("end, failures", [({}, 0), ({"memory": 106}, 1), ({"files": 7, "threads": 4}, 2)])
def test_growth_of_what_a_process_holds_fails(monkeypatch, end, failures):
    first = steps.soak.Held(memory=100, threads=3, files=6, samplers=0, modules=0)
    monkeypatch.setattr(steps, "_soak_in_a_process", lambda: [first, first._replace(memory=300), first._replace(**end)])
    (result,) = steps.look_for_leaks()
    assert result.failures == failures and result.passed == (not failures)


def test_mutants_are_counted_by_file(monkeypatch):
    listed = {"_a.x_f__mutmut_1": "killed", "_a.x_f__mutmut_2": "timeout", "_b.x_g__mutmut_1": "survived"}
    text = "".join(f"    sklearn_gan.{name}: {outcome}\n" for name, outcome in listed.items())
    monkeypatch.setattr(steps, "show", lambda *command, **environment: None)
    monkeypatch.setattr(steps, "run", lambda *command: (0, f"a line\n{text}"))
    monkeypatch.setattr(steps.shutil, "rmtree", lambda *args, **kwargs: None)
    found = [(result.tried, result.times, result.failures, result.passed) for result in steps.try_mutants()]
    assert found == [
        ("mutants of _a.py", 2, 0, True),
        ("mutants of _b.py", 1, 1, False),
        ("mutants in all", 3, 1, False),
    ]
