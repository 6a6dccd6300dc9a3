"""All that the package says of errors is listed in tests, word for word, and says what to do.

The lists are the tables `TEXTS` of the files beside this one. What scikit-learn says of a parameter out of its range,
or of an estimator that is not fitted, and argparse of an option that it does not know, are their own messages.
"""

import ast
import re
import runpy
from functools import cache
from pathlib import Path

import pytest

import sklearn_gan

PACKAGE = Path(sklearn_gan.__file__).parent
TEXTS = {
    f"{path.stem}: {name}": text
    for path in sorted(Path(__file__).parent.glob("test_messages_*.py"))
    for name, text in runpy.run_path(str(path))["TEXTS"].items()
}
SPEAKERS = {"warn", "warn_caller", "_say", "print", "exit", "error"}
# These have no words of their own: they hand on those of others, or what no user sees.
HANDED_ON = {
    ast.unparse(ast.parse(line))
    for line in (
        "warnings.warn(message, category, stacklevel=stacklevel)",
        "command.error(str(error))",
        "self.exit(USAGE_ERROR, f'error: {message}; see {self.prog} --help\\n')",
        "_say(f'error: {_in_options(error)}')",
        "_say(f'warning: {_in_options(message)}')",
        "print(line, file=sys.stderr)",
        "sys.exit(main())",
        "raise",
        "raise _Interrupted",
        "raise _StoppedByCallback from stop",
        "raise Diverged",
        "raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))",
        "raise RepeatedNameError(repeated)",
        "raise interruptions[0]",
        "raise interruptions[0] from None",
    )
}
AROUND = r"(?:(?:error|warning): )?(?:argument [\w-]+: )?{}(?:; see .* --help)?"  # what the command line adds
IMPERATIVES = re.compile(
    "(add|ask|choose|collect|convert|delete|derive|drop|empty|enable|fill|fit|install|leave|let|look|lower|make|mend|name|"
    r"pass|put|raise|rename|replace|save|see|set|take|use|write)\b",
    re.IGNORECASE,
)
REQUESTED = "test_messages_command_line: interrupted"  # by the user, who knows what to do


def name_of(call):
    return getattr(call.func, "attr", getattr(call.func, "id", None))


def is_text(node):
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def template_of(node):
    """Return a pattern of a text, in which anything may stand for what is filled in."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".*" for part in parts)


def messages_in(source):
    """Yield the line and the template of each message; where none can be read, the statement."""
    for node in ast.walk(ast.parse(source)):
        is_call = isinstance(node, ast.Call) and name_of(node) in SPEAKERS
        if not (is_call or isinstance(node, ast.Raise | ast.Assert)) or ast.unparse(node) in HANDED_ON:
            continue
        call = node if is_call else getattr(node, "exc", None)
        text = next(filter(is_text, getattr(call, "args", ())), None)
        yield node.lineno, template_of(text) if text else re.escape(f"unread: {ast.unparse(node)}")


@cache
def templates():
    """Return where each message is raised, and its template."""
    return {
        f"{path.relative_to(PACKAGE)}:{line}": re.compile(AROUND.format(f"(?:{template})"), re.DOTALL)
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, template in messages_in(path.read_text(encoding="utf-8"))
    }


def test_every_message_is_listed():
    unlisted = {
        place: template.pattern
        for place, template in templates().items()
        if not any(map(template.fullmatch, TEXTS.values()))
    }
    assert not unlisted
    assert len(templates()) > 80


def test_every_listed_text_is_one_of_the_package():
    assert not [
        name for name, text in TEXTS.items() if not any(template.fullmatch(text) for template in templates().values())
    ]


@pytest.mark.parametrize("name", sorted(TEXTS.keys() - {REQUESTED}))
def test_every_message_ends_with_what_to_do(name):
    assert IMPERATIVES.match(re.split(r"[.;?] ", TEXTS[name])[-1])


@pytest.mark.parametrize(
    "statement, template",
    [
        ("raise ValueError(f'got {x!r}; pass ' 'y')", r"got\ .*;\ pass\ y"),
        ("raise ValueError(message)", r"unread:\ raise\ ValueError\(message\)"),
        ("raise error", r"unread:\ raise\ error"),
        ("warnings.warn('a', UserWarning)", "a"),
        ("_say('a')", "a"),
        ("assert x, 'a'", r"unread:\ assert\ x,\ 'a'"),
    ],
)
def test_messages_are_found(statement, template):
    assert list(messages_in(statement)) == [(1, template)]


def test_what_is_handed_on_is_in_the_package():
    sources = [ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")]
    nodes = [node for tree in sources for node in ast.walk(tree) if isinstance(node, ast.Call | ast.Raise)]
    assert set(map(ast.unparse, nodes)) >= HANDED_ON
