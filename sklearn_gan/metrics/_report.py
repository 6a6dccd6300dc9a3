"""What reports have in common: they are text, also in a notebook, and their figures are a data frame."""

from dataclasses import asdict
from html import escape
from importlib.util import find_spec

import narwhals as nw

FRAME_LIBRARIES = "pandas", "polars", "pyarrow"


class Report:
    """Figures to read. A subclass has `library`, what makes frames, and `_records`, the rows of the frame."""

    @property
    def frame(self):
        """The figures as a data frame: of the library of the real table, else of one that is installed."""
        if self.library is None:
            raise ImportError(
                f"Expected one of {', '.join(FRAME_LIBRARIES)} to make a frame with, found none. Install one, or read "
                "the attributes of the report."
            )
        records = [asdict(record) for record in self._records]
        figures = {name: [record[name] for record in records] for name in records[0]}
        return nw.from_dict(figures, backend=self.library).to_native()

    def _repr_html_(self):
        return f"<pre>{escape(repr(self))}</pre>"


def table_of_figures(lines, reference):
    """Return text with a line for each (name, figure, what it is to be compared with, remark)."""
    heading = f"{'':24}{'figure':>8}{reference:>10}\n"
    return heading + "\n".join(f"{name:24}{figure:8.3f}{other:>10}  {remark}" for name, figure, other, remark in lines)


def library_of(table):
    """Return the name of the library whose frame the table is, else of the first that is installed."""
    frame = nw.from_native(table, eager_only=True, pass_through=True)
    if isinstance(frame, nw.DataFrame):
        return frame.implementation.value
    return next((name for name in FRAME_LIBRARIES if find_spec(name)), None)
