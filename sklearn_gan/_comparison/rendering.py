"""Text and HTML tables of a comparison."""

from html import escape

from sklearn_gan._runtime.text import shorten

LONGEST_NAME = 32
STYLE = "text-align:right;padding:0 .6em"


def text_table(header, rows):
    """Return a text table. The first column is aligned to the left, all others to the right.

    Words of the header that are joined by underscores or spaces are written below each other.

    Examples
    --------
    >>> print(text_table(["method", "roc_auc"], [["SMOTE", "0.913"]]))
              roc
    method    auc
    SMOTE   0.913
    """
    words = [title.replace("_", " ").split() for title in header]
    n_lines = max(map(len, words))
    lines = [*zip(*([""] * (n_lines - len(column)) + column for column in words), strict=True), *rows]
    lines = [[shorten(name, LONGEST_NAME), *cells] for name, *cells in lines]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    aligned = ([f"{line[0]:{widths[0]}}", *map(str.rjust, line[1:], widths[1:])] for line in lines)
    return "\n".join("  ".join(cells).rstrip() for cells in aligned)


def html_table(header, rows):
    """Return an HTML table with escaped values. The first column names the rows."""
    head = "".join(f'<th style="{STYLE}">{escape(title)}</th>' for title in header)
    body = "".join(f"<tr>{_html_row(*row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _html_row(name, *cells):
    values = "".join(f'<td style="{STYLE}">{escape(cell)}</td>' for cell in cells)
    return f'<th style="text-align:left">{escape(name)}</th>{values}'
