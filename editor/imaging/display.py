"""A document's colours as a screen shows them.

From the document's profile to the screen's, relative colorimetric with black point compensation, as the conversion for
saving does it (:mod:`editor.imaging.colour`). Each pixel is converted by itself: a part converted alone equals the
whole.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from editor.domain.samples import Pixels, Samples, narrowed

if TYPE_CHECKING:
    from PIL import ImageCms

log = logging.getLogger(__name__)

Shown = Callable[[Samples], Pixels]
"""From (height, width, 4) blue green red alpha of a document to the same in 8 bits for the screen."""


def shown_through(profile: bytes | None, screen: bytes | None) -> Shown | None:
    """How pixels of a document with ``profile`` are shown on a screen with the profile ``screen``; None for either is
    sRGB. None where nothing has to be converted, or cannot: a profile that is damaged is taken as sRGB."""
    from editor.imaging.colour import is_plain_srgb, srgb_profile

    plain = is_plain_srgb(profile)
    if plain and is_plain_srgb(screen):
        return None
    transform = _transform(srgb_profile() if plain else profile, screen or srgb_profile())
    if transform is None:
        # A profile of grey, which LittleCMS does not take for pixels of three channels.
        return None if plain else _through_srgb(profile)
    return _through(transform)


def _transform(source: bytes | None, target: bytes) -> ImageCms.ImageCmsTransform | None:
    from PIL import ImageCms

    try:
        return ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(source or b"")),
            ImageCms.ImageCmsProfile(io.BytesIO(target)),
            "RGB",
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (OSError, ImageCms.PyCMSError) as error:
        log.info("A colour profile cannot be used for the screen: %s", error)
        return None


def _through(transform: ImageCms.ImageCmsTransform) -> Shown:
    def show(pixels: Samples) -> Pixels:
        import cv2
        from PIL import Image, ImageCms

        plain = narrowed(pixels)
        image = Image.fromarray(np.asarray(cv2.cvtColor(plain, cv2.COLOR_BGRA2RGB)))
        ImageCms.applyTransform(image, transform, inPlace=True)
        return _with_alpha(np.asarray(image), plain)

    return show


def _through_srgb(profile: bytes | None) -> Shown:
    def show(pixels: Samples) -> Pixels:
        import cv2

        from editor.imaging.colour import to_srgb

        plain = narrowed(pixels)
        colours = to_srgb(np.asarray(cv2.cvtColor(plain, cv2.COLOR_BGRA2RGB), np.uint8), profile)
        return _with_alpha(narrowed(colours), plain)

    return show


def _with_alpha(colours: Pixels, plain: Pixels) -> Pixels:
    result = np.empty_like(plain)
    result[..., :3] = colours[..., ::-1]
    result[..., 3] = plain[..., 3]
    return result
