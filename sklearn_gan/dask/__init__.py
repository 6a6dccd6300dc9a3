"""Oversample Dask collections, which may be larger than memory."""

from sklearn_gan.dask._sampler import GANOversampler

__all__ = ["GANOversampler"]
