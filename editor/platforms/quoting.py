"""What a request will cost on a model, before anything is built or sent."""

from __future__ import annotations

import math

from editor.domain.attempt import UNKNOWN_COST, Cost, total_cost
from editor.domain.kinds import Way
from editor.domain.request import EditRequest
from editor.platforms.model import Model, PriceUnit
from editor.platforms.orders import geometry, tiles
from editor.platforms.orders.build import chosen_factor
from editor.platforms.orders.order import Size


def quoted(model: Model, request: EditRequest) -> Cost:
    """The catalogue's price of all runs: variations, pieces, megapixels, a search and the fill after it.

    Without runs that fail and are tried again. The crop that a search by words will find is not known yet; the whole
    picture is taken for it.
    """
    if model.way is Way.CUT_OUT:
        return _runs(model, (request.size,), 1)
    if model.way is Way.ENLARGEMENT:
        return _enlargement(model, request)
    count = request.options.variations
    fill = _runs(model, (_answer(model, request),), count)
    if model.way is Way.MASK_BY_WORDS and model.finder is not None:
        return total_cost(_runs(model.finder, (request.size,), 1), fill)
    return fill


def price_of_one(model: Model) -> Cost:
    """One result of at most a megapixel; with the search before it where there is one."""
    several = [one.price for one in (model.finder, model) if one is not None]
    if any(price.unit is PriceUnit.SECOND for price in several):
        return UNKNOWN_COST
    return total_cost(*(price.of() for price in several))


def _enlargement(model: Model, request: EditRequest) -> Cost:
    pieces = tiles.tiles_of(request.size, model.limits, model.tiles)
    return _runs(model, tuple((piece.width, piece.height) for piece in pieces) or (request.size,), 1, request=request)


def _answer(model: Model, request: EditRequest) -> Size:
    """The size of the result before it is fitted to the model's limits."""
    if model.way in (Way.PADDING, Way.EXTENSION):
        return request.result_size
    return request.size


def _runs(model: Model, sizes: tuple[Size, ...], count: int, *, request: EditRequest | None = None) -> Cost:
    """One run for each of ``sizes``, or ``count`` results of one; nobody knows before how many seconds a run takes."""
    if model.price.unit is PriceUnit.SECOND:
        return UNKNOWN_COST
    several = 1 if model.count is None else model.count.most
    costs = list[Cost]()
    for size in sizes:
        left = count
        while left > 0:
            pictures = min(left, max(1, several))
            costs.append(model.price.of(_units(model, size, pictures, request)))
            left -= pictures
    return total_cost(*costs)


def _units(model: Model, size: Size, pictures: int, request: EditRequest | None) -> float:
    if model.price.unit is PriceUnit.IMAGE:
        return pictures
    if model.price.unit is not PriceUnit.MEGAPIXEL:
        return 1
    width, height = geometry.sent_size(geometry.inner_size(size, model.limits), model.limits)
    pixels = float(width * height)
    if request is not None and model.way is Way.ENLARGEMENT:
        fixed = None if model.factor is None else model.factor.pixels
        pixels = fixed or pixels * chosen_factor(model, request.options.scale) ** 2
    return math.ceil(pixels / 1_000_000) * pictures
