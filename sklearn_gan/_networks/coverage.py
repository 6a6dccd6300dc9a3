"""The guard of diversity: how much of the smaller classes a generator reaches, and what is done when it collapses."""

from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor

from sklearn_gan._matrix import coverage, density

MAX_ROWS = 500
N_NEIGHBORS = 5
FEWEST_ROWS = 10
KEPT_SHARE = 0.75


@dataclass
class Checkpoint:
    """Weights of a generator, while training.

    Attributes
    ----------
    step : int
        After how many steps.
    coverages : dict of {int: float}
        What they cover of each class that is watched.
    densities : dict of {int: float}
        How densely they fill it.
    state : dict of {str: Tensor}
        The weights.
    """

    step: int
    coverages: dict
    densities: dict
    state: dict

    def to_document(self):
        """Return the checkpoint without its weights as a document, for a file."""
        return {
            "step": self.step,
            "codes": list(self.coverages),
            "coverages": list(self.coverages.values()),
            "densities": list(self.densities.values()),
        }

    @classmethod
    def from_document(cls, fields, n_classes):
        """Return the checkpoint of a document."""
        codes = fields.integers("codes", 0, n_classes - 1)
        if len(set(codes)) < len(codes):
            fields.refuse("codes", "different classes", codes)
        shares = [fields.numbers(name, len(codes)) for name in ("coverages", "densities")]
        by_code = [dict(zip(codes, of_codes, strict=True)) for of_codes in shares]
        return cls(fields.integer("step", 0), *by_code, state={})

    @property
    def coverage(self):
        """The mean over classes."""
        return sum(self.coverages.values()) / len(self.coverages)

    @property
    def density(self):
        """The mean over classes."""
        return sum(self.densities.values()) / len(self.densities)


class CoverageMonitor:
    """Watch how much of the smaller classes each generator covers, and keep it as it was before it collapsed.

    Coverage is the share of real rows that have a generated row nearer than their 5th nearest real row of the class
    (Naeem et al., "Reliable fidelity and diversity metrics for generative models", ICML 2020, section 3.2). Density,
    of the same source, is recorded beside it: in how many neighbourhoods of real rows a generated one lies, 1 being
    as many as a real one. Losses do not tell of a generator that draws a few rows again and again; this does. After
    each record it is measured for the moving average of each generator, over all classes but the largest; of classes
    of fewer than `FEWEST_ROWS` rows it would tell nothing. A generator's weights are kept as long as they cover
    `KEPT_SHARE` of what the best so far did, as a mean over classes, and those kept last are what rows are drawn
    with: coverage is a noisy figure, and training does more than to raise it.

    The rows are drawn from a random generator of the guard's own, so that watching changes nothing.

    Parameters
    ----------
    rows : Tensor of shape (n_rows, n_features)
        The encoded real rows.
    codes : Tensor of shape (n_rows,)
        Their classes, as integers from 0.
    n_generators : int
        How many generators there are to watch.
    rng : torch.Generator
        The net's, of which the guard takes the seed alone.
    """

    def __init__(self, rows, codes, n_generators, rng):
        self.rng = torch.Generator(rng.device).manual_seed(rng.initial_seed() + 1)
        of_class = {code: rows[codes == code] for code in monitored_classes(codes)}
        self.neighborhoods = {code: Neighborhoods(real, self.rng) for code, real in of_class.items()}
        self.best = [0.0] * n_generators
        self.kept = [None] * n_generators

    def record(self, net):
        """Measure coverage, record it, and keep weights that are still diverse."""
        if not self.neighborhoods:
            return
        checkpoints = [self._check(net, position) for position in range(len(self.kept))]
        for name in ("coverage", "density"):
            net.history.record(name, sum(getattr(now, name) for now in checkpoints) / len(checkpoints))
        for position, now in enumerate(checkpoints):
            if now.coverage >= KEPT_SHARE * self.best[position]:
                self.kept[position] = now
            self.best[position] = max(self.best[position], now.coverage)

    def _check(self, net, position):
        coverages, densities = {}, {}
        for code, real in self.neighborhoods.items():
            codes = torch.full((real.n_rows,), code, device=self.rng.device)
            generated = net.draw_from(position, codes, self.rng).rows
            coverages[code], densities[code] = real.measure(generated)
        return Checkpoint(net.n_steps, coverages, densities, deepcopy(net.averaged_.module[position].state_dict()))

    def restore(self, generators) -> list[Checkpoint]:
        """Give the generators the weights that were kept last; return the checkpoints, their weights let go."""
        kept = [checkpoint for checkpoint in self.kept if checkpoint is not None]
        for generator, checkpoint in zip(generators, kept, strict=bool(kept)):
            generator.load_state_dict(checkpoint.state)
            checkpoint.state = {}
        return kept


class Neighborhoods:
    """Real rows of a class, `MAX_ROWS` at most, and how far from each its `N_NEIGHBORS`-th nearest of the others is.

    Neighbours are other rows: among rows that repeat, as on tables of categories and integers, each distinct row
    counts once as a neighbour. So a radius is never 0, unless all rows are equal, which is covered anyhow.
    """

    def __init__(self, rows, rng):
        rows = rows[torch.randperm(len(rows), generator=rng, device=rows.device)[:MAX_ROWS]]
        self.n_rows = len(rows)
        self.distinct, self.counts = torch.unique(rows, dim=0, return_counts=True)
        self.n_others = min(N_NEIGHBORS, len(self.distinct) - 1)
        self.radii = _distances(self.distinct, self.distinct).kthvalue(self.n_others + 1).values  # the first is the row
        if not self.n_others:
            self.radii = torch.full_like(self.radii, torch.inf)

    def measure(self, generated: Tensor) -> tuple[float, float]:
        """Return the coverage and the density of generated rows, of shape (n_generated, n_features)."""
        n_inside = (_distances(self.distinct, generated) <= self.radii[:, None]).sum(dim=1)
        return coverage(n_inside, self.counts), density(n_inside, max(1, self.n_others), len(generated))


def monitored_classes(codes: Tensor) -> list[int]:
    """Return the classes but the largest that have rows enough."""
    sizes = torch.bincount(codes)
    watched = sizes >= FEWEST_ROWS
    watched[sizes.argmax()] = False
    return torch.nonzero(watched)[:, 0].tolist()


def _distances(rows, others):
    return torch.cdist(rows, others, compute_mode="donot_use_mm_for_euclid_dist")
