"""Base class of the reports, with their text, HTML and data frame."""

from dataclasses import asdict
from html import escape
from textwrap import fill
from typing import Any

import numpy as np

from sklearn_gan._table import frame_of

WIDTH = 110
HIGHER, NEARER = ("lower than", "about as", "higher than"), ("closer than", "about as", "further than")
NOT_DEFINED = "not defined"
FEW_ROWS = 20  # with fewer rows, a report says how little can be seen


class Report:
    """Base class of reports.

    Subclasses define `library`, the data frame library, and `_records`, the rows of the frame. They also define
    `_lines`, a list of sentences, and `_tables`, a list of PrintedTable.
    """

    @property
    def frame(self) -> Any:
        """The metrics as a data frame of the real table's library or, failing that, of an installed library."""
        return frame_of([asdict(record) for record in self._records], self.library)

    def __repr__(self):
        return "\n\n".join(("\n".join(fill(line, WIDTH) for line in self._lines), *map(str, self._tables)))

    def _repr_html_(self):
        lines = "".join(f"<p>{escape(line)}</p>" for line in self._lines)
        return f"<div>{lines}{''.join(table.to_html() for table in self._tables)}</div>"


def compare_with(baselines, words):
    """Describe in words how a figure compares with baselines.

    Parameters
    ----------
    baselines : dict of {str: int}
        For each baseline -1, 0 or 1: whether the figure is lower, about the same or higher.
    words : tuple of str
        The words for -1, 0 and 1.

    Examples
    --------
    >>> compare_with({"held-out rows": 0, "SMOTE": 1}, ("lower than", "about as", "higher than"))
    'about as held-out rows, higher than SMOTE'
    """
    found = dict.fromkeys(baselines.values())
    parts = {sign: " and ".join(name for name in baselines if baselines[name] == sign) for sign in found}
    return ", ".join(f"{words[sign + 1]} {names}" for sign, names in parts.items())


def write_count(n, noun):
    """Return a number with its noun, in the plural unless it is 1."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def write_figure(value):
    """Return a figure as text, or a dash if it is not defined."""
    return "-" if value != value else f"{value:.3f}"


def write_p(p_value):
    """Return a p-value with its relation, as in `= 0.49`.

    Examples
    --------
    >>> write_p(0.494), write_p(1e-5)
    ('= 0.49', '< 0.001')
    """
    return "< 0.001" if p_value < 0.001 else f"= {float(f'{p_value:.2g}'):g}"


def width_of_share(n_rows):
    """Return the largest width of the 95% interval of a share of rows (Agresti, Coull 1998)."""
    return float(2 * 1.96 * np.sqrt(0.25 / (n_rows + 4)))
