"""Measure time and memory, each time in a process of its own. Run it while nothing else runs."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from importlib.util import find_spec

import numpy as np
import pandas as pd
import psutil
import torch
from imblearn.over_sampling import SMOTENC
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_validate

from benchmarks.hand_written import train_by_hand
from sklearn_gan import GANOversampler, make_pipeline

MIB = 2**20
N_SAMPLED = 500_000
LIBRARIES = "import imblearn.over_sampling, torch"
STARTED = {  # commands whose whole process is measured
    LIBRARIES: ["-c", LIBRARIES],
    "import sklearn_gan": ["-c", "from sklearn_gan import GANOversampler"],
    "python -m sklearn_gan --help": ["-m", "sklearn_gan", "--help"],
}
NO_TABLE = "none"
TWO_PROCESSES, TENTH = "cross_validate, two processes", "fit_resample to a ratio of 0.1, two threads"


def numbers(n_rows, n_columns=20, n_classes=2, rare=0.05):
    """Return a numeric table whose last class has the share `rare`."""
    weights = None if n_classes > 2 else [1 - rare]
    sizes = {"n_informative": 8, "n_redundant": 0, "n_classes": n_classes, "n_clusters_per_class": 1}
    return make_classification(n_rows, n_columns, weights=weights, random_state=0, **sizes)


def mixed(n_rows, n_rare=10_000, n_numbers=20, n_categorical=10, n_categories=50):
    """Return a data frame of numeric and categorical columns, with `n_rare` rows in class 1."""
    rng = np.random.default_rng(0)
    y = np.zeros(n_rows, dtype=int)
    y[rng.choice(n_rows, n_rare, replace=False)] = 1
    columns = {f"number {j}": rng.normal(size=n_rows) + 0.3 * (j % 5) * y for j in range(n_numbers)}
    for j in range(n_categorical):
        of_class = [rng.choice(n_categories, n_rows, p=rng.dirichlet(np.ones(n_categories))) for _ in range(2)]
        names = [f"category {i}" for i in range(n_categories)]
        columns[f"category {j}"] = pd.Categorical.from_codes(np.where(y == 1, *of_class[::-1]), names)
    return pd.DataFrame(columns), y


def identifiers():
    """Return a table with a column of 100,000 categories."""
    rng = np.random.default_rng(0)
    X, y = mixed(400_000, n_numbers=2, n_categorical=0)
    names = [f"merchant {i}" for i in range(100_000)]
    return X.assign(merchant=pd.Categorical.from_codes(rng.integers(len(names), size=len(X)), names)), y


def classes():
    """Return a table of 200 classes of very different sizes."""
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(200), np.geomspace(3, 1_000, 200).astype(int))
    return rng.normal(size=(len(y), 20)) + rng.normal(size=(200, 20))[y], y


SIZES = {
    "rows": (1_000, 4_000, 16_000, 64_000, 256_000),
    "columns": (10, 30, 100, 300),
    "classes": (2, 5, 20, 50),
    "steps": (100, 200, 400, 800),
}
TABLES = {
    "200 x 20": lambda: numbers(200),
    "4,000 x 20": lambda: numbers(4_000),
    "50,000 x 30": lambda: mixed(50_000),
    "1,000,000 x 30": lambda: mixed(1_000_000),
    "2,000 columns": lambda: numbers(5_000, 2_000),
    "200 classes": classes,
    "100,000 categories": identifiers,
    "500 categorical columns": lambda: mixed(5_000, 250, 0, 500, 20),
    **{f"{n:,} rows": partial(numbers, n) for n in SIZES["rows"]},
    **{f"{n} columns": partial(numbers, 4_000, n) for n in SIZES["columns"]},
    **{f"{n} classes": partial(numbers, 8_000, n_classes=n) for n in SIZES["classes"]},
    **{f"{n} steps": partial(numbers, 4_000) for n in SIZES["steps"]},
}
SWEEPS = {axis: [f"{n:,} {axis}" for n in sizes] for axis, sizes in SIZES.items()}


def _fit(X, y, **params):
    return lambda: GANOversampler(random_state=0, **params).fit(X, y)


def _fit_resample(X, y, **params):
    return lambda: GANOversampler(random_state=0, **params).fit_resample(X, y)


def _sample(X, y, **params):
    sampler = _fit(X, y, **params)()
    return lambda: sampler.sample(N_SAMPLED, y=1)


def _smotenc(X, y):
    categorical = [name for name in X if X[name].dtype == "category"]
    return lambda: SMOTENC(categorical, random_state=0).fit_resample(X, y)


def _train_by_hand(X, y):
    rows, labels = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
    return lambda: train_by_hand(rows, labels)


def _ctgan(X, y):
    from ctgan import CTGAN

    rows = pd.DataFrame(X).add_prefix("x").assign(y=y)
    return lambda: CTGAN(enable_gpu=False).fit(rows, ["y"])


def _cross_validate(X, y, n_jobs):
    pipeline = make_pipeline(GANOversampler(random_state=0), RandomForestClassifier(random_state=0))
    cross_validate(pipeline, X[:200], y[:200], cv=2, n_jobs=n_jobs)  # starts the processes
    return lambda: cross_validate(pipeline, X, y, cv=4, n_jobs=n_jobs)


PREPARE = {
    "fit": _fit,
    "fit, n_candidates=1": lambda X, y: _fit(X, y, n_candidates=1),
    "fit_resample": _fit_resample,
    TENTH: lambda X, y: _fit_resample(X, y, sampling_strategy=0.1),
    "sample": _sample,
    "sample, n_candidates=1": lambda X, y: _sample(X, y, n_candidates=1),
    "SMOTENC": _smotenc,
    "training by hand": _train_by_hand,
    "CTGAN": _ctgan,
    "cross_validate": lambda X, y: _cross_validate(X, y, 1),
    TWO_PROCESSES: lambda X, y: _cross_validate(X, y, 2),
    **{f"fit, {n} steps": lambda X, y, n=n: _fit(X, y, max_steps=n) for n in SIZES["steps"]},
}
RUNS = [
    ("200 x 20", "fit_resample"),
    ("4,000 x 20", "fit_resample"),
    ("4,000 x 20", "fit, n_candidates=1"),
    ("4,000 x 20", "training by hand"),
    ("4,000 x 20", "CTGAN"),
    ("4,000 x 20", "sample"),
    ("4,000 x 20", "sample, n_candidates=1"),
    ("4,000 x 20", "cross_validate"),
    ("4,000 x 20", TWO_PROCESSES),
    ("50,000 x 30", "fit"),
    ("1,000,000 x 30", "fit"),
    ("1,000,000 x 30", "fit_resample"),
    ("1,000,000 x 30", TENTH),
    *((name, "fit_resample") for name in TABLES if name.startswith(("2,000 c", "200 c", "100,000", "500"))),
    *((name, "fit") for axis in ("rows", "columns", "classes") for name in SWEEPS[axis]),
    *((f"{n} steps", f"fit, {n} steps") for n in SIZES["steps"]),
    *((NO_TABLE, name) for name in STARTED),
    ("1,000,000 x 30", "SMOTENC"),  # needs more than 24 GiB
]


def runs():
    """Return the pairs of a table and a method to measure."""
    return [run for run in RUNS if run[1] != "CTGAN" or find_spec("ctgan")]


def run(table, repeat, method):
    """Return the record of a measurement in a process of its own, or none if it is killed for want of memory."""
    about = {"table": table, "fold": repeat, "method": method}
    if method in STARTED:
        return [about | _measure_process([sys.executable, *STARTED[method]])]
    threads = {"OMP_NUM_THREADS": "2" if method == TENTH else "1"}
    command = [sys.executable, "-m", "benchmarks.speed", table, method]
    done = subprocess.run(command, env=os.environ | threads, stdout=subprocess.PIPE)
    if done.returncode == -signal.SIGKILL:
        return []
    done.check_returncode()
    return [about | json.loads(done.stdout.splitlines()[-1])]


def _measure_process(command):
    before, start = psutil.Process().cpu_times(), time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = psutil.Process().cpu_times()
    cpu = sum(getattr(after, name) - getattr(before, name) for name in ("children_user", "children_system"))
    return {"seconds": time.perf_counter() - start, "cpu_seconds": cpu}


class PeakMemory:
    """Measure the largest resident memory of the process inside a `with` block, beyond that at its start, in MiB."""

    def __enter__(self):
        self._process, self._is_running = psutil.Process(), True
        self._start = self._largest = self._process.memory_info().rss
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def _watch(self):
        while self._is_running:
            self._largest = max(self._largest, self._process.memory_info().rss)
            time.sleep(0.005)

    def __exit__(self, *args):
        self._is_running = False
        self._thread.join()
        self.peak = (max(self._largest, self._process.memory_info().rss) - self._start) / MIB


def measure(table, method):
    """Return the time and memory of a method on a table, in this process."""
    X, y = TABLES[table]()
    table_mib = (X.memory_usage(index=False).sum() if isinstance(X, pd.DataFrame) else X.nbytes) / MIB
    some, labels = mixed(400, 100)
    GANOversampler(max_steps=2).fit_resample(some, labels)  # the first run loads parts of libraries
    work = PREPARE[method](X, y)
    with PeakMemory() as memory:
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"seconds": wall, "cpu_seconds": cpu, "peak_mib": memory.peak, "table_mib": table_mib}


if __name__ == "__main__":
    print(json.dumps(measure(*sys.argv[1:])))
