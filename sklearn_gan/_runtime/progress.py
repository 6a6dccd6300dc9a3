"""The progress bar shared by training and comparisons."""

from tqdm.auto import tqdm


class Bar(tqdm):
    """A tqdm bar without a monitor thread."""

    monitor_interval = 0  # a monitor thread would outlive training
