"""What is submitted to FAL, and how it is mended once the platform has said what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from editor.domain.attempt import UNKNOWN_COST, Cost
from editor.domain.errors import PlatformError, Unsupported
from editor.platforms.answers import ModelGone, TooLarge, TooSmall
from editor.platforms.fal_errors import types_of
from editor.platforms.fal_results import billed_units, cost_of
from editor.platforms.model import Model
from editor.platforms.orders.order import Order
from editor.transport.message import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One order as it is to be submitted: the pictures in the request itself (``inline``) or as uploaded files.

    ``notes`` are sentences about what was left out, ``mended`` tells that this has happened already. ``spent`` is what
    runs of earlier drafts cost: a refused one is billed where it worked before it was refused.
    """

    values: Mapping[str, Any]
    inline: bool
    seed: int | None
    notes: tuple[str, ...] = ()
    mended: bool = False
    spent: tuple[Cost, ...] = ()


def first_draft(order: Order, *, inline_bytes: int) -> Draft:
    """The order as it is; its pictures go along where they have at most ``inline_bytes``."""
    return Draft(values=order.values, inline=order.total_bytes <= inline_bytes, seed=order.seed)


def mended(draft: Draft, answer: Response, error: PlatformError, *, model: Model, order: Order) -> Draft | None:
    """The draft without what ``answer`` objects to, or None where nothing of it can be changed any more.

    A request or a file that is too large is uploaded instead, once. Optional fields that are named are left out, once.
    """
    if billed_units(answer):
        draft = replace(draft, spent=(*draft.spent, cost_of(answer, model) or UNKNOWN_COST))
    if draft.inline and (answer.status == 413 or "file_too_large" in types_of(answer)):
        return replace(draft, inline=False)
    if draft.mended or isinstance(error, TooLarge) or not isinstance(error, (ModelGone, Unsupported)):
        return None
    optional = order.optional | ({model.count.field} if model.count is not None else set())
    named = fields_named(answer)
    if not named or not named <= optional & set(draft.values):
        return None
    return replace(
        draft,
        values=MappingProxyType({name: value for name, value in draft.values.items() if name not in named}),
        seed=None if model.seed is not None and model.seed.field in named else draft.seed,
        notes=tuple(_note(name, model) for name in sorted(named)),
        mended=True,
    )


def blamed(answer: Response, error: PlatformError, *, model: Model, draft: Draft) -> PlatformError:
    """``error``, or what says more of it: TooSmall where the answer tells the least side, ModelGone where a value of
    the catalogue's own was refused, since the model has changed then. The user's words and pictures are no such values.
    """
    side = _least_side(answer)
    better: PlatformError = error
    if side is not None:
        better = TooSmall(error.message, detail=error.detail, status=error.status, least_side=side)
    elif type(error) is Unsupported and answer.status == 422 and _is_ours(fields_named(answer), model, draft):
        message = "FAL has changed the fields of this model."
        better = ModelGone(message, detail=error.detail, status=answer.status, final=error)
    better.may_be_charged = error.may_be_charged or bool(draft.spent)
    return better


def _is_ours(named: frozenset[str], model: Model, draft: Draft) -> bool:
    """Whether fields are named, and all of them hold values of the catalogue's or of the program's own."""
    return bool(named) and named <= set(draft.values) - {text.field for text in model.texts}


def fields_named(answer: Response) -> frozenset[str]:
    """The fields of the request that the entries of a typed list name in ``loc``: ``["body", "seed"]``.

    Empty where one of the entries names none.
    """
    detail = answer.json_object().get("detail")
    found = set()
    for entry in detail if isinstance(detail, list) else []:
        place = entry.get("loc") if isinstance(entry, dict) else None
        steps = [step for step in place if step != "body"] if isinstance(place, list) else []
        if not steps or not isinstance(steps[0], str):
            return frozenset()
        found.add(steps[0])
    return frozenset(found)


def _least_side(answer: Response) -> int | None:
    """The side in pixels that ``image_too_small`` asks for, by its ``ctx``; None for any other answer."""
    detail = answer.json_object().get("detail")
    sides: list[int] = []
    for entry in detail if isinstance(detail, list) else []:
        context = entry.get("ctx") if isinstance(entry, dict) and entry.get("type") == "image_too_small" else None
        if isinstance(context, dict):
            values = (context.get("min_width"), context.get("min_height"))
            sides += [int(value) for value in values if isinstance(value, int | float) and value >= 1]
    return max(sides, default=None)


def _note(field: str, model: Model) -> str:
    if model.seed is not None and field == model.seed.field:
        return f"Seed not used: {model.name} refused it."
    if field == "negative_prompt":
        return f"Negative prompt not used: {model.name} refused it."
    return f"Sent without “{field}”: {model.name} refused it."
