"""Pictures as text: ``data:`` addresses and base64, there and back."""

from __future__ import annotations

import binascii

from editor.domain.errors import BadResult
from editor.imaging.base64_text import Base64, fast_base64


def data_address(data: bytes, media_type: str, *, codec: Base64 | None = None) -> str:
    """``data`` as a ``data:`` address; ``codec`` is the quickest there is unless given."""
    text = (codec or fast_base64()).b64encode(data).decode("ascii")
    return f"data:{media_type};base64,{text}"


def from_data_address(url: str) -> bytes:
    """The bytes in a base64 ``data:`` address; raises BadResult for anything else."""
    head, _, body = url.partition(",")
    if not head.lower().endswith(";base64"):
        raise BadResult("What came back is not a picture.")
    return from_base64(body)


def from_base64(text: str, *, codec: Base64 | None = None) -> bytes:
    """The bytes in ``text``; raises BadResult where it is not base64. ``codec`` is the quickest unless given."""
    try:
        return (codec or fast_base64()).b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadResult("The picture that came back is broken.", detail="not base64") from error
