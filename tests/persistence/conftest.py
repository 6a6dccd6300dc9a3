"""A table with every rule, for tests that save samplers and forge their files."""

import numpy as np
import pandas as pd
import pytest

from sklearn_gan.relations import FixedCombinations, Inequality, MissingTogether, OneHot, Sum

N_ROWS = 120


@pytest.fixture(scope="session")
def every_rule():
    """Return a table with every rule, its classes, and its relations."""
    rng, n = np.random.default_rng(0), N_ROWS
    parts = _categories(rng, n) | _computed(rng, n) | _lone(rng, n)
    return pd.DataFrame(parts), np.where(np.arange(n) % 4, "common", "rare"), _relations()


def _relations():
    return [
        FixedCombinations(["code", "grade"]),
        FixedCombinations(["city", "country"]),
        FixedCombinations(["phone", "country"]),
        FixedCombinations(["size", "price"]),
        OneHot(["is_a", "is_b"]),
        Inequality("start", "end", strict=True),
        Inequality("few", "many"),
        Inequality("opened", "closed"),
        Inequality("least", "most"),
        Sum("total", ["net", "tax"]),
        Sum("sum", ["net", "extra"], tolerance=0.5),
        Sum("due", ["start", "days"]),
        Inequality("tip", "total"),
        MissingTogether(["low", "high"]),
    ]


def _categories(rng, n):
    """Return the columns of lookups, combinations, consistent choices and associations."""
    code, land, size, shade = (rng.integers(0, k, n) for k in (5, 3, 4, 4))
    city, phone = land * 3 + rng.integers(0, 3, n), land * 2 + rng.integers(0, 2, n)
    country = np.where(rng.random(n) < 0.1, None, np.char.add("land ", land.astype(str)).astype(object))
    return {
        "code": code * 10.0,
        "grade": code // 2,
        "city": np.char.add("city ", city.astype(str)),
        "country": country,
        "phone": phone.astype(str),
        "size": np.array(["s", "m", "l", "xl"])[size],
        "price": 5.0 + size // 2 * 4 + rng.integers(0, 2, n),
        "is_a": size > 1,
        "is_b": size <= 1,
        "shade": shade.astype(str),
        "tone": np.where(rng.random(n) < 0.03, 0, shade // 2).astype(str),
    }


def _computed(rng, n):
    """Return the columns of differences, totals and joint missing values."""
    start = pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 700, n), unit="D")
    days, few = rng.integers(1, 40, n), rng.integers(0, 6, n)
    many = np.where(few > 0, rng.integers(6, 200, n) * 50, rng.integers(0, 3, n) * 50)
    net, tax, extra = (rng.lognormal(k, 1, n).round(2) for k in (3, 1, 1))
    least = rng.lognormal(2, 1, n).round(3)
    low, gone, alone = rng.normal(size=n), rng.random(n) < 0.2, rng.random(n) < 0.2
    opened = 20200101 + rng.integers(0, 28, n) + 100 * rng.integers(0, 6, n)
    return {
        "start": start,
        "end": start + pd.to_timedelta(days, unit="D"),
        "days": days,
        "due": start + pd.to_timedelta(days, unit="D"),
        "few": few,
        "many": many,
        "opened": opened,
        "closed": opened + 10_000 * rng.integers(0, 3, n),
        "least": np.where(alone, np.nan, least),
        "most": np.ceil((least + rng.exponential(size=n)) * 10) / 10,
        "net": net,
        "tax": tax,
        "total": (net + tax).round(2),
        "tip": (net * rng.random(n)).round(1),
        "extra": np.where(gone, np.nan, extra),
        "sum": (net + extra).round(2),
        "low": np.where(gone, np.nan, low),
        "high": np.where(gone, np.nan, low + 1),
    }


def _lone(rng, n):
    """Return columns with spikes, coded times, a notation or a gap."""
    return {
        "fee": np.where(rng.random(n) < 0.3, 99.99, rng.lognormal(3, 1, n).round(2)),
        "loss": np.where(rng.random(n) < 0.1, np.nan, np.where(rng.random(n) < 0.4, 0, rng.normal(size=n))),
        "time": rng.integers(0, 24, n) * 100 + rng.integers(0, 60, n),
        "quarter": rng.integers(0, 9999, n) * 0.25,
        "eruptions": rng.normal(size=n) + 40 * (np.arange(n) % 2),
    }
