"""Monitor the coverage of the smaller classes, and keep checkpoints of generators from before they collapse."""

from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor

from sklearn_gan._matrix import coverage, density

MAX_ROWS = 500
N_NEIGHBORS = 5
FEWEST_ROWS = 10
KEPT_SHARE = 0.75
ROUNDING = 1e-9  # relative error of squared distances; rows of categories often lie exactly on a radius


@dataclass
class Checkpoint:
    """Weights of a generator during training, with its coverage and density.

    Attributes
    ----------
    step : int
        Number of training steps so far.
    coverages : dict of {int: float}
        Coverage of each monitored class.
    densities : dict of {int: float}
        Density in each monitored class.
    state : dict of {str: Tensor}
        The weights.
    """

    step: int
    coverages: dict
    densities: dict
    state: dict

    def to_document(self):
        """Return the document of the checkpoint, without its weights."""
        return {
            "step": self.step,
            "codes": list(self.coverages),
            "coverages": list(self.coverages.values()),
            "densities": list(self.densities.values()),
        }

    @classmethod
    def from_document(cls, fields, n_classes):
        """Restore a checkpoint, without weights, from a document."""
        codes = fields.integers("codes", 0, n_classes - 1)
        if len(set(codes)) < len(codes):
            fields.refuse("codes", "distinct classes", codes)
        measures = [fields.numbers(name, len(codes)) for name in ("coverages", "densities")]
        by_code = [dict(zip(codes, values, strict=True)) for values in measures]
        return cls(fields.integer("step", 0), *by_code, state={})

    @property
    def coverage(self):
        """Mean coverage over the monitored classes."""
        return sum(self.coverages.values()) / len(self.coverages)

    @property
    def density(self):
        """Mean density over the monitored classes."""
        return sum(self.densities.values()) / len(self.densities)


class CoverageMonitor:
    """Monitor the coverage of the smaller classes, and keep a checkpoint of each generator from before it collapses.

    Coverage is the share of real rows with a generated row nearer than their 5th nearest real row of the class (Naeem
    et al., "Reliable fidelity and diversity metrics for generative models", ICML 2020, section 3.2). Density, from the
    same source, counts the neighbourhoods of real rows around each generated row, scaled to 1 for real rows. Coverage
    reveals a generator that repeats a few rows; losses do not.

    Coverage and density are measured after each record, for the moving average of each generator. The largest class
    is not monitored, nor are classes with fewer than `FEWEST_ROWS` rows, where coverage is uninformative. A checkpoint
    is kept if its mean coverage over classes is at least `KEPT_SHARE` times the best so far. Rows are sampled from the
    last checkpoint kept, not from the best one: coverage is noisy, and training improves more than coverage.

    The monitor has its own random number generator, so it does not change training.

    Parameters
    ----------
    rows : Tensor of shape (n_rows, n_features)
        The encoded real rows.
    codes : Tensor of shape (n_rows,)
        Class index of each row, from 0 to n_classes - 1.
    n_generators : int
        Number of generators to monitor.
    rng : torch.Generator
        The net's random number generator; only its seed is used.
    """

    def __init__(self, rows, codes, n_generators, rng):
        self.rng = torch.Generator(rng.device).manual_seed(rng.initial_seed() + 1)
        of_class = {code: rows[codes == code] for code in monitored_classes(codes)}
        self.neighborhoods = {code: Neighborhoods(real, self.rng) for code, real in of_class.items()}
        self.best = [0.0] * n_generators
        self.kept = [None] * n_generators

    def record(self, net):
        """Record coverage and density, and keep the checkpoints that are still diverse."""
        if not self.neighborhoods:
            return
        checkpoints = [self._make_checkpoint(net, position) for position in range(len(self.kept))]
        for name in ("coverage", "density"):
            net.history.record(name, sum(getattr(current, name) for current in checkpoints) / len(checkpoints))
        for position, current in enumerate(checkpoints):
            if current.coverage >= KEPT_SHARE * self.best[position]:
                self.kept[position] = current
            self.best[position] = max(self.best[position], current.coverage)

    def _make_checkpoint(self, net, position):
        coverages, densities = {}, {}
        for code, real in self.neighborhoods.items():
            codes = torch.full((real.n_rows,), code, device=self.rng.device)
            generated = net.draw_from(position, codes, self.rng).rows
            coverages[code], densities[code] = real.measure(generated)
        return Checkpoint(net.n_steps, coverages, densities, deepcopy(net.averaged_.module[position].state_dict()))

    def restore(self, generators) -> list[Checkpoint]:
        """Load the last checkpoint kept into each generator; return the checkpoints without their weights."""
        kept = [checkpoint for checkpoint in self.kept if checkpoint is not None]
        # Without monitored classes, no generator has a checkpoint.
        for generator, checkpoint in zip(generators, kept, strict=bool(kept)):
            generator.load_state_dict(checkpoint.state)
            checkpoint.state = {}
        return kept


class Neighborhoods:
    """Neighbourhoods of at most `MAX_ROWS` real rows of a class.

    Each reaches to the `N_NEIGHBORS`-th nearest other row. Equal rows, as in tables of categories and integers, count
    once as a neighbour, so radii are positive. If all rows are equal, the radius is infinite, and any generated row
    covers the class.
    """

    def __init__(self, rows, rng):
        rows = rows[torch.randperm(len(rows), generator=rng, device=rows.device)[:MAX_ROWS]].cpu()
        self.n_rows = len(rows)
        self.distinct, self.counts = torch.unique(rows, dim=0, return_counts=True)
        self.n_others = min(N_NEIGHBORS, len(self.distinct) - 1)
        # The nearest row of each is the row itself.
        self.squared_radii = _squared_distances(self.distinct, self.distinct).kthvalue(self.n_others + 1).values
        if not self.n_others:
            self.squared_radii = torch.full_like(self.squared_radii, torch.inf)

    def measure(self, generated: Tensor) -> tuple[float, float]:
        """Return the coverage and the density of `generated`, rows of shape (n_generated, n_features)."""
        squared = _squared_distances(self.distinct, generated.cpu())
        n_inside = (squared <= self.squared_radii[:, None] * (1 + ROUNDING)).sum(dim=1)
        return coverage(n_inside, self.counts), density(n_inside, max(1, self.n_others), len(generated))


def monitored_classes(codes: Tensor) -> list[int]:
    """Return the classes with at least `FEWEST_ROWS` rows, except the largest class."""
    sizes = torch.bincount(codes)
    is_monitored = sizes >= FEWEST_ROWS
    is_monitored[sizes.argmax()] = False
    return torch.nonzero(is_monitored)[:, 0].tolist()


def _squared_distances(rows, others):
    """Return squared Euclidean distances by a matrix product, in double precision to be exact for close rows."""
    rows, others = rows.double(), others.double()
    norms = (rows**2).sum(dim=1, keepdim=True) + (others**2).sum(dim=1)
    return torch.addmm(norms, rows, others.T, alpha=-2)
