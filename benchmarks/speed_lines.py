"""Compare the measurements of speed with their targets."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import pandas as pd

from benchmarks.speed import LIBRARIES, N_SAMPLED, NO_TABLE, SWEEPS, TENTH, TWO_PROCESSES


class Figures:
    """The medians over repeats of the records. Those of a measurement without a record raise KeyError."""

    def __init__(self, found):
        columns = ["seconds", "cpu_seconds", "peak_mib", "table_mib"]
        self._medians = found.groupby(["table", "method"])[columns].median()

    def seconds(self, table, method):
        """Return the seconds of a measurement."""
        return self._medians.loc[table, method]["seconds"]

    def ratio(self, one, other):
        """Return the ratio of the seconds of two pairs of a table and a method."""
        return self.seconds(*one) / self.seconds(*other)

    def memory(self, table, method):
        """Return the ratio of the peak memory of a measurement to that of its table."""
        found = self._medians.loc[table, method]
        return found["peak_mib"] / found["table_mib"]


@dataclass(frozen=True)
class Line:
    """A line of the table of speed, with an upper bound as its target, a lower one if `at_least`, or none."""

    what: str
    unit: str
    target: float | None
    figure: Callable
    at_least: bool = False

    def row(self, figures):
        """Return the row of the table as a dict."""
        figure = self.figure(figures)
        met = "" if self.target is None else "yes" if (figure >= self.target) == self.at_least else "no"
        return {
            "what": self.what,
            "figure": f"{figure:,.0f} {self.unit}" if figure >= 1000 else f"{figure:.3g} {self.unit}",
            "target": "" if self.target is None else f"{'≥' if self.at_least else '≤'} {self.target:,g}",
            "met": met,
        }


SMALL, USUAL, SOME, MANY = "200 x 20", "4,000 x 20", "50,000 x 30", "1,000,000 x 30"
IN_ONE = "times the table"
LINES = [
    Line(f"fit_resample, {SMALL}", "s", 1, lambda of: of.seconds(SMALL, "fit_resample")),
    Line(f"fit_resample, {USUAL}", "s", 3, lambda of: of.seconds(USUAL, "fit_resample")),
    Line(
        "CTGAN's defaults, same table",
        "times as long",
        100,
        lambda of: of.ratio((USUAL, "CTGAN"), (USUAL, "fit_resample")),
        at_least=True,
    ),
    Line(
        f"training, {USUAL}",
        "times a torch loop",
        None,
        lambda of: of.ratio((USUAL, "fit, n_candidates=1"), (USUAL, "training by hand")),
    ),
    Line(f"fit, {MANY}", "times 50,000 rows", 1.5, lambda of: of.ratio((MANY, "fit"), (SOME, "fit"))),
    Line(f"peak memory of fit, {MANY}", IN_ONE, 1, lambda of: of.memory(MANY, "fit")),
    Line(
        f"fit_resample, {MANY}",
        "times SMOTENC",
        0.3,
        lambda of: of.ratio((MANY, "fit_resample"), (MANY, "SMOTENC")),
    ),
    Line(f"peak memory of fit_resample, {MANY}", IN_ONE, 4, lambda of: of.memory(MANY, "fit_resample")),
    Line(f"peak memory of SMOTENC, {MANY}", IN_ONE, None, lambda of: of.memory(MANY, "SMOTENC")),
    Line(f"{TENTH}, {MANY}", "s", 30, lambda of: of.seconds(MANY, TENTH)),
    Line(
        f"sampling, {USUAL}", "rows a second", 60_000, lambda of: N_SAMPLED / of.seconds(USUAL, "sample"), at_least=True
    ),
    Line(
        "sampling without selection",
        "rows a second",
        None,
        lambda of: N_SAMPLED / of.seconds(USUAL, "sample, n_candidates=1"),
    ),
    Line(
        "cross_validate, two processes",
        "times as fast as one",
        1.7,
        lambda of: of.ratio((USUAL, "cross_validate"), (USUAL, TWO_PROCESSES)),
        at_least=True,
    ),
    Line(
        "import sklearn_gan",
        "times torch and imbalanced-learn",
        1.1,
        lambda of: of.ratio((NO_TABLE, "import sklearn_gan"), (NO_TABLE, LIBRARIES)),
    ),
    Line("python -m sklearn_gan --help", "s", 0.5, lambda of: of.seconds(NO_TABLE, "python -m sklearn_gan --help")),
]


def table_of_lines(found):
    """Return the table of the lines that the records allow."""
    figures, rows = Figures(found), []
    for line in LINES:
        with suppress(KeyError):
            rows.append(line.row(figures))
    return pd.DataFrame(rows, columns=["what", "figure", "target", "met"])


def costs(found):
    """Return, for each axis, the median CPU seconds of `fit` at each size; empty axes are omitted."""
    return {axis: part for axis in SWEEPS if len(part := _cost(found, axis))}


def _cost(found, axis):
    part = found[found["table"].isin(SWEEPS[axis]) & found["method"].str.startswith("fit")]
    seconds = part.groupby("table")["cpu_seconds"].median()
    at = [int(name.split()[0].replace(",", "")) for name in seconds.index]
    return pd.Series(seconds.to_numpy(), index=at).sort_index()
