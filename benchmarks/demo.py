"""The demonstration: compare on tables that scikit-learn ships, and draw what was generated."""

from pathlib import Path

import pandas as pd
from joblib import Parallel, delayed
from matplotlib import pyplot as plt
from tqdm.auto import tqdm

from benchmarks.datasets import load_sklearn
from benchmarks.methods import METHODS
from benchmarks.protocol import COMPARED, folds_of, run_fold
from sklearn_gan import GANOversampler
from sklearn_gan.displays import SyntheticDataDisplay, TrainingDisplay

SHOWN = ("none", "SMOTE", "GANOversampler")
CLASSIFIERS = ("logistic", "boosting")
N_FOLDS = 3
PICTURE = Path("demo.png")


def main():
    """Print the comparison and write the picture."""
    tables = list(load_sklearn())
    print("Cross-validated comparison on", ", ".join(f"{t.name} ({t.y.sum()} of {len(t.y)} rows rare)" for t in tables))
    print(format_scores(compare(tables)))
    draw(tables[0], PICTURE)
    print(f"\nReal and generated rare rows of {tables[0].name}, and the training curve: {PICTURE.resolve()}")


def compare(tables):
    """Return the records of every fold, method and classifier."""
    jobs = [
        delayed(run_fold)(table, fold, rows, name, METHODS[name], 0, CLASSIFIERS)
        for name in SHOWN
        for table in tables
        for fold, rows in enumerate(folds_of(table, N_FOLDS, 1, 0))
    ]
    results = Parallel(n_jobs=2, return_as="generator_unordered")(jobs)
    return pd.DataFrame([record for records in tqdm(results, total=len(jobs), unit="fold") for record in records])


def format_scores(records):
    """Return mean and standard deviation over tables and folds, and the seconds that resampling took."""
    groups = records.groupby(["classifier", "method"], sort=False)
    scores = groups[list(COMPARED)].agg(lambda values: f"{values.mean():.3f} ± {values.std():.3f}")
    return scores.assign(seconds=groups["seconds"].mean().map("{:.2f}".format)).sort_index().to_string()


def draw(table, path):
    """Write a picture: real and generated rare rows in a plane, and how the networks trained."""
    sampler = GANOversampler(random_state=0).fit(table.X, table.y)
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.8), layout="constrained")
    SyntheticDataDisplay.from_estimator(sampler, table.X, table.y, label=1, show_others=True, kind="plane", ax=left)
    TrainingDisplay.from_estimator(sampler, ax=right)
    figure.suptitle(f"{table.name}: rare rows, and training")
    figure.savefig(path, dpi=100)
    plt.close(figure)


if __name__ == "__main__":
    main()
