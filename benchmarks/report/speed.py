"""The section on time and memory."""

from benchmarks import speed_lines
from benchmarks.report.markdown import to_markdown


def write_speed(found):
    """Yield the measurements with their targets, and all of them."""
    yield "Medians of seconds on one core, each in a process of its own, unless a line states otherwise."
    yield to_markdown(speed_lines.table_of_lines(found), index=False)
    yield "![CPU seconds of fit by rows, columns, classes and steps](cost.png)"
    shown = found.groupby(["table", "method"], sort=False)[["seconds", "cpu_seconds", "peak_mib", "table_mib"]].median()
    yield (
        "All measurements. `cpu_seconds` is the time of all threads, and `peak_mib` the largest memory beyond that "
        "before the call:"
    )
    yield to_markdown(shown.reset_index(), index=False)
