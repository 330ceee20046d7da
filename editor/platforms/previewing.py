"""The first order of a request, built as it would be sent and then shown instead. Blocking."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from editor.domain.kinds import Way
from editor.domain.outgoing import OutgoingPicture
from editor.domain.request import EditRequest, whole_mask
from editor.platforms.model import Model, Polarity
from editor.platforms.orders import tiles
from editor.platforms.orders.build import Bounds, build_order
from editor.platforms.orders.order import Order

_MEANINGS = {Polarity.WHITE_CHANGES: "white is changed", Polarity.BLACK_CHANGES: "black is changed"}


def first_order(model: Model, request: EditRequest, bounds: Bounds) -> tuple[Order, tuple[str, ...]]:
    """The first order of ``request`` on ``model``, and sentences about those that follow it.

    Raises Unsupported where the picture cannot be fitted to the model's limits.
    """
    if model.way is Way.MASK_BY_WORDS and model.finder is not None:
        note = f"Then {model.name} is sent the part around what was found, with a mask of it."
        return build_order(model.finder, request, bounds), (note,)
    if model.way is Way.ENLARGEMENT:
        pieces = tiles.tiles_of(request.size, model.limits, model.tiles)
        if len(pieces) > 1:
            image = np.ascontiguousarray(request.image[pieces[0].slices])
            piece = replace(request, image=image, mask=whole_mask(image), region=pieces[0])
            return build_order(model, piece, bounds), (f"This is the first of {len(pieces)} pieces.",)
    count = request.options.variations
    order = build_order(model, request, bounds, count=count)
    if order.count < count:
        return order, (f"The same is sent {-(-count // order.count)} times, for {count} variations.",)
    return order, ()


def outgoing_pictures(
    order: Order, *, mask_field: str | None, polarity: Polarity | None
) -> tuple[OutgoingPicture, ...]:
    """The pictures of ``order``; the one for ``mask_field`` with what its colours mean to the model."""
    return tuple(
        OutgoingPicture(
            field=one.field,
            file_name=one.file_name,
            media_type=one.media_type,
            data=one.data,
            meaning=_MEANINGS[polarity] if polarity is not None and one.field == mask_field else "",
        )
        for one in order.pictures
    )
