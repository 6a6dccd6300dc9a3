"""Multilayer perceptrons with leaky ReLUs, and their gradients in closed form.

For small networks on the CPU, the overhead of automatic differentiation takes longer than the matrix products.
"""

from collections.abc import Callable
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu_

NEGATIVE_SLOPE = 0.2
LEAKY_RELU_BACKWARD = torch.ops.aten.leaky_relu_backward.grad_input


class Pass(NamedTuple):
    """The output of a network, and the function that computes gradients from those with respect to the output."""

    output: Tensor
    backward: Callable


class MLP(nn.Sequential):
    """Linear layers with leaky ReLUs between them.

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

    def run(self, inputs: Tensor) -> "ForwardPass":
        """Return a forward pass, for gradients without automatic differentiation."""
        return ForwardPass([(layer.weight, layer.bias) for layer in list(self)[::2]], inputs)


class ForwardPass:
    """A forward pass through a multilayer perceptron, and gradients of losses of its outputs.

    Let h_0 be the inputs, h_l = m_l ∘ (W_l h_{l-1} + b_l) the outputs of hidden layer l with the slopes m_l of its
    leaky ReLUs, and h_L = W_L h_{L-1} + b_L the outputs. A loss with the gradients g_L with respect to h_L has the
    gradients g_l with respect to the values before the leaky ReLUs of layer l:

        g_l = m_l ∘ (W_{l+1}ᵀ g_{l+1}).

    Its gradients with respect to the inputs are W_1ᵀ g_1. Its gradients with respect to W_l and b_l are the sums over
    rows of g_l h_{l-1}ᵀ and of g_l.

    Parameters
    ----------
    parameters : list of tuple of torch.nn.Parameter
        (W_1, b_1), ..., (W_L, b_L).
    inputs : Tensor of shape (batch_size, n_inputs)
        h_0.
    """

    def __init__(self, parameters: list[tuple[nn.Parameter, nn.Parameter]], inputs: Tensor):
        self.parameters = parameters
        self.weights = [weight.detach() for weight, _ in parameters]  # no automatic differentiation from here on
        self.layers = [inputs.detach()]  # h_0, ..., h_L
        for weight, (_, bias) in zip(self.weights, parameters, strict=True):
            if len(self.layers) > 1:
                leaky_relu_(self.layers[-1], NEGATIVE_SLOPE)
            self.layers.append(torch.addmm(bias.detach(), self.layers[-1], weight.t()))

    @property
    def output(self) -> Tensor:
        """The outputs, of shape (batch_size, n_outputs)."""
        return self.layers[-1]

    def layer_gradients(self, gradients: Tensor) -> list[Tensor]:
        """Return g_1, ..., g_L from g_L."""
        found = [gradients]
        for weight, layer in zip(self.weights[:0:-1], self.layers[-2:0:-1], strict=True):
            found.append(_times_slopes(found[-1] @ weight, layer))
        return found[::-1]

    def input_gradients(self, gradients: list[Tensor]) -> Tensor:
        """Return W_1ᵀ g_1 from g_1, ..., g_L."""
        return gradients[0] @ self.weights[0]

    def tangents(self, first: Tensor) -> list[Tensor]:
        """Return t_0, ..., t_{L-1} from t_0, where t_l = m_l ∘ (W_l t_{l-1})."""
        found = [first]
        for weight, layer in zip(self.weights[:-1], self.layers[1:-1], strict=True):
            found.append(_times_slopes(found[-1] @ weight.t(), layer))
        return found

    def add_products(self, gradients: list[Tensor], values: list[Tensor], factors: Tensor):
        """Add Σ g_l a_{l-1}ᵀ to the gradients of W_l, and Σ g_l c to those of b_l, where the sums are over rows.

        `gradients` are the g_l and `values` the a_l. `factors`, of shape (batch_size,), are the c.
        """
        for (weight, bias), gradient, value in zip(self.parameters, gradients, values, strict=True):
            transposed = gradient.t()
            _gradient_of(weight).addmm_(transposed, value)
            _gradient_of(bias).addmv_(transposed, factors)

    def backward(self, gradients: Tensor) -> list[Tensor]:
        """Add to the gradients of the parameters, and return g_1, ..., g_L, all from g_L."""
        found = self.layer_gradients(gradients)
        self.add_products(found, self.layers[:-1], gradients.new_ones(len(gradients)))
        return found


def _times_slopes(values, outputs):
    """Multiply `values` by the derivatives of leaky ReLUs, whose `outputs` have the signs of their inputs."""
    return LEAKY_RELU_BACKWARD(values, outputs, NEGATIVE_SLOPE, True, grad_input=values)


def _gradient_of(parameter):
    if parameter.grad is None:
        parameter.grad = torch.zeros_like(parameter)
    return parameter.grad


def _linear(n_in, n_out, rng):
    """Return a linear layer initialised as in torch, but from `rng`; if `rng` is None, without weights."""
    if rng is None:
        return nn.Linear(n_in, n_out, dtype=torch.float32, device="meta")  # shapes only
    layer = nn.utils.skip_init(nn.Linear, n_in, n_out, dtype=torch.float32)
    bound = 1 / sqrt(n_in)
    for parameter in layer.parameters():
        nn.init.uniform_(parameter, -bound, bound, generator=rng)
    return layer
