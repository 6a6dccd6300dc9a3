"""Generative adversarial imputation: the generator that fills missing values, and its skorch net."""

import torch
from torch import Tensor, nn

from sklearn_gan._networks.autograd import as_leaf
from sklearn_gan._networks.heads import RowHead
from sklearn_gan._networks.losses import cell_discriminator_loss, cell_generator_loss, number_errors
from sklearn_gan._networks.mlp import MLP, Pass
from sklearn_gan._networks.trainer import ADVERSARIAL_NETWORKS, TableNet, descend

BETAS = (0.9, 0.99)
WEIGHT_DECAY = 0.3
HIDDEN_SHARES = (0.1, 0.5)


class ImputationGenerator(nn.Module):
    """Generate a value for each column, from noise and a row with missing values.

    The output holds numeric values and, for categorical columns, logits.

    Shape
    -----
    masked (batch_size, n_features), latent (batch_size, latent_dim); output (batch_size, n_values).
    """

    def __init__(self, layout, latent_dim, hidden_layer_sizes, rng):
        super().__init__()
        self.body = MLP(layout.n_features + latent_dim, hidden_layer_sizes, layout.n_values, rng)

    def forward(self, masked: Tensor, latent: Tensor) -> Tensor:
        return self.run(masked, latent).output

    def run(self, masked: Tensor, latent: Tensor) -> Pass:
        """Return the values, with their backward pass to the parameters."""
        body = self.body.run(torch.cat((masked, latent), dim=1))
        return Pass(body.output, body.backward)


class ImputationGAN(TableNet):
    """A generator that imputes missing values, and a discriminator that detects imputed values.

    In each batch, a random share of the observed values of each row is hidden. The generator minimises the sum
    of its reconstruction error on the hidden values and an adversarial loss. The adversarial loss is small if the
    discriminator classifies imputed values as observed.

    Parameters
    ----------
    module : type
        The class of the generator.
    adversarial : float
        Weight of the adversarial loss.
    **kwargs
        Parameters of :class:`TableNet`; the layout has a flag for each column.

    Attributes
    ----------
    module_, discriminator_ : torch.nn.Module
        The generator and the discriminator.
    head_ : RowHead
        Converts logits to categories.
    optimizer_, discriminator_optimizer_ : torch.optim.AdamW
        The optimizers of the generator and of the discriminator.
    """

    loss_names = ("reconstruction_loss", "generator_loss", "discriminator_loss")
    optimized = ADVERSARIAL_NETWORKS

    def __init__(self, module=ImputationGenerator, *, adversarial, **kwargs):
        self.adversarial = adversarial
        settings = {"optimizer": torch.optim.AdamW, "optimizer__betas": BETAS, "optimizer__weight_decay": WEIGHT_DECAY}
        super().__init__(module, criterion=None, **settings, **kwargs)

    def initialize_module(self):
        """Create the generator, the discriminator and the moving average of the generator."""
        layout, sizes = self.layout, self.hidden_layer_sizes
        cpu_rng = self._make_cpu_rng()
        self.module_ = self.module(layout, self.latent_dim, sizes, cpu_rng)
        self.discriminator_ = MLP(layout.n_values, sizes, len(layout.flagged), cpu_rng)
        self.head_ = RowHead(layout)
        self.averaged_ = self._average()
        return self

    def train_step(self, batches, **fit_params):
        """Hide values, then update the discriminator and the generator once each."""
        ((rows, _),) = batches
        masked = self._hide(rows)
        output, backward = self._draw_values(masked.repeat(2, 1))  # `number_errors` compares two draws
        values = as_leaf(output)
        drawn = values.chunk(2)
        filled = self._fill(masked, drawn[0])
        discriminator_loss = self._step_discriminator(masked, filled.detach())
        losses = self._step_generator(masked, filled, drawn, rows, lambda: backward(values.grad))
        self.averaged_.update_parameters()
        for name, loss in zip(self.loss_names, (*losses, discriminator_loss), strict=True):
            self.history.record_batch(name, loss.item())
        return {"loss": losses[0]}

    def _hide(self, rows):
        """Return the rows with some of their observed values hidden, a random share that is drawn for each row."""
        missing = rows[:, self.layout.n_values :]
        low, high = HIDDEN_SHARES
        shares = low + (high - low) * self._draw_uniform(len(rows), 1)
        hidden = (self._draw_uniform(*missing.shape) < shares).float()
        flags = torch.maximum(missing, hidden)
        return torch.cat((rows[:, : self.layout.n_values] * (1 - flags @ self.head_.flag_masks), flags), dim=1)

    def _step_discriminator(self, masked, filled):
        body = self.discriminator_.run(filled)
        logits = as_leaf(body.output)
        loss = cell_discriminator_loss(logits, masked[:, self.layout.n_values :])
        descend(self.discriminator_optimizer_, loss, [lambda: body.backward(logits.grad)])
        return loss.detach()

    def _step_generator(self, masked, filled, drawn, rows, backward):
        body = self.discriminator_.run(filled.detach())
        logits = as_leaf(body.output)
        generator_loss = cell_generator_loss(logits, masked[:, self.layout.n_values :])
        reconstruction_loss = self._reconstruction_loss(*drawn, rows, masked)

        def backward_of_filled():
            filled.backward(body.input_gradients(body.layer_gradients(logits.grad)))

        loss = reconstruction_loss + self.adversarial * generator_loss
        descend(self.optimizer_, loss, [backward_of_filled, backward])
        return reconstruction_loss.detach(), generator_loss.detach()

    def _reconstruction_loss(self, first, second, rows, masked):
        """Return the mean error of hidden values; values missing in `rows` have no weight."""
        n_numbers, n_values = self.layout.n_numbers, self.layout.n_values
        hidden = (masked - rows)[:, n_values:]  # (batch_size, n_columns)
        true = rows[:, :n_values]
        is_hidden = self.head_.gates.mask(rows) * (hidden @ self.head_.flag_masks)  # (batch_size, n_values)
        first, second = self.head_.scores(first), self.head_.scores(second)
        numbers, categories = slice(0, n_numbers), slice(n_numbers, n_values)
        errors = number_errors(first[:, numbers], second[:, numbers], true[:, numbers]) * is_hidden[:, numbers]
        cross_entropies = -(true * is_hidden * (first + second) / 2)[:, categories]
        return (errors.sum() + cross_entropies.sum()) / hidden.sum().clamp_min(1)

    def _draw_values(self, masked):
        latent = torch.empty((len(masked), self.latent_dim), dtype=torch.float32, device=masked.device)
        return self.module_.run(masked, latent.normal_(generator=self.rng))

    def _draw_uniform(self, *shape):
        return torch.rand(shape, generator=self.rng, dtype=torch.float32, device=self.rng.device)

    def _fill(self, masked, values):
        """Return the masked rows without flags, with missing values replaced by generated ones."""
        n_values = self.layout.n_values
        exponential = torch.empty_like(values[:, self.layout.n_numbers :]).exponential_(generator=self.rng)
        drawn = self.head_(values, -torch.log(exponential), masked[:, :0])  # standard Gumbel noise, no flags
        return masked[:, :n_values] + drawn * (masked[:, n_values:] @ self.head_.flag_masks)

    def draw(self, masked: Tensor, latent: Tensor) -> Tensor:
        """Return a value for each column of masked rows: numeric values, and logits of categories."""
        with torch.no_grad():
            return self.averaged_.module.eval()(masked, latent)
