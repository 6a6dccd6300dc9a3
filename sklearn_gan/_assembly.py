"""From the parameters of the sampler to a trained net: which networks, which mixtures of real rows, which game."""

from sklearn_gan._adversarial import ConditionalGAN
from sklearn_gan._autoencoder import PERTURBATIONS, Augmenter, PerturbedAutoencoder
from sklearn_gan._callbacks import ProgressBar
from sklearn_gan._checks import check_finite
from sklearn_gan._mixing import RowMixer
from sklearn_gan._networks import make_discriminator, make_generators


def train_net(params, rows, codes, layout, rng):
    """Return the net of the mode that `params` name, trained.

    Parameters
    ----------
    params : dict
        The parameters of a :class:`GANOversampler`.
    rows : Tensor of shape (n_rows, n_features)
        The encoded real rows, on the device where the net is to live.
    codes : Tensor of shape (n_rows,)
        Their classes, as integers from 0.
    layout : Layout
        What the features of the rows are.
    rng : torch.Generator
        Everything random comes from it.
    """
    train = MODES[params["mode"]]
    return train(params, rows, codes, layout, rng, params["callbacks"] or [])


def unread(params):
    """Return the names of the parameters that a mode, or what else is chosen, does not read."""
    if params["mode"] == "autoencoder":
        return OF_THE_GAN
    names = set() if params["generator"] == "autoencoder" else {"reconstruction"}
    return names if params["augment"] else names | {"augment_share", "perturbation", "perturbation_scale"}


def _train_gan(params, rows, codes, layout, rng, callbacks):
    generators = make_generators(params["generator"])
    n_neighbors = max(getattr(generator, "n_neighbors", 0) for generator in generators)
    augmenter = AUGMENTERS[params["augment"]](params, rows, codes, layout, rng)
    net = ConditionalGAN(
        generators,
        discriminator=make_discriminator(params["discriminator"]),
        criterion=params["loss"],
        gradient_penalty=None if params["gradient_penalty"] == "auto" else params["gradient_penalty"],
        feature_matching=params["feature_matching"],
        reconstruction=params["reconstruction"],
        augmenter=augmenter,
        mixer=RowMixer(rows, codes, layout, n_neighbors, rng),
        **_common(params, rows, codes, layout, rng, callbacks),
    )
    net.fit(rows, codes)
    check_finite(net, params["learning_rate"])
    return net


def _train_autoencoder(params, rows, codes, layout, rng, callbacks):
    n_neighbors = PERTURBATIONS[params["perturbation"]].n_neighbors
    net = PerturbedAutoencoder(
        perturbation=params["perturbation"],
        perturbation_scale=params["perturbation_scale"],
        mixer=RowMixer(rows, codes, layout, n_neighbors, rng),
        **_common(params, rows, codes, layout, rng, callbacks),
    )
    net.fit(rows, codes)
    check_finite(net, params["learning_rate"])
    return net


def _common(params, rows, codes, layout, rng, callbacks):
    """Return what every net is told."""
    return {
        "layout": layout,
        "n_classes": int(codes.max()) + 1,
        "latent_dim": params["latent_dim"],
        "hidden_layer_sizes": tuple(params["hidden_layer_sizes"]),
        "max_steps": params["max_steps"],
        "rng": rng,
        "lr": params["learning_rate"],
        "batch_size": params["batch_size"],
        "callbacks": [*callbacks, *([ProgressBar()] if params["verbose"] else [])],
        "device": str(rows.device),
        "verbose": 0,
    }


def _no_augmenter(params, rows, codes, layout, rng):
    return None


def _autoencoder_augmenter(params, rows, codes, layout, rng):
    # The caller's callbacks are for the net that rows are drawn with.
    return Augmenter(_train_autoencoder(params, rows, codes, layout, rng, callbacks=[]), params["augment_share"])


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
MODES = {"gan": _train_gan, "autoencoder": _train_autoencoder}
AUGMENTERS = {None: _no_augmenter, "autoencoder": _autoencoder_augmenter}
