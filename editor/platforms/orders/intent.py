"""What the vault keeps of an order, so that its result can be laid back by a later start of the program. Blocking."""

from __future__ import annotations

from editor.domain.kinds import Operation
from editor.domain.request import EditRequest
from editor.domain.vault import Intent, Place
from editor.imaging.codec import encode_png
from editor.platforms.errand import Errand
from editor.platforms.model import Model
from editor.platforms.orders.order import Order

NOT_KEPT = "The disk could not keep this edit: had the program ended meanwhile, its result would have been lost."


def intent_of(model: Model, request: EditRequest, order: Order, errand: Errand) -> Intent:
    """The intent of having ``model`` carry out ``order``, which serves ``request``. The user's words stay out of it."""
    sides = request.options.expansion
    place = Place(
        region=request.region,
        result_size=request.result_size,
        sent=order.sent,
        inner=order.inner,
        answer=order.answer,
        offset=(sides.left, sides.up) if request.operation is Operation.OUTPAINT else (0, 0),
    )
    return Intent(
        platform=errand.platform,
        model=model.name,
        endpoint=model.endpoint,
        operation=request.operation,
        way=model.way,
        place=place,
        count=order.count,
        piece=errand.piece,
        mask=encode_png(request.mask) if request.operation.masked else b"",
    )
