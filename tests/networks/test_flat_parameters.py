"""Parameters of a network as views of one vector."""

import pickle

import torch

from sklearn_gan._networks.flat_parameters import flattened, make_vector, trainable
from sklearn_gan._networks.mlp import MLP


def make_mlp():
    return MLP(3, (8,), 2, torch.Generator().manual_seed(0))


def test_parameters_and_gradients_are_views_inside_the_block_only():
    mlp = make_mlp()
    vector, before = make_vector(trainable(mlp)), [parameter.detach().clone() for parameter in mlp.parameters()]
    with flattened(trainable(mlp), vector):
        vector.data += 1
        mlp(torch.ones(5, 3)).sum().backward()
        assert vector.grad.abs().sum() > 0
    vector.data += 1
    torch.testing.assert_close([parameter - 1 for parameter in mlp.parameters()], before)
    assert vector.grad is None and all(parameter.grad is None for parameter in mlp.parameters())
    assert all(parameter.untyped_storage().nbytes() == 4 * parameter.numel() for parameter in mlp.parameters())


def test_parameters_changed_outside_the_block_are_used_inside():
    mlp = make_mlp()
    vector = make_vector(trainable(mlp))
    torch.nn.init.zeros_(mlp[0].weight)
    with flattened(trainable(mlp), vector):
        assert (mlp[0].weight == 0).all() and (vector[:24] == 0).all()


def test_frozen_parameters_are_left_out():
    mlp = make_mlp()
    mlp[0].requires_grad_(False)
    assert len(make_vector(trainable(mlp))) == 8 * 2 + 2


def test_pickled_net_can_be_trained_further(make_sampler, numbers):
    net = make_sampler().fit(*numbers).net_
    codes = torch.arange(len(net.mixer.matrix)) % 2
    copy = pickle.loads(pickle.dumps(net))
    copy.max_epochs = 2  # otherwise, the learning rate has decreased to 0
    copy.partial_fit(net.mixer.matrix, codes, epochs=1)
    pairs = zip(copy.module_.parameters(), net.module_.parameters(), strict=True)
    assert all(not torch.equal(*pair) for pair in pairs)
