"""From what the vault kept of a run back to pictures of the request's size, by a later start too. Blocking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from editor.domain.kinds import Way
from editor.domain.request import Pixels
from editor.domain.vault import Intent
from editor.imaging.codec import decode_picture, decode_with_alpha
from editor.platforms.orders.receive import fitted

_SPREAD = 16
"""Levels between the channels of what is still a grey picture."""


@dataclass(frozen=True, slots=True, eq=False)
class KeptPicture:
    """A result of ``result_size``: ``image`` is (h, w, 3) RGB uint8; ``alpha`` is (h, w) uint8 where the model cut out
    (255 = subject) and None elsewhere. ``matte_only``: the colours are not the picture's, only the alpha counts."""

    image: Pixels
    alpha: Pixels | None = None
    matte_only: bool = False


def kept_picture(data: bytes, intent: Intent) -> KeptPicture:
    """The result in the bytes ``data`` of a run of ``intent``, cut and scaled as the living edit would have done it.

    Raises BadResult for what is no picture or has another shape.
    """
    way, place, size = intent.way, intent.place, intent.place.result_size
    if way is not Way.CUT_OUT:
        return KeptPicture(fitted(decode_picture(data), way=way, order=place, size=size))
    picture, alpha = decode_with_alpha(data)
    image = fitted(picture, way=way, order=place, size=size)
    if alpha is not None:
        return KeptPicture(image, fitted(alpha, way=way, order=place, size=size))
    spread = int(np.ptp(picture.astype(np.int16), axis=2).max(initial=0))
    return KeptPicture(image, np.ascontiguousarray(image[..., 0]), True) if spread <= _SPREAD else KeptPicture(image)


def kept_mask(data: bytes) -> Pixels:
    """The crop's mask, (h, w) uint8, from its PNG. Raises BadResult where that is broken."""
    return np.ascontiguousarray(decode_picture(data)[..., 0])
