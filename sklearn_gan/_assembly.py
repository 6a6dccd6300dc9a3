"""From the parameters of the sampler to a trained net: which networks, which mixtures of real rows, which game."""

from dataclasses import dataclass

from sklearn.exceptions import ConvergenceWarning
from torch import Tensor

from sklearn_gan._adversarial import ConditionalGAN
from sklearn_gan._autoencoder import PERTURBATIONS, Augmenter, PerturbedAutoencoder
from sklearn_gan._callbacks import ProgressBar
from sklearn_gan._checks import check_finite, check_hidden_layer_sizes, warn_caller
from sklearn_gan._mixing import RowMixer
from sklearn_gan._networks import GENERATORS, ResidualGenerator, make_discriminator, make_generators
from sklearn_gan._table import Layout
from sklearn_gan._training import settings_from_document


@dataclass
class EncodedTable:
    """What there is to learn from.

    Attributes
    ----------
    rows : Tensor of shape (n_rows, n_features)
        The encoded real rows, on the device where the nets are to live.
    codes : Tensor of shape (n_rows,)
        Their classes, as integers from 0.
    layout : Layout
        What the features of the rows are.
    """

    rows: Tensor
    codes: Tensor
    layout: Layout

    def mixer(self, n_neighbors, rng):
        """Return what draws mixtures of the rows."""
        return RowMixer(self.rows, self.codes, self.layout, n_neighbors, rng)


def train_net(params, table, rng):
    """Return the net of the mode that the sampler's parameters `params` name, trained on an EncodedTable.

    Everything random comes from `rng`, a torch.Generator.
    """
    return MODES[params["mode"]](params, table, rng, params["callbacks"] or [])


def net_to_document(net):
    """Return what a trained net draws rows with as a document, for a file."""
    kinds = {kind: name for name, kind in NETS.items()}
    return {"kind": kinds[type(net)]} | net.to_document()


def net_from_document(fields, layout, n_classes, device):
    """Return the net of a document, on a device; it draws rows, and cannot be trained on."""
    kind = fields.one_of("kind", NETS)
    common = settings_from_document(fields, n_classes, layout, device)
    return RESTORERS[kind](fields, common).restore(fields)


def unread(params):
    """Return the names of the parameters that a mode, or what else is chosen, does not read."""
    if params["mode"] == "autoencoder":
        return OF_THE_GAN
    names = set() if params["generator"] == "autoencoder" else {"reconstruction"}
    return names if params["augment"] else names | {"augment_share", "perturbation", "perturbation_scale"}


def _train_gan(params, table, rng, callbacks):
    generators = make_generators(params["generator"])
    n_neighbors = max(getattr(generator, "n_neighbors", 0) for generator in generators)  # the caller's own have none
    net = ConditionalGAN(
        generators,
        discriminator=make_discriminator(params["discriminator"]),
        criterion=params["loss"],
        gradient_penalty=None if params["gradient_penalty"] == "auto" else params["gradient_penalty"],
        feature_matching=params["feature_matching"],
        reconstruction=params["reconstruction"],
        augmenter=AUGMENTERS[params["augment"]](params, table, rng),
        mixer=table.mixer(n_neighbors, rng),
        **_common(params, table, rng, callbacks),
    )
    return _fit(net, params, table, rng)


def _train_autoencoder(params, table, rng, callbacks):
    net = PerturbedAutoencoder(
        perturbation=params["perturbation"],
        perturbation_scale=params["perturbation_scale"],
        mixer=table.mixer(PERTURBATIONS[params["perturbation"]].n_neighbors, rng),
        **_common(params, table, rng, callbacks),
    )
    return _fit(net, params, table, rng)


def _gan_from_document(fields, common):
    kinds = [name for name, makers in GENERATORS.items() if len(makers) == 1]
    makers = [GENERATORS[name][0] for name in fields.some_of("generators", kinds)]
    return _drawing_gan(tuple(makers), common)


def _autoencoder_from_document(fields, common):
    perturbation = fields.one_of("perturbation", PERTURBATIONS)
    return PerturbedAutoencoder(
        perturbation=perturbation, perturbation_scale=fields.number("perturbation_scale"), **common
    )


def _common(params, table, rng, callbacks):
    """Return what every net is told."""
    return {
        "layout": table.layout,
        "n_classes": int(table.codes.max()) + 1,
        "latent_dim": params["latent_dim"],
        "hidden_layer_sizes": check_hidden_layer_sizes(params["hidden_layer_sizes"]),
        "max_steps": params["max_steps"],
        "rng": rng,
        "lr": params["learning_rate"],
        "batch_size": params["batch_size"],
        "callbacks": [*callbacks, *([ProgressBar()] if params["verbose"] else [])],
        "device": str(table.rows.device),
        "verbose": 0,
    }


def _fit(net, params, table, rng):
    """Return the net, trained; if training diverges for good, one that draws mixtures of real rows."""
    try:
        net.fit(table.rows, table.codes)
        check_finite(net, params["learning_rate"])
    except FloatingPointError as error:
        warn_caller(f"Rows are mixtures of real ones, as SMOTE draws them. {error}", ConvergenceWarning)
        return _untrained(params, table, rng, net.history)
    if net.diverged_at_:
        warn_caller(
            f"Training diverged in step(s) {net.diverged_at_}, and went on from before with a tenth of the learning "
            f"rate each time. Lower `learning_rate`, which is {params['learning_rate']}.",
            ConvergenceWarning,
        )
    return net


def _untrained(params, table, rng, history):
    """Return a residual generator that corrects nothing: it draws mixtures of a real row and its neighbours."""
    mixer = table.mixer(ResidualGenerator.n_neighbors, rng)
    common = _common(params, table, rng, callbacks=[])
    net = _drawing_gan(make_generators("residual"), common | {"mixer": mixer}).initialize()
    net.history, net.kept_ = history, []
    return net


def _drawing_gan(makers, common):
    """Return a GAN that draws rows and does not play."""
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


def _no_augmenter(params, table, rng):
    return None


def _autoencoder_augmenter(params, table, rng):
    # The caller's callbacks are for the net that rows are drawn with.
    return Augmenter(_train_autoencoder(params, table, rng, callbacks=[]), params["augment_share"])


OF_THE_GAN = {
    "generator",
    "discriminator",
    "loss",
    "gradient_penalty",
    "feature_matching",
    "reconstruction",
    "augment",
    "augment_share",
}
NETS = {"gan": ConditionalGAN, "autoencoder": PerturbedAutoencoder}
RESTORERS = {"gan": _gan_from_document, "autoencoder": _autoencoder_from_document}
MODES = {"gan": _train_gan, "autoencoder": _train_autoencoder}
AUGMENTERS = {None: _no_augmenter, "autoencoder": _autoencoder_augmenter}
