"""Oversample Dask collections, which may be larger than memory."""

try:
    from sklearn_gan.dask._sampler import GANOversampler
except ModuleNotFoundError as error:
    raise ImportError(
        f"Expected the packages of the extra `dask` for sklearn_gan.dask, found no {error.name}. "
        'Install them with `pip install "sklearn-gan[dask]"`.'
    ) from error

__all__ = ["GANOversampler"]
