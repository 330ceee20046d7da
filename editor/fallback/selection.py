"""Which links a request has, in which order, and which of them cannot serve it at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from editor.domain.attempt import Link
from editor.domain.errors import InputError
from editor.domain.kinds import OperationType

LOCAL = "local"
"""The platform that is this computer."""

DEFAULT_TABLES: Mapping[OperationType, tuple[Link, ...]] = MappingProxyType(
    {
        OperationType.IMAGE_EDITING: (
            Link("stability", "sd-3.5-large"),
            Link("replicate", "flux"),
            Link("fal", "fal-3d"),
            Link(LOCAL, "this-computer"),
        ),
        OperationType.IMAGE_GENERATION: (),
        OperationType.TEXT_GENERATION: (),
        OperationType.VIDEO_GENERATION: (),
    }
)
"""The priority tables before the user has changed anything. The label is the table's own word for a link; which
model really runs stands in the catalogue."""


def with_plug_ins(table: Iterable[Link], plug_ins: Iterable[Link]) -> tuple[Link, ...]:
    """``table`` with the links of ``plug_ins`` before this computer, which is the last resort, or at the end."""
    links = tuple(table)
    at = next((place for place, link in enumerate(links) if link.platform == LOCAL), len(links))
    return (*links[:at], *plug_ins, *links[at:])


def chain_of(names: Sequence[str], table: Iterable[Link]) -> tuple[Link, ...]:
    """The links called ``names``, in that order and no others.

    Raises :class:`InputError` for an unknown, repeated or empty name.
    """
    links = {link.platform: link for link in table}
    known = ", ".join(links)
    chain: list[Link] = []
    for name in names:
        if not name:
            raise InputError(f"A platform's name is empty. Known platforms: {known}.")
        if name not in links:
            raise InputError(f"There is no platform called “{name}”. Known platforms: {known}.")
        if links[name] in chain:
            raise InputError(f"The platform “{name}” is named twice. Name each platform once.")
        chain.append(links[name])
    if not chain:
        raise InputError(f"No platform is named. Known platforms: {known}.")
    return tuple(chain)
