"""Adapt samplers and generative models of other packages: each oversamples one class of a data frame.

`amount` is a dict with the class and its number of rows after resampling. All real rows stay, and come first.
"""

import logging
import warnings
from contextlib import contextmanager
from functools import partial
from unittest.mock import patch

import numpy as np
import pandas as pd
from sklearn.utils.validation import validate_data
from tqdm import tqdm


class SmoteVariantsSampler:
    """Oversample one class with smote-variants, which supports only two classes and NumPy arrays.

    The class is balanced against the rows of the largest class only. If the sampler filters some of the real rows,
    correspondingly fewer synthetic rows are returned.
    """

    def __init__(self, name, amount, seed):
        self.name, self.amount, self.seed = name, amount, seed

    def fit_resample(self, X, y):
        import smote_variants

        logging.getLogger("smote_variants").setLevel(logging.ERROR)
        ((label, _),) = self.amount.items()
        shown = np.isin(y, [label, np.bincount(y).argmax()])
        sampler = getattr(smote_variants, self.name)(random_state=self.seed)
        filled, targets = sampler.sample(X.to_numpy()[shown], (y[shown] == label).astype(int))
        rows = filled[shown.sum() :]
        if len(rows) == 0 or not targets[shown.sum() :].all() or not np.isfinite(rows).all():
            raise ValueError(f"{self.name} returned no usable rows for class {label}")
        frame = pd.concat([X, pd.DataFrame(rows, columns=X.columns)], ignore_index=True)
        return frame, np.append(y, np.full(len(rows), label))


class MGSGRFSampler:
    """Oversample one class with mgs-grf, which supports NumPy arrays and at least one numeric column.

    Numbers are sampled from Gaussians fitted to the neighbours of real rows, and categories with the weights of a
    forest (Sakho, Malherbe, Gauthier, Scornet, 2025). As by default in the package, there are as many neighbours as
    numeric columns, if the class has the rows.
    """

    def __init__(self, n_rows, amount, seed):
        self.n_rows, self.amount, self.seed = n_rows, amount, seed

    def fit_resample(self, X, y):
        from mgs_grf import MGSGRFOverSampler

        values, categories = encode_categories(X)
        sampler = MGSGRFOverSampler(
            K=min(X.shape[1] - len(categories), self.n_rows - 1),
            categorical_features=list(categories) or None,
            sampling_strategy=self.amount,
            random_state=self.seed,
        )
        with _global_seed(self.seed), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "MGSGRFOverSampler called with continuous features only")
            filled, targets = sampler.fit_resample(values, y)
        rows = decode_categories(filled[len(X) :].astype(float), categories, X.dtypes)
        return pd.concat([X, rows], ignore_index=True), targets


class GenerativeSampler:
    """Oversample one class with a generative model fitted on its rows.

    Parameters
    ----------
    generate : callable
        Function of the rows of a class, a number of rows and a seed that fits a model and returns synthetic rows.
    amount : dict
        Class, and its number of rows after resampling.
    seed : int
        Seed of the model.
    """

    def __init__(self, generate, amount, seed):
        self.generate, self.amount, self.seed = generate, amount, seed

    def fit_resample(self, X, y):
        ((label, n_filled),) = self.amount.items()
        real = X[y == label].reset_index(drop=True)
        n_rows = n_filled - len(real)
        with _global_seed(self.seed), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the packages: deprecations, few rows, divisions by zero
            rows = self.generate(real, n_rows, self.seed).astype(X.dtypes)
        if len(rows) != n_rows or rows.isna().any(axis=None):
            raise ValueError(f"The model returned no usable rows for class {label}")
        return pd.concat([X, rows], ignore_index=True), np.append(y, np.full(n_rows, label))


def generate_with_ctgan(name, rows, n_rows, seed):
    """Return rows from the model CTGAN or TVAE of ctgan (Xu et al., 2019)."""
    import ctgan

    model = getattr(ctgan, name)(enable_gpu=False)
    model.set_random_state(seed)
    model.fit(rows, [column for column in rows if rows[column].dtype == "category"])
    return model.sample(n_rows)


def generate_with_arf(rows, n_rows, seed):
    """Return rows from an adversarial random forest of arfpy (Watson, Blesch, Kapar, Wright, 2023).

    arfpy uses a function that NumPy 2.4 no longer has, and takes positions for names of columns.
    """
    from arfpy import arf

    numbered = rows.set_axis(range(rows.shape[1]), axis=1)
    with patch.object(np, "in1d", np.isin, create=True):
        model = arf.arf(numbered, verbose=False, random_state=seed)
        model.forde()
        return model.forge(n_rows).set_axis(rows.columns, axis=1)


def generate_with_forest_diffusion(rows, n_rows, seed):
    """Return rows from a flow of boosted trees of ForestDiffusion (Jolicoeur-Martineau, Fatras, Kachman, 2024).

    Categories are encoded as in the package, by indicators of all but the first one, and the largest of the indicators
    and 0.5 is decoded. The package itself confuses the indicators of columns 1 and 11.
    """
    from ForestDiffusion import ForestDiffusionModel

    values, categories = encode_categories(rows)
    blocks = [
        (column[:, None] == np.arange(1, len(categories[i]))).astype(float) if i in categories else column[:, None]
        for i, column in enumerate(values.T)
    ]
    model = ForestDiffusionModel(np.hstack(blocks), n_jobs=1, seed=seed)
    generated = model.generate(batch_size=n_rows)
    columns = np.split(generated, np.cumsum([block.shape[1] for block in blocks])[:-1], axis=1)
    for i in categories:
        columns[i] = np.hstack([np.full((n_rows, 1), 0.5), columns[i]]).argmax(axis=1)[:, None]
    return decode_categories(np.hstack(columns), categories, rows.dtypes)


def generate_with_unmasking_trees(rows, n_rows, seed):
    """Return rows from the unmasking trees of utrees (McCarter, 2024).

    utrees uses a method that estimators of scikit-learn 1.7 no longer have.
    """
    import utrees

    values, categories = encode_categories(rows)
    kinds = ["categorical" if i in categories else "continuous" for i in range(values.shape[1])]
    with (
        patch.object(utrees.KDIQuantizer, "_validate_data", validate_data, create=True),
        patch("utrees.unmasking_trees.tqdm", partial(tqdm, disable=True)),
    ):
        model = utrees.UnmaskingTrees(random_state=seed).fit(values, kinds)
        return decode_categories(model.generate(n_rows), categories, rows.dtypes)


def encode_categories(X):
    """Return the rows as an array of floats, and the encoded categories of each categorical column by its position.

    Categories are encoded as 0, 1, ..., and those without a row are left out.
    """
    values, categories = np.empty(X.shape), {}
    for i, name in enumerate(X):
        values[:, i] = X[name] if X[name].dtype != "category" else X[name].cat.remove_unused_categories().cat.codes
        if X[name].dtype == "category":
            categories[i] = X[name].cat.remove_unused_categories().cat.categories
    return values, categories


def decode_categories(values, categories, dtypes):
    """Return a data frame with the given types from rows encoded by `encode_categories`."""
    columns = {
        name: categories[i][np.rint(values[:, i]).astype(int)] if i in categories else values[:, i]
        for i, name in enumerate(dtypes.index)
    }
    return pd.DataFrame(columns).astype(dtypes)


@contextmanager
def _global_seed(seed):
    """Seed NumPy's global generator, which the packages use, and restore its state."""
    state = np.random.get_state()  # noqa: NPY002  (the packages use this generator)
    np.random.seed(seed)  # noqa: NPY002  (the packages use this generator)
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002  (as the caller left it)
