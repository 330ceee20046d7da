"""A model of Replicate as the simulator knows it, and the object that the API describes it with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from editor.simulator.models import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicateModel(Model):
    """``black_changes`` where black marks in the mask, not white. ``factor_field`` names the input with the factor of
    an enlargement, which is ``factor`` where there is none. ``most_pixels`` is the largest picture its memory holds.
    An ``iterated`` list of outputs grows while the model runs."""

    black_changes: bool = False
    factor_field: str = ""
    factor: float = 4.0
    most_pixels: int | None = None
    iterated: bool = False


def model_document(model: ReplicateModel) -> dict[str, Any]:
    """What ``GET /models/{owner}/{name}`` answers."""
    owner, _, name = model.name.partition("/")
    return {
        "url": f"https://replicate.com/{model.name}",
        "owner": owner,
        "name": name,
        "description": None,
        "visibility": "public",
        "is_official": model.official,
        "github_url": None,
        "paper_url": None,
        "license_url": None,
        "run_count": 1000,
        "cover_image_url": None,
        "default_example": None,
        "latest_version": version_document(model),
    }


def version_document(model: ReplicateModel) -> dict[str, Any]:
    """What the API says of a version; of a community model also under ``GET …/versions/{id}``."""
    properties = {key: parameter.schema() for key, parameter in model.parameters.items()}
    required = [key for key, parameter in model.parameters.items() if parameter.required]
    address = {"type": "string", "format": "uri"}
    kind = {"type": "array", "items": address} if model.listed else address
    output: dict[str, Any] = {"title": "Output", **kind}
    if model.iterated:
        output["x-cog-array-type"] = "iterator"
    schemas = {
        "Input": {"type": "object", "title": "Input", "required": required, "properties": properties},
        "Output": output,
    }
    return {
        "id": model.version,
        "created_at": "2025-01-15T00:00:00.000000Z",
        "cog_version": "0.9.4",
        "openapi_schema": {"components": {"schemas": schemas}},
    }
