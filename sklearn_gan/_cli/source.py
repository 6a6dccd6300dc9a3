"""Source of a table: a file, a compressed file or the standard input."""

import gzip
import sys
import zlib
from dataclasses import dataclass

from sklearn_gan._cli.formats import PARQUET, STANDARD_STREAM, TEXT, format_of, is_compressed

PARQUET_MAGIC, GZIP_MAGIC = b"PAR1", b"\x1f\x8b"
STANDARD_INPUT = "standard input"


@dataclass(frozen=True)
class Source:
    """Name, content and format of a table to read."""

    name: str
    content: bytes
    format: str

    @classmethod
    def read(cls, path):
        """Read a file, or the standard input for "-"."""
        if path == STANDARD_STREAM:
            return cls._read_standard_input()
        content = path.read_bytes()
        return cls(str(path), _decompress(content, path) if is_compressed(path) else content, format_of(path))

    @classmethod
    def _read_standard_input(cls):
        content = sys.stdin.buffer.read() if sys.stdin else b""
        if content.startswith(GZIP_MAGIC):
            content = _decompress(content, STANDARD_INPUT)
        return cls(STANDARD_INPUT, content, PARQUET if content.startswith(PARQUET_MAGIC) else TEXT)


def _decompress(content, name):
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{name}: cannot be read as a gzip file ({error}); compress the table again") from error
