"""What the parts of the Replicate adapter share: one way to call the platform, its address, its times and its clock."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, Protocol

from editor.domain.errors import PlatformError
from editor.domain.protocols import Clock
from editor.platforms.addresses import Address
from editor.platforms.catalogue import PlatformEntry
from editor.platforms.errand import Errand
from editor.transport.message import Response


class Caller(Protocol):
    """One call with the key; the options are those of the transport."""

    def __call__(self, key: str | None, method: str, url: str, **options: Any) -> Awaitable[Response]:
        """Send it and return the answer, whatever its status."""


class Classifier(Protocol):
    """From an answer that is no success to the error to raise; nothing that was sent stands in its words."""

    def __call__(self, answer: Response, errand: Errand) -> PlatformError:
        """The error of the kind that fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The connection of the adapter's parts to the platform; ``name`` is the platform's in sentences."""

    call: Caller
    classified: Classifier
    address: Address
    entry: PlatformEntry
    clock: Clock
    name: str
