"""Losses and penalties: pure functions of tensors, each under its equation and source.

Logits are Tensors of shape (batch_size,); row i of `real_logits` and of `fake_logits` are of one class. An
adversarial loss returns what the discriminator D and what the generator G minimise, each of shape (); x is a
real row, G(z) a generated one.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import relu, softplus

SMALLEST_NORM = 1e-12


def relativistic(real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor]:
    """L_D = E[f(D(G(z)) - D(x))], L_G = E[f(D(x) - D(G(z)))], f being softplus.

    D has to rank each real row above the generated row that it is paired with, G has to reverse that
    (Jolicoeur-Martineau, "The relativistic discriminator", ICLR 2019, section 4.1; in this form Huang et al., "The
    GAN is dead; long live the GAN! A modern GAN baseline", NeurIPS 2024, equation 2).
    """
    return softplus(fake_logits - real_logits).mean(), softplus(real_logits - fake_logits).mean()


def bce(real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor]:
    """L_D = -E[log σ(D(x))] - E[log(1 - σ(D(G(z))))], L_G = -E[log σ(D(G(z)))].

    Binary cross-entropy, the generator's in its non-saturating form, whose gradient does not vanish where D is
    sure (Goodfellow et al., "Generative adversarial nets", NIPS 2014, equation 1 and section 3).
    """
    return _cross_entropy(real_logits, fake_logits), softplus(-fake_logits).mean()


def bce_saturating(real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor]:
    """L_D as that of :func:`bce`, L_G = E[log(1 - σ(D(G(z))))].

    The two-player minimax game itself (Goodfellow et al., NIPS 2014, equation 1).
    """
    return _cross_entropy(real_logits, fake_logits), -softplus(fake_logits).mean()


def _cross_entropy(real_logits, fake_logits):
    return softplus(-real_logits).mean() + softplus(fake_logits).mean()


def least_squares(real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor]:
    """L_D = ½ E[(D(x) - 1)²] + ½ E[D(G(z))²], L_G = ½ E[(D(G(z)) - 1)²].

    (Mao et al., "Least squares generative adversarial networks", ICCV 2017, equation 9: the 0-1 coding.)
    """
    discriminator = (real_logits - 1).square().mean() / 2 + fake_logits.square().mean() / 2
    return discriminator, (fake_logits - 1).square().mean() / 2


def hinge(real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor]:
    """L_D = E[max(0, 1 - D(x))] + E[max(0, 1 + D(G(z)))], L_G = -E[D(G(z))].

    (Lim, Ye, "Geometric GAN", 2017, section 3; in this form Miyato et al., "Spectral normalization for generative
    adversarial networks", ICLR 2018, equations 16 and 17.)
    """
    return relu(1 - real_logits).mean() + relu(1 + fake_logits).mean(), -fake_logits.mean()


def wasserstein(real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor]:
    """L_D = E[D(G(z))] - E[D(x)], L_G = -E[D(G(z))].

    (Arjovsky, Chintala, Bottou, "Wasserstein generative adversarial networks", ICML 2017, equations 2 and 3.)
    """
    return fake_logits.mean() - real_logits.mean(), -fake_logits.mean()


def squared_gradient_norms(logits: Tensor, rows: Tensor) -> Tensor:
    """Return ‖∇_x D(x)‖² for each row x, a Tensor of shape (batch_size,) that can be differentiated again.

    `rows` has shape (batch_size, n_features).
    """
    (gradients,) = torch.autograd.grad(logits.sum(), rows, create_graph=True)
    return gradients.square().sum(dim=1)


def zero_centred_penalty(squared_norms: Tensor) -> Tensor:
    """Return E[‖∇D(x)‖²]. Over real and generated rows alike it is ½ (R1 + R2).

    (Mescheder et al., "Which training methods for GANs do actually converge?", ICML 2018, equations 9 and 10.)
    `squared_norms` has shape (batch_size,).
    """
    return squared_norms.mean()


def one_centred_penalty(squared_norms: Tensor) -> Tensor:
    """Return E[(‖∇D(x̂)‖ - 1)²].

    (Gulrajani et al., "Improved training of Wasserstein GANs", NeurIPS 2017, equation 3.) `squared_norms` has shape
    (batch_size,).
    """
    return (squared_norms.clamp_min(SMALLEST_NORM).sqrt() - 1).square().mean()


def interpolate(real: Tensor, fake: Tensor, uniform: Tensor) -> Tensor:
    """Return x̂ = u x + (1 - u) G(z), of the shape of `real` and `fake`, (batch_size, n_features).

    (Gulrajani et al., NeurIPS 2017, algorithm 1.) `uniform`, of shape (batch_size, 1), is u.
    """
    return uniform * real + (1 - uniform) * fake


def feature_distance(real_features: list[Tensor], fake_features: list[Tensor]) -> Tensor:
    """Return Σ_l ‖E[D_l(x)] - E[D_l(G(z))]‖₁ / n_l over D's hidden layers l of n_l features D_l.

    Feature matching (Salimans et al., "Improved techniques for training GANs", NeurIPS 2016, section 3.1), with the
    L1 norm and the sum over layers of Wang et al. ("High-resolution image synthesis and semantic manipulation with
    conditional GANs", CVPR 2018, section 3.2). Each feature has shape (batch_size, n_l). Rows of an unordered table
    have no counterpart, so that means over the batch are compared.
    """
    pairs = zip(real_features, fake_features, strict=True)
    return sum((real.mean(dim=0) - fake.mean(dim=0)).abs().mean() for real, fake in pairs)


def reconstruction_error(scores: Tensor, rows: Tensor, present: Tensor, n_numbers: int, n_columns: int) -> Tensor:
    r"""Return the mean over rows x of Σ_j (x_j - x̂_j)² - Σ_k x_k log p_k, by the number of columns.

    The sums go over numbers j and over levels k of categories, one-hot in x: up to constants the negative
    log-likelihood of Gaussians of variance ½ (Kingma, Welling, "Auto-encoding variational Bayes", ICLR 2014, appendix
    C.2) and of categorical distributions. All Tensors have shape (batch_size, n_values): `scores` are the x̂_j and
    then the log p_k, `rows` the real values, and cells at which `present` is 0 count for nothing.
    """
    squared = (scores - rows)[:, :n_numbers].square() * present[:, :n_numbers]
    surprise = -(rows * scores)[:, n_numbers:] * present[:, n_numbers:]
    return (squared.sum() + surprise.sum()) / (len(scores) * n_columns)


def cell_discriminator_loss(logits: Tensor, filled: Tensor) -> Tensor:
    """Return the discriminator's loss in telling filled cells from observed ones, log 2 at logits 0.

    It is the mean over cells of -[m log D + (1 - m) log(1 - D)], m being 1 where a cell was filled and D the
    probability that the discriminator gives to this (Yoon et al., "GAIN: missing data imputation using generative
    adversarial nets", ICML 2018, equation 10). Both arguments have shape (batch_size, n_columns).
    """
    return softplus(torch.where(filled > 0, -logits, logits)).mean()


def cell_generator_loss(logits: Tensor, filled: Tensor) -> Tensor:
    """Return the adversarial loss of the generator: the mean over filled cells of -log(1 - D).

    A cell passes for an observed one where D is small (Yoon et al. 2018, equation 12).
    """
    return (filled * softplus(logits)).sum() / filled.sum().clamp_min(1)


def energy_scores(first: Tensor, second: Tensor, true: Tensor) -> Tensor:
    """Return (|x1 - x| + |x2 - x| - |x1 - x2|) / 2 for two draws x1, x2 of each number x.

    Its expectation is least if the draws are distributed as x is, given what they were drawn from (Gneiting and
    Raftery, "Strictly proper scoring rules, prediction, and estimation", JASA 2007, equation 21). All three have
    shape (batch_size, n_numbers).
    """
    return ((first - true).abs() + (second - true).abs() - (first - second).abs()) / 2


def squared_errors_of_means(first: Tensor, second: Tensor, true: Tensor) -> Tensor:
    """Return (x1 - x) (x2 - x) for two draws x1, x2 of each number x.

    The draws being independent, its expectation is (E[x1] - x)²: unlike in the mean of their squared errors their
    spread costs nothing. All three have shape (batch_size, n_numbers).
    """
    return (first - true) * (second - true)


def number_errors(first: Tensor, second: Tensor, true: Tensor) -> Tensor:
    """Return the mean of both scores, 0 where both draws are right: the first for the spread, the second for the mean.

    Either is least in expectation for draws from the distribution of x.
    """
    return (energy_scores(first, second, true) + squared_errors_of_means(first, second, true)) / 2


class AdversarialLoss(NamedTuple):
    """A game: what the players minimise, and how the discriminator is held smooth.

    Attributes
    ----------
    losses : callable
        Takes real and fake logits, returns the discriminator's and the generator's loss.
    penalty : callable
        Takes the squared norms of the discriminator's gradient, returns the penalty.
    between : bool
        Where the gradient is taken: between real and generated rows, or at them.
    weight : float
        The penalty's weight, unless the caller has another.
    critic_steps : int
        Steps of the discriminator for each of the generator.
    """

    losses: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
    penalty: Callable[[Tensor], Tensor] = zero_centred_penalty
    between: bool = False
    weight: float = 0.3
    critic_steps: int = 1


LOSSES = {
    "relativistic": AdversarialLoss(relativistic),
    "bce": AdversarialLoss(bce),
    "bce-saturating": AdversarialLoss(bce_saturating),
    "least_squares": AdversarialLoss(least_squares),
    "hinge": AdversarialLoss(hinge),
    "wasserstein": AdversarialLoss(wasserstein, one_centred_penalty, between=True, weight=10.0, critic_steps=5),
}
