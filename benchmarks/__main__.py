"""Compare methods for class imbalance.

`python -m benchmarks compare` scores methods on the cross-validation folds of tables. `thresholds` also scores them at
thresholds tuned within the training rows. `oracle` makes a class rare and compares with training on its hidden rows.
`ablation` removes parts of the default or replaces them by other techniques, along an axis. `ring` counts the modes
covered with each loss. `conformity` measures how often a classifier assigns synthetic rows to their class. `fidelity`
compares synthetic rows with held-out rows. `rules` measures how often synthetic rows break planted rules.
`memorization` measures how closely synthetic rows reproduce the training rows. `imputation` hides values and imputes
them. `ensemble` compares ResampledClassifier with other ensembles and corrections of probabilities, `ensemble-parts`
removes its parts, and `ensemble-rare` makes a class rare. `speed` measures time and memory; run it while nothing else
runs. `report` writes the results of all records.
"""

import argparse
from pathlib import Path

from joblib import delayed

from benchmarks import (
    ablation,
    conformity,
    datasets,
    ensemble,
    fidelity,
    imputation,
    memorization,
    oracle,
    records,
    report,
    ring,
    rules,
    speed,
)
from benchmarks.methods import BALANCED, CLASSIFIERS, METHODS, SLOW
from benchmarks.protocol import folds_of, run_fold

EVERY_METHOD = METHODS | BALANCED


def main(arguments=None):
    """Run the jobs that have no records yet, then print the page of results."""
    options = _parse(arguments)
    folder = Path(options.records)
    if options.command != "report":
        records.add_missing(
            jobs_of(options), folder / f"{name_of(options)}.csv", settings_of(options), n_processes=options.jobs
        )
    text = report.page(folder)
    print(text)
    if options.report:
        Path(options.report).write_text(text)
        report.draw(folder, Path(options.report))


def name_of(options):
    """Return the file name of an experiment's records, without the extension."""
    if options.command == "ablation" and options.axis != "parts":
        return f"ablation-{options.axis}"
    return options.command


def jobs_of(options):
    """Return the delayed calls of an experiment, keyed by (table, fold, method)."""
    if options.command in EXPERIMENTS:
        return EXPERIMENTS[options.command](options)
    return _compare(options, {name: EVERY_METHOD[name] for name in options.methods})


def _ablation(options):
    return _compare(options, ablation.AXES[options.axis], lambda tables: ablation.choose_tables(tables, options))


def _compare(options, methods, choose=iter):
    tune = options.command == "thresholds"  # requires two classes
    scoring = {"seed": options.seed, "classifiers": options.classifiers, "tune": tune}
    return {
        (table.name, fold, name): delayed(run_fold)(table, fold, rows, name, method, **scoring)
        for table in choose(_load(options, options.max_rows))
        if not tune or table.y.max() == 1
        for name, method in methods.items()
        if method.serves(table.X) and (options.tables or table.name in SLOW.get(name, [table.name]))
        for fold, rows in enumerate(folds_of(table, options.folds, options.repeats, options.seed))
    }


def _oracle(options):
    return {
        (table.name, repeat, name): delayed(oracle.run)(table, repeat, name, options.seed, options.classifiers)
        for table in oracle.choose_tables(_load(options, max_rows=None))
        for repeat in range(options.folds * options.repeats)
        for name in oracle.COMPARED
    }


def _ensemble(options):
    return {
        (table.name, fold, name): delayed(ensemble.run)(table, fold, rows, name, options.seed)
        for name in filter(ensemble.is_installed, ensemble.METHODS)
        for table in _load(options, options.max_rows)
        if not name.startswith("imbcal") or table.y.max() == 1
        for fold, rows in enumerate(folds_of(table, options.folds, options.repeats, options.seed))
        if name != ensemble.SLOW or (table.name in ablation.TABLES and fold == 0)
    }


def _ensemble_parts(options):
    return {
        (table.name, fold, ensemble.OURS): delayed(ensemble.run_parts)(table, fold, rows, options.seed)
        for table in ablation.choose_tables(_load(options, options.max_rows), options)
        for fold, rows in enumerate(folds_of(table, options.folds, options.repeats, options.seed))
    }


def _ensemble_rare(options):
    return {
        (table.name, repeat, name): delayed(ensemble.run_rare)(table, repeat, name, options.seed)
        for table in oracle.choose_tables(_load(options, max_rows=None))
        for repeat in range(options.folds * options.repeats)
        for name in ensemble.RARE
    }


def _ring(options):
    return {
        ("ring", repeat, name): delayed(ring.run)(name, repeat, options.seed)
        for name in ring.METHODS
        for repeat in range(options.folds * options.repeats)
    }


def _rules(options):
    return {
        (table, repeat, method): delayed(rules.run)(table, repeat, method, options.seed)
        for repeat in range(options.folds * options.repeats)
        for table in rules.TABLES
        for method in rules.METHODS
        if rules.serves(method, table)
    }


def _speed(options):
    return {
        (table, repeat, method): delayed(speed.run)(table, repeat, method)
        for repeat in range(options.folds * options.repeats)
        for table, method in speed.runs()
    }


def _of_tables(experiment, choose=lambda tables, options: tables):
    def jobs(options):
        return {
            (table.name, repeat, name): delayed(experiment.run)(table, repeat, name, options.seed)
            for table in choose(_load(options, options.max_rows), options)
            for repeat in range(options.folds * options.repeats)
            for name in experiment.METHODS
        }

    return jobs


EXPERIMENTS = {
    "oracle": _oracle,
    "ablation": _ablation,
    "ring": _ring,
    "conformity": _of_tables(conformity),
    "fidelity": _of_tables(fidelity, fidelity.choose_tables),
    "memorization": _of_tables(memorization, memorization.choose_tables),
    "rules": _rules,
    "imputation": _of_tables(imputation),
    "ensemble": _ensemble,
    "ensemble-parts": _ensemble_parts,
    "ensemble-rare": _ensemble_rare,
    "speed": _speed,
}


def settings_of(options):
    """Return the settings that all records in a file must share."""
    names = ("folds", "repeats", "max_rows", "seed", "classifiers")
    source = "folder" if options.data else "zenodo" if options.zenodo else "scikit-learn"
    return {"source": source, **{name: getattr(options, name) for name in names}}


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = ("compare", "thresholds", *EXPERIMENTS, "report")
    parser.add_argument("command", nargs="?", choices=commands, default="compare", help="default: %(default)s")
    parser.add_argument("--axis", choices=ablation.AXES, default="parts", help="ablation axis (default: %(default)s)")
    parser.add_argument("--data", help="folder with manifest.csv and NAME.csv.gz (default: scikit-learn's tables)")
    parser.add_argument("--zenodo", action="store_true", help="download imbalanced-learn's collection")
    parser.add_argument("--records", default=records.FOLDER, help="folder of the CSV files (default: %(default)s)")
    parser.add_argument("--report", help="write the page to this Markdown file and its figures to the same folder")
    quick = [name for name, method in EVERY_METHOD.items() if name not in SLOW and method.is_installed()]
    note = "default: all installed methods except " + ", ".join(f"{name} ({len(SLOW[name])} tables)" for name in SLOW)
    parser.add_argument("--methods", nargs="+", choices=EVERY_METHOD, default=quick, help=note)
    parser.add_argument("--classifiers", nargs="+", choices=CLASSIFIERS, default=list(CLASSIFIERS), help="default: all")
    parser.add_argument("--tables", nargs="+", help="names of tables (default: all)")
    parser.add_argument("--folds", type=int, help="default: 5, or 1 for rules and speed")
    parser.add_argument("--repeats", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--max-rows", type=int, default=4000, help="rows per table, at most (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="number of processes (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    options = parser.parse_args(arguments)
    if options.folds is None:
        options.folds = 1 if options.command in ("rules", "speed") else 5
    if options.command == "speed":
        options.jobs = 1
    return options


def _load(options, max_rows):
    if options.data:
        tables = datasets.load_folder(options.data, max_rows)
    elif options.zenodo:
        tables = datasets.load_zenodo(max_rows)
    else:
        tables = datasets.load_sklearn()
    return [table for table in tables if not options.tables or table.name in options.tables]


if __name__ == "__main__":
    main()
