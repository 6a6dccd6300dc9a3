"""The progress bar shared by training and comparisons."""

from tqdm.auto import tqdm

from sklearn_gan._runtime.progress_lines import CURRENT, Nowhere


class Bar(tqdm):
    """A tqdm bar without a monitor thread, or with its count in lines inside a ProgressLines."""

    monitor_interval = 0  # a monitor thread would outlive training

    def __init__(self, *args, **params):
        lines = CURRENT.get()
        super().__init__(*args, **params, **({"file": Nowhere()} if lines else {}))
        if lines and not self.disable:
            lines.follow(self)
