"""Time the default on one core, and compare its training with a hand-written torch loop.

Run `taskset -c 0 python -m benchmarks.speed`.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import torch
from sklearn.datasets import make_classification
from torch import nn
from torch.nn.functional import softplus

from benchmarks.records import FOLDER
from sklearn_gan import GANOversampler
from sklearn_gan._networks.losses import LOSSES
from sklearn_gan._networks.mixtures import _nearest_groups
from sklearn_gan._networks.trainer import BETAS

N_ROWS, N_COLUMNS, N_CLASSES, N_NEIGHBORS = 4000, 20, 2, 5


def main():
    """Print the seconds of each run and their medians, and write the median to the records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--records", default=FOLDER, help="folder for speed.json (default: %(default)s)")
    options = parser.parse_args()
    X, y = make_classification(N_ROWS, N_COLUMNS, n_informative=8, weights=[0.95], random_state=0)
    torch.set_num_threads(1)
    GANOversampler(max_steps=1).fit(X, y)  # the first step loads parts of torch
    rows, labels = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
    whole, ratios = [], []
    for _ in range(options.pairs):
        whole.append(_seconds(lambda: GANOversampler(random_state=0).fit_resample(X, y)))
        training = _seconds(lambda: GANOversampler(random_state=0, n_candidates=1).fit(X, y))
        ratios.append(training / _seconds(lambda: train_by_hand(rows, labels)))
        print(f"fit_resample {whole[-1]:.2f} s, training {training:.2f} s, {ratios[-1]:.2f} times hand-written loop")
    seconds = statistics.median(whole)
    print(f"median: fit_resample {seconds:.2f} s, training {statistics.median(ratios):.2f} times hand-written loop")
    (Path(options.records) / "speed.json").write_text(json.dumps({"seconds": round(seconds, 3)}) + "\n")


def train_by_hand(rows, labels):
    """Train the networks of the default for the same number of steps on a numeric table in a bare torch loop."""
    default = GANOversampler()
    penalty = LOSSES[default.loss].weight
    width, latent_dim, batch_size = default.hidden_layer_sizes[0], default.latent_dim, default.batch_size
    networks = [
        (_mlp(N_CLASSES + latent_dim + n_mixed, N_COLUMNS, width), _mlp(N_COLUMNS + N_CLASSES, 1, width), n_mixed)
        for n_mixed in (0, N_COLUMNS)
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


def _seconds(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
