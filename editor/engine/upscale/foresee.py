"""How long an enlargement will take, foretold without looking at the picture. Loads with the window."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from editor.engine.upscale.result import Mode

START_SECONDS = 1.0
CLASSICAL_SECONDS = 0.7e-6
"""For each pixel of the enlargement, by back-projection on one core of a server."""
NETWORK_SECONDS = MappingProxyType(
    {
        "esrgan-thick-x2": 75e-6,
        "esrgan-thick-x4": 80e-6,
        "realesrgan-x4plus": 280e-6,
        "realesr-animevideov3-x4": 18e-6,
    }
)
"""For each pixel of the picture, on two cores of a server."""
LAST_RESORT = "realesr-animevideov3-x4"
"""Cleans any picture up, however long that takes: nothing else does."""


def foreseen_seconds(
    source: tuple[int, int],
    target: tuple[int, int],
    *,
    mode: Mode,
    budget: float,
    installed: Callable[[str], bool],
) -> float:
    """Seconds for a picture of ``source`` width and height to become ``target``, on the computer that was measured.

    ``installed`` tells which networks there are; the first that would keep ``budget`` is taken to be used, as the
    engine does by a trial.
    """
    pixels = source[0] * source[1]
    for name in _candidates(source, target, mode):
        seconds = START_SECONDS + pixels * NETWORK_SECONDS[name]
        if installed(name) and (seconds <= budget or name == LAST_RESORT):
            return seconds
    return START_SECONDS + target[0] * target[1] * CLASSICAL_SECONDS


def _candidates(source: tuple[int, int], target: tuple[int, int], mode: Mode) -> tuple[str, ...]:
    if mode is Mode.CLEAN_UP:
        return ("realesrgan-x4plus", LAST_RESORT)
    factor = max(target[0] / source[0], target[1] / source[1])
    return ("esrgan-thick-x2", "esrgan-thick-x4") if factor <= 2 else ("esrgan-thick-x4",)
