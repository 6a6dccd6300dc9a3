"""Adversarial losses and penalties: pure functions of tensors, each under its equation and source.

Logits are Tensors of shape (batch_size,); row i of `real_logits` and of `fake_logits` are of one class.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import softplus


class AdversarialLoss(NamedTuple):
    """What the two players minimise, each a function (real_logits, fake_logits) -> Tensor of shape ()."""

    discriminator: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor, Tensor], Tensor]


def relativistic_discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Return the mean of softplus(-(D(x) - D(G(z)))), log 2 at equal logits.

    The discriminator has to rank each real row above the generated row that it is paired with
    (Jolicoeur-Martineau, "The relativistic discriminator", ICLR 2019, section 4.1; in this form Huang et
    al., "The GAN is dead; long live the GAN! A modern GAN baseline", NeurIPS 2024, equation 2).
    """
    return softplus(fake_logits - real_logits).mean()


def relativistic_generator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Return the mean of softplus(-(D(G(z)) - D(x))): the discriminator's loss with the roles exchanged."""
    return softplus(real_logits - fake_logits).mean()


def squared_gradient_norms(logits: Tensor, rows: Tensor) -> Tensor:
    """Return ‖∇_x D(x)‖² for each row x, a Tensor of shape (batch_size,) that can be differentiated again.

    Its mean over real rows is R1, its mean over generated rows R2 (Mescheder et al., "Which training methods
    for GANs do actually converge?", ICML 2018, equations 9 and 10). `rows` has shape (batch_size, n_features).
    """
    (gradients,) = torch.autograd.grad(logits.sum(), rows, create_graph=True)
    return gradients.square().sum(dim=1)


LOSSES = {
    "relativistic": AdversarialLoss(relativistic_discriminator_loss, relativistic_generator_loss),
}
