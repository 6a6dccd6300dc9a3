"""Store records in one CSV file for each experiment; a run adds only missing records."""

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd
from joblib import Parallel
from tqdm.auto import tqdm

KEY = ["table", "fold", "method"]
FOLDER = "benchmarks/records"
PUBLISHED = Path(__file__).parent / "records"
PACKAGES = (
    *("sklearn-gan", "torch", "scikit-learn", "imbalanced-learn", "skorch", "numpy"),
    *("smote-variants", "imbcal", "imbalanced-learn-extra", "mgs-grf"),
    *("ctgan", "arfpy", "ForestDiffusion", "utrees"),
)


def add_missing(jobs, path, settings, n_processes):
    """Run the jobs without records in the CSV file at `path`, and append their records as they finish.

    Parameters
    ----------
    jobs : dict
        Delayed calls that each return a list of records, keyed by (table, fold, method).
    path : Path
        CSV file. A JSON file next to it stores the settings and the package versions of the last run.
    settings : dict
        Settings that all records in the file share.
    n_processes : int
        Number of parallel processes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _check_settings(path, settings)
    done = set(pd.read_csv(path)[KEY].itertuples(index=False, name=None)) if path.exists() else set()
    todo = {key: job for key, job in jobs.items() if key not in done}
    results = Parallel(n_jobs=n_processes, return_as="generator_unordered")(todo.values())
    for records in tqdm(results, total=len(todo), unit="fold", desc=path.stem):
        if records:
            frame = pd.DataFrame(records)
            frame.to_csv(path, mode="a", header=not path.exists(), index=False, float_format="%.5f")


def read(path):
    """Return the records at `path`."""
    return pd.read_csv(path)


def load(name):
    """Return the published records of an experiment."""
    return read(PUBLISHED / f"{name}.csv")


def read_settings(path):
    """Return the settings and package versions of the records at `path`."""
    return json.loads(path.with_suffix(".json").read_text())


def _check_settings(path, settings):
    """Raise if the file has records with other settings, and write the settings otherwise."""
    beside = path.with_suffix(".json")
    if beside.exists() and (found := read_settings(path)["settings"]) != settings:
        raise SystemExit(
            f"Expected records with the settings {settings}, but {path} contains records with {found}. Pass another "
            "folder as --records, or delete this file and its .json file."
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
