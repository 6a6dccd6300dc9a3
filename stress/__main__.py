"""Run the long forms of the tests, and write what came of them to docs/stress.md.

Steps that are not named keep the results of their last run. The exit code is 1 if something failed.
"""

import argparse
import sys
import time
import traceback

from stress import records
from stress.records import Result
from stress.steps import STEPS


def main(arguments=None):
    """Run the steps that are named, or all; print the table of what they found."""
    names = _parse(arguments).steps or list(STEPS)
    for name in names:
        print(f"\n{name}: {STEPS[name].__doc__}", flush=True)
        start = time.perf_counter()
        records.save(name, _run(STEPS[name]), time.perf_counter() - start)
        records.PAGE.write_text(records.page(records.load(STEPS)))
    found = records.load(names)
    print(f"\n{records.table(found)}")
    return int(any(result["passed"] is False for record in found for result in record["results"]))


def _run(step):
    """Return the results of a step; one that breaks down has failed, and those after it are run all the same."""
    try:
        return step()
    except Exception as error:
        traceback.print_exc()
        return [Result(step.__doc__, 0, 1, False, f"it broke down: {type(error).__name__}")]


def _parse(arguments):
    steps = "; ".join(f"{name}: {step.__doc__}" for name, step in STEPS.items())
    parser = argparse.ArgumentParser(prog="python -m stress", description=__doc__, epilog=steps)
    parser.add_argument("steps", nargs="*", choices=[[], *STEPS], metavar="step", help="default: all")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
