"""Generators, discriminators, the autoencoder, and the head that converts logits to rows.

Every module is deterministic: callers draw all noise and pass it in. Weights are initialised from a random number
generator of the caller, so torch's global generator is neither read nor advanced. Only the user's own modules
initialise their weights from the global generator.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from sklearn_gan._networks.losses import reconstruction_error
from sklearn_gan._networks.mixtures import RowsWithParents
from sklearn_gan._networks.mlp import MLP, Pass

GUMBEL_TEMPERATURE = 0.5
EMPTY_WEIGHT = 1e-2  # keeps the logarithm of absent categories finite
ACTIVATIONS = "torch.nn.modules.activation"  # the module where torch defines its activation functions


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


class Gates(nn.Module):
    """Set numbers to 0 where their gate, a feature of a one-hot block, is 0.

    Shape
    -----
    Input (..., n_values) or (..., n_features), output of the same shape.
    """

    def __init__(self, layout):
        super().__init__()
        numbers, gates = map(torch.from_numpy, layout.gated)
        self.n_values = layout.n_values
        self.register_buffer("numbers", numbers.clone(), persistent=False)
        self.register_buffer("gates", gates.clone(), persistent=False)

    def forward(self, rows: Tensor) -> Tensor:
        if not len(self.numbers):
            return rows
        return rows.index_copy(-1, self.numbers, rows[..., self.numbers] * rows[..., self.gates])

    def mask(self, rows: Tensor) -> Tensor:
        """Return 0 at closed gates and 1 at all other values of real rows, of shape (..., n_values)."""
        mask = torch.ones_like(rows[..., : self.n_values])
        return mask.index_copy(-1, self.numbers, rows[..., self.gates]) if len(self.numbers) else mask


class RowHead(nn.Module):
    """Convert numeric values and logits to rows, with one-hot categories and 0 for missing values.

    In each block of logits l, a category is drawn with the Gumbel-max trick, argmax(l + g). The gradient is that of
    softmax((l + g) / τ), the straight-through estimator (Jang et al., "Categorical reparameterization with
    Gumbel-softmax", ICLR 2017, equation 2 and section 2.2).

    :meth:`invert` draws categories by inversion of their distribution function instead. This has no gradient, but
    takes a third of the time.

    Shape
    -----
    values (batch_size, n_values), gumbel (batch_size, n_values - n_numbers), uniform (batch_size, n_blocks),
    flags (batch_size, n_flags); output (batch_size, n_features).
    """

    def __init__(self, layout):
        super().__init__()
        self.n_numbers = layout.n_numbers
        widths = layout.block_widths
        widest = max(widths, default=0)
        # Position of each feature in blocks padded to the largest width, and of each padded value among the features.
        padded = [i * widest + category for i, width in enumerate(widths) for category in range(width)]
        sources = torch.full((len(widths) * widest,), len(padded)).index_copy(
            0, torch.tensor(padded, dtype=torch.long), torch.arange(len(padded))
        )
        self.register_buffer("padded", torch.tensor(padded, dtype=torch.long), persistent=False)
        self.register_buffer("sources", sources, persistent=False)
        self.block_shape, self.is_padded = (len(widths), widest), len(padded) < len(sources)
        self.register_buffer("flag_masks", torch.from_numpy(layout.flag_masks()), persistent=False)
        self.gates = Gates(layout)

    def forward(self, values: Tensor, gumbel: Tensor, flags: Tensor) -> Tensor:
        return self._assemble(values, flags, lambda logits: self._maximize(logits + gumbel))

    def invert(self, values: Tensor, uniform: Tensor, flags: Tensor) -> Tensor:
        """Return rows whose categories are drawn by inversion."""
        return self._assemble(values, flags, lambda logits: self._invert(logits, uniform))

    def _assemble(self, values, flags, draw_categories):
        """Return rows with categories drawn from their logits, and with 0 for missing values."""
        if values.shape[1] > self.n_numbers:
            numbers, logits = values[:, : self.n_numbers], values[:, self.n_numbers :]
            values = self.gates(torch.cat((numbers, draw_categories(logits)), dim=1))
        if flags.shape[1]:
            values = torch.cat((values * (1 - flags @ self.flag_masks), flags), dim=1)
        return values

    def _invert(self, logits, uniform):
        cumulative = torch.softmax(self._blocks(logits), dim=2).cumsum(dim=2)
        # In (0, total], so that a category is found, even if the total is not exactly 1.
        quantiles = (1 - uniform[..., None]) * cumulative[..., -1:]
        categories = torch.searchsorted(cumulative, quantiles)
        return self._features(torch.zeros_like(cumulative).scatter_(2, categories, 1.0))

    def _maximize(self, logits):
        blocks = self._blocks(logits)
        soft = torch.softmax(blocks / GUMBEL_TEMPERATURE, dim=2)
        hard = one_hot(blocks.argmax(dim=2), self.block_shape[1])
        # The value is that of `hard`, the gradient that of `soft`.
        return self._features(hard + soft - soft.detach())

    def _blocks(self, logits):
        """Return the logits of each block, padded by -inf, which has probability 0."""
        if self.is_padded:
            padding = logits.new_full((len(logits), 1), -torch.inf)
            logits = torch.cat((logits, padding), dim=1).index_select(1, self.sources)
        return logits.unflatten(1, self.block_shape)

    def _features(self, blocks):
        """Return blocks without their padding, of shape (batch_size, n_categorical_features)."""
        features = blocks.flatten(1)
        return features.index_select(1, self.padded) if self.is_padded else features

    def scores(self, values: Tensor) -> Tensor:
        """Return numeric values and log-probabilities of categories, with the shape of `values`."""
        numbers, logits = values[:, : self.n_numbers], values[:, self.n_numbers :]
        if not logits.shape[1]:
            return values
        return torch.cat((numbers, self._features(torch.log_softmax(self._blocks(logits), dim=2))), dim=1)

    def reconstruction_error(self, values: Tensor, rows: Tensor) -> Tensor:
        """Return the error of `values`, of shape (batch_size, n_values), on the observed values of real rows."""
        n_values = values.shape[1]
        present = self.gates.mask(rows) * (1 - rows[:, n_values:] @ self.flag_masks)
        n_columns = self.n_numbers + self.block_shape[0]
        return reconstruction_error(self.scores(values), rows[:, :n_values], present, self.n_numbers, n_columns)


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


class Autoencoder(nn.Module):
    """Encode rows and labels as latent codes, and decode latent codes and labels to values.

    The hidden layers of the decoder have the widths of the encoder in reverse order.

    Shape
    -----
    `encode`: rows (batch_size, n_features), labels (batch_size, n_classes); output (batch_size, latent_dim).
    `decode`: latent_codes (batch_size, latent_dim), labels; output numeric values and logits, (batch_size, n_values).
    """

    def __init__(self, layout, n_classes, latent_dim, hidden_layer_sizes, rng):
        super().__init__()
        self.encoder = MLP(layout.n_features + n_classes, hidden_layer_sizes, latent_dim, rng)
        self.decoder = MLP(latent_dim + n_classes, hidden_layer_sizes[::-1], layout.n_values, rng)

    def encode(self, rows: Tensor, labels: Tensor) -> Tensor:
        return self.encoder(torch.cat((rows, labels), dim=1))

    def decode(self, latent_codes: Tensor, labels: Tensor) -> Tensor:
        return self.decoder(torch.cat((latent_codes, labels), dim=1))

    def reconstruct(self, rows: Tensor, labels: Tensor, noise: Tensor | float = 0.0) -> Pass:
        """Return the values decoded from the latent codes of `rows` plus `noise`, with their backward pass."""
        encoder = self.encoder.run(torch.cat((rows, labels), dim=1))
        decoder = self.decoder.run(torch.cat((encoder.output + noise, labels), dim=1))

        def backward(gradients):
            of_inputs = decoder.input_gradients(decoder.backward(gradients))
            encoder.backward(of_inputs[:, : encoder.output.shape[1]])

        return Pass(decoder.output, backward)


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
        return Pass(values, partial(_backpropagate, self, [values]))


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
        return Pass(logits, partial(_input_gradients, rows, [logits]))

    def judge(self, rows: Tensor, labels: Tensor) -> Pass:
        """Return the logits; `backward(gradients)` adds to the gradients of the parameters."""
        logits = self(rows, labels)
        return Pass(logits, partial(_backpropagate, self, [logits]))

    def judge_with_norms(self, rows: Tensor, labels: Tensor) -> Pass:
        """Return the logits D(x) and the squared gradient norms ‖∇_x D(x)‖²; see :class:`Discriminator`."""
        rows = as_leaf(rows)
        logits = self(rows, labels)
        # Each logit depends on its own row only, so the gradient of the sum holds the gradients of all logits.
        (gradients,) = torch.autograd.grad(logits.sum(), rows, create_graph=True)
        norms = gradients.square().sum(dim=1)
        return Pass((logits, norms), partial(_backpropagate, self, [logits, norms]))


def has_user_module(network: nn.Module) -> bool:
    """Return whether the network contains a module of the user."""
    return any(isinstance(module, (UserGenerator, UserDiscriminator)) for module in network.modules())


def as_leaf(values: Tensor) -> Tensor:
    """Return the values as a leaf of automatic differentiation."""
    return values.detach().requires_grad_()


def _backpropagate(module, outputs, *gradients):
    """Add to the gradients of the module's parameters from those with respect to `outputs`."""
    parameters = [parameter for parameter in module.parameters() if parameter.requires_grad]
    torch.autograd.backward(*_differentiable(outputs, gradients), inputs=parameters)


def _input_gradients(inputs, outputs, *gradients):
    """Return the gradients with respect to `inputs` from those with respect to `outputs`."""
    outputs, gradients = _differentiable(outputs, gradients)
    return torch.autograd.grad(outputs, inputs, gradients)[0]


def _differentiable(outputs, gradients):
    """Return the outputs that depend on leaves of automatic differentiation, and their gradients."""
    pairs = zip(outputs, gradients, strict=True)
    return list(zip(*((output, gradient) for output, gradient in pairs if output.requires_grad), strict=True))


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
    return Pass(outputs, partial(_input_gradients, rows, outputs))


def _is_activation(module):
    is_attention = isinstance(module, nn.MultiheadAttention)  # defined in the same place
    return not is_attention and any(parent.__module__ == ACTIVATIONS for parent in type(module).__mro__)


def load_weights(module, fields):
    """Load the weights of a document into a module made without weights; refuse other names or shapes."""
    shapes = {name: tuple(weights.shape) for name, weights in module.state_dict().items()}
    if set(shapes) != set(fields.names()):
        fields.refuse("", f"the weights {list(shapes)}", fields.names())
    weights = {name: torch.from_numpy(fields.finite(name, np.float32, shape)) for name, shape in shapes.items()}
    module.load_state_dict(weights, assign=True)


def make_generators(generator):
    """Return the makers of the generators for a name in `GENERATORS` or the user's class."""
    return GENERATORS[generator] if isinstance(generator, str) else (partial(UserGenerator, module=generator),)


def make_discriminator(discriminator):
    """Return the maker of the discriminators for a name in `DISCRIMINATORS` or the user's class."""
    if isinstance(discriminator, str):
        return DISCRIMINATORS[discriminator]
    return partial(UserDiscriminator, module=discriminator)


def _check_shape(output, expected, role, module):
    found = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
    if found not in expected:
        raise ValueError(
            f"Expected the {role} {type(module).__name__} to return a Tensor of shape "
            f"{' or '.join(map(str, expected))}, got {found}. Rows are flat vectors; reshape them inside the module."
        )
    return output


GENERATORS = {
    "both": (NoiseGenerator, ResidualGenerator),
    "residual": (ResidualGenerator,),
    "noise": (NoiseGenerator,),
    "autoencoder": (AutoencoderGenerator,),
}
DISCRIMINATORS = {"mlp": Discriminator}
