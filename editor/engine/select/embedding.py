"""What is found out about a picture once, for any number of selections in it."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from editor.domain.geometry import Rect
from editor.domain.request import Pixels
from editor.engine.select.regions import Surroundings
from editor.engine.select.saliency import QUICK, Saliency, saliency
from editor.engine.select.view import View, view_of
from editor.engine.weights import Models

VIEW_PIXELS = 300_000
WORK_PIXELS = 100_000


class Embedding:
    """What is known of one picture; each part is found when it is first asked for, and kept: at most 15 MB."""

    def __init__(self, image: Pixels, models: Models) -> None:
        """``image`` is (h, w, 3) RGB uint8; only a small copy of it is kept."""
        self.size = image.shape[1], image.shape[0]
        self.view = view_of(image, Rect(0, 0, *self.size), VIEW_PIXELS)
        self._models = models

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

    @cached_property
    def surroundings(self) -> Surroundings:
        """The colours and edges of ``small``."""
        return Surroundings(self.small.pixels)
