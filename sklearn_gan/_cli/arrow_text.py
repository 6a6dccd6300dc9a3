"""Arrow tables as text files: UTF-8, commas, a header, and ISO 8601 dates."""

import csv
import io
import re
from decimal import Decimal

DIGITS_OF_UNITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}
FRACTION = re.compile(r"(?<=:\d\d)\.(\d+)")
MIDNIGHT = " 00:00:00"


def write_text(table, file):
    """Write an arrow table to a binary file as comma-separated values. Missing values are empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.column_names)
    writer.writerows(zip(*map(texts_of, table.columns), strict=True))
    file.write(text.getvalue().encode())


def has_text(kind):
    """Return whether text files can hold the values of an arrow type."""
    import pyarrow as pa
    from pyarrow import types

    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return False
    try:
        pa.nulls(0, kind).cast(pa.string())
    except pa.ArrowException:
        return False
    return True


def texts_of(column):
    """Return the values of an arrow column as text. Durations become seconds.

    >>> import pyarrow as pa
    >>> texts_of(pa.chunked_array([[0.5, None, 2.0]]))
    ['0.5', '', '2']
    """
    from pyarrow import compute, types

    if types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if types.is_decimal(kind):
        return ["" if value is None else format(value, "f") for value in column.to_pylist()]
    if types.is_duration(kind):
        numbers, digits = column.cast("int64").to_pylist(), DIGITS_OF_UNITS[kind.unit]
        return ["" if number is None else _shift(number, digits) for number in numbers]
    texts = compute.if_else(column.is_null(nan_is_null=True), "", column.cast("string")).to_pylist()
    return _shorten(texts) if types.is_timestamp(kind) or types.is_time(kind) else texts


def _shift(number, digits):
    """Return an integer divided by a power of ten as text."""
    text = format(Decimal(number).scaleb(-digits), "f")
    return text.rstrip("0").rstrip(".") if digits else text


def _shorten(texts):
    """Return dates and times without the digits that are zero in all of them."""
    digits = max((len(match[1].rstrip("0")) for match in map(FRACTION.search, texts) if match), default=0)
    texts = [FRACTION.sub(lambda match: match[0][: digits + 1] if digits else "", text) for text in texts]
    if all(text.endswith(MIDNIGHT) for text in texts if text):
        return [text.removesuffix(MIDNIGHT) for text in texts]
    return texts
