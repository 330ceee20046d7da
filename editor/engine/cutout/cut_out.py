"""Cut the subject out of a picture: what belongs to it, and how much of each pixel along its outline.

A network tells where the subject is, GrabCut draws its contour in a small copy, and the shares of the pixels along that
contour are solved from the colours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.errors import EditorError
from editor.domain.geometry import Rect
from editor.domain.kinds import Edge
from editor.domain.request import Pixels
from editor.engine.cutout.full_size import enlarged
from editor.engine.cutout.matting import matted
from editor.engine.cutout.portrait import with_hair
from editor.engine.select.cuts import cut, pieces
from editor.engine.select.saliency import Saliency, saliency, unlike_frame
from editor.engine.select.strokes import refine
from editor.engine.select.view import View, view_of
from editor.engine.weights import Models

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Progress = Callable[[float], None]

CONTOUR_PIXELS, MATTE_PIXELS = 450_000, 1_000_000
"""Of the copies in which the contour is drawn and the matte is solved."""
BAND = 2
"""Half the width, in pixels of the contour's copy, of the band in which shares are solved."""
SOFT_BAND = 6
"""The same where the network itself is unsure, as it is of hair and fur."""
UNSURE = 0.15, 0.85
SURE_SUBJECT, SURE_GROUND = 0.95, 0.02
"""Where the network is not asked again."""
LEAST_SUBJECT = 0.0005
"""Of a picture, below which nothing was found."""
LEAST_PIECE = 0.04
"""Of the largest piece, below which another is a speck."""
HARDNESS = 3.0
"""How much steeper a hard edge is than the light makes it."""
BY_COLOURS = "colours and edges"
NO_NETWORK = (
    "The subject was looked for by colours alone: the model that knows subjects is not installed "
    "(AI › Models on this computer…)."
)
NO_SUBJECT = "No subject stands out in this picture. Paint over what is to stay, take that as Keep, and cut out again."
EVERYTHING = "All of the picture would stay. Paint over what is to go, take that as Drop, and cut out again."


@dataclass(frozen=True, slots=True, eq=False)
class CutOut:
    """``alpha`` is (h, w) uint8, 255 = all subject; ``method`` names what found it; ``notes`` are sentences for the
    user."""

    alpha: Pixels
    method: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """What the user says belongs to the subject and what does not, (h, w) uint8 each, marked above 0."""

    keep: Pixels | None
    drop: Pixels | None

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return any(one is not None and one.any() for one in (self.keep, self.drop))

    def hold(self, alpha: Pixels) -> None:
        """Under the strokes themselves nothing is left to chance."""
        for strokes, value in ((self.keep, 255), (self.drop, 0)):
            if strokes is not None:
                alpha[strokes > 0] = value


class NothingToCutOut(EditorError):
    """There is no subject, or nothing else."""


def cut_out(
    image: Pixels,
    *,
    edge: Edge,
    models: Models,
    progress: Progress,
    keep: Pixels | None = None,
    drop: Pixels | None = None,
) -> CutOut:
    """The subject of ``image`` (h, w, 3; RGB uint8), all of it where there are several.

    ``keep`` and ``drop``, (h, w) uint8, are strokes over what belongs to it and what does not. Equal arguments give an
    equal answer. Needs some 150 MB and 10 bytes for each pixel. Raises NothingToCutOut where there is no subject, and
    NetworkBroken for a damaged model.
    """
    strokes = Strokes(keep, drop)
    whole = Rect(0, 0, image.shape[1], image.shape[0])
    small = view_of(image, whole, CONTOUR_PIXELS)
    found = saliency(image, models=models)
    progress(0.4)
    prior = framed(small.pixels) if found is None else found.at(small.size)
    thing = _contour(small, prior, strokes, models)
    progress(0.6)
    alpha = np.zeros(image.shape[:2], np.uint8)
    rect = _around(thing, small)
    fine = view_of(image, rect, MATTE_PIXELS)
    there = small.part(rect)
    matte = _matte(fine, thing[there], prior[there], edge, lambda share: progress(0.6 + 0.3 * share))
    if edge is Edge.SOFT:
        matte = with_hair(fine.pixels, matte, models)
    alpha[rect.slices] = enlarged(image[rect.slices], fine.pixels, matte)
    strokes.hold(alpha)
    progress(1.0)
    return CutOut(alpha, *_told(found))


def _told(found: Saliency | None) -> tuple[str, tuple[str, ...]]:
    return (BY_COLOURS, (NO_NETWORK,)) if found is None else (found.method, ())


def _contour(small: View, prior: Floats, strokes: Strokes, models: Models) -> Flags:
    """Which pixels of ``small`` are the subject's."""
    thing = np.zeros(prior.shape, np.bool_)
    if float((prior > 0.5).mean()) >= LEAST_SUBJECT:
        thing = cut(small.pixels, prior, inside=prior > SURE_SUBJECT, outside=prior < SURE_GROUND)
        thing = pieces(thing, least_share=LEAST_PIECE)
    if strokes.any:
        keep, drop = (_lines(one, small) for one in (strokes.keep, strokes.drop))
        selection = np.where(thing, np.uint8(255), np.uint8(0))
        thing = refine(small.pixels, selection, keep=keep, drop=drop, models=models).mask > 127
    if not thing.any():
        raise NothingToCutOut(NO_SUBJECT)
    if thing.all():
        raise NothingToCutOut(EVERYTHING)
    return np.asarray(thing)


def _lines(strokes: Pixels | None, view: View) -> Pixels:
    """Strokes over a picture as ``view`` shows them, 255 wherever there is any: a thin one must not get lost."""
    if strokes is None:
        return np.zeros(view.pixels.shape[:2], np.uint8)
    return np.where(view.of((strokes > 0).astype(np.float32)) > 0, np.uint8(255), np.uint8(0))


def _around(thing: Flags, small: View) -> Rect:
    """The rectangle of ``thing`` with room for its outline, in the picture of which ``small`` is a copy."""
    rows, columns = np.flatnonzero(thing.any(axis=1)), np.flatnonzero(thing.any(axis=0))
    across, down = small.rect.width / small.size[0], small.rect.height / small.size[1]
    room = 3 * SOFT_BAND
    rect = Rect.from_edges(
        int((columns[0] - room) * across),
        int((rows[0] - room) * down),
        int((columns[-1] + 1 + room) * across),
        int((rows[-1] + 1 + room) * down),
    )
    return rect.intersected(small.rect)


def _matte(fine: View, thing: Flags, prior: Floats, edge: Edge, tell: Progress) -> Floats:
    """The subject's share of each pixel of ``fine``."""
    scale = max(1.0, fine.size[0] / thing.shape[1])
    guess = np.asarray(cv2.resize(thing.astype(np.float32), fine.size, interpolation=cv2.INTER_LINEAR), np.float32)
    guess = np.asarray(cv2.GaussianBlur(guess, (0, 0), max(0.8, 0.6 * scale)), np.float32)
    solid = (guess > 0.5).astype(np.uint8)
    unknown = _band(solid, round(BAND * scale))
    if edge is Edge.SOFT:
        unsure = cv2.resize(prior, fine.size, interpolation=cv2.INTER_LINEAR)
        unknown |= _band(solid, round(SOFT_BAND * scale)) & (unsure > UNSURE[0]) & (unsure < UNSURE[1])
    guess = np.where(unknown, guess, solid.astype(np.float32))
    share = matted(fine.pixels, guess, unknown, tell=tell)
    return share if edge is Edge.SOFT else np.clip((share - 0.5) * np.float32(HARDNESS) + np.float32(0.5), 0, 1)


def _band(solid: Pixels, width: int) -> Flags:
    side = 2 * max(1, width) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.dilate(solid, kernel) != cv2.erode(solid, kernel))


def framed(pixels: Pixels) -> Floats:
    """What may be the subject of a picture where nobody knows, 0–1: what is unlike its frame, the more in the middle
    the sooner."""
    rows, columns = (np.abs(np.linspace(-1, 1, length, dtype=np.float32)) for length in pixels.shape[:2])
    middle = np.clip(1.6 - np.hypot(rows[:, None], columns[None, :]), 0, 1)
    return np.asarray(unlike_frame(pixels) * middle, np.float32)
