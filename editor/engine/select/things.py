"""The thing that some pixels of a picture belong to."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.geometry import Rect
from editor.domain.request import Pixels
from editor.engine.select.cuts import cut, pieces, pieces_at
from editor.engine.select.embedding import VIEW_PIXELS, WORK_PIXELS, Embedding
from editor.engine.select.mobile_sam import TITLE, Prompt
from editor.engine.select.regions import Region, best_region
from editor.engine.select.view import View, view_of

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

AROUND = 0.3
"""Of a region's longer side, that is looked at on each side of it."""
LEAST_PIECE = 0.05
MOST_LEFT_OUT = 0.7
"""Share of a selection that a piece can have and be left out as a whole."""
SPOTS = 3
COLOURS = "colours and edges"


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """``flags``, (h, w), are a thing in ``view``, a part of the picture; ``method`` is how it was found."""

    view: View
    flags: Flags
    method: str


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """What is known before, (h, w) of the whole small picture: ``ours`` belongs to the same side as the thing and is
    no part of it; ``barred`` can not be the thing. ``leaving`` is set where the thing is to be left out of what is
    free."""

    ours: Flags
    barred: Flags
    leaving: bool

    @property
    def free(self) -> Flags:
        """Where the thing can be."""
        return ~(self.ours | self.barred)


def thing_at(image: Pixels, seeds: Flags, about: Embedding, *, limits: Limits | None = None) -> Thing | None:
    """The thing at ``seeds`` (h, w of ``about.small``), or None where nothing stands out there."""
    small = about.small
    known = _segmented(image, Prompt.at(_spots(seeds, small)), about, limits)
    if known is not None:
        return known
    region = _region(seeds, about, limits)
    if region is None:
        return None
    rect = around(bounds(region.thing, small), AROUND, about.size)
    fine = view_of(image, rect, VIEW_PIXELS)
    work = View(view_of(fine.pixels, Rect(0, 0, *fine.size), WORK_PIXELS).pixels, rect)
    flags = _cut_out(region, seeds, small, work, limits)
    if float(flags.sum()) < LEAST_PIECE * float(shown(region.thing, small, work).sum()):
        # Its colours are those of its ground too.
        flags = shown(region.thing, small, work)
    return Thing(fine, enlarged(flags, fine.size), COLOURS if about.saliency is None else about.saliency.method)


def _region(seeds: Flags, about: Embedding, limits: Limits | None) -> Region | None:
    if limits is None or not limits.leaving:
        free = None if limits is None else limits.free
        return best_region(about.surroundings, seeds, found=about.near(seeds), free=free)
    # Who leaves something out of one selected thing does not mean all of it.
    whole = float(pieces_at(limits.free, seeds).sum()) < MOST_LEFT_OUT * float(limits.free.sum())
    selected = limits.free.astype(np.float32)
    return best_region(about.surroundings, seeds, found=selected, free=limits.free, whole=whole)


def thing_in(image: Pixels, box: Rect, about: Embedding) -> Thing | None:
    """The thing in ``box`` by the network that knows things; None where it is not installed or finds nothing."""
    return _segmented(image, Prompt.box(box), about, None)


def _cut_out(region: Region, seeds: Flags, small: View, work: View, limits: Limits | None) -> Flags:
    """The pieces of ``region`` at ``seeds`` as the colours of ``work`` bound them."""
    here = shown(seeds, small, work)
    if limits is None:
        flags = cut(work.pixels, seen(region.prior, small, work), inside=here)
    else:
        ours, barred = shown(limits.ours, small, work), shown(limits.barred, small, work)
        flags = cut(work.pixels, seen(region.prior, small, work), inside=here | ours, outside=barred) & ~ours
    # Of a thing that a network knows, colours may hide what holds its pieces together.
    return pieces_at(pieces(flags, least_share=LEAST_PIECE), here | shown(region.thing, small, work))


def _segmented(image: Pixels, prompt: Prompt, about: Embedding, limits: Limits | None) -> Thing | None:
    share = about.asked(prompt)
    if share is None:
        return None
    flags = share > 0.5
    if limits is not None:
        flags &= enlarged(limits.free, about.view.size)
    if not flags.any() or flags.all():
        return None
    fine = view_of(image, around(bounds(flags, about.view), AROUND, about.size), VIEW_PIXELS)
    return Thing(fine, seen(np.where(flags, share, 0).astype(np.float32), about.view, fine) > 0.5, TITLE)


def _spots(seeds: Flags, view: View) -> tuple[tuple[float, float], ...]:
    """A few points of the picture that stand for ``seeds``: along a stroke from its start to its end."""
    rows, columns = np.nonzero(seeds)
    chosen = np.unique(np.linspace(0, len(rows) - 1, SPOTS).round().astype(int))
    across, down = view.rect.width / view.size[0], view.rect.height / view.size[1]
    return tuple((float((columns[one] + 0.5) * across), float((rows[one] + 0.5) * down)) for one in chosen)


def enlarged(flags: Flags, size: tuple[int, int]) -> Flags:
    """``flags`` in the larger ``size`` (width, height), with a smooth outline."""
    return np.asarray(cv2.resize(flags.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) > 0.5)


def shown(flags: Flags, whole: View, part: View) -> Flags:
    """``flags`` of ``whole`` as ``part`` shows them."""
    return np.asarray(seen(flags.astype(np.float32), whole, part, smooth=False) > 0.5)


def seen(values: Floats, whole: View, part: View, *, smooth: bool = True) -> Floats:
    """``values`` of ``whole`` as ``part`` shows them."""
    left, top = whole.to_small(part.rect.x, part.rect.y)
    right, bottom = whole.to_small(part.rect.right, part.rect.bottom)
    across, down = (right - left) / part.size[0], (bottom - top) / part.size[1]
    way = np.array([[across, 0, left + across / 2 - 0.5], [0, down, top + down / 2 - 0.5]], np.float64)
    kind = cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST
    return np.asarray(
        cv2.warpAffine(values, way, part.size, flags=kind | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE),
        np.float32,
    )


def bounds(thing: Flags, view: View) -> Rect:
    """The rectangle of ``thing`` in the picture that ``view`` shows."""
    rows, columns = np.flatnonzero(thing.any(axis=1)), np.flatnonzero(thing.any(axis=0))
    across, down = view.rect.width / view.size[0], view.rect.height / view.size[1]
    return Rect.from_edges(
        view.rect.x + int(columns[0] * across),
        view.rect.y + int(rows[0] * down),
        view.rect.x + int(np.ceil((columns[-1] + 1) * across)),
        view.rect.y + int(np.ceil((rows[-1] + 1) * down)),
    ).intersected(view.rect)


def around(rect: Rect, share: float, size: tuple[int, int]) -> Rect:
    """``rect`` with ``share`` of its longer side on each side, in a picture of ``size``."""
    more = max(2, round(share * max(rect.width, rect.height)))
    wider = Rect.from_edges(rect.x - more, rect.y - more, rect.right + more, rect.bottom + more)
    return wider.intersected(Rect(0, 0, *size))
