"""A fitted sampler with its table and held-out rows, and the tags of a page."""

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from sklearn_gan import GANOversampler

pytest.importorskip("matplotlib")


class Tags(HTMLParser):
    """The tags of a page in order, with their attributes, and its text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)

    def find(self, *names):
        """Return the attributes of all tags of these names."""
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.fixture(scope="session")
def parse():
    return Tags


def make_table(n_rows=160, names=("amount", "city", "day"), cities=("Oslo", "Rome"), labels=("no", "yes")):
    """Return a table with a column of numbers, of categories and of dates, and classes of three to one."""
    rng = np.random.default_rng(0)
    is_rare = np.arange(n_rows) % 4 == 3
    columns = (
        rng.normal(size=n_rows).round(2) + is_rare,
        np.where(rng.random(n_rows) < 0.1, None, rng.choice(np.array(cities, dtype=object), n_rows)),
        pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90, n_rows), unit="D"),
    )
    return pd.DataFrame(dict(zip(names, columns, strict=True))), np.array(labels, dtype=object)[is_rare.astype(int)]


def fit(X, y, **params):
    return GANOversampler(**{"max_steps": 20, "hidden_layer_sizes": (8,), "random_state": 0, **params}).fit(X, y)


@pytest.fixture(scope="session")
def table():
    return make_table()


@pytest.fixture(scope="session")
def sampler(table):
    """A fitted sampler, which tests must not change."""
    return fit(*table, n_candidates=1)


@pytest.fixture(scope="session")
def report(sampler, table):
    from sklearn_gan import ResamplingReport

    return ResamplingReport(sampler, *table)
