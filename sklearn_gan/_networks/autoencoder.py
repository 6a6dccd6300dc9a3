"""The autoencoder as a skorch net: rows are encoded, their codes perturbed at random, and decoded."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from sklearn_gan._networks.mixtures import RowsWithParents
from sklearn_gan._networks.modules import Autoencoder, RowHead
from sklearn_gan._networks.trainer import ConditionalNet, descend

ROWS_FOR_SPREAD = 1_000


def interpolated(codes: Tensor, weights: Tensor, noise: Tensor, scale: float) -> Tensor:
    """Return z_0 + s (Σ_k w_k z_k - z_0): at s = 1 a convex mixture of codes, beyond that outside of them.

    (DeVries, Taylor, "Dataset augmentation in feature space", ICLR 2017 workshop, equation 2, with as many
    neighbours as there are.) `codes` z, of shape (batch_size, n_neighbors + 1, latent_dim), are those of a row and
    its neighbours, `weights` w, of shape (batch_size, n_neighbors + 1), sum to 1. `noise` is not used.
    """
    return codes[:, 0] + scale * (torch.einsum("bk,bkl->bl", weights, codes) - codes[:, 0])


def jittered(codes: Tensor, weights: Tensor, noise: Tensor, scale: float) -> Tensor:
    """Return z_0 + s σ_c ε.

    (DeVries, Taylor, "Dataset augmentation in feature space", ICLR 2017 workshop, equation 1.) `noise`, of shape
    (batch_size, latent_dim), is σ_c ε: standard normal, times the deviation of the codes of the row's class.
    `weights` are not used.
    """
    return codes[:, 0] + scale * noise


class Perturbation(NamedTuple):
    """How a code is modified, and how many neighbours of the row are needed for it."""

    perturb: Callable[[Tensor, Tensor, Tensor, float], Tensor]
    n_neighbors: int


PERTURBATIONS = {"interpolate": Perturbation(interpolated, 5), "gaussian": Perturbation(jittered, 0)}


class PerturbedAutoencoder(ConditionalNet):
    """A conditional autoencoder that learns to reconstruct rows, and draws by perturbing codes of real rows.

    Of the levels of a category it draws the most likely one: what is random is the code alone. The missing cells
    are those of the real row.

    Parameters
    ----------
    perturbation : str
        A name in `PERTURBATIONS`.
    perturbation_scale : float
        How much codes are perturbed; with 0 the reconstructions of real rows are drawn.
    **kwargs
        Parameters of :class:`ConditionalNet`.

    Attributes
    ----------
    module_ : Autoencoder
        What is trained.
    head_ : RowHead
        Makes rows of what is decoded.
    optimizer_ : torch.optim.Adam
        Its optimizer.
    spreads_ : Tensor of shape (n_classes, latent_dim)
        The standard deviations of the codes of each class.
    """

    loss_names = ("reconstruction_error",)

    def __init__(self, module=Autoencoder, *, perturbation, perturbation_scale, **kwargs):
        self.perturbation = perturbation
        self.perturbation_scale = perturbation_scale
        super().__init__(module, criterion=None, **kwargs)

    def initialize_module(self):
        """Make the autoencoder, and the average of it."""
        self.module_ = self.make_module(self._own_rng())
        self.head_ = RowHead(self.layout)
        self.averaged_ = self._average()
        return self

    def make_module(self, rng):
        """Return the autoencoder; with None for a random generator, without weights."""
        return self.module(self.layout, self.n_classes, self.latent_dim, self.hidden_layer_sizes, rng)

    def to_document(self):
        """Return what rows are drawn with, and how it was trained, as a document, for a file."""
        return super().to_document() | {
            "perturbation": self.perturbation,
            "perturbation_scale": float(self.perturbation_scale),
            "spreads": self.spreads_.cpu().numpy(),
        }

    def restore(self, fields):
        """Take the weights and the history of a document; there is no optimizer to train on with."""
        super().restore(fields)
        with self._current_init_context("module"):
            self.head_ = RowHead(self.layout).to(self.device)
        spreads = fields.finite("spreads", np.float32, (self.n_classes, self.latent_dim))
        self.spreads_ = torch.from_numpy(spreads).to(self.device)
        return self

    def train_step(self, batches, **fit_params):
        """Make a step towards the reconstruction of a batch."""
        ((rows, codes),) = batches
        labels = self.one_hot(codes)
        values = self.module_.decode(self.module_.encode(rows, labels), labels)
        loss = self.head_.reconstruction_error(values, rows)
        descend(self.optimizer_, loss)
        self.averaged_.update_parameters(self.module_)
        self.history.record_batch("reconstruction_error", loss.item())
        return {"loss": loss.detach()}

    def on_train_end(self, net, X=None, y=None, **kwargs):
        """Learn how far the codes of each class spread."""
        super().on_train_end(net, X=X, y=y, **kwargs)
        codes = torch.arange(self.n_classes, device=self.rng.device).repeat_interleave(ROWS_FOR_SPREAD)
        parents = self.mixer.draw(codes, self.rng).parents
        encoded = self._encode(self.mixer.matrix[parents[:, :1]], self.one_hot(codes))
        self.spreads_ = encoded.unflatten(0, (self.n_classes, ROWS_FOR_SPREAD)).std(dim=(1, 2))

    def draw(self, codes: Tensor) -> RowsWithParents:
        """Return one generated row for each class in `codes`."""
        drawn, labels = self.mixer.draw(codes, self.rng), self.one_hot(codes)
        rows = self.mixer.matrix[drawn.parents]
        noise = torch.empty((len(codes), self.latent_dim), dtype=torch.float32, device=codes.device)
        noise = noise.normal_(generator=self.rng) * self.spreads_[codes]
        perturb = PERTURBATIONS[self.perturbation].perturb
        encoded = perturb(self._encode(rows, labels), drawn.weights, noise, self.perturbation_scale)
        with torch.no_grad():
            values = self.averaged_.module.decode(encoded, labels)
        most_likely = values.new_zeros((len(codes), sum(self.layout.block_widths)))
        weights = self.perturbation_scale * drawn.weights  # as a gaussian has them, too: of one parent, 1
        weights[:, 0] += 1 - self.perturbation_scale
        return replace(drawn, rows=self.head_(values, most_likely, rows[:, 0, values.shape[1] :]), weights=weights)

    def _encode(self, rows, labels):
        """Return the codes of `rows`, of shape (n_rows, n_members, n_features), each with its row's label."""
        n_members = rows.shape[1]
        with torch.no_grad():
            codes = self.averaged_.module.encode(rows.flatten(0, 1), labels.repeat_interleave(n_members, dim=0))
        return codes.unflatten(0, (-1, n_members))


@dataclass
class Augmenter:
    """Replaces a share of a batch of real rows by perturbed rows of the same classes.

    Attributes
    ----------
    net : PerturbedAutoencoder
        Draws the perturbed rows; it is trained before.
    share : float
        How much of a batch is replaced.
    """

    net: PerturbedAutoencoder
    share: float

    def replace_some(self, rows: Tensor, codes: Tensor) -> Tensor:
        """Return the batch with its first rows replaced; their order being random, any will do."""
        n_replaced = round(self.share * len(rows))
        if not n_replaced:
            return rows
        return torch.cat((self.net.draw(codes[:n_replaced]).rows, rows[n_replaced:]))
