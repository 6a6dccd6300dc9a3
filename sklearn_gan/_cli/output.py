"""Output of tables to files and to the standard output, in the format of the destination."""

import gzip
from contextlib import contextmanager
from io import BytesIO

from sklearn_gan._cli.formats import PARQUET, STANDARD_STREAM, format_of, is_compressed
from sklearn_gan._cli.messages import STANDARD_OUTPUT, standard_output
from sklearn_gan._runtime.files import replacing


def check_output(table, out):
    """Raise if a table cannot be written to `out`, before time is spent on training."""
    if output_format(table, out) == PARQUET:
        from sklearn_gan._cli.parquet_file import import_parquet

        import_parquet(name_of(out))
        if out == STANDARD_STREAM:
            _check_no_terminal()
    else:
        table.check_text()


def output_format(table, out):
    """Return the format to write a table in: that of the input for the standard output."""
    return table.format if out == STANDARD_STREAM else format_of(out)


def name_of(out):
    """Return the name of the output in messages."""
    return STANDARD_OUTPUT if out == STANDARD_STREAM else str(out)


def write_table(table, out, file, X, labels):
    """Write the rows of a table, followed by synthetic rows, to an open file."""
    to_format = output_format(table, out)
    if to_format == table.format:
        table.write(file, X, labels)
    elif to_format == PARQUET:
        from sklearn_gan._cli.parquet_file import write_parquet

        write_parquet(table.to_arrow(X, labels), file)
    else:
        from sklearn_gan._cli.arrow_text import write_text

        write_text(table.to_arrow(X, labels), file)


@contextmanager
def open_output(out):
    """Open the output for writing. Nothing is written unless the block ends without an error."""
    if out == STANDARD_STREAM:
        content = BytesIO()
        yield content
        with standard_output() as stream:
            stream.buffer.write(content.getbuffer())
    elif is_compressed(out):
        with replacing(out) as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as compressed:
            yield compressed
    else:
        with replacing(out) as file:
            yield file


def _check_no_terminal():
    with standard_output() as stream:
        is_terminal = stream.isatty()
    if is_terminal:
        raise ValueError(
            "expected a file or a pipe as the standard output for Parquet, which is no text, got a terminal; redirect "
            "it, or pass a file as --out"
        )
