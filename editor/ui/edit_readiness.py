"""Whether the chosen edit can start, or why not and what to do about it. Knows no widget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.domain.status import Standing
from editor.operations.registry import operation_of
from editor.ui.platform_words import is_local

if TYPE_CHECKING:
    from editor.session import ListedModel

NO_PICTURE = "Open a picture first."
NO_MASK = {
    Operation.ERASE: "Paint over what you want to remove first.",
    Operation.INPAINT: "Paint over what is to change first.",
}


class WayOut(StrEnum):
    """What a link under the reason does about it."""

    NONE = ""
    ADD_KEY = "Add a key…"
    USE_PLATFORMS = "Use all platforms"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why the edit can't start, and the way out that a link offers."""

    words: str
    way_out: WayOut = WayOut.NONE


def obstacle(
    operation: Operation,
    options: EditOptions,
    *,
    document: Document | None,
    masked: bool,
    models: Sequence[ListedModel] | None,
    local_only: bool,
) -> Obstacle | None:
    """What stands in the way of the edit, the first thing first, or None.

    ``masked`` tells whether the effective mask covers anything; ``models`` are those for the operation with their
    platforms' standing, None while they are not known.
    """
    if document is None:
        return Obstacle(NO_PICTURE)
    if models is not None and document.stays_here:
        models = [model for model in models if is_local(model.platform)]
    nobody = None if models is None else nobody_serves(operation, options, models, local_only=local_only)
    if nobody is not None and document.stays_here:
        return Obstacle(f"{nobody.words} {STAYS_HERE}")
    if nobody is not None:
        return nobody
    if operation.masked and not masked:
        return Obstacle(NO_MASK[operation])
    try:
        if not operation.masked:
            operation_of(operation).require(document, options)
        else:  # Not the mask: it was counted already, and looking for its edges takes a while on a large picture.
            for parameter in operation_of(operation).parameters:
                parameter.check(parameter.value_in(options))
    except InputError as error:
        return Obstacle(error.message)
    return None


def nobody_serves(
    operation: Operation, options: EditOptions, models: Sequence[ListedModel], *, local_only: bool
) -> Obstacle | None:
    """Why no platform of the chain can serve the operation as it was chosen, or None where one may."""
    in_chain = [model for model in models if model.platform.standing is not Standing.OFF and not model.facts.gone]
    fitting = [model for model in in_chain if _fits(model, operation, options)]
    if any(model.platform.standing is not Standing.NO_KEY for model in fitting):
        return None
    here = any(is_local(model.platform) for model in in_chain)
    limit = f"This computer cannot {_OTHERWISE.get(operation, 'do it this way') if here else _ABLE[operation]}."
    names = tuple(dict.fromkeys(model.platform.name for model in fitting))
    if names:
        return Obstacle(f"{limit} Add a key for {_either(names)}.", WayOut.ADD_KEY)
    if local_only:
        return Obstacle(f"{limit} “Local only” is on: switch it off to use other platforms.", WayOut.USE_PLATFORMS)
    return Obstacle(f"{limit} No other platform in use offers it.")


STAYS_HERE = "The picture stays on this computer (AI › Keep this picture on this computer)."
_ABLE = {
    Operation.ERASE: "erase",
    Operation.INPAINT: "paint anew",
    Operation.SEARCH_AND_REPLACE: "find things by words",
    Operation.SEARCH_AND_RECOLOR: "find things by words",
    Operation.REMOVE_BACKGROUND: "cut out a subject",
    Operation.REPLACE_BACKGROUND: "replace a background",
    Operation.OUTPAINT: "extend a picture",
    Operation.UPSCALE: "enlarge a picture",
}
"""What this computer can't do where it does not offer an operation."""
_OTHERWISE = {
    Operation.INPAINT: "follow words: it goes on with the surroundings",
    Operation.REPLACE_BACKGROUND: "follow words: give it a color or a picture",
    Operation.OUTPAINT: "follow words: it goes on with the surroundings",
    Operation.UPSCALE: "enlarge in this mode",
}
"""What it can't do where it offers the operation, but not as it was chosen."""


def _fits(model: ListedModel, operation: Operation, options: EditOptions) -> bool:
    if operation is Operation.UPSCALE and model.facts.modes:
        return options.mode in model.facts.modes
    # This computer's engine has no model that reads.
    return not (is_local(model.platform) and options.prompt.strip() and operation is not Operation.UPSCALE)


def _either(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
