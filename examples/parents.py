"""
Explaining a synthetic row by its parents
=========================================

A generated row of `generator="residual"` begins as a mixture of neighbouring real rows of its class, which a network
then corrects. You learn to ask which rows they were, to read what the network changed, and to take back what descends
from a row that turns out to be wrong.

`python examples/parents.py` takes a few seconds. It prints a generated row beside its parents, and which real row gave
most; and it draws the generated row with `ParentsDisplay`: `examples/parents.png`.
"""

import argparse
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer

from sklearn_gan import GANOversampler
from sklearn_gan.displays import ParentsDisplay

PICTURE = Path(__file__).with_suffix(".png")
N_MALIGNANT, N_COLUMNS = 30, 10


# %%
# All benign tumours, and the first 30 malignant ones: ten measurements, means over the cells of an image.
def make_rare_malignant():
    """Return the tumours, all but 30 of the malignant ones left out."""
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    y = y.map({0: "malignant", 1: "benign"})
    kept = np.sort(np.concatenate([np.flatnonzero(y == "benign"), np.flatnonzero(y == "malignant")[:N_MALIGNANT]]))
    return X.iloc[kept, :N_COLUMNS].reset_index(drop=True), y.iloc[kept].to_numpy()


# %%
# `parents` are positions in the table that was fitted, and `weights` say how much of each went into the mixture; they
# sum to 1. A row that was made from noise alone has no parents: -1, and a weight of 0. The default, `generator="both"`,
# has rows of both kinds.
#
# Between the mixture and the row stand the network's correction and the bounds of the table. So look at the last two
# columns: where they differ little, the row is explained by its parents; where they differ much, it is the network's
# doing, which has learned from all other rows as well.
def tabulate(X, row, parents, weights):
    """Return a text table: a generated row, its parents, the heaviest first, and their mixture."""
    order = [place for place in np.argsort(-weights) if parents[place] >= 0]
    relatives = X.iloc[parents[order]]
    mixture = weights[order] @ relatives.to_numpy()
    lines = [f"{'':24}" + "".join(f"{'row ' + str(position):>10}" for position in parents[order])]
    lines[0] += f"{'mixture':>10}{'generated':>11}"
    lines.append(f"{'weight':24}" + "".join(f"{weight:10.2f}" for weight in weights[order]))
    for name, cells, mixed, cell in zip(X.columns, relatives.to_numpy().T, mixture, row, strict=True):
        lines.append(f"{name:24}" + "".join(f"{number:10.4g}" for number in [*cells, mixed]) + f"{cell:11.4g}")
    return "\n".join(lines)


# %%
# Added up over many rows, weights tell how much was made from each real row. If one of them is found to be wrong,
# mislabelled say, those that have it among their parents are the generated rows to take back first. That is quick help
# and no cure: the network has learned from the wrong row, too. Mend the table and fit again.
def share_of_each_row(parents, weights, n_rows):
    """Return how much of all generated rows came from each real row, as a share."""
    known = parents >= 0
    shares = np.bincount(parents[known], weights[known], minlength=n_rows)
    return shares / max(shares.sum(), 1)


# %%
# The display shades the cells of parents: the darker, the further from the generated row.
def main(max_steps=300, n_samples=200, path=PICTURE):
    """Draw malignant rows, and tell where they come from."""
    X, y = make_rare_malignant()
    sampler = GANOversampler(max_steps=max_steps, random_state=0).fit(X, y)
    generated, parents, weights = sampler.sample(n_samples, y="malignant", return_parents=True)

    has_parents = (parents >= 0).any(axis=1)
    shown = int(np.flatnonzero(has_parents)[0])
    print(f"Of {n_samples} generated rows {has_parents.sum()} have parents; the others were made from noise.\n")
    print(tabulate(X, generated.iloc[shown], parents[shown], weights[shown]))
    display = ParentsDisplay.from_sample(X, generated, parents, weights, row=shown)
    display.figure_.savefig(path, dpi=80)
    plt.close(display.figure_)

    shares = share_of_each_row(parents, weights, len(X))
    most = int(shares.argmax())
    descends = (parents == most).any(axis=1)
    print(f"\nOf {N_MALIGNANT} real malignant rows, row {most} gave most: {shares[most]:.1%} of all that was mixed.")
    print(f"If it were wrong, the {descends.sum()} rows that descend from it could go, and {(~descends).sum()} stay.")
    return y, generated, parents, weights


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=300, help="default: %(default)s")
    parser.add_argument("--path", type=Path, default=PICTURE, help="where the picture goes (default: beside this file)")
    options = parser.parse_args()
    main(options.max_steps, path=options.path)
