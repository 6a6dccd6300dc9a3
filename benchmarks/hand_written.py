"""The training loop of the default, written by hand in torch, as a reference for speed."""

import torch
from torch import nn
from torch.nn.functional import softplus

from sklearn_gan import GANOversampler
from sklearn_gan._networks.losses import LOSSES
from sklearn_gan._networks.mixtures import _nearest_groups
from sklearn_gan._networks.trainer import BETAS

N_CLASSES, N_NEIGHBORS = 2, 5


def train_by_hand(rows, labels):
    """Train the networks of the default for the same number of steps on a numeric table in a bare torch loop."""
    default, n_columns = GANOversampler(), rows.shape[1]
    penalty = LOSSES[default.loss].weight
    width, latent_dim, batch_size = default.hidden_layer_sizes[0], default.latent_dim, default.batch_size
    networks = [
        (_mlp(N_CLASSES + latent_dim + n_mixed, n_columns, width), _mlp(n_columns + N_CLASSES, 1, width), n_mixed)
        for n_mixed in (0, n_columns)
    ]
    parameters = [[p for pair in networks for p in pair[side].parameters()] for side in (0, 1)]
    average = [parameter.detach().clone() for parameter in parameters[0]]
    optimizers = [torch.optim.Adam(side, lr=default.learning_rate, betas=BETAS, fused=True) for side in parameters]
    members = [torch.nonzero(labels == label)[:, 0] for label in range(N_CLASSES)]
    families = [_nearest_groups(rows, member, N_NEIGHBORS, torch.Generator()) for member in members]

    def pick(options, drawn):
        choices = torch.stack([o[torch.randint(len(o), (batch_size,))] for o in options])
        return rows[choices[drawn, torch.arange(batch_size)]]

    def generate(generator, n_mixed, drawn, label):
        latent = torch.randn(batch_size, latent_dim)
        if not n_mixed:
            return generator(torch.cat((label, latent), 1))
        weights = torch.empty(batch_size, N_NEIGHBORS + 1).exponential_()
        mixtures = torch.einsum("bk,bkf->bf", weights / weights.sum(1, keepdim=True), pick(families, drawn))
        return mixtures + generator(torch.cat((label, latent, mixtures), 1))

    for _ in range(default.max_steps):
        drawn = torch.randint(N_CLASSES, (batch_size,))
        real, label = pick(members, drawn), nn.functional.one_hot(drawn, N_CLASSES).float()
        loss = 0
        for generator, discriminator, n_mixed in networks:
            with torch.no_grad():
                fake = generate(generator, n_mixed, drawn, label)
            both = torch.cat((real, fake)).requires_grad_()
            logits = discriminator(torch.cat((both, label.repeat(2, 1)), 1))[:, 0]
            real_logits, fake_logits = logits.chunk(2)
            (gradients,) = torch.autograd.grad(logits.sum(), both, create_graph=True)
            loss = loss + softplus(fake_logits - real_logits).mean() + penalty * gradients.square().sum(1).mean()
        _descend(optimizers[1], loss)
        loss = 0
        for generator, discriminator, n_mixed in networks:
            with torch.no_grad():
                real_logits = discriminator(torch.cat((real, label), 1))[:, 0]
            fake = generate(generator, n_mixed, drawn, label)
            loss = loss + softplus(real_logits - discriminator(torch.cat((fake, label), 1))[:, 0]).mean()
        _descend(optimizers[0], loss)
        torch._foreach_lerp_(average, [parameter.detach() for parameter in parameters[0]], 0.001)


def _mlp(n_inputs, n_outputs, width):
    hidden = [nn.Linear(n_inputs, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2)]
    return nn.Sequential(*hidden, nn.Linear(width, n_outputs))


def _descend(optimizer, loss):
    optimizer.zero_grad()
    loss.backward(inputs=optimizer.param_groups[0]["params"])
    optimizer.step()
