"""What the program hands to every adapter of an outside platform, the built-in ones and plug-ins alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from editor.domain.protocols import Clock
from editor.platforms.catalogue import Catalogue
from editor.platforms.serving import Polarities
from editor.transport.http import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformParts:
    """The one argument of an adapter's class.

    ``environment`` is for base addresses that the user replaced; keys come with each call. ``polarities`` is shared,
    so that what was found out about a model is remembered.
    """

    transport: Transport
    catalogue: Catalogue
    environment: Mapping[str, str]
    clock: Clock
    polarities: Polarities = field(default_factory=Polarities)
