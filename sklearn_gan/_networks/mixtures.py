"""Convex mixtures of real rows of one class: what SMOTE draws, and where the residual generator starts."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

MAX_ROWS = 4_096
MAX_GROUP_SIZE = 8  # members; a larger one in a file was made up
SMALLEST_WEIGHT = 1e-6


@dataclass
class RowsWithParents:
    """A batch of rows, and the real rows that each descends from.

    Attributes
    ----------
    rows : Tensor of shape (batch_size, n_features)
        The rows.
    parents : Tensor of shape (batch_size, n_parents)
        The real rows that were mixed, as positions in the training matrix; -1 where there is none.
    weights : Tensor of shape (batch_size, n_parents)
        Their weights, which sum to 1; 0 where there is no parent.
    """

    rows: Tensor
    parents: Tensor
    weights: Tensor

    def parentless(self):
        """Return the batch without parents."""
        return replace(self, parents=torch.full_like(self.parents, -1), weights=torch.zeros_like(self.weights))

    def drop_parent_columns(self):
        """Return the batch without room for parents, of which many rows would take more than for themselves."""
        return RowsWithParents(self.rows, *(part.new_empty((len(part), 0)) for part in (self.parents, self.weights)))

    def merge_equal_parents(self):
        """Return the batch with the weights of equal parents added up at the first of them."""
        first = (self.parents[:, :, None] == self.parents[:, None, :]).int().argmax(dim=2)
        is_first = first == torch.arange(first.shape[1], device=first.device)
        weights = torch.zeros_like(self.weights).scatter_add_(1, first, self.weights)
        return replace(self, parents=self.parents.where(is_first, -1), weights=weights)

    def to(self, device):
        """Return the batch on a device."""
        return RowsWithParents(*(part.to(device) for part in (self.rows, self.parents, self.weights)))

    def __getitem__(self, positions):
        """Return the rows at these positions."""
        return RowsWithParents(self.rows[positions], self.parents[positions], self.weights[positions])

    @classmethod
    def concatenate(cls, batches):
        """Return the rows of all batches, one after the other."""
        parts = ((batch.rows, batch.parents, batch.weights) for batch in batches)
        return cls(*map(torch.cat, zip(*parts, strict=True)))


class RowMixer:
    """Draw convex mixtures Σ_k w_k x_k of real rows x_k of one class.

    Parents are a random row of the class and its nearest neighbours there; the weights are positive and uniform on
    the simplex. In the block of a category stand the weights of its levels. The flags of missing cells are those of
    the first parent, because half a missing cell is none: every row of a class being first as often as any other,
    cells are missing as often as in the class. With one neighbour drawn at random this is SMOTE [1]_; the whole
    simplex is the proposal of [2]_. Neighbours are sought among at most `MAX_ROWS` rows of a class, drawn at random.

    Parameters
    ----------
    matrix : Tensor of shape (n_rows, n_features)
        The encoded real rows.
    codes : Tensor of shape (n_rows,)
        Their classes, as integers from 0.
    layout : Layout
        What the features of the matrix are.
    n_neighbors : int
        How many neighbours join a row; fewer where the class has fewer. With none, a mixture is a real row.
    rng : torch.Generator
        Draws the rows among which neighbours are sought.

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
        self._groups, self._sizes, self._starts = groups, sizes, sizes.cumsum(0) - sizes

    def to_document(self):
        """Return the rows and their neighbours as a document, for a file."""
        parts = {"matrix": self.matrix, "families": self._groups, "sizes": self._sizes}
        return {name: part.cpu().numpy() for name, part in parts.items()}

    @classmethod
    def from_document(cls, fields, layout, n_classes, device):
        """Return the mixer of a document, on a device."""
        matrix = fields.finite("matrix", np.float32, (None, layout.n_features))
        groups = fields.positions("families", (None, None), len(matrix))
        sizes = fields.positions("sizes", (n_classes,), len(groups) + 1, start=1)
        if sizes.sum() != len(groups) or not 1 <= groups.shape[1] <= MAX_GROUP_SIZE:
            fields.refuse("families", f"{sizes.sum()} groups of 1 to {MAX_GROUP_SIZE} members", f"{groups.shape}")
        mixer = cls.__new__(cls)  # the groups are known
        matrix, groups, sizes = (torch.from_numpy(part).to(device) for part in (matrix, groups, sizes))
        mixer._assign(matrix, layout, groups, sizes)
        return mixer

    def draw(self, codes: Tensor, rng: torch.Generator) -> RowsWithParents:
        """Return one mixture for each class in `codes`, of shape (batch_size,)."""
        parents = self._groups[draw_members(codes, self._starts, self._sizes, rng)]
        weights = torch.empty(parents.shape, dtype=self.matrix.dtype, device=codes.device).exponential_(generator=rng)
        weights = weights / weights.sum(dim=1, keepdim=True)
        return RowsWithParents(self._mix(self.matrix[parents], weights), parents, weights)

    def _mix(self, rows, weights):
        """Return the weighted means of `rows`, of shape (batch_size, n_neighbors + 1, n_features).

        A missing cell weighs nothing, instead of drawing the mean towards 0.
        """
        n_values = self._flag_masks.shape[1]
        values, flags = rows[..., :n_values], rows[..., n_values:]
        if not flags.shape[-1]:
            return torch.einsum("bk,bkf->bf", weights, values)
        present = weights[..., None] * (1 - flags @ self._flag_masks)
        means = (present * values).sum(dim=1) / present.sum(dim=1).clamp_min(SMALLEST_WEIGHT)
        return torch.cat((means, flags[:, 0]), dim=1)


def draw_members(codes: Tensor, starts: Tensor, sizes: Tensor, rng: torch.Generator) -> Tensor:
    """Return a random position for each class in `codes`, class c having `sizes[c]` from `starts[c]` on."""
    uniform = torch.rand(len(codes), generator=rng, dtype=torch.float32, device=codes.device)
    offsets = torch.minimum((uniform * sizes[codes]).long(), sizes[codes] - 1)
    return starts[codes] + offsets


def _nearest_groups(matrix, rows, n_neighbors, rng):
    """Return rows of one class, each followed by its nearest neighbours, of shape (n, n_neighbors + 1).

    A class of too few rows has groups in which rows are repeated.
    """
    if not n_neighbors:
        return rows[:, None]
    if len(rows) > MAX_ROWS:
        shuffled = torch.randperm(len(rows), generator=rng, device=matrix.device)
        rows = rows[shuffled[:MAX_ROWS]]
    distances = torch.cdist(matrix[rows], matrix[rows])
    distances.fill_diagonal_(-1)  # a row comes first in its group, even among duplicates of it
    nearest = distances.topk(min(n_neighbors + 1, len(rows)), largest=False).indices
    columns = torch.arange(n_neighbors + 1, device=matrix.device) % nearest.shape[1]
    return rows[nearest[:, columns]]
