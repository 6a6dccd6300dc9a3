"""Values of tables as text."""

from sklearn_gan._runtime.plot_style import write_number, write_time


def write_cell(column, row):
    """Return the value of a Column in a row as text."""
    if column.missing[row]:
        return "missing"
    cell = column.cells[row]
    if column.unit:
        return write_time(cell, column.unit)
    return write_number(cell) if column.kind == "number" else str(cell)
