"""Other programs, run by the steps: their output is shown as it comes, and returned."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
EXAMPLES = re.compile(r"(\d+) passing(?: examples)?, (\d+) failing")  # of hypothesis' statistics


def run(*command, **environment):
    """Run a command in the repository; return its exit code and what it wrote."""
    print("$", *command, flush=True)
    lines = []
    with subprocess.Popen(
        [*map(str, command)],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    return process.returncode, "".join(lines)


def show(*command, **environment):
    """Run a command in the repository that draws its progress on the terminal."""
    print("$", *command, flush=True)
    subprocess.run([*map(str, command)], cwd=ROOT, env=os.environ | environment, check=False)


@dataclass(frozen=True)
class Tested:
    """What a run of pytest counted.

    Attributes
    ----------
    tests, failures, skipped : int
        Of the tests.
    examples : int
        Examples that hypothesis tried.
    repetitions : int
        What tests recorded as their property "repetitions".
    passed : bool
        Whether pytest found tests, and none of them failed.
    """

    tests: int
    failures: int
    skipped: int
    examples: int
    repetitions: int
    passed: bool


def run_pytest(*arguments, python=sys.executable, **environment):
    """Run tests; return what was counted."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        counting = f"--junitxml={report}", "--override-ini=junit_family=xunit1"  # which knows properties of tests
        code, text = run(python, "-m", "pytest", *counting, *arguments, **environment)
        suites = list(ElementTree.parse(report).iter("testsuite")) if report.exists() else []
    count = {name: sum(int(suite.get(name)) for suite in suites) for name in ("tests", "failures", "errors", "skipped")}
    properties = [node for suite in suites for node in suite.iter("property") if node.get("name") == "repetitions"]
    return Tested(
        tests=count["tests"],
        failures=max(count["failures"] + count["errors"], int(code != 0)),
        skipped=count["skipped"],
        examples=sum(int(passing) + int(failing) for passing, failing in EXAMPLES.findall(text)),
        repetitions=sum(int(node.get("value")) for node in properties),
        passed=code == 0,
    )
