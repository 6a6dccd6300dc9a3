"""Perturbed autoencoder as a skorch net: encode real rows, perturb their latent codes at random, decode them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from sklearn_gan._networks.autoencoder import Autoencoder
from sklearn_gan._networks.autograd import as_leaf
from sklearn_gan._networks.heads import RowHead
from sklearn_gan._networks.mixtures import RowsWithParents
from sklearn_gan._networks.trainer import ConditionalNet, descend

ROWS_FOR_SPREAD = 1_000


def interpolated(latent_codes: Tensor, weights: Tensor, noise: Tensor, scale: float) -> Tensor:
    """Return z_0 + s (Σ_k w_k z_k - z_0): a convex combination of latent codes at s = 1, an extrapolation beyond it.

    This is equation 2 of DeVries, Taylor, "Dataset augmentation in feature space", ICLR 2017 workshop, with any
    number of neighbours. `latent_codes` z, of shape (batch_size, n_neighbors + 1, latent_dim), belong to a row and its
    neighbours. `weights` w, of shape (batch_size, n_neighbors + 1), sum to 1. `noise` is not used.
    """
    return latent_codes[:, 0] + scale * (torch.einsum("bk,bkl->bl", weights, latent_codes) - latent_codes[:, 0])


def jittered(latent_codes: Tensor, weights: Tensor, noise: Tensor, scale: float) -> Tensor:
    """Return z_0 + s σ_c ε.

    This is equation 1 of DeVries, Taylor, "Dataset augmentation in feature space", ICLR 2017 workshop. `noise`, of
    shape (batch_size, latent_dim), is σ_c ε: standard normal noise times the standard deviation of the latent codes of
    the row's class. `weights` are not used.
    """
    return latent_codes[:, 0] + scale * noise


class Perturbation(NamedTuple):
    """Function that perturbs latent codes, and the number of neighbours of each row that it needs."""

    perturb: Callable[[Tensor, Tensor, Tensor, float], Tensor]
    n_neighbors: int


PERTURBATIONS = {"interpolate": Perturbation(interpolated, 5), "gaussian": Perturbation(jittered, 0)}


class PerturbedAutoencoder(ConditionalNet):
    """Conditional autoencoder that generates rows by perturbing the latent codes of real rows.

    It is trained to reconstruct rows. The decoder returns the most likely category of each categorical column, so only
    the latent code is random. Missing values are those of the real row.

    Parameters
    ----------
    perturbation : str
        A name in `PERTURBATIONS`.
    perturbation_scale : float
        Strength of the perturbation; 0 generates reconstructions of real rows.
    **kwargs
        Parameters of :class:`ConditionalNet`.

    Attributes
    ----------
    module_ : Autoencoder
        The trained autoencoder.
    head_ : RowHead
        Converts decoded values to rows.
    optimizer_ : torch.optim.Adam
        The optimizer of the autoencoder.
    spreads_ : Tensor of shape (n_classes, latent_dim)
        Standard deviations of the latent codes of each class.
    """

    loss_names = ("reconstruction_error",)

    def __init__(self, module=Autoencoder, *, perturbation, perturbation_scale, **kwargs):
        self.perturbation = perturbation
        self.perturbation_scale = perturbation_scale
        super().__init__(module, criterion=None, **kwargs)

    def initialize_module(self):
        """Create the autoencoder and its moving average."""
        self.module_ = self.make_module(self._make_cpu_rng())
        self.head_ = RowHead(self.layout)
        self.averaged_ = self._average()
        return self

    def make_module(self, rng):
        """Return the autoencoder; if `rng` is None, without weights."""
        return self.module(self.layout, self.n_classes, self.latent_dim, self.hidden_layer_sizes, rng)

    def to_document(self):
        """Return the sampling state and the training history as a document."""
        return super().to_document() | {
            "perturbation": self.perturbation,
            "perturbation_scale": float(self.perturbation_scale),
            "spreads": self.spreads_.cpu().numpy(),
        }

    def restore(self, fields):
        """Load weights and history from a document; without an optimizer, training cannot continue."""
        super().restore(fields)
        with self._current_init_context("module"):
            self.head_ = RowHead(self.layout).to(self.device)
        spreads = fields.finite("spreads", np.float32, (self.n_classes, self.latent_dim))
        self.spreads_ = torch.from_numpy(spreads).to(self.device)
        return self

    def train_step(self, batches, **fit_params):
        """Take a gradient step on the reconstruction error of a batch."""
        ((rows, codes),) = batches
        labels = self.one_hot(codes)
        output, backward = self.module_.reconstruct(rows, labels)
        values = as_leaf(output)
        loss = self.head_.reconstruction_error(values, rows)
        descend(self.optimizer_, loss, [lambda: backward(values.grad)])
        self.averaged_.update_parameters()
        self.history.record_batch("reconstruction_error", loss.item())
        return {"loss": loss.detach()}

    def on_train_end(self, net, X=None, y=None, **kwargs):
        """Estimate the spread of the latent codes of each class."""
        super().on_train_end(net, X=X, y=y, **kwargs)
        codes = torch.arange(self.n_classes, device=self.rng.device).repeat_interleave(ROWS_FOR_SPREAD)
        parents = self.mixer.draw(codes, self.rng).parents
        latent_codes = self._encode(self.mixer.matrix[parents[:, :1]], self.one_hot(codes))
        # (n_classes, ROWS_FOR_SPREAD, 1, latent_dim) becomes (n_classes, latent_dim).
        self.spreads_ = latent_codes.unflatten(0, (self.n_classes, ROWS_FOR_SPREAD)).std(dim=(1, 2))

    def draw(self, codes: Tensor, strata: Tensor | None = None, by_inversion: bool = False) -> RowsWithParents:
        """Return one generated row for each class in `codes`, or for each stratum of the mixer.

        `by_inversion` has no effect, because categories are not random.
        """
        drawn, labels = self.mixer.draw(codes, self.rng, strata), self.one_hot(codes)
        rows = self.mixer.matrix[drawn.parents]  # (batch_size, n_neighbors + 1, n_features)
        noise = torch.empty((len(codes), self.latent_dim), dtype=torch.float32, device=codes.device)
        noise = noise.normal_(generator=self.rng) * self.spreads_[codes]
        perturb = PERTURBATIONS[self.perturbation].perturb
        latent_codes = perturb(self._encode(rows, labels), drawn.weights, noise, self.perturbation_scale)
        with torch.no_grad():
            values = self.averaged_.module.decode(latent_codes, labels)
        most_likely = values.new_zeros((len(codes), sum(self.layout.block_widths)))  # zero Gumbel noise
        # Weights of the z_k in `interpolated`. With "gaussian", the only parent keeps weight 1.
        weights = self.perturbation_scale * drawn.weights
        weights[:, 0] += 1 - self.perturbation_scale
        return replace(drawn, rows=self.head_(values, most_likely, rows[:, 0, values.shape[1] :]), weights=weights)

    def _encode(self, rows, labels):
        """Return the latent codes of `rows`, of shape (n_rows, n_members, n_features), with one label per group."""
        n_members = rows.shape[1]
        with torch.no_grad():
            latent_codes = self.averaged_.module.encode(rows.flatten(0, 1), labels.repeat_interleave(n_members, dim=0))
        return latent_codes.unflatten(0, (-1, n_members))


@dataclass
class Augmenter:
    """Replace a share of each batch of real rows with perturbed rows of the same classes.

    Attributes
    ----------
    net : PerturbedAutoencoder
        The trained net that generates the perturbed rows.
    share : float
        Share of each batch to replace.
    """

    net: PerturbedAutoencoder
    share: float

    def replace_some(self, rows: Tensor, codes: Tensor) -> Tensor:
        """Return the batch with its first rows replaced; the order of rows is random."""
        n_replaced = round(self.share * len(rows))
        if not n_replaced:
            return rows
        return torch.cat((self.net.draw(codes[:n_replaced]).rows, rows[n_replaced:]))
