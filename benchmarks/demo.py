"""The demonstration: paired differences on tables of scikit-learn, and a figure of resampled moons.

`python -m benchmarks.demo --picture docs/images/plane.png` writes the figure of the README.
"""

import argparse
from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from matplotlib import pyplot as plt
from matplotlib.patches import Patch
from sklearn.base import ClassifierMixin
from sklearn.datasets import make_moons
from tqdm.auto import tqdm

from benchmarks.datasets import load_sklearn
from benchmarks.figures import BLUE, ORANGE, corrected_interval
from benchmarks.methods import METHODS, OURS, gan, make_classifiers
from benchmarks.protocol import folds_of, run_fold, scores

BASELINES = {"none": "no resampling", "SMOTE": "SMOTE"}
METRICS = ["AP", "balanced_accuracy"]
CLASSIFIERS = ("logistic", "boosting")
N_FOLDS, N_RUNS = 3, 5
N_COMMON, N_RARE, N_NEW = 1_000, 40, 10  # rows of the moons; N_NEW times as many are new
GRID = np.meshgrid(np.linspace(-1.8, 2.8, 300), np.linspace(-1.4, 1.9, 300))
SHADING = {"levels": [0.1, 0.3, 0.5, 0.8, 1], "cmap": "Blues", "vmin": 0, "vmax": 2.8}


@dataclass
class Run:
    """Rows of the moons after resampling, the classifier fitted on them, and its scores on new rows."""

    record: dict
    X: np.ndarray
    classifier: ClassifierMixin


def main(picture="demo.png", max_steps=200, n_jobs=2):
    """Print the paired differences and write the figure."""
    methods = {OURS: gan(max_steps=max_steps), **{name: METHODS[name] for name in BASELINES}}
    found = {table.name: compare(table, methods, n_jobs) for table in load_sklearn()}
    jobs = [delayed(run_moons)(name, method, seed) for name, method in methods.items() for seed in range(N_RUNS)]
    runs = run_jobs("moons", jobs, n_jobs)
    found["moons"] = paired_differences(pd.DataFrame([run.record for run in runs]), test_to_train=0)
    found = pd.concat(found, names=["table", "compared with", "metric"])
    print(
        f"\nGANOversampler(max_steps={max_steps}) minus each baseline, with 95% confidence intervals; above 0,\n"
        f"GANOversampler is better. Tables: {N_FOLDS} folds, mean of logistic regression and gradient boosting,\n"
        f"corrected resampled t-test (Nadeau and Bengio, 2003). Moons: {N_RUNS} runs, gradient boosting, t-test.\n"
    )
    print(format_differences(found), conclude(found), sep="\n\n")
    draw_moons(runs, picture)
    print(f"\nReal and synthetic rows of the moons, with the classifier fitted on them: {picture}")


def compare(table, methods, n_jobs):
    """Return the paired differences on the folds of a table."""
    jobs = [
        delayed(run_fold)(table, fold, rows, name, method, 0, CLASSIFIERS)
        for name, method in methods.items()
        for fold, rows in enumerate(folds_of(table, N_FOLDS, 1, 0))
    ]
    records = pd.concat(map(pd.DataFrame, run_jobs(table.name, jobs, n_jobs)))
    return paired_differences(records, test_to_train=1 / (N_FOLDS - 1))


def run_jobs(name, jobs, n_jobs):
    """Return the results of the jobs in their order; a progress bar shows the name of the table."""
    results = Parallel(n_jobs=n_jobs, return_as="generator")(jobs)
    return list(tqdm(results, desc=name, total=len(jobs), unit="fit"))


def paired_differences(records, test_to_train):
    """Return the mean difference from each baseline and the half-width of its interval, for each metric."""
    by_method = records.groupby(["method", "fold"])[METRICS].mean()
    rows = {
        label: pd.concat(corrected_interval(by_method.loc[OURS] - by_method.loc[name], test_to_train), axis=1)
        for name, label in BASELINES.items()
    }
    return pd.concat(rows).set_axis(["mean", "half"], axis=1)


def format_differences(found):
    """Return a line for each table and baseline, with a column for each metric."""
    low, high = found["mean"] - found["half"], found["mean"] + found["half"]
    shown = [f"{m:+.3f} [{a:+.3f}, {b:+.3f}]" for m, a, b in zip(found["mean"], low, high, strict=True)]
    columns = pd.Series(shown, found.index).unstack("metric")
    return columns.rename(columns=lambda name: name.replace("_", " ")).rename_axis(columns=None).to_string()


def conclude(found):
    """Count the intervals above and below 0, and state the scope of the result."""
    is_real = found.index.get_level_values("table") != "moons"
    better, worse = found["mean"] > found["half"], found["mean"] < -found["half"]
    return (
        f"This shows that GANOversampler is better in {better[is_real].sum()} of {is_real.sum()} comparisons on real "
        f"tables and in {better[~is_real].sum()} of {(~is_real).sum()} on the moons,\nand worse in {worse.sum()} of "
        f"{len(found)} (intervals without 0); it does not show how the methods compare on other tables:\n"
        "benchmarks/RESULTS.md has 45 of them."
    )


def run_moons(name, method, seed):
    """Resample the moons, fit gradient boosting and score it on new rows."""
    rng = np.random.RandomState(seed)
    X, y = make_moons((N_COMMON, N_RARE), noise=0.3, shuffle=False, random_state=rng)
    X_resampled, y_resampled = method.resample(pd.DataFrame(X, columns=["x", "y"]), y, seed)
    X_resampled = X_resampled.to_numpy()
    classifier = make_classifiers(seed)["boosting"].fit(X_resampled, y_resampled)
    X_new, y_new = make_moons((N_NEW * N_COMMON, N_NEW * N_RARE), noise=0.3, random_state=rng)
    record = {"method": name, "fold": seed, **scores(y_new, classifier.predict_proba(X_new))}
    return Run(record, X_resampled, classifier)


def draw_moons(runs, path):
    """Draw the run whose difference in AP from SMOTE is the median, with the mean scores of all runs."""
    records = pd.DataFrame([run.record for run in runs]).pivot(index="fold", columns="method", values=METRICS)
    difference = records["AP", OURS] - records["AP", "SMOTE"]
    shown = (difference - difference.median()).abs().idxmin()
    means = records.mean().unstack("method")
    figure, axes = plt.subplots(1, 3, figsize=(10.6, 4.9), layout="constrained")
    for ax, name in zip(axes, (*BASELINES, OURS), strict=True):
        draw_panel(ax, *(run for run in runs if (run.record["method"], run.record["fold"]) == (name, shown)))
        ap, accuracy = means.loc[METRICS, name]
        ax.set_title(f"{BASELINES.get(name, name)}\nAP {ap:.2f}, balanced accuracy {accuracy:.2f}", fontsize=14)
    best = means.loc["AP"].idxmax()
    title = f"Gradient boosting reaches the highest average precision (AP) with {BASELINES.get(best, best)}"
    figure.suptitle(title, fontsize=16)
    add_legend(figure, axes[-1])
    figure.savefig(path, dpi=93, pil_kwargs={"optimize": True})
    plt.close(figure)


def draw_panel(ax, run):
    """Draw the predicted probability of the rare class, the decision boundary and the rows."""
    plane = np.column_stack([axis.ravel() for axis in GRID])
    probability = run.classifier.predict_proba(plane)[:, 1].reshape(GRID[0].shape)
    ax.contourf(*GRID, probability, **SHADING)
    ax.contour(*GRID, probability, levels=[0.5], colors="black", linewidths=0.9)
    common, real, synthetic = np.split(run.X, [N_COMMON, N_COMMON + N_RARE])
    ax.scatter(*common.T, s=3, color="0.62", label="common rows")
    ax.scatter(*synthetic.T, s=5, color=BLUE, label="synthetic rare rows")
    ax.scatter(*real.T, s=34, color=ORANGE, edgecolor="black", label=f"{N_RARE} real rare rows")
    ax.set(xticks=[], yticks=[], xlim=GRID[0][0, [0, -1]], ylim=GRID[1][[0, -1], 0])


def add_legend(figure, ax):
    """Describe rows and shading, and the origin of the scores."""
    shade = plt.get_cmap(SHADING["cmap"])(0.9 / SHADING["vmax"])
    handles = [*ax.get_legend_handles_labels()[0], Patch(facecolor=shade, edgecolor="black", label="predicted rare")]
    title = f"Scores on new rows: mean of {N_RUNS} runs"
    style = {"fontsize": 13, "title_fontsize": 13, "markerscale": 1.6, "columnspacing": 1.5}
    figure.legend(handles=handles, title=title, loc="outside lower center", ncols=4, **style)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--picture", default="demo.png", help="path of the figure (default: %(default)s)")
    main(parser.parse_args().picture)
