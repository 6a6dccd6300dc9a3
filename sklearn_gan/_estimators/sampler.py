"""GANOversampler: train conditional networks on a table and sample synthetic rows."""

import inspect
from collections.abc import Callable, Sequence
from copy import copy, deepcopy
from numbers import Integral, Real
from os import PathLike
from typing import Any, Literal, Self

import numpy as np
import torch
from imblearn.over_sampling.base import BaseOverSampler
from imblearn.utils import check_sampling_strategy
from sklearn.base import _fit_context
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_consistent_length
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from sklearn_gan._estimators.state import sampler_from_document, sampler_to_document
from sklearn_gan._estimators.validation import (
    check_candidates,
    check_distance,
    check_hidden_layer_sizes,
    check_module,
    check_requested_labels,
    check_strategy,
    training_settings,
    warn_of_copies,
    warn_of_identifiers,
    warn_of_similar_labels,
    warn_of_unused,
)
from sklearn_gan._matrix import SMALLEST_COVERAGE
from sklearn_gan._networks import (
    DISCRIMINATORS,
    GENERATORS,
    LOSSES,
    PERTURBATIONS,
    EncodedTable,
    train_augmenter,
    train_autoencoder,
    train_gan,
)
from sklearn_gan._persistence import read_document, write_document
from sklearn_gan._runtime.annotations import (
    AnyTable,
    AnyTarget,
    CategoricalFeatures,
    RandomState,
    SamplingStrategy,
    Table,
    Target,
    keep_signature,
)
from sklearn_gan._runtime.device import choose_device
from sklearn_gan._runtime.interruption import interruptible, unfitted_on_failure
from sklearn_gan._runtime.seeding import draw_seed, seed_for_table
from sklearn_gan._runtime.torch_settings import OwnTorchSettings
from sklearn_gan._runtime.warnings import warn_caller
from sklearn_gan._synthesis import (
    MANY_ROWS,
    CandidateSelector,
    DistantRowDrawer,
    ManyRowDrawer,
    RealRows,
    RowDrawer,
)
from sklearn_gan._table import (
    Relation,
    TableEncoder,
    TableSample,
    check_labels,
    choose_rows,
    open_container,
    plain_labels,
    repeat_targets,
    to_chunks,
)

FILE_KIND = "GANOversampler"


class GANOversampler(BaseOverSampler):
    r"""Oversample imbalanced tabular data with a conditional generative adversarial network (GAN).

    The networks are trained on all classes, so small classes benefit from the structure of larger ones. Numeric,
    categorical and datetime columns and missing values need no preprocessing.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        Target number of rows per class, as in imbalanced-learn.

        - float: ratio of minority to majority rows (binary targets only), to the nearest number of rows.
        - str: classes to resample to the size of the largest: `"minority"`, `"not minority"`, `"not majority"`,
          `"all"` or `"auto"` (same as `"not majority"`).
        - dict: rows per class after resampling (of each training fold in cross-validation).
        - callable: takes `y` and returns such a dict, not a ratio.

    mode : {"gan", "autoencoder"}, default="gan"
        Generation method.

        - `"gan"`: sample from generators trained against discriminators.
        - `"autoencoder"`: perturb the codes of real rows and decode them. Training takes a third of the time, and
          rows are slightly less useful.

    generator : {"both", "residual", "noise", "autoencoder"} or subclass of torch.nn.Module, default="both"
        Generator of the GAN.

        - `"both"`: generate half of the candidates with `"residual"` and half with `"noise"`.
        - `"residual"`: correct convex combinations of neighbouring rows of a class. Rows stay close to the real rows.
        - `"noise"`: transform noise and the label. Rows reach beyond the real rows.
        - `"autoencoder"`: decode the code of a real row plus noise. Less useful, except for variants of real rows.
        - class: `generator(latent_dim=..., n_classes=..., n_features=...)` creates a module that maps noise
          (batch_size, latent_dim) and one-hot labels (batch_size, n_classes) to (batch_size, n_features):
          approximately standard normal numbers for numeric columns, then logits of categories.

    discriminator : {"mlp"} or subclass of torch.nn.Module, default="mlp"
        Discriminator of the GAN. For a class, `discriminator(n_features=..., n_classes=...)` creates a module that
        maps rows (batch_size, n_features) and one-hot labels to logits (batch_size,). Features are numbers, one-hot
        categories and missing-value flags.

    n_candidates : int, default=3
        Number of candidates per synthetic row, of which the first that fits its class is selected (see Notes). Larger
        values separate classes more and cover less of each. With 1, or in classes of fewer than 30 rows, there is no
        selection.

    min_distance : float, default=0.0
        Minimum distance of synthetic rows from every real row, as in `sklearn_gan.metrics`: in standard deviations,
        with 2 added to the square per differing category. Larger values reduce similarity to single real rows but take
        longer. Privacy is not guaranteed.

    loss : {"relativistic", "bce", "bce-saturating", "least_squares", "hinge", "wasserstein"}, default="relativistic"
        Adversarial loss. Differences on real tables are small. `"wasserstein"` makes five discriminator steps per
        generator step and takes nearly four times as long.

    gradient_penalty : "auto" or float, default="auto"
        Weight of the gradient penalty: R1 and R2 or, for the Wasserstein loss, the deviation from norm 1. Larger
        values make discriminators smoother: more stable, but less sensitive. `"auto"` is 0.3, or 10 for the
        Wasserstein loss.

    feature_matching : float, default=0.0
        Weight of feature matching in the generator loss (see Notes). Larger values emphasise batch means over
        individual rows.

    reconstruction : float, default=0.1
        Weight of the reconstruction error for `generator="autoencoder"`. Larger values keep rows closer to their
        parents.

    augment : {"autoencoder"} or None, default=None
        Augmentation of training batches: replace real rows by rows of a previously trained autoencoder, perturbed as
        in `mode="autoencoder"`.

    augment_share : float, default=0.25
        Share of each batch that `augment` replaces, in (0, 1]. Larger values leave fewer real rows.

    perturbation : {"gaussian", "interpolate"}, default="gaussian"
        Perturbation of codes for `mode="autoencoder"` and `augment`: normal noise, or interpolation towards a convex
        mixture with the codes of the 5 nearest neighbours in the class.

    perturbation_scale : float, default=1.0
        Noise in standard deviations of the class's codes, or fraction of the way to the mixture. 0 reconstructs real
        rows, and larger values move away from them. Noise widens a class, and interpolation up to 1 contracts it.

    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Categorical columns, as names, positions or a mask. Integers that are names count as names. Booleans are always
        categorical. Other columns must hold numbers, dates, times or durations, or no values. `"auto"` selects strings,
        booleans, categorical dtypes and other objects. In columns of objects, numbers, decimals and dates of Python are
        numeric.

    relations : "auto", list of relations or None, default="auto"
        Relations between columns that every synthetic row satisfies, from `sklearn_gan.relations`: fixed combinations,
        inequalities, sums, one-hot groups and joint missing values. `"auto"` detects them (see Notes). None keeps none.

    latent_dim : int, default=64
        Dimension of the noise or of the latent code. Larger values allow rows to vary in more ways.

    hidden_layer_sizes : tuple of int, default=(128, 128)
        Hidden layer widths of all built-in networks. Larger values fit more complex tables and take longer.

    max_steps : int, default=400
        Number of updates of each generator or of the autoencoder. Larger values train longer. Training time does not
        grow with the number of rows.

    batch_size : int, default=128
        Number of rows per step, sampled evenly from the classes. Larger values reduce gradient noise and take longer.

    learning_rate : float, default=1e-3
        Step size of Adam, lowered towards 0 in the second half of training. Larger values train faster but may diverge.

    callbacks : list of skorch.callbacks.Callback or None, default=None
        Training callbacks. As in skorch, they stop training by raising KeyboardInterrupt in `on_epoch_end`. GAN losses
        are not a reliable stopping criterion.

    device : str, default="auto"
        Torch device, such as `"cpu"` or `"cuda"`. `"auto"` selects an accelerator if available.

    random_state : int, RandomState instance or None, default=None
        Seed of all random numbers. An integer makes rows reproducible. Global random states are neither read nor
        changed.

    verbose : int, default=0
        1 shows a progress bar with losses and remaining time.

    Attributes
    ----------
    sampling_strategy_ : dict
        Number of synthetic rows per class. Classes without any may be absent.

    classes_ : ndarray of shape (n_classes,)
        Class labels.

    n_features_in_ : int
        Number of columns.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names. Defined only if `X` has column names that are all strings.

    relations_ : list of relations
        The relations that synthetic rows satisfy, each with its `support`, the number of real rows it applies to.

    net_ : skorch.NeuralNet
        Trained networks. `net_.kept_` lists the checkpoint selected for each generator of a GAN.

    history_ : skorch.history.History
        One record per 50 steps: `step`, `dur` in seconds, `generator_loss` and `discriminator_loss`, or
        `reconstruction_error` for autoencoders. GANs also record the mean `coverage` and `density` of the classes [4]_,
        except the largest class and classes of fewer than 10 rows.

    synthetic_mask_ : ndarray of shape (n_samples_new,), dtype bool
        Mask of the synthetic rows among the returned rows. Defined after `fit_resample`.

    parents_ : ndarray of shape (n_samples_new - n_samples, n_parents)
        Positions in `X` of the real rows mixed into each synthetic row, or -1 for none. Defined after `fit_resample`.

    See Also
    --------
    imblearn.over_sampling.SMOTENC : Interpolate between neighbouring rows.

    Notes
    -----
    The discriminator D and the generator G minimise

    .. math::

        L_D = E[f(D(G(z, c), c) - D(x, c))] + \frac{\gamma}{2} (R_1 + R_2), \qquad
        L_G = E[f(D(x, c) - D(G(z, c), c))],

    where f is softplus, x a real row, c its class, z noise and γ the `gradient_penalty`. R_1 and R_2 are the mean
    squared norms of D's gradient at real and generated rows [1]_. Other losses replace L_D and L_G (see
    `sklearn_gan/_networks/losses.py`). `feature_matching` λ adds λ Σ_l ‖E[D_l(x)] - E[D_l(G(z))]‖₁ / n_l to L_G, over
    the n_l outputs D_l of each torch activation module l of D [3]_.

    Selection is rejection sampling [2]_ with at most k = `n_candidates` trials. The score s(x, c) is the sum of the
    smoothed logits of P(c | x) from a random forest, extremely randomised trees and gradient boosting, fitted with
    balanced class weights. The first candidate with s >= 1 is selected; without one, that with the largest s.
    Where s >= 1, the density of the candidates is multiplied by a constant. In requests of more than 50,000
    rows, a small network approximates s. Each such request fits it to the scores of candidates.

    All candidates of a row have the same missing values and spikes, so selection does not change their shares. A spike
    is a value of at least 10% of the rows of a class other than the largest, in a column whose other values vary. Like
    a category, it is generated with a probability of its own [5]_.

    A relation is detected if all rows satisfy it, and if a table of independent columns would have one of its kind with
    a probability below 0.001. Columns that follow from others are looked up or computed, and differences are generated
    in place of ordered columns, so every row satisfies the relations. Categorical columns with a bias-corrected
    Cramér's V of at least 0.5 are generated as one.

    Tables of more than 30,000 rows are read once. Bounds, categories and grids of values are those of all rows, and
    relations hold in all rows. The networks, mixtures and classifiers are fitted on a random sample of 30,000 rows that
    contains the small classes completely. The fitted sampler holds this sample, not the table.

    The same seed, table and parameters give bitwise identical rows on one machine with the same package versions.
    See the user guide for details.

    References
    ----------
    .. [1] Huang et al., "The GAN is dead; long live the GAN! A modern GAN baseline", NeurIPS 2024, section 3.
    .. [2] von Neumann, "Various techniques used in connection with random digits", National Bureau of Standards
       Applied Mathematics Series 12, 1951.
    .. [3] Salimans et al., "Improved techniques for training GANs", NeurIPS 2016, section 3.1.
    .. [4] Naeem et al., "Reliable fidelity and diversity metrics for generative models", ICML 2020, section 3.2.
    .. [5] Zhao et al., "CTAB-GAN+: enhancing tabular data synthesis", Frontiers in Big Data 2024, section 3.2.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from sklearn_gan import GANOversampler
    >>> X, y = make_classification(n_samples=200, weights=[0.9], flip_y=0, random_state=0)
    >>> X_resampled, y_resampled = GANOversampler(max_steps=100, random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 181), (1, 181)]
    """

    _parameter_constraints: dict = {
        "sampling_strategy": BaseOverSampler._parameter_constraints["sampling_strategy"],
        "mode": [StrOptions({"gan", "autoencoder"})],
        "generator": [StrOptions(set(GENERATORS)), callable],
        "discriminator": [StrOptions(set(DISCRIMINATORS)), callable],
        "n_candidates": [Interval(Integral, 1, None, closed="left")],
        "min_distance": [Interval(Real, 0, None, closed="left")],
        "loss": [StrOptions(set(LOSSES))],
        "gradient_penalty": [StrOptions({"auto"}), Interval(Real, 0, None, closed="left")],
        "feature_matching": [Interval(Real, 0, None, closed="left")],
        "reconstruction": [Interval(Real, 0, None, closed="left")],
        "augment": [StrOptions({"autoencoder"}), None],
        "augment_share": [Interval(Real, 0, 1, closed="right")],
        "perturbation": [StrOptions(set(PERTURBATIONS))],
        "perturbation_scale": [Interval(Real, 0, None, closed="left")],
        "categorical_features": [StrOptions({"auto"}), "array-like"],
        "relations": [StrOptions({"auto"}), list, None],
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

    _fitted_state = ("_container", "_encoder", "_first_rows", "_real_rows", "_rng", "_sampled_rows", "_selector")

    def __init__(
        self,
        sampling_strategy: SamplingStrategy = "auto",
        *,
        mode: Literal["gan", "autoencoder"] = "gan",
        generator: Literal["both", "residual", "noise", "autoencoder"] | Callable[..., torch.nn.Module] = "both",
        discriminator: Literal["mlp"] | Callable[..., torch.nn.Module] = "mlp",
        n_candidates: int = 3,
        min_distance: float = 0.0,
        loss: Literal[
            "relativistic", "bce", "bce-saturating", "least_squares", "hinge", "wasserstein"
        ] = "relativistic",
        gradient_penalty: float | Literal["auto"] = "auto",
        feature_matching: float = 0.0,
        reconstruction: float = 0.1,
        augment: Literal["autoencoder"] | None = None,
        augment_share: float = 0.25,
        perturbation: Literal["gaussian", "interpolate"] = "gaussian",
        perturbation_scale: float = 1.0,
        categorical_features: CategoricalFeatures = "auto",
        relations: Sequence[Relation] | Literal["auto"] | None = "auto",
        latent_dim: int = 64,
        hidden_layer_sizes: Sequence[int] = (128, 128),
        max_steps: int = 400,
        batch_size: int = 128,
        learning_rate: float = 1e-3,
        callbacks: list[Any] | None = None,
        device: str = "auto",
        random_state: RandomState = None,
        verbose: int = 0,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.mode = mode
        self.generator = generator
        self.discriminator = discriminator
        self.n_candidates = n_candidates
        self.min_distance = min_distance
        self.loss = loss
        self.gradient_penalty = gradient_penalty
        self.feature_matching = feature_matching
        self.reconstruction = reconstruction
        self.augment = augment
        self.augment_share = augment_share
        self.perturbation = perturbation
        self.perturbation_scale = perturbation_scale
        self.categorical_features = categorical_features
        self.relations = relations
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
    def fit(self, X: Table, y: Target) -> Self:
        """Fit the sampler to a table.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The table of real rows.
        y : array-like of shape (n_samples,)
            The class of each row.

        Returns
        -------
        self : GANOversampler
            The fitted sampler.

        Raises
        ------
        ValueError
            If `y` has a single class, has rows without a label, is not a classification target, or has labels that are
            not all strings or all numbers. If a numeric column holds a non-numeric or infinite value, or if a column
            has an unsupported dtype, such as lists. If there are no numeric columns and all values are missing, if two
            columns have the same name, or if `categorical_features` names an unknown column. If a row breaks a
            listed relation, or if listed relations cannot be kept together. If `sampling_strategy` is a callable that
            returns no dict, or a dict whose keys are not classes or whose values are not numbers of rows.
        TypeError
            If a categorical column holds unhashable values, such as lists.

        Warns
        -----
        ConvergenceWarning
            If a generator covers less than 30% of a class other than the largest. If training diverged: either
            it recovered, or synthetic rows are mixtures of real rows.
        UserWarning
            If a class has a single row, or if a parameter has no effect under the chosen options. If most values of a
            categorical column differ, as identifiers do. If a column determines `y`, as a copy of it does.
        """
        device = self._check_parameters()
        with unfitted_on_failure(self):
            self._fit(X, y, device)
        return self

    def _fit(self, X, y, device):
        container = open_container(X)
        validate_data(self, to_chunks(X), skip_check_array=True)  # without a conversion of X
        check_consistent_length(np.empty(container.shape[0]), y)
        labels = check_labels(y)
        codes = self._fit_classes(labels)
        counts = np.bincount(codes)
        self._check_class_sizes(counts)
        strategy = check_strategy(self.sampling_strategy, labels, self.classes_, counts)
        self.sampling_strategy_ = check_sampling_strategy(strategy, labels, self._sampling_type)
        seed = draw_seed(self.random_state)
        self._fit_table(container, codes, choose_rows(codes, seed), seed, device)

    def _fit_table(self, container, codes, rows, seed, device):
        """Fit codecs to the table in a container, and networks to its `rows`."""
        sample = TableSample(container, codes, self.categorical_features, rows)
        matrix = self._fit_encoder(sample)
        warn_of_identifiers(sample.identifiers)
        warn_of_copies(sample.copies)
        self._real_rows = RealRows(self._encoder.comparable(container.columns())) if self.min_distance else None
        # From here on, the container holds the few original values that decoding needs, instead of the table.
        container.remember([codec.rows for codec in self._encoder.codecs_])
        self._container, self._sampled_rows = container, sample.rows
        # The seed depends on the table, so that folds with the same `random_state` share no noise.
        self._rng = seed_for_table(seed, matrix, sample.codes)
        with self._torch_settings(device):
            net = self._train(matrix, sample.codes, device)
            self._selector = CandidateSelector(matrix, sample.codes, self._rng) if self.n_candidates > 1 else None
        self.net_, self.history_ = net, net.history_  # last, because `net_` marks the sampler as fitted

    @keep_signature(_fit_context(prefer_skip_nested_validation=True))
    def fit_resample(self, X: AnyTable, y: AnyTarget) -> tuple[AnyTable, AnyTarget]:
        """Fit the sampler to a table and resample its classes.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The table of real rows.
        y : array-like of shape (n_samples,)
            The class of each row.

        Returns
        -------
        X_resampled : {array-like, sparse matrix, dataframe} of shape (n_samples_new, n_features)
            The rows of `X`, followed by the synthetic rows, in the container and dtypes of `X`. An integer pandas
            index is kept with its name, and continued after its largest label, unless that exceeds 64 bits. Any other
            index is replaced by 0, 1, 2, ... without a name. The `attrs` of a pandas data frame are copied.
        y_resampled : array-like of shape (n_samples_new,)
            The class of each row, in the container and dtype of `y`. A pandas target keeps its `attrs`, and has the
            index of `X_resampled` if that is a data frame.
        """
        return self._fit_resample(X, y)

    def _fit_resample(self, X, y):
        self.fit(X, y)
        counts = [self.sampling_strategy_.get(label, 0) for label in self.classes_]
        codes = np.repeat(np.arange(len(counts)), counts)
        drawn, columns = self._draw(codes)
        parents, n_rows = self._parents(drawn, codes), self._container.shape[0]
        del drawn  # memory is largest while the rows of X are copied
        X_resampled = self._container.append(X, columns)
        y_resampled = repeat_targets(y, self._first_rows[codes], X_resampled)
        self.parents_, self.synthetic_mask_ = parents, np.arange(n_rows + len(codes)) >= n_rows
        return X_resampled, y_resampled

    def sample(self, n_samples: int | None = None, y: Any = None, *, return_parents: bool = False) -> Any:
        """Sample synthetic rows from the trained networks.

        Each call returns different rows. The sequence of calls after a fit is reproducible. `n_candidates` and
        `min_distance` can be changed without refitting if they were above 1 and 0, respectively, in `fit`.

        Parameters
        ----------
        n_samples : int or None, default=None
            Number of rows. Optional if `y` is an array of labels.
        y : label or array-like of shape (n_samples,)
            The class of all rows, or of each row.
        return_parents : bool, default=False
            Whether to also return the real rows that each synthetic row derives from.

        Returns
        -------
        X : {ndarray, list, sparse matrix, dataframe} of shape (n_samples, n_features)
            Synthetic rows, in the container and dtypes of the fitted table. A pandas data frame has the index 0, 1, 2,
            ... and no `attrs`.
        parents : ndarray of shape (n_samples, n_parents)
            Positions in the fitted table of the real rows mixed into each row, or -1 for none. Rows generated only from
            noise have no parents. Missing values are those of the first parent. Only if `return_parents=True`.
        weights : ndarray of shape (n_samples, n_parents)
            Weights of the parents in the mixture, which sum to 1, or 0 for none. A network then corrects the mixture
            or decodes its code. Only if `return_parents=True`.

        Raises
        ------
        NotFittedError
            If the sampler is not fitted.
        ValueError
            If a label was not seen in `fit`, if `n_samples` and `y` disagree, or if rows cannot keep `min_distance`.
            If `n_candidates` or `min_distance` was changed and requires refitting. In all cases, the sampler stays
            fitted.
        """
        check_is_fitted(self, "net_")
        self._validate_params()  # `n_candidates` and `min_distance` may have changed since `fit`
        return self._sample_codes(check_requested_labels(n_samples, y, self.classes_), return_parents)

    def save(self, path: str | PathLike[str]) -> None:
        """Save the fitted sampler to a file that :meth:`load` can read.

        The safetensors file holds arrays, a JSON text, a format version, the package versions and a checksum. It
        contains no code, and loading it runs none. Like the fitted sampler, it holds encoded rows, at most about
        30,000 unless `min_distance` is set, original values and labels: protect it like the table itself.

        The file omits `callbacks`, restored as None, and the optimizers and discriminators, needed only for training.

        Parameters
        ----------
        path : str or path-like
            Destination. An existing file is replaced once the new file is complete, so an interruption leaves one of
            them intact. Killing the process may leave a temporary file `.NAME.RANDOM`.

        Raises
        ------
        NotFittedError
            If the sampler is not fitted.
        ValueError
            If a parameter is code, such as a user-defined module or a callable `sampling_strategy`, or is out of range.
            If a column or the target holds objects of an unsupported type. If `path` is a device or a pipe.
        OSError
            If the file cannot be written.
        """
        check_is_fitted(self, "net_")
        write_document(path, FILE_KIND, sampler_to_document(self))

    @classmethod
    def load(cls, path: str | PathLike[str], *, device: str = "auto") -> Self:
        """Load a saved sampler.

        With the same package versions on the same kind of machine, the sampler generates the same rows as the saved
        one, bit for bit. Otherwise rows may differ, because the classifiers for candidate selection are fitted again to
        the same real rows. A sampler trained on an accelerator generates different rows on a CPU. pandas versions
        before 2.3 lack the string dtype of pandas 3, and restore its columns as objects.

        Parameters
        ----------
        path : str or path-like
            File written by :meth:`save`.
        device : str, default="auto"
            Torch device for sampling, and for training if the sampler is refitted. `"auto"` selects the kind of device
            that the sampler was trained on, or the CPU if unavailable. The parameter `device` becomes `"auto"` if its
            saved value is unavailable.

        Returns
        -------
        sampler : GANOversampler
            The fitted sampler, with its saved parameters and attributes. Its `net_` generates rows, but cannot be
            trained further.

        Raises
        ------
        ValueError
            If the file is not a saved sampler, is damaged or inconsistent, or has a newer format version. If `device`
            is unavailable.
        OSError
            If the file cannot be read.
        ImportError
            If the data frame library of the fitted table is not installed.
        """
        if device != "auto":
            choose_device(device)  # raises before the file is read
        return sampler_from_document(cls, read_document(path, FILE_KIND), device)

    def _check_parameters(self):
        """Check parameters beyond their types and return the device."""
        check_hidden_layer_sizes(self.hidden_layer_sizes)
        check_module("generator", self.generator)
        check_module("discriminator", self.discriminator)
        params, signature = self.get_params(deep=False), inspect.signature(type(self)).parameters
        warn_of_unused(params, {name: signature[name].default for name in params})
        return choose_device(self.device)

    def _torch_settings(self, device):
        """Return the torch settings for reproducible computations."""
        # User-defined modules use torch's global generator, which therefore needs a seed.
        are_built_in = isinstance(self.generator, str) and isinstance(self.discriminator, str)
        return OwnTorchSettings(device, None if are_built_in else int(self._rng.integers(2**62)))

    def _fit_classes(self, labels):
        """Set the classes and their first rows, and return the class of each row as an integer."""
        self.classes_, self._first_rows, codes = np.unique(labels, return_index=True, return_inverse=True)
        warn_of_similar_labels(self.classes_.tolist())
        return codes

    def _check_class_sizes(self, counts):
        """Raise if there is a single class and warn about classes with a single row."""
        if len(self.classes_) < 2:
            raise ValueError(
                f"GANOversampler got 1 class in y, {plain_labels(self.classes_)[0]!r}, in {counts.sum()} row(s); "
                "expected at least 2 classes. Pass rows of the other classes too."
            )
        single = plain_labels(self.classes_[counts == 1])
        if single:
            warn_caller(
                f"Class(es) {single} have 1 row each, expected at least 2 to train on: synthetic rows of these classes "
                "are copies of that row. Collect more rows, or exclude these classes from `sampling_strategy`.",
                UserWarning,
            )

    def _fit_encoder(self, sample):
        """Fit the encoder to a TableSample and return the encoded rows."""
        self._encoder = TableEncoder()
        matrix = self._encoder.fit_encode(
            sample.columns,
            sample.codecs,
            sample.codes,
            relations=self.relations,
            with_all_rows=sample.with_all_rows,
        )
        self.relations_ = self._encoder.relations_
        return matrix

    def _train(self, matrix, codes, device):
        """Return the trained networks."""
        rng = torch.Generator(device).manual_seed(int(self._rng.integers(2**63)))
        rows, targets = torch.from_numpy(matrix).to(device), torch.from_numpy(codes).to(device)
        table = EncodedTable(rows, targets, self._encoder.layout_)
        train = self._train_gan if self.mode == "gan" else self._train_autoencoder
        net = train(table, training_settings(self), rng)
        self._warn_of_collapse(net.kept_)
        return net

    def _train_gan(self, table, settings, rng):
        return train_gan(
            table,
            settings,
            rng,
            generator=self.generator,
            discriminator=self.discriminator,
            loss=self.loss,
            gradient_penalty=self.gradient_penalty,
            feature_matching=self.feature_matching,
            reconstruction=self.reconstruction,
            augmenter=self._train_augmenter(table, settings, rng) if self.augment else None,
        )

    def _train_augmenter(self, table, settings, rng):
        return train_augmenter(table, settings, rng, share=self.augment_share, **self._perturbation())

    def _train_autoencoder(self, table, settings, rng):
        return train_autoencoder(table, settings, rng, **self._perturbation())

    def _perturbation(self):
        return {"perturbation": self.perturbation, "perturbation_scale": self.perturbation_scale}

    def _warn_of_collapse(self, checkpoints):
        """Warn if a generator covers few of the real rows of a class."""
        covered = [(share, code) for checkpoint in checkpoints for code, share in checkpoint.coverages.items()]
        coverage, code = min(covered, default=(1.0, None))
        if coverage < SMALLEST_COVERAGE:
            warn_caller(
                f"Expected a generator to cover at least {SMALLEST_COVERAGE:.0%} of the real rows of class "
                f"{plain_labels(self.classes_)[code]!r}, found {coverage:.0%}. It has collapsed to a few modes or "
                f"needs more training. Increase `max_steps` ({self.max_steps}) or `latent_dim` ({self.latent_dim}), "
                f"lower `learning_rate` ({self.learning_rate}), or choose another `generator` or `loss`.",
                ConvergenceWarning,
            )

    def _draw(self, codes, with_parents=True):
        """Return a synthetic row for each class in `codes`: its parents, if wanted, and its values as columns."""
        with interruptible(), self._torch_settings(self.net_.device):
            return self._drawer(codes).draw(codes, with_parents)

    def _draw_seeded(self, codes, seed, with_parents=False):
        """Return what :meth:`sample` returns, from random generators that start from `seed`."""
        rng = np.random.default_rng(seed)
        rng_of_net = torch.Generator(self.net_.device).manual_seed(int(rng.integers(2**63)))
        return self._with_rngs(rng, rng_of_net)._sample_codes(codes, with_parents)

    def _with_equal_rngs(self):
        """Return a sampler that returns the same rows next, without changing what this one returns next."""
        rng_of_net = torch.Generator(self.net_.device)
        rng_of_net.set_state(self.net_.rng.get_state())
        return self._with_rngs(deepcopy(self._rng), rng_of_net)

    def _with_rngs(self, rng, rng_of_net):
        """Return a sampler that shares the fitted state, except for the random generators."""
        sampler = copy(self)
        sampler._rng, sampler.net_ = rng, self.net_.with_rng(rng_of_net)
        return sampler

    def _sample_codes(self, codes, with_parents):
        drawn, columns = self._draw(codes, with_parents)
        X = self._container.build(columns)
        return (X, self._parents(drawn, codes), self._weights(drawn, codes)) if with_parents else X

    def _drawer(self, codes):
        """Return the object that samples rows of the classes in `codes`."""
        check_candidates(self.n_candidates, self._selector)
        parts = self.net_, self._encoder, self._selector, self.n_candidates, self._rng
        if not (self.min_distance and len(codes)):
            return ManyRowDrawer(*parts) if len(codes) > MANY_ROWS else RowDrawer(*parts)
        # Copies of the only row of a class have distance 0.
        repeated = self.classes_[np.unique(codes[self._encoder.single_[codes]])]
        check_distance(self.min_distance, self._real_rows, repeated.tolist())
        return DistantRowDrawer(*parts, self._real_rows, self.min_distance, self._container, self.classes_)

    def _parents(self, drawn, codes):
        """Return the positions in the table of the real rows that synthetic rows derive from."""
        parents, is_repeated = drawn.parents.numpy(), self._encoder.single_[codes]
        parents = np.where(parents >= 0, self._sampled_rows[parents], -1)
        parents[is_repeated, 0] = self._first_rows[codes[is_repeated]]  # copies have that row as their only parent
        return parents

    def _weights(self, drawn, codes):
        """Return the weights of the real rows that synthetic rows derive from."""
        weights = drawn.weights.numpy().astype(float)
        weights[self._encoder.single_[codes], 0] = 1
        return weights

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags
