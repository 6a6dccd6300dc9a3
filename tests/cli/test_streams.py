"""Standard input, standard output and compressed files."""

import gzip
import io
import os
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from pyarrow import parquet

from sklearn_gan.__main__ import main
from sklearn_gan._cli.messages import say, standard_output

pytestmark = pytest.mark.usefixtures("quick_selection", "labelled")
OPTIONS = ["--target", "fraud", "--max-steps", "2", "--random-state", "0"]
FILES = ["in.csv", "in.parquet"]


@pytest.fixture
def feed(monkeypatch):
    """Return a function that makes the content of a file the standard input."""

    def feed(name):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(name).read_bytes())))

    return feed


def written(name, *options):
    """Return the bytes that `balance` writes to a file."""
    out = Path("out").with_suffix(Path(name).suffix)
    assert main(["balance", name, "--out", str(out), "--quiet", "--force", *OPTIONS, *options]) == 0
    return out.read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_standard_input_is_read_like_a_file(name, feed, capsys):
    expected = written(name)
    feed(name)
    out = f"piped{Path(name).suffix}"
    assert main(["balance", "-", "--out", out, *OPTIONS]) == 0
    assert Path(out).read_bytes() == expected
    assert capsys.readouterr().err.startswith("standard input: 25 rows. Numeric: a, b.")


@pytest.mark.parametrize("name", FILES)
def test_standard_output_has_the_format_of_the_input_and_no_messages(name, capsysbinary):
    expected = written(name)
    assert main(["balance", name, "--out", "-", *OPTIONS]) == 0
    shown = capsysbinary.readouterr()
    assert shown.out == expected
    assert b"standard output: 25 original rows, then 15 synthetic rows" in shown.err


@pytest.mark.parametrize("name", FILES)
def test_pipe_has_the_format_of_its_input(name, feed, capsysbinary):
    expected = written(name)
    feed(name)
    assert main(["balance", "-", "--out", "-", "--quiet", *OPTIONS]) == 0
    assert capsysbinary.readouterr() == (expected, b"")


def test_compressed_text_is_read_and_written():
    expected = written("in.csv")
    Path("packed.csv.gz").write_bytes(gzip.compress(Path("in.csv").read_bytes()))
    assert main(["balance", "packed.csv.gz", "--out", "out.CSV.GZ", *OPTIONS]) == 0
    content = Path("out.CSV.GZ").read_bytes()
    assert gzip.decompress(content) == expected
    assert main(["balance", "packed.csv.gz", "--out", "again.csv.gz", *OPTIONS]) == 0
    assert Path("again.csv.gz").read_bytes() == content


def test_compressed_input_is_uncompressed_in_standard_output(feed, capsysbinary):
    expected = written("in.csv")
    Path("packed.csv.gz").write_bytes(gzip.compress(Path("in.csv").read_bytes()))
    feed("packed.csv.gz")
    for name in ("packed.csv.gz", "-"):
        assert main(["balance", name, "--out", "-", *OPTIONS]) == 0
        assert capsysbinary.readouterr().out == expected


def test_parquet_is_not_written_to_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["balance", "in.parquet", "--out", "-", *OPTIONS]) == 1
    assert "got a terminal; redirect it" in capsys.readouterr().err
    assert main(["balance", "in.csv", "--out", "-", *OPTIONS]) == 0


def test_nothing_is_printed_if_writing_fails(monkeypatch, capsys):
    def fail(self, file, X, labels):
        file.write(b"half of")
        raise ValueError("no rows")

    monkeypatch.setattr("sklearn_gan._cli.text_table.CsvTable.write", fail)
    assert main(["balance", "in.csv", "--out", "-", "--quiet", *OPTIONS]) == 1
    assert capsys.readouterr() == ("", "error: no rows\n")


def test_closed_pipe_ends_the_command_without_a_message(monkeypatch, capsys):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:  # closing it writes nothing more, which would raise again
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(["balance", "in.csv", "--out", "-", "--quiet", *OPTIONS]) == 141
    assert capsys.readouterr().err == ""


def raises(error):
    def fail(*args):
        raise error

    return SimpleNamespace(write=fail, flush=fail, isatty=lambda: False, fileno=fail)


def test_message_that_nobody_reads_is_no_error(monkeypatch):
    monkeypatch.setattr(sys, "stderr", raises(BrokenPipeError(32, "Broken pipe")))
    say("warning: nobody reads this")


def test_errors_of_the_standard_output_name_it(monkeypatch):
    monkeypatch.setattr(sys, "stdout", raises(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left on device: 'standard output'"), standard_output() as stream:
        stream.write("rows")


def test_mark_and_parquet_work_in_a_pipe(feed, capsysbinary):
    feed("in.parquet")
    assert main(["balance", "-", "--out", "-", "--mark", "new", *OPTIONS]) == 0
    table = parquet.read_table(io.BytesIO(capsysbinary.readouterr().out))
    assert table["new"].to_pylist() == [False] * 25 + [True] * 15


@pytest.mark.parametrize("options", [[], ["--quiet"]])
def test_progress_is_shown_in_lines_without_a_terminal_unless_quiet(options, monkeypatch, capsys):
    monkeypatch.setattr("sklearn_gan._runtime.progress_lines.INTERVAL", 0.001)
    call = ["balance", "in.csv", "--out", "out.csv", "--target", "fraud", "--max-steps", "100"]
    assert main([*call, *options]) == 0
    shown = capsys.readouterr().err
    assert bool(re.search(r"^fitting: \d+ of 100 steps$", shown, flags=re.MULTILINE)) != bool(options)
    assert "\r" not in shown and (shown or options)
