"""Types in Parquet files of the columns of text files."""

from datetime import date, datetime, timedelta

from sklearn_gan._cli.amount_style import AmountStyle
from sklearn_gan._cli.date_style import DateStyle
from sklearn_gan._cli.number_style import NumberStyle

BOOLEANS = (("false", "true"), ("False", "True"), ("FALSE", "TRUE"))


def arrow_array(style, cells):
    """Return the values of a text column in the type that fits its style.

    >>> from sklearn_gan._cli.number_style import number_style
    >>> arrow_array(number_style(["1.5", ""], "."), ["1.5", ""]).to_pylist()
    [1.5, None]
    """
    import pyarrow as pa

    if isinstance(style, DateStyle):
        return _moments(style, cells)
    values = [style.read(cell) for cell in cells]
    if isinstance(style, AmountStyle):
        return pa.array(values, pa.float64())
    if isinstance(style, NumberStyle):
        return pa.array(values, pa.int64() if style.is_integer else pa.float64())
    for false, true in BOOLEANS:
        if set(values) <= {false, true, None} and any(values):
            return pa.array([None if value is None else value == true for value in values], pa.bool_())
    return pa.array(values, pa.string())


def _moments(style, cells):
    import pyarrow as pa

    values = [style.read(cell) for cell in cells]
    if style.kind is date:
        return pa.array(values, pa.date32())
    if not style.offset:
        return pa.array(values, pa.timestamp("us") if style.kind is datetime else pa.time64("us"))
    if style.kind is datetime:
        return _with_offset(values, style.offset)
    # Arrow has no times of day with a time zone.
    return pa.array([None if value is None else cell for value, cell in zip(values, cells, strict=True)], pa.string())


def _with_offset(values, offset):
    import pyarrow as pa

    zone = datetime.strptime(offset, "%z").tzinfo
    shift = zone.utcoffset(None)
    name = str(zone).removeprefix("UTC") if shift else "UTC"
    moments = [None if value is None else (value - shift - datetime(1970, 1, 1)) for value in values]
    microseconds = [None if moment is None else moment // timedelta(microseconds=1) for moment in moments]
    return pa.array(microseconds, pa.int64()).cast(pa.timestamp("us", tz=name))
