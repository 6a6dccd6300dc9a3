"""The one place where nets are made: from settings and trained, untrained, or from a document."""

from dataclasses import dataclass, replace

from sklearn.exceptions import ConvergenceWarning
from torch import Tensor

from sklearn_gan._matrix import Layout
from sklearn_gan._networks.autoencoder import PERTURBATIONS, Augmenter, PerturbedAutoencoder
from sklearn_gan._networks.callbacks import ProgressBar
from sklearn_gan._networks.gain import ImputationGAN
from sklearn_gan._networks.gan import ConditionalGAN
from sklearn_gan._networks.mixtures import RowMixer
from sklearn_gan._networks.modules import GENERATORS, ResidualGenerator, make_discriminator, make_generators
from sklearn_gan._networks.trainer import settings_from_document
from sklearn_gan._runtime.warnings import warn_caller


@dataclass
class EncodedTable:
    """An encoded table to train on.

    Attributes
    ----------
    rows : Tensor of shape (n_rows, n_features)
        The encoded real rows, on the device of the nets.
    codes : Tensor of shape (n_rows,)
        Their classes, as integers from 0.
    layout : Layout
        The features of the rows.
    """

    rows: Tensor
    codes: Tensor
    layout: Layout

    def mixer(self, n_neighbors, rng):
        """Return a mixer of the rows."""
        return RowMixer(self.rows, self.codes, self.layout, n_neighbors, rng)


@dataclass(frozen=True)
class TrainingSettings:
    """Sizes and training of any net.

    Attributes
    ----------
    latent_dim : int
        Size of the noise, or of the latent code.
    hidden_layer_sizes : tuple of int
        Widths of the hidden layers.
    max_steps, batch_size : int
        Number of training steps, and rows in each.
    learning_rate : float
        Step size of the optimizers.
    callbacks : list of skorch.callbacks.Callback or None
        Callbacks of the user.
    verbose : int
        Whether a progress bar is shown.
    """

    latent_dim: int
    hidden_layer_sizes: tuple
    max_steps: int
    batch_size: int
    learning_rate: float
    callbacks: list | None
    verbose: int

    def for_net(self, table, rng):
        """Return the parameters of a :class:`TableNet` that trains on an EncodedTable."""
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
        """Return the parameters of a :class:`ConditionalNet` that trains on an EncodedTable."""
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
    """Return a trained :class:`ConditionalGAN`; the parameters are those of the sampler and of the net.

    Everything random comes from `rng`, a torch.Generator. If training diverges for good, the net draws mixtures of
    real rows, and a ConvergenceWarning says so.
    """
    generators = make_generators(generator)
    n_neighbors = max(getattr(make, "n_neighbors", 0) for make in generators)  # those of users have none
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
    """Return an Augmenter of real rows, whose autoencoder is trained without the user's callbacks."""
    return Augmenter(train_autoencoder(table, replace(settings, callbacks=None), rng, **perturbation), share)


def train_imputation_gan(table, settings, rng, *, adversarial):
    """Return a trained :class:`ImputationGAN`; raises FloatingPointError if training diverges."""
    net = ImputationGAN(adversarial=adversarial, **settings.for_net(table, rng))
    net.fit(table.rows, table.codes)
    net.check_finite()
    return net


def net_to_document(net):
    """Return a trained net as a document, for a file."""
    kinds = {kind: name for name, kind in NETS.items()}
    return {"kind": kinds[type(net)]} | net.to_document()


def net_from_document(fields, layout, n_classes, device):
    """Return the net of a document, on a device; it draws rows, and cannot be trained on."""
    kind = fields.one_of("kind", NETS)
    common = settings_from_document(fields, n_classes, layout, device)
    return RESTORERS[kind](fields, common).restore(fields)


def _gan_from_document(fields, common):
    kinds = [name for name, makers in GENERATORS.items() if len(makers) == 1]
    makers = [GENERATORS[name][0] for name in fields.some_of("generators", kinds)]
    return _drawing_gan(tuple(makers), common)


def _autoencoder_from_document(fields, common):
    perturbation = fields.one_of("perturbation", PERTURBATIONS)
    return PerturbedAutoencoder(
        perturbation=perturbation, perturbation_scale=fields.number("perturbation_scale"), **common
    )


def _fit(net, table, settings, rng):
    """Return the net, trained; if training diverges for good, one that draws mixtures of real rows."""
    try:
        net.fit(table.rows, table.codes)
        net.check_finite()
    except FloatingPointError as error:
        warn_caller(f"Rows are mixtures of real ones, as SMOTE draws them. {error}", ConvergenceWarning)
        return _untrained(table, settings, rng, net.history)
    if net.diverged_at_:
        warn_caller(
            f"Training diverged in step(s) {net.diverged_at_}, and went on from before with a tenth of the learning "
            f"rate each time. Lower `learning_rate`, which is {settings.learning_rate}.",
            ConvergenceWarning,
        )
    return net


def _untrained(table, settings, rng, history):
    """Return a residual generator that corrects nothing: it draws mixtures of a real row and its neighbours."""
    common = replace(settings, callbacks=None).for_conditional_net(table, ResidualGenerator.n_neighbors, rng)
    net = _drawing_gan(make_generators("residual"), common).initialize()
    net.history, net.kept_ = history, []
    return net


def _drawing_gan(makers, common):
    """Return a GAN that draws rows and is not trained."""
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
