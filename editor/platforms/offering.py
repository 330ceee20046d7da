"""What an outside platform offers by the catalogue: models, which of them may serve a request, prices, a preview."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from editor.domain.attempt import NOTHING_SPENT, UNKNOWN_COST, Cost
from editor.domain.errors import Unsupported
from editor.domain.kinds import Operation
from editor.domain.outgoing import Outgoing
from editor.domain.request import EditRequest
from editor.domain.status import ModelFacts
from editor.platforms.addresses import Address, address_of
from editor.platforms.base import Platform
from editor.platforms.catalogue import PlatformEntry
from editor.platforms.model import Model
from editor.platforms.orders import words
from editor.platforms.orders.build import Bounds
from editor.platforms.orders.order import Order
from editor.platforms.parts import PlatformParts
from editor.platforms.previewing import first_order, outgoing_pictures
from editor.platforms.quoting import price_of_one, quoted


class OfferingPlatform(Platform):
    """A platform whose models stand in the catalogue.

    Its API lives at ``address``; where none is given, at the class's ``home`` or where ``IMAGE_EDITOR_<ID>_URL`` says.
    """

    home: ClassVar[str] = ""
    """The base address of the API, without a slash at the end."""

    def __init__(self, parts: PlatformParts, *, address: Address | None = None) -> None:
        self._transport = parts.transport
        self._entry: PlatformEntry = parts.catalogue.platform(self.id)
        self._address = address or address_of(self.id, self.home, parts.environment)
        self._clock = parts.clock
        self._polarities = parts.polarities
        self._gone: dict[str, str] = {}
        """Why a model, by its name, was found not to be there any more: two that share an endpoint may search apart."""

    def model(self, operation: Operation) -> str | None:
        """The catalogue's first model for the operation."""
        models = self._entry.models.get(operation)
        return models[0].name if models else None

    def models(self, operation: Operation) -> tuple[ModelFacts, ...]:
        """Every model of the catalogue for the operation."""
        return tuple(
            ModelFacts(
                platform=self.id,
                operation=operation,
                name=model.name,
                endpoint=model.endpoint,
                way=model.way,
                price=model.price_words,
                price_date=model.price.date,
                official=model.official,
                modes=model.modes,
                gone=self._gone.get(model.name, ""),
                cost=price_of_one(model),
                most_side=model.limits.most_side,
                most_pixels=model.limits.most_pixels,
            )
            for model in self._entry.models.get(operation, ())
        )

    def why_not(self, request: EditRequest) -> str | None:
        """Not offered, nothing marked (an empty mask would be charged and change nothing), or why no model can."""
        if not self._entry.models.get(request.operation):
            return f"{self.name} does not offer {request.operation.caption.lower()}."
        if not request.mask.any():
            return "Nothing is marked."
        if self._candidates(request):
            return None
        wanted = self._wanted(request)
        if not wanted:
            return f"{self.name} has no model called {request.options.models[self.id]}."
        reason = words.why_not(wanted[0], request) or ""
        return f"{self.name} cannot serve this. {reason}"

    def expected_cost(self, operation: Operation) -> Cost:
        """The price of the catalogue's first model."""
        models = self._entry.models.get(operation)
        return models[0].price.of() if models else UNKNOWN_COST

    def quote(self, request: EditRequest) -> Cost:
        """The price of the request on the first model that may serve it and is not known to be gone."""
        return next(iter(self.quotes(request)), NOTHING_SPENT)

    def quotes(self, request: EditRequest) -> tuple[Cost, ...]:
        """The same on each of them; on all that may serve it where all are known to be gone."""
        models = self._candidates(request)
        there = [model for model in models if model.name not in self._gone]
        return tuple(quoted(model, request) for model in there or models)

    def preview(self, request: EditRequest) -> Outgoing | None:
        """The order for the first model that may serve the request and is not known to be gone. The bytes are those of
        the real one; a mask whose polarity proves wrong is sent once more, turned round."""
        reason = self.why_not(request)
        if reason is not None:
            raise Unsupported(reason)
        models = self._candidates(request)
        model = next((model for model in models if model.name not in self._gone), models[0])
        polarity = self._polarities.of(model) if model.mask_field else None
        order, notes = first_order(model, request, Bounds(most_bytes=self._picture_bytes(), polarity=polarity))
        return Outgoing(
            platform=self.id,
            name=self.name,
            model=model.name,
            host=urlsplit(self._order_address.base).netloc,
            pictures=outgoing_pictures(order, mask_field=model.mask_field, polarity=polarity),
            values=order.values,
            notes=(*self._ways(order), *notes, *order.notes),
        )

    def _ways(self, order: Order) -> tuple[str, ...]:
        """A sentence where pictures take a way of their own."""
        if 0 < self._entry.inline_bytes < order.total_bytes:
            return (
                f"The pictures are put into {self.name}’s file storage first, and the order holds their addresses.",
            )
        return ()

    @property
    def _order_address(self) -> Address:
        """Where orders go."""
        return self._address

    def _picture_bytes(self) -> int | None:
        """How many bytes all pictures of a run may have together, or None."""
        return None

    @property
    def changed_address(self) -> str | None:
        """The base address where the user replaced it."""
        return self._address.if_changed

    def _wanted(self, request: EditRequest) -> tuple[Model, ...]:
        """The models for the operation, or the one that the user chose."""
        models = self._entry.models.get(request.operation, ())
        chosen = request.options.models.get(self.id)
        return models if chosen is None else tuple(model for model in models if model.called(chosen))

    def _candidates(self, request: EditRequest) -> tuple[Model, ...]:
        """Those of them that can honour what the request asks for."""
        return tuple(model for model in self._wanted(request) if words.why_not(model, request) is None)
