"""Measure how often synthetic rows break rules that all real rows satisfy.

Each table has the columns of one planted rule, and other columns that differ between the classes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.methods import METHODS as RESAMPLERS
from benchmarks.methods import OURS
from sklearn_gan import GANOversampler

N_ROWS = 5_300
N_RARE = 300
N_OTHERS = (2, 15)
FIRST_DAY = np.datetime64("2015-01-01")
CENT = 0.01


@dataclass(frozen=True)
class Rule:
    """A rule of a table.

    Attributes
    ----------
    make : callable
        Function of the classes and a random generator that returns a dict of columns that satisfy the rule.
    breaks : callable
        Function of synthetic and real rows that returns a mask of the synthetic rows that break the rule.
    has_missing : bool
        Whether the columns have missing values, so that SMOTE is left out.
    """

    make: Callable
    breaks: Callable
    has_missing: bool = False


def _amounts(y, rng):
    return rng.lognormal(4.5 + 0.4 * y, 0.8)


def _make_prices(y, rng):
    return {"price": _amounts(y, rng).round(2)}


def _is_no_price(drawn, real):
    return drawn["price"] != drawn["price"].round(2)


def _steps_of(step):
    def make(y, rng):
        return {"amount": step * np.rint(rng.gamma(4 + 2 * y, 6)).astype(int)}

    def breaks(drawn, real):
        return drawn["amount"] % step != 0

    return Rule(make, breaks)


def _make_date_codes(y, rng):
    days = pd.DatetimeIndex(FIRST_DAY + rng.integers(3_650, size=len(y)) // (1 + y))
    return {"day": days.strftime("%Y%m%d").astype(int)}


def _is_no_date(drawn, real):
    return pd.to_datetime(drawn["day"].astype(str), format="%Y%m%d", errors="coerce").isna()


def _cities(n_cities, n_countries):
    def make(y, rng):
        shares = rng.dirichlet(np.full(n_cities, 2.0), size=2)
        city = np.where(y, *(rng.choice(n_cities, len(y), p=shares[label]) for label in (1, 0)))
        country = city * n_countries // n_cities
        return {"city": [f"city {i}" for i in city], "country": [f"country {i}" for i in country]}

    def breaks(drawn, real):
        known = set(zip(real["city"], real["country"], strict=True))
        return np.array([pair not in known for pair in zip(drawn["city"], drawn["country"], strict=True)])

    return Rule(make, breaks)


def _make_stays(y, rng):
    start = FIRST_DAY + rng.integers(730, size=len(y))
    return {"start": start.astype("M8[s]"), "end": (start + 1 + rng.poisson(6 + 6 * y)).astype("M8[s]")}


def _ends_too_early(drawn, real):
    return drawn["end"] <= drawn["start"]


def _make_totals(y, rng):
    price, fee = _amounts(y, rng).round(2), rng.gamma(2 + y, 10).round(2)
    return {"price": price, "fee": fee, "total": (price + fee).round(2)}


def _is_no_total(drawn, real):
    return (drawn["total"] - drawn["price"] - drawn["fee"]).abs() > CENT / 2


def _make_one_hot(y, rng):
    shares = rng.dirichlet(np.full(5, 3.0), size=2)
    color = np.where(y, *(rng.choice(5, len(y), p=shares[label]) for label in (1, 0)))
    return {f"is_{i}": (color == i).astype(int) for i in range(5)}


def _is_not_one_hot(drawn, real):
    return drawn[[f"is_{i}" for i in range(5)]].astype(float).sum(axis=1) != 1


def _make_pressures(y, rng):
    missing = rng.random(len(y)) < 0.2 + 0.1 * y
    high, low = rng.normal(125 + 10 * y, 12), rng.normal(80 + 5 * y, 8)
    return {"systolic": np.where(missing, np.nan, high.round()), "diastolic": np.where(missing, np.nan, low.round())}


def _is_half_missing(drawn, real):
    return drawn["systolic"].isna() != drawn["diastolic"].isna()


RULES = {
    "prices with two decimals": Rule(_make_prices, _is_no_price),
    "amounts in steps of 5": _steps_of(5),
    "amounts in steps of 50": _steps_of(50),
    "dates as integers YYYYMMDD": Rule(_make_date_codes, _is_no_date),
    "6 cities in 3 countries": _cities(6, 3),
    "30 cities in 10 countries": _cities(30, 10),
    "end after start": Rule(_make_stays, _ends_too_early),
    "total = price + fee": Rule(_make_totals, _is_no_total),
    "one of five is 1": Rule(_make_one_hot, _is_not_one_hot),
    "missing together": Rule(_make_pressures, _is_half_missing, has_missing=True),
}
TABLES = {f"{rule}, {n} other columns": (rule, n) for rule in RULES for n in N_OTHERS}


def make_table(name, seed):
    """Return the rows and classes of a table; class 1 is rare."""
    rule, n_others = TABLES[name]
    rng = np.random.default_rng([seed, n_others])
    y = rng.permutation(N_ROWS) < N_RARE
    others = {f"x{i}": _other(i, y, rng) for i in range(n_others)}
    return pd.DataFrame(RULES[rule].make(y.astype(int), rng) | others), y.astype(int)


def _other(i, y, rng):
    """Return a column without a rule: every third one is categorical."""
    scores = rng.normal(size=len(y)) + rng.uniform(0, 1) * y
    return scores if i % 3 else np.array(["low", "medium", "high"])[np.digitize(scores, (-0.5, 1))]


def _gan(**params):
    def draw(X, y, seed):
        sampler = GANOversampler(device="cpu", random_state=seed, **params)
        return sampler.fit_resample(X, y)[0].iloc[len(X) :]

    return draw


def _smote(X, y, seed):
    """Interpolate rows with dates as numbers of days, and with strings and indicators as categories."""
    dates, categories = X.select_dtypes("datetime"), X.select_dtypes(["object", "string"])
    indicators = [name for name in X if X[name].isin((0, 1)).all()]
    days = {name: (dates[name] - pd.Timestamp(FIRST_DAY)) / pd.Timedelta(days=1) for name in dates}
    prepared = X.assign(**days).astype(dict.fromkeys([*categories, *indicators], "category"))
    return RESAMPLERS["SMOTE"].resample(prepared, y, seed)[0].iloc[len(X) :]


METHODS = {OURS: _gan(), "relations=None": _gan(relations=None), "SMOTE": _smote}


def serves(method, name):
    """Return whether a method supports a table."""
    return method != "SMOTE" or not RULES[TABLES[name][0]].has_missing


def run(name, repeat, method, seed):
    """Return the record of one table: the share of the synthetic rows of the rare class that break the rule."""
    rule, n_others = TABLES[name]
    X, y = make_table(name, seed + repeat)
    drawn = METHODS[method](X, y, seed + repeat)
    about = {"table": name, "rule": rule, "n_others": n_others, "fold": repeat, "method": method}
    return [about | {"n_drawn": len(drawn), "broken": np.mean(RULES[rule].breaks(drawn, X))}]


def shares(found):
    """Return the mean share for each rule and method."""
    by_rule = found.pivot_table(index="rule", columns="method", values="broken")
    return by_rule.loc[[rule for rule in RULES if rule in by_rule.index], list(METHODS)].rename_axis(columns=None)
