"""Base64, by the quickest codec there is on this computer: *pybase64* where it is installed, else Python's own.

Both write and accept the same texts (RFC 4648, section 4); pictures of 100 megapixels are sent this way.
"""

from __future__ import annotations

import base64
import importlib
from typing import Protocol, cast


class Base64(Protocol):
    """A codec, as Python's module :mod:`base64` is one."""

    def b64encode(self, s: bytes, /) -> bytes:
        """The text of ``s``, in ASCII."""
        ...

    def b64decode(self, s: str | bytes, /, *, validate: bool = ...) -> bytes:
        """The bytes of a text; raises binascii.Error, or ValueError where the text is not ASCII."""
        ...


STANDARD: Base64 = cast(Base64, base64)
"""Python's own, which is always there."""


def fast_base64() -> Base64:
    """The quickest there is."""
    try:
        return cast(Base64, importlib.import_module("pybase64"))
    except ImportError:
        return STANDARD
