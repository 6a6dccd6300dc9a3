"""Interfaces of generators and discriminators, for the GAN, and of trained nets, for the sampler."""

from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from sklearn_gan._networks.generators import Condition, GeneratedRows
from sklearn_gan._networks.heads import RowHead
from sklearn_gan._networks.mixtures import RowsWithParents
from sklearn_gan._networks.mlp import Pass


@runtime_checkable
class RowGenerator(Protocol):
    """A torch module that generates rows of given classes, and computes the gradients of its parameters.

    It is made by `maker(layout, n_classes, latent_dim, hidden_layer_sizes, rng)`. Here `rng` is a torch.Generator for
    the weights, or None for a module without weights, whose weights are then loaded from a file. Register a maker in
    `GENERATORS` to give it a name. A generator is deterministic: all noise is in the Condition.

    Attributes
    ----------
    n_neighbors : int
        Number of neighbours in the mixtures of real rows that it receives; 0 for single real rows.
    has_parents : bool
        Whether its rows derive from these real rows, which are then reported as parents.
    reconstructs : bool
        Whether it is also trained to reconstruct the real row that it receives.
    head : RowHead
        Converts values to rows.
    """

    n_neighbors: int
    has_parents: bool
    reconstructs: bool
    head: RowHead

    def __call__(self, condition: Condition) -> Tensor:
        """Return rows, of shape (batch_size, n_features)."""

    def values(self, condition: Condition) -> Pass:
        """Return numeric values and logits of categories, of shape (batch_size, n_values).

        `backward(gradients)` takes the gradients of a loss with respect to the values. It adds the gradients with
        respect to the parameters to their `grad`.
        """

    def rows_of(self, values: Tensor, condition: Condition) -> Tensor:
        """Return rows with these values, of shape (batch_size, n_features), differentiable with respect to values."""

    def generate(self, condition: Condition) -> GeneratedRows:
        """Return rows for training."""


@runtime_checkable
class RowDiscriminator(Protocol):
    """A torch module that scores how realistic rows are for their labels.

    It is made by `maker(layout, n_classes, hidden_layer_sizes, rng)`. Rows have the shape (batch_size, n_features),
    one-hot labels (batch_size, n_classes), and logits D(x) (batch_size,).
    """

    def __call__(self, rows: Tensor, labels: Tensor) -> Tensor:
        """Return the logits; for feature matching, call the module of each activation function."""

    def logits(self, rows: Tensor, labels: Tensor) -> Pass:
        """Return the logits.

        `backward(gradients)` takes the gradients of a loss with respect to the logits and returns those with respect
        to the rows.
        """

    def judge(self, rows: Tensor, labels: Tensor) -> Pass:
        """Return the logits; `backward(gradients)` adds to the `grad` of the parameters."""

    def judge_with_norms(self, rows: Tensor, labels: Tensor) -> Pass:
        """Return the logits and the squared gradient norms ‖∇_x D(x)‖², of shape (batch_size,).

        `backward(of_logits, of_norms)` adds to the `grad` of the parameters.
        """


@runtime_checkable
class RowNet(Protocol):
    """A trained net that generates rows.

    Attributes
    ----------
    device : str
        The device on which it computes.
    rng : torch.Generator
        Random number generator for all noise.
    """

    device: str
    rng: torch.Generator

    def draw_strata(self, codes: Tensor) -> Tensor | None:
        """Return a random pattern of missing values for each class in `codes`, or None without missing values."""

    def draw(self, codes: Tensor, strata: Tensor | None = None, by_inversion: bool = False) -> RowsWithParents:
        """Return one generated row for each class in `codes`, of shape (n_rows,).

        With `strata`, from :meth:`draw_strata`, rows have these patterns of missing values. With `by_inversion`,
        categories are drawn faster, from the same distribution but with other random numbers.
        """
