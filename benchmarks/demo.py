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
from sklearn.datasets import load_breast_cancer, load_digits, make_moons
from sklearn.metrics import average_precision_score, balanced_accuracy_score
from tqdm.auto import tqdm

from benchmarks.figures import BLUE, ORANGE, corrected_interval
from benchmarks.methods import METHODS, OURS, gan, make_classifiers

BASELINES = {"none": "no resampling", "SMOTE": "SMOTE"}
METRICS = ["AP", "balanced accuracy"]
N_RUNS = 5  # on the moons
N_COMMON, N_RARE = 1_000, 40  # training rows of the moons; `N_RARE` also of the tables
N_NEW = 10  # times as many rows of the moons are test rows
GRID = np.meshgrid(np.linspace(-1.8, 2.8, 300), np.linspace(-1.4, 1.9, 300))
SHADING = {"levels": [0.1, 0.3, 0.5, 0.8, 1], "cmap": "Blues", "vmin": 0, "vmax": 2.8}


@dataclass
class Task:
    """Training rows with few of the rare class, and test rows with many."""

    X: pd.DataFrame
    y: np.ndarray
    X_test: pd.DataFrame
    y_test: np.ndarray


@dataclass
class Run:
    """The scores of a method on a task, the rows after resampling and the classifier fitted on them."""

    record: dict
    X: np.ndarray
    classifier: ClassifierMixin


def main(picture="demo.png", max_steps=200, n_jobs=2):
    """Print the paired differences and write the figure."""
    methods = {OURS: gan(max_steps=max_steps), **{name: METHODS[name] for name in BASELINES}}
    runs = {table: run_all(table, make(), methods, n_jobs) for table, make in TABLES.items()}
    found = {table: paired_differences(of_table) for table, of_table in runs.items()}
    found = pd.concat(found, names=["table", "compared with", "metric"])
    print(
        f"\nGANOversampler(max_steps={max_steps}) minus each baseline, in front of gradient boosting; above 0,\n"
        "GANOversampler is better. Means with 95% confidence intervals (t-test) over\n"
        f"- ten tasks: each digit in turn is the rare class, with {N_RARE} training rows;\n"
        f"- disjoint sets of {N_RARE} training rows of malignant tumours;\n"
        f"- {N_RUNS} samples of two moons, with {N_RARE} training rows of the rare one.\n"
        "All other rows are test rows. AP is weighted to the prevalence in training.\n"
    )
    print(format_differences(found), conclude(found), sep="\n\n")
    draw_moons(runs["moons"], picture)
    print(f"\nReal and synthetic rows of the moons, with the classifier fitted on them: {picture}")


def digits():
    """Yield a task for each digit."""
    X, y = load_digits(return_X_y=True, as_frame=True)
    for digit in range(10):
        rng = np.random.default_rng(digit)
        yield _hold_out(X, (y == digit).to_numpy(), rng.choice(np.flatnonzero(y == digit), N_RARE, replace=False), rng)


def breast_cancer():
    """Yield tasks whose training rows of malignant tumours are disjoint."""
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    is_malignant, rng = (y == 0).to_numpy(), np.random.default_rng(0)
    malignant = rng.permutation(np.flatnonzero(is_malignant))
    for start in range(0, len(malignant) - N_RARE + 1, N_RARE):
        yield _hold_out(X, is_malignant, malignant[start : start + N_RARE], rng)


def _hold_out(X, is_rare, rare, rng):
    """Return a task that trains on the rare rows at the given positions and on half of the common rows."""
    common = np.flatnonzero(~is_rare)
    training = np.sort(np.append(rare, rng.choice(common, len(common) // 2, replace=False)))
    test = np.setdiff1d(np.arange(len(X)), training)
    y = is_rare.astype(int)
    training_rows, test_rows = (X.iloc[rows].reset_index(drop=True).astype(float) for rows in (training, test))
    return Task(training_rows, y[training], test_rows, y[test])


def moons():
    """Yield samples of two moons."""
    for seed in range(N_RUNS):
        rng = np.random.RandomState(seed)
        training = make_moons((N_COMMON, N_RARE), noise=0.3, shuffle=False, random_state=rng)
        test = make_moons((N_NEW * N_COMMON, N_NEW * N_RARE), noise=0.3, random_state=rng)
        (X, y), (X_test, y_test) = (
            (pd.DataFrame(rows, columns=["x", "y"]), labels) for rows, labels in (training, test)
        )
        yield Task(X, y, X_test, y_test)


TABLES = {"digits": digits, "breast cancer": breast_cancer, "moons": moons}


def run_all(table, tasks, methods, n_jobs):
    """Return the runs of all methods on the tasks; a progress bar shows the name of the table."""
    jobs = [delayed(run)(name, method, i, task) for i, task in enumerate(tasks) for name, method in methods.items()]
    results = Parallel(n_jobs=n_jobs, return_as="generator")(jobs)
    return list(tqdm(results, desc=table, total=len(jobs), unit="fit"))


def run(name, method, seed, task):
    """Resample the training rows, fit gradient boosting and score it on the test rows."""
    X, y = method.resample(task.X, task.y, seed)
    classifier = make_classifiers(seed)["boosting"].fit(X.to_numpy(), y)
    probability = classifier.predict_proba(task.X_test.to_numpy())[:, 1]
    weights = np.bincount(task.y) / np.bincount(task.y_test)
    scores = (
        average_precision_score(task.y_test, probability, sample_weight=weights[task.y_test]),
        balanced_accuracy_score(task.y_test, probability > 0.5),
    )
    return Run({"method": name, "task": seed, **dict(zip(METRICS, scores, strict=True))}, X.to_numpy(), classifier)


def paired_differences(runs):
    """Return the mean difference from each baseline and the half-width of its interval, for each metric."""
    by_method = pd.DataFrame([run.record for run in runs]).set_index(["method", "task"])
    rows = {
        label: pd.concat(corrected_interval(by_method.loc[OURS] - by_method.loc[name], test_to_train=0), axis=1)
        for name, label in BASELINES.items()
    }
    return pd.concat(rows).set_axis(["mean", "half"], axis=1)


def format_differences(found):
    """Return a line for each table and baseline, with a column for each metric."""
    low, high = found["mean"] - found["half"], found["mean"] + found["half"]
    shown = [f"{m:+.3f} [{a:+.3f}, {b:+.3f}]" for m, a, b in zip(found["mean"], low, high, strict=True)]
    return pd.Series(shown, found.index).unstack("metric").rename_axis(index=[None, None], columns=None).to_string()


def conclude(found):
    """Count the intervals above, below and around 0, and state the scope of the result."""
    better, worse = found["mean"] > found["half"], found["mean"] < -found["half"]
    return (
        f"GANOversampler is better in {better.sum()} of {len(found)} comparisons and worse in {worse.sum()}; the other "
        "intervals contain 0.\nTasks of a table share rows, so intervals are somewhat too narrow. They do not show how "
        "the methods compare on\nother tables: benchmarks/RESULTS.md has 45 of them."
    )


def draw_moons(runs, path):
    """Draw the run whose difference in AP from SMOTE is the median, with the mean scores of all runs."""
    records = pd.DataFrame([run.record for run in runs]).pivot(index="task", columns="method", values=METRICS)
    difference = records["AP", OURS] - records["AP", "SMOTE"]
    shown = (difference - difference.median()).abs().idxmin()
    means = records.mean().unstack("method")
    figure, axes = plt.subplots(1, 3, figsize=(10.6, 4.9), layout="constrained")
    for ax, name in zip(axes, (*BASELINES, OURS), strict=True):
        draw_panel(ax, *(run for run in runs if (run.record["method"], run.record["task"]) == (name, shown)))
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
    title = f"Scores on test rows: mean of {N_RUNS} runs"
    style = {"fontsize": 13, "title_fontsize": 13, "markerscale": 1.6, "columnspacing": 1.5}
    figure.legend(handles=handles, title=title, loc="outside lower center", ncols=4, **style)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--picture", default="demo.png", help="path of the figure (default: %(default)s)")
    main(parser.parse_args().picture)
