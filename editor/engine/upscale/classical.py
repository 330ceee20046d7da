"""Enlarging without a network: Lanczos after back-projection (M. Irani, S. Peleg 1991), damped where it would ring.

Back-projection asks for the picture that, made smaller, gives the one at hand. All its rounds are linear and can be
done before the enlargement, at the size of the source, which makes them nearly free. How the source was made smaller,
or which lens it was taken with, nobody knows: a triangle is assumed, which is blurrier than what most programs do, and
only a part of the correction is made. What remains of overshoot at edges is cut off at the range of the surroundings.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from editor.engine.upscale.resampling import Levels, Span, lanczos, resampled, triangle, weights
from editor.engine.upscale.tiles import Tile

ROUNDS = 10
GAIN = 0.7
"""Share of the correction that is made."""
OVERSHOOT = 0.05
"""How far a value may leave the range of the pixels around it, as a share of that range."""
SMOOTHING_SIDE = 5
SMOOTHING_LEVELS = 30.0
SMOOTHING_PIXELS = 1.5
"""Of the bilateral filter that stands in where no network cleans up."""


@dataclass(frozen=True, slots=True)
class Classical:
    """An enlarger by resampling. ``detail`` is how much of the finest detail to bring out, 0–1."""

    detail: float
    smooth: bool = False
    side: int = 96
    overlap: int = 16
    fade: int = 0

    @property
    def name(self) -> str:
        """What it does, in words."""
        if self.smooth:
            return "smoothing + Lanczos"
        return "Lanczos + back-projection" if self.detail > 0 else "Lanczos"

    def enlarged(self, planes: Levels, tile: Tile) -> Levels:
        """``planes`` of ``tile.rows`` and ``tile.columns``, enlarged to ``tile.rows_out`` and ``tile.columns_out``."""
        if self.smooth:
            planes = _smoothed(planes)
        rows, columns = (
            weights(lanczos, *spans) for spans in ((tile.rows, tile.rows_out), (tile.columns, tile.columns_out))
        )
        sharp = planes + self._gain(tile) * _correction(planes, tile)
        return _within_range(resampled(sharp, rows, columns), planes, tile)

    def _gain(self, tile: Tile) -> float:
        """Less below a factor of 2: there is less to be brought out."""
        factor = min(tile.rows_out.length / tile.rows.length, tile.columns_out.length / tile.columns.length)
        return GAIN * self.detail * min(1.0, max(0.0, factor - 1.0))


def _correction(planes: Levels, tile: Tile) -> Levels:
    """What back-projection adds to ``planes`` before they are enlarged."""
    rows, columns = _there_and_back(tile.rows, tile.rows_out), _there_and_back(tile.columns, tile.columns_out)
    sharp = planes
    for _ in range(ROUNDS):
        sharp = sharp + planes - resampled(sharp, rows, columns)
    return sharp - planes


def _there_and_back(span: Span, span_out: Span) -> Levels:
    """The matrix of an enlargement by Lanczos and the reduction that follows."""
    factor = span_out.length / span.length
    whole = Span(round(span.start * factor), round(span.stop * factor), span_out.length)
    return np.asarray(weights(triangle, whole, span) @ weights(lanczos, span, whole), np.float32)


def _within_range(large: Levels, planes: Levels, tile: Tile) -> Levels:
    """``large`` without what leaves the range of the source's pixels around each of its own."""
    near = np.ones((3, 3), np.uint8)
    pixels = np.ascontiguousarray(planes.transpose(1, 2, 0))
    least, most = (
        np.asarray(extreme(pixels, near), np.float32).reshape(pixels.shape).transpose(2, 0, 1)
        for extreme in (cv2.erode, cv2.dilate)
    )
    room = OVERSHOOT * (most - least)
    rows, columns = (
        weights(triangle, *spans) for spans in ((tile.rows, tile.rows_out), (tile.columns, tile.columns_out))
    )
    return np.clip(large, resampled(least - room, rows, columns), resampled(most + room, rows, columns))


def _smoothed(planes: Levels) -> Levels:
    pixels = np.ascontiguousarray(planes.transpose(1, 2, 0))
    smooth = cv2.bilateralFilter(pixels, SMOOTHING_SIDE, SMOOTHING_LEVELS, SMOOTHING_PIXELS)
    return np.asarray(smooth, np.float32).transpose(2, 0, 1)
