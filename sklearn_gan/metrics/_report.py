"""Base class of the reports, with their text and data frame."""

from dataclasses import asdict
from html import escape
from importlib.util import find_spec

import narwhals as nw

from sklearn_gan._table import to_chunks

FRAME_LIBRARIES = "pandas", "polars", "pyarrow"


class Report:
    """Base class of reports. Subclasses define `library`, the data frame library, and `_records`, the rows."""

    @property
    def frame(self):
        """The metrics as a data frame of the real table's library or, failing that, of an installed library."""
        if self.library is None:
            raise ImportError(
                f"Expected one of {', '.join(FRAME_LIBRARIES)} to create a data frame, found none. Install one, or "
                "read the attributes of the report."
            )
        records = [asdict(record) for record in self._records]
        columns = {name: [record[name] for record in records] for name in records[0]}
        return nw.from_dict(columns, backend=self.library).to_native()

    def _repr_html_(self):
        return f"<pre>{escape(repr(self))}</pre>"


def format_table(lines, reference):
    """Return a text table with one line per (name, value, reference value, remark)."""
    heading = f"{'':24}{'value':>8}{reference:>10}\n"
    return heading + "\n".join(f"{name:24}{value:8.3f}{other:>10}  {remark}" for name, value, other, remark in lines)


def library_of(table):
    """Return the name of the table's data frame library or, failing that, of the first one installed."""
    frame = nw.from_native(to_chunks(table), eager_only=True, pass_through=True)
    if isinstance(frame, nw.DataFrame):
        return frame.implementation.value
    return next((name for name in FRAME_LIBRARIES if find_spec(name)), None)
