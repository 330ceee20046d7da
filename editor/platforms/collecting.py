"""A run of an earlier time, taken up again from what the vault knows of it."""

from __future__ import annotations

import numpy as np

from editor.domain.geometry import Rect
from editor.domain.request import EditRequest
from editor.domain.vault import VaultRecord
from editor.platforms.catalogue import PlatformEntry
from editor.platforms.errand import Errand
from editor.platforms.model import Model


def resumed(record: VaultRecord, *, key: str, end: float) -> Errand:
    """The errand of a run that is looked at and fetched, until ``end`` on the clock. It has no picture to send."""
    nothing = np.zeros((1, 1, 3), np.uint8)
    request = EditRequest(
        operation=record.intent.operation, image=nothing, mask=nothing[..., 0], region=Rect(0, 0, 1, 1)
    )
    return Errand(
        platform=record.intent.platform,
        request=request,
        key=key,
        report=lambda progress: None,
        end=end,
        run=record.reference,
    )


def model_of(record: VaultRecord, entry: PlatformEntry) -> Model | None:
    """The model that the run was ordered from, or one of the same endpoint; None where the catalogue has none."""
    listed = [model for models in entry.models.values() for model in models]
    known = [*listed, *(model.finder for model in listed if model.finder is not None)]
    alike = [model for model in known if model.endpoint == record.intent.endpoint]
    named = [model for model in alike if model.name == record.intent.model]
    return next(iter((*named, *alike)), None)
