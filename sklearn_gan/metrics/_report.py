"""Base class of the reports, with their text and data frame."""

from dataclasses import asdict
from html import escape
from typing import Any

from sklearn_gan._table import frame_of


class Report:
    """Base class of reports. Subclasses define `library`, the data frame library, and `_records`, the rows."""

    @property
    def frame(self) -> Any:
        """The metrics as a data frame of the real table's library or, failing that, of an installed library."""
        return frame_of([asdict(record) for record in self._records], self.library)

    def _repr_html_(self):
        return f"<pre>{escape(repr(self))}</pre>"


def format_table(lines, reference):
    """Return a text table with one line per (name, value, reference value, remark)."""
    heading = f"{'':24}{'value':>8}{reference:>10}\n"
    return heading + "\n".join(f"{name:24}{value:8.3f}{other:>10}  {remark}" for name, value, other, remark in lines)
