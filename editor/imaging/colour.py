"""Between a document's colours and sRGB, which is what platforms and models expect."""

from __future__ import annotations

import io
import logging

import numpy as np
from PIL import Image, ImageCms

from editor.domain.samples import Pixels

log = logging.getLogger(__name__)

_SRGB_WORDS = "srgb"


def to_srgb(pixels: Pixels, profile: bytes | None) -> Pixels:
    """(height, width, 3) uint8 RGB of a document with ``profile`` as sRGB; the same array where nothing differs."""
    return _converted(pixels, profile, outward=True)


def from_srgb(pixels: Pixels, profile: bytes | None) -> Pixels:
    """(height, width, 3) uint8 sRGB in the colours of ``profile``; the same array where nothing differs."""
    return _converted(pixels, profile, outward=False)


def _converted(pixels: Pixels, profile: bytes | None, *, outward: bool) -> Pixels:
    own = _rgb_profile(profile)
    if own is None:
        return pixels
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


def _rgb_profile(profile: bytes | None) -> ImageCms.ImageCmsProfile | None:
    """The profile, or None where the pixels are sRGB already or the profile does not serve RGB in both directions.

    A damaged one, or a scanner's that leads one way only, is found here, before an edit is sent and paid for.
    """
    if not profile:
        return None
    try:
        read = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        description = ImageCms.getProfileDescription(read)
        if read.profile.xcolor_space.strip() != "RGB" or _SRGB_WORDS in description.lower():
            return None
        srgb = ImageCms.createProfile("sRGB")
        for source, target in ((read, srgb), (srgb, read)):
            ImageCms.buildTransform(source, target, "RGB", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC)
    except (OSError, ImageCms.PyCMSError) as error:
        log.info("The picture's colour profile cannot be used; its colours are taken as sRGB: %s", error)
        return None
    return read
