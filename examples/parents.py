"""
Explain a synthetic row by its parents
======================================

With `generator="residual"`, a synthetic row starts as a mixture of neighbouring real rows of its class, its parents. A
network then corrects the mixture. This example identifies the parents, shows the correction, and finds the synthetic
rows derived from a given real row.

`python examples/parents.py` takes a few seconds. It prints a synthetic row next to its parents, and the real row with
the largest total weight. `ParentsDisplay` draws the synthetic row to `examples/parents.png`.
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
# The table has all benign tumours and the first 30 malignant ones. Its 10 columns are means over the cells of an image.
def make_rare_malignant():
    """Return all benign tumours and the first 30 malignant ones."""
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    y = y.map({0: "malignant", 1: "benign"})
    kept = np.sort(np.concatenate([np.flatnonzero(y == "benign"), np.flatnonzero(y == "malignant")[:N_MALIGNANT]]))
    return X.iloc[kept, :N_COLUMNS].reset_index(drop=True), y.iloc[kept].to_numpy()


# %%
# `parents` contains positions in the training table, and `weights` their shares in the mixture, which sum to 1. A row
# generated from noise only has no parents: its positions are -1 and its weights 0. The default, `generator="both"`,
# generates rows of both kinds.
#
# The synthetic row differs from the mixture by the network's correction and by clipping to the bounds of the table. If
# the last two columns differ little, the parents explain the row. Otherwise the network, which is trained on all rows,
# has changed it.
def tabulate(X, row, parents, weights):
    """Return a text table of the parents, largest weight first, their mixture and the synthetic row."""
    order = [place for place in np.argsort(-weights) if parents[place] >= 0]
    relatives = X.iloc[parents[order]]
    mixture = weights[order] @ relatives.to_numpy()
    lines = [f"{'':24}" + "".join(f"{'row ' + str(position):>10}" for position in parents[order])]
    lines[0] += f"{'mixture':>10}{'synthetic':>11}"
    lines.append(f"{'weight':24}" + "".join(f"{weight:10.2f}" for weight in weights[order]))
    for name, values, mixed, value in zip(X.columns, relatives.to_numpy().T, mixture, row, strict=True):
        lines.append(f"{name:24}" + "".join(f"{number:10.4g}" for number in [*values, mixed]) + f"{value:11.4g}")
    return "\n".join(lines)


# %%
# The sum of weights over many synthetic rows measures the contribution of each real row. If a real row is wrong, for
# example mislabelled, first remove the synthetic rows derived from it. This is a temporary fix, because the network was
# also trained on the wrong row. Correct the table and refit the sampler.
def share_of_each_row(parents, weights, n_rows):
    """Return the share of each real row in the total weight of all parents."""
    known = parents >= 0
    shares = np.bincount(parents[known], weights[known], minlength=n_rows)
    return shares / max(shares.sum(), 1)


# %%
# The display shades the values of the parents; darker values are farther from the synthetic row.
def main(max_steps=300, n_samples=200, path=PICTURE):
    """Sample malignant rows, and print and draw their parents."""
    X, y = make_rare_malignant()
    sampler = GANOversampler(max_steps=max_steps, random_state=0).fit(X, y)
    synthetic, parents, weights = sampler.sample(n_samples, y="malignant", return_parents=True)

    has_parents = (parents >= 0).any(axis=1)
    shown = int(np.flatnonzero(has_parents)[0])
    print(f"{has_parents.sum()} of {n_samples} synthetic rows have parents; the others were generated from noise.\n")
    print(tabulate(X, synthetic.iloc[shown], parents[shown], weights[shown]))
    display = ParentsDisplay.from_sample(X, synthetic, parents, weights, row=shown)
    display.figure_.savefig(path, dpi=80)
    plt.close(display.figure_)

    shares = share_of_each_row(parents, weights, len(X))
    most = int(shares.argmax())
    derived = (parents == most).any(axis=1)
    print(f"\nOf {N_MALIGNANT} real malignant rows, row {most} has the largest total weight: {shares[most]:.1%}.")
    print(f"{derived.sum()} synthetic rows are derived from it; {(~derived).sum()} are not.")
    return y, synthetic, parents, weights


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=300, help="default: %(default)s")
    parser.add_argument("--path", type=Path, default=PICTURE, help="path of the figure (default: next to this file)")
    options = parser.parse_args()
    main(options.max_steps, path=options.path)
