"""Small picture files of every format and of many inner kinds, as others write them."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import Any

import numpy as np
import tifffile
from PIL import Image, ImageCms

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
WIDTH, HEIGHT = 9, 7
# Left half (200, 40, 90), right half (20, 160, 60), 32 × 24, encoded by x265, with EXIF that names a maker.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAAAA"
    "AERAAAIAAQAAAAAB4QABAAAAAAAAALgAAgAAAAACmQABAAAAAAAAACoAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZl"
    "AgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/GlwcnAAAADcaXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH/"
    "/wNwAAADAJAAAAMAAAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xy"
    "bmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAIAAAAAEAAAAYAAAAAf///+AAAAAC////2AAAAAIAAAAQcGl4aQAAAAAD"
    "CAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAAGmlyZWYAAAAAAAAADmNkc2MAAgABAAEAAADqbWRhdAAAALQoAa8GMhncbYCJIPC/jNf/++/2"
    "X6qiJNZd0PX/65C//8riO31wj+hmf+FdSKBHoDSoZ2ofjML3iFZcmTBJeNiIwx/P+L+L17k6yDh8H0gg9ul8mcmNRgqK+mnKpDcg1+H4LwGCViJ9"
    "GKdUUVrKtEizIBsvMssdVYVvmyo/dUHmKMWLbRuMHoAnHYKIuGZ4FNfWNrFdd7x0ykTXto44b1a5xJwLkgyJUw3q9cc7GpAM+5XlAXgAAAAGRXhp"
    "ZgAATU0AKgAAAAgAAQEPAAIAAAAGAAAAGgAAAABNYWtlcgA="
)


def chunk(name: bytes, data: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(
    width: int,
    height: int,
    *,
    depth: int = 8,
    colour: int = 2,
    data: bytes = b"",
    extra: bytes = b"",
    interlaced: int = 0,
) -> bytes:
    """A PNG with ``data`` as its compressed pixels and ``extra`` chunks before them."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def small_pictures() -> dict[str, bytes]:
    """The files by a name for each."""
    found = {f"pillow {name}": _by_pillow(name, options) for name, options in _PILLOW.items()}
    found |= {f"tiff {name}": _by_tifffile(options) for name, options in _TIFFFILE.items()}
    found["psd"] = _psd()
    found["heic"] = HEIC
    for colour, channels in ((0, 1), (2, 3), (4, 2), (6, 4)):
        samples = _noise(channels).astype(">u2").reshape(HEIGHT, -1).tobytes()
        stride = len(samples) // HEIGHT
        rows = b"".join(b"\0" + samples[place : place + stride] for place in range(0, len(samples), stride))
        found[f"png 16 {colour}"] = png(WIDTH, HEIGHT, depth=16, colour=colour, data=zlib.compress(rows))
    return found


def _noise(channels: int) -> np.ndarray:
    shape = (HEIGHT, WIDTH, channels) if channels > 1 else (HEIGHT, WIDTH)
    return np.random.default_rng(1).integers(0, 65536, shape, np.uint16)


_PILLOW: dict[str, dict[str, Any]] = {
    "PNG": {"mode": "RGBA", "icc_profile": SRGB},
    "PNG palette": {"mode": "P", "transparency": 3},
    "PNG grey": {"mode": "L"},
    "PNG bits": {"mode": "1"},
    "JPEG": {"mode": "RGB", "icc_profile": SRGB, "xmp": b"<x:xmpmeta/>"},
    "JPEG progressive": {"mode": "RGB", "progressive": True},
    "JPEG CMYK": {"mode": "CMYK"},
    "WEBP": {"mode": "RGBA", "lossless": True, "icc_profile": SRGB},
    "WEBP lossy": {"mode": "RGB"},
    "WEBP animated": {"mode": "RGB", "save_all": True, "frames": 2},
    "TIFF": {"mode": "RGB"},
    "TIFF LZW": {"mode": "RGBA", "compression": "tiff_lzw"},
    "TIFF JPEG": {"mode": "RGB", "compression": "jpeg"},
    "TIFF fax": {"mode": "1", "compression": "group4"},
    "TIFF float": {"mode": "F"},
    "BMP": {"mode": "RGB"},
    "BMP palette": {"mode": "P"},
    "GIF": {"mode": "P", "comment": b"words"},
    "GIF animated": {"mode": "P", "save_all": True, "frames": 3},
    "AVIF": {"mode": "RGB"},
}

_TIFFFILE: dict[str, dict[str, Any]] = {
    "16 strips": {"rowsperstrip": 2},
    "16 deflate": {"compression": "zlib", "predictor": 2, "rowsperstrip": 2},
    "16 tiles": {"tile": (16, 16), "compression": "zlib"},
    "16 high byte first": {"byteorder": ">"},
    "16 big": {"bigtiff": True},
}


def _by_pillow(name: str, options: dict[str, Any]) -> bytes:
    options = dict(options)
    mode, frames = options.pop("mode"), options.pop("frames", 1)
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Maker"
    pictures = [Image.fromarray((_noise(3) >> 8 - index).astype(np.uint8)).convert(mode) for index in range(frames)]
    stream = io.BytesIO()
    if frames > 1:
        options["append_images"] = pictures[1:]
    pictures[0].save(stream, name.partition(" ")[0], exif=exif, **options)
    return stream.getvalue()


def _by_tifffile(options: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    tifffile.imwrite(stream, _noise(3), photometric="rgb", **options)
    return stream.getvalue()


def _psd() -> bytes:
    header = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, HEIGHT, WIDTH, 8, 3)
    profile = b"8BIM" + struct.pack(">HHI", 1039, 0, len(SRGB)) + SRGB + bytes(len(SRGB) % 2)
    planes = np.ascontiguousarray(np.moveaxis((_noise(3) >> 8).astype(np.uint8), 2, 0)).tobytes()
    return header + bytes(4) + struct.pack(">I", len(profile)) + profile + bytes(4) + bytes(2) + planes
