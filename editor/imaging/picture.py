"""A document together with what the screen needs of it: smaller levels of its pixels and of its effective mask."""

from __future__ import annotations

import numpy as np

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import Dirty
from editor.domain.samples import Pixels, full
from editor.imaging import effective_mask
from editor.imaging.areas import Parts, find_parts
from editor.imaging.display import shown_through
from editor.imaging.pyramid import Pyramid


class Picture:
    """A document that can be shown. ``opaque`` is False where a pixel may let something through.

    Building one takes a while on a large picture (about half a second at 100 megapixels): do it in a worker.
    """

    def __init__(self, document: Document, *, pixels: Pyramid, mask: Pyramid, opaque: bool) -> None:
        self.document = document
        self.pixels = pixels
        self.mask = mask
        self.opaque = opaque
        self._screen: bytes | None = None
        self._hole: Rect | None = None
        self._parts: Parts | None = None
        self._masked = document.effective.bounds

    @classmethod
    def of(cls, document: Document) -> Picture:
        """Bring the effective mask up to date and build every level; blocks."""
        effective_mask.refresh_all(document)
        return cls(
            document,
            pixels=Pyramid(document.pixels, shown_through(document.metadata.icc_profile, None)),
            mask=Pyramid(document.effective),
            opaque=bool(document.pixels.array[..., 3].min() == full(document.pixels.array)),
        )

    @property
    def screen(self) -> bytes | None:
        """The colour profile of the screen that the picture is made ready for; None for sRGB."""
        return self._screen

    def show_on(self, screen: bytes | None) -> None:
        """Make the picture ready for a screen with this colour profile; blocks, and does nothing where it is."""
        if screen != self._screen:
            self._screen = screen
            self.pixels = Pyramid(self.document.pixels, shown_through(self.document.metadata.icc_profile, screen))

    def refresh(self, dirty: Dirty, down_to: int | None = None) -> Dirty:
        """Follow a change of the document: ``dirty.mask`` is where the *painted* mask changed.

        After another *grow* or *feather* of the document it is the whole picture.

        Levels beyond ``down_to`` are left for later. Returns what has to be repainted, in picture pixels: there
        ``mask`` is where the *effective* mask may have changed.
        """
        if dirty.resized:
            return self._built_anew()
        changed = effective_mask.refresh(self.document, dirty.mask.intersected(self.document.rect))
        self.mask.refresh(changed, down_to)
        if changed:
            self._hole = self._parts = None
            # A stroke goes on and on: while it does, what surely holds the mask is enough.
            everything = changed.contains(self._masked)
            self._masked = self.document.effective.bounds if everything else self._masked.united(changed)
        self.pixels.refresh(dirty.pixels, down_to)
        self._follow_alpha(dirty.pixels.intersected(self.document.rect))
        return Dirty(dirty.pixels.intersected(self.document.rect), changed)

    def _built_anew(self) -> Dirty:
        """The picture has another size: every level is made again, as in :meth:`of`."""
        fresh = Picture.of(self.document)
        fresh.show_on(self._screen)
        self.pixels, self.mask, self.opaque = fresh.pixels, fresh.mask, fresh.opaque
        self._masked = fresh.masked
        self._hole = self._parts = None
        return Dirty(self.document.rect, self.document.rect, resized=True)

    def _follow_alpha(self, changed: Rect) -> None:
        """A cut-out lets something through, and its undo does not. What lies outside ``changed`` is not looked at."""
        if not changed:
            return
        pixels = self.document.pixels.array
        if int(pixels[changed.slices][..., 3].min()) < full(pixels):
            self.opaque = False
        elif changed == self.document.rect:
            self.opaque = True

    @property
    def coverage(self) -> float:
        """The share of the picture under the effective mask, from 0 to 1."""
        return self.document.effective.coverage

    @property
    def masked(self) -> Rect:
        """A rectangle around the effective mask, for painting: the smallest once :attr:`hole` was asked for or all of
        the mask was renewed, and while strokes go on one that surely holds it."""
        return self._masked

    @property
    def hole(self) -> Rect:
        """The smallest rectangle around the effective mask; looked for once after every change."""
        if self._hole is None:
            self._hole = self._masked = self.document.effective.bounds
        return self._hole

    @property
    def parts(self) -> Parts:
        """The connected parts of the effective mask; looked for once after every change."""
        if self._parts is None:
            self._parts = find_parts(self.document.effective)
        return self._parts

    def thumbnail(self, size: int) -> Pixels:
        """The present picture with its longer side ``size`` pixels: (height, width, 4) blue green red alpha.

        A picture that is smaller is returned as it is; the array is always a copy.
        """
        import cv2

        width, height = self.document.size
        scale = min(1.0, size / max(width, height))
        source = self.pixels.level(self.pixels.level_for(scale))
        target = max(1, round(width * scale)), max(1, round(height * scale))
        if target == (source.shape[1], source.shape[0]):
            return source.copy()
        return np.asarray(cv2.resize(source, target, interpolation=cv2.INTER_AREA), np.uint8)
