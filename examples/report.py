"""
A report to pass on
===================

:class:`~sklearn_gan.ResamplingReport` describes a fitted sampler on one HTML
page. This example shows the page, and compares its findings for samplers that
keep different minimum distances between synthetic and real rows.
"""

# %%
# A sampler and held-out rows
# ---------------------------
#
# The table has all benign tumours and the first 100 malignant ones. Half of
# the rows are held out, so that the report can judge memorization.

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

from sklearn_gan import GANOversampler, ResamplingReport

X, y = load_breast_cancer(return_X_y=True, as_frame=True)
kept = np.sort(
    np.concatenate([np.flatnonzero(y == 1), np.flatnonzero(y == 0)[:100]])
)
X, y = X.iloc[kept, :10], y.iloc[kept].map({0: "malignant", 1: "benign"})
X, X_holdout, y, y_holdout = train_test_split(
    X, y, test_size=0.5, stratify=y, random_state=0
)
sampler = GANOversampler(max_steps=200, random_state=0).fit(X, y)
report = ResamplingReport(sampler, X, y, holdout=(X_holdout, y_holdout))

# %%
# The page
# --------
#
# Notebooks show the report in a frame, as below. ``write_html`` writes it to a
# file that works without a network, and ``open`` opens it in a browser. The
# page contains real rows: protect it like the table.

report

# %%
# The findings
# ------------
#
# The summary has five findings. Each has a subject, a traffic light, a
# sentence and its meaning; see :doc:`/guide/report`.

for finding in report.findings:
    print(f"{finding.subject}: {finding.light.value}")

# %%
# Compare samplers
# ----------------
#
# ``min_distance`` keeps synthetic rows at a distance from every real row of
# ``fit``, in standard deviations.

reports = {"no minimum distance": report}
for min_distance in (1.0, 1.5):
    sampler = GANOversampler(
        min_distance=min_distance, max_steps=200, random_state=0
    ).fit(X, y)
    reports[f"min_distance={min_distance}"] = ResamplingReport(
        sampler, X, y, holdout=(X_holdout, y_holdout)
    )

# %%
# Without a minimum distance, synthetic rows lie so close to the rows of
# ``fit`` that they reveal them. At a distance of 1, there is no sign of it. A
# larger distance moves the rows too far: columns differ from those of real
# rows, and an attacker recognises the rows of ``fit`` by the gaps around them.

import matplotlib.pyplot as plt

shown = {
    "good": ("o", "#009E73"),
    "look": ("^", "#E69F00"),
    "problem": ("s", "#D55E00"),
    "unknown": ("D", "0.6"),
}
fig, ax = plt.subplots(figsize=(8, 3.4), layout="constrained")
for place, found in enumerate(reports.values()):
    for column, finding in enumerate(found.findings):
        marker, color = shown[finding.light.value]
        ax.scatter(column, place, s=200, marker=marker, color=color)
        ax.annotate(
            finding.light.value,
            (column, place),
            (0, -22),
            textcoords="offset points",
            ha="center",
        )
ax.set_xticks(
    range(len(report.findings)),
    [finding.subject for finding in report.findings],
)
ax.set_yticks(range(len(reports)), reports)
ax.set(
    xlim=(-0.5, len(report.findings) - 0.5), ylim=(len(reports) - 0.5, -0.5)
)
ax.set_title(
    "Findings of the reports on samplers with three minimum distances"
)
ax.xaxis.tick_top()
ax.tick_params(length=0)
ax.spines[:].set_visible(False)
plt.show()
