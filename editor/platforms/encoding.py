"""Pictures as text: ``data:`` addresses and base64, there and back."""

from __future__ import annotations

import base64
import binascii

from editor.domain.errors import BadResult


def data_address(data: bytes, media_type: str) -> str:
    """``data`` as a ``data:`` address."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


def from_data_address(url: str) -> bytes:
    """The bytes in a base64 ``data:`` address; raises BadResult for anything else."""
    head, _, body = url.partition(",")
    if not head.lower().endswith(";base64"):
        raise BadResult("What came back is not a picture.")
    return from_base64(body)


def from_base64(text: str) -> bytes:
    """The bytes in ``text``; raises BadResult where it is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadResult("The picture that came back is broken.", detail="not base64") from error
