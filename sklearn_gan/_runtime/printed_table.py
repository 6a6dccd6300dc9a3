"""Tables as aligned text and as HTML."""

from dataclasses import dataclass
from html import escape

from sklearn_gan._runtime.text import shorten

LONGEST_NAME = 32
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
    separates_words : bool
        Whether underscores separate words of the header. Text has the words below each other.

    Examples
    --------
    >>> print(PrintedTable("Scores", ["method", "roc_auc"], [["SMOTE", "0.913"]], separates_words=True))
              roc
    method    auc
    SMOTE   0.913
    """

    caption: str
    header: list
    rows: list
    texts: frozenset = frozenset({"verdict"})
    meanings: tuple = ()
    note: str = ""
    separates_words: bool = False

    def __str__(self):
        header = _stack(self._words) if self.separates_words else [self.header]
        lines = [[shorten(name, LONGEST_NAME), *cells] for name, *cells in (*header, *self.rows)]
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

    @property
    def _words(self):
        """The words in the name of each column."""
        return [title.replace("_", " ").split() for title in self.header]

    def to_html(self):
        """Return the table as HTML, in the colours of the page around it."""
        header = [*map(" ".join, self._words)] if self.separates_words else self.header
        rows, texts = self.rows, self.texts
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


def _stack(columns):
    """Return lines with the words of each column below each other, the last words in the last line."""
    n_lines = max(map(len, columns))
    return zip(*([""] * (n_lines - len(words)) + words for words in columns), strict=True)


def _html_row(row, styles):
    name, *cells = row
    values = "".join(_cell("td", cell, style) for cell, style in zip(cells, styles[1:], strict=True))
    return _cell("th", name, styles[0], "row") + values


def _cell(tag, text, style, scope=None):
    scope = f' scope="{scope}"' if scope else ""
    return f'<{tag}{scope} style="{style}">{escape(text)}</{tag}>'
