"""GANOversampler for Dask collections."""

from typing import Any, Self

import numpy as np
from dask import delayed
from dask.array import Array
from sklearn.utils.validation import check_is_fitted, validate_data

from sklearn_gan._estimators import GANOversampler as InMemoryGANOversampler
from sklearn_gan._estimators import check_request
from sklearn_gan._runtime.seeding import draw_seed
from sklearn_gan._table import CodecChooser, check_labels, open_container, plain_labels
from sklearn_gan.dask._collections import (
    append,
    check_collections,
    check_index,
    check_largest_label,
    column_names,
    digest,
    empty_partition,
    to_collection,
)
from sklearn_gan.dask._digest import take
from sklearn_gan.dask._requests import draw, pack, repeat_targets, rows_per_partition, split_request
from sklearn_gan.dask._strategy import rows_to_sample


class GANOversampler(InMemoryGANOversampler):
    """Oversample Dask collections with a conditional generative adversarial network (GAN).

    `fit` makes one pass over the partitions, on the active Dask scheduler. It counts the rows of each class and
    collects a random sample of at most 30,000 rows. The networks are then trained on the sample, in the calling
    process. `fit_resample` and `sample` return lazy collections, whose synthetic partitions are sampled by separate
    tasks.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        Target number of rows per class, as in :class:`sklearn_gan.GANOversampler`. A callable takes a
        `collections.Counter` with the number of rows of each class in place of `y`.
    **params
        The other parameters of :class:`sklearn_gan.GANOversampler`, with the same defaults. `min_distance` must be 0,
        because rows are not compared with those of all partitions. With a `device` other than `"cpu"`, every worker
        needs it.

    Attributes
    ----------
    sampling_strategy_ : dict
        Number of synthetic rows per class, from the class counts of all partitions. Classes without any may be absent.

    classes_ : ndarray of shape (n_classes,)
        Class labels.

    n_features_in_ : int
        Number of columns.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names. Defined only if `X` has column names that are all strings.

    relations_ : list of relations
        The relations that synthetic rows satisfy. They hold in the rows that `fit` collected, and are not verified in
        the others. `support` counts rows of this sample.

    net_ : skorch.NeuralNet
        Trained networks.

    history_ : skorch.history.History
        One record per 50 steps, as in :class:`sklearn_gan.GANOversampler`.

    See Also
    --------
    sklearn_gan.GANOversampler : The sampler for tables in memory, which verifies relations in all rows.

    Notes
    -----
    The sample is uniform within each class. Classes up to a common size are complete, and larger ones have this size.
    `fit` also collects the rows with the smallest and the largest value of each numeric or datetime column, and a row
    of each category. So synthetic values have the bounds and the categories of all rows. In a column of more than
    1,000 categories, only 1,000 of them, mostly frequent ones, and those of the sample are generated. Everything else
    is learned from the sample: the distributions, decimals and steps of numbers, spikes, and relations.

    Each synthetic partition has a seed of its own, from `random_state` and its number. With the same seed, rows do not
    depend on the number of workers, and the rows of a lost worker are computed again. They differ from those of
    :class:`sklearn_gan.GANOversampler`, which samples in one sequence, but have the same distribution.

    `synthetic_mask_` and `parents_` are not defined, because they would grow with the table. The synthetic rows of
    `fit_resample` are those of the partitions after the first `X.npartitions`. `sample` returns parents on request.

    Examples
    --------
    >>> import dask.array as da
    >>> from sklearn.datasets import make_classification
    >>> from sklearn_gan.dask import GANOversampler
    >>> X, y = make_classification(n_samples=200, weights=[0.9], flip_y=0, random_state=0)
    >>> X, y = da.from_array(X, chunks=(100, 20)), da.from_array(y, chunks=100)
    >>> X_resampled, y_resampled = GANOversampler(max_steps=100, random_state=0).fit_resample(X, y)
    >>> X_resampled.chunks[0], da.bincount(y_resampled).compute().tolist()
    ((100, 100, 162), [181, 181])
    """

    _fitted_state = (*InMemoryGANOversampler._fitted_state, "_last_label", "_targets")

    def fit(self, X: Any, y: Any) -> Self:
        """Fit the sampler to a Dask collection.

        Parameters
        ----------
        X : Dask DataFrame or Dask Array of shape (n_samples, n_features)
            The real rows, in partitions of pandas frames or in chunks of NumPy arrays with all columns.
        y : Dask Series or Dask Array of shape (n_samples,)
            The class of each row, in the same partitions. A Dask Series needs the index of a Dask DataFrame.

        Returns
        -------
        self : GANOversampler
            The fitted sampler.

        Raises
        ------
        TypeError
            If `X` or `y` is not a Dask collection of pandas or NumPy objects.
        ValueError
            If the partitions of `X` and `y` differ, if rows have no label, or if there are more than 1,000 classes. If
            `min_distance` is not 0. For the other reasons of :class:`sklearn_gan.GANOversampler`; row numbers in these
            messages count the rows that were collected.

        Warns
        -----
        ConvergenceWarning, UserWarning
            As :class:`sklearn_gan.GANOversampler`. Warnings about columns are based on the rows that were collected.
        """
        return super().fit(X, y)

    def _fit(self, X, y, device):
        check_collections(X, y)
        seed = draw_seed(self.random_state)
        key_seed = np.random.SeedSequence(seed).entropy  # fresh entropy without a seed
        found = digest(X, y, key_seed, CodecChooser(self.categorical_features, column_names(X)))
        container = open_container(found.X)
        validate_data(self, found.X, skip_check_array=True)
        codes = self._fit_classes(check_labels(found.y))
        counts = np.array([found.counts[label] for label in plain_labels(self.classes_)])
        self._check_class_sizes(counts)
        self.sampling_strategy_ = rows_to_sample(self.sampling_strategy, self.classes_, counts)
        self._targets, self._last_label = take(found.y, self._first_rows), found.last_label
        self._fit_table(container, codes, np.flatnonzero(found.is_sampled), seed, device)
        self._locate(found.global_positions(), int(counts.sum()))

    def _locate(self, positions, n_rows):
        """Replace positions in the digest by positions in the whole table."""
        self._sampled_rows, self._first_rows = positions[self._sampled_rows], positions[self._first_rows]
        self._container.shape = (n_rows, self.n_features_in_)

    def fit_resample(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Fit the sampler to a Dask collection and resample its classes.

        Parameters
        ----------
        X : Dask DataFrame or Dask Array of shape (n_samples, n_features)
            The real rows. A Dask DataFrame needs an index of integers, whose type also holds the new labels.
        y : Dask Series or Dask Array of shape (n_samples,)
            The class of each row, in the same partitions.

        Returns
        -------
        X_resampled : Dask DataFrame or Dask Array of shape (n_samples_new, n_features)
            The partitions of `X`, followed by synthetic partitions of at most 50,000 rows each, sorted by class. The
            index continues after its largest label. Divisions are known if those of `X` are.
        y_resampled : Dask Series or Dask Array of shape (n_samples_new,)
            The class of each row.
        """
        return super().fit_resample(X, y)

    def _fit_resample(self, X, y):
        check_collections(X, y)
        check_index(X)
        self.fit(X, y)
        repeats = np.array([self.sampling_strategy_.get(label, 0) for label in plain_labels(self.classes_)])
        if not repeats.any():
            return X, y
        requests = self._split(np.arange(len(repeats)), repeats)
        labels = [delayed(repeat_targets, pure=False)(self._targets, *request) for request in requests]
        start = None if self._last_label is None else self._last_label + 1
        for frame in (real for real in (X, y) if not isinstance(real, Array)):
            check_largest_label(frame, self._last_label + int(repeats.sum()))
        return tuple(
            append(real, to_collection(parts, _lengths(requests), empty_partition(real), start))
            for real, parts in ((X, self._draw_lazily(requests)), (y, labels))
        )

    def sample(self, n_samples: int | None = None, y: Any = None, *, return_parents: bool = False) -> Any:
        """Sample synthetic rows, lazily.

        Parameters
        ----------
        n_samples : int or None, default=None
            Number of rows. Optional if `y` is an array of labels.
        y : label or array-like of shape (n_samples,)
            The class of all rows, or of each row. An array is held in memory.
        return_parents : bool, default=False
            Whether to also return the real rows that each synthetic row derives from. Rows are sampled again if their
            parents are computed separately, with equal results.

        Returns
        -------
        X : Dask DataFrame or Dask Array of shape (n_samples, n_features)
            Synthetic rows, in partitions of at most 50,000 rows. A Dask DataFrame has the index 0, 1, 2, ...
        parents : Dask Array of shape (n_samples, n_parents)
            Positions of the real rows mixed into each row, counted through all partitions of the fitted collection, or
            -1 for none. Only if `return_parents=True`.
        weights : Dask Array of shape (n_samples, n_parents)
            Weights of the parents in the mixture. Only if `return_parents=True`.

        Raises
        ------
        NotFittedError
            If the sampler is not fitted.
        ValueError
            As :meth:`sklearn_gan.GANOversampler.sample`.
        """
        check_is_fitted(self, "net_")
        self._validate_params()
        self._check_min_distance()
        requests = self._split(*check_request(n_samples, y, self.classes_))
        lengths = _lengths(requests)
        metas = self._draw_seeded(np.empty(0, dtype=np.intp), 0, return_parents)
        parts = self._draw_lazily(requests, return_parents)
        if not return_parents:
            return to_collection(parts, lengths, metas, 0)
        return tuple(to_collection([part[i] for part in parts], lengths, meta, 0) for i, meta in enumerate(metas))

    def _check_parameters(self):
        self._check_min_distance()
        return super()._check_parameters()

    def _check_min_distance(self):
        if self.min_distance:
            raise ValueError(
                f"Expected min_distance=0 for Dask collections, got {self.min_distance}: synthetic rows are not "
                "compared with the rows of all partitions. Set `min_distance` to 0, or fit the sampler of "
                "`sklearn_gan` to a sample in memory."
            )

    def _split(self, codes, repeats):
        """Return the part of a request for each synthetic partition."""
        return list(split_request(codes, repeats, rows_per_partition(self.n_features_in_)))

    def _draw_lazily(self, requests, with_parents=False):
        """Return the task that samples each part of a request, with a seed of its own."""
        seed, packed, task = int(self._rng.integers(2**63)), pack(self), delayed(draw, pure=False)
        return [task(packed, [seed, number], *request, with_parents) for number, request in enumerate(requests)]


def _lengths(requests):
    return [int(repeats.sum()) for _, repeats in requests]
