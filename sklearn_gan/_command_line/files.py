"""Where a table comes from and goes to: paths, checked before all work, and files that appear whole or not at all."""

import os
from contextlib import contextmanager, suppress

from sklearn_gan._command_line.parquet_table import ParquetTable
from sklearn_gan._command_line.text_table import CsvTable

KINDS = {
    ".csv": CsvTable,
    ".tsv": CsvTable,
    ".txt": CsvTable,
    ".parquet": ParquetTable,
    ".pq": ParquetTable,
}


def check_paths(source, out, force):
    """Refuse what could not be read or written, before minutes are spent on it."""
    for path in (source, out):
        if path.suffix.lower() not in KINDS:
            raise ValueError(f"{path}: expected a name that ends in {', '.join(KINDS)}; take a file of such a kind")
    if KINDS[source.suffix.lower()] is not KINDS[out.suffix.lower()]:
        raise ValueError(f"{out}: expected a file of the same kind as {source}; convert it afterwards")
    if not source.is_file():
        raise ValueError(f"{source}: there is no such file; look at its name and its folder")
    if not out.parent.is_dir():
        raise ValueError(f"{out}: there is no folder {out.parent}; make it first")
    if out.exists():
        _check_replaceable(source, out, force)
    _check_folder(out)


def _check_replaceable(source, out, force):
    if out.samefile(source):
        raise ValueError(f"{out}: is the input itself; name another file")
    if not out.is_file():
        raise ValueError(f"{out}: is no file that could be written; name another one")
    _check_unclaimed(out, force)
    out.open("r+b").close()  # says whether another program holds it, or whether it is protected


def _check_folder(out):
    """Put a file beside `out`, as `written_whole` does, and take it away: no permission tells all that may hinder."""
    partial = _partial(out)
    try:
        partial.open("xb").close()
        partial.unlink()
    except OSError as error:
        raise ValueError(f"{out}: cannot be written into this folder ({error.strerror}); name another one") from error


def _partial(out):
    return out.with_name(f".{out.name}.{os.getpid()}.part")


def _check_unclaimed(out, force):
    if out.exists() and not force:
        raise ValueError(f"{out}: there is such a file already; pass --force to overwrite it, or name another one")


def open_table(path, delimiter=None):
    """Read the table in a file."""
    kind = KINDS[path.suffix.lower()]
    if kind is CsvTable:
        return CsvTable(path, delimiter)
    if delimiter is not None:
        raise ValueError(f"{path}: --delimiter is for text files; leave it out")
    return kind(path)


@contextmanager
def written_whole(out, force):
    """Open a file beside `out` for writing, which takes its place when, and only if, all went well."""
    partial = _partial(out)
    try:
        with partial.open("xb") as file:
            yield file
        _check_unclaimed(out, force)  # another program may have been there in the meantime
        os.replace(partial, out)
    except OSError as error:
        if error.strerror:
            error.filename = str(out)  # the user knows of no other file
        raise
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
