"""
Inspect a fitted sampler
========================

Three displays show how synthetic rows compare with real rows, how training progressed, and which real rows a synthetic
row was mixed from. Each display creates its own figure, or draws into given Axes, as in this example.

`python examples/displays.py` trains for a few seconds and writes `examples/displays.png`.
"""

from pathlib import Path

import matplotlib.pyplot as plt
from PIL import Image
from sklearn.datasets import load_breast_cancer

from sklearn_gan import GANOversampler
from sklearn_gan.displays import ParentsDisplay, SyntheticDataDisplay, TrainingDisplay

PICTURE = Path(__file__).with_name("displays.png")


def main(max_steps=400, path=PICTURE):
    """Fit a sampler on 357 benign and 30 malignant tumours, and draw its displays for the malignant ones."""
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    kept = y[y == 1].index.union(y[y == 0].index[:30])
    X, y = X.loc[kept].reset_index(drop=True), y.loc[kept].map({0: "malignant", 1: "benign"}).to_numpy()
    sampler = GANOversampler(max_steps=max_steps, random_state=0).fit(X, y)

    layout = [["rows", "rows"], ["training", "parents"]]
    figure, axes = plt.subplot_mosaic(
        layout, figsize=(13, 11), height_ratios=[7, 4], width_ratios=[4, 9], layout="constrained"
    )
    SyntheticDataDisplay.from_estimator(sampler, X, y, show_others=True, max_columns=4, ax=axes["rows"])
    TrainingDisplay.from_estimator(sampler, ax=axes["training"])
    ParentsDisplay.from_estimator(sampler, X, max_columns=8, ax=axes["parents"])
    figure.savefig(path, dpi=75)
    plt.close(figure)
    Image.open(path).convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(path, optimize=True)  # a small file


if __name__ == "__main__":
    main()
