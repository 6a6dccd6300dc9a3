"""Networks and their training: generators, discriminators, losses, nets, mixtures of real rows, coverage."""

from sklearn_gan._networks.build import (
    EncodedTable,
    TrainingSettings,
    net_from_document,
    net_to_document,
    train_augmenter,
    train_autoencoder,
    train_gan,
    train_imputation_gan,
)
from sklearn_gan._networks.losses import LOSSES
from sklearn_gan._networks.mixtures import RowsWithParents
from sklearn_gan._networks.mlp import MLP
from sklearn_gan._networks.perturbed_autoencoder import PERTURBATIONS
from sklearn_gan._networks.protocols import RowDiscriminator, RowGenerator, RowNet
from sklearn_gan._networks.registry import DISCRIMINATORS, GENERATORS

__all__ = [
    "DISCRIMINATORS",
    "GENERATORS",
    "LOSSES",
    "MLP",
    "PERTURBATIONS",
    "EncodedTable",
    "RowDiscriminator",
    "RowGenerator",
    "RowNet",
    "RowsWithParents",
    "TrainingSettings",
    "net_from_document",
    "net_to_document",
    "train_augmenter",
    "train_autoencoder",
    "train_gan",
    "train_imputation_gan",
]
