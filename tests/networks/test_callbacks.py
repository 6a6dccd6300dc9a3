"""The progress bar of training."""

import copy
import pickle

import numpy as np
import pytest


def test_progress_bar_shows_the_losses_of_each_mode(make_sampler, numbers, capsys):
    for mode, name in (("gan", "discriminator_loss="), ("autoencoder", "reconstruction_error=")):
        make_sampler(mode=mode, verbose=1, max_steps=60).fit(*numbers)
        assert name in capsys.readouterr().err


@pytest.mark.parametrize("mode", ["gan", "autoencoder"])
def test_sampler_with_a_progress_bar_is_copied_and_pickled(mode, make_sampler, numbers):
    sampler = make_sampler(mode=mode, verbose=1).fit(*numbers)
    expected = copy.deepcopy(sampler).sample(5, y=1)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(sampler)).sample(5, y=1), expected)
