"""The two players, and the layer that turns logits into rows.

Every module is deterministic: what is random is drawn by the caller and passed in. Parameters are drawn
from a generator of the caller's, so that torch's global one is neither read nor moved.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

NEGATIVE_SLOPE = 0.2
GUMBEL_TEMPERATURE = 0.5
EMPTY_WEIGHT = 1e-2


@dataclass
class Condition:
    """What the generator is told about the rows that it is asked for.

    Attributes
    ----------
    labels : Tensor of shape (batch_size, n_classes)
        One-hot classes.
    mixtures : Tensor of shape (batch_size, n_features)
        Mixtures of real rows of these classes, with the flags of their missing cells.
    latent : Tensor of shape (batch_size, latent_dim)
        Standard normal noise.
    gumbel : Tensor of shape (batch_size, n_categorical_features)
        Standard Gumbel noise.
    """

    labels: Tensor
    mixtures: Tensor
    latent: Tensor
    gumbel: Tensor


class MLP(nn.Sequential):
    """Linear layers with leaky rectifiers between them.

    Shape
    -----
    Input (batch_size, n_inputs), output (batch_size, n_outputs).

    Examples
    --------
    >>> import torch
    >>> mlp = MLP(3, (8, 8), 2, torch.Generator().manual_seed(0))
    >>> mlp(torch.zeros(5, 3)).shape
    torch.Size([5, 2])
    """

    def __init__(self, n_inputs, hidden_layer_sizes, n_outputs, rng):
        widths = (n_inputs, *hidden_layer_sizes, n_outputs)
        layers = []
        for n_in, n_out in pairwise(widths):
            layers += [_linear(n_in, n_out, rng), nn.LeakyReLU(NEGATIVE_SLOPE)]
        super().__init__(*layers[:-1])


def _linear(n_in, n_out, rng):
    """Return a layer initialised as torch does it, but from `rng` alone."""
    layer = nn.utils.skip_init(nn.Linear, n_in, n_out, dtype=torch.float32)
    bound = 1 / sqrt(n_in)
    for parameter in layer.parameters():
        nn.init.uniform_(parameter, -bound, bound, generator=rng)
    return layer


class RowHead(nn.Module):
    """Turn numbers and logits into rows: hard one-hot categories, and nothing in missing cells.

    In each block of logits l a level is drawn with the Gumbel-max trick, argmax(l + g); the gradient is that
    of softmax((l + g) / τ) (Jang et al., "Categorical reparameterization with Gumbel-softmax", ICLR 2017,
    equation 2 and section 2.2, straight-through).

    Shape
    -----
    values (batch_size, n_values), gumbel (batch_size, n_values - n_numbers), flags (batch_size, n_flags);
    output (batch_size, n_features).
    """

    def __init__(self, layout):
        super().__init__()
        self.n_numbers = layout.n_numbers
        widths = layout.block_widths
        widest = max(widths, default=0)
        # Position of each feature in blocks that are padded to the width of the widest.
        padded = [i * widest + level for i, width in enumerate(widths) for level in range(width)]
        self.register_buffer("padded", torch.tensor(padded, dtype=torch.long))
        self.block_shape = (len(widths), widest)
        self.register_buffer("ruled", torch.from_numpy(layout.ruled()))

    def forward(self, values: Tensor, gumbel: Tensor, flags: Tensor) -> Tensor:
        numbers, logits = values[:, : self.n_numbers], values[:, self.n_numbers :]
        if logits.shape[1]:
            values = torch.cat((numbers, self._draw_levels(logits + gumbel)), dim=1)
        if flags.shape[1]:
            values = torch.cat((values * (1 - flags @ self.ruled), flags), dim=1)
        return values

    def _draw_levels(self, logits):
        n_blocks, widest = self.block_shape
        blocks = logits.new_full((len(logits), n_blocks * widest), -torch.inf)
        blocks = blocks.index_copy(1, self.padded, logits).unflatten(1, self.block_shape)
        soft = torch.softmax(blocks / GUMBEL_TEMPERATURE, dim=2)
        hard = one_hot(blocks.argmax(dim=2), widest)
        return (hard + soft - soft.detach()).flatten(1)[:, self.padded]


class NoiseGenerator(nn.Module):
    """The classic generator: noise and a label become a row.

    The flags of missing cells are an input too, so that missing cells come as often as the class has them
    and the other cells fit them.

    Shape
    -----
    Input a Condition, of whose mixtures the flags alone are read; output (batch_size, n_features).
    """

    n_neighbors = 0

    def __init__(self, layout, n_classes, latent_dim, hidden_layer_sizes, rng):
        super().__init__()
        self.n_values = layout.n_values
        n_inputs = n_classes + latent_dim + len(layout.flagged)
        self.body = MLP(n_inputs, hidden_layer_sizes, layout.n_values, rng)
        self.head = RowHead(layout)

    def forward(self, condition: Condition) -> Tensor:
        flags = condition.mixtures[:, self.n_values :]
        values = self.body(torch.cat((condition.labels, condition.latent, flags), dim=1))
        return self.head(values, condition.gumbel, flags)


class ResidualGenerator(nn.Module):
    """A mixture of real rows plus a learned correction, which is zero before training.

    Numbers are corrected by addition, categories by adding to the logarithm of the mixture's weights.

    Shape
    -----
    Input a Condition, output (batch_size, n_features).
    """

    n_neighbors = 5

    def __init__(self, layout, n_classes, latent_dim, hidden_layer_sizes, rng):
        super().__init__()
        self.n_numbers, self.n_values = layout.n_numbers, layout.n_values
        n_inputs = n_classes + latent_dim + layout.n_features
        self.body = MLP(n_inputs, hidden_layer_sizes, layout.n_values, rng)
        for parameter in self.body[-1].parameters():
            nn.init.zeros_(parameter)
        self.head = RowHead(layout)

    def forward(self, condition: Condition) -> Tensor:
        mixtures = condition.mixtures
        numbers, weights = mixtures[:, : self.n_numbers], mixtures[:, self.n_numbers : self.n_values]
        start = torch.cat((numbers, torch.log(weights + EMPTY_WEIGHT)), dim=1)
        correction = self.body(torch.cat((condition.labels, condition.latent, mixtures), dim=1))
        return self.head(start + correction, condition.gumbel, mixtures[:, self.n_values :])


class Discriminator(nn.Module):
    """Score how real a row is for its label: a conditional critic.

    Shape
    -----
    rows (batch_size, n_features), labels (batch_size, n_classes); output (batch_size,), logits.
    """

    def __init__(self, layout, n_classes, hidden_layer_sizes, rng):
        super().__init__()
        self.body = MLP(layout.n_features + n_classes, hidden_layer_sizes, 1, rng)

    def forward(self, rows: Tensor, labels: Tensor) -> Tensor:
        return self.body(torch.cat((rows, labels), dim=1))[:, 0]


GENERATORS = {
    "both": (NoiseGenerator, ResidualGenerator),
    "residual": (ResidualGenerator,),
    "noise": (NoiseGenerator,),
}
