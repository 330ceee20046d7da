"""Reads what FAL's models return: where the picture is, whether a filter struck, and what was billed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from editor.domain.attempt import Cost
from editor.platforms.catalogue import Model
from editor.platforms.cloud import price_of
from editor.transport.message import Response

_PLACES = ("image", "images", "masks", "video", "file")


def picture_address(output: Mapping[str, Any]) -> str | None:
    """The first address in ``image``, ``images`` and their like, whichever form the model has."""
    for place in _PLACES:
        found = output.get(place)
        for entry in found if isinstance(found, list) else [found]:
            url = entry.get("url") if isinstance(entry, dict) else entry
            if isinstance(url, str) and url:
                return url
    return None


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


def cost_of(answer: Response, model: Model) -> Cost:
    """The billed units at the catalogue's price; one unit where the answer tells none."""
    units = billed_units(answer)
    return price_of(model, 1.0 if units is None else units)


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
