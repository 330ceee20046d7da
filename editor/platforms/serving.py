"""One request on one model, in as many runs as that takes: variations, tiles, a search by words before the fill, a
smaller picture where the first was too large, a mask turned round where the model reads it the other way."""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType

import numpy as np

from editor.domain.attempt import UNKNOWN_COST, Cost, total_cost
from editor.domain.blocking import run_blocking
from editor.domain.errors import BadResult, MaybeRunning, PlatformError, Unavailable, Unsupported
from editor.domain.geometry import Rect
from editor.domain.kinds import Phase, Way
from editor.domain.request import EditRequest, EditResult, Pixels, whole_mask
from editor.platforms.answers import TooLarge, TooSmall
from editor.platforms.errand import Errand
from editor.platforms.model import Model, Polarity, PriceUnit
from editor.platforms.orders import geometry, tiles
from editor.platforms.orders.build import Bounds, build_order, chosen_factor
from editor.platforms.orders.finding import crop_around, found_mask, pasted
from editor.platforms.orders.intent import NOT_KEPT, intent_of
from editor.platforms.orders.order import Delivery, Order
from editor.platforms.orders.receive import MaskReversed, take_in, take_matte

log = logging.getLogger(__name__)

_RESAMPLED = 0.01
"""A share by which an enlargement may miss the scale that was asked for without a word."""


class Polarities:
    """What was found out about how models read masks; ``remembered`` survives the program where a store is given."""

    def __init__(self, store: Callable[[str, str], None] | None = None, known: Callable[[str], str] | None = None):
        self._store = store
        self._known = known or (lambda endpoint: "")
        self._found: dict[str, Polarity] = {}

    def of(self, model: Model) -> Polarity:
        """How ``model`` reads masks, by what was found out, else by the catalogue."""
        found = self._found.get(model.endpoint)
        told = self._known(model.endpoint) if found is None else ""
        return found or (Polarity(told) if told in tuple(Polarity) else model.mask)

    def found(self, model: Model, polarity: Polarity) -> None:
        """``model`` reads masks so."""
        self._found[model.endpoint] = polarity
        if self._store is not None:
            self._store(model.endpoint, polarity)


@dataclass(slots=True, kw_only=True)
class Serving:
    """Serves ``errand`` with ``model``. ``execute`` carries out one run; ``begin`` is called before each."""

    errand: Errand
    model: Model
    execute: Callable[[Errand, Model, Order], Awaitable[Delivery]]
    begin: Callable[[], None]
    polarities: Polarities
    most_bytes: int | None = None
    polarity: Polarity | None = None
    """How the model is taken to read the mask of the present run; None where it is sent none."""
    costs: list[Cost] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    last: Delivery | None = None

    async def result(self) -> EditResult:
        """The result. Raises ModelGone where another model may serve, and every other PlatformError."""
        request, way = self.errand.request, self.model.way
        if way is Way.CUT_OUT:
            alpha = (await self._matted(request))[0]
            return self._finished(request.image.copy(), alpha=alpha)
        if way is Way.ENLARGEMENT:
            return self._finished(await self._enlarged(request))
        if way is Way.MASK_BY_WORDS:
            return await self._by_words(request)
        first, *others = await self._variations(request)
        return self._finished(first, others=tuple(others))

    def _finished(self, image: Pixels, *, others: tuple[Pixels, ...] = (), alpha: Pixels | None = None) -> EditResult:
        assert self.last is not None
        return EditResult(
            image=image,
            others=others,
            alpha=alpha,
            model=self.model.name,
            way=self.model.way,
            request_id=self.last.request_id,
            seed=self.last.seed,
            cost=total_cost(*self.costs),
            metrics=MappingProxyType(dict(self.last.metrics)),
            notes=tuple(dict.fromkeys(self.notes)),
        )

    # --- one run

    async def _run(self, model: Model, request: EditRequest, *, count: int = 1) -> tuple[Order, Delivery]:
        """One run, and a second one with a smaller or a padded picture where the first was too large or too small."""
        most_pixels = None
        try:
            return await self._sent(model, request, count=count, most_pixels=None)
        except TooSmall as error:
            log.info("The picture is too small for %s; sending a padded one", model.name)
            limits = replace(model.limits, least_side=max(model.limits.least_side, error.least_side))
            model = replace(model, limits=limits)
        except TooLarge as error:
            width, height = request.size
            most_pixels = max(1, width * height // 2)
            if error.most_side is not None:
                most_pixels = min(most_pixels, error.most_side**2 * min(width, height) // max(width, height))
            log.info("The picture is too large for %s; sending a smaller one", model.name)
        return await self._sent(model, request, count=count, most_pixels=most_pixels)

    async def _sent(
        self, model: Model, request: EditRequest, *, count: int, most_pixels: int | None
    ) -> tuple[Order, Delivery]:
        self.begin()
        self.errand.say(Phase.PREPARING)
        bounds = Bounds(most_bytes=self.most_bytes, most_pixels=most_pixels, polarity=self.polarity)
        order = await run_blocking(lambda: build_order(model, request, bounds, count=count))
        if self.errand.afford is not None:
            # A stand-in may be dearer than the model that money was set aside for, and a run may have to be repeated.
            await self.errand.afford(total_cost(*self.costs, _cost_of(model, request, order, order.count)))
        delivery = await self._recorded(model, request, order)
        self.errand.finished += 1
        # A model that finds by words may return several masks of one picture.
        pictures = min(order.count, max(1, len(delivery.pictures)))
        self.costs.append(delivery.cost or _cost_of(model, request, order, pictures))
        if not delivery.pictures:
            raise BadResult("The run ended without a picture.")
        self.notes += [*(order.notes if model.name == self.model.name else ()), *delivery.notes]
        self.last = delivery
        return order, delivery

    async def _recorded(self, model: Model, request: EditRequest, order: Order) -> Delivery:
        """Have ``order`` carried out, with all of it in the vault before anything else touches it."""
        errand = self.errand
        if errand.recorder is not None:
            intent = await run_blocking(lambda: intent_of(model, request, order, errand))
            if not await errand.intended(intent):
                self.notes.append(NOT_KEPT)
        try:
            delivery = await self.execute(errand, model, order)
        except PlatformError as error:
            await errand.failed(error)
            raise
        await errand.complete(delivery.pictures)
        return delivery

    async def _filled(self, request: EditRequest, *, count: int) -> list[Pixels]:
        """The pictures of one run, with the mask turned round where the model read it the other way."""
        model, expected = self.model, self.polarities.of(self.model)
        self.polarity = expected
        try:
            return await self._taken(model, request, count=count)
        except MaskReversed:
            if not model.mask_field:
                raise
            log.warning("%s reads the mask the other way round; trying once more", model.name)
        # Turned against what this run was sent, not against what another edit may have found out meanwhile, and
        # remembered only once it has proved right.
        self.polarity = expected.opposite
        pictures = await self._taken(model, request, count=count)
        self.polarities.found(model, self.polarity)
        self.notes.append(f"{model.name} reads masks the other way round; this was corrected and is remembered.")
        return pictures

    async def _taken(self, model: Model, request: EditRequest, *, count: int) -> list[Pixels]:
        order, delivery = await self._run(model, request, count=count)
        wanted = delivery.pictures[: max(1, order.count)]
        good, fault = await run_blocking(lambda: _sorted_out(wanted, model=model, order=order, request=request))
        if fault is not None and not good:
            raise fault
        if fault is not None:
            self.notes.append(f"Of {len(wanted)} pictures that came back, {len(wanted) - len(good)} could not be used.")
        return good

    async def _variations(self, request: EditRequest) -> list[Pixels]:
        """As many results as are asked for; fewer where a later run fails, since the others are paid for."""
        wanted, found = request.options.variations, list[Pixels]()
        while len(found) < wanted:
            seed = request.seed
            options = replace(request.options, seed=None if seed is None else seed + len(found))
            if wanted > 1:
                self.errand.piece = f"{len(found) + 1} of {wanted}"
            try:
                found += await self._filled(replace(request, options=options), count=wanted - len(found))
            except PlatformError as error:
                if not found:
                    raise
                if error.may_be_charged or isinstance(error, MaybeRunning):
                    self.costs.append(UNKNOWN_COST)
                self.notes.append(f"Only {len(found)} of {wanted} variations were made: {error.message}")
                break
        return found[:wanted]

    # --- cutting out

    async def _matted(self, request: EditRequest) -> list[Pixels]:
        order, delivery = await self._run(self.model, request)
        return [await run_blocking(lambda: take_matte(delivery.pictures[0], order=order, request=request))]

    # --- enlarging

    async def _enlarged(self, request: EditRequest) -> Pixels:
        model, scale = self.model, request.options.scale
        pieces = tiles.tiles_of(request.size, model.limits, model.tiles)
        factor = _factor_of(model, request, fits=bool(pieces))
        pieces = pieces or (Rect(0, 0, *request.size),)
        if factor <= 1.0:
            raise Unsupported(f"The picture is too large for {model.name} to enlarge.")
        if abs(factor / scale - 1) > _RESAMPLED:
            self.notes.append(f"{model.name} enlarged {factor:.3g} times; the rest to {scale:g} times was resampled.")
        if len(pieces) == 1:
            return (await self._taken(model, request, count=1))[0]
        self.notes.append(f"Enlarged in {len(pieces)} pieces.")
        return await self._joined(request, pieces)

    async def _joined(self, request: EditRequest, pieces: tuple[Rect, ...]) -> Pixels:
        mosaic = await run_blocking(lambda: tiles.Mosaic(request.result_size))
        for number, rect in enumerate(pieces, 1):
            self.errand.piece = f"piece {number} of {len(pieces)}"
            image = np.ascontiguousarray(request.image[rect.slices])
            part = replace(request, image=image, mask=whole_mask(image), region=rect)
            picture = await self._piece(part)
            place = tiles.enlarged(rect, request.size, request.result_size)
            await run_blocking(partial(mosaic.lay, place, picture))
        return mosaic.picture

    async def _piece(self, part: EditRequest) -> Pixels:
        """One piece; tried once more where a passing fault would lose the others, which are paid for."""
        try:
            return (await self._taken(self.model, part, count=1))[0]
        except Unavailable as error:
            if not self.costs:
                raise
            log.info("%s failed on one piece, trying it again: %s", self.model.name, error.message)
        return (await self._taken(self.model, part, count=1))[0]

    # --- by words

    async def _by_words(self, request: EditRequest) -> EditResult:
        """Find what the words name, then fill it in a crop around it: the rest of the picture is not even sent."""
        finder = self.model.finder
        assert finder is not None
        self.errand.piece = "search"
        order, delivery = await self._run(finder, request)
        found = await run_blocking(lambda: found_mask(delivery.pictures, order=order, request=request))
        crop = await run_blocking(lambda: crop_around(request, found))
        self.errand.piece = ""
        filled = await self._variations(crop)
        first, *others = await run_blocking(lambda: [pasted(request, crop, picture) for picture in filled])
        return self._finished(first, others=tuple(others))


def _sorted_out(
    pictures: Sequence[bytes], *, model: Model, order: Order, request: EditRequest
) -> tuple[list[Pixels], BadResult | None]:
    """Those of a run's pictures that can be used, and what is wrong with the first of the others: one bad picture does
    not take away what was paid for with it."""
    good, fault = list[Pixels](), None
    for data in pictures:
        try:
            good.append(take_in(data, model=model, order=order, request=request))
        except BadResult as error:
            fault = fault or error
    return good, fault


def _factor_of(model: Model, request: EditRequest, *, fits: bool) -> float:
    """By how much ``model`` enlarges the request's picture, which is made smaller first unless it ``fits``."""
    inner = geometry.inner_size(request.size, model.limits)
    shrunk = max(inner) / max(request.size)
    if model.factor is not None and model.factor.pixels is not None:
        # What is padded takes its share of the pixels.
        width, height = geometry.sent_size(inner, model.limits)
        return math.sqrt(model.factor.pixels / (width * height)) * shrunk
    factor = chosen_factor(model, request.options.scale)
    return factor if fits else factor * shrunk


def _cost_of(model: Model, request: EditRequest, order: Order, pictures: int) -> Cost:
    """By the catalogue: so many pictures, or so many begun megapixels of them as the platform made them."""
    unit = model.price.unit
    if unit is PriceUnit.MEGAPIXEL:
        pixels = float(order.answer[0] * order.answer[1])
        if model.way is Way.ENLARGEMENT:
            fixed = None if model.factor is None else model.factor.pixels
            pixels = fixed or pixels * chosen_factor(model, request.options.scale) ** 2
        return model.price.of(math.ceil(pixels / 1_000_000) * pictures)
    return model.price.of(pictures if unit is PriceUnit.IMAGE else 1)
