"""How quick masks are written, feathered, grown from a colour and taken back, as ratios to others in the same run."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2]))

import base64

import cv2
import numpy as np
from PIL import Image, ImageFilter
from ratios import Row, best, show

from editor.domain.document import Document
from editor.domain.samples import Pixels
from editor.imaging.base64_text import fast_base64
from editor.imaging.deflate import fast_deflate, zlib_deflate
from editor.imaging.effective_mask import effective_of
from editor.imaging.png import png_of
from editor.storage.tile_pack import TilePack
from editor.tools.base import PointerEvent
from editor.tools.mask_brush import MaskBrush
from editor.tools.similar import connected, similar
from editor.tools.stroke import BrushSettings

WIDTH, HEIGHT = 6000, 4000


def mask_of(width: int, height: int) -> Pixels:
    """Thirty soft discs."""
    chance = np.random.default_rng(0)
    mask = np.zeros((height, width), np.uint8)
    for _ in range(30):
        place = int(chance.integers(width)), int(chance.integers(height))
        cv2.circle(mask, place, int(chance.integers(50, 500)), 255, -1)
    return np.asarray(cv2.blur(mask, (31, 31)), np.uint8)


def scene(width: int, height: int) -> Pixels:
    """Shapes with grain, opaque."""
    chance = np.random.default_rng(0)
    shapes = cv2.resize(chance.integers(0, 256, (40, 60, 4), dtype=np.uint8), (width, height))
    grained = cv2.add(shapes, chance.integers(0, 8, shapes.shape, dtype=np.uint8))
    grained[..., 3] = 255
    return np.asarray(grained, np.uint8)


def pillow_png(pixels: Pixels) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def writing(mask: Pixels) -> Iterator[Row]:
    """PNG and base64; the megabytes stand in the name."""
    for name, pixels, targets in (("png-mask", mask, (0.12, 0.3)), ("png-rgba", scene(WIDTH, HEIGHT), (0.13, 0.35))):
        theirs, size = best(lambda pixels=pixels: pillow_png(pixels), 2), len(pillow_png(pixels))
        for deflate, target in zip((fast_deflate, zlib_deflate), targets, strict=True):
            share = len(png_of(pixels, deflate=deflate)) / size
            ours = best(lambda pixels=pixels, deflate=deflate: png_of(pixels, deflate=deflate), 4)
            why = "grain in every sample: all of it is ISA-L's"
            yield Row(f"{name}, {deflate.__name__}, {share:.2f} of its size", ours, theirs, target, why)
    data = mask.tobytes()
    theirs = best(lambda: base64.b64encode(data), 5)
    yield Row("base64, 24 MB", best(lambda: fast_base64().b64encode(data), 5), theirs)


def shaping(mask: Pixels) -> Iterator[Row]:
    """Feather against Pillow's blur, which is made of boxes as well; the wand against a plain pass over the colours."""
    for sigma, worst in ((20, 4), (50, 7)):
        theirs = best(lambda sigma=sigma: Image.fromarray(mask).filter(ImageFilter.GaussianBlur(sigma)), 3)
        ours = best(lambda sigma=sigma: effective_of(mask, 0, 2 * sigma), 5)
        exact = cv2.GaussianBlur(mask, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
        error = int(cv2.absdiff(effective_of(mask, 0, 2 * sigma), exact).max())
        yield Row(f"feather-{sigma}, error {error} of at most {worst}", ours, theirs, 0.25)
    try:
        from skimage.segmentation import flood
    except ImportError:
        return
    document = Document(np.full((3000, 4000, 4), 90, np.uint8), name="flat")
    grey = np.ascontiguousarray(document.pixels.array[..., 0])
    theirs = best(lambda: flood(grey, (10, 10), tolerance=8), 3)
    yield Row("wand-12MP", best(lambda: connected(similar(document, (10, 10), 8), (10, 10)), 5), theirs, 0.06)


def undoing(before: Pixels) -> Iterator[Row]:
    """A stroke of a thousand dabs across a picture that has a mask."""
    document = Document(np.zeros((HEIGHT, WIDTH, 4), np.uint8), name="empty", grow=0, feather=0)
    document.mask.array[...] = before
    brush = MaskBrush(BrushSettings(size=200, hardness=0.7))
    brush.press(document, PointerEvent(x=100, y=HEIGHT / 2))
    for step in range(1000):
        brush.move(document, PointerEvent(x=100 + 5.8 * step, y=HEIGHT / 2 + 200 * np.sin(step / 60)))
    brush.release(document)
    mask = document.mask.array
    step = document.history.current
    raw = "whole tiles, compressed once there is time"
    yield Row("undo-bytes, until they are stored (MB)", step.nbytes / 2**20, mask.nbytes / 2**20, 0.05, raw)
    with TemporaryDirectory() as folder:
        pack = TilePack.create(Path(folder) / "pack")
        stored = sum(pack.put(kept).stored for kept in step.kept())
        pack.close()
    yield Row("undo-bytes, stored (MB)", stored / 2**20, mask.nbytes / 2**20, 0.05)
    rows = slice(*(int(place) for place in np.flatnonzero((mask != before).any(axis=1))[[0, -1]] + [0, 1]))
    touched = mask[rows].copy()
    target = touched.copy()

    def there_and_back() -> None:
        document.undo()
        document.redo()

    ours, theirs = best(there_and_back, 20) / 2, best(lambda: np.copyto(target, touched), 20)
    yield Row("undo-time", ours, theirs, 4.0, "Python's 0.02 ms for each of the tiles")


def main() -> None:
    """Print the tables."""
    mask = mask_of(WIDTH, HEIGHT)
    show("writing 24 megapixels (milliseconds)", writing(mask))
    show("shaping (milliseconds)", shaping(mask))
    show("undo (megabytes, milliseconds)", undoing(mask))


if __name__ == "__main__":
    main()
