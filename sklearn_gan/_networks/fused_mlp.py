"""Multilayer perceptrons with leaky ReLUs as single steps of automatic differentiation.

For small networks on the CPU, the overhead of one step for each layer takes as long as the matrix products.
"""

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn.functional import leaky_relu_


class FusedMLP(torch.autograd.Function):
    """Compute the output of an MLP from its inputs, the slope of its leaky ReLUs, and its weights and biases.

    Shape
    -----
    inputs (n_rows, n_inputs), output (n_rows, n_outputs).
    """

    @staticmethod
    def forward(ctx, inputs: Tensor, slope: float, *parameters: Tensor) -> Tensor:
        weights, biases = parameters[::2], parameters[1::2]
        *outputs, last = _outputs(inputs, slope, weights, biases)
        ctx.slope = slope
        ctx.save_for_backward(*weights, *outputs)
        return last

    @staticmethod
    @once_differentiable
    def backward(ctx, gradient):
        n_layers = len(ctx.saved_tensors) // 2
        weights, outputs = ctx.saved_tensors[:n_layers], ctx.saved_tensors[n_layers:]
        of_inputs, _, *of_parameters = ctx.needs_input_grad
        found = []
        for i in reversed(range(n_layers)):
            if of_parameters[2 * i]:
                found[:0] = [gradient.t() @ outputs[i], gradient.sum(dim=0)]
            if i:
                gradient = _times_slopes(gradient @ weights[i], outputs[i], ctx.slope)
        return gradient @ weights[0] if of_inputs else None, None, *(found or len(of_parameters) * [None])


class LogitsAndNorms(torch.autograd.Function):
    """Compute D(x) and ‖∇_x D(x)‖² of an MLP with one output, both differentiable with respect to its parameters.

    Around each row x, the MLP is linear. Let h_0 = x, let h_l = m_l ∘ (W_l h_{l-1} + b_l) be the outputs of hidden
    layer l, and m_l the slopes of its leaky ReLUs. The logit has the gradients g_l with respect to the values before
    the leaky ReLUs:

        g_L = 1,    g_l = m_l ∘ (W_{l+1}ᵀ g_{l+1}),    ∇_x D(x) = W_1ᵀ g_1.

    The slopes are constant except at single points. Let d and e be the gradients of a loss with respect to D(x) and
    ‖∇_x D(x)‖². Summed over rows, its gradients with respect to the parameters are

        g_l (d h_{l-1} + t_{l-1})ᵀ for W_l,    d g_l for b_l,    with t_0 = 2 e ∇_x D(x),    t_l = m_l ∘ (W_l t_{l-1}).

    They equal those of a second backward pass, with two thirds of the matrix products.

    Shape
    -----
    rows x (n_rows, n_features), labels (n_rows, n_classes), which are an input too; output (n_rows,) and (n_rows,).
    """

    @staticmethod
    def forward(ctx, rows: Tensor, labels: Tensor, slope: float, *parameters: Tensor) -> tuple[Tensor, Tensor]:
        weights, biases = parameters[::2], parameters[1::2]
        *outputs, logits = _outputs(torch.cat((rows, labels), dim=1), slope, weights, biases)
        gradients = [torch.ones_like(logits)]
        for weight, output in zip(weights[:0:-1], outputs[:0:-1], strict=True):
            gradients.insert(0, _times_slopes(gradients[0] @ weight, output, slope))
        of_inputs = gradients[0] @ weights[0]
        of_inputs[:, rows.shape[1] :] = 0  # labels are constants
        ctx.slope, ctx.n_layers = slope, len(weights)
        ctx.save_for_backward(*weights, *outputs, *gradients, of_inputs)
        return logits[:, 0], of_inputs.square().sum(dim=1)

    @staticmethod
    @once_differentiable
    def backward(ctx, d, e):
        *saved, of_inputs = ctx.saved_tensors
        weights, outputs, gradients = (saved[i * ctx.n_layers : (i + 1) * ctx.n_layers] for i in range(3))
        found, d, tangent = [], d[:, None], 2 * e[:, None] * of_inputs
        for i in range(ctx.n_layers):
            if i:
                tangent = _times_slopes(tangent @ weights[i - 1].t(), outputs[i], ctx.slope)
            found += [gradients[i].t() @ torch.addcmul(tangent, outputs[i], d), (d.t() @ gradients[i])[0]]
        return None, None, None, *found


def _outputs(inputs, slope, weights, biases):
    """Return the inputs, the outputs of each hidden layer, and the outputs."""
    outputs = [inputs]
    for weight, bias in zip(weights, biases, strict=True):
        if len(outputs) > 1:
            leaky_relu_(outputs[-1], slope)
        outputs.append(torch.addmm(bias, outputs[-1], weight.t()))
    return outputs


def _times_slopes(values, outputs, slope):
    """Return `values` times the derivatives of leaky ReLUs, whose `outputs` have the signs of their inputs."""
    return torch.ops.aten.leaky_relu_backward(values, outputs, slope, True)
