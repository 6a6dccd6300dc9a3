"""Records of runs: one CSV for each experiment, to which a run adds what is not there yet."""

import json
import platform
from importlib.metadata import PackageNotFoundError, version

import pandas as pd
from joblib import Parallel
from tqdm.auto import tqdm

KEY = ["table", "fold", "method"]
FOLDER = "benchmarks/records"
PACKAGES = ("sklearn-gan", "torch", "scikit-learn", "imbalanced-learn", "skorch", "numpy", "smote-variants", "ctgan")


def add_missing(jobs, path, settings, n_processes):
    """Run the jobs whose records are not in the CSV at `path`, and append theirs as they come.

    Parameters
    ----------
    jobs : dict
        For each (table, fold, method) a delayed call that returns a list of records.
    path : Path
        The CSV; beside it lies a JSON file with the settings, and the versions of the last run.
    settings : dict
        What records in one file must have in common.
    n_processes : int
        How many jobs run at a time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _check_settings(path, settings)
    done = set(pd.read_csv(path)[KEY].itertuples(index=False, name=None)) if path.exists() else set()
    todo = {key: job for key, job in jobs.items() if key not in done}
    results = Parallel(n_jobs=n_processes, return_as="generator_unordered")(todo.values())
    for records in tqdm(results, total=len(todo), unit="fold", desc=path.stem):
        frame = pd.DataFrame(records)
        frame.to_csv(path, mode="a", header=not path.exists(), index=False, float_format="%.5f")


def read(path):
    """Return the records at `path`."""
    return pd.read_csv(path)


def read_settings(path):
    """Return the settings and versions that the CSV at `path` was made with."""
    return json.loads(path.with_suffix(".json").read_text())


def _check_settings(path, settings):
    """Go on with records only if they were made with the same settings; else say so."""
    beside = path.with_suffix(".json")
    if beside.exists() and (found := read_settings(path)["settings"]) != settings:
        raise SystemExit(
            f"{path} holds records of other settings, {found}; expected {settings}. Name another folder with "
            "--records, or remove this file and its .json."
        )
    beside.write_text(json.dumps({"settings": settings, "versions": _versions()}, indent=1) + "\n")


def _versions():
    found = {"Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
