"""What would leave this computer for an edit, as it would leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutgoingPicture:
    """An encoded picture for the field ``field``: the very bytes that are sent.

    ``meaning`` says of a mask which colour is changed, else "".
    """

    field: str
    file_name: str
    media_type: str
    data: bytes
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outgoing:
    """The first order that an edit would send to a platform.

    ``host`` is where it goes, ``values`` are all fields but the pictures. ``notes`` are sentences about further orders
    and about what of the request the model does not honour.
    """

    platform: str
    name: str
    model: str
    host: str
    pictures: tuple[OutgoingPicture, ...]
    values: Mapping[str, Any]
    notes: tuple[str, ...] = ()
