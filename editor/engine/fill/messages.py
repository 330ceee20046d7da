"""One label for each pixel of a hole, so that neighbours agree: a minimum of a sum of costs, nearly.

Tree-reweighted message passing in sequence (Kolmogorov 2006). The pixels of a diagonal do not touch each other, so
that each diagonal is computed at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from editor.engine.fill.levels import Flags, Floats

Indices = NDArray[np.intp]
RIGHT, DOWN, LEFT, UP = range(4)
BACK = (LEFT, UP, RIGHT, DOWN)
"""The direction that leads back."""


class _Grid:
    """Which pixels of the hole touch (``neighbours``: (n, 4), −1 for none), and its diagonals from the top left."""

    def __init__(self, hole: Flags) -> None:
        rows, columns = np.nonzero(hole)
        index = np.full((hole.shape[0] + 2, hole.shape[1] + 2), -1, np.intp)
        index[rows + 1, columns + 1] = np.arange(len(rows))
        self.neighbours: Indices = np.stack(
            [
                index[rows + 1, columns + 2],
                index[rows + 2, columns + 1],
                index[rows + 1, columns],
                index[rows, columns + 1],
            ],
            axis=1,
        )
        order = np.argsort(rows + columns, kind="stable")
        self.diagonals = np.split(order, np.flatnonzero(np.diff((rows + columns)[order])) + 1)
        ahead = (self.neighbours[:, :2] >= 0).sum(axis=1)
        behind = (self.neighbours[:, 2:] >= 0).sum(axis=1)
        self.shares = (1 / np.maximum(1, np.maximum(ahead, behind))).astype(np.float32)


class Labelling:
    """The search for the labels of the pixels of a hole, in their order."""

    def __init__(self, own: Floats, differences: Floats, hole: Flags) -> None:
        """``own`` (n, k) is what each label costs at each pixel of ``hole`` (h, w). Where neighbours p and q have the
        labels a and b, that costs ``differences[p, a, b] + differences[q, a, b]`` (n, k, k; symmetric)."""
        self._own, self._differences, self._grid = own, differences, _Grid(hole)
        # What the neighbour of each pixel in each direction has told it about each label.
        self._told = np.zeros((len(own), 4, own.shape[1]), np.float32)
        self._labels: Indices = own.argmin(axis=1)

    def charge(self, costs: Floats) -> None:
        """Let the labels cost so much more (n, k) from now on."""
        self._own = self._own + costs

    def improved(self, rounds: int) -> Indices:
        """The best labels (n) of so many more rounds."""
        best, least = self._labels, np.inf
        for _ in range(rounds):
            self._forward()
            self._backward()
            cost = self._cost()
            if cost < least:
                best, least = self._labels.copy(), cost
        return best

    def _forward(self) -> None:
        """Towards the bottom right; labels are chosen on the way."""
        for pixels in self._grid.diagonals:
            self._choose(pixels)
            self._tell(pixels, (RIGHT, DOWN))

    def _backward(self) -> None:
        """Towards the top left."""
        for pixels in reversed(self._grid.diagonals):
            self._tell(pixels, (LEFT, UP))

    def _cost(self) -> float:
        """What the chosen labels cost together."""
        labels, every = self._labels, np.arange(len(self._labels))
        total = float(self._own[every, labels].sum())
        for direction in (RIGHT, DOWN):
            there = self._grid.neighbours[:, direction]
            here = np.flatnonzero(there >= 0)
            there = there[here]
            pair = labels[here], labels[there]
            total += float((self._differences[here, *pair] + self._differences[there, *pair]).sum())
        return total

    def _choose(self, pixels: Indices) -> None:
        """The label that suits the neighbours that have one and what the others tell."""
        costs = self._own[pixels] + self._told[pixels, RIGHT] + self._told[pixels, DOWN]
        for direction in (LEFT, UP):
            there = self._grid.neighbours[pixels, direction]
            some = np.flatnonzero(there >= 0)
            here, there = pixels[some], there[some]
            label = self._labels[there]
            costs[some] += self._differences[here, label] + self._differences[there, label]
        self._labels[pixels] = costs.argmin(axis=1)

    def _tell(self, pixels: Indices, directions: tuple[int, int]) -> None:
        total = self._own[pixels] + self._told[pixels].sum(axis=1)
        for direction in directions:
            there = self._grid.neighbours[pixels, direction]
            some = np.flatnonzero(there >= 0)
            here, there = pixels[some], there[some]
            if len(here):
                costs = self._grid.shares[here, None] * total[some] - self._told[here, direction]
                pairs = self._differences[here] + self._differences[there]
                pairs += costs[:, :, None]
                message = pairs.min(axis=1)
                self._told[there, BACK[direction]] = message - message.min(axis=1, keepdims=True)
