"""Reads what FAL's models return: where the picture is, whether a filter struck, and what was billed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from editor.domain.attempt import Cost
from editor.platforms.model import Model
from editor.transport.message import Response

_PLACES = ("image", "images", "masks", "video", "file")


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


def was_filtered(output: Mapping[str, Any]) -> bool:
    """Whether the platform's filter marked the picture, which may then be black."""
    marks = output.get("has_nsfw_concepts")
    return any(marks) if isinstance(marks, list) else marks is True


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


def figures_of(answer: Response, status: Mapping[str, Any]) -> dict[str, float]:
    """The platform's own figures: seconds of inference, billed units."""
    metrics = status.get("metrics")
    figures = (
        {str(name): value for name, value in metrics.items() if isinstance(value, (int, float))}
        if isinstance(metrics, dict)
        else {}
    )
    units = billed_units(answer)
    return figures if units is None else {**figures, "billable_units": units}
