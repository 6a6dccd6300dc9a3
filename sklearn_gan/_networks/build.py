"""Build nets: train them, create them untrained, or restore them from a document."""

from dataclasses import dataclass, replace

from sklearn.exceptions import ConvergenceWarning
from torch import Tensor

from sklearn_gan._matrix import Layout
from sklearn_gan._networks.callbacks import ProgressBar
from sklearn_gan._networks.gan import ConditionalGAN
from sklearn_gan._networks.generators import ResidualGenerator
from sklearn_gan._networks.imputation_gan import ImputationGAN
from sklearn_gan._networks.mixtures import RowMixer
from sklearn_gan._networks.perturbed_autoencoder import PERTURBATIONS, Augmenter, PerturbedAutoencoder
from sklearn_gan._networks.registry import GENERATORS, make_discriminator, make_generators
from sklearn_gan._networks.trainer import settings_from_document
from sklearn_gan._runtime.warnings import warn_caller


@dataclass
class EncodedTable:
    """Encoded rows to train on, with their classes.

    Attributes
    ----------
    rows : Tensor of shape (n_rows, n_features)
        The encoded real rows, on the device of the nets.
    codes : Tensor of shape (n_rows,)
        Class index of each row, from 0 to n_classes - 1.
    layout : Layout
        The layout of the features.
    """

    rows: Tensor
    codes: Tensor
    layout: Layout

    def mixer(self, n_neighbors, rng):
        """Return a :class:`RowMixer` of the rows."""
        return RowMixer(self.rows, self.codes, self.layout, n_neighbors, rng)


@dataclass(frozen=True)
class TrainingSettings:
    """Network sizes and training settings, shared by all nets.

    Attributes
    ----------
    latent_dim : int
        Dimension of the noise or of the latent code.
    hidden_layer_sizes : tuple of int
        Widths of the hidden layers.
    max_steps, batch_size : int
        Number of training steps, and number of rows in a batch.
    learning_rate : float
        Step size of the optimizers.
    callbacks : list of skorch.callbacks.Callback or None
        The user's callbacks.
    verbose : int
        Whether to show a progress bar.
    """

    latent_dim: int
    hidden_layer_sizes: tuple
    max_steps: int
    batch_size: int
    learning_rate: float
    callbacks: list | None
    verbose: int

    def for_net(self, table, rng):
        """Return the parameters of a :class:`TableNet` to train on `table`, an EncodedTable."""
        return {
            "layout": table.layout,
            "latent_dim": self.latent_dim,
            "hidden_layer_sizes": self.hidden_layer_sizes,
            "max_steps": self.max_steps,
            "rng": rng,
            "lr": self.learning_rate,
            "batch_size": self.batch_size,
            "callbacks": [*(self.callbacks or []), *([ProgressBar()] if self.verbose else [])],
            "device": str(table.rows.device),
            "verbose": 0,
        }

    def for_conditional_net(self, table, n_neighbors, rng):
        """Return the parameters of a :class:`ConditionalNet` to train on `table`, an EncodedTable."""
        mixer = table.mixer(n_neighbors, rng)
        return {"n_classes": int(table.codes.max()) + 1, "mixer": mixer} | self.for_net(table, rng)


def train_gan(
    table,
    settings,
    rng,
    *,
    generator,
    discriminator,
    loss,
    gradient_penalty,
    feature_matching,
    reconstruction,
    augmenter,
):
    """Return a trained :class:`ConditionalGAN`.

    The parameters are those of the sampler and of the net. All random numbers come from `rng`, a torch.Generator. If
    training cannot recover from divergence, issue a ConvergenceWarning and return a net that mixes real rows.
    """
    generators = make_generators(generator)
    # The maker of a user's module is a functools.partial, without this attribute.
    n_neighbors = max(getattr(make, "n_neighbors", 0) for make in generators)
    net = ConditionalGAN(
        generators,
        discriminator=make_discriminator(discriminator),
        criterion=loss,
        gradient_penalty=None if gradient_penalty == "auto" else gradient_penalty,
        feature_matching=feature_matching,
        reconstruction=reconstruction,
        augmenter=augmenter,
        **settings.for_conditional_net(table, n_neighbors, rng),
    )
    return _fit(net, table, settings, rng)


def train_autoencoder(table, settings, rng, *, perturbation, perturbation_scale):
    """Return a trained :class:`PerturbedAutoencoder`; see :func:`train_gan` for divergence."""
    net = PerturbedAutoencoder(
        perturbation=perturbation,
        perturbation_scale=perturbation_scale,
        **settings.for_conditional_net(table, PERTURBATIONS[perturbation].n_neighbors, rng),
    )
    return _fit(net, table, settings, rng)


def train_augmenter(table, settings, rng, *, share, **perturbation):
    """Return an :class:`Augmenter`, whose autoencoder is trained without the user's callbacks."""
    return Augmenter(train_autoencoder(table, replace(settings, callbacks=None), rng, **perturbation), share)


def train_imputation_gan(table, settings, rng, *, adversarial):
    """Return a trained :class:`ImputationGAN`, or raise FloatingPointError if training diverges."""
    net = ImputationGAN(adversarial=adversarial, **settings.for_net(table, rng))
    net.fit(table.rows, table.codes)
    net.check_finite()
    return net


def net_to_document(net):
    """Return the document of a trained net."""
    kinds = {kind: name for name, kind in NETS.items()}
    return {"kind": kinds[type(net)]} | net.to_document()


def net_from_document(fields, layout, n_classes, device):
    """Restore a net from a document, on a device. The net generates rows but cannot be trained further."""
    kind = fields.one_of("kind", NETS)
    common = settings_from_document(fields, n_classes, layout, device)
    return RESTORERS[kind](fields, common).restore(fields)


def _gan_from_document(fields, common):
    kinds = [name for name, makers in GENERATORS.items() if len(makers) == 1]
    makers = [GENERATORS[name][0] for name in fields.some_of("generators", kinds)]
    return _gan_for_sampling(tuple(makers), common)


def _autoencoder_from_document(fields, common):
    perturbation = fields.one_of("perturbation", PERTURBATIONS)
    return PerturbedAutoencoder(
        perturbation=perturbation, perturbation_scale=fields.number("perturbation_scale"), **common
    )


def _fit(net, table, settings, rng):
    """Return the trained net or, if training cannot recover from divergence, a net that mixes real rows."""
    try:
        net.fit(table.rows, table.codes)
        net.check_finite()
    except FloatingPointError as error:
        warn_caller(f"Synthetic rows are mixtures of real rows, as in SMOTE. {error}", ConvergenceWarning)
        return _mixture_net(table, settings, rng, net.history)
    if net.diverged_at_:
        warn_caller(
            f"Training diverged in step(s) {net.diverged_at_}. Each time, it resumed from the last record with a tenth "
            f"of the learning rate. Lower `learning_rate`, which is {settings.learning_rate}.",
            ConvergenceWarning,
        )
    return net


def _mixture_net(table, settings, rng, history):
    """Return a GAN whose untrained residual generator returns mixtures of a real row and its neighbours."""
    common = replace(settings, callbacks=None).for_conditional_net(table, ResidualGenerator.n_neighbors, rng)
    net = _gan_for_sampling(make_generators("residual"), common).initialize()
    net.history, net.kept_ = history, []
    return net


def _gan_for_sampling(makers, common):
    """Return a GAN to sample from without training."""
    return ConditionalGAN(
        makers,
        discriminator=make_discriminator("mlp"),
        criterion="relativistic",
        gradient_penalty=None,
        feature_matching=0.0,
        reconstruction=0.0,
        augmenter=None,
        **common,
    )


NETS = {"gan": ConditionalGAN, "autoencoder": PerturbedAutoencoder}
RESTORERS = {"gan": _gan_from_document, "autoencoder": _autoencoder_from_document}
