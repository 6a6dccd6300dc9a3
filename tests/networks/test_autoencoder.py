"""The perturbed autoencoder, on its own and as augmentation of the GAN's real rows."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from sklearn_gan._networks import PERTURBATIONS
from sklearn_gan._networks.perturbed_autoencoder import Augmenter, interpolated, jittered

WEIGHTS = torch.tensor([[0.5, 0.25, 0.25]])
CODES = torch.tensor([[[0.0, 0.0], [4.0, 0.0], [0.0, 8.0]]])


@pytest.fixture(params=PERTURBATIONS)
def fit(make_sampler, request):
    def fit(X, y, **params):
        return make_sampler(mode="autoencoder", perturbation=request.param, n_candidates=1, **params).fit(X, y)

    return fit


def sample_with_scale(net, scale):
    """Return rows of class 1 sampled with a perturbation scale; noise and real rows are the same for every scale."""
    state = net.rng.get_state()
    net.perturbation_scale = scale
    rows = net.draw(torch.ones(500, dtype=torch.long)).rows
    net.rng.set_state(state)
    return rows


def test_interpolated_code_moves_from_own_code_to_mixture_with_scale():
    noise = torch.full((1, 2), torch.nan)
    for scale, expected in ((0.0, [0.0, 0.0]), (1.0, [1.0, 2.0]), (2.0, [2.0, 4.0])):
        torch.testing.assert_close(interpolated(CODES, WEIGHTS, noise, scale), torch.tensor([expected]))


def test_jittered_code_is_own_code_plus_scaled_noise():
    found = jittered(CODES + 1, WEIGHTS, torch.tensor([[2.0, -4.0]]), 0.5)
    torch.testing.assert_close(found, torch.tensor([[2.0, -1.0]]))


def test_autoencoder_mode_trains_no_discriminator(fit, mixed):
    sampler = fit(*mixed)
    assert not hasattr(sampler.net_, "discriminator_")
    assert "reconstruction_error" in sampler.history_[-1]


def test_rows_at_scale_0_are_reconstructions_of_real_rows(fit, mixed):
    net = fit(*mixed, max_steps=20).net_
    rows = sample_with_scale(net, 0.0)
    real = net.mixer.matrix[torch.tensor((mixed[1] == "rare").tolist())]
    autoencoder, labels = net.averaged_.module, net.one_hot(torch.ones(len(real), dtype=torch.long))
    with torch.no_grad():
        values = autoencoder.decode(autoencoder.encode(real, labels), labels)
        n_values = values.shape[1]
        no_noise = torch.zeros((len(real), n_values - net.head_.n_numbers))
        reconstructed = net.head_(values, no_noise, real[:, n_values:])
    distances = torch.cdist(rows, reconstructed, compute_mode="donot_use_mm_for_euclid_dist")
    assert distances.min(dim=1).values.max() < 1e-4
    assert (distances < 1e-4).any(dim=0).all()  # 500 samples cover all 15 rows


def test_larger_scale_spreads_rows_around_their_parent(fit, numbers):
    net = fit(*numbers, max_steps=100, hidden_layer_sizes=(32,), latent_dim=4).net_
    start = sample_with_scale(net, 0.0)
    of_row = torch.unique(start, dim=0, return_inverse=True)[1]
    assert len(of_row.unique()) == 15
    spreads = []
    for scale in (0.0, 0.5, 1.0, 2.0):
        rows = sample_with_scale(net, scale)
        spreads.append(torch.stack([rows[of_row == i].std(dim=0) for i in range(15)]).mean().item())
    assert spreads[0] == pytest.approx(0, abs=1e-6)
    assert spreads == sorted(set(spreads))


def test_noise_widens_a_class_and_interpolation_narrows_it(make_sampler, numbers):
    for perturbation, compare in (("gaussian", np.greater), ("interpolate", np.less)):
        params = {"mode": "autoencoder", "perturbation": perturbation, "max_steps": 200, "learning_rate": 1e-2}
        net = make_sampler(hidden_layer_sizes=(32,), latent_dim=4, **params).fit(*numbers).net_
        spreads = [sample_with_scale(net, scale).std(dim=0).mean().item() for scale in (1.0, 0.0)]
        assert compare(*spreads)


def test_noise_has_the_standard_deviation_of_the_class_codes(make_sampler, numbers):
    X, y = numbers
    X = X * np.where(y, 5, 1)[:, None]
    net = make_sampler(mode="autoencoder", perturbation="gaussian", max_steps=50).fit(X, y).net_
    for code in (0, 1):
        rows = net.mixer.matrix[torch.from_numpy(y == code)]
        with torch.no_grad():
            codes = net.averaged_.module.encode(rows, net.one_hot(torch.full((len(rows),), code)))
        torch.testing.assert_close(net.spreads_[code], codes.std(dim=0), rtol=0.2, atol=0)


def test_reconstruction_improves_with_training(make_sampler, mixed):
    params = {"mode": "autoencoder", "hidden_layer_sizes": (32,), "learning_rate": 1e-2}
    history = make_sampler(max_steps=300, **params).fit(*mixed).history_
    assert history[-1, "reconstruction_error"] < 0.3 * history[0, "reconstruction_error"]


def test_missing_values_follow_a_real_row(make_sampler):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 2)), np.arange(200) % 2
    X[::2, 0] = np.nan  # all values of class 0, none of class 1
    sampler = make_sampler(mode="autoencoder", n_candidates=1).fit(X, y)
    assert np.isnan(sampler.sample(50, y=0)).tolist() == [[True, False]] * 50
    assert not np.isnan(sampler.sample(50, y=1)).any()


@pytest.mark.parametrize("share", [0.25, 1.0])
def test_augmented_batches_contain_the_share_of_perturbed_rows(make_sampler, numbers, share):
    sampler = make_sampler(augment="autoencoder", augment_share=share, batch_size=40).fit(*numbers)
    net = sampler.net_
    dataset = net.get_dataset(net.mixer.matrix, torch.from_numpy(numbers[1]))
    net.max_steps = 5
    for ((rows, codes, _),) in net.get_iterator(dataset, training=True):
        is_real = (rows[:, None] == net.mixer.matrix).all(dim=2).any(dim=1)
        assert (~is_real).sum() == share * 40
        assert rows.shape == (40, 5) and codes.shape == (40,)


def test_perturbed_rows_have_the_classes_of_the_rows_they_replace():
    class Net:
        def draw(self, codes):
            return SimpleNamespace(rows=codes[:, None].float())

    codes = torch.tensor([1, 0, 1, 1])
    replaced = Augmenter(Net(), share=0.75).replace_some(torch.full((4, 1), 9.0), codes)
    assert replaced[:, 0].tolist() == [1, 0, 1, 9]


def test_share_below_one_row_replaces_none():
    rows = torch.full((4, 1), 9.0)
    assert Augmenter(net=None, share=0.1).replace_some(rows, torch.tensor([1, 0, 1, 1])) is rows
