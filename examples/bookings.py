"""
Keep the relations between columns
==================================

A table of bookings has related columns: a city determines its country, guests
depart after they arrive, and a total is the sum of a price and a fee. The
sampler detects such relations, and every synthetic row satisfies them. This
example counts the synthetic rows that break them, also without relations and
with SMOTE-NC.
"""

# %%
# A simulated table of bookings
# -----------------------------
#
# About one booking in twenty is fraudulent (class 1). Fraud is more frequent
# for expensive bookings on the web and in Lisbon and Rome.

import numpy as np
import pandas as pd

countries = {
    "Lisbon": "Portugal",
    "Porto": "Portugal",
    "Madrid": "Spain",
    "Seville": "Spain",
    "Rome": "Italy",
}
channels = ["web", "phone", "agency"]
day = pd.Timedelta(days=1)

rng = np.random.default_rng(0)
n_rows = 1_000
city = rng.choice(list(countries), n_rows)
channel = rng.choice(channels, n_rows, p=[0.6, 0.25, 0.15])
arrival = pd.Timestamp("2024-01-01") + rng.integers(0, 366, n_rows) * day
nights = rng.geometric(0.3, n_rows)
rate = rng.lognormal(4.6, 0.4, n_rows)
price, fee = (nights * rate).round(2), rng.exponential(10, n_rows).round(2)
log_odds = (
    -6.6
    + rate / 60
    + 1.5 * (channel == "web")
    + np.isin(city, ["Lisbon", "Rome"])
)
y = (rng.random(n_rows) < 1 / (1 + np.exp(-log_odds))).astype(int)
X = pd.DataFrame(
    {
        "city": city,
        "country": pd.Series(city).map(countries),
        "arrival": arrival,
        "departure": arrival + nights * day,
        "nights": nights,
        "price": price,
        "fee": fee,
        "total": (price + fee).round(2),
        **{name: (channel == name).astype(int) for name in channels},
    }
)
X.head()

# %%
# With and without relations
# --------------------------
#
# ``relations="auto"`` is the default, and ``relations_`` lists the detected
# relations; see :doc:`/guide/relations`.

from sklearn_gan import GANOversampler

samples = {}
for name, relations in (("GANOversampler", "auto"), ("relations=None", None)):
    sampler = GANOversampler(
        relations=relations, max_steps=100, random_state=0
    )
    X_resampled, _ = sampler.fit_resample(X, y)
    samples[name] = X_resampled[sampler.synthetic_mask_]
    if sampler.relations_:
        print(*sampler.relations_, sep="\n")

# %%
samples["GANOversampler"].head()

# %%
# SMOTE-NC
# --------
#
# SMOTE-NC does not accept dates, so they become numbers of days. It
# interpolates numeric columns between rows. These numbers are rounded to whole
# days and cents, as in the table. Each categorical column takes the most
# frequent value of the neighbours on its own.

from imblearn.over_sampling import SMOTENC

start = X["arrival"].min()
dates = ["arrival", "departure"]
numbers = X.astype({"nights": float}).assign(
    **{name: (X[name] - start) / day for name in dates}
)
X_resampled, _ = SMOTENC(
    ["city", "country", *channels], random_state=0
).fit_resample(numbers, y)
decimals = {"nights": 0, "price": 2, "fee": 2, "total": 2}
decimals |= dict.fromkeys(dates, 0)
rows = X_resampled[len(X) :].round(decimals)
samples["SMOTE-NC"] = rows.assign(
    **{name: start + rows[name] * day for name in dates}
)

# %%
# Count the broken rows
# ---------------------
#
# Each relation is a condition on a row. Amounts are compared in cents.


def find_broken_rows(X):
    return pd.DataFrame(
        {
            "city determines country": X["country"]
            != X["city"].map(countries),
            "one channel": X[channels].sum(axis=1) != 1,
            "arrival < departure": X["arrival"] >= X["departure"],
            "departure = arrival + nights": X["departure"]
            != X["arrival"] + X["nights"] * day,
            "total = price + fee": (X["total"] - X["price"] - X["fee"]).abs()
            > 0.005,
        }
    )


shares = pd.DataFrame(
    {name: find_broken_rows(rows).mean() for name, rows in samples.items()}
)
shares.round(3)

# %%
# Interpolation keeps inequalities and sums, but rounding then changes some of
# the sums. Categories of different columns need not belong together. Without
# relations, the networks approximate each relation, and few sums are exact.

import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(8, 4.4), layout="constrained")
styles = [("#0072B2", ""), ("#E69F00", "//"), ("#999999", "..")]
for i, ((name, values), (color, hatch)) in enumerate(
    zip(shares.items(), styles, strict=True)
):
    places = np.arange(len(values)) + (i - 1) * 0.27
    bars = ax.barh(
        places,
        100 * values,
        0.27,
        color=color,
        hatch=hatch,
        edgecolor="white",
        label=name,
    )
    ax.bar_label(bars, [f"{100 * value:.0f}" for value in values], padding=3)
ax.set_yticks(np.arange(len(shares)), shares.index)
ax.invert_yaxis()
ax.set(xlabel="synthetic rows that break the relation (%)", xlim=(0, 110))
ax.set_title("With relations, no synthetic row breaks one")
ax.legend(loc="upper right")
ax.spines[["top", "right"]].set_visible(False)
plt.show()
