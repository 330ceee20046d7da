"""Has something been filled with nothing? One colour where no such colour belongs, a file that broke off, noise."""

from __future__ import annotations

import re

import cv2
import numpy as np

from editor.domain.errors import BadResult
from editor.domain.samples import Pixels
from editor.imaging.likeness import FLAT, LIGHTNESS, Flags, Levels, coherence, spread, strongest

NEAR, TINGED, ONE = 3, 12, 0.65
"""Pixels are of one colour where so large a share of them is so many levels from it at most, in lightness and in a
channel: in a lossy file colours run."""
EMPTY = 3
"""Levels that the pixels of an empty row are apart at most: nothing was encoded there."""
FITTING = 12
"""Levels within which a plain fill continues what lies beside it."""
BESIDE, ANYWHERE = 0.2, 0.02
"""Share of what lies beside a plain fill, or of all of the picture, that is as plain and of its colour."""
ENOUGH = 20_000
"""So many pixels tell whether an area is of one colour."""
FEW = 64
"""Pixels up to which one colour is a fair fill."""
CUT_OFF = 0.08
"""Share of the rows that are empty at least where a file broke off."""

_PLAIN_WORDS = re.compile(
    r"\b(?:(?:black|white|gr[ae]y|silver|plain|blank|empty|solid|dark|darkness|night|shadow|uniform|margins?)\b"
    r"|(?:snow|fog|monochrom|border|frame)\w*)",
    re.IGNORECASE,
)


def asks_for_plain(words: str) -> bool:
    """Whether ``words``, in English, ask for something that may be black, white, grey or of one colour."""
    return _PLAIN_WORDS.search(words) is not None


def is_placeholder(colour: Levels) -> bool:
    """Whether ``colour`` is one of those that stand for nothing: black, white, middle grey."""
    level = float(colour.mean())
    return float(np.ptp(colour)) <= 4 and (level <= 4 or level >= 251 or 120 <= level <= 136)


def _is_exact(colour: Levels) -> bool:
    """Whether ``colour`` is what programs fill memory with; a mean of anything else is next to it only by chance."""
    level = float(colour.mean())
    return float(np.ptp(colour)) <= 2 and (level <= 1 or level >= 254 or 126.5 <= level <= 128.5)


def plain_colour(pixels: Pixels) -> Levels | None:
    """The colour of (n, 3) ``pixels`` where nearly all of them have one and the same, else None."""
    pixels = pixels[:: max(1, len(pixels) // ENOUGH)]
    colour = np.median(pixels, axis=0).astype(np.float32)
    off = pixels - colour
    same = (np.abs(off @ LIGHTNESS) <= NEAR) & (np.abs(off) <= TINGED).all(axis=1)
    return colour if same.mean() >= ONE else None


def fits_in(colour: Levels, picture: Pixels, *, beside: Flags, kept: Flags | None = None) -> bool:
    """Whether one colour is a fair fill of ``picture``: it is the mean of what is ``beside`` it, as a smooth fill is;
    much of that is as plain and of that colour; or, where it is none of those that stand for nothing, some of what was
    ``kept`` is, None for all of it."""
    if beside.any() and not _is_exact(colour):
        mean = cv2.mean(picture, beside.astype(np.uint8))[:3]
        if np.abs(colour - mean).max() <= FITTING:
            return True
    kernel = np.ones((5, 5), np.uint8)
    ranges = strongest(cv2.subtract(cv2.dilate(picture, kernel), cv2.erode(picture, kernel)))
    off = strongest(picture - colour)
    fair = (off <= FITTING) & (ranges <= 2 * FITTING)
    if beside.any() and fair[beside].mean() >= BESIDE:
        return True
    return not is_placeholder(colour) and bool((fair if kept is None else fair[kept]).mean() >= ANYWHERE)


def check_complete(after: Pixels, *, before: Pixels | None = None, kept: Flags | None = None) -> None:
    """Raise BadResult where the lower part of ``after`` is of one colour, as of a file that broke off, and more than
    that was to stay there, or that begins at a line across the picture.

    ``before`` is the picture that was sent, of the same proportions, None where all of it may change; ``kept``, of its
    size, marks what of it was to stay, None for all of it.
    """
    height = after.shape[0]
    least = max(4, round(CUT_OFF * height))
    rows = _empty_rows(after[-least:])
    if rows < min(least, height):
        return
    rows = _empty_rows(after)
    if rows == height:
        return
    line = height - rows
    colour = np.median(after[line:].reshape(-1, 3), axis=0)
    if before is not None:
        begin = round(before.shape[0] * line / height)
        part = before[begin:] if kept is None else before[begin:][kept[begin:]]
        if spread(part) > 2 * FLAT:
            raise BadResult("The picture that came back is not complete.")
    step = np.abs(after[line - 1] - colour).max(axis=1)
    if np.ptp(colour) <= 4 and float((step > 2 * NEAR).mean()) > 0.5:
        raise BadResult("The picture that came back is not complete.")


def check_no_noise(after: Pixels) -> None:
    """Raise BadResult where ``after`` is nothing but noise."""
    height, width = after.shape[:2]
    coarse = cv2.resize(after, (max(1, width // 16), max(1, height // 16)), interpolation=cv2.INTER_AREA)
    if coherence(after) < 0.75 and spread(coarse) < 0.22 * spread(after):
        raise BadResult("The picture that came back is nothing but noise.")


def _empty_rows(after: Pixels) -> int:
    """How many rows from the lower edge have one and the same colour."""
    low, high = after.min(axis=1).astype(np.int16), after.max(axis=1).astype(np.int16)
    colour = (low[-1] + high[-1]) // 2
    empty = (np.abs(low - colour).max(axis=1) <= EMPTY) & (np.abs(high - colour).max(axis=1) <= EMPTY)
    upwards = empty[::-1]
    return int(upwards.size if upwards.all() else np.argmin(upwards))
