"""Checks of paths before training."""

from sklearn_gan._cli.formats import FORMATS, STANDARD_STREAM, format_of
from sklearn_gan._page import check_page_support
from sklearn_gan._runtime.files import temporary_path

REPORTS = (".html", ".htm")


def check_paths(source, out, force):
    """Raise if a path cannot be read or written, before time is spent on training."""
    for path in (source, out):
        _check_kind(path)
    check_input(source)
    if out != STANDARD_STREAM:
        _check_destination(source, out, force)


def _check_destination(source, out, force):
    if not out.parent.is_dir():
        raise ValueError(f"{out}: there is no folder {out.parent}; create it first")
    if out.exists():
        _check_replaceable(source, out, force)
    _check_folder(out)


def check_report(report, source, force):
    """Raise if a report, which may be None, cannot be written, before time is spent on training."""
    if report is None:
        return
    if report.suffix.lower() not in REPORTS:
        raise ValueError(f"{report}: expected one of the extensions {', '.join(REPORTS)}; pass such a file as --report")
    _check_destination(source, report, force)
    try:
        check_page_support("--report")
    except ImportError as error:
        raise ValueError(str(error)) from error


def check_holdout(holdout, source, out):
    """Raise if there are no held-out rows to read, given a path that may be None."""
    if holdout is None:
        return
    check_input(holdout)
    if holdout == source or (holdout != STANDARD_STREAM != source and holdout.samefile(source)):
        raise ValueError(f"{holdout}: is the input too; pass rows that are not in INPUT as --holdout")
    if out.exists() and holdout.exists() and out.samefile(holdout):
        raise ValueError(f"{out}: is the file of --holdout; choose another output file")


def check_input(source):
    """Raise if there is no file to read."""
    _check_kind(source)
    if source != STANDARD_STREAM and not source.is_file():
        raise ValueError(f"{source}: no such file; check its name and folder")


def _check_kind(path):
    if path != STANDARD_STREAM and format_of(path) is None:
        raise ValueError(f"{path}: expected one of the extensions {', '.join(FORMATS)}; use a file of such a kind")


def _check_replaceable(source, out, force):
    if source != STANDARD_STREAM and out.samefile(source):
        raise ValueError(f"{out}: is the input file; choose another output file")
    if not out.is_file():
        raise ValueError(f"{out}: is not a regular file; choose another output file")
    check_overwrite(out, force)
    out.open("r+b").close()  # raises if the file is locked or write-protected


def _check_folder(out):
    """Write and remove an empty file beside `out`, because permissions alone do not show if this is possible."""
    probe = temporary_path(out)
    try:
        probe.open("xb").close()
        probe.unlink()
    except OSError as error:
        raise ValueError(f"{out}: cannot be written to this folder ({error.strerror}); choose another path") from error


def check_overwrite(out, force):
    """Raise if the file exists and may not be overwritten."""
    if out != STANDARD_STREAM and out.exists() and not force:
        raise ValueError(f"{out}: the file already exists; pass --force to overwrite it, or choose another output file")
