"""A network that approximates the scores of candidate selection, for requests of many rows."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import one_hot
from torch.optim.lr_scheduler import LinearLR

from sklearn_gan._networks import MLP
from sklearn_gan._synthesis.candidate_selection import ACCEPTED_SCORE

HIDDEN_LAYER_SIZES = (64, 64, 64)
N_STEPS = 1_000
BATCH_SIZE = 256
LEARNING_RATE = 1e-2
SCALE = 4.0


@dataclass
class ScoreNetwork:
    r"""Approximate the scores of a CandidateSelector, several times as fast as its classifiers.

    A multilayer perceptron f minimises the mean of (f(x, c) - tanh((s(x, c) - t) / 4))² over candidates x of classes c
    with scores s, where t is the accepted score. A candidate is accepted if f(x, c) >= 0. Wherever f is exact, it
    accepts and ranks the same candidates as s. The hyperbolic tangent gives less weight to differences among high or
    low scores.

    Attributes
    ----------
    network : MLP
        Maps rows and one-hot classes to approximate scores.
    is_scored : Tensor of shape (n_classes,), dtype bool
        Mask of the classes with scores; every row of another class is accepted.
    """

    network: MLP
    is_scored: Tensor

    @classmethod
    def fit(
        cls, rows: Tensor, codes: Tensor, scores: Tensor, is_scored: Tensor, rng: torch.Generator
    ) -> "ScoreNetwork":
        """Return a network fitted to the scores of candidates.

        Parameters
        ----------
        rows : Tensor of shape (n_rows, n_features)
            Encoded candidates.
        codes : Tensor of shape (n_rows,)
            The class of each candidate.
        scores : Tensor of shape (n_rows,)
            The score of each candidate for its class.
        is_scored : Tensor of shape (n_classes,), dtype bool
            Mask of the classes with scores.
        rng : torch.Generator
            Random number generator for weights and batches.
        """
        scorer = cls(MLP(rows.shape[1] + len(is_scored), HIDDEN_LAYER_SIZES, 1, rng), is_scored)
        optimizer = torch.optim.Adam(scorer.network.parameters(), lr=LEARNING_RATE, fused=True)
        schedule = LinearLR(optimizer, 1.0, 0.0, N_STEPS)
        targets = torch.tanh((scores - ACCEPTED_SCORE) / SCALE)[:, None]
        for _ in range(N_STEPS):
            batch = torch.randint(len(rows), (BATCH_SIZE,), generator=rng)
            forward = scorer._run(rows[batch], codes[batch])
            optimizer.zero_grad()
            forward.backward(2 * (forward.output - targets[batch]) / BATCH_SIZE)
            optimizer.step()
            schedule.step()
        return scorer

    def score(self, rows: Tensor, codes: Tensor) -> Tensor:
        """Return f for each row and its class, of shape (n_rows,): negative where a row is not accepted."""
        scores = self._run(rows, codes).output[:, 0]
        return scores.where(self.is_scored[codes], 0.0)

    def _run(self, rows, codes):
        return self.network.run(torch.cat((rows, one_hot(codes, len(self.is_scored))), dim=1))
