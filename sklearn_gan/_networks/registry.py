"""Generators and discriminators by name, and the makers for a name or a user's class."""

from functools import partial

from sklearn_gan._networks.discriminators import Discriminator
from sklearn_gan._networks.generators import AutoencoderGenerator, NoiseGenerator, ResidualGenerator
from sklearn_gan._networks.user_modules import UserDiscriminator, UserGenerator

GENERATORS = {
    "both": (NoiseGenerator, ResidualGenerator),
    "residual": (ResidualGenerator,),
    "noise": (NoiseGenerator,),
    "autoencoder": (AutoencoderGenerator,),
}
DISCRIMINATORS = {"mlp": Discriminator}


def make_generators(generator):
    """Return the makers of the generators for a name in `GENERATORS` or the user's class."""
    return GENERATORS[generator] if isinstance(generator, str) else (partial(UserGenerator, module=generator),)


def make_discriminator(discriminator):
    """Return the maker of the discriminators for a name in `DISCRIMINATORS` or the user's class."""
    if isinstance(discriminator, str):
        return DISCRIMINATORS[discriminator]
    return partial(UserDiscriminator, module=discriminator)
