"""Data frames of results, in the library of the user's table."""

from importlib.util import find_spec

import narwhals as nw

from sklearn_gan._table.arrow import to_chunks

FRAME_LIBRARIES = "pandas", "polars", "pyarrow"


def library_of(table):
    """Return the name of the table's data frame library or, failing that, of the first one installed."""
    frame = nw.from_native(to_chunks(table), eager_only=True, pass_through=True)
    if isinstance(frame, nw.DataFrame):
        return frame.implementation.value
    return next((name for name in FRAME_LIBRARIES if find_spec(name)), None)


def frame_of(records, library):
    """Return a list of dicts with the same keys as a data frame of a library, or raise if the library is None."""
    if library is None:
        raise ImportError(
            f"Expected one of {', '.join(FRAME_LIBRARIES)} to create a data frame, found none. Install one, or "
            "read the attributes of the report."
        )
    columns = {name: [record[name] for record in records] for name in records[0]}
    return nw.from_dict(columns, backend=library).to_native()
