"""Progress in lines, for output that is not a terminal."""

from contextvars import ContextVar
from threading import Event, Thread

INTERVAL = 10  # seconds
CURRENT = ContextVar("progress_lines", default=None)


class ProgressLines:
    """Report every ten seconds in one line what is being done.

    Inside a `with` block, progress bars are not shown, and the lines contain their counts.

    Parameters
    ----------
    report : callable or None
        Function of a line. None reports nothing, and leaves progress bars as they are.
    wait : callable or None, default=None
        Function of seconds that returns whether to stop, after at most this time. None waits for the end of the block.
    """

    def __init__(self, report, wait=None):
        self._report, self._is_over = report, Event()
        self._wait = wait or self._is_over.wait
        self._thread = Thread(target=self.run, daemon=True)
        self.begin("starting")

    def __enter__(self):
        if self._report:
            self._token = CURRENT.set(self)
            self._thread.start()
        return self

    def __exit__(self, *error):
        if self._report:
            CURRENT.reset(self._token)
            self._is_over.set()
            self._thread.join()

    def begin(self, stage, then=None):
        """Begin a stage, and perhaps another one once the progress bar of this stage is closed."""
        self._stage, self._next, self._bar = stage, then or stage, None

    def follow(self, bar):
        """Report the count of a progress bar."""
        self._bar = bar

    def describe(self):
        """Return what is being done.

        >>> lines = ProgressLines(print)
        >>> lines.begin("reading in.csv")
        >>> lines.describe()
        'reading in.csv'
        """
        bar = self._bar
        if bar is None:
            return self._stage
        if bar.disable:  # closed
            return self._next
        return f"{self._stage}: {bar.n:,} of {bar.total:,} {bar.unit}s"

    def run(self):
        """Report until the block ends."""
        while not self._wait(INTERVAL):
            self._report(self.describe())


class Nowhere:
    """A file that drops what is written to it."""

    def write(self, text):
        """Drop a text."""

    def flush(self):
        """Do nothing."""
