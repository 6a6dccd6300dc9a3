"""Replace files completely or leave them unchanged."""

import errno
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path


@contextmanager
def replacing(path):
    """Open a new file for writing, and replace `path` with it once it is complete on disk.

    If the block raises or the process is interrupted, the file at `path` is unchanged.

    Raises
    ------
    OSError
        If no file can be written in the folder. Errors name `path`, not the temporary file.
    ValueError
        If `path` is a device or a pipe.
    """
    target = Path(os.path.realpath(os.fsdecode(path)))  # replace the target of a link, not the link
    mode = _mode_of_regular_file(path) if target.exists() else None
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
    if os.name == "posix":  # other systems cannot open folders
        _sync_folder(target.parent)


def temporary_path(target):
    """Return the path of a new file in the folder of `target`."""
    return target.with_name(f".{target.name}.{secrets.token_hex(8)}")


def check_regular_file(path, status):
    """Raise for a device or a pipe, given the result of `os.stat`. Opening a folder raises by itself."""
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise ValueError(f"Expected {path} to be a regular file, found a device or a pipe. Pass the path of a file.")


def _mode_of_regular_file(path):
    status = os.stat(path)
    check_regular_file(path, status)
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
