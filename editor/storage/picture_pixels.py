"""Decodes a picture of any kind into upright BGRA, a band of rows at a time.

Bands keep each call into Pillow short: it does not let other threads run while it copies, and a window is painting.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import cast

import cv2
import numpy as np
from PIL import Image, ImageCms

from editor.domain.samples import Pixels, Samples
from editor.storage.deep_png import deep_png_pixels
from editor.storage.deep_tiff import deep_tiff_pixels
from editor.storage.fast_jpeg import PLAIN_MODES, JpegDecoder, jpeg_decoder
from editor.storage.jpeg_markers import VettedJpeg
from editor.storage.picture_header import OpenedPicture
from editor.storage.png_chunks import VettedPng
from editor.storage.upright import UprightPicture

BAND_PIXELS = 1 << 19
"""About how many pixels are converted at a time; well under 5 ms."""

Convert = Callable[[Image.Image], Pixels]


def decoded(opened: OpenedPicture, *, jpeg: JpegDecoder | None = None) -> Samples:
    """The picture as (height, width, 4) uint8 or uint16, blue green red alpha, upright.

    ``jpeg`` decodes plain JPEGs, the quickest there is unless given.
    """
    vetted = opened.vetted
    if opened.layout is not None:
        return deep_tiff_pixels(vetted.stream, opened.layout, opened.turned)
    if isinstance(vetted, VettedPng) and opened.depth > 8:
        return deep_png_pixels(vetted.header, vetted.compressed(), opened.turned)
    if is_plain_jpeg(opened):
        try:
            return upright(plain_jpeg(opened, jpeg or jpeg_decoder()), opened.turned)
        except (ValueError, OSError):
            # Pillow forgives some faults, and knows what is wrong with the rest.
            return _upright_bgra(opened.picture, opened.turned)
    return _upright_bgra(opened.picture, opened.turned)


def is_plain_jpeg(opened: OpenedPicture) -> bool:
    """Whether a :class:`~editor.storage.fast_jpeg.JpegDecoder` takes it."""
    return isinstance(opened.vetted, VettedJpeg) and opened.picture.mode in PLAIN_MODES


def plain_jpeg(opened: OpenedPicture, decoder: JpegDecoder, *, at_least: tuple[int, int] | None = None) -> Pixels:
    """Its pixels as they lie in the file; raises as :class:`~editor.storage.fast_jpeg.JpegDecoder` does."""
    stream = opened.vetted.stream
    length = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    # Told the length, a stream reads in large pieces.
    return decoder(stream.read(length), at_least=at_least)


def upright(pixels: Pixels, turned: int) -> Samples:
    """``pixels``, (height, width, 4), with the orientation ``turned``, 1 to 8, applied."""
    if turned == 1:
        return pixels
    height, width = pixels.shape[:2]
    result = UprightPicture(width, height, turned=turned, dtype=np.uint8)
    rows = max(1, BAND_PIXELS // width)
    for top in range(0, height, rows):
        result.lay(slice(top, top + rows), slice(None), pixels[top : top + rows])
    return result.pixels


def _upright_bgra(picture: Image.Image, turned: int) -> Samples:
    picture.load()
    width, height = picture.size
    convert = _converter(picture)
    result = UprightPicture(width, height, turned=turned, dtype=np.uint8)
    rows = max(1, BAND_PIXELS // width)
    for top in range(0, height, rows):
        band = picture.crop((0, top, width, min(top + rows, height)))
        result.lay(slice(top, top + rows), slice(None), convert(band))
    return result.pixels


def _converter(picture: Image.Image) -> Convert:
    mode = picture.mode
    if mode.startswith("I;16"):
        return _from_16_bit
    if mode in ("I", "F"):
        return partial(_from_scaled, limits=_limits(picture))
    if mode in ("CMYK", "LAB"):
        transform = _to_srgb(picture)
        if transform is not None:
            return partial(_through_profile, transform=transform)
    if picture.has_transparency_data:
        return partial(_from_plain, mode="RGBA")
    return partial(_from_plain, mode="L" if mode in ("1", "L") else "RGB")


def _from_plain(band: Image.Image, *, mode: str) -> Pixels:
    codes = {"L": cv2.COLOR_GRAY2BGRA, "RGB": cv2.COLOR_RGB2BGRA, "RGBA": cv2.COLOR_RGBA2BGRA}
    array = np.asarray(band if band.mode == mode else band.convert(mode))
    return cast(Pixels, cv2.cvtColor(array, codes[mode]))


def _grey(array: np.ndarray) -> Pixels:
    return cast(Pixels, cv2.cvtColor(np.ascontiguousarray(array), cv2.COLOR_GRAY2BGRA))


def _from_16_bit(band: Image.Image) -> Pixels:
    """The high byte, as Pillow does for 16 bits in colour; a value that was widened from 8 bits comes back exactly."""
    return _grey((np.asarray(band) >> 8).astype(np.uint8))


def _from_scaled(band: Image.Image, *, limits: tuple[float, float]) -> Pixels:
    low, high = limits
    values = np.nan_to_num(np.asarray(band, np.float64), nan=low, posinf=high, neginf=low)
    return _grey(np.clip((values - low) * (255.0 / (high - low)) + 0.5, 0, 255).astype(np.uint8))


def _limits(picture: Image.Image) -> tuple[float, float]:
    """What becomes black and white of a picture in numbers of 32 bits: a usual range if it fits, else its own."""
    width, height = picture.size
    rows = max(1, BAND_PIXELS // width)
    low, high = np.inf, -np.inf
    for top in range(0, height, rows):
        values = np.asarray(picture.crop((0, top, width, min(top + rows, height))), np.float64)
        values = values[np.isfinite(values)]
        if values.size:
            low, high = min(low, float(values.min())), max(high, float(values.max()))
    if not low <= high:
        return 0.0, 1.0
    for usual in (1.0, 255.0, 65535.0) if picture.mode == "F" else (255.0, 65535.0):
        if low >= 0 and high <= usual:
            return 0.0, usual
    return (low, high) if high > low else (low, low + 1.0)


def _to_srgb(picture: Image.Image) -> ImageCms.ImageCmsTransform | None:
    """The way to sRGB by the picture's own profile; None where it has none that fits."""
    try:
        if picture.mode == "LAB":
            source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        elif profile := picture.info.get("icc_profile"):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        else:
            return None
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), picture.mode, "RGB")
    except (ImageCms.PyCMSError, OSError):
        return None


def _through_profile(band: Image.Image, *, transform: ImageCms.ImageCmsTransform) -> Pixels:
    converted = transform.apply(band)
    return cast(Pixels, cv2.cvtColor(np.asarray(converted), cv2.COLOR_RGB2BGRA))
