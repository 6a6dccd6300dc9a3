"""Tables of a report, as aligned text and as HTML."""

from dataclasses import dataclass
from html import escape

CELL = "vertical-align:top;padding:.2em .6em;border-bottom:1px solid rgba(128,128,128,.4)"
NUMBER, TEXT = f"text-align:right;{CELL}", f"text-align:left;{CELL}"
TABLE = "margin:0 0 1em;border-collapse:collapse"
CAPTION = "caption-side:top;text-align:left;font-weight:bold;padding:.4em .6em;color:inherit"


@dataclass(frozen=True)
class PrintedTable:
    """A table of strings. The first column names the rows.

    Attributes
    ----------
    caption : str
        What the table shows, for HTML.
    header : list of str
        Names of the columns.
    rows : list of list of str
        The cells, in the order of the header.
    texts : frozenset of str
        Names of columns of text, which are aligned to the left.
    meanings : list of str
        What each row means, for HTML. May be empty.
    note : str
        A line below the table.
    """

    caption: str
    header: list
    rows: list
    texts: frozenset = frozenset({"verdict"})
    meanings: tuple = ()
    note: str = ""

    def __str__(self):
        lines = [self.header, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        is_text = [j == 0 or name in self.texts for j, name in enumerate(self.header)]
        aligned = [
            "  ".join(
                cell.ljust(width) if left else cell.rjust(width)
                for cell, width, left in zip(line, widths, is_text, strict=True)
            ).rstrip()
            for line in lines
        ]
        return "\n".join([*aligned, *filter(None, [self.note])])

    def to_html(self):
        """Return the table as HTML, in the colours of the page around it."""
        header, rows, texts = self.header, self.rows, self.texts
        if self.meanings:
            header, texts = [*header, "meaning"], texts | {"meaning"}
            rows = [[*row, meaning] for row, meaning in zip(rows, self.meanings, strict=True)]
        styles = [TEXT if j == 0 or name in texts else NUMBER for j, name in enumerate(header)]
        head = "".join(_cell("th", title, style, "col") for title, style in zip(header, styles, strict=True))
        body = "".join(f"<tr>{_html_row(row, styles)}</tr>" for row in rows)
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        return (
            f'<table style="{TABLE}"><caption style="{CAPTION}">{escape(self.caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"
        )


def _html_row(row, styles):
    name, *cells = row
    values = "".join(_cell("td", cell, style) for cell, style in zip(cells, styles[1:], strict=True))
    return _cell("th", name, styles[0], "row") + values


def _cell(tag, text, style, scope=None):
    scope = f' scope="{scope}"' if scope else ""
    return f'<{tag}{scope} style="{style}">{escape(text)}</{tag}>'


def write_figure(value):
    """Return a figure as text, or a dash if it is not defined."""
    return "-" if value != value else f"{value:.3f}"
