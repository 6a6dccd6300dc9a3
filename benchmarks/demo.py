"""The demonstration: compare on tables that scikit-learn ships, and draw what was generated."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
from joblib import Parallel, delayed
from matplotlib import pyplot as plt
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler
from tqdm.auto import tqdm

from benchmarks.datasets import load_sklearn
from benchmarks.methods import METHODS
from benchmarks.protocol import COMPARED, folds_of, run_fold
from sklearn_gan import GANOversampler

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
    """Write a picture: rare rows in the plane of their principal components, and the losses over steps."""
    sampler = GANOversampler(random_state=0)
    X_resampled, y_resampled = sampler.fit_resample(table.X, table.y)
    plane = PCA(2).fit_transform(StandardScaler().fit(table.X).transform(X_resampled))
    synthetic = sampler.synthetic_mask_
    groups = SimpleNamespace(common=y_resampled == 0, real=(y_resampled == 1) & ~synthetic, generated=synthetic)
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
    left.scatter(*plane[groups.common].T, s=8, color="0.85", label="common rows")
    left.scatter(*plane[groups.generated].T, s=14, marker="x", color="tab:orange", label="generated rare rows")
    left.scatter(*plane[groups.real].T, s=30, color="tab:blue", edgecolor="white", label="real rare rows")
    left.set(title=f"{table.name}", xlabel="first principal component", ylabel="second principal component")
    left.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=3)
    for name, style in (("generator_loss", "-"), ("discriminator_loss", "--")):
        right.plot(sampler.history_[:, "step"], sampler.history_[:, name], style, label=name.replace("_", " "))
    right.set(title="training", xlabel="step", ylabel="loss")
    right.legend()
    figure.savefig(path, dpi=120)
    plt.close(figure)


if __name__ == "__main__":
    main()
