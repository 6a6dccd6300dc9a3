"""Parameters of a network as views of one vector, so that an optimizer takes one operation for all of them."""

from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector


def trainable(network: nn.Module) -> list[nn.Parameter]:
    """Return the parameters that are not frozen."""
    return [parameter for parameter in network.parameters() if parameter.requires_grad]


def make_vector(parameters: list[nn.Parameter]) -> nn.Parameter:
    """Return a vector of the same length as all parameters together, for an optimizer."""
    return nn.Parameter(parameters_to_vector(parameters).detach())


@contextmanager
def flattened(parameters: list[nn.Parameter], vector: nn.Parameter):
    """Make the parameters views of `vector` and their gradients views of its gradient, inside a `with` block.

    Afterwards, the parameters have memory of their own and no gradients. Otherwise, a pickle would contain the vector
    once for each parameter.
    """
    vector.data.copy_(parameters_to_vector(parameters))
    vector.grad = torch.zeros_like(vector)
    parts = zip(parameters, _split(vector.data, parameters), _split(vector.grad, parameters), strict=True)
    for parameter, values, gradient in parts:
        parameter.data, parameter.grad = values, gradient
    try:
        yield
    finally:
        vector.grad = None
        for parameter in parameters:
            parameter.data, parameter.grad = parameter.data.clone(), None


def _split(vector: Tensor, parameters):
    """Return the parts of the vector with the shapes of the parameters."""
    parts = vector.split([parameter.numel() for parameter in parameters])
    return [part.view_as(parameter) for part, parameter in zip(parts, parameters, strict=True)]
