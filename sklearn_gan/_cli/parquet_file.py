"""Parquet files, read and written by pyarrow if it is installed."""

from io import BytesIO


def import_parquet(name):
    """Return pyarrow's module of Parquet, or raise if it is not installed. `name` is that of the file."""
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise ValueError(
            f"{name}: Parquet files require pyarrow, which is not installed. "
            'Install it with: pip install "sklearn-gan[parquet]"'
        ) from error
    return parquet


def read_parquet(source):
    """Return the arrow table in a source."""
    parquet = import_parquet(source.name)
    from pyarrow import ArrowException

    try:
        with parquet.ParquetFile(BytesIO(source.content)) as file:
            return file.read()
    except ArrowException as error:
        message = f"{source.name}: cannot be read as a Parquet file ({error}); export the table again"
        raise ValueError(message) from error


def write_parquet(table, file):
    """Write an arrow table."""
    import_parquet("").write_table(table, file)
