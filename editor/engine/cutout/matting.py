"""How much of each pixel along an outline belongs to the subject.

In any small window the share of the subject is a linear function of the colours (Levin, Lischinski, Weiss: A
Closed-Form Solution to Natural Image Matting, 2008). The matrix of that condition takes a vector to the difference
between it and its guided filter (He, Sun, Tang: Fast Matting Using Large Kernel Matting Laplacian Matrices, 2010), so
the equations are solved by conjugate gradients with box filters alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels
from editor.engine.select.windows import Windows

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

RADIUS = 2
"""Of the windows."""
EPSILON = 1e-4
"""Variance of colours, 0–1, below which a window tells of no edge."""
TRUST = np.float32(1e-3)
"""Weight of the first guess beside the colours."""
ROUNDS = 60
ENOUGH = 1e-3
"""Share of the first residual at which the solution is good enough."""


def matted(
    image: Pixels, guess: Floats, unknown: Flags, *, tell: Callable[[float], None] = lambda share: None
) -> Floats:
    """The share of the subject, (h, w) float32, 0–1: ``guess`` (h, w) outside ``unknown`` (h, w), solved inside.

    ``image`` is (h, w, 3) uint8. Needs about 120 bytes for each pixel. ``tell`` is told the share of the work done.
    """
    if not unknown.any():
        return guess
    windows = Windows.of(image, radius=RADIUS, epsilon=EPSILON)
    inside = unknown.astype(np.float32)
    solution = guess
    # What is left of the condition in the unknown pixels, with all others held fast.
    residual = -windows.departure(solution) * inside
    direction, square = residual, float(np.vdot(residual, residual))
    first = square
    for number in range(ROUNDS):
        if square <= ENOUGH**2 * first:
            break
        product = (windows.departure(direction) + TRUST * direction) * inside
        step = np.float32(square / max(float(np.vdot(direction, product)), 1e-20))
        solution = solution + step * direction
        residual = residual - step * product
        before, square = square, float(np.vdot(residual, residual))
        direction = residual + np.float32(square / before) * direction
        tell((number + 1) / ROUNDS)
    return np.clip(solution, 0, 1)
