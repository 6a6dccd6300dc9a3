"""GANImputer: fill missing values with a generative adversarial network."""

from collections.abc import Sequence
from dataclasses import replace
from numbers import Integral, Real
from typing import Any, Literal, Self

import narwhals as nw
import numpy as np
import torch
from scipy import sparse
from scipy.special import ndtri
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils._set_output import _get_output_config
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted, validate_data

from sklearn_gan._estimators.validation import training_settings
from sklearn_gan._networks import EncodedTable, train_imputation_gan
from sklearn_gan._runtime.annotations import Array, CategoricalFeatures, HasShape, RandomState, Table, keep_signature
from sklearn_gan._runtime.device import choose_device
from sklearn_gan._runtime.interruption import interruptible, unfitted_on_failure
from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan._runtime.torch_settings import OwnTorchSettings
from sklearn_gan._table import (
    Filling,
    Relation,
    TableEncoder,
    are_missing,
    check_same_kind,
    fit_codecs,
    in_unit,
    open_container,
    select_completion,
    to_chunks,
)

ROWS_PER_DRAW = 8_192


class GANImputer(TransformerMixin, BaseEstimator):
    r"""Fill missing values with a generative adversarial network.

    A generator fills the missing values of a row given its observed values. A discriminator predicts which values were
    filled. During training, observed values are hidden, and the generator is also trained to recover them. Tables may
    have numeric and categorical columns. Container, dtypes, order and index of the table are kept. Observed values do
    not change.

    Parameters
    ----------
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Categorical columns: their names, their positions or a mask. An integer that is the name of a column is taken as
        this name. All other columns must be numeric, datetime or boolean; boolean columns are always categorical.
        `"auto"` selects strings, booleans, the categorical dtypes of data frames, and other objects. A column of
        objects is numeric if all its values are numbers, decimals, or dates, times or durations of one Python type.

    relations : "auto", list of relations or None, default="auto"
        Relations between columns that filled values satisfy, from `sklearn_gan.relations`. `"auto"` detects them in the
        fitted table. Imputations that break a relation are replaced by possible values. None keeps no relations.

    n_imputations : int, default=20
        Number of imputations of each missing value. `transform` returns their mean, or the most frequent category.
        `impute` returns them separately. Larger values make `transform` more precise.

    add_indicator : bool, default=False
        Whether `transform` appends a missing-value indicator for each column with missing values in `fit`.

    adversarial : float, default=0.1
        Weight of the adversarial loss in the generator's objective. Larger values make the filled values of a row more
        consistent with each other, but less close to the most probable values. 0 ignores the discriminator.

    latent_dim : int, default=16
        Dimension of the noise. Larger values allow imputations to differ in more ways.

    hidden_layer_sizes : tuple of int, default=(128, 128)
        Widths of the hidden layers of both networks. Larger values fit more complex tables and take longer.

    max_steps : int, default=1500
        Number of updates of each network. The cost of training does not grow with the number of rows.

    batch_size : int, default=128
        Number of rows per step.

    learning_rate : float, default=4e-3
        Step size of AdamW for both networks. It is constant for half of the steps and then decays towards 0.

    callbacks : list of skorch.callbacks.Callback or None, default=None
        Callbacks to call during training. The history contains `reconstruction_loss`, `generator_loss`,
        `discriminator_loss` and `step`. As in skorch, a callback stops training by raising KeyboardInterrupt in
        `on_epoch_end`, which is called after each record.

    device : str, default="auto"
        Name of a torch device, such as `"cpu"` or `"cuda"`. `"auto"` uses an accelerator if one is available.

    random_state : int, RandomState instance or None, default=None
        Seed of all random numbers. An integer gives bit-identical results on the same machine. With None, each fit
        differs. Global random states are neither read nor changed.

    verbose : int, default=0
        1 shows a progress bar with the losses and the remaining time.

    Attributes
    ----------
    relations_ : list of relations
        The relations that filled values satisfy, each with its `support`, the number of fitted rows it applies to.

    n_features_in_ : int
        Number of columns.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns. Defined only if `X` is a data frame whose column names are all strings.

    net_ : skorch.NeuralNet
        Trained networks.

    history_ : skorch.history.History
        One record per 50 steps: `step`, `reconstruction_loss`, `generator_loss`, `discriminator_loss`, and `dur` in
        seconds.

    See Also
    --------
    sklearn.impute.KNNImputer : Fills numeric columns with means of neighbouring rows.
    sklearn.impute.IterativeImputer : Predicts each numeric column from the others in turn.

    Notes
    -----
    The setting and the adversarial loss are those of GAIN [1]_, without its hint. Let x be a row, o its observed
    values, and h the subset of o that is hidden in training. Each observed value is hidden with a probability between
    10% and 50%, drawn for each row. G(x, z) is the generator's output given the remaining values and noise z. D_j is
    the discriminator's probability that value j was filled. The generator minimises

    .. math::

        \sum_{j \in h} S_j(G(x, z), G(x, z'), x) - \lambda \sum_{j \notin o \setminus h} \log(1 - D_j),

    where the sums are means over values, and λ is `adversarial`. For a category, S is the cross-entropy. For a number,
    it is the mean of two scores of independent outputs G and G'. The first is the energy score [2]_,
    (\|G - x\| + \|G' - x\| - \|G - G'\|) / 2. The second is (G - x) (G' - x), whose expectation is the squared
    error of the mean.

    GAIN's squared error is minimal if all outputs equal the mean. S is minimal if they follow the distribution of the
    value given the observed ones. Several imputations therefore show the uncertainty of a value, as multiple imputation
    requires [3]_, and their mean is a prediction. Imputations use the exponential moving average of G.

    The imputations of a row depend only on its observed values and on the fit. Other rows and earlier calls of
    `transform` have no effect, and equal rows get equal values. Imputations come in pairs with opposite noise, which
    makes their mean more precise [4]_.

    Imputed numeric values lie within the observed range. They are integers if all observed values are. In columns with
    repeated values, they equal observed ones. Means of imputations are rounded if the dtype of the column is integer.

    A categorical column uses at most 64 features. Rarer categories share one, which decodes to the most frequent of
    them. Categories not seen in `fit` carry no information about other values, and are never imputed. In a column
    without observed values in `fit`, numbers become 0 and categories stay missing.

    Dates and durations may have another unit than in `fit`, for example nanoseconds instead of days. They are filled in
    their own unit, rounded down if it is the coarser one.

    The notes of :class:`GANOversampler` on threads, interruption and reproducible rows also apply to imputed values. A
    fitted imputer can fill tables in several threads at the same time.

    References
    ----------
    .. [1] Yoon, Jordon, van der Schaar, "GAIN: missing data imputation using generative adversarial nets", ICML
       2018, sections 3 and 4.
    .. [2] Gneiting, Raftery, "Strictly proper scoring rules, prediction, and estimation", JASA 2007, section 4.
    .. [3] Rubin, "Multiple imputation for nonresponse in surveys", Wiley 1987, chapter 3.
    .. [4] Hammersley, Morton, "A new Monte Carlo technique: antithetic variates", Mathematical Proceedings of the
       Cambridge Philosophical Society 1956.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_gan import GANImputer
    >>> X = np.repeat(np.linspace(0, 1, 200), 2).reshape(200, 2)
    >>> X[50, 1] = np.nan
    >>> filled = GANImputer(max_steps=200, random_state=0).fit_transform(X)
    >>> bool(abs(filled[50, 1] - filled[50, 0]) < 0.1)
    True
    """

    _parameter_constraints: dict = {
        "categorical_features": [StrOptions({"auto"}), "array-like"],
        "relations": [StrOptions({"auto"}), list, None],
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

    _fitted_state = ("_completion", "_encoder", "_indicated", "_noise_seed", "_types")

    def __init__(
        self,
        *,
        categorical_features: CategoricalFeatures = "auto",
        relations: Sequence[Relation] | Literal["auto"] | None = "auto",
        n_imputations: int = 20,
        add_indicator: bool = False,
        adversarial: float = 0.1,
        latent_dim: int = 16,
        hidden_layer_sizes: Sequence[int] = (128, 128),
        max_steps: int = 1500,
        batch_size: int = 128,
        learning_rate: float = 4e-3,
        callbacks: list[Any] | None = None,
        device: str = "auto",
        random_state: RandomState = None,
        verbose: int = 0,
    ) -> None:
        self.categorical_features = categorical_features
        self.relations = relations
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

    @keep_signature(_fit_context(prefer_skip_nested_validation=True))
    def fit(self, X: Table, y: Any = None) -> Self:
        """Train the networks on a table.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_features)
            Table. Missing values are None, NaN, or the missing values of the data frame library.
        y : None
            Ignored.

        Returns
        -------
        self : GANImputer
            Fitted imputer.

        Raises
        ------
        TypeError
            If `X` is sparse.
        ValueError
            If a numeric column contains a non-numeric or infinite value, or if `categorical_features` names a column
            that `X` does not have.
        FloatingPointError
            If training diverges. A smaller `learning_rate` avoids this.
        """
        settings, device = training_settings(self), choose_device(self.device)
        with unfitted_on_failure(self):
            self._fit(X, settings, device)
        return self

    def _fit(self, X, settings, device):
        columns = list(self._open(X, reset=True).columns())
        codes = np.zeros(len(columns[0].cells), dtype=np.intp)  # imputation is unconditional: a single class
        codecs = fit_codecs(self.categorical_features, columns, codes)
        self._encoder = TableEncoder()
        matrix = self._encoder.fit_encode(columns, codecs, codes, flag_all=True, derive=False)
        self.relations_, self._completion = select_completion(self.relations, columns, self._encoder.codecs_)
        rng = np.random.default_rng(draw_seed(self.random_state))
        self._noise_seed = int(rng.integers(2**63))
        with OwnTorchSettings(device):
            net = self._train(matrix, settings, device, int(rng.integers(2**63)))
        read = map(_as_read, columns, self._encoder.codecs_)
        self._types = [column[np.arange(0)] for column in read]  # copies: views would keep the table in memory
        self._indicated = [j for j, column in enumerate(columns) if column.missing.any()]
        self.net_, self.history_ = net, net.history_

    def _open(self, X, reset):
        """Return the container of a table, after checking the names and the number of its columns."""
        if sparse.issparse(X):
            raise TypeError(
                "Sparse data was passed to GANImputer, but dense data is required: the implicit values of a sparse "
                "matrix are zeros, not missing values. Use `.toarray()` to convert it."
            )
        container = open_container(X, estimator="GANImputer")
        validate_data(self, to_chunks(X), reset=reset, skip_check_array=True)
        return container

    def _train(self, matrix, settings, device, seed):
        """Return the trained networks."""
        rows = torch.from_numpy(matrix).to(device)
        codes = torch.zeros(len(rows), dtype=torch.long, device=device)
        table = EncodedTable(rows, codes, self._encoder.layout_)
        rng = torch.Generator(device).manual_seed(seed)
        return train_imputation_gan(table, settings, rng, adversarial=self.adversarial)

    def transform(self, X: Table) -> Any:
        """Fill missing values with the mean, or the most frequent category, of several imputations.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_features)
            Table with the same columns as in `fit`. Columns that were complete in `fit` may have missing values.

        Returns
        -------
        X_filled : {ndarray, dataframe} of shape (n_samples, n_features_out)
            Copy of `X` with its missing values filled, in the same container and dtypes. A list becomes an array. With
            `add_indicator`, boolean columns are appended. In a numeric array, they contain 0 and 1.

        Raises
        ------
        NotFittedError
            If the imputer is not fitted.
        ValueError
            If a numeric column contains a non-numeric or infinite value. If a column contains dates or durations, but
            did not in `fit`, or the reverse. If a date is out of range for the finer unit.
        """
        check_is_fitted(self, "net_")
        container, columns, drawn = self._draw(X)
        return self._fill(container, columns, self._encoder.average_cells(drawn))

    def impute(self, X: Table) -> list[Any]:
        """Fill missing values several times, with a single imputation each time.

        Analyse the filled tables separately. The spread of the results measures the uncertainty due to missing values
        (multiple imputation, Rubin 1987).

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_features)
            Table with the same columns as in `fit`.

        Returns
        -------
        imputations : list of {ndarray, dataframe}
            `n_imputations` tables, in the format that `transform` returns.

        Raises
        ------
        NotFittedError
            If the imputer is not fitted.
        ValueError
            If a numeric column contains a non-numeric or infinite value. If a column contains dates or durations, but
            did not in `fit`, or the reverse. If a date is out of range for the finer unit.
        """
        check_is_fitted(self, "net_")
        container, columns, drawn = self._draw(X)
        return [self._fill(container, columns, cells) for cells in drawn]

    def _draw(self, X):
        """Return the container of a table, its columns, and the values to fill for each imputation."""
        container = self._open(X, reset=False)
        columns = list(map(_like_fitted, container.columns(), self._types, self._encoder.codecs_))
        missing = [column.missing for column in columns]
        matrix = self._encoder.encode(map(_to_fitted_unit, columns, self._types))
        # Complete rows skip the networks.
        incomplete = np.logical_or.reduce(missing)
        rows, cells = matrix[incomplete], [flags[incomplete] for flags in missing]
        with interruptible(), OwnTorchSettings(self.net_.device):
            drawn = [self._encoder.decode_cells(self._draw_rows(rows, i), cells) for i in range(self.n_imputations)]
        return container, columns, drawn

    def _draw_rows(self, rows, i):
        """Return the generator's output for the i-th imputation."""
        # Chunks bound the memory used by the hidden layers and the noise.
        chunks = np.split(rows, range(ROWS_PER_DRAW, len(rows), ROWS_PER_DRAW))
        return np.concatenate([self._draw_chunk(chunk, i) for chunk in chunks])

    def _draw_chunk(self, rows, i):
        layout = self._encoder.layout_
        n_logits = layout.n_values - layout.n_numbers
        uniform = draw_by_row(rows, [self._noise_seed, i // 2], self.latent_dim + n_logits)
        if i % 2:
            uniform = 1 - uniform  # antithetic to the preceding imputation
        latent = ndtri(uniform[:, : self.latent_dim]).astype(np.float32)
        device = self.net_.device
        values = self.net_.draw(torch.from_numpy(rows).to(device), torch.from_numpy(latent).to(device)).cpu().numpy()
        # Gumbel noise on the logits: the argmax, taken in decoding, is a sample from their softmax.
        values[:, layout.n_numbers :] -= np.log(-np.log(uniform[:, self.latent_dim :]))
        return values

    def _fill(self, container, columns, cells):
        cells = self._completion.complete(list(map(_to_fitted_unit, columns, self._types)), cells)
        fillings = {
            j: Filling(np.flatnonzero(column.missing), _in_type_of(column, self._types[j], cells[j]))
            for j, column in enumerate(columns)
            if column.missing.any()
        }
        indicators = {j: columns[j].missing for j in self._indicated} if self.add_indicator else {}
        return _as_configured(container.fill(fillings, indicators), self)

    def get_feature_names_out(self, input_features: Sequence[str] | HasShape | None = None) -> Array:
        """Return the names of the columns that `transform` returns.

        Parameters
        ----------
        input_features : array-like of str or None, default=None
            Names of the columns of `X`. None uses those seen in `fit`, or x0, x1, ...

        Returns
        -------
        names : ndarray of str
            Names of the columns of `X`. With `add_indicator`, a "missingindicator_<name>" follows per appended column.
        """
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


def _as_read(column, codec):
    """Return a column as its codec reads it: with Python values as numbers, or as objects if they are categories."""
    return column if codec.is_numeric else column.as_objects()


def _like_fitted(column, fitted, codec):
    """Return a column as its codec reads it, with the type it had in `fit` if it has no observed value."""
    # NumPy dates have no Python type, as which an untyped column would hold them.
    has_type = fitted.python_type is not None or (codec.is_numeric and not fitted.unit)
    if has_type and column.is_untyped:
        cells = np.zeros(len(column.missing), dtype=fitted.cells.dtype)
        return replace(fitted, cells=cells, missing=column.missing, objects=column.objects)
    return _as_read(column, codec)


def _to_fitted_unit(column, fitted):
    """Return a column in the unit it had in `fit`."""
    check_same_kind(column, fitted, "`fit`")
    return in_unit(column, fitted.unit)


def _in_type_of(column, fitted, cells):
    """Return values converted from the unit of `fitted` to the unit and the Python type of `column`."""
    cells = in_unit(replace(fitted, cells=cells, missing=are_missing(cells)), column.unit).cells
    if column.python_type is None:
        return cells
    # A few numbers may have a narrower type than those seen in `fit`, such as integers among floats.
    python_type = column.python_type if column.unit else fitted.python_type or column.python_type
    return python_type.to_objects(cells)


def _as_configured(filled, estimator):
    """Return a data frame in the library selected by `set_output`, so that scikit-learn need not infer dtypes."""
    wanted = _get_output_config("transform", estimator)["dense"]
    frame = nw.from_native(to_chunks(filled), eager_only=True, pass_through=True)
    if not isinstance(frame, nw.DataFrame) or wanted not in {"pandas", "polars"}:
        return filled
    return frame.to_pandas() if wanted == "pandas" else frame.to_polars()


def draw_by_row(rows, seed, n):
    """Return n uniform numbers in (0, 1) for each row, which depend only on the row's own features and the seed.

    The features are hashed to 64 bits, the initial state of SplitMix64 (Steele et al., "Fast splittable pseudorandom
    number generators", OOPSLA 2014, figure 17).
    """
    # A row's key is a weighted sum, modulo 2**64, of the bits of its float32 features.
    weights = np.random.default_rng(seed).integers(2**64, size=rows.shape[1], dtype=np.uint64)
    keys = (np.ascontiguousarray(rows).view(np.uint32) * weights).sum(axis=1, dtype=np.uint64)
    bits = keys[:, None] + np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    bits = bits ^ (bits >> np.uint64(31))
    # 52 bits are exact in a float; adding 0.5 excludes 0.
    return ((bits >> np.uint64(12)).astype(float) + 0.5) / 2**52
