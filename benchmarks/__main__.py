"""Run the comparison: `python -m benchmarks --data FOLDER`."""

import argparse
import json
from pathlib import Path

import pandas as pd
from joblib import Parallel, delayed
from tqdm.auto import tqdm

from benchmarks import datasets, report
from benchmarks.methods import CLASSIFIERS, METHODS
from benchmarks.protocol import folds_of, run_fold


def main(arguments=None):
    """Run what is not yet in the results, then print the summary."""
    options = _parse(arguments)
    tables = [table for table in _load(options) if not options.tables or table.name in options.tables]
    run(tables, options)
    records = pd.read_csv(options.out)
    wanted = {
        "table": [table.name for table in tables],
        "method": options.methods,
        "classifier": options.classifiers,
        "fold": range(options.folds * options.repeats),
    }
    records = records[records[list(wanted)].isin(wanted).all(axis=1)]
    text = report.summarize(records, options.methods)
    print(text)
    if options.report:
        Path(options.report).write_text(report.page(text, options))


def run(tables, options):
    """Append the records of every fold to the results as they come; skip those that are there."""
    out = Path(options.out)
    _check_settings(out.with_suffix(".json"), options)
    done = set()
    if out.exists():
        counts = pd.read_csv(out).query("classifier in @options.classifiers").value_counts(["table", "fold", "method"])
        done = set(counts.index[counts == len(options.classifiers)])
    jobs = [
        delayed(run_fold)(table, fold, *rows, method, options.seed, options.classifiers)
        for table in tables
        for fold, rows in enumerate(folds_of(table, options.folds, options.repeats, options.seed))
        for method in options.methods
        if (table.name, fold, method) not in done
    ]
    results = Parallel(n_jobs=options.jobs, return_as="generator_unordered")(jobs)
    for records in tqdm(results, total=len(jobs), unit="fold"):
        pd.DataFrame(records).to_csv(out, mode="a", header=not out.exists(), index=False)


def _check_settings(path, options):
    """Go on with results only if they were made on the same folds; else say so."""
    settings = {name: getattr(options, name) for name in ("data", "zenodo", "folds", "repeats", "max_rows", "seed")}
    if path.exists() and json.loads(path.read_text()) != settings:
        raise SystemExit(
            f"{options.out} holds results of other settings, {path.read_text()}; expected {json.dumps(settings)}. "
            "Name another file with --out, or remove this one and its .json."
        )
    path.write_text(json.dumps(settings))


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--data", help="folder with manifest.csv and NAME.csv.gz; without it, scikit-learn's tables")
    parser.add_argument("--zenodo", action="store_true", help="imbalanced-learn's collection, downloaded")
    parser.add_argument("--out", default="results.csv", help="CSV of the records (default: %(default)s)")
    parser.add_argument("--report", help="write the summary to this Markdown file, too")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS), help="default: all")
    parser.add_argument("--classifiers", nargs="+", choices=CLASSIFIERS, default=list(CLASSIFIERS), help="default: all")
    parser.add_argument("--tables", nargs="+", help="names of tables (default: all)")
    parser.add_argument("--folds", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--repeats", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--max-rows", type=int, default=4000, help="cut larger tables (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    return parser.parse_args(arguments)


def _load(options):
    if options.data:
        return list(datasets.load_folder(options.data, options.max_rows))
    if options.zenodo:
        return list(datasets.load_zenodo(options.max_rows))
    return list(datasets.load_sklearn())


if __name__ == "__main__":
    main()
