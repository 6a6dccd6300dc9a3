"""The discriminator, and the hidden features of any discriminator, for feature matching.

Weights are initialised from the caller's random number generator, as those of generators.
"""

from functools import partial

import torch
from torch import Tensor, nn

from sklearn_gan._networks.autograd import as_leaf, input_gradients
from sklearn_gan._networks.mlp import MLP, Pass

ACTIVATIONS = "torch.nn.modules.activation"  # the module where torch defines its activation functions


class Discriminator(nn.Module):
    """Score how realistic rows are for their labels.

    Shape
    -----
    rows (batch_size, n_features), labels (batch_size, n_classes); output (batch_size,), logits.
    """

    def __init__(self, layout, n_classes, hidden_layer_sizes, rng):
        super().__init__()
        self.body = MLP(layout.n_features + n_classes, hidden_layer_sizes, 1, rng)

    def forward(self, rows: Tensor, labels: Tensor) -> Tensor:
        return self.body(torch.cat((rows, labels), dim=1))[:, 0]

    def logits(self, rows: Tensor, labels: Tensor) -> Pass:
        """Return the logits; `backward(gradients)` returns the gradients with respect to the rows."""
        body = self.body.run(torch.cat((rows, labels), dim=1))

        def backward(gradients):
            of_layers = body.layer_gradients(gradients[:, None])
            return body.input_gradients(of_layers)[:, : rows.shape[1]]

        return Pass(body.output[:, 0], backward)

    def judge(self, rows: Tensor, labels: Tensor) -> Pass:
        """Return the logits; `backward(gradients)` adds to the gradients of the parameters."""
        body = self.body.run(torch.cat((rows, labels), dim=1))
        return Pass(body.output[:, 0], lambda gradients: body.backward(gradients[:, None]))

    def judge_with_norms(self, rows: Tensor, labels: Tensor) -> Pass:
        """Return the logits D(x) and the squared gradient norms ‖∇_x D(x)‖².

        `backward(d, e)` adds to the gradients of the parameters, from the gradients d and e of a loss with respect to
        logits and squared norms. Around each row x, the MLP is linear, and the slopes m_l of its leaky ReLUs are
        constant except at single points. Let g_l be the gradients of the logits as in :class:`ForwardPass`, with
        g_L = 1. Then ∇_x D(x) = W_1ᵀ g_1, and the gradients of the loss are the sums over rows of

            g_l (d h_{l-1} + t_{l-1})ᵀ for W_l,    d g_l for b_l,
            with t_0 = 2 e ∇_x D(x),    t_l = m_l ∘ (W_l t_{l-1}).

        They equal those of a second backward pass, with two thirds of the matrix products.
        """
        body = self.body.run(torch.cat((rows, labels), dim=1))
        gradients = body.layer_gradients(torch.ones_like(body.output))
        of_inputs = body.input_gradients(gradients)
        of_inputs[:, rows.shape[1] :] = 0  # labels are constants

        def backward(d, e):
            tangents = body.tangents(2 * e[:, None] * of_inputs)
            for tangent, layer in zip(tangents, body.layers, strict=False):
                tangent.addcmul_(layer, d[:, None])
            body.add_products(gradients, tangents, d)

        return Pass((body.output[:, 0], of_inputs.square().sum(dim=1)), backward)


def hidden_features(discriminator: nn.Module, rows: Tensor, labels: Tensor) -> Pass:
    """Return the logits and the flattened output of each activation function of a discriminator, in a list.

    `backward(*gradients)` returns the gradients with respect to the rows.
    """
    rows = as_leaf(rows)
    features = []
    activations = [module for module in discriminator.modules() if _is_activation(module)]
    if not activations:
        raise ValueError(
            "`feature_matching` compares outputs of the discriminator's activation functions; expected modules of "
            "torch.nn such as LeakyReLU among its submodules, found none. Register them as submodules, or set "
            "`feature_matching` to 0."
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
    outputs = [logits, *features]
    return Pass(outputs, partial(input_gradients, rows, outputs))


def _is_activation(module):
    is_attention = isinstance(module, nn.MultiheadAttention)  # defined in the same place
    return not is_attention and any(parent.__module__ == ACTIVATIONS for parent in type(module).__mro__)
