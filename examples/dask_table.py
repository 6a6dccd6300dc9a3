"""
A large table with Dask
=======================

:class:`sklearn_gan.dask.GANOversampler` oversamples Dask collections, which
may be larger than memory. This example uses a small table in partitions, and
Dask's threads on one machine. A cluster needs no other code; see
:doc:`/guide/dask`.
"""

# %%
# A table in partitions
# ---------------------
#
# Each partition has 5,000 payments, of which about 2% are fraudulent. In
# practice, ``dask.dataframe.read_parquet`` reads the partitions from files.

import dask
import dask.dataframe as dd
import numpy as np
import pandas as pd


def make_payments(number):
    rng = np.random.default_rng(number)
    fraud = rng.random(5_000) < 0.02
    amount = rng.lognormal(3 + fraud, size=5_000).round(2)
    country = np.where(
        fraud & (rng.random(5_000) < 0.5),
        "FR",
        rng.choice(["DE", "FR", "IT"], 5_000),
    )
    return pd.DataFrame({"amount": amount, "country": country, "fraud": fraud})


payments = dd.from_map(make_payments, range(4))
X, y = payments.drop(columns="fraud"), payments["fraud"]

# %%
# Resample
# --------
#
# ``fit_resample`` reads every partition once, and trains the networks on a
# sample of at most 30,000 rows. Its result is lazy. The partitions of the
# table come first, and stay as they are. Synthetic partitions of at most
# 50,000 rows follow. To write the result to files, use ``to_parquet``.

from sklearn_gan.dask import GANOversampler

sampler = GANOversampler(sampling_strategy=0.2, max_steps=100, random_state=0)
X_resampled, y_resampled = sampler.fit_resample(X, y)
X_resampled

# %%
# Partitions and rows
# -------------------
#
# Only the synthetic partition, on the right of the first panel, has been
# added. Its amounts lie in the range of fraudulent payments. Small amounts,
# which are typical of other payments, are rarer than in the real fraudulent
# payments.

import matplotlib.pyplot as plt

resampled = X_resampled.map_partitions(
    lambda X, y: X.assign(fraud=y), y_resampled
)
partitions = dask.compute(*resampled.to_delayed())
n_fraud = np.array([rows["fraud"].sum() for rows in partitions])
n_other = np.array([len(rows) for rows in partitions]) - n_fraud
names = [f"partition {number}" for number in range(4)] + ["synthetic"]

fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
left.bar(names, n_other, color="0.7", label="other payments")
left.bar(
    names,
    n_fraud,
    bottom=n_other,
    color="#0072B2",
    label="fraudulent payments",
)
left.tick_params(axis="x", rotation=30)
left.set(ylabel="rows", title="Rows of each partition")
left.set_ylim(0, 6_500)
left.legend(loc="upper right")
real = pd.concat(partitions[:4])
amounts = {
    "other payments": (real["amount"][~real["fraud"]], "0.7", "-"),
    "fraudulent payments": (real["amount"][real["fraud"]], "#E69F00", "-"),
    "synthetic payments": (partitions[-1]["amount"], "#0072B2", "--"),
}
for name, (amount, color, line) in amounts.items():
    shares = np.full(len(amount), 1 / len(amount))
    style = {
        "histtype": "step",
        "linewidth": 2,
        "color": color,
        "linestyle": line,
    }
    right.hist(
        amount,
        bins=np.geomspace(1, 2_000, 25),
        weights=shares,
        label=name,
        **style,
    )
right.set(
    xscale="log",
    xlabel="amount",
    ylabel="share of the payments",
    ylim=(0, 0.24),
    title="Distribution of the amount",
)
right.legend()
plt.show()
