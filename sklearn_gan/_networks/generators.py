"""Generators: modules that convert noise, labels and mixtures of real rows to rows.

Generators are deterministic: callers draw all noise and pass it in a Condition. Weights are initialised from the
caller's random number generator, so torch's global generator is neither read nor advanced.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from sklearn_gan._networks.autoencoder import Autoencoder
from sklearn_gan._networks.autograd import as_leaf
from sklearn_gan._networks.heads import RowHead
from sklearn_gan._networks.mixtures import RowsWithParents
from sklearn_gan._networks.mlp import MLP, Pass

EMPTY_WEIGHT = 1e-2  # keeps the logarithm of absent categories finite


@dataclass
class Condition:
    """Input of a generator for a batch of rows.

    Attributes
    ----------
    labels : Tensor of shape (batch_size, n_classes)
        One-hot classes.
    mixtures : RowsWithParents
        Mixtures of real rows of these classes, with missing-value flags.
    latent : Tensor of shape (batch_size, latent_dim)
        Standard normal noise.
    gumbel : Tensor of shape (batch_size, n_categorical_features) or None, default=None
        Standard Gumbel noise.
    uniform : Tensor of shape (batch_size, n_blocks) or None, default=None
        Uniform noise in [0, 1), to draw categories by inversion in place of Gumbel noise.
    """

    labels: Tensor
    mixtures: RowsWithParents
    latent: Tensor
    gumbel: Tensor | None = None
    uniform: Tensor | None = None

    def __len__(self):
        """Return the number of rows."""
        return len(self.labels)

    def split(self, size):
        """Return the inputs for batches of `size` rows, in a list."""
        parts = (self.labels, self.mixtures.rows, self.mixtures.parents, self.mixtures.weights)
        splits = (part.split(size) for part in (*parts, self.latent, self.gumbel))
        return [
            Condition(labels, RowsWithParents(*mixtures), latent, gumbel)
            for labels, *mixtures, latent, gumbel in zip(*splits, strict=True)
        ]


@dataclass
class GeneratedRows:
    """A batch of generated rows, to train their generator.

    Attributes
    ----------
    values : Tensor of shape (batch_size, n_values)
        Numeric values and logits, a leaf of automatic differentiation.
    rows : Tensor of shape (batch_size, n_features)
        The rows, differentiable with respect to `values`.
    backward_of_values : callable
        The backward pass from `values` to the parameters of the generator.
    """

    values: Tensor
    rows: Tensor
    backward_of_values: Callable

    def backward(self, gradients: Tensor):
        """Add to the gradients of the parameters, from those with respect to the rows and from `values.grad`."""
        if self.rows is not self.values or self.values.grad is not None:
            self.rows.backward(gradients)
            gradients = self.values.grad
        self.backward_of_values(gradients)


class Generator(nn.Module, ABC):
    """Base class of generators: a subclass generates values, and the head converts them to rows.

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
        return self.rows_of(self.values(condition).output, condition)

    @abstractmethod
    def values(self, condition: Condition) -> Pass:
        """Return numeric values and logits, of shape (batch_size, n_values), with their backward pass.

        `backward(gradients)` adds to the gradients of the parameters, as torch.autograd.backward does.
        """

    def rows_of(self, values: Tensor, condition: Condition) -> Tensor:
        """Return rows with these values, of shape (batch_size, n_features)."""
        flags = condition.mixtures.rows[:, self.n_values :]
        if condition.uniform is not None:
            return self.head.invert(values, condition.uniform, flags)
        return self.head(values, condition.gumbel, flags)

    def generate(self, condition: Condition) -> "GeneratedRows":
        """Return rows for training."""
        output, backward = self.values(condition)
        values = as_leaf(output)
        return GeneratedRows(values, self.rows_of(values, condition), backward)


class NoiseGenerator(Generator):
    """Generate rows from noise and labels.

    Missing-value flags are an input too, so that values are missing as often as in the class and the other values fit
    the flags. The rest of the mixtures is not used.
    """

    def __init__(self, layout, n_classes, latent_dim, hidden_layer_sizes, rng):
        super().__init__(layout)
        n_inputs = n_classes + latent_dim + len(layout.flagged)
        self.body = MLP(n_inputs, hidden_layer_sizes, layout.n_values, rng)

    def values(self, condition: Condition) -> Pass:
        flags = condition.mixtures.rows[:, self.n_values :]
        body = self.body.run(torch.cat((condition.labels, condition.latent, flags), dim=1))
        return Pass(body.output, body.backward)


class ResidualGenerator(Generator):
    """Generate rows by correcting mixtures of real rows; the correction is zero before training.

    The correction is added to numeric values and to the logarithms of the mixture's category weights.
    """

    n_neighbors = 5
    has_parents = True

    def __init__(self, layout, n_classes, latent_dim, hidden_layer_sizes, rng):
        super().__init__(layout)
        n_inputs = n_classes + latent_dim + layout.n_features
        self.body = MLP(n_inputs, hidden_layer_sizes, layout.n_values, rng)
        for parameter in self.body[-1].parameters():
            nn.init.zeros_(parameter)  # no correction yet

    def values(self, condition: Condition) -> Pass:
        mixtures = condition.mixtures.rows
        start = mixtures[:, : self.n_values]
        if self.n_numbers < self.n_values:
            numbers, weights = start[:, : self.n_numbers], start[:, self.n_numbers :]
            start = torch.cat((numbers, torch.log(weights + EMPTY_WEIGHT)), dim=1)
        body = self.body.run(torch.cat((condition.labels, condition.latent, mixtures), dim=1))
        return Pass(start + body.output, body.backward)


class AutoencoderGenerator(Generator):
    """Generate rows by decoding the latent codes of real rows plus standard normal noise.

    It is trained to reconstruct the real row and to deceive the discriminator, following the idea of Larsen et al.,
    "Autoencoding beyond pixels using a learned similarity metric", ICML 2016. Unlike in the paper, the error is
    measured on values, there is no prior, and the discriminator's gradient reaches encoder and decoder. The scale of
    the latent codes is free, so training determines how strongly the noise affects rows.
    """

    has_parents = True
    reconstructs = True

    def __init__(self, layout, n_classes, latent_dim, hidden_layer_sizes, rng):
        super().__init__(layout)
        self.autoencoder = Autoencoder(layout, n_classes, latent_dim, hidden_layer_sizes, rng)

    def values(self, condition: Condition) -> Pass:
        return self.autoencoder.reconstruct(condition.mixtures.rows, condition.labels, condition.latent)
