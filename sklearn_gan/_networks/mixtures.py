"""Convex mixtures of real rows of one class, as in SMOTE and as input of the residual generator."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import embedding_bag

MAX_ROWS = 4_096
MAX_GROUP_SIZE = 8  # members; no saved net has larger groups
SMALLEST_WEIGHT = 1e-6


@dataclass
class RowsWithParents:
    """A batch of rows, with the real rows from which each derives.

    Attributes
    ----------
    rows : Tensor of shape (batch_size, n_features)
        The rows.
    parents : Tensor of shape (batch_size, n_parents)
        The real rows in each mixture, as positions in the training matrix; -1 where there is no parent.
    weights : Tensor of shape (batch_size, n_parents)
        The weights of the parents, which sum to 1; 0 where there is no parent.
    """

    rows: Tensor
    parents: Tensor
    weights: Tensor

    def parentless(self):
        """Return the batch with no parents: positions -1 and weights 0."""
        return replace(self, parents=torch.full_like(self.parents, -1), weights=torch.zeros_like(self.weights))

    def drop_parent_columns(self):
        """Return the batch with parent arrays of width 0, since parents can take more memory than rows."""
        return RowsWithParents(self.rows, *(part.new_empty((len(part), 0)) for part in (self.parents, self.weights)))

    def drop_features(self):
        """Return the batch with rows of width 0, since encoded rows can take more memory than decoded ones."""
        return replace(self, rows=self.rows.new_empty((len(self.rows), 0)))

    def merge_equal_parents(self):
        """Return the batch with the weights of equal parents summed at the first one."""
        # Position of the first parent equal to each parent, of shape (batch_size, n_parents).
        first = (self.parents[:, :, None] == self.parents[:, None, :]).int().argmax(dim=2)
        is_first = first == torch.arange(first.shape[1], device=first.device)
        weights = torch.zeros_like(self.weights).scatter_add_(1, first, self.weights)
        return replace(self, parents=self.parents.where(is_first, -1), weights=weights)

    def to(self, device):
        """Return the batch on a device."""
        return RowsWithParents(*(part.to(device) for part in (self.rows, self.parents, self.weights)))

    def __getitem__(self, positions):
        """Return the rows at the given positions."""
        return RowsWithParents(self.rows[positions], self.parents[positions], self.weights[positions])

    def make_room(self, n_rows):
        """Return a batch of `n_rows` arbitrary rows of the same widths, to be replaced."""
        parts = (self.rows, self.parents, self.weights)
        return RowsWithParents(*(part.new_empty((n_rows, part.shape[1])) for part in parts))

    def __setitem__(self, positions, batch):
        """Replace the rows at the given positions by those of another batch."""
        self.rows[positions] = batch.rows
        self.parents[positions], self.weights[positions] = batch.parents, batch.weights

    @classmethod
    def concatenate(cls, batches):
        """Return the rows of all batches, one after the other."""
        parts = ((batch.rows, batch.parents, batch.weights) for batch in batches)
        return cls(*map(torch.cat, zip(*parts, strict=True)))


class RowMixer:
    """Sample mixtures, convex combinations Σ_k w_k x_k of real rows x_k of one class.

    The parents are a random row of the class and its nearest neighbours in the class. The weights are positive and
    uniform on the simplex. The one-hot block of a categorical column holds the total weight of each category.
    Missing-value flags cannot be mixed, so they are those of the first parent. Each row of a class is equally likely
    to be the first parent, so values are missing as often as in the class.

    With one neighbour, drawn at random, this is SMOTE [1]_; the whole simplex follows [2]_. Neighbours are found
    among at most `MAX_ROWS` random rows of a class.

    Parameters
    ----------
    matrix : Tensor of shape (n_rows, n_features)
        The encoded real rows.
    codes : Tensor of shape (n_rows,)
        Class index of each row, from 0 to n_classes - 1.
    layout : Layout
        The layout of the features.
    n_neighbors : int
        Number of neighbours in a mixture; fewer if the class has fewer. With 0, a mixture is a real row.
    rng : torch.Generator
        Random number generator for subsampling classes of more than `MAX_ROWS` rows.

    References
    ----------
    .. [1] Chawla et al., "SMOTE: Synthetic Minority Over-sampling Technique", JAIR 2002, section 4.2.
    .. [2] Schultz et al., "ConvGeN: A convex space learning approach for deep-generative oversampling and
       imbalanced classification of small tabular datasets", Pattern Recognition 2024.
    """

    def __init__(self, matrix, codes, layout, n_neighbors, rng):
        groups = [
            _nearest_groups(matrix, torch.nonzero(codes == code)[:, 0], n_neighbors, rng)
            for code in range(int(codes.max()) + 1)
        ]
        sizes = torch.tensor([len(group) for group in groups], device=matrix.device)
        self._assign(matrix, layout, torch.cat(groups), sizes)

    def _assign(self, matrix, layout, groups, sizes):
        self.matrix = matrix
        self._flag_masks = torch.from_numpy(layout.flag_masks()).to(matrix.device)
        self._gated, self._gates = (torch.from_numpy(part.copy()).to(matrix.device) for part in layout.gated)
        self._groups, self._sizes, self._starts = groups, sizes, sizes.cumsum(0) - sizes
        flags = matrix[groups[:, 0], layout.n_values :]
        self._strata = None
        if flags.shape[1]:
            self._assign_strata(flags)

    def _assign_strata(self, flags):
        """Number the missing patterns of the first parents in each class."""
        classes = torch.arange(len(self._sizes), device=flags.device).repeat_interleave(self._sizes)
        rows = torch.cat((classes[:, None].to(flags.dtype), flags), dim=1)
        self._strata = torch.unique(rows, dim=0, return_inverse=True)[1]
        self._by_stratum = self._strata.argsort(stable=True)
        self._stratum_sizes = torch.bincount(self._strata)
        self._stratum_starts = self._stratum_sizes.cumsum(0) - self._stratum_sizes

    def to_document(self):
        """Return the rows and their neighbours as a document."""
        parts = {"matrix": self.matrix, "families": self._groups, "sizes": self._sizes}
        return {name: part.cpu().numpy() for name, part in parts.items()}

    @classmethod
    def from_document(cls, fields, layout, n_classes, device):
        """Restore a mixer from a document, on a device."""
        matrix = fields.finite("matrix", np.float32, (None, layout.n_features))
        groups = fields.positions("families", (None, None), len(matrix))
        sizes = fields.positions("sizes", (n_classes,), len(groups) + 1, start=1)
        if sizes.sum() != len(groups) or not 1 <= groups.shape[1] <= MAX_GROUP_SIZE:
            fields.refuse("families", f"{sizes.sum()} groups of 1 to {MAX_GROUP_SIZE} members", f"{groups.shape}")
        mixer = cls.__new__(cls)  # no search for neighbours
        matrix, groups, sizes = (torch.from_numpy(part).to(device) for part in (matrix, groups, sizes))
        mixer._assign(matrix, layout, groups, sizes)
        return mixer

    def draw_strata(self, codes: Tensor, rng: torch.Generator) -> Tensor | None:
        """Return a random stratum, a class and a pattern of missing values, for each class in `codes`.

        Strata are drawn with their shares in the class. Without missing values, the result is None.
        """
        return None if self._strata is None else self._strata[draw_members(codes, self._starts, self._sizes, rng)]

    def draw(self, codes: Tensor, rng: torch.Generator, strata: Tensor | None = None) -> RowsWithParents:
        """Return one mixture for each class in `codes`, of shape (batch_size,), or for each stratum of `strata`."""
        if strata is None:
            first = draw_members(codes, self._starts, self._sizes, rng)
        else:
            first = self._by_stratum[draw_members(strata, self._stratum_starts, self._stratum_sizes, rng)]
        parents = self._groups[first]
        weights = torch.empty(parents.shape, dtype=self.matrix.dtype, device=codes.device).exponential_(generator=rng)
        weights = weights / weights.sum(dim=1, keepdim=True)
        return RowsWithParents(self._mix(parents, weights), parents, weights)

    def _mix(self, parents, weights):
        """Return the weighted means of the parents; both arguments have the shape (batch_size, n_neighbors + 1).

        Missing values and numbers with closed gates are left out, because their 0 would bias the mean.
        """
        n_values = self._flag_masks.shape[1]
        if n_values == self.matrix.shape[1] and not len(self._gated):
            return embedding_bag(parents, self.matrix, per_sample_weights=weights, mode="sum")
        rows = self.matrix[parents]
        values, flags = rows[..., :n_values], rows[..., n_values:]
        present = weights[..., None] * (1 - flags @ self._flag_masks)
        present[..., self._gated] *= rows[..., self._gates]
        # Where all parents are missing, the mean is 0.
        means = (present * values).sum(dim=1) / present.sum(dim=1).clamp_min(SMALLEST_WEIGHT)
        return torch.cat((means, flags[:, 0]), dim=1)


def draw_members(codes: Tensor, starts: Tensor, sizes: Tensor, rng: torch.Generator) -> Tensor:
    """Return a random position for each class in `codes`; class c has `sizes[c]` positions from `starts[c]`."""
    uniform = torch.rand(len(codes), generator=rng, dtype=torch.float32, device=codes.device)
    # In float32, the product can be rounded up to the size.
    offsets = torch.minimum((uniform * sizes[codes]).long(), sizes[codes] - 1)
    return starts[codes] + offsets


def _nearest_groups(matrix, rows, n_neighbors, rng):
    """Return rows of one class, each followed by its nearest neighbours, of shape (n, n_neighbors + 1).

    If the class has too few rows, the members of a group are repeated.
    """
    if not n_neighbors:
        return rows[:, None]
    if len(rows) > MAX_ROWS:
        shuffled = torch.randperm(len(rows), generator=rng, device=matrix.device)
        rows = rows[shuffled[:MAX_ROWS]]
    distances = torch.cdist(matrix[rows], matrix[rows])
    distances.fill_diagonal_(-1)  # each row comes first in its group, even before its duplicates
    nearest = distances.topk(min(n_neighbors + 1, len(rows)), largest=False).indices
    columns = torch.arange(n_neighbors + 1, device=matrix.device) % nearest.shape[1]
    return rows[nearest[:, columns]]
