"""Enlarge a picture: choose the method that this computer can do in the time, and do it tile by tile."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels
from editor.engine.upscale.classical import Classical
from editor.engine.upscale.condition import condition_of
from editor.engine.upscale.neural import KINDS, Neural, Runnable
from editor.engine.upscale.resampling import Levels
from editor.engine.upscale.result import Estimate, Mode, Upscaled, check_size
from editor.engine.upscale.tiles import Tile, tiles_of, window
from editor.engine.upscale.transparency import colours_of

DEFAULT_BUDGET_SECONDS = 60.0
TRIAL_SIDE = 64
"""Of the part of the picture by which a method's time is measured, its overlap included."""
LEAST_TRIAL_CORE = 16
CLEANING = ("realesrgan-x4plus", "realesr-general-x4v3", "realesr-animevideov3-x4")
"""Networks that clean up, best first; the last is fast enough for any picture."""
CLEANING_ABSENT = "No model that cleans up is installed: the picture was only smoothed a little and enlarged."

Progress = Callable[[float], None]


class NetworkSource(Protocol):
    """Where networks come from, as :class:`editor.engine.weights.Models` is."""

    def network(self, name: str) -> Runnable | None:
        """The network of that name, or None where it is not on this computer."""
        ...


class Enlarger(Protocol):
    """A method: its name, and how a picture is cut up for it (see :class:`editor.engine.upscale.neural.Kind`)."""

    @property
    def name(self) -> str:
        """What it is called in the receipt."""
        ...

    @property
    def side(self) -> int:
        """Longest side of a tile, in pixels of the source."""
        ...

    @property
    def overlap(self) -> int:
        """What a tile brings along on every side."""
        ...

    @property
    def fade(self) -> int:
        """Over how much of that one tile passes into the next."""
        ...

    def enlarged(self, planes: Levels, tile: Tile) -> Levels:
        """``planes`` of ``tile.rows`` and ``tile.columns``, enlarged to ``tile.rows_out`` and ``tile.columns_out``."""
        ...


def upscale(
    image: Pixels,
    *,
    width: int,
    height: int,
    mode: Mode,
    models: NetworkSource,
    progress: Progress,
    budget_seconds: float = DEFAULT_BUDGET_SECONDS,
) -> Upscaled:
    """Enlarge ``image`` (h, w, 3 RGB or 4 RGBA; uint8 sRGB) to ``width`` × ``height``.

    A network is used where its file is there and a trial says that it keeps ``budget_seconds``. Transparency is
    enlarged by itself, and colours nobody sees do not run into others. ``progress`` is told the share done (0–1) after
    each tile. Besides the result it takes memory for a tile. Raises EditorError where the size is not possible here.
    """
    check_size((image.shape[1], image.shape[0]), (width, height))
    colours = np.ascontiguousarray(image) if image.shape[2] == 3 else colours_of(image)
    enlarger, _ = _chosen(colours, (height, width), mode, models, budget_seconds)
    notes = (CLEANING_ABSENT,) if isinstance(enlarger, Classical) and enlarger.smooth else ()
    result = np.empty((height, width, image.shape[2]), np.uint8)
    paint(colours, result[..., :3], enlarger, progress)
    if image.shape[2] == 4:
        alpha = image[..., 3:]
        if alpha.min() == 255:
            result[..., 3] = 255
        else:
            paint(alpha, result[..., 3:], Classical(0.0), lambda share: None)
    progress(1.0)
    return Upscaled(result, enlarger.name, notes)


def estimate_upscale(
    image: Pixels,
    *,
    width: int,
    height: int,
    mode: Mode,
    models: NetworkSource,
    budget_seconds: float = DEFAULT_BUDGET_SECONDS,
) -> Estimate:
    """How long :func:`upscale` will take with the same arguments, and by which method, told by one small tile of the
    picture. Takes up to a second or two, for the slowest network. Raises EditorError as :func:`upscale` does."""
    check_size((image.shape[1], image.shape[0]), (width, height))
    enlarger, seconds = _chosen(np.ascontiguousarray(image[..., :3]), (height, width), mode, models, budget_seconds)
    return Estimate(seconds, enlarger.name)


def _chosen(
    image: Pixels, size: tuple[int, int], mode: Mode, models: NetworkSource, budget: float
) -> tuple[Enlarger, float]:
    """The best method that keeps the budget, and its seconds. ``size`` is the enlargement's height and width."""
    candidates = list(_networks(image, size, mode, models))
    for place, enlarger in enumerate(candidates):
        seconds = seconds_of(enlarger, image, size)
        if seconds <= budget or (mode is Mode.CLEAN_UP and place == len(candidates) - 1):
            return enlarger, seconds
    classical = (
        Classical(0.0, smooth=True) if mode is Mode.CLEAN_UP else Classical(round(condition_of(image).detail, 2))
    )
    return classical, seconds_of(classical, image, size)


def _networks(image: Pixels, size: tuple[int, int], mode: Mode, models: NetworkSource) -> Iterator[Neural]:
    """Those that serve ``mode`` and are there, best first, each loaded when it is its turn."""
    factor = max(size[0] / image.shape[0], size[1] / image.shape[1])
    faithful = ("esrgan-thick-x2", "esrgan-thick-x4") if factor <= 2 else ("esrgan-thick-x4",)
    for name in faithful if mode is Mode.FAITHFUL else CLEANING:
        network = models.network(name)
        if network is not None:
            yield Neural(network, KINDS[name])


def seconds_of(enlarger: Enlarger, image: Pixels, size: tuple[int, int]) -> float:
    """Seconds ``enlarger`` will take for all of ``image``, by the time it takes for a small tile from its middle."""
    source = image.shape[0], image.shape[1]
    total = sum(_weight(tile, enlarger) for tile in tiles_of(source, size, side=enlarger.side))
    core = max(LEAST_TRIAL_CORE, TRIAL_SIDE - 2 * enlarger.overlap)
    small = list(tiles_of(source, size, side=core))
    trial = small[len(small) // 2]
    begun = time.perf_counter()
    _enlarged(image, trial, enlarger)
    return (time.perf_counter() - begun) * total / _weight(trial, enlarger)


def _weight(tile: Tile, enlarger: Enlarger) -> int:
    """Pixels of the source that are looked at for ``tile``."""
    return (len(tile.rows) + 2 * enlarger.overlap) * (len(tile.columns) + 2 * enlarger.overlap)


def paint(image: Pixels, result: Pixels, enlarger: Enlarger, progress: Progress) -> None:
    """Enlarge ``image`` into ``result``, a tile at a time."""
    source, target = (image.shape[0], image.shape[1]), (result.shape[0], result.shape[1])
    done, total = 0, image.shape[0] * image.shape[1]
    for tile in tiles_of(source, target, side=enlarger.side):
        wide = tile.reaching(_fade_out(tile, enlarger))
        planes = _enlarged(image, wide, enlarger)
        _blend(result[wide.place], planes, tile, wide)
        done += tile.area
        progress(done / total)


def _fade_out(tile: Tile, enlarger: Enlarger) -> int:
    """The enlarger's fade in pixels of the enlargement."""
    return math.floor(
        enlarger.fade * min(tile.rows_out.length / tile.rows.length, tile.columns_out.length / tile.columns.length)
    )


def _enlarged(image: Pixels, tile: Tile, enlarger: Enlarger) -> Levels:
    """What ``enlarger`` makes of ``tile`` and its surroundings."""
    grown = tile.with_surroundings(enlarger.overlap)
    return enlarger.enlarged(window(image, grown.rows, grown.columns), grown)


def _blend(target: Pixels, planes: Levels, tile: Tile, wide: Tile) -> None:
    """Lay ``planes`` over what the tiles above and to the left have painted, passing from them into it."""
    pixels = planes.transpose(1, 2, 0)
    down = _ramp(2 * (tile.rows_out.start - wide.rows_out.start), target.shape[0])
    across = _ramp(2 * (tile.columns_out.start - wide.columns_out.start), target.shape[1])
    if down is not None or across is not None:
        share = (np.float32(1) if down is None else down[:, None]) * (np.float32(1) if across is None else across)
        before = target.astype(np.float32)
        pixels = before + np.reshape(share, (*np.shape(share), 1)) * (pixels - before)
    np.copyto(target, np.clip(np.rint(pixels), 0, 255), casting="unsafe")


def _ramp(length: int, whole: int) -> NDArray[np.float32] | None:
    """Rising over ``length`` places and 1 for the rest of ``whole``; None where nothing lies before."""
    if length == 0:
        return None
    ramp = np.ones(whole, np.float32)
    rising = (np.arange(length, dtype=np.float32) + 0.5) / length
    ramp[:length] = rising[:whole]
    return ramp
