"""Between a document's colours and sRGB, which is what platforms and models expect.

8 bits go through LittleCMS. Its binding in Pillow has no RGB of 16 bits: there a profile of curves and a matrix (every
common working space) is worked out here, in floating point. One of tables is converted in 8 bits, and what a value of
16 bits had beyond those is added again.
"""

from __future__ import annotations

import functools
import io
import logging

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from editor.domain.samples import Pixels, Samples, narrowed, widened
from editor.imaging.icc import VALUES, Curve, Shaper, shaper_of

log = logging.getLogger(__name__)

_SRGB_WORDS = "srgb"
_DATE = slice(24, 36)
_SAME = 2.0
"""Levels of 255 by which a profile that calls itself sRGB differs from ours at most, where it is that."""
_ROWS = 128
"""Rows converted at once."""


def srgb_profile() -> bytes:
    """A colour profile of sRGB, the same bytes at any time."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # The moment it was made: year, month, day, hour, minute and second.
    made[_DATE] = bytes((7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))
    return bytes(made)


def is_plain_srgb(profile: bytes | None) -> bool:
    """Whether pixels of ``profile`` are sRGB as they are, or have to be taken as it because the profile is damaged."""
    if not profile:
        return True
    own = shaper_of(profile)
    return (own is None or not own.grey) and _rgb_profile(profile, own) is None


def to_srgb(pixels: Samples, profile: bytes | None) -> Samples:
    """(height, width, 3) RGB of a document with ``profile`` as sRGB of the same depth; the same array where nothing
    differs."""
    return _converted(pixels, profile, outward=True)


def from_srgb(pixels: Samples, profile: bytes | None) -> Samples:
    """(height, width, 3) sRGB in the colours of ``profile``, in the same depth; the same array where nothing differs.

    For a profile of grey the three channels are equal before and afterwards.
    """
    return _converted(pixels, profile, outward=False)


def _converted(pixels: Samples, profile: bytes | None, *, outward: bool) -> Samples:
    if not profile:
        return pixels
    own = shaper_of(profile)
    if own is not None and own.grey:
        return _shaped(pixels, own, outward=outward)
    read = _rgb_profile(profile, own)
    if read is None:
        return pixels
    if pixels.dtype == np.uint8:
        return _by_lcms(narrowed(pixels), read, outward=outward)
    if own is not None:
        return _shaped(pixels, own, outward=outward)
    rounded = narrowed(pixels)
    beyond = pixels.astype(np.int32) - widened(rounded)
    return np.asarray(np.clip(widened(_by_lcms(rounded, read, outward=outward)) + beyond, 0, 65535), np.uint16)


def _by_lcms(pixels: Pixels, own: ImageCms.ImageCmsProfile, *, outward: bool) -> Pixels:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    source, target = (own, srgb) if outward else (srgb, own)
    converted = ImageCms.profileToProfile(
        Image.fromarray(pixels),
        source,
        target,
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    if converted is None:  # only where it is asked to work in place
        raise ValueError("the colour conversion returned nothing")
    return np.asarray(converted, np.uint8).copy()


def _rgb_profile(profile: bytes, own: Shaper | None) -> ImageCms.ImageCmsProfile | None:
    """The profile, or None where the pixels are sRGB already or the profile does not serve RGB in both directions.

    A damaged one, or a scanner's that leads one way only, is found here, before an edit is sent and paid for.
    """
    try:
        read = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        description = ImageCms.getProfileDescription(read)
        if read.profile.xcolor_space.strip() != "RGB" or _is_srgb(description, own):
            return None
        srgb = ImageCms.createProfile("sRGB")
        for source, target in ((read, srgb), (srgb, read)):
            ImageCms.buildTransform(source, target, "RGB", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC)
    except (OSError, ImageCms.PyCMSError) as error:
        log.info("The picture's colour profile cannot be used; its colours are taken as sRGB: %s", error)
        return None
    return read


def _is_srgb(description: str, own: Shaper | None) -> bool:
    """Whether a profile that is called sRGB is it: a linear one is called so, too."""
    if _SRGB_WORDS not in description.lower():
        return False
    if own is None:
        return True
    steps = np.linspace(0, 65535, 6).astype(np.uint16)
    colours = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    apart = np.abs(_shaped(colours, own, outward=True).astype(np.int32) - colours)
    return float(apart.max()) / 257 <= _SAME


# --- curves and a matrix


@functools.cache
def _srgb() -> Shaper:
    shaper = shaper_of(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    assert shaper is not None, "the library's own sRGB is a profile of curves and a matrix"
    return shaper


def _shaped(pixels: Samples, own: Shaper, *, outward: bool) -> Samples:
    """``pixels`` between ``own`` and sRGB; relative colorimetric, what does not fit is clipped channel by channel."""
    source, target = (own, _srgb()) if outward else (_srgb(), own)
    linear = tuple(curve.astype(np.float32) for curve in source.curves)
    back = tuple(_inverse(curve) for curve in target.curves)
    matrix = None
    if source.matrix is not None and target.matrix is not None:
        matrix = np.linalg.inv(target.matrix) @ source.matrix
    deep = widened(pixels)
    result = np.empty_like(deep)
    for top in range(0, deep.shape[0], _ROWS):
        rows = deep[top : top + _ROWS]
        light = np.dstack([linear[channel % len(linear)][rows[..., channel]] for channel in range(3)])
        if matrix is not None:
            light = np.asarray(cv2.transform(light, matrix.astype(np.float32)), np.float32).reshape(rows.shape)
        # The tables are laid out by the root of the light: the dark end of a tone curve is too steep for the light.
        place = (np.sqrt(np.clip(light, 0.0, 1.0)) * (VALUES - 1) + 0.5).astype(np.uint16)
        for channel in range(3):
            result[top : top + _ROWS, :, channel] = back[channel % len(back)][place[..., channel]]
    return result if pixels.dtype == np.uint16 else narrowed(result)


def _inverse(curve: Curve) -> NDArray[np.uint16]:
    """The value of 16 bits for each root of linear light, in steps of 1 / 65535."""
    values = np.linspace(0.0, 1.0, VALUES)
    return np.asarray(np.interp(values**2, curve, values) * (VALUES - 1) + 0.5).astype(np.uint16)
