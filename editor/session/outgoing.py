"""What an edit would send, and to whom; nothing is sent. Blocking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from editor.domain.attempt import Link
from editor.domain.errors import Unsupported
from editor.domain.outgoing import Outgoing
from editor.operations.registry import operation_of
from editor.session.edits import PreparedEdit
from editor.session.room import room_of
from editor.session.services import Services


def outgoing_orders(services: Services, edits: Iterable[tuple[PreparedEdit, Iterable[Link]]]) -> tuple[Outgoing, ...]:
    """The first order of each edit to each platform of its chain that is outside this computer and could serve it."""
    return tuple(order for prepared, chain in edits for order in _orders(services, prepared, tuple(chain)))


def _orders(services: Services, prepared: PreparedEdit, chain: Sequence[Link]) -> Iterator[Outgoing]:
    room = room_of(services.platforms, (link.platform for link in chain), prepared.operation)
    request = operation_of(prepared.operation).build_request(prepared.source, room=room)
    for link in chain:
        try:
            order = services.platforms[link.platform].preview(request)
        except Unsupported:
            continue  # it would be passed over: nothing is sent to it
        if order is not None:
            yield order
