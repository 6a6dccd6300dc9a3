"""Generators and discriminators that contain a module of the user.

Their gradients are found by automatic differentiation. The user's modules initialise their weights from torch's global
random number generator.
"""

from functools import partial

import torch
from torch import Tensor, nn

from sklearn_gan._networks.autograd import as_leaf, backpropagate, input_gradients
from sklearn_gan._networks.generators import Condition, Generator
from sklearn_gan._networks.mlp import Pass


class UserGenerator(Generator):
    """Generate rows with the user's module, made by `module(latent_dim=..., n_classes=..., n_features=...)`.

    The module takes noise (batch_size, latent_dim) and one-hot labels (batch_size, n_classes). It returns numeric
    values and logits (batch_size, n_features). Its `n_features` is called n_values here.
    """

    def __init__(self, layout, n_classes, latent_dim, hidden_layer_sizes, rng, *, module):
        super().__init__(layout)
        self.body = module(latent_dim=latent_dim, n_classes=n_classes, n_features=layout.n_values)

    def values(self, condition: Condition) -> Pass:
        values = self.body(condition.latent, condition.labels)
        _check_shape(values, [(len(condition.labels), self.n_values)], "generator", self.body)
        return Pass(values, partial(backpropagate, self, [values]))


class UserDiscriminator(nn.Module):
    """Score rows with the user's module, made by `module(n_features=..., n_classes=...)`.

    Shape
    -----
    As in :class:`Discriminator`; the module may also return (batch_size, 1).
    """

    def __init__(self, layout, n_classes, hidden_layer_sizes, rng, *, module):
        super().__init__()
        self.body = module(n_features=layout.n_features, n_classes=n_classes)

    def forward(self, rows: Tensor, labels: Tensor) -> Tensor:
        logits = self.body(rows, labels)
        return _check_shape(logits, [(len(rows),), (len(rows), 1)], "discriminator", self.body).flatten()

    def logits(self, rows: Tensor, labels: Tensor) -> Pass:
        """Return the logits; `backward(gradients)` returns the gradients with respect to the rows."""
        rows = as_leaf(rows)
        logits = self(rows, labels)
        return Pass(logits, partial(input_gradients, rows, [logits]))

    def judge(self, rows: Tensor, labels: Tensor) -> Pass:
        """Return the logits; `backward(gradients)` adds to the gradients of the parameters."""
        logits = self(rows, labels)
        return Pass(logits, partial(backpropagate, self, [logits]))

    def judge_with_norms(self, rows: Tensor, labels: Tensor) -> Pass:
        """Return the logits D(x) and the squared gradient norms ‖∇_x D(x)‖²; see :class:`Discriminator`."""
        rows = as_leaf(rows)
        logits = self(rows, labels)
        # Each logit depends on its own row only, so the gradient of the sum holds the gradients of all logits.
        (gradients,) = torch.autograd.grad(logits.sum(), rows, create_graph=True)
        norms = gradients.square().sum(dim=1)
        return Pass((logits, norms), partial(backpropagate, self, [logits, norms]))


def has_user_module(network: nn.Module) -> bool:
    """Return whether the network contains a module of the user."""
    return any(isinstance(module, (UserGenerator, UserDiscriminator)) for module in network.modules())


def _check_shape(output, expected, role, module):
    found = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
    if found not in expected:
        raise ValueError(
            f"Expected the {role} {type(module).__name__} to return a Tensor of shape "
            f"{' or '.join(map(str, expected))}, got {found}. Rows are flat vectors; reshape them inside the module."
        )
    return output
