"""Reads what FAL's models return: where the picture is, whether a filter struck, and what was billed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from editor.domain.attempt import Cost
from editor.domain.errors import BadResult, ContentRefused
from editor.platforms.fal_errors import NAME, run_failure, words_of
from editor.platforms.model import Model
from editor.transport.message import Response

_PLACES = ("image", "images", "masks", "video", "file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an output holds: the addresses of its pictures, the seed it tells, sentences about pictures left out."""

    addresses: tuple[str, ...]
    seed: int | None
    notes: tuple[str, ...] = ()


def found_in(answer: Response, *, model: Model, key: str, secrets: tuple[str, ...]) -> Found:
    """The pictures of a successful answer. Raises ContentRefused where a filter marked all of them, BadResult where
    there is none, and the error of a run that tells one in spite of its status."""
    output = answer.json_object()
    if model.output and output.get(model.output) == []:
        # Other parts of the output hold the picture that was sent.
        raise BadResult("Nothing that fits the search words was found in the picture.", status=answer.status)
    addresses = picture_addresses(output, first=model.output)
    marks = filter_marks(output)
    kept = tuple(address for address, marked in zip(addresses, marks, strict=False) if not marked)
    if len(marks) != len(addresses):
        kept = () if any(marks) else tuple(addresses)
    if any(marks) and not kept:
        refusal = ContentRefused(f"{NAME} refused the picture: its content filter objected.", status=answer.status)
        refusal.may_be_charged = billed_units(answer) != 0
        raise refusal
    if not addresses:
        if words_of(answer):
            raise run_failure({"error": words_of(answer)}, key=key, secrets=secrets)
        raise BadResult(f"{NAME} finished without a picture.", status=answer.status)
    refused = len(addresses) - len(kept)
    notes = (f"{NAME}'s content filter kept back {refused} of {len(addresses)} pictures.",) if refused else ()
    return Found(addresses=kept, seed=seed_in(output), notes=notes)


def picture_addresses(output: Mapping[str, Any], *, first: str = "") -> list[str]:
    """The addresses in the first of ``image``, ``images`` and their like that has any, whichever form the model has;
    ``first`` is looked at before all others."""
    for place in (first, *_PLACES):
        found = output.get(place)
        entries = found if isinstance(found, list) else [found]
        urls = [entry.get("url") if isinstance(entry, dict) else entry for entry in entries]
        addresses = [url for url in urls if isinstance(url, str) and url]
        if addresses:
            return addresses
    return []


def filter_marks(output: Mapping[str, Any]) -> list[bool]:
    """Which pictures the platform's filter marked; those may be black. Empty where it says nothing."""
    marks = output.get("has_nsfw_concepts")
    return [bool(mark) for mark in marks] if isinstance(marks, list) else [True] if marks is True else []


def seed_in(output: Mapping[str, Any]) -> int | None:
    """The seed that the model says it used."""
    for name in ("used_seed", "seed"):
        value = output.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return int(value)
    return None


def billed_units(answer: Response) -> float | None:
    """The units that ``x-fal-billable-units`` tells, or None."""
    try:
        return float(answer.headers["x-fal-billable-units"])
    except (KeyError, ValueError):
        return None


def cost_of(answer: Response, model: Model) -> Cost | None:
    """The billed units at the catalogue's price; None where the answer tells none."""
    units = billed_units(answer)
    return None if units is None else model.price.of(units)


def figures_of(answer: Response, status: Mapping[str, Any]) -> Mapping[str, float]:
    """The platform's own figures: seconds of inference, billed units."""
    metrics = status.get("metrics")
    told = metrics.items() if isinstance(metrics, dict) else ()
    figures = {str(name): value for name, value in told if isinstance(value, (int, float))}
    units = billed_units(answer)
    return MappingProxyType(figures if units is None else {**figures, "billable_units": units})
