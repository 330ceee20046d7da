"""What is found out about a picture once, for any number of selections in it."""

from __future__ import annotations

from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.geometry import Rect
from editor.domain.request import Pixels
from editor.engine.select.cuts import pieces_at
from editor.engine.select.mobile_sam import DECODER, ENCODER, SIDE, Encoded, Prompt, encoded, share_of, shown_size
from editor.engine.select.regions import Surroundings
from editor.engine.select.saliency import QUICK, Saliency, saliency
from editor.engine.select.view import View, view_of
from editor.engine.weights import Models

VIEW_PIXELS = 300_000
WORK_PIXELS = 100_000


AGAIN, LEAST_AGAIN = 0.45, 48
"""Of the longer side of the picture, that is looked at again round a place; in pixels of the small picture."""
MOST_CUT = 0.15
"""Share of the frame of what is looked at again that a thing of its own may reach."""

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


class Embedding:
    """What is known of one picture; each part is found when it is first asked for, and kept: at most 20 MB."""

    def __init__(self, image: Pixels, models: Models) -> None:
        """``image`` is (h, w, 3) RGB uint8; only a small copy of it is kept."""
        self.size = image.shape[1], image.shape[0]
        self.view = view_of(image, Rect(0, 0, *self.size), VIEW_PIXELS)
        self._models = models
        # Only MobileSAM looks at more than the view.
        self._shown = _shown(image) if models.has(ENCODER) and models.has(DECODER) else None

    def fits(self, image: Pixels) -> bool:
        """Whether this is of a picture that looks like ``image``."""
        if self.size != (image.shape[1], image.shape[0]):
            return False
        return np.array_equal(self.view.pixels, view_of(image, Rect(0, 0, *self.size), VIEW_PIXELS).pixels)

    @cached_property
    def small(self) -> View:
        """The whole picture as small as it is searched."""
        small = view_of(self.view.pixels, Rect(0, 0, *self.view.size), WORK_PIXELS)
        return View(small.pixels, self.view.rect)

    @cached_property
    def saliency(self) -> Saliency | None:
        """Where the subject of the picture is, or None without a network."""
        return saliency(self.view.pixels, models=self._models, finders=QUICK)

    def asked(self, prompt: Prompt) -> Floats | None:
        """How sure MobileSAM is of each pixel, (h, w; 0–1) of ``view``; None where it is not installed."""
        picture = self._encoded
        share = None if picture is None else share_of(prompt, picture, self.view, self._models)
        if share is None:
            return None
        return np.asarray(cv2.resize(share, self.view.size, interpolation=cv2.INTER_AREA), np.float32)

    @cached_property
    def _encoded(self) -> Encoded | None:
        return None if self._shown is None else encoded(self._shown, self._models)

    def near(self, seeds: Flags) -> Floats | None:
        """What a network takes for the subject, (h, w; 0–1) of ``small``, or None without one.

        Where ``seeds`` (h, w) are no part of the picture's subject, it looks again at what is round them.
        """
        whole = self.saliency
        if whole is None:
            return None
        found = whole.at(self.small.size)
        if float(found[seeds].max()) > 0.5:
            return found
        return self._again(found, seeds)

    def _again(self, found: Floats, seeds: Flags) -> Floats:
        """``found`` and, round ``seeds``, what is the subject there, where that is a thing of its own."""
        rows, columns = np.nonzero(seeds)
        half = max(LEAST_AGAIN // 2, round(AGAIN / 2 * max(self.small.size)), int(np.ptp(rows)), int(np.ptp(columns)))
        middle = int(columns.mean()), int(rows.mean())
        size = Rect(0, 0, *self.small.size)
        place = Rect.from_edges(middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half).intersected(
            size
        )
        part = view_of(self.small.pixels, place, WORK_PIXELS)
        again = saliency(part.pixels, models=self._models, finders=QUICK)
        if again is None:
            return found
        closer = again.at((place.width, place.height))
        thing = pieces_at(closer > 0.5, seeds[place.slices])
        if not thing.any() or float(_frame(thing).mean()) > MOST_CUT:
            return found
        result = found.copy()
        result[place.slices] = np.where(pieces_at(closer > 0.2, thing), closer, found[place.slices])
        return result

    @cached_property
    def surroundings(self) -> Surroundings:
        """The colours and edges of ``small``."""
        return Surroundings(self.small.pixels)


def _frame(thing: Flags) -> Flags:
    return np.concatenate([thing[0], thing[-1], thing[:, 0], thing[:, -1]])


def _shown(image: Pixels) -> Pixels:
    size = image.shape[1], image.shape[0]
    way = cv2.INTER_AREA if max(size) > SIDE else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, shown_size(size), interpolation=way), np.uint8)
