"""The progress bar shared by training and comparisons."""

from tqdm.auto import tqdm

from sklearn_gan._runtime.progress_lines import CURRENT, Nowhere

IN_NOTEBOOK = any(base.__module__ == "tqdm.notebook" for base in tqdm.__mro__)


class LeaveText:
    """Replace the widget of a notebook's bar by a line of text when the bar is closed.

    A saved notebook or a page made of it has no widgets, so the bar would leave an empty gap.
    """

    output = None

    def __init__(self, *args, **kwargs):
        from tqdm.notebook import display  # only notebooks have it

        super().__init__(*args, **kwargs, display=False)
        if not self.disable:
            self.output = display(self.container, display_id=True)

    def close(self):
        """Close the bar, and show how far it came."""
        output, self.output = self.output, None
        super().close()
        if output is not None:
            output.update({"text/plain": describe_bar(self)}, raw=True)


class Bar(*[LeaveText] * IN_NOTEBOOK, tqdm):
    """A tqdm bar without a monitor thread, or with its count in lines inside a ProgressLines."""

    monitor_interval = 0  # a monitor thread would outlive training

    def __init__(self, *args, **params):
        lines = CURRENT.get()
        super().__init__(*args, **params, **({"file": Nowhere()} if lines else {}))
        if lines and not self.disable:
            lines.follow(self)


def describe_bar(bar):
    """Return what a bar counted, and the time it took."""
    counted = f"{bar.n:,}" if bar.n == bar.total else f"{bar.n:,} of {bar.total:,}"
    return f"{bar.desc}: {counted} {bar.unit}s in {bar.format_dict['elapsed']:.1f} s"
