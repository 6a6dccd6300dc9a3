"""The game of filling cells: its generator, and its skorch net."""

import torch
from torch import Tensor, nn

from sklearn_gan._networks.losses import cell_discriminator_loss, cell_generator_loss, number_errors
from sklearn_gan._networks.modules import MLP, RowHead
from sklearn_gan._networks.trainer import ADVERSARIAL_NETWORKS, TableNet, descend

BETAS = (0.9, 0.99)
WEIGHT_DECAY = 0.3
HIDDEN_SHARES = (0.1, 0.5)


class ImputationGenerator(nn.Module):
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


class ImputationGAN(TableNet):
    """A generator that fills missing cells, and a discriminator that tells which cells were filled.

    In each row of a batch a random share of the observed cells is hidden. The generator is judged by the distance of
    what it puts there from what stood there, and by whether the discriminator takes it for observed.

    Parameters
    ----------
    module : type
        The generator's class.
    adversarial : float
        Weight of the discriminator's verdict.
    **kwargs
        Parameters of :class:`TableNet`; each column of the layout has a flag.

    Attributes
    ----------
    module_, discriminator_ : torch.nn.Module
        The generator and the discriminator.
    head_ : RowHead
        Makes categories of logits.
    optimizer_, discriminator_optimizer_ : torch.optim.AdamW
        Their optimizers.
    """

    loss_names = ("reconstruction_loss", "generator_loss", "discriminator_loss")
    optimized = ADVERSARIAL_NETWORKS

    def __init__(self, module=ImputationGenerator, *, adversarial, **kwargs):
        self.adversarial = adversarial
        settings = {"optimizer": torch.optim.AdamW, "optimizer__betas": BETAS, "optimizer__weight_decay": WEIGHT_DECAY}
        super().__init__(module, criterion=None, **settings, **kwargs)

    def initialize_module(self):
        """Make the players, and the average of the generator."""
        layout, sizes = self.layout, self.hidden_layer_sizes
        on_cpu = self._own_rng()
        self.module_ = self.module(layout, self.latent_dim, sizes, on_cpu)
        self.discriminator_ = MLP(layout.n_values, sizes, len(layout.flagged), on_cpu)
        self.head_ = RowHead(layout)
        self.averaged_ = self._average()
        return self

    def train_step(self, batches, **fit_params):
        """Hide cells, then make one step of the discriminator and one of the generator."""
        ((rows, _),) = batches
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
        return torch.cat((rows[:, : self.layout.n_values] * (1 - flags @ self.head_.flag_masks), flags), dim=1)

    def _step_discriminator(self, damaged, filled):
        loss = cell_discriminator_loss(self.discriminator_(filled), damaged[:, self.layout.n_values :])
        descend(self.discriminator_optimizer_, loss)
        return loss.detach()

    def _step_generator(self, damaged, filled, drawn, rows):
        generator_loss = cell_generator_loss(self.discriminator_(filled), damaged[:, self.layout.n_values :])
        reconstruction_loss = self._reconstruction_loss(*drawn, rows, damaged)
        descend(self.optimizer_, reconstruction_loss + self.adversarial * generator_loss)
        return reconstruction_loss.detach(), generator_loss.detach()

    def _reconstruction_loss(self, first, second, rows, damaged):
        """Return the mean error of hidden cells; cells that are missing in `rows` weigh nothing."""
        n_numbers, n_values = self.layout.n_numbers, self.layout.n_values
        hidden = (damaged - rows)[:, n_values:]
        judged, true = hidden @ self.head_.flag_masks, rows[:, :n_values]
        first, second = self.head_.scores(first), self.head_.scores(second)
        numbers, levels = slice(0, n_numbers), slice(n_numbers, n_values)
        errors = number_errors(first[:, numbers], second[:, numbers], true[:, numbers]) * judged[:, numbers]
        surprises = -(true * judged * (first + second) / 2)[:, levels]
        return (errors.sum() + surprises.sum()) / hidden.sum().clamp_min(1)

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
        return damaged[:, :n_values] + drawn * (damaged[:, n_values:] @ self.head_.flag_masks)

    def draw(self, damaged: Tensor, latent: Tensor) -> Tensor:
        """Return a value for each cell of damaged rows: numbers, and logits of categories."""
        with torch.no_grad():
            return self.averaged_.module.eval()(damaged, latent)
