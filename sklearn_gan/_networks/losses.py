"""Losses and penalties: pure functions of tensors, each with its equation and source.

Logits are Tensors of shape (..., batch_size). Elements i of `real_logits` and `fake_logits` belong to rows of the same
class. An adversarial loss returns the losses of the discriminator D and of the generator G, each of shape (). Here x
is a real row and G(z) a generated row.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import relu, softplus

SMALLEST_NORM = 1e-12


def relativistic(real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor]:
    """Return L_D = E[f(D(G(z)) - D(x))] and L_G = E[f(D(x) - D(G(z)))], where f is softplus.

    D is trained to rank each real row above the generated row of its pair, and G to reverse this order
    (Jolicoeur-Martineau, "The relativistic discriminator", ICLR 2019, section 4.1; in this form Huang et al., "The
    GAN is dead; long live the GAN! A modern GAN baseline", NeurIPS 2024, equation 2).
    """
    return softplus(fake_logits - real_logits).mean(), softplus(real_logits - fake_logits).mean()


def bce(real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor]:
    """Return L_D = -E[log σ(D(x))] - E[log(1 - σ(D(G(z))))] and L_G = -E[log σ(D(G(z)))].

    This is binary cross-entropy. The generator's loss is the non-saturating form, whose gradient does not vanish where
    D is certain (Goodfellow et al., "Generative adversarial nets", NIPS 2014, equation 1 and section 3).
    """
    return _cross_entropy(real_logits, fake_logits), softplus(-fake_logits).mean()


def bce_saturating(real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor]:
    """Return L_D of :func:`bce` and L_G = E[log(1 - σ(D(G(z))))].

    This is the original minimax objective (Goodfellow et al., NIPS 2014, equation 1).
    """
    return _cross_entropy(real_logits, fake_logits), -softplus(fake_logits).mean()


def _cross_entropy(real_logits, fake_logits):
    return softplus(-real_logits).mean() + softplus(fake_logits).mean()


def least_squares(real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor]:
    """Return L_D = ½ E[(D(x) - 1)²] + ½ E[D(G(z))²] and L_G = ½ E[(D(G(z)) - 1)²].

    Source: Mao et al., "Least squares generative adversarial networks", ICCV 2017, equation 9, the 0-1 coding.
    """
    discriminator = (real_logits - 1).square().mean() / 2 + fake_logits.square().mean() / 2
    return discriminator, (fake_logits - 1).square().mean() / 2


def hinge(real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor]:
    """Return L_D = E[max(0, 1 - D(x))] + E[max(0, 1 + D(G(z)))] and L_G = -E[D(G(z))].

    Source: Lim, Ye, "Geometric GAN", 2017, section 3; in this form Miyato et al., "Spectral normalization for
    generative adversarial networks", ICLR 2018, equations 16 and 17.
    """
    return relu(1 - real_logits).mean() + relu(1 + fake_logits).mean(), -fake_logits.mean()


def wasserstein(real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor]:
    """Return L_D = E[D(G(z))] - E[D(x)] and L_G = -E[D(G(z))].

    Source: Arjovsky, Chintala, Bottou, "Wasserstein generative adversarial networks", ICML 2017, equations 2 and 3.
    """
    return fake_logits.mean() - real_logits.mean(), -fake_logits.mean()


def zero_centred_penalty(squared_norms: Tensor) -> Tensor:
    """Return E[‖∇D(x)‖²], which is ½ (R1 + R2) over real and generated rows together.

    Source: Mescheder et al., "Which training methods for GANs do actually converge?", ICML 2018, equations 9 and 10.
    `squared_norms` has shape (batch_size,).
    """
    return squared_norms.mean()


def one_centred_penalty(squared_norms: Tensor) -> Tensor:
    """Return E[(‖∇D(x̂)‖ - 1)²].

    Source: Gulrajani et al., "Improved training of Wasserstein GANs", NeurIPS 2017, equation 3. `squared_norms` has
    shape (batch_size,).
    """
    # The gradient of the square root is infinite at 0.
    return (squared_norms.clamp_min(SMALLEST_NORM).sqrt() - 1).square().mean()


def interpolate(real: Tensor, fake: Tensor, uniform: Tensor) -> Tensor:
    """Return x̂ = u x + (1 - u) G(z).

    Source: Gulrajani et al., NeurIPS 2017, algorithm 1. `real`, `fake` and the result have shape
    (batch_size, n_features). `uniform`, of shape (batch_size, 1), is u.
    """
    return uniform * real + (1 - uniform) * fake


def feature_distance(real_features: list[Tensor], fake_features: list[Tensor]) -> Tensor:
    """Return Σ_l ‖E[D_l(x)] - E[D_l(G(z))]‖₁ / n_l over the hidden layers l of D, each with n_l features D_l.

    This is feature matching (Salimans et al., "Improved techniques for training GANs", NeurIPS 2016, section 3.1) with
    the L1 norm and the sum over layers of Wang et al. ("High-resolution image synthesis and semantic manipulation with
    conditional GANs", CVPR 2018, section 3.2). Batch means are compared, because generated rows have no real
    counterparts. The features of a layer have shape (batch_size, n_l).
    """
    pairs = zip(real_features, fake_features, strict=True)
    return sum((real.mean(dim=0) - fake.mean(dim=0)).abs().mean() for real, fake in pairs)


def reconstruction_error(scores: Tensor, rows: Tensor, present: Tensor, n_numbers: int, n_columns: int) -> Tensor:
    r"""Return the mean over rows x of Σ_j (x_j - x̂_j)² - Σ_k x_k log p_k, divided by the number of columns.

    The first sum is over numeric columns j, the second over the categories k, one-hot encoded in x. Up to constants,
    the result is the negative log-likelihood of Gaussians with variance ½ (Kingma, Welling, "Auto-encoding variational
    Bayes", ICLR 2014, appendix C.2) and of categorical distributions. All Tensors have shape (batch_size, n_values).
    `scores` holds the x̂_j and then the log p_k; `rows` holds the real values. Where `present` is 0, values are missing
    and have no weight.
    """
    squared = (scores - rows)[:, :n_numbers].square() * present[:, :n_numbers]
    cross_entropy = -(rows * scores)[:, n_numbers:] * present[:, n_numbers:]
    return (squared.sum() + cross_entropy.sum()) / (len(scores) * n_columns)


def cell_discriminator_loss(logits: Tensor, filled: Tensor) -> Tensor:
    """Return the mean over values of -[m log D + (1 - m) log(1 - D)], the discriminator's loss in imputation.

    Here m is 1 for imputed and 0 for observed values, and D is the predicted probability of m = 1 (Yoon et al., "GAIN:
    missing data imputation using generative adversarial nets", ICML 2018, equation 10). The loss is log 2 at logits 0.
    `logits` and `filled`, which holds m, have shape (batch_size, n_columns).
    """
    return softplus(torch.where(filled > 0, -logits, logits)).mean()


def cell_generator_loss(logits: Tensor, filled: Tensor) -> Tensor:
    """Return the mean over imputed values of -log(1 - D), the generator's adversarial loss in imputation.

    It is small where the discriminator classifies imputed values as observed (Yoon et al. 2018, equation 12).
    """
    return (filled * softplus(logits)).sum() / filled.sum().clamp_min(1)


def energy_scores(first: Tensor, second: Tensor, true: Tensor) -> Tensor:
    """Return (|x1 - x| + |x2 - x| - |x1 - x2|) / 2 for two draws x1, x2 of each numeric value x.

    The expectation is minimal if the draws follow the distribution of x given the generator's input (Gneiting and
    Raftery, "Strictly proper scoring rules, prediction, and estimation", JASA 2007, equation 21). All three arguments
    have shape (batch_size, n_numbers).
    """
    return ((first - true).abs() + (second - true).abs() - (first - second).abs()) / 2


def squared_errors_of_means(first: Tensor, second: Tensor, true: Tensor) -> Tensor:
    """Return (x1 - x) (x2 - x) for two draws x1, x2 of each numeric value x.

    The expectation is (E[x1] - x)², because the draws are independent. Unlike the mean of the two squared errors, it
    does not penalise the spread of the draws. All three arguments have shape (batch_size, n_numbers).
    """
    return (first - true) * (second - true)


def number_errors(first: Tensor, second: Tensor, true: Tensor) -> Tensor:
    """Return the mean of two scores: :func:`energy_scores` and :func:`squared_errors_of_means`.

    The energy score fits the spread of the draws; the other score fits their mean. The result is 0 where both draws
    equal x. Both scores are minimal in expectation for draws from the distribution of x.
    """
    return (energy_scores(first, second, true) + squared_errors_of_means(first, second, true)) / 2


class AdversarialLoss(NamedTuple):
    """Adversarial losses, with the gradient penalty on the discriminator.

    Attributes
    ----------
    losses : callable
        Maps real and fake logits to the losses of the discriminator and the generator.
    penalty : callable
        Maps squared gradient norms of the discriminator to the penalty.
    between : bool
        Whether to take the gradient between real and generated rows instead of at these rows.
    weight : float
        Default weight of the penalty.
    critic_steps : int
        Number of discriminator steps per generator step.
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
