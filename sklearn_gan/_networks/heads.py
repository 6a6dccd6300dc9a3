"""The head of a network that generates rows: it converts numeric values and logits to rows."""

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from sklearn_gan._networks.losses import reconstruction_error

GUMBEL_TEMPERATURE = 0.5


class Gates(nn.Module):
    """Set numbers to 0 where their gate, a feature of a one-hot block, is 0.

    Shape
    -----
    Input (..., n_values) or (..., n_features), output of the same shape.
    """

    def __init__(self, layout):
        super().__init__()
        numbers, gates = map(torch.from_numpy, layout.gated)
        self.n_values = layout.n_values
        self.register_buffer("numbers", numbers.clone(), persistent=False)
        self.register_buffer("gates", gates.clone(), persistent=False)

    def forward(self, rows: Tensor) -> Tensor:
        if not len(self.numbers):
            return rows
        return rows.index_copy(-1, self.numbers, rows[..., self.numbers] * rows[..., self.gates])

    def mask(self, rows: Tensor) -> Tensor:
        """Return 0 at closed gates and 1 at all other values of real rows, of shape (..., n_values)."""
        mask = torch.ones_like(rows[..., : self.n_values])
        return mask.index_copy(-1, self.numbers, rows[..., self.gates]) if len(self.numbers) else mask


class RowHead(nn.Module):
    """Convert numeric values and logits to rows, with one-hot categories and 0 for missing values.

    In each block of logits l, a category is drawn with the Gumbel-max trick, argmax(l + g). The gradient is that of
    softmax((l + g) / τ), the straight-through estimator (Jang et al., "Categorical reparameterization with
    Gumbel-softmax", ICLR 2017, equation 2 and section 2.2).

    :meth:`invert` draws categories by inversion of their distribution function instead. This has no gradient, but
    takes a third of the time.

    Shape
    -----
    values (batch_size, n_values), gumbel (batch_size, n_values - n_numbers), uniform (batch_size, n_blocks),
    flags (batch_size, n_flags); output (batch_size, n_features).
    """

    def __init__(self, layout):
        super().__init__()
        self.n_numbers = layout.n_numbers
        widths = layout.block_widths
        widest = max(widths, default=0)
        # Position of each feature in blocks padded to the largest width, and of each padded value among the features.
        padded = [i * widest + category for i, width in enumerate(widths) for category in range(width)]
        sources = torch.full((len(widths) * widest,), len(padded)).index_copy(
            0, torch.tensor(padded, dtype=torch.long), torch.arange(len(padded))
        )
        self.register_buffer("padded", torch.tensor(padded, dtype=torch.long), persistent=False)
        self.register_buffer("sources", sources, persistent=False)
        self.block_shape, self.is_padded = (len(widths), widest), len(padded) < len(sources)
        self.register_buffer("flag_masks", torch.from_numpy(layout.flag_masks()), persistent=False)
        self.gates = Gates(layout)

    def forward(self, values: Tensor, gumbel: Tensor, flags: Tensor) -> Tensor:
        return self._assemble(values, flags, lambda logits: self._maximize(logits + gumbel))

    def invert(self, values: Tensor, uniform: Tensor, flags: Tensor) -> Tensor:
        """Return rows whose categories are drawn by inversion."""
        return self._assemble(values, flags, lambda logits: self._invert(logits, uniform))

    def _assemble(self, values, flags, draw_categories):
        """Return rows with categories drawn from their logits, and with 0 for missing values."""
        if values.shape[1] > self.n_numbers:
            numbers, logits = values[:, : self.n_numbers], values[:, self.n_numbers :]
            values = self.gates(torch.cat((numbers, draw_categories(logits)), dim=1))
        if flags.shape[1]:
            values = torch.cat((values * (1 - flags @ self.flag_masks), flags), dim=1)
        return values

    def _invert(self, logits, uniform):
        cumulative = torch.softmax(self._blocks(logits), dim=2).cumsum(dim=2)
        # In (0, total], so that a category is found, even if the total is not exactly 1.
        quantiles = (1 - uniform[..., None]) * cumulative[..., -1:]
        categories = torch.searchsorted(cumulative, quantiles)
        return self._features(torch.zeros_like(cumulative).scatter_(2, categories, 1.0))

    def _maximize(self, logits):
        blocks = self._blocks(logits)
        soft = torch.softmax(blocks / GUMBEL_TEMPERATURE, dim=2)
        hard = one_hot(blocks.argmax(dim=2), self.block_shape[1])
        # The value is that of `hard`, the gradient that of `soft`.
        return self._features(hard + soft - soft.detach())

    def _blocks(self, logits):
        """Return the logits of each block, padded by -inf, which has probability 0."""
        if self.is_padded:
            padding = logits.new_full((len(logits), 1), -torch.inf)
            logits = torch.cat((logits, padding), dim=1).index_select(1, self.sources)
        return logits.unflatten(1, self.block_shape)

    def _features(self, blocks):
        """Return blocks without their padding, of shape (batch_size, n_categorical_features)."""
        features = blocks.flatten(1)
        return features.index_select(1, self.padded) if self.is_padded else features

    def scores(self, values: Tensor) -> Tensor:
        """Return numeric values and log-probabilities of categories, with the shape of `values`."""
        numbers, logits = values[:, : self.n_numbers], values[:, self.n_numbers :]
        if not logits.shape[1]:
            return values
        return torch.cat((numbers, self._features(torch.log_softmax(self._blocks(logits), dim=2))), dim=1)

    def reconstruction_error(self, values: Tensor, rows: Tensor) -> Tensor:
        """Return the error of `values`, of shape (batch_size, n_values), on the observed values of real rows."""
        n_values = values.shape[1]
        present = self.gates.mask(rows) * (1 - rows[:, n_values:] @ self.flag_masks)
        n_columns = self.n_numbers + self.block_shape[0]
        return reconstruction_error(self.scores(values), rows[:, :n_values], present, self.n_numbers, n_columns)
