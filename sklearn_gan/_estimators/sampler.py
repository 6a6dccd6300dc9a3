"""GANOversampler: the way from a caller's table to synthetic rows of it."""

import inspect
from numbers import Integral, Real

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
    check_wanted_labels,
    training_settings,
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
from sklearn_gan._runtime.device import choose_device
from sklearn_gan._runtime.interruption import interruptible, unfitted_on_failure
from sklearn_gan._runtime.seeding import seed_for_table
from sklearn_gan._runtime.torch_settings import OwnTorchSettings
from sklearn_gan._runtime.warnings import warn_caller
from sklearn_gan._synthesis import CandidateSelector, DistantRowDrawer, RealRows, RowDrawer
from sklearn_gan._table import TableEncoder, check_labels, choose_codecs, open_container, repeat_targets

FILE_KIND = "GANOversampler"


class GANOversampler(BaseOverSampler):
    r"""Balance a table with rows drawn from a conditional generative adversarial network.

    The networks learn all classes from all rows, so that a class of few rows borrows the shape of the table
    from the others. Of what they draw, the rows that fit their class best are kept. Tables go in as they are:
    numbers, dates, categories, missing cells.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows each class shall have, as in imbalanced-learn.

        - float: rows of the minority class divided by rows of the majority class; binary targets only.
        - str: the classes that are filled up to the size of the largest: `"minority"`, `"not minority"`,
          `"not majority"`, `"all"` or `"auto"`, the same as `"not majority"`.
        - dict: rows of each class after resampling; in cross-validation, of each training part.
        - callable: takes `y` and returns such a dict.

    mode : {"gan", "autoencoder"}, default="gan"
        How rows are made.

        - `"gan"`: generators that learned to deceive discriminators draw them.
        - `"autoencoder"`: real rows are encoded, their codes perturbed, and decoded. No discriminator is trained, which
          takes a quarter of the time; rows are a little less useful.

    generator : {"both", "residual", "noise", "autoencoder"} or subclass of torch.nn.Module, default="both"
        What the GAN makes rows from.

        - `"both"`: a network of each of the two kinds below is trained; each draws half of the candidates.
        - `"residual"`: from a convex mixture of neighbouring rows of a class, which it corrects. It stays
          close to the observed rows.
        - `"noise"`: from noise and the label. It reaches beyond the observed rows.
        - `"autoencoder"`: from the code of a real row plus noise, decoded; see `reconstruction`. Worse than the
          others; of use where generated rows shall be variants of single real ones.
        - a class: `generator(latent_dim=..., n_classes=..., n_features=...)` makes a module, whose `forward` takes
          noise of shape (batch_size, latent_dim) and one-hot labels (batch_size, n_classes) and returns (batch_size,
          n_features): a number, about standard normal, for each column of numbers, and then logits of the levels of
          each category.

    discriminator : {"mlp"} or subclass of torch.nn.Module, default="mlp"
        What judges rows in the GAN. Of a class, `discriminator(n_features=..., n_classes=...)` makes a module, whose
        `forward` takes rows (batch_size, n_features) and one-hot labels and returns (batch_size,) logits. Here
        features are numbers, one-hot categories and a flag for each column that has missing cells.

    n_candidates : int, default=3
        How many rows are generated for each that is returned: the one that fits its class best, as classifiers
        judge that learned the real rows. A larger number keeps further away from the other classes, and covers
        less of its own; 1 returns what the networks draw, as do classes of fewer than 30 rows, which are too
        small to be judged by. Once it is above 1 in `fit`, it may be changed without a new one.

    min_distance : float, default=0.0
        How far each generated row is, at least, from every real row of the table, of any class: in the distance that
        `sklearn_gan.metrics` measures, where numbers are in standard deviations and a category that differs adds 2 to
        the square. Candidates that are closer lose, and are drawn anew if need be. With a larger one rows resemble
        single real rows less, and take longer to find; this is no promise of privacy. Once it is above 0 in `fit`, it
        may be changed without a new one. 0 lets rows come as close as they do.

    loss : {"relativistic", "bce", "bce-saturating", "least_squares", "hinge", "wasserstein"}, default="relativistic"
        What the two players of the GAN minimise. On real tables they differ little. The Wasserstein critic makes five
        steps for each of the generator, which takes nearly four times as long.

    gradient_penalty : "auto" or float, default="auto"
        Weight of the penalty on the discriminator's gradient: at real and at generated rows (R1 and R2), or, of the
        Wasserstein loss, between them and for its distance from 1. A larger one makes smoother discriminators, which
        train steadily and see less. `"auto"` is 0.3, or 10 for the Wasserstein loss.

    feature_matching : float, default=0.0
        Weight, in the GAN generators' loss, of the distance between the mean hidden features of the discriminator
        at real and at generated rows: what its activation functions, modules of torch, return. A larger one pays more
        heed to means, and less to single rows.

    reconstruction : float, default=0.1
        Weight of the reconstruction error against the adversarial loss, if `generator="autoencoder"`. With a larger
        one rows come closer to the real rows that they are made from.

    augment : {"autoencoder"} or None, default=None
        What joins the real rows in the batches that the GAN learns from: with `"autoencoder"`, rows of an
        autoencoder that is trained before, perturbed as in `mode="autoencoder"`.

    augment_share : float, default=0.25
        Their share of each batch, above 0 and up to 1, if there is an `augment`.

    perturbation : {"gaussian", "interpolate"}, default="gaussian"
        How codes are modified by `mode` and `augment` of `"autoencoder"`: by normal noise, or towards a convex
        mixture of the codes of the row and its 5 nearest neighbours of the class.

    perturbation_scale : float, default=1.0
        How much: in standard deviations of the codes of the class, or by which part of the way to the mixture. 0
        gives the reconstructions of real rows; with a larger one rows get further from those that they are made
        from. Noise widens a class, interpolation up to 1 draws it together.

    categorical_features : "auto", array-like of str, int or bool, default="auto"
        Which columns are categories: their names, their positions (an integer is a name where there is
        such a name) or a mask. All others have to be numbers, dates, times, durations, or booleans, which have no
        in-between and are categories in any case. `"auto"` takes strings, booleans, objects and the categorical
        types of data frames. In a list or an array of objects, which has one type for all columns, a column is of
        numbers if all its cells are.

    latent_dim : int, default=64
        Size of the noise, or of the code. A larger one lets generated rows differ in more ways.

    hidden_layer_sizes : tuple of int, default=(128, 128)
        Widths of the hidden layers of all networks but the caller's own. Wider ones learn more intricate tables and
        cost time.

    max_steps : int, default=600
        Updates of each generator, or of the autoencoder. The cost of training the networks does not grow with the
        number of rows.

    batch_size : int, default=128
        Rows in a step, drawn evenly from the classes.

    learning_rate : float, default=1e-3
        Step size of Adam, for all networks. It is kept for half of the steps and then lowered towards 0.

    callbacks : list of skorch.callbacks.Callback or None, default=None
        They are called while the network trains; what `history_` has, they see in the net's history. A callback
        ends training early as skorch's do, by raising KeyboardInterrupt in `on_epoch_end`, after a record. Mind
        that the losses of a GAN do not tell when to stop.

    device : str, default="auto"
        Where to compute: a name that torch knows, such as `"cpu"` or `"cuda"`. `"auto"` takes an accelerator
        if there is one.

    random_state : int, RandomState instance or None, default=None
        Seed of all that is random. An integer gives the same rows each time, bit for bit, on the same
        machine (see Notes). With None each fit differs. Global random states are neither read nor moved.

    verbose : int, default=0
        1 shows a progress bar with the losses and the time left.

    Attributes
    ----------
    sampling_strategy_ : dict
        How many rows are to be generated for each class; a class for which there are none may be absent.

    classes_ : ndarray of shape (n_classes,)
        The labels.

    n_features_in_ : int
        Number of columns.

    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns. Defined only if `X` is a frame whose column names are all strings.

    net_ : skorch.NeuralNet
        The trained networks. Its `kept_` tells, for each generator of a GAN, after which step its weights were kept,
        and what they covered of each class.

    history_ : skorch.history.History
        One record for every 50 steps: `step`, `dur` in seconds, and `generator_loss` and `discriminator_loss`; if one
        of the smaller classes has 10 rows, `coverage`, the share of the real rows of these classes that the generators
        reach, and `density`, how close to such rows they draw, 1 being as close as real ones; or, if
        `mode="autoencoder"`, `reconstruction_error`.

    synthetic_mask_ : ndarray of shape (n_samples_new,), dtype bool
        Which of the returned rows are generated. Defined after `fit_resample`.

    parents_ : ndarray of shape (n_samples_new - n_samples, n_parents)
        For each generated row the positions, in the table, of the real rows that were mixed; -1 where there is none.
        Defined after `fit_resample`.

    See Also
    --------
    imblearn.over_sampling.SMOTENC : Interpolates between neighbouring rows.

    Notes
    -----
    The generator G and the discriminator D minimise

    .. math::

        L_D = E[f(D(G(z, c), c) - D(x, c))] + \frac{\gamma}{2} (R_1 + R_2), \qquad
        L_G = E[f(D(x, c) - D(G(z, c), c))],

    where f is softplus, x a real row, c its class, z noise, and R_1, R_2 the mean squared norms of D's
    gradient at real and generated rows [1]_. Classes are drawn evenly. Rows are drawn from the exponential
    moving average of G. With `generator="residual"`, z comes with a mixture m of a real row and its 5 nearest
    neighbours of the class, uniform on their simplex, and G(z, c) = m + g(z, m, c), where the network g is 0
    before training. With `generator="both"` two such games are played, and either generator draws a row. Each other
    `loss` puts its own L_D and L_G in place, under the equations and sources in `sklearn_gan/_networks/losses.py`; with
    `feature_matching` λ, L_G has λ Σ_l ‖E[D_l(x)] - E[D_l(G(z))]‖₁ / n_l more, over hidden layers l of n_l units [3]_.

    After every 50 steps the coverage of each class but the largest is measured: the share of its real rows that have
    a generated row nearer than their 5th nearest of the class [4]_. Rows are drawn with the last weights that cover,
    in the mean, three quarters of what the best did, so that a run that collapses is taken back to where it had not;
    if less than 30 % of a class is covered, a warning says so. Classes of fewer than 10 rows are not measured.

    Where a loss or a gradient is not finite, training goes on from the last record with a tenth of the learning rate;
    after three times it gives way to mixtures of real rows, as `generator="residual"` starts with. Warnings say so.

    Missing cells are not imputed: a row enters the networks with its missing cells empty and flagged, generated rows
    are emptied by the flags of real rows before a discriminator sees them (masked as in [5]_, but by real masks), and
    reconstruction errors pass missing cells over.

    Of k = `n_candidates` candidates the one is kept for which two classifiers, a random forest and gradient
    boosting that learned the real rows with all classes weighing the same, together give its class c the
    largest odds: s(x, c) is the sum of their logit P(c | x), smoothed. A candidate's density is multiplied by
    k F(s(x, c))^(k-1), F being the distribution of s among the candidates: tournament selection [2]_. This
    thins out what lies among other classes; where missing cells tell classes apart, their share moves, too.

    Numbers are scored by their values and by their ranks; generated ones lie within what was observed, are
    integers where all observed ones are, and are observed ones in columns whose values repeat. Dates, times and
    durations are numbers, too, and whole days where all observed ones are: they keep the longest step of which all
    are multiples. A category costs at most 64 features: rarer levels share one. Which cells of a candidate are
    missing is taken from a random real row of its class. A class with a single row is repeated. A sparse matrix is
    trained on as a dense one. The fitted sampler carries the encoded table.

    **Same rows.** With the same seed, table and parameters rows are the same, bit for bit, on one machine with one set
    of installed versions: in any container, process or thread, with any `n_jobs`, number of threads, default type or
    precision of torch, and from a copy. Another processor, a GPU, or another version of torch, numpy or scikit-learn
    adds in another order, and small differences grow in training. Modules of the caller's draw from torch's global
    generator, which is seeded for them and put back: fits with such modules take turns, and nothing else must draw
    from it meanwhile.

    **Threads.** Networks and judges compute with one thread, which for small networks is fastest. Samplers may be
    fitted at the same time in several threads of Python; one and the same sampler is for one thread at a time. A thread
    of the caller's that calls torch for the first time while a fit runs in another starts with torch's number of
    threads at 1.

    **Interruption.** Ctrl-C raises KeyboardInterrupt, also while a callback runs. What fails or is interrupted in `fit`
    leaves the sampler unfitted, but for parameters that are refused before; once `fit_resample` draws rows, it is
    fitted.

    With `min_distance` candidates are decoded and measured as the caller gets them, against all real rows, which the
    sampler then carries as well. Of several candidates the best of those is kept that are far enough; where none is,
    others are drawn, in 30 rounds at most. So there are holes around real rows. The time grows with candidates times
    real rows; in tables of at most 15 columns of numbers, and no others, a tree is searched, which is faster.

    References
    ----------
    .. [1] Huang, Gokaslan, Kuleshov, Tompkin, "The GAN is dead; long live the GAN! A modern GAN baseline",
       NeurIPS 2024, section 3.
    .. [2] Goldberg, Deb, "A comparative analysis of selection schemes used in genetic algorithms", Foundations
       of Genetic Algorithms 1991, section 2.
    .. [3] Salimans et al., "Improved techniques for training GANs", NeurIPS 2016, section 3.1.
    .. [4] Naeem et al., "Reliable fidelity and diversity metrics for generative models", ICML 2020, section 3.2.
    .. [5] Li, Jiang, Marlin, "MisGAN: learning from incomplete data with generative adversarial networks", ICLR
       2019, section 2.

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

    _fitted_state = ("_container", "_encoder", "_first_rows", "_real_rows", "_rng", "_selector")

    def __init__(
        self,
        sampling_strategy="auto",
        *,
        mode="gan",
        generator="both",
        discriminator="mlp",
        n_candidates=3,
        min_distance=0.0,
        loss="relativistic",
        gradient_penalty="auto",
        feature_matching=0.0,
        reconstruction=0.1,
        augment=None,
        augment_share=0.25,
        perturbation="gaussian",
        perturbation_scale=1.0,
        categorical_features="auto",
        latent_dim=64,
        hidden_layer_sizes=(128, 128),
        max_steps=600,
        batch_size=128,
        learning_rate=1e-3,
        callbacks=None,
        device="auto",
        random_state=None,
        verbose=0,
    ):
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
    def fit(self, X, y):
        """Train the network on a table.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The table.
        y : array-like of shape (n_samples,)
            The class of each row.

        Returns
        -------
        self : GANOversampler
            The fitted sampler.

        Raises
        ------
        ValueError
            If `y` has a single class, rows without a label, or is no classification target, if a column of numbers
            holds something else or an infinite value, if a column is of a type that cannot be generated, such as lists,
            if no category has an observed cell and there are no numbers, if two columns have the same name, or if
            `categorical_features` names no column of `X`.
        TypeError
            If cells of a category cannot be told apart, such as lists.

        Warns
        -----
        ConvergenceWarning
            If a generator covers less than 30 % of a class but the largest; if training diverged, whether it went on
            or rows are mixtures of real ones.
        UserWarning
            If a class has a single row, or if a parameter was set that nothing else that was chosen reads.
        """
        device = self._check_parameters()
        with unfitted_on_failure(self):
            self._fit(X, y, device)
        return self

    def _fit(self, X, y, device):
        container = open_container(X)
        validate_data(self, X, skip_check_array=True)
        check_consistent_length(np.empty(container.shape[0]), y)
        labels = check_labels(y)
        codes = self._fit_classes(labels)
        self._check_class_sizes(codes)
        self.sampling_strategy_ = check_sampling_strategy(self.sampling_strategy, labels, self._sampling_type)
        columns = list(container.columns())
        matrix = self._fit_encoder(columns, codes)
        self._real_rows = RealRows(self._encoder.comparable(columns)) if self.min_distance else None
        container.remember([codec.rows for codec in self._encoder.codecs_])
        self._container = container
        self._rng = seed_for_table(self.random_state, matrix, codes)
        with self._own_settings(device):
            net = self._train(matrix, codes, device)
            self._selector = CandidateSelector(matrix, codes, self._rng) if self.n_candidates > 1 else None
        self.net_, self.history_ = net, net.history_

    @_fit_context(prefer_skip_nested_validation=True)
    def fit_resample(self, X, y):
        """Train the network on a table and fill its classes up.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The table.
        y : array-like of shape (n_samples,)
            The class of each row.

        Returns
        -------
        X_resampled : {array-like, sparse matrix, dataframe} of shape (n_samples_new, n_features)
            The rows of `X`, then the generated ones, in the container and types of `X`. A pandas index of
            integers is kept and goes on after its largest label; any other is replaced by 0, 1, 2, ...
        y_resampled : array-like of shape (n_samples_new,)
            Their classes, in the container and type of `y`.
        """
        return self._fit_resample(X, y)

    def _fit_resample(self, X, y):
        self.fit(X, y)
        counts = [self.sampling_strategy_.get(label, 0) for label in self.classes_]
        codes = np.repeat(np.arange(len(counts)), counts)
        (drawn, columns), n_rows = self._draw(codes), self._container.shape[0]
        X_resampled = self._container.append(X, columns)
        y_resampled = repeat_targets(y, self._first_rows[codes], X_resampled)
        parents, _ = self._parents(drawn, codes)
        self.parents_, self.synthetic_mask_ = parents, np.arange(n_rows + len(codes)) >= n_rows
        return X_resampled, y_resampled

    def sample(self, n_samples=None, y=None, *, return_parents=False):
        """Draw rows from the trained network.

        Each call draws other rows; after the same fit the calls come out the same.

        Parameters
        ----------
        n_samples : int or None, default=None
            How many rows. With an array of labels it may be left out.
        y : label or array-like of shape (n_samples,)
            The class of all rows, or of each.
        return_parents : bool, default=False
            Whether to tell which real rows each row was made from.

        Returns
        -------
        X : {ndarray, list, sparse matrix, dataframe} of shape (n_samples, n_features)
            Generated rows, in the container and types of the table that was fitted.
        parents : ndarray of shape (n_samples, n_parents)
            Positions, in the table that was fitted, of the real rows that were mixed; -1 where there is none. Rows made
            from noise alone have none. Missing cells are those of the first. Only if `return_parents`.
        weights : ndarray of shape (n_samples, n_parents)
            The weights of the parents, which sum to 1; 0 where there is none. After mixing a network corrected the
            row, or decoded its code. Only if `return_parents`.

        Raises
        ------
        NotFittedError
            If the sampler was not fitted.
        ValueError
            If a label was not seen in `fit`, if `n_samples` does not agree with `y`, if rows cannot keep
            `min_distance`, or if `n_candidates` or `min_distance` was changed to what needs a new fit; the sampler
            stays fitted.
        """
        check_is_fitted(self, "net_")
        self._validate_params()
        codes = check_wanted_labels(n_samples, y, self.classes_)
        drawn, columns = self._draw(codes, with_parents=return_parents)
        X = self._container.build(columns)
        return (X, *self._parents(drawn, codes)) if return_parents else X

    def save(self, path):
        """Write the fitted sampler to one file, from which :meth:`load` makes it again.

        The file is a safetensors file: arrays, a JSON text, a format version, the versions of the packages and a
        checksum. There is no code in it, and loading it runs none. Like the fitted sampler it holds the encoded table,
        cells of it and its labels: treat it as you treat the table.

        Not saved are `callbacks`, which come back as None, and what only training needs: optimizers and discriminators.

        Parameters
        ----------
        path : str or path-like
            Where to. A file that is there is replaced as soon as the new one is complete: whenever this is
            interrupted, one of them is there, whole. If the process is killed, a file `.NAME.RANDOM` may be left.

        Raises
        ------
        NotFittedError
            If the sampler was not fitted.
        ValueError
            If something is code, as a module of the caller's or a callable `sampling_strategy` is, if a column or the
            target holds objects of a type that the file has no place for, if a parameter is out of its range, or if
            what is at `path` is no file, but a device or a pipe.
        OSError
            If the file cannot be written.
        """
        check_is_fitted(self, "net_")
        write_document(path, FILE_KIND, sampler_to_document(self))

    @classmethod
    def load(cls, path, *, device="auto"):
        """Return a sampler that was saved.

        With the same versions of the packages, on the same kind of machine, it goes on as the saved one would: rows
        come out the same, bit for bit. Otherwise they may differ, as the classifiers that select them are trained
        anew, from the rows that the saved ones saw. A sampler that was trained on an accelerator draws other rows on a
        CPU. Strings of pandas 3 come back as objects where pandas is older than 2.3, which has no such type.

        Parameters
        ----------
        path : str or path-like
            A file that :meth:`save` wrote.
        device : str, default="auto"
            Where to draw, and to train if it is fitted anew: a name that torch knows. `"auto"` takes the kind that it
            was trained on, or the CPU where there is none of this kind; the parameter `device` becomes `"auto"` if
            what it names is not there.

        Returns
        -------
        sampler : GANOversampler
            Fitted, with the parameters and attributes that it was saved with. Its `net_` draws rows, but cannot be
            trained on.

        Raises
        ------
        ValueError
            If the file is no such file, was damaged, does not fit together, or is of a newer version; or if there is
            no such `device`.
        OSError
            If it cannot be read.
        ImportError
            If the library of the table that was fitted is not installed.
        """
        if device != "auto":
            choose_device(device)
        return sampler_from_document(cls, read_document(path, FILE_KIND), device)

    def _check_parameters(self):
        """Check what depends on more than the type of a parameter; return the device."""
        check_hidden_layer_sizes(self.hidden_layer_sizes)
        check_module("generator", self.generator)
        check_module("discriminator", self.discriminator)
        params, signature = self.get_params(deep=False), inspect.signature(type(self)).parameters
        warn_of_unused(params, {name: signature[name].default for name in params})
        return choose_device(self.device)

    def _own_settings(self, device):
        """Return what lets all compute alike, modules of the caller's too, which need a seed."""
        are_named = isinstance(self.generator, str) and isinstance(self.discriminator, str)
        return OwnTorchSettings(device, None if are_named else int(self._rng.integers(2**62)))

    def _fit_classes(self, labels):
        """Set the classes and the first row of each; return the class of each row as an integer."""
        self.classes_, self._first_rows, codes = np.unique(labels, return_index=True, return_inverse=True)
        return codes

    def _check_class_sizes(self, codes):
        """Refuse a single class, and warn about classes with a single row."""
        if len(self.classes_) < 2:
            raise ValueError(
                f"GANOversampler got 1 class in y, {self.classes_.tolist()[0]!r}, in {len(codes)} row(s); expected at "
                "least 2 to balance. Pass rows of the other classes too."
            )
        single = self.classes_[np.bincount(codes) == 1].tolist()
        if single:
            warn_caller(
                f"Class(es) {single} have 1 row, from which nothing can be learned: rows that are drawn for them "
                "repeat it. Collect more rows, or leave them out of `sampling_strategy`.",
                UserWarning,
            )

    def _fit_encoder(self, columns, codes):
        """Fit the encoder to the columns; return the encoded rows."""
        self._encoder = TableEncoder()
        return self._encoder.fit_encode(columns, choose_codecs(self.categorical_features, columns), codes)

    def _train(self, matrix, codes, device):
        """Return the trained network."""
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
        """Warn if a generator draws few of the rows of a class that it learned from."""
        covered = [(share, code) for checkpoint in checkpoints for code, share in checkpoint.coverages.items()]
        coverage, code = min(covered, default=(1.0, None))
        if coverage < SMALLEST_COVERAGE:
            warn_caller(
                f"A generator covers only {coverage:.0%} of the real rows of class {self.classes_.tolist()[code]!r}: "
                "it has collapsed to a few kinds of rows, or was not trained enough. Raise `max_steps` "
                f"({self.max_steps}) or `latent_dim` ({self.latent_dim}), lower `learning_rate` "
                f"({self.learning_rate}), or take another `generator` or `loss`.",
                ConvergenceWarning,
            )

    def _draw(self, codes, with_parents=True):
        """Return a generated row for each class in `codes`: encoded, with or without its parents, and as columns."""
        with interruptible(), self._own_settings(self.net_.device):
            return self._drawer(codes).draw(codes, with_parents)

    def _drawer(self, codes):
        """Return what draws rows of the classes in `codes`."""
        check_candidates(self.n_candidates, self._selector)
        parts = self.net_, self._encoder, self._selector, self.n_candidates, self._rng
        if not (self.min_distance and len(codes)):
            return RowDrawer(*parts)
        repeated = self.classes_[np.unique(codes[self._encoder.single_[codes]])]
        check_distance(self.min_distance, self._real_rows, repeated.tolist())
        return DistantRowDrawer(*parts, self._real_rows, self.min_distance, self._container, self.classes_)

    def _parents(self, drawn, codes):
        """Return the positions and the weights of the real rows that encoded rows were made from."""
        parents, weights = drawn.parents.numpy(), drawn.weights.numpy().astype(float)
        is_repeated = self._encoder.single_[codes]
        parents[is_repeated, 0], weights[is_repeated, 0] = self._first_rows[codes[is_repeated]], 1
        return parents, weights

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags
