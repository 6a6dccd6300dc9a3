"""The files of the command line: paths, checked before any work, and the tables in them."""

from sklearn_gan._cli.parquet_table import ParquetTable
from sklearn_gan._cli.text_table import CsvTable
from sklearn_gan._runtime.files import temporary_path

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
    check_unclaimed(out, force)
    out.open("r+b").close()  # says whether another program holds it, or whether it is protected


def _check_folder(out):
    """Write an empty file beside `out` and remove it: permissions alone do not say whether that is possible."""
    probe = temporary_path(out)
    try:
        probe.open("xb").close()
        probe.unlink()
    except OSError as error:
        raise ValueError(f"{out}: cannot be written into this folder ({error.strerror}); name another one") from error


def check_unclaimed(out, force):
    """Refuse a file that is there already, unless it may be overwritten."""
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
