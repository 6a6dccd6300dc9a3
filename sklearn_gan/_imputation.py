"""The game of filling cells: its networks, its losses and its skorch net."""

import torch
from skorch import NeuralNet
from skorch.callbacks import EpochTimer, PassthroughScoring
from torch import Tensor, nn
from torch.nn.functional import softplus
from torch.optim.swa_utils import AveragedModel

from sklearn_gan._networks import MLP, RowHead
from sklearn_gan._training import (
    STEPS_PER_RECORD,
    ConditionalGAN,
    LearningRateDecay,
    StepCounter,
    _average,
    _descend,
)

BETAS = (0.9, 0.99)
WEIGHT_DECAY = 0.3
HIDDEN_SHARES = (0.1, 0.5)


def told_apart_loss(logits: Tensor, filled: Tensor) -> Tensor:
    """Return the discriminator's loss in telling filled cells from observed ones, log 2 at logits 0.

    It is the mean over cells of -[m log D + (1 - m) log(1 - D)], m being 1 where a cell was filled and D the
    probability that the discriminator gives to this (Yoon et al., "GAIN: missing data imputation using generative
    adversarial nets", ICML 2018, equation 10). Both arguments have shape (batch_size, n_columns).
    """
    return softplus(torch.where(filled > 0, -logits, logits)).mean()


def passed_off_loss(logits: Tensor, filled: Tensor) -> Tensor:
    """Return the adversarial loss of the generator: the mean over filled cells of -log(1 - D).

    A cell passes for an observed one where D is small (Yoon et al. 2018, equation 12).
    """
    return (filled * softplus(logits)).sum() / filled.sum().clamp_min(1)


def energy_scores(first: Tensor, second: Tensor, true: Tensor) -> Tensor:
    """Return (|x1 - x| + |x2 - x| - |x1 - x2|) / 2 for two draws x1, x2 of each number x.

    Its expectation is least if the draws are distributed as x is, given what they were drawn from (Gneiting and
    Raftery, "Strictly proper scoring rules, prediction, and estimation", JASA 2007, equation 21). All three have
    shape (batch_size, n_numbers).
    """
    return ((first - true).abs() + (second - true).abs() - (first - second).abs()) / 2


def squared_errors_of_means(first: Tensor, second: Tensor, true: Tensor) -> Tensor:
    """Return (x1 - x) (x2 - x) for two draws x1, x2 of each number x.

    The draws being independent, its expectation is (E[x1] - x)²: unlike in the mean of their squared errors their
    spread costs nothing. All three have shape (batch_size, n_numbers).
    """
    return (first - true) * (second - true)


def number_errors(first: Tensor, second: Tensor, true: Tensor) -> Tensor:
    """Return the mean of both scores, 0 where both draws are right: the first for the spread, the second for the mean.

    Either is least in expectation for draws from the distribution of x.
    """
    return (energy_scores(first, second, true) + squared_errors_of_means(first, second, true)) / 2


def category_errors(logits: Tensor, true: Tensor, block_of_feature: Tensor, n_blocks: int) -> Tensor:
    """Return the cross-entropy of each block, of shape (batch_size, n_blocks).

    `logits` and the one-hot `true` have shape (batch_size, n_features), and `block_of_feature` says which block a
    feature is of. A block of zeros, a missing cell, has an error of 0.
    """
    n_rows = len(logits)
    blocks = block_of_feature.expand(n_rows, -1)
    # Less the largest logit of its block, none overflows the exponential.
    largest = logits.new_full((n_rows, n_blocks), -torch.inf).scatter_reduce(1, blocks, logits.detach(), "amax")
    shifted = logits - largest.gather(1, blocks)
    sums = logits.new_zeros((n_rows, n_blocks)).scatter_add(1, blocks, shifted.exp())
    errors = true * (sums.log().gather(1, blocks) - shifted)
    return logits.new_zeros((n_rows, n_blocks)).scatter_add(1, blocks, errors)


class Filler(nn.Module):
    """The generator: a row with missing cells, and noise, become a value for each cell.

    Numbers come as they are, categories as logits.

    Shape
    -----
    damaged (batch_size, n_features), latent (batch_size, latent_dim); output (batch_size, n_values).
    """

    def __init__(self, layout, latent_dim, hidden_layer_sizes, rng):
        super().__init__()
        self.body = MLP(layout.n_features + latent_dim, hidden_layer_sizes, layout.n_values, rng)

    def forward(self, damaged: Tensor, latent: Tensor) -> Tensor:
        return self.body(torch.cat((damaged, latent), dim=1))


class ImputationGAN(ConditionalGAN):
    """A generator that fills missing cells, and a discriminator that tells which cells were filled.

    In each row of a batch a random share of the observed cells is hidden. The generator is judged by the distance of
    what it puts there from what stood there, and by whether the discriminator takes it for observed.

    Parameters
    ----------
    module : type
        The generator's class.
    layout : Layout
        What the features of the matrix are; each column has a flag.
    adversarial : float
        Weight of the discriminator's verdict.
    latent_dim : int
        Size of the noise.
    hidden_layer_sizes : tuple of int
        Widths of the hidden layers, the same for both players.
    max_steps : int
        How many steps each player makes.
    rng : torch.Generator
        Everything random in training comes from it; it lives on the net's device.
    **kwargs
        Parameters of :class:`skorch.NeuralNet`.
    """

    loss_names = ("reconstruction_loss", "generator_loss", "discriminator_loss")

    def __init__(self, module, *, layout, adversarial, latent_dim, hidden_layer_sizes, max_steps, rng, **kwargs):
        self.layout = layout
        self.adversarial = adversarial
        self.latent_dim = latent_dim
        self.hidden_layer_sizes = hidden_layer_sizes
        self.max_steps = max_steps
        self.rng = rng
        NeuralNet.__init__(
            self,
            module,
            criterion=None,
            max_epochs=-(-max_steps // STEPS_PER_RECORD),
            optimizer=torch.optim.AdamW,
            optimizer__betas=BETAS,
            optimizer__fused=True,
            optimizer__weight_decay=WEIGHT_DECAY,
            train_split=None,
            **kwargs,
        )

    @property
    def _default_callbacks(self):
        return [
            ("epoch_timer", EpochTimer()),
            ("step", StepCounter()),
            ("learning_rate", LearningRateDecay()),
            *((name, PassthroughScoring(name, on_train=True)) for name in self.loss_names),
        ]

    def initialize_module(self):
        """Make the players, and the average of the generator."""
        layout, sizes = self.layout, self.hidden_layer_sizes
        on_cpu = torch.Generator().manual_seed(self._draw_seed())
        self.module_ = self.module(layout, self.latent_dim, sizes, on_cpu)
        self.discriminator_ = MLP(layout.n_values, sizes, len(layout.flagged), on_cpu)
        self.head_ = RowHead(layout)
        self.averaged_ = AveragedModel(self.module_, multi_avg_fn=_average)
        widths = torch.tensor(layout.block_widths, dtype=torch.long)
        self._block_of_feature = torch.arange(len(widths)).repeat_interleave(widths).to(self.device)
        return self

    def initialize_criterion(self):
        """Have none: the losses are functions of this module."""
        self.criterion_ = nn.Identity()
        return self

    def optimizers(self):
        """Return the optimizers of both players."""
        return [self.optimizer_, self.discriminator_optimizer_]

    def train_step(self, batch, **fit_params):
        """Hide cells, then make one step of the discriminator and one of the generator."""
        rows, _ = batch
        damaged = self._hide(rows)
        drawn = self._draw_values(damaged.repeat(2, 1)).chunk(2)
        filled = self._fill(damaged, drawn[0])
        discriminator_loss = self._step_discriminator(damaged, filled.detach())
        reconstruction_loss, generator_loss = self._step_generator(damaged, filled, drawn, rows)
        self.averaged_.update_parameters(self.module_)
        losses = (reconstruction_loss, generator_loss, discriminator_loss)
        for name, loss in zip(self.loss_names, losses, strict=True):
            self.history.record_batch(name, loss.item())
        return {"loss": reconstruction_loss}

    def _hide(self, rows):
        """Return the rows without a share of their observed cells, which is drawn anew for each row."""
        missing = rows[:, self.layout.n_values :]
        low, high = HIDDEN_SHARES
        shares = low + (high - low) * self._draw_uniform(len(rows), 1)
        hidden = (self._draw_uniform(*missing.shape) < shares).float()
        flags = torch.maximum(missing, hidden)
        return torch.cat((rows[:, : self.layout.n_values] * (1 - flags @ self.head_.ruled), flags), dim=1)

    def _step_discriminator(self, damaged, filled):
        loss = told_apart_loss(self.discriminator_(filled), damaged[:, self.layout.n_values :])
        _descend(self.discriminator_optimizer_, loss)
        return loss.detach()

    def _step_generator(self, damaged, filled, drawn, rows):
        generator_loss = passed_off_loss(self.discriminator_(filled), damaged[:, self.layout.n_values :])
        reconstruction_loss = self._reconstruction_loss(*drawn, rows, damaged)
        _descend(self.optimizer_, reconstruction_loss + self.adversarial * generator_loss)
        return reconstruction_loss.detach(), generator_loss.detach()

    def _reconstruction_loss(self, first, second, rows, damaged):
        """Return the mean error of hidden cells; cells that are missing in `rows` weigh nothing."""
        n_numbers, n_values = self.layout.n_numbers, self.layout.n_values
        n_blocks = len(self.layout.block_widths)
        judged = (damaged - rows)[:, n_values:] @ self.head_.ruled
        numbers = slice(0, n_numbers)
        errors = (judged[:, numbers] * number_errors(first[:, numbers], second[:, numbers], rows[:, numbers])).sum()
        if n_blocks:
            blocks = slice(n_numbers, n_values)
            true = judged[:, blocks] * rows[:, blocks]
            for drawn in (first, second):
                errors = errors + category_errors(drawn[:, blocks], true, self._block_of_feature, n_blocks).sum() / 2
        return errors / (damaged - rows)[:, n_values:].sum().clamp_min(1)

    def _draw_values(self, damaged):
        latent = torch.empty((len(damaged), self.latent_dim), dtype=torch.float32, device=damaged.device)
        return self.module_(damaged, latent.normal_(generator=self.rng))

    def _draw_uniform(self, *shape):
        return torch.rand(shape, generator=self.rng, dtype=torch.float32, device=self.rng.device)

    def _fill(self, damaged, values):
        """Return the damaged rows, without flags, the drawn values in place of the missing ones."""
        n_values = self.layout.n_values
        exponential = torch.empty_like(values[:, self.layout.n_numbers :]).exponential_(generator=self.rng)
        drawn = self.head_(values, -torch.log(exponential), damaged[:, :0])
        return damaged[:, :n_values] + drawn * (damaged[:, n_values:] @ self.head_.ruled)

    def draw(self, damaged: Tensor, latent: Tensor) -> Tensor:
        """Return a value for each cell of damaged rows: numbers, and logits of categories."""
        with torch.no_grad():
            return self.averaged_.module.eval()(damaged, latent)
