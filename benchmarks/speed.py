"""Time training beside a hand-written torch loop of the same networks, batches and steps: one core.

Run `taskset -c 0 python -m benchmarks.speed`.
"""

import argparse
import statistics
import time

import torch
from sklearn.datasets import make_classification
from torch import nn
from torch.nn.functional import softplus

from sklearn_gan import GANOversampler

N_CLASSES, LATENT_DIM, WIDTH, N_STEPS, BATCH_SIZE, LEARNING_RATE, PENALTY = 2, 64, 256, 1000, 128, 5e-4, 0.3
N_NEIGHBORS = 5


def main():
    """Print seconds and ratio of each pair of runs, and their medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="default: %(default)s")
    n_pairs = parser.parse_args().pairs
    X, y = make_classification(4000, 20, n_informative=8, weights=[0.95], random_state=0)
    torch.set_num_threads(1)
    GANOversampler(max_steps=1).fit(X, y)  # torch loads parts of itself at the first step
    rows, labels = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
    ratios, seconds = [], []
    for _ in range(n_pairs):
        ours = _seconds(lambda: GANOversampler(random_state=0).fit(X, y))
        by_hand = _seconds(lambda: train_by_hand(rows, labels))
        seconds.append(ours)
        ratios.append(ours / by_hand)
        print(f"fit {ours:.2f} s, by hand {by_hand:.2f} s, ratio {ratios[-1]:.2f}")
    print(f"median: fit {statistics.median(seconds):.2f} s, ratio {statistics.median(ratios):.2f}")


def train_by_hand(rows, labels):
    """Train the default's networks on a table of numbers with nothing around them."""
    n_features = rows.shape[1]
    generator = _mlp(N_CLASSES + LATENT_DIM + n_features, n_features)
    discriminator = _mlp(n_features + N_CLASSES, 1)
    average = [parameter.detach().clone() for parameter in generator.parameters()]
    optimizers = [
        torch.optim.Adam(player.parameters(), lr=LEARNING_RATE, betas=(0.0, 0.99), fused=True)
        for player in (generator, discriminator)
    ]
    members = [torch.nonzero(labels == label)[:, 0] for label in range(N_CLASSES)]
    families = [m[torch.cdist(rows[m], rows[m]).topk(N_NEIGHBORS + 1, largest=False).indices] for m in members]

    def pick(options, drawn):
        choices = torch.stack([o[torch.randint(len(o), (BATCH_SIZE,))] for o in options])
        return rows[choices[drawn, torch.arange(BATCH_SIZE)]]

    def generate(drawn, label):
        weights = torch.empty(BATCH_SIZE, N_NEIGHBORS + 1).exponential_()
        mixtures = torch.einsum("bk,bkf->bf", weights / weights.sum(1, keepdim=True), pick(families, drawn))
        return mixtures + generator(torch.cat((label, torch.randn(BATCH_SIZE, LATENT_DIM), mixtures), 1))

    for _ in range(N_STEPS):
        drawn = torch.randint(N_CLASSES, (BATCH_SIZE,))
        real, label = pick(members, drawn), nn.functional.one_hot(drawn, N_CLASSES).float()
        with torch.no_grad():
            fake = generate(drawn, label)
        both = torch.cat((real, fake)).requires_grad_()
        logits = discriminator(torch.cat((both, label.repeat(2, 1)), 1))[:, 0]
        (gradients,) = torch.autograd.grad(logits.sum(), both, create_graph=True)
        real_logits, fake_logits = logits.chunk(2)
        loss = softplus(fake_logits - real_logits).mean() + PENALTY * gradients.square().sum(1).mean()
        _descend(optimizers[1], loss)
        with torch.no_grad():
            real_logits = discriminator(torch.cat((real, label), 1))[:, 0]
        fake_logits = discriminator(torch.cat((generate(drawn, label), label), 1))[:, 0]
        _descend(optimizers[0], softplus(real_logits - fake_logits).mean())
        torch._foreach_lerp_(average, [parameter.detach() for parameter in generator.parameters()], 0.001)


def _mlp(n_inputs, n_outputs):
    hidden = [nn.Linear(n_inputs, WIDTH), nn.LeakyReLU(0.2), nn.Linear(WIDTH, WIDTH), nn.LeakyReLU(0.2)]
    return nn.Sequential(*hidden, nn.Linear(WIDTH, n_outputs))


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
