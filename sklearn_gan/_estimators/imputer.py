"""GANImputer: missing cells of a caller's table, filled."""

from dataclasses import replace
from numbers import Integral, Real

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
from sklearn_gan._runtime.device import choose_device
from sklearn_gan._runtime.interruption import interruptible, unfitted_on_failure
from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan._runtime.torch_settings import OwnTorchSettings
from sklearn_gan._table import (
    Filling,
    TableEncoder,
    are_missing,
    check_same_kind,
    choose_codecs,
    in_unit,
    open_container,
)

ROWS_PER_DRAW = 8_192


class GANImputer(TransformerMixin, BaseEstimator):
    r"""Fill missing cells with what a generative adversarial network draws for them.

    A generator fills the missing cells of a row from the others; a discriminator tells which cells were filled. In
    training observed cells are hidden, and the generator is judged by what stood there as well. Tables go in as they
    are, numbers and categories, and come back as they went in: container, types, order, index. Observed cells are
    not touched.

    Parameters
    ----------
    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Which columns are categories: their names, their positions (an integer is a name where there is
        such a name) or a mask. All others have to be numbers, or booleans, which have no in-between and are
        categories in any case. `"auto"` takes strings, booleans, objects and the categorical types of data
        frames. In a list or an array of objects, which has one type for all columns, a column is of numbers
        if all its cells are.

    n_imputations : int, default=20
        How often each missing cell is drawn. `transform` returns the mean of these draws, or the most frequent
        category; `impute` returns them one by one. A larger number makes the former more exact.

    add_indicator : bool, default=False
        Whether `transform` appends a column for each one that has missing cells in `fit`, which tells where cells
        were missing.

    adversarial : float, default=0.1
        Weight of the discriminator's verdict in the generator's loss. A larger one makes filled cells of a row fit
        each other better, and come less close to the most probable value; 0 leaves the discriminator unheard.

    latent_dim : int, default=16
        Size of the noise. A larger one lets the draws for a cell differ in more ways.

    hidden_layer_sizes : tuple of int, default=(128, 128)
        Widths of the hidden layers of both networks. Wider ones learn more intricate tables and cost time.

    max_steps : int, default=1500
        Updates of each network. The cost of training does not grow with the number of rows.

    batch_size : int, default=128
        Rows in a step.

    learning_rate : float, default=4e-3
        Step size of AdamW, for both networks. It is kept for half of the steps and then lowered towards 0.

    callbacks : list of skorch.callbacks.Callback or None, default=None
        They are called while the networks train; `reconstruction_loss`, `generator_loss`, `discriminator_loss` and
        `step` are in the history. A callback ends training early as skorch's do, by raising KeyboardInterrupt in
        `on_epoch_end`, after a record.

    device : str, default="auto"
        Where to compute: a name that torch knows, such as `"cpu"` or `"cuda"`. `"auto"` takes an accelerator
        if there is one.

    random_state : int, RandomState instance or None, default=None
        Seed of all that is random. An integer gives the same cells each time, bit for bit, on the same
        machine. With None each fit differs. Global random states are neither read nor moved.

    verbose : int, default=0
        1 shows a progress bar with the losses and the time left.

    Attributes
    ----------
    n_features_in_ : int
        Number of columns.

    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns. Defined only if `X` is a frame whose column names are all strings.

    net_ : skorch.NeuralNet
        The trained networks.

    history_ : skorch.history.History
        One record for every 50 steps: `step`, `reconstruction_loss`, `generator_loss`, `discriminator_loss`, `dur` in
        seconds.

    See Also
    --------
    sklearn.impute.KNNImputer : Fills cells of numbers with means of neighbouring rows.
    sklearn.impute.IterativeImputer : Predicts each column of numbers from the others in turn.

    Notes
    -----
    Setting and adversarial loss are those of GAIN [1]_, without its hint. Let x be a row, o its observed cells, h
    those of them that are hidden in training (a share of 10 % to 50 %, drawn for each row), G(x, z) what the
    generator draws from the others and noise z, and D the discriminator's probability of a cell to be filled. The
    generator minimises

    .. math::

        \sum_{j \in h} S_j(G(x, z), G(x, z'), x) - \lambda \sum_{j \notin o \setminus h} \log(1 - D_j),

    as means over cells, with λ = `adversarial`. S is the cross-entropy of a category, and of a number the mean of
    (\|G - x\| + \|G' - x\| - \|G - G'\|) / 2, the energy score [2]_, and (G - x) (G' - x), the squared error of the
    mean, for two draws G and G'. Unlike GAIN's squared error, which is least if all draws are the mean, S is least
    if the draws spread as the cell does, given the others. So several imputations tell how uncertain a cell is, as
    multiple imputation wants it [3]_, and their mean is a prediction. Draws are made with the exponential moving
    average of G.

    The draws for a row depend on its own observed cells, and on the fit, alone: neither on other rows nor on how
    often `transform` was called. Equal rows get equal cells. Two imputations by two have opposite noise, which
    makes their mean more exact [4]_.

    Drawn numbers lie within what was observed, are integers where all observed ones are, and are observed ones in
    columns whose values repeat; means of draws are rounded where the type of the column is of integers. A category
    costs at most 64 features: rarer levels share one, and the most frequent of them is drawn. Levels that were not
    seen in `fit` tell nothing about other cells, and are never drawn. In a column without an observed cell in `fit`
    numbers become 0, and categories stay missing.

    Dates and durations may have another unit in the table that is filled than in `fit`, nanoseconds for days: cells
    are put in in its own unit, rounded down if it is the coarser one.

    Of threads, interruption, and where cells are the same, holds what :class:`GANOversampler` says of rows; a fitted
    imputer fills tables in several threads at a time.

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

    _fitted_state = ("_encoder", "_indicated", "_noise_seed", "_types")

    def __init__(
        self,
        *,
        categorical_features="auto",
        n_imputations=20,
        add_indicator=False,
        adversarial=0.1,
        latent_dim=16,
        hidden_layer_sizes=(128, 128),
        max_steps=1500,
        batch_size=128,
        learning_rate=4e-3,
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
        """Train the networks on a table.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_features)
            The table. Missing cells are None, NaN, or what a data frame has for them.
        y : None
            Ignored.

        Returns
        -------
        self : GANImputer
            The fitted imputer.

        Raises
        ------
        TypeError
            If `X` is sparse.
        ValueError
            If a column of numbers holds something else or an infinite value, or if `categorical_features` names no
            column of `X`.
        FloatingPointError
            If training diverged, which a smaller `learning_rate` mends.
        """
        settings, device = training_settings(self), choose_device(self.device)
        with unfitted_on_failure(self):
            self._fit(X, settings, device)
        return self

    def _fit(self, X, settings, device):
        columns = list(self._open(X, reset=True).columns())
        codecs = choose_codecs(self.categorical_features, columns)
        self._encoder = TableEncoder()
        codes = np.zeros(len(columns[0].cells), dtype=np.intp)  # the table is of one class
        matrix = self._encoder.fit_encode(columns, codecs, codes, flag_all=True)
        rng = np.random.default_rng(draw_seed(self.random_state))
        self._noise_seed = int(rng.integers(2**63))
        with OwnTorchSettings(device):
            net = self._train(matrix, settings, device, int(rng.integers(2**63)))
        self._types = [column[np.arange(0)] for column in columns]  # no views, which would hold the table
        self._indicated = [j for j, column in enumerate(columns) if column.missing.any()]
        self.net_, self.history_ = net, net.history_

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

    def _train(self, matrix, settings, device, seed):
        """Return the trained network."""
        rows = torch.from_numpy(matrix).to(device)
        codes = torch.zeros(len(rows), dtype=torch.long, device=device)
        table = EncodedTable(rows, codes, self._encoder.layout_)
        rng = torch.Generator(device).manual_seed(seed)
        return train_imputation_gan(table, settings, rng, adversarial=self.adversarial)

    def transform(self, X):
        """Fill the missing cells of a table with the mean, or the most frequent category, of several draws.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_features)
            The table, with the columns of the one that was fitted. Columns that were complete may have missing cells.

        Returns
        -------
        X_filled : {ndarray, dataframe} of shape (n_samples, n_features_out)
            A copy with cells in the missing ones' place, in the container and types of `X`; of a list, an array.
            With `add_indicator` columns of booleans follow, in an array of numbers zeros and ones.

        Raises
        ------
        NotFittedError
            If the imputer was not fitted.
        ValueError
            If a column of numbers holds something else or an infinite value, if a column is of dates or durations but
            was not in `fit`, or the other way round, or if a date is beyond what the finer unit can count.
        """
        check_is_fitted(self, "net_")
        container, columns, drawn = self._draw(X)
        return self._fill(container, columns, self._encoder.average_cells(drawn))

    def impute(self, X):
        """Fill the missing cells of a table several times, each time with a single draw.

        To be analysed one by one, so that the spread of the results tells what the missing cells cost (multiple
        imputation, Rubin 1987).

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_features)
            The table, with the columns of the one that was fitted.

        Returns
        -------
        imputations : list of {ndarray, dataframe}
            `n_imputations` tables, each as `transform` returns one.

        Raises
        ------
        NotFittedError
            If the imputer was not fitted.
        ValueError
            If a column of numbers holds something else or an infinite value, if a column is of dates or durations but
            was not in `fit`, or the other way round, or if a date is beyond what the finer unit can count.
        """
        check_is_fitted(self, "net_")
        container, columns, drawn = self._draw(X)
        return [self._fill(container, columns, cells) for cells in drawn]

    def _draw(self, X):
        """Return the container of a table, its columns, and for each imputation what their missing cells get."""
        container = self._open(X, reset=False)
        columns = list(container.columns())
        missing = [column.missing for column in columns]
        matrix = self._encoder.encode(map(_as_fitted, columns, self._types))
        incomplete = np.logical_or.reduce(missing)
        rows, cells = matrix[incomplete], [flags[incomplete] for flags in missing]
        with interruptible(), OwnTorchSettings(self.net_.device):
            drawn = [self._encoder.decode_cells(self._draw_rows(rows, i), cells) for i in range(self.n_imputations)]
        return container, columns, drawn

    def _draw_rows(self, rows, i):
        """Return encoded rows drawn for the i-th imputation."""
        chunks = np.split(rows, range(ROWS_PER_DRAW, len(rows), ROWS_PER_DRAW))
        return np.concatenate([self._draw_chunk(chunk, i) for chunk in chunks])

    def _draw_chunk(self, rows, i):
        layout = self._encoder.layout_
        n_logits = layout.n_values - layout.n_numbers
        uniform = draw_by_row(rows, [self._noise_seed, i // 2], self.latent_dim + n_logits)
        if i % 2:
            uniform = 1 - uniform  # every second imputation has the opposite of the noise before
        latent = ndtri(uniform[:, : self.latent_dim]).astype(np.float32)
        device = self.net_.device
        values = self.net_.draw(torch.from_numpy(rows).to(device), torch.from_numpy(latent).to(device)).cpu().numpy()
        values[:, layout.n_numbers :] -= np.log(-np.log(uniform[:, self.latent_dim :]))
        return values

    def _fill(self, container, columns, cells):
        fillings = {
            j: Filling(np.flatnonzero(column.missing), _in_unit_of(column, self._types[j], cells[j]))
            for j, column in enumerate(columns)
            if column.missing.any()
        }
        indicators = {j: columns[j].missing for j in self._indicated} if self.add_indicator else {}
        return _as_configured(container.fill(fillings, indicators), self)

    def get_feature_names_out(self, input_features=None):
        """Return the names of the columns that `transform` returns.

        Parameters
        ----------
        input_features : array-like of str or None, default=None
            Names of the columns of `X`; None takes those seen in `fit`, or x0, x1, ...

        Returns
        -------
        names : ndarray of str
            These, and with `add_indicator` "missingindicator_" and the name for each column that is appended.
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


def _as_fitted(column, fitted):
    """Return a column in the unit of the one that was fitted."""
    check_same_kind(column, fitted, "`fit`")
    return in_unit(column, fitted.unit)


def _in_unit_of(column, fitted, cells):
    """Return cells that are in the unit of the column that was fitted in that of a column that is filled."""
    return in_unit(replace(fitted, cells=cells, missing=are_missing(cells)), column.unit).cells


def _as_configured(filled, estimator):
    """Return a frame in the library that `set_output` asks for, so that scikit-learn has no types to guess."""
    wanted = _get_output_config("transform", estimator)["dense"]
    frame = nw.from_native(filled, eager_only=True, pass_through=True)
    if not isinstance(frame, nw.DataFrame) or wanted not in {"pandas", "polars"}:
        return filled
    return frame.to_pandas() if wanted == "pandas" else frame.to_polars()


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
    return ((bits >> np.uint64(12)).astype(float) + 0.5) / 2**52
