"""Sampling of many synthetic rows, in bounded memory."""

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.utils import gen_batches

from sklearn_gan._synthesis.sampling import RowDrawer, are_set
from sklearn_gan._synthesis.score_network import ScoreNetwork

MANY_ROWS = 50_000  # for fewer rows, fitting a network may take longer than it saves
ROWS_PER_CHUNK = 8_192
CELLS_PER_CHUNK = 2**20
SCORED_ROWS = 20_000
SCORED_CELLS = 2**24


@dataclass
class ManyRowDrawer(RowDrawer):
    """Sample many synthetic rows, faster than :class:`RowDrawer` and in bounded memory.

    Rows are generated and decoded in chunks, and only decoded rows and parents are kept.

    Candidates are selected as by :class:`CandidateSelector`, with two differences. First, a :class:`ScoreNetwork`
    stands in for the classifiers. Each call fits one on candidates of the requested classes, so that rows depend on no
    earlier call. Second, the candidates of a row are generated one by one until one is accepted. This has the same
    distribution, but generates no candidate in vain.
    """

    def draw(self, codes, with_parents=True):
        """Return rows of the classes `codes`: with or without parents, without features, and as decoded columns."""
        scorer, whole = self._fit_scorer(codes), None
        for chunk in self._split(len(codes)):
            drawn = self._draw_one_by_one(torch.from_numpy(codes[chunk]), scorer)
            columns, drawn = self._decode(drawn, codes[chunk]), drawn.drop_features()
            parts = [drawn.merge_equal_parents() if with_parents else drawn.drop_parent_columns(), *columns]
            # Nothing else outlives its chunk, so that freed memory does not fall into pieces.
            whole = whole or [part.make_room(len(codes)) for part in parts]
            for room, part in zip(whole, parts, strict=True):
                room[chunk] = part
        return whole[0], whole[1:]

    def _split(self, n_rows):
        """Return the slices of rows to sample at a time, so that memory is bounded."""
        return gen_batches(n_rows, min(ROWS_PER_CHUNK, max(1, CELLS_PER_CHUNK // self.encoder.layout_.n_features)))

    def _fit_scorer(self, codes):
        """Return a ScoreNetwork for the classes in `codes`, or None if there is no selection."""
        if self.selector is None or self.n_candidates == 1:
            return None
        is_scored, classes = self.selector.has_enough_rows, np.unique(codes)
        if not is_scored[classes].any():
            return None
        n_rows = min(SCORED_ROWS, SCORED_CELLS // self.encoder.layout_.n_features)
        codes = np.resize(classes[is_scored[classes]], n_rows)
        rows = np.empty((n_rows, self.encoder.layout_.n_features), dtype=np.float32)
        scores = np.empty(n_rows, dtype=np.float32)
        for chunk in self._split(n_rows):
            rows[chunk] = self._draw_candidates(torch.from_numpy(codes[chunk])).rows
            scores[chunk] = self.selector.score(rows[chunk], codes[chunk])
        rng = torch.Generator().manual_seed(int(self.rng.integers(2**63)))
        return ScoreNetwork.fit(*map(torch.from_numpy, (rows, codes, scores, is_scored)), rng)

    def _draw_one_by_one(self, codes, scorer):
        """Return a row for each class in `codes`: the first accepted candidate, or else the one with the best score."""
        strata = self.net.draw_strata(codes.to(self.net.device)) if self.n_candidates > 1 else None
        best = self._draw_candidates(codes, strata)
        if scorer is None:
            return best
        scores, n_eligible = scorer.score(best.rows, codes), torch.ones(len(codes))
        for _ in range(self._n_drawn - 1):
            rejected = torch.nonzero((scores < 0) & (n_eligible < self.n_candidates))[:, 0]
            if not len(rejected):
                break
            others = self._draw_candidates(codes[rejected], None if strata is None else strata[rejected])
            eligible = self._have_equal_patterns(best[rejected], others)
            n_eligible[rejected] += eligible
            scores_of_others = scorer.score(others.rows, codes[rejected])
            better = eligible & (scores_of_others > scores[rejected])
            best[rejected[better]], scores[rejected[better]] = others[better], scores_of_others[better]
        return best

    def _have_equal_patterns(self, rows, others):
        pattern = torch.from_numpy(self.encoder.layout_.pattern)
        return (are_set(rows.rows[:, pattern]) == are_set(others.rows[:, pattern])).all(dim=1)

    def _draw_candidates(self, codes, strata=None):
        """Return a candidate for each class in `codes`, encoded."""
        return self.net.draw(codes.to(self.net.device), strata, by_inversion=True).to("cpu")
