"""
Write a report on synthetic rows
================================

`ResamplingReport` describes a fitted sampler on one HTML page. This example keeps half of the rows out of `fit`, so
that the report can judge memorisation, and compares its summary with that of a sampler that keeps a minimum distance.

`python examples/report.py` takes a few seconds. It prints both summaries, and writes the report on the first sampler to
`examples/report.html`.
"""

import argparse
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

from sklearn_gan import GANOversampler, ResamplingReport

PAGE = Path(__file__).with_suffix(".html")
N_MALIGNANT, N_COLUMNS = 100, 10


# %%
# The table has all benign tumours and the first 100 malignant ones. Half of the rows are held out.
def split_tumours():
    """Return a table of tumours and held-out rows of the same kind."""
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    kept = np.sort(np.concatenate([np.flatnonzero(y == 1), np.flatnonzero(y == 0)[:N_MALIGNANT]]))
    X, y = X.iloc[kept, :N_COLUMNS], y.iloc[kept].map({0: "malignant", 1: "benign"})
    X, X_holdout, y, y_holdout = train_test_split(X, y, test_size=0.5, stratify=y, random_state=0)
    return X, y, (X_holdout, y_holdout)


# %%
# A minimum distance from every real row reduces memorisation, and may move the synthetic rows away from the real ones.
# The summaries show both.
def main(max_steps=300, min_distance=1.0, path=PAGE):
    """Print the summaries of two samplers, and write the report on the first one."""
    X, y, holdout = split_tumours()
    reports = []
    for distance in (0.0, min_distance):
        sampler = GANOversampler(min_distance=distance, max_steps=max_steps, random_state=0).fit(X, y)
        reports.append(ResamplingReport(sampler, X, y, holdout=holdout))
        print(f"min_distance={distance}")
        for finding in reports[-1].findings:
            print(f"  {finding.light.value:16}{finding.sentence}")
    reports[0].write_html(path)
    return reports


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=300, help="default: %(default)s")
    parser.add_argument("--path", type=Path, default=PAGE, help="path of the report (default: next to this file)")
    options = parser.parse_args()
    main(options.max_steps, path=options.path)
