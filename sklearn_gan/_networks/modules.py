"""The two players, the autoencoder, and the layer that turns logits into rows.

Every module is deterministic: what is random is drawn by the caller and passed in. Parameters are drawn
from a generator of the caller's, so that torch's global one is neither read nor moved; the user's own modules alone
draw theirs from it.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import sqrt

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from sklearn_gan._networks.losses import reconstruction_error
from sklearn_gan._networks.mixtures import RowsWithParents

NEGATIVE_SLOPE = 0.2
GUMBEL_TEMPERATURE = 0.5
EMPTY_WEIGHT = 1e-2
ACTIVATIONS = "torch.nn.modules.activation"  # where torch's activation functions are defined


@dataclass
class Condition:
    """What the generator is told about the rows that it is asked for.

    Attributes
    ----------
    labels : Tensor of shape (batch_size, n_classes)
        One-hot classes.
    mixtures : RowsWithParents
        Mixtures of real rows of these classes, with the flags of their missing cells.
    latent : Tensor of shape (batch_size, latent_dim)
        Standard normal noise.
    gumbel : Tensor of shape (batch_size, n_categorical_features)
        Standard Gumbel noise.
    """

    labels: Tensor
    mixtures: RowsWithParents
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
    """Return a layer initialised as torch does it, but from `rng` alone; with None, one of shapes without weights."""
    if rng is None:
        return nn.Linear(n_in, n_out, dtype=torch.float32, device="meta")
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
        self.register_buffer("padded", torch.tensor(padded, dtype=torch.long), persistent=False)
        self.block_shape = (len(widths), widest)
        self.register_buffer("flag_masks", torch.from_numpy(layout.flag_masks()), persistent=False)

    def forward(self, values: Tensor, gumbel: Tensor, flags: Tensor) -> Tensor:
        numbers, logits = values[:, : self.n_numbers], values[:, self.n_numbers :]
        if logits.shape[1]:
            values = torch.cat((numbers, self._draw_levels(logits + gumbel)), dim=1)
        if flags.shape[1]:
            values = torch.cat((values * (1 - flags @ self.flag_masks), flags), dim=1)
        return values

    def _draw_levels(self, logits):
        blocks = self._blocks(logits)
        soft = torch.softmax(blocks / GUMBEL_TEMPERATURE, dim=2)
        hard = one_hot(blocks.argmax(dim=2), self.block_shape[1])
        return (hard + soft - soft.detach()).flatten(1)[:, self.padded]

    def _blocks(self, logits):
        n_blocks, widest = self.block_shape
        blocks = logits.new_full((len(logits), n_blocks * widest), -torch.inf)
        return blocks.index_copy(1, self.padded, logits).unflatten(1, self.block_shape)

    def scores(self, values: Tensor) -> Tensor:
        """Return the numbers and the logarithms of the levels' probabilities, of the shape of `values`."""
        numbers, logits = values[:, : self.n_numbers], values[:, self.n_numbers :]
        if not logits.shape[1]:
            return values
        logarithms = torch.log_softmax(self._blocks(logits), dim=2).flatten(1)[:, self.padded]
        return torch.cat((numbers, logarithms), dim=1)

    def reconstruction_error(self, values: Tensor, rows: Tensor) -> Tensor:
        """Return how far `values`, of shape (batch_size, n_values), are from real rows, missing cells aside."""
        n_values = values.shape[1]
        present = 1 - rows[:, n_values:] @ self.flag_masks
        n_columns = self.n_numbers + self.block_shape[0]
        return reconstruction_error(self.scores(values), rows[:, :n_values], present, self.n_numbers, n_columns)


class Generator(nn.Module, ABC):
    """What all generators share: a kind of their own makes values, and the head makes rows of them.

    Shape
    -----
    Input a Condition, output (batch_size, n_features).
    """

    # See RowGenerator in protocols.py.
    n_neighbors = 0
    has_parents = False
    reconstructs = False

    def __init__(self, layout):
        super().__init__()
        self.n_numbers, self.n_values = layout.n_numbers, layout.n_values
        self.head = RowHead(layout)

    def forward(self, condition: Condition) -> Tensor:
        return self.rows_of(self.values(condition), condition)

    @abstractmethod
    def values(self, condition: Condition) -> Tensor:
        """Return numbers and logits, of shape (batch_size, n_values)."""

    def rows_of(self, values: Tensor, condition: Condition) -> Tensor:
        """Return rows with these values, of shape (batch_size, n_features)."""
        return self.head(values, condition.gumbel, condition.mixtures.rows[:, self.n_values :])


class NoiseGenerator(Generator):
    """The classic generator: noise and a label become a row.

    The flags of missing cells are an input too, so that missing cells come as often as the class has them
    and the other cells fit them. Of the mixtures they alone are read.
    """

    def __init__(self, layout, n_classes, latent_dim, hidden_layer_sizes, rng):
        super().__init__(layout)
        n_inputs = n_classes + latent_dim + len(layout.flagged)
        self.body = MLP(n_inputs, hidden_layer_sizes, layout.n_values, rng)

    def values(self, condition: Condition) -> Tensor:
        flags = condition.mixtures.rows[:, self.n_values :]
        return self.body(torch.cat((condition.labels, condition.latent, flags), dim=1))


class ResidualGenerator(Generator):
    """A mixture of real rows plus a learned correction, which is zero before training.

    Numbers are corrected by addition, categories by adding to the logarithm of the mixture's weights.
    """

    n_neighbors = 5
    has_parents = True

    def __init__(self, layout, n_classes, latent_dim, hidden_layer_sizes, rng):
        super().__init__(layout)
        n_inputs = n_classes + latent_dim + layout.n_features
        self.body = MLP(n_inputs, hidden_layer_sizes, layout.n_values, rng)
        for parameter in self.body[-1].parameters():
            nn.init.zeros_(parameter)

    def values(self, condition: Condition) -> Tensor:
        mixtures = condition.mixtures.rows
        numbers, weights = mixtures[:, : self.n_numbers], mixtures[:, self.n_numbers : self.n_values]
        start = torch.cat((numbers, torch.log(weights + EMPTY_WEIGHT)), dim=1)
        return start + self.body(torch.cat((condition.labels, condition.latent, mixtures), dim=1))


class Autoencoder(nn.Module):
    """A row and its label become a code, a code and a label the values of a row.

    The decoder's layers have the encoder's widths in reverse.

    Shape
    -----
    `encode`: rows (batch_size, n_features), labels (batch_size, n_classes); output (batch_size, latent_dim).
    `decode`: codes (batch_size, latent_dim), labels; output numbers and logits, (batch_size, n_values).
    """

    def __init__(self, layout, n_classes, latent_dim, hidden_layer_sizes, rng):
        super().__init__()
        self.encoder = MLP(layout.n_features + n_classes, hidden_layer_sizes, latent_dim, rng)
        self.decoder = MLP(latent_dim + n_classes, hidden_layer_sizes[::-1], layout.n_values, rng)

    def encode(self, rows: Tensor, labels: Tensor) -> Tensor:
        return self.encoder(torch.cat((rows, labels), dim=1))

    def decode(self, codes: Tensor, labels: Tensor) -> Tensor:
        return self.decoder(torch.cat((codes, labels), dim=1))


class AutoencoderGenerator(Generator):
    """An encoder-decoder as generator: a real row's code plus standard normal noise, decoded.

    It is to reconstruct the row and to deceive the discriminator, after the idea of Larsen et al., "Autoencoding
    beyond pixels using a learned similarity metric", ICML 2016; but the error is that of values, there is no prior,
    and both halves hear the discriminator. How much of the noise is seen in the row, it learns: codes may lie far
    apart.
    """

    has_parents = True
    reconstructs = True

    def __init__(self, layout, n_classes, latent_dim, hidden_layer_sizes, rng):
        super().__init__(layout)
        self.autoencoder = Autoencoder(layout, n_classes, latent_dim, hidden_layer_sizes, rng)

    def values(self, condition: Condition) -> Tensor:
        codes = self.autoencoder.encode(condition.mixtures.rows, condition.labels)
        return self.autoencoder.decode(codes + condition.latent, condition.labels)


class UserGenerator(Generator):
    """A generator around a module of the user's, made by `module(latent_dim=..., n_classes=..., n_features=...)`.

    The module takes noise (batch_size, latent_dim) and one-hot labels (batch_size, n_classes) and returns numbers
    and logits (batch_size, n_features), `n_features` being what is called n_values here.
    """

    def __init__(self, layout, n_classes, latent_dim, hidden_layer_sizes, rng, *, module):
        super().__init__(layout)
        self.body = module(latent_dim=latent_dim, n_classes=n_classes, n_features=layout.n_values)

    def values(self, condition: Condition) -> Tensor:
        values = self.body(condition.latent, condition.labels)
        return _check_shape(values, [(len(condition.labels), self.n_values)], "generator", self.body)


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


class UserDiscriminator(nn.Module):
    """A discriminator around a module of the user's, made by `module(n_features=..., n_classes=...)`.

    Shape
    -----
    As those of :class:`Discriminator`; the module may return (batch_size, 1), too.
    """

    def __init__(self, layout, n_classes, hidden_layer_sizes, rng, *, module):
        super().__init__()
        self.body = module(n_features=layout.n_features, n_classes=n_classes)

    def forward(self, rows: Tensor, labels: Tensor) -> Tensor:
        logits = self.body(rows, labels)
        return _check_shape(logits, [(len(rows),), (len(rows), 1)], "discriminator", self.body).flatten()


def hidden_features(discriminator: nn.Module, rows: Tensor, labels: Tensor) -> tuple[Tensor, list[Tensor]]:
    """Return the logits and, for each activation function of a discriminator, what it returned, flattened."""
    features = []
    activations = [module for module in discriminator.modules() if _is_activation(module)]
    if not activations:
        raise ValueError(
            "`feature_matching` compares what the discriminator's activation functions return; expected modules of "
            "torch.nn such as LeakyReLU among its parts, found none. Make them parts of it, or set the weight to 0."
        )
    hooks = [
        module.register_forward_hook(lambda module, inputs, output: features.append(output.flatten(1)))
        for module in activations
    ]
    try:
        logits = discriminator(rows, labels)
    finally:
        for hook in hooks:
            hook.remove()
    return logits, features


def _is_activation(module):
    is_attention = isinstance(module, nn.MultiheadAttention)  # which torch defines in the same place
    return not is_attention and any(parent.__module__ == ACTIVATIONS for parent in type(module).__mro__)


def put_weights(module, fields):
    """Give a module that was made without weights those of a document, which has to have just these."""
    shapes = {name: tuple(weights.shape) for name, weights in module.state_dict().items()}
    if set(shapes) != set(fields.names()):
        fields.refuse("", f"the weights {list(shapes)}", fields.names())
    weights = {name: torch.from_numpy(fields.finite(name, np.float32, shape)) for name, shape in shapes.items()}
    module.load_state_dict(weights, assign=True)


def make_generators(generator):
    """Return the makers of the generators that a name or a class of the user's stands for."""
    return GENERATORS[generator] if isinstance(generator, str) else (partial(UserGenerator, module=generator),)


def make_discriminator(discriminator):
    """Return the maker of the discriminators that a name or a class of the user's stands for."""
    if isinstance(discriminator, str):
        return DISCRIMINATORS[discriminator]
    return partial(UserDiscriminator, module=discriminator)


def _check_shape(output, expected, role, module):
    found = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
    if found not in expected:
        raise ValueError(
            f"Expected the {role} {type(module).__name__} to return a Tensor of shape "
            f"{' or '.join(map(str, expected))}, got {found}. Let the module reshape rows, which are flat."
        )
    return output


GENERATORS = {
    "both": (NoiseGenerator, ResidualGenerator),
    "residual": (ResidualGenerator,),
    "noise": (NoiseGenerator,),
    "autoencoder": (AutoencoderGenerator,),
}
DISCRIMINATORS = {"mlp": Discriminator}
