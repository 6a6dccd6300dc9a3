"""Containers, generators and trained networks implement their protocols."""

import inspect

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import torch
from scipy import sparse
from torch import nn

from sklearn_gan._matrix import Layout
from sklearn_gan._networks import DISCRIMINATORS, GENERATORS, RowDiscriminator, RowGenerator, RowNet
from sklearn_gan._networks.registry import make_discriminator, make_generators
from sklearn_gan._table import ColumnCodec, Container, open_container

TABLES = [
    np.zeros((2, 1)),
    [[0.0], [1.0]],
    sparse.csr_array(np.ones((2, 1))),
    pd.DataFrame({"a": [0.0, 1.0]}),
    pl.DataFrame({"a": [0.0, 1.0]}),
    pa.record_batch({"a": [0.0, 1.0]}),
]


class UserModule(nn.Module):
    """A user-defined generator."""

    def __init__(self, latent_dim, n_classes, n_features):
        super().__init__()

    def forward(self, noise, labels):
        return noise


def different_methods(protocol, implementation):
    """Return the methods of a protocol that a class implements with different parameters."""
    return [
        name
        for name, method in vars(protocol).items()
        if inspect.isfunction(method)
        and not name.startswith("_")
        and inspect.signature(method).parameters.keys()
        != inspect.signature(getattr(implementation, name)).parameters.keys()
    ]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: type(table).__module__)
def test_containers_implement_their_protocol(table):
    container = open_container(table)
    assert isinstance(container, Container)
    assert not different_methods(Container, type(container))


@pytest.mark.parametrize("generator", [*GENERATORS, UserModule])
def test_generators_implement_their_protocol(generator):
    layout = Layout(n_numbers=2, block_widths=(3,), flagged=((0, 1),))
    for make in make_generators(generator):
        module = make(layout, 2, 4, (8,), torch.Generator())
        assert isinstance(module, RowGenerator)
        assert not different_methods(RowGenerator, type(module))


@pytest.mark.parametrize("discriminator", [*DISCRIMINATORS, lambda n_features, n_classes: nn.Identity()])
def test_discriminators_implement_their_protocol(discriminator):
    module = make_discriminator(discriminator)(Layout(2, (3,), ()), 2, (8,), torch.Generator())
    assert isinstance(module, RowDiscriminator)
    assert not different_methods(RowDiscriminator, type(module))


@pytest.mark.parametrize("mode", ["gan", "autoencoder"])
def test_trained_networks_implement_their_protocol(make_sampler, numbers, mode):
    net = make_sampler(mode=mode, n_candidates=1).fit(*numbers).net_
    assert isinstance(net, RowNet) and not different_methods(RowNet, type(net))


def test_incomplete_codec_cannot_be_instantiated():
    with pytest.raises(TypeError, match="abstract"):
        type("Partial", (ColumnCodec,), {})()
