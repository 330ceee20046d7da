"""Colour profiles that say all in curves and a matrix, read exactly: what Pillow's conversions do in 8 bits only.

The layout is that of the International Color Consortium's specification ICC.1:2022: a header of 128 bytes, a table of
tags, and of them the colorants (``rXYZ``, ``gXYZ``, ``bXYZ``) and the tone curves (``rTRC``, ``gTRC``, ``bTRC``, or
``kTRC`` of a grey profile), which are of type ``curv`` or ``para``.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]
"""Linear light, 0 to 1, for each value of 16 bits, rising."""

VALUES = 65536
_HEADER, _MOST_TAGS, _MOST_POINTS = 128, 200, 65536
_TABLES = (b"A2B0", b"A2B1", b"B2A0", b"B2A1", b"D2B0", b"D2B1", b"B2D0", b"B2D1")
"""Where a profile has one of these, it goes before curves and matrix."""
_PARAMETERS = (1, 3, 4, 5, 7)
"""How many numbers the function types 0 to 4 of a ``para`` curve have."""


@dataclass(frozen=True, slots=True, eq=False)
class Shaper:
    """A profile of curves and a matrix.

    ``curves`` are those of red, green and blue, or that of grey alone. ``matrix`` is (3, 3): linear red, green and
    blue to the CIE XYZ of the profile connection space; None for a grey profile.
    """

    curves: tuple[Curve, ...]
    matrix: NDArray[np.float64] | None

    @property
    def grey(self) -> bool:
        """Whether it is a profile of grey."""
        return self.matrix is None


def shaper_of(profile: bytes) -> Shaper | None:
    """``profile`` as curves and a matrix; None where it is not of RGB or grey, says more than that, or is damaged."""
    space = profile[16:20]
    if profile[36:40] != b"acsp" or space not in (b"RGB ", b"GRAY"):
        return None
    try:
        tags = _tags(profile)
        if any(table in tags for table in _TABLES):
            return None
        if space == b"GRAY":
            return Shaper((_curve(tags[b"kTRC"]),), None)
        if profile[20:24] != b"XYZ ":
            return None
        matrix = np.array([_colorant(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]).T
        curves = tuple(_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC"))
    except (KeyError, ValueError, struct.error):
        return None
    return Shaper(curves, matrix) if abs(float(np.linalg.det(matrix))) > 1e-6 else None


def _tags(profile: bytes) -> Mapping[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, _HEADER)
    if count > _MOST_TAGS:
        raise ValueError("more tags than any profile has")
    found = {}
    for number in range(count):
        name, start, length = struct.unpack_from(">4sII", profile, _HEADER + 4 + 12 * number)
        found[name] = profile[start : start + length]
    return found


def _colorant(data: bytes) -> tuple[float, ...]:
    if data[:4] != b"XYZ ":
        raise ValueError("no colorant")
    return tuple(number / 65536 for number in struct.unpack_from(">3i", data, 8))


def _curve(data: bytes) -> Curve:
    place = np.linspace(0.0, 1.0, VALUES)
    if data[:4] == b"curv":
        curve = _sampled(data, place)
    elif data[:4] == b"para":
        curve = _parametric(data, place)
    else:
        raise ValueError("no tone curve")
    if not np.isfinite(curve).all() or np.ptp(curve) < 0.5:
        raise ValueError("a tone curve that tells nothing apart")
    return np.asarray(np.maximum.accumulate(np.clip(curve, 0.0, 1.0)), np.float64)


def _sampled(data: bytes, place: Curve) -> Curve:
    (count,) = struct.unpack_from(">I", data, 8)
    if count == 0:
        return place
    if count == 1:
        (gamma,) = struct.unpack_from(">H", data, 12)
        return np.asarray(place ** (gamma / 256))
    if count > _MOST_POINTS:
        raise ValueError("a longer curve than can be")
    points = np.array(struct.unpack_from(f">{count}H", data, 12)) / 65535
    return np.interp(place, np.linspace(0.0, 1.0, count), points)


def _parametric(data: bytes, place: Curve) -> Curve:
    """Table 68 of the specification; type 0 is a plain power."""
    (kind,) = struct.unpack_from(">H", data, 8)
    if kind >= len(_PARAMETERS):
        raise ValueError("an unknown function")
    given = [number / 65536 for number in struct.unpack_from(f">{_PARAMETERS[kind]}i", data, 12)]
    gamma, a, b, c, d, e, f = given + [0.0] * (7 - len(given))
    if kind == 0:
        return np.asarray(place**gamma)
    if kind in (1, 2):
        # Below -b/a the curve is level: at 0, or at c.
        c, d, e, f = 0.0, (-b / a if a else 0.0), (c if kind == 2 else 0.0), (c if kind == 2 else 0.0)
    power = np.maximum(a * place + b, 0.0) ** gamma + e
    return np.asarray(np.where(place >= d, power, c * place + f))
