"""
Keep the relations between columns
==================================

A table of bookings has related columns: a city determines its country, guests depart after they arrive, and a total is
the sum of a price and a fee. The sampler detects such relations, and every synthetic row satisfies them. This example
counts the synthetic rows that break them, also without relations and with SMOTE-NC.

`python examples/bookings.py` takes about 15 seconds on one core. It prints the detected relations, a few synthetic rows
and the share of rows that break each relation, and draws these shares to `examples/bookings.png`.
"""

import argparse
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from imblearn.over_sampling import SMOTENC

from sklearn_gan import GANOversampler

PICTURE = Path(__file__).with_suffix(".png")
COUNTRIES = {"Lisbon": "Portugal", "Porto": "Portugal", "Madrid": "Spain", "Seville": "Spain", "Rome": "Italy"}
CHANNELS = ["web", "phone", "agency"]
CATEGORIES = ["city", "country", *CHANNELS]
DATES, DAY = ["arrival", "departure"], pd.Timedelta(days=1)
STYLES = [("#0072B2", ""), ("#E69F00", "//"), ("#999999", "..")]


# %%
# The table is simulated. About 100 of 2,000 bookings are fraudulent (class 1). Fraud is more frequent for expensive
# bookings on the web and in Lisbon and Rome.
def make_bookings(n_rows=2_000):
    """Return a table of bookings and an indicator of fraud."""
    rng = np.random.default_rng(0)
    city = rng.choice(list(COUNTRIES), n_rows)
    channel = rng.choice(CHANNELS, n_rows, p=[0.6, 0.25, 0.15])
    arrival = pd.Timestamp("2024-01-01") + rng.integers(0, 366, n_rows) * DAY
    nights = rng.geometric(0.3, n_rows)
    rate = rng.lognormal(4.6, 0.4, n_rows)
    price, fee = (nights * rate).round(2), rng.exponential(10, n_rows).round(2)
    log_odds = -6.6 + rate / 60 + 1.5 * (channel == "web") + np.isin(city, ["Lisbon", "Rome"])
    y = (rng.random(n_rows) < 1 / (1 + np.exp(-log_odds))).astype(int)
    X = pd.DataFrame(
        {
            "city": city,
            "country": pd.Series(city).map(COUNTRIES),
            "arrival": arrival,
            "departure": arrival + nights * DAY,
            "nights": nights,
            "price": price,
            "fee": fee,
            "total": (price + fee).round(2),
            **{name: (channel == name).astype(int) for name in CHANNELS},
        }
    )
    return X, y


# %%
# Each relation is a condition on a row. Amounts are compared in cents.
def find_broken_rows(X):
    """Return a dict of masks of the rows that break each relation."""
    return {
        "city determines country": X["city"].map(COUNTRIES) != X["country"],
        "one channel": X[CHANNELS].sum(axis=1) != 1,
        "arrival < departure": X["arrival"] >= X["departure"],
        "departure = arrival + nights": X["departure"] != X["arrival"] + X["nights"] * DAY,
        "total = price + fee": (X["total"] - X["price"] - X["fee"]).abs() > 0.005,
    }


# %%
# The sampler needs no preparation. `relations="auto"` is the default; `relations_` lists the detected relations.
#
# SMOTE-NC does not accept dates, so they become numbers of days. It interpolates numeric columns between rows. These
# numbers are rounded to whole days and cents, as in the table. Each categorical column takes the most frequent value of
# the neighbours on its own.
def sample_with_smote(X, y):
    """Return synthetic rows of SMOTE-NC, with dates and rounded numbers."""
    start = X["arrival"].min()
    numbers = X.astype({"nights": float}).assign(**{name: (X[name] - start) / DAY for name in DATES})
    X_resampled, _ = SMOTENC(CATEGORIES, random_state=0).fit_resample(numbers, y)
    rows = X_resampled[len(X) :].round({"arrival": 0, "departure": 0, "nights": 0, "price": 2, "fee": 2, "total": 2})
    return rows.assign(**{name: start + rows[name] * DAY for name in DATES})


# %%
# Interpolation keeps inequalities and sums, but rounding then changes some of the sums. Categories of different columns
# need not belong together. Without relations, the networks approximate each relation, and few sums are exact.
def main(max_steps=300, n_rows=2_000, path=PICTURE):
    """Oversample a table of bookings in three ways, and count the synthetic rows that break each relation."""
    X, y = make_bookings(n_rows)
    print(f"{y.sum()} of {len(X)} bookings are fraudulent. Rows that break a relation: {count_broken(X)}.\n")
    samples = {}
    for name, relations in (("GANOversampler", "auto"), ("relations=None", None)):
        sampler = GANOversampler(relations=relations, max_steps=max_steps, random_state=0)
        X_resampled, _ = sampler.fit_resample(X, y)
        samples[name] = X_resampled[sampler.synthetic_mask_]
        if sampler.relations_:
            print("Detected:", *sampler.relations_, sep="\n")
            print("\nSynthetic rows:", samples[name].head().to_string(), sep="\n")
    samples["SMOTE-NC"] = sample_with_smote(X, y)
    shares = pd.DataFrame({name: pd.DataFrame(find_broken_rows(rows)).mean() for name, rows in samples.items()})
    print("\nShare of synthetic rows that break a relation:", shares.map("{:.1%}".format).to_string(), sep="\n")
    draw(shares, path)
    return X, samples, shares


def count_broken(X):
    return int(np.logical_or.reduce(list(find_broken_rows(X).values())).sum())


def draw(shares, path):
    """Draw the share of broken rows for each relation and method."""
    figure, ax = plt.subplots(figsize=(7.5, 4.2), layout="constrained")
    height = 0.8 / len(shares.columns)
    for i, ((name, values), (color, hatch)) in enumerate(zip(shares.items(), STYLES, strict=True)):
        places = np.arange(len(values)) + (i - 1) * height
        bars = ax.barh(places, 100 * values, height, color=color, hatch=hatch, edgecolor="white", label=name)
        ax.bar_label(bars, [f"{100 * value:.0f}" for value in values], padding=3)
    ax.set_yticks(np.arange(len(shares)), shares.index)
    ax.invert_yaxis()
    ax.set(xlabel="synthetic rows that break the relation (%)", xlim=(0, 110))
    ax.legend(loc="upper right")
    ax.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=90)
    plt.close(figure)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--max-steps", type=int, default=300, help="default: %(default)s")
    parser.add_argument("--path", type=Path, default=PICTURE, help="path of the figure (default: next to this file)")
    options = parser.parse_args()
    main(options.max_steps, path=options.path)
