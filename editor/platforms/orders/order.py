"""What is sent to a model and what came back, without the service in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from editor.domain.attempt import Cost
from editor.domain.request import no_metrics

Size = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SentPicture:
    """An encoded picture for the field ``field``, which takes a list where ``listed``.

    ``suffix`` is the file suffix and the end of the media type.
    """

    field: str
    data: bytes
    suffix: str = "png"
    listed: bool = False

    @property
    def media_type(self) -> str:
        """The media type of ``data``."""
        return f"image/{self.suffix}"

    @property
    def file_name(self) -> str:
        """A name for an upload; some models look at its suffix."""
        return f"{self.field.removesuffix('_url').removesuffix('_urls')}.{self.suffix}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Order:
    """One run of one model.

    ``values`` are all fields but the pictures, of which those in ``optional`` may be left out where they are refused.
    ``inner`` is the size that the request's picture takes in the top left corner of what is sent, ``sent`` that of the
    whole, ``answer`` the one that the result is expected to have in proportion. ``count`` results are asked for.
    ``notes`` are sentences about what of the request this model does not honour.
    """

    pictures: tuple[SentPicture, ...]
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    optional: frozenset[str] = frozenset()
    sent: Size
    inner: Size
    answer: Size
    seed: int | None = None
    count: int = 1
    notes: tuple[str, ...] = ()

    @property
    def total_bytes(self) -> int:
        """The encoded bytes of all pictures."""
        return sum(len(picture.data) for picture in self.pictures)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Delivery:
    """What a run returned: encoded pictures in the platform's order, and what it said about them.

    ``cost`` is None where the platform told nothing that a cost can be computed from. ``notes`` are sentences about
    fields that had to be left out.
    """

    pictures: tuple[bytes, ...]
    request_id: str | None = None
    seed: int | None = None
    cost: Cost | None = None
    metrics: Mapping[str, Any] = field(default_factory=no_metrics)
    notes: tuple[str, ...] = ()
