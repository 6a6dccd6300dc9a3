"""Formats of files by extension."""

from pathlib import Path

TEXT, PARQUET = "text", "Parquet"
TEXT_FILES, PARQUET_FILES = (".csv", ".tsv", ".txt"), (".parquet", ".pq")
GZIP = ".gz"  # after the extension of a text file
FORMATS = {
    **dict.fromkeys(TEXT_FILES, TEXT),
    **dict.fromkeys(PARQUET_FILES, PARQUET),
    **{extension + GZIP: TEXT for extension in TEXT_FILES},
}
STANDARD_STREAM = Path("-")  # standard input or output


def format_of(path):
    """Return the format of a file, or None if its extension is unknown.

    >>> format_of(Path("in.CSV.gz"))
    'text'
    """
    name = path.name.lower()
    return next((FORMATS[extension] for extension in FORMATS if name.endswith(extension)), None)


def is_compressed(path):
    """Return whether a text file is compressed by gzip."""
    return path.name.lower().endswith(GZIP)
