"""GANImputer: missing cells of a caller's table, filled."""

from numbers import Integral, Real

import numpy as np
import torch
from scipy import sparse
from scipy.special import ndtri
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from sklearn_gan._checks import check_hidden_layer_sizes, choose_categories, choose_device, draw_seed
from sklearn_gan._containers import Filling, open_container
from sklearn_gan._imputation import Filler, ImputationGAN, ImputationProgress
from sklearn_gan._table import TableEncoder
from sklearn_gan._training import own_torch_settings


class GANImputer(TransformerMixin, BaseEstimator):
    """TODO."""

    _parameter_constraints: dict = {
        "categorical_features": [StrOptions({"auto"}), "array-like"],
        "n_imputations": [Interval(Integral, 1, None, closed="left")],
        "add_indicator": ["boolean"],
        "adversarial": [Interval(Real, 0, None, closed="left")],
        "latent_dim": [Interval(Integral, 1, None, closed="left")],
        "hidden_layer_sizes": ["array-like"],
        "max_steps": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "callbacks": [list, None],
        "device": [str],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        *,
        categorical_features="auto",
        n_imputations=20,
        add_indicator=False,
        adversarial=0.1,
        latent_dim=16,
        hidden_layer_sizes=(128, 128),
        max_steps=2000,
        batch_size=128,
        learning_rate=2e-3,
        callbacks=None,
        device="auto",
        random_state=None,
        verbose=0,
    ):
        self.categorical_features = categorical_features
        self.n_imputations = n_imputations
        self.add_indicator = add_indicator
        self.adversarial = adversarial
        self.latent_dim = latent_dim
        self.hidden_layer_sizes = hidden_layer_sizes
        self.max_steps = max_steps
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.callbacks = callbacks
        self.device = device
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Train the networks on a table."""
        sizes, device = check_hidden_layer_sizes(self.hidden_layer_sizes), choose_device(self.device)
        self._forget()
        columns = list(self._open(X, reset=True).columns())
        is_categorical = choose_categories(self.categorical_features, columns)
        self._encoder = TableEncoder()
        codes = np.zeros(len(columns[0].cells), dtype=np.intp)  # the table is of one class
        matrix = self._encoder.fit_encode(columns, is_categorical, codes, flag_all=True)
        rng = np.random.default_rng(draw_seed(self.random_state))
        self._noise_seed = int(rng.integers(2**63))
        with own_torch_settings(), threadpool_limits(1):
            net = self._train(matrix, sizes, device, int(rng.integers(2**63)))
        self._indicated = [j for j, column in enumerate(columns) if column.missing.any()]
        self.net_, self.history_ = net, net.history_
        return self

    def _forget(self):
        """Be unfitted, so that a fit that fails leaves no half of an imputer behind."""
        for name in [name for name in vars(self) if name.endswith("_")]:
            delattr(self, name)

    def _open(self, X, reset):
        """Return the container of a table, its names and the number of its columns checked."""
        if sparse.issparse(X):
            raise TypeError(
                "Sparse data was passed to GANImputer, but dense data is required: what a sparse matrix leaves out "
                "are zeros, not missing cells. Use `.toarray()` to convert it."
            )
        container = open_container(X, estimator="GANImputer")
        validate_data(self, X, reset=reset, skip_check_array=True)
        return container

    def _train(self, matrix, hidden_layer_sizes, device, seed):
        """Return the trained network."""
        rows = torch.from_numpy(matrix).to(device)
        net = ImputationGAN(
            Filler,
            layout=self._encoder.layout_,
            adversarial=self.adversarial,
            latent_dim=self.latent_dim,
            hidden_layer_sizes=hidden_layer_sizes,
            max_steps=self.max_steps,
            rng=torch.Generator(device).manual_seed(seed),
            lr=self.learning_rate,
            batch_size=self.batch_size,
            callbacks=[*(self.callbacks or []), *([ImputationProgress()] if self.verbose else [])],
            device=str(device),
            verbose=0,
        )
        net.fit(rows, torch.zeros(len(rows), dtype=torch.long, device=device))
        if not net.is_finite():
            raise FloatingPointError(
                f"Training diverged: after {net.history_[-1, 'step']} steps the generator's weights are not finite. "
                f"Lower `learning_rate`, which is {self.learning_rate}."
            )
        return net

    def transform(self, X):
        """Fill the missing cells of a table."""
        check_is_fitted(self, "net_")
        container, missing, drawn = self._draw(X)
        return self._fill(container, missing, self._encoder.average_cells(drawn))

    def impute(self, X):
        """Return single imputations."""
        check_is_fitted(self, "net_")
        container, missing, drawn = self._draw(X)
        return [self._fill(container, missing, cells) for cells in drawn]

    def _draw(self, X):
        """Return the container of a table, its missing cells, and for each imputation what they get."""
        container = self._open(X, reset=False)
        columns = list(container.columns())
        missing = [column.missing for column in columns]
        matrix = self._encoder.encode(columns)
        incomplete = np.logical_or.reduce(missing)
        rows, cells = matrix[incomplete], [flags[incomplete] for flags in missing]
        with own_torch_settings(), threadpool_limits(1):
            return container, missing, [
                self._encoder.decode_cells(self._draw_rows(rows, i), cells) for i in range(self.n_imputations)
            ]

    def _draw_rows(self, rows, i):
        """Return encoded rows drawn for the i-th imputation."""
        layout = self._encoder.layout_
        n_logits = layout.n_values - layout.n_numbers
        uniform = draw_by_row(rows, [self._noise_seed, i], self.latent_dim + n_logits)
        latent = ndtri(uniform[:, : self.latent_dim]).astype(np.float32)
        device = self.net_.device
        values = self.net_.draw(torch.from_numpy(rows).to(device), torch.from_numpy(latent).to(device)).cpu().numpy()
        values[:, layout.n_numbers :] -= np.log(-np.log(uniform[:, self.latent_dim :]))
        return values

    def _fill(self, container, missing, cells):
        fillings = {j: Filling(np.flatnonzero(flags), cells[j]) for j, flags in enumerate(missing) if flags.any()}
        indicators = {j: missing[j] for j in self._indicated} if self.add_indicator else {}
        return container.fill(fillings, indicators)

    def get_feature_names_out(self, input_features=None):
        """Return the names of the columns that `transform` returns."""
        check_is_fitted(self, "n_features_in_")
        names = _check_feature_names_in(self, input_features)
        indicated = self._indicated if self.add_indicator else []
        return np.concatenate((names, np.array([f"missingindicator_{names[j]}" for j in indicated], dtype=object)))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def draw_by_row(rows, seed, n):
    """Return n uniform numbers in (0, 1) for each row, which depend on the row's own features and the seed alone.

    The features are hashed to 64 bits, from which SplitMix64 counts (Steele et al., "Fast splittable pseudorandom
    number generators", OOPSLA 2014, figure 17).
    """
    weights = np.random.default_rng(seed).integers(2**64, size=rows.shape[1], dtype=np.uint64)
    keys = (np.ascontiguousarray(rows).view(np.uint32) * weights).sum(axis=1, dtype=np.uint64)
    bits = keys[:, None] + np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    bits = bits ^ (bits >> np.uint64(31))
    return ((bits >> np.uint64(11)) + 0.5) / 2**53
