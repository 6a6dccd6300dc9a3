"""Files that are replaced as a whole, or left as they were."""

import errno
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path


@contextmanager
def replacing(path):
    """Open a new file for writing that replaces `path` once it is complete on the disk.

    If the block raises or the process is interrupted, the file at `path` stays as it was.

    Raises
    ------
    OSError
        If no file can be written in the folder. Errors name `path`, not the temporary file.
    ValueError
        If `path` is a device or a pipe.
    """
    target = Path(os.path.realpath(os.fsdecode(path)))  # replaces the file behind a link, not the link
    mode = _mode_of_ordinary_file(path) if target.exists() else None
    temporary = temporary_path(target)
    try:
        with _create(temporary, 0o666 if mode is None else mode) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        os.replace(temporary, target)
    except OSError as error:
        if error.strerror:
            error.filename = os.fspath(path)
        raise
    finally:
        with suppress(OSError):
            temporary.unlink()
    if os.name == "posix":  # elsewhere folders cannot be opened
        _sync_folder(target.parent)


def temporary_path(target):
    """Return the path of a file that does not exist yet, in the folder of `target`."""
    return target.with_name(f".{target.name}.{secrets.token_hex(8)}")


def check_ordinary(path, status):
    """Refuse a device or a pipe, given what `os.stat` returned; opening a folder fails by itself."""
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise ValueError(f"Expected {path} to be an ordinary file, found a device or a pipe. Name one that is.")


def _mode_of_ordinary_file(path):
    status = os.stat(path)
    check_ordinary(path, status)
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    return stat.S_IMODE(status.st_mode)


def _create(path, mode):
    return open(path, "xb", opener=partial(os.open, mode=mode))


def _sync_folder(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
