"""What an edit would send, and to whom; nothing is sent. Blocking."""

from __future__ import annotations

from collections.abc import Iterable

from editor.domain.attempt import Link
from editor.domain.errors import Unsupported
from editor.domain.outgoing import Outgoing
from editor.operations.registry import operation_of
from editor.session.edits import PreparedEdit
from editor.session.room import room_of
from editor.session.services import Services


def outgoing_orders(prepared: PreparedEdit, services: Services, chain: Iterable[Link]) -> tuple[Outgoing, ...]:
    """The first order to each platform of ``chain`` that is outside this computer and could serve the edit."""
    links = tuple(chain)
    room = room_of(services.platforms, (link.platform for link in links), prepared.operation)
    request = operation_of(prepared.operation).build_request(prepared.source, room=room)
    found = []
    for link in links:
        try:
            order = services.platforms[link.platform].preview(request)
        except Unsupported:
            continue  # it would be passed over: nothing is sent to it
        if order is not None:
            found.append(order)
    return tuple(found)
