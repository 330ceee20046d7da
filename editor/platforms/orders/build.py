"""From a request to the order for one model: pictures fitted to its limits and encoded, fields filled. Blocking."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from editor.domain.errors import Unsupported
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, Way
from editor.domain.options import Expansion
from editor.domain.request import EditRequest, Pixels
from editor.imaging.codec import encode_png
from editor.platforms.model import Model, Polarity
from editor.platforms.orders import geometry, words
from editor.platforms.orders.order import Order, SentPicture, Size

OVERLAP = 12
"""Pixels of the old picture that a padded order lets the model change, so that it has an edge to go on from."""
_MOST_SHRINKS = 6
_TOO_LARGE = "The picture cannot be made small enough for this platform."


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the surroundings add to a model's own limits: bytes of all pictures together, pixels, and the polarity that
    was found out."""

    most_bytes: int | None = None
    most_pixels: int | None = None
    polarity: Polarity | None = None


def build_order(model: Model, request: EditRequest, bounds: Bounds, *, count: int = 1) -> Order:
    """The order for one run of ``model``; raises Unsupported where the picture cannot be fitted to its limits.

    PNG where it fits, else the model's next format, else smaller.
    """
    if model.way is Way.PADDING:
        request = padded_request(request)
    limits = [bounds.most_bytes, model.limits.most_bytes]
    most_bytes = min((limit for limit in limits if limit is not None), default=None)
    inner = geometry.inner_size(request.size, model.limits, bounds.most_pixels)
    for _ in range(_MOST_SHRINKS):
        order = _built(model, request, inner, bounds, most_bytes=most_bytes, count=count)
        if most_bytes is None or order.total_bytes <= most_bytes:
            return order
        inner = geometry.scaled(inner, max(0.5, 0.95 * math.sqrt(most_bytes / order.total_bytes)))
    raise Unsupported(_TOO_LARGE)


def padded_request(request: EditRequest) -> EditRequest:
    """The larger picture of an outpaint as a picture with a border to fill, continued from its edge."""
    expansion = request.options.expansion
    rows, columns = (expansion.up, expansion.down), (expansion.left, expansion.right)
    image = np.pad(request.image, (rows, columns, (0, 0)), mode="edge")
    height, width = image.shape[:2]
    mask = np.full((height, width), 255, np.uint8)
    old = Rect(expansion.left, expansion.up, *request.size)
    mask[_shrunk(old, expansion).slices] = 0
    return EditRequest(
        operation=Operation.INPAINT,
        image=image,
        mask=mask,
        region=Rect(0, 0, width, height),
        options=request.options,
    )


def _shrunk(old: Rect, expansion: Expansion) -> Rect:
    """The part of the old picture that a model must leave alone."""
    across, down = min(OVERLAP, old.width // 4), min(OVERLAP, old.height // 4)
    left, right = (across if side else 0 for side in (expansion.left, expansion.right))
    up, below = (down if side else 0 for side in (expansion.up, expansion.down))
    return Rect(old.x + left, old.y + up, old.width - left - right, old.height - up - below)


def _built(
    model: Model, request: EditRequest, inner: Size, bounds: Bounds, *, most_bytes: int | None, count: int
) -> Order:
    sent = geometry.sent_size(inner, model.limits)
    values, seed = words.values(model, request)
    pictures = _pictures(model, request, inner, sent, bounds, most_bytes=most_bytes)
    answer = _extended(model, request, inner, sent, values) if model.way is Way.EXTENSION else sent
    _note_sizes(model, request, sent, values)
    if model.count is not None and count > 1:
        count = min(count, model.count.most)
        values[model.count.field] = count
    else:
        count = 1
    return Order(
        pictures=pictures,
        values=MappingProxyType(values),
        optional=words.optional_fields(model),
        sent=sent,
        inner=inner,
        answer=answer,
        seed=seed,
        count=count,
        notes=words.unused(model, request),
    )


def _pictures(
    model: Model, request: EditRequest, inner: Size, sent: Size, bounds: Bounds, *, most_bytes: int | None
) -> tuple[SentPicture, ...]:
    beside: list[SentPicture] = []
    if model.mask_field:
        mask = geometry.padded(geometry.hard_mask(request.mask, inner), sent)
        if (bounds.polarity or model.mask) is Polarity.BLACK_CHANGES:
            mask = np.asarray(255 - mask, np.uint8)
        beside.append(SentPicture(field=model.mask_field, data=encode_png(mask)))
    if model.background_field and request.options.background is not None:
        background = _background(request, inner, sent)
        room = None if most_bytes is None else most_bytes // 3
        data, suffix = geometry.encoded(background, model.formats, room)
        beside.append(SentPicture(field=model.background_field, data=data, suffix=suffix))
    image = geometry.padded(geometry.resized(request.image, inner), sent)
    room = None if most_bytes is None else most_bytes - sum(len(picture.data) for picture in beside)
    data, suffix = geometry.encoded(image, model.formats, room)
    return (SentPicture(field=model.image_field, data=data, suffix=suffix, listed=model.image_list), *beside)


def _background(request: EditRequest, inner: Size, sent: Size) -> Pixels:
    """What is to stand behind the subject, in the place that the request's picture has in what is sent."""
    background = request.options.background
    if isinstance(background, tuple):
        return np.full((sent[1], sent[0], 3), background, np.uint8)
    assert background is not None
    return geometry.padded(geometry.resized(geometry.cropped_to(background, inner), inner), sent)


def _note_sizes(model: Model, request: EditRequest, sent: Size, values: dict[str, Any]) -> None:
    """Fill the fields for the size of the result and for the factor."""
    if model.size is not None:
        width, height = sent
        if model.size.object:
            values[model.size.object] = {"width": width, "height": height}
        else:
            values[model.size.width], values[model.size.height] = width, height
    if model.factor is not None and model.factor.field:
        factor = chosen_factor(model, request.options.scale)
        number: Any = int(factor) if model.factor.whole or float(factor).is_integer() else factor
        values[model.factor.field] = number if model.factor.suffix is None else f"{number}{model.factor.suffix}"


def chosen_factor(model: Model, scale: float) -> float:
    """The factor that ``model`` is asked for, the next one up where it has no such factor; 4 where it takes none."""
    factor = model.factor
    if factor is None:
        return 4.0
    if factor.fixed is not None:
        return factor.fixed
    if factor.choices:
        return min((one for one in factor.choices if one >= scale), default=max(factor.choices))
    bounded = min(max(scale, factor.least), factor.most)
    return float(math.ceil(bounded)) if factor.whole else bounded


def _extended(model: Model, request: EditRequest, inner: Size, sent: Size, values: dict[str, Any]) -> Size:
    """Fill the fields for the extension, in pixels of what is sent; returns the size that results.

    An extension grows from the picture's own edge: on a side where the picture had to be padded to the model's limits
    the padding would come between.
    """
    across, down = inner[0] / request.size[0], inner[1] / request.size[1]
    wanted = request.options.expansion
    left, right = round(wanted.left * across), round(wanted.right * across)
    up, below = round(wanted.up * down), round(wanted.down * down)
    if not any((left, right, up, below)):
        raise Unsupported("The extension is too small to be seen.")
    if (right and sent[0] != inner[0]) or (below and sent[1] != inner[1]):
        raise Unsupported("The picture is too narrow or too small for this model to extend on this side.")
    grown = sent[0] + left + right, sent[1] + up + below
    if model.sides is not None:
        if max(left, right, up, below) > model.sides.most:
            raise Unsupported(f"It extends a side by at most {model.sides.most} pixels.")
        fields = (model.sides.left, model.sides.right, model.sides.up, model.sides.down)
        values.update(zip(fields, (left, right, up, below), strict=True))
    elif model.canvas is not None:
        canvas = model.canvas
        if max(grown) > canvas.most_side or grown[0] * grown[1] > canvas.most_pixels:
            raise Unsupported(f"It extends to at most {canvas.most_side} pixels a side.")
        values.update({canvas.canvas: list(grown), canvas.size: list(sent), canvas.place: [left, up]})
    return grown
