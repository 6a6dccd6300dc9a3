"""What happens beside the steps of training: records, the learning rate, the guard of diversity, the bar."""

from copy import deepcopy

import torch
from skorch.callbacks import Callback
from torch import Tensor
from tqdm.auto import tqdm

MAX_ROWS = 500
N_NEIGHBORS = 5
FEWEST_ROWS = 10
KEPT_SHARE = 0.75


class StepCounter(Callback):
    """Write the number of steps made so far into each record of the history."""

    def on_epoch_end(self, net, **kwargs):
        """Record the sum of this record's batches and the last record's steps."""
        before = net.history[-2, "step"] if len(net.history) > 1 else 0
        net.history.record("step", before + len(net.history[-1, "batches"]))


class LearningRateDecay(Callback):
    """Keep the learning rate of all networks for half of the steps, then lower it linearly to almost 0."""

    def on_epoch_begin(self, net, **kwargs):
        """Set the learning rate of the next record."""
        done = (len(net.history) - 1) / net.max_epochs
        for optimizer in net.optimizers():
            for group in optimizer.param_groups:
                group["lr"] = net.lr * min(1, 2 * (1 - done))


class DiversityGuard(Callback):
    """Watch how much of the rare classes each generator covers, and keep it as it was before it collapsed.

    Coverage is the share of real rows that have a generated row nearer than their 5th nearest real row of the class
    (Naeem et al., "Reliable fidelity and diversity metrics for generative models", ICML 2020, section 3.2). Losses
    do not tell of a generator that draws a few rows again and again; this does. After each record it is measured
    for the moving average of each generator, over all classes but the largest; of classes of fewer than
    `FEWEST_ROWS` rows it would tell nothing. A generator's weights are kept as long as they cover `KEPT_SHARE` of
    what the best so far did, and those kept last are what rows are drawn with: coverage is a noisy figure, and
    training does more than to raise it.

    The rows are drawn from a random generator of the guard's own, so that watching changes nothing.
    """

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        """Choose the real rows, and learn how near their neighbours are."""
        self.rng_ = torch.Generator(net.rng.device).manual_seed(net.rng.initial_seed() + 1)
        self.classes_ = [_Neighborhoods(X[y == code], code, self.rng_) for code in self._watched(y)]
        self.best_ = [-1.0] * len(net.module_)
        self.kept_ = [None] * len(net.module_)

    def _watched(self, codes):
        sizes = torch.bincount(codes)
        watched = sizes >= FEWEST_ROWS
        watched[sizes.argmax()] = False
        return torch.nonzero(watched)[:, 0].tolist()

    def on_epoch_end(self, net, **kwargs):
        """Measure coverage, and keep weights that are still diverse."""
        if not self.classes_:
            return
        coverages = [self._coverage(net, position) for position in range(len(net.module_))]
        net.history.record("coverage", sum(coverages) / len(coverages))
        for position, coverage in enumerate(coverages):
            if coverage >= KEPT_SHARE * self.best_[position]:
                state = deepcopy(net.averaged_.module[position].state_dict())
                self.kept_[position] = (net.history[-1, "step"], coverage, state)
            self.best_[position] = max(self.best_[position], coverage)

    def _coverage(self, net, position):
        covered = [rows.covered_by(net.draw_from(position, rows.codes, self.rng_)) for rows in self.classes_]
        return torch.cat(covered).float().mean().item()

    def on_train_end(self, net, **kwargs):
        """Draw from the weights that were kept last, and tell the net what they cover."""
        if None in self.kept_:
            return
        for generator, (_, _, state) in zip(net.averaged_.module, self.kept_, strict=True):
            generator.load_state_dict(state)
        net.kept_steps_, net.coverages_ = ([kept[i] for kept in self.kept_] for i in (0, 1))


class _Neighborhoods:
    """Real rows of a class, `MAX_ROWS` at most, and how far from each its `N_NEIGHBORS`-th nearest of the others is."""

    def __init__(self, rows, code, rng):
        self.rows = rows[torch.randperm(len(rows), generator=rng, device=rows.device)[:MAX_ROWS]]
        self.codes = torch.full((len(self.rows),), code, device=rows.device)
        distances = torch.cdist(self.rows, self.rows).fill_diagonal_(0)
        self.radii = distances.kthvalue(N_NEIGHBORS + 1).values  # the first of them is the row itself

    def covered_by(self, generated: Tensor) -> Tensor:
        """Return which of the rows have one of `generated` in their neighbourhood."""
        return torch.cdist(self.rows, generated).min(dim=1).values <= self.radii


class ProgressBar(Callback):
    """Show steps, losses and the time left."""

    def on_train_begin(self, net, **kwargs):
        """Open the bar."""
        self.bar_ = tqdm(total=net.max_steps, unit="step", desc=type(net).__name__)

    def on_batch_end(self, net, **kwargs):
        """Advance by a step."""
        self.bar_.update()

    def on_epoch_end(self, net, **kwargs):
        """Show the losses of the last record."""
        losses = {name: f"{net.history[-1, name]:.3f}" for name in net.loss_names}
        self.bar_.set_postfix(losses)

    def on_train_end(self, net, **kwargs):
        """Close the bar."""
        self.bar_.close()
