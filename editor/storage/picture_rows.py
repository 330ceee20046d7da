"""The rows of a picture to be written, a band at a time, whatever they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import cv2
import numpy as np
from PIL import Image

from editor.domain.geometry import Rect
from editor.domain.raster import Snapshot
from editor.domain.samples import Pixels, Samples, bits, full, narrowed
from editor.storage.picture_pixels import BAND_PIXELS

Source = Samples | Snapshot[Any]
"""(height, width, 4) uint8 or uint16 BGRA, or a snapshot of such a raster, which may be painted on meanwhile."""
Change = Callable[[Samples], Samples]

_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


class Rows:
    """A picture that is read in bands, each of which is changed on its way out."""

    def __init__(self, source: Source, *changes: Change) -> None:
        self._source = source
        self._changes = changes
        rect = source.rect if isinstance(source, Snapshot) else Rect(0, 0, source.shape[1], source.shape[0])
        self.size = rect.width, rect.height

    @property
    def depth(self) -> int:
        """Bits a channel: 8 or 16."""
        return bits(self.read(Rect(0, 0, 1, 1)))

    def changed(self, change: Change) -> Rows:
        """The same picture with ``change`` applied to every band of BGRA."""
        return Rows(self._source, *self._changes, change)

    def narrowed(self) -> Rows:
        """The same picture in 8 bits."""
        return self.changed(narrowed)

    def on_white(self) -> Rows:
        """The same picture over white, opaque."""
        return self.changed(_on_white)

    def read(self, rect: Rect) -> Samples:
        """BGRA at ``rect``, which must lie inside; not to be written into."""
        band = self._source.read(rect) if isinstance(self._source, Snapshot) else self._source[rect.slices]
        for change in self._changes:
            band = change(band)
        return band

    def opaque(self) -> bool:
        """Whether nothing shines through anywhere."""
        return all(bool((band[..., 3] == full(band)).all()) for band in self._bands())

    def bands(self, channels: int) -> Iterator[Samples]:
        """From top to bottom, (rows, width, channels) with 1 grey, 2 grey and alpha, 3 RGB or 4 RGBA; grey of equal
        channels is exact. All but the last have as many rows."""
        convert = _to_channels(channels)
        return (convert(band) for band in self._bands())

    def assembled(self, channels: int) -> Image.Image:
        """The whole picture for Pillow; 8 bits."""
        picture, top = Image.new(_MODES[channels], self.size), 0
        for band in self.bands(channels):
            picture.paste(Image.fromarray(band[..., 0] if channels == 1 else band), (0, top))
            top += band.shape[0]
        return picture

    def _bands(self) -> Iterator[Samples]:
        width, height = self.size
        step = max(1, BAND_PIXELS // width)
        for top in range(0, height, step):
            yield self.read(Rect.from_edges(0, top, width, min(top + step, height)))


def _to_channels(channels: int) -> Change:
    def grey(band: Samples) -> Samples:
        return cast(Samples, cv2.cvtColor(np.ascontiguousarray(band), cv2.COLOR_BGRA2GRAY))[..., np.newaxis]

    def coloured(code: int) -> Change:
        return lambda band: cast(Samples, cv2.cvtColor(np.ascontiguousarray(band), code))

    return {
        1: grey,
        2: lambda band: np.dstack((grey(band), band[..., 3])),
        3: coloured(cv2.COLOR_BGRA2RGB),
        4: coloured(cv2.COLOR_BGRA2RGBA),
    }[channels]


def _on_white(band: Samples) -> Samples:
    most = full(band)
    alpha = band[..., 3:].astype(np.uint32)
    result: Samples = np.full_like(band, most)
    # 65535 × 65535 and a half of it still fit into 32 bits.
    result[..., :3] = (band[..., :3] * alpha + most * (most - alpha) + most // 2) // most
    return result


def flat(band: Samples, *, order: str) -> Pixels:
    """A band as (rows, bytes a row) in the byte order ``order``, ``<`` or ``>``."""
    words = np.ascontiguousarray(band).reshape(band.shape[0], -1)
    return words.astype(f"{order}u{band.itemsize}", copy=False).view(np.uint8)
