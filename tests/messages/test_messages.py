"""Each message of the package is provoked by a case; it says what was expected, what was found and what to do.

A `raise` statement with arguments and a call that warns or prints give a message. A `raise` of a caught error, or of an
internal class without arguments, gives none. Errors of the operating system keep their own words.
"""

import ast
import builtins
import re
from functools import cache
from pathlib import Path

import pytest

import sklearn_gan

from . import command_line_cases, python_cases
from .recording import record

PACKAGE = Path(sklearn_gan.__file__).parent
CASES = {f"Python: {name}": case for name, case in python_cases.CASES.items()}
CASES |= {f"command line: {name}": case for name, case in command_line_cases.CASES.items()}
SPEAKERS = {"warn", "warn_caller", "_say", "print", "error", "exit"}
FOUND = re.compile(r"\b(got|found|passed|not)\b")
IMPERATIVE = re.compile(
    r"((to|for|if|when|otherwise|instead)\b[^,]*, )?"
    r"(?!(to|for|if|when|otherwise|and|or|but|not|no|in|on|at|of|with|as|so|because)\b)"
    r"(?!(a|an|the|its?|this|that|these|those|they|there|you|we|all|some|more)\b)"
    r"(?!\w+ (is|are|was|were|has|have|had|must|can|cannot|should|will|may)\b)"  # its first word is no subject
    r"(?!\w*([^s]s|ed|ing)\b)[a-z]+ \S",  # nor a plural, a participle or a verb in the third person
    re.IGNORECASE,
)


def name_of(node):
    node = getattr(node, "func", node)
    return getattr(node, "attr", getattr(node, "id", None))


def gives_message(node):
    if isinstance(node, ast.Raise):
        has_arguments = isinstance(node.exc, ast.Call) and node.exc.args + node.exc.keywords
        return bool(has_arguments) or name_of(node.exc) in vars(builtins)
    return isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and name_of(node) in SPEAKERS)


def is_fixed(node):
    """Return whether a text has no part that is filled in."""
    call = node.exc if isinstance(node, ast.Raise) else node
    constants = (part for part in getattr(call, "args", ()) if isinstance(part, ast.Constant))
    return any(isinstance(constant.value, str) for constant in constants)


@cache
def statements():
    """Return the (file, line) pairs of each statement that gives a message, and whether its text is fixed."""
    return [
        (frozenset((str(path), line) for line in range(node.lineno, node.end_lineno + 1)), is_fixed(node))
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if gives_message(node)
    ]


def lacks(text, is_fixed):
    """Return which of its three parts a message lacks: expected, found, to do."""
    *problem, to_do = re.split(r"[.;?] ", text.removeprefix("error: ").removeprefix("warning: "))
    problem = ". ".join(problem)
    has = {
        "expected": len(problem.split()) > 3,
        "found": not is_fixed or FOUND.search(problem),
        "to do": IMPERATIVE.match(to_do),
    }
    return [part for part, is_there in has.items() if not is_there]


def shows(text, value):
    """Return whether a value is in the text, and not only inside a longer word or number."""
    return re.search(rf"(?<!\w){re.escape(str(value))}(?!\w)", text) is not None


def test_every_message_is_provoked():
    provoked = {place for case in CASES.values() for message in record(case.provoke)[0] for place in message.places}
    assert not [min(places) for places, _ in statements() if places.isdisjoint(provoked)]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_message_says_what_was_expected_what_was_found_and_what_to_do(case):
    messages, code = record(case.provoke)
    for text, kind, provoked in messages:
        fixed = [is_fixed for places, is_fixed in statements() if not places.isdisjoint(provoked)]
        if fixed and not issubclass(kind, OSError) and code != command_line_cases.INTERRUPTED:
            assert not lacks(text, any(fixed)), text


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_message_has_its_type_and_shows_its_values(case):
    texts = [message.text for message in record(case.provoke)[0] if issubclass(message.kind, case.kind)]
    assert any(all(shows(text, value) for value in case.shown) for text in texts), texts


@pytest.mark.parametrize("case", command_line_cases.CASES.values(), ids=command_line_cases.CASES)
def test_command_prints_one_line_and_returns_its_exit_code(case):
    (message,), code = record(case.provoke)
    assert len(message.text.splitlines()) == 1
    assert code == case.code


@pytest.mark.parametrize(
    "text, part",
    [
        ("Expected at least 2 rows, got 1.", "to do"),
        ("Expected at least 2 rows, got 1. The table is refused.", "to do"),
        ("Expected at least 2 rows, got 1. Rows must be added.", "to do"),
        ("Expected at least 2 rows, got 1. Training failed.", "to do"),
        ("Expected at least 2 rows, got 1. If this repeats, the table is too small.", "to do"),
        ("Expected at least 2 rows. Pass more rows.", "found"),
        ("got 1; pass more rows", "expected"),
    ],
)
def test_part_that_a_message_lacks_is_found(text, part):
    assert part in lacks(text, is_fixed=True)


def test_statements_that_give_messages_are_found():
    with_message = ["raise ValueError(text) from error", "raise ValueError", "warn('a')", "assert x"]
    without = ["raise", "raise error", "raise Diverged from error", "warned(x)"]
    tree = ast.parse("\n".join(with_message + without))
    assert {node.lineno for node in ast.walk(tree) if gives_message(node)} == {1, 2, 3, 4}
