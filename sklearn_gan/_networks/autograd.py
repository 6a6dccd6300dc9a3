"""Leaves and gradients of automatic differentiation, for modules without a backward pass in closed form."""

import torch
from torch import Tensor


def as_leaf(values: Tensor) -> Tensor:
    """Return the values as a leaf of automatic differentiation."""
    return values.detach().requires_grad_()


def backpropagate(module, outputs, *gradients):
    """Add to the gradients of the module's parameters from those with respect to `outputs`."""
    parameters = [parameter for parameter in module.parameters() if parameter.requires_grad]
    torch.autograd.backward(*_differentiable(outputs, gradients), inputs=parameters)


def input_gradients(inputs, outputs, *gradients):
    """Return the gradients with respect to `inputs` from those with respect to `outputs`."""
    outputs, gradients = _differentiable(outputs, gradients)
    return torch.autograd.grad(outputs, inputs, gradients)[0]


def _differentiable(outputs, gradients):
    """Return the outputs that depend on leaves of automatic differentiation, and their gradients."""
    pairs = zip(outputs, gradients, strict=True)
    return list(zip(*((output, gradient) for output, gradient in pairs if output.requires_grad), strict=True))
