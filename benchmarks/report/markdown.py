"""Write data frames as Markdown tables."""

import pandas as pd

SIGNED, ROUNDED, COUNT = "{:+.4f}", "{:.2f}", "{:.0f}"
FORMATS = {
    **dict.fromkeys(("difference", "AP difference", "balanced_accuracy difference"), SIGNED),
    **dict.fromkeys(("seconds", "better", "equivalent", "worse", "above", "within", "below"), ROUNDED),
    **dict.fromkeys(("wins", "larger", "families", "tables", "splits", "fits"), COUNT),
    "p": "{:.2g}",
}


def to_markdown(frame, index=True):
    """Return a data frame as a table, with the numbers of each column in its format in `FORMATS`."""
    frame = frame.reset_index() if index else frame
    shown = pd.DataFrame({name: [_format(name, value) for value in frame[name]] for name in frame.columns})
    lines = ["| " + " | ".join(shown.columns) + " |", "|" + "---|" * len(shown.columns)]
    lines += [f"| {' | '.join(row)} |" for row in shown.itertuples(index=False)]
    return "\n".join(lines)


def percent(share):
    """Return a share in percent; it is 0 only if the share is."""
    return "" if share != share else f"{100 * share:.3g}"


def _format(name, value):
    if isinstance(value, str):
        return value
    return "" if value != value else FORMATS.get(name, "{:.4f}").format(value)
