"""How the user's words and choices reach a model, what of them it cannot honour, and why it may not serve at all."""

from __future__ import annotations

import re
from typing import Any

from editor.domain.kinds import Edge, Operation
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest
from editor.platforms.model import Model, TextField

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
PLACEHOLDERS = ("prompt", "negative_prompt", "search")
"""What a model's texts may hold in braces: the user's own words."""
_NAMES = {"prompt": "a prompt", "negative_prompt": "a negative prompt", "search": "words to search for"}
_PROMPT_IS_THE_POINT = frozenset(
    {
        Operation.INPAINT,
        Operation.SEARCH_AND_REPLACE,
        Operation.SEARCH_AND_RECOLOR,
        Operation.REPLACE_BACKGROUND,
    }
)


def why_not(model: Model, request: EditRequest) -> str | None:
    """Why ``model`` cannot serve ``request`` by its words and choices, or None. The sentence names no model."""
    options = request.options
    given = words(model, request)
    if _is_picture(options) and not model.background_field:
        return "It cannot take a picture as the background."
    if options.keep is not None or options.drop is not None:
        return "It cannot follow strokes over what to keep and what to drop."
    for text in _texts(model):
        missing = [name for name in placeholders(text.template) if not given[name]]
        if text.needed and missing and not text.otherwise:
            return f"It needs {_NAMES[missing[0]]}."
        if text.most is not None and len(filled(text, given)) > text.most:
            return f"It takes at most {text.most} characters of text."
    if request.operation is Operation.REPLACE_BACKGROUND and not given["prompt"] and options.background is None:
        return "It needs a prompt, a color or a picture for the background."
    used = _used(model)
    if given["prompt"] and "prompt" not in used and request.operation in _PROMPT_IS_THE_POINT:
        return "It cannot follow a prompt."
    if given["search"] and "search" not in used:
        return "It cannot search by words."
    if request.operation is Operation.UPSCALE and options.mode not in model.modes:
        return f"It has no {options.mode} enlargement."
    return None


def values(model: Model, request: EditRequest) -> tuple[dict[str, Any], int | None]:
    """Every field of ``model`` for ``request`` but pictures and sizes, and the seed among them."""
    given = words(model, request)
    found: dict[str, Any] = {**model.required, **model.fields}
    for text in model.texts:
        sentence = filled(text, given)
        if sentence:
            found[text.field] = sentence
    seed = None
    if request.seed is not None and model.seed is not None:
        found[model.seed.field] = seed = model.seed.value(request.seed)
    return found, seed


def optional_fields(model: Model) -> frozenset[str]:
    """The fields that may be left out where they are refused."""
    fields = set(model.fields) | {text.field for text in model.texts if not text.needed}
    if model.seed is not None:
        fields.add(model.seed.field)
    if model.count is not None:
        fields.add(model.count.field)  # further results are then runs of their own
    return frozenset(fields)


def unused(model: Model, request: EditRequest) -> tuple[str, ...]:
    """Sentences about what the user gave and ``model`` does not take."""
    options, used = request.options, _used(model)
    notes = []
    if options.seed is not None and model.seed is None:
        notes.append(f"Seed not used: {model.name} takes none.")
    if options.prompt and "prompt" not in used:
        notes.append(f"Prompt not used: {model.name} takes none.")
    if options.negative_prompt and "negative_prompt" not in used:
        notes.append(f"Negative prompt not used: {model.name} takes none.")
    if options.edge is not Edge.SOFT:
        notes.append(f"Edge not chosen: {model.name} decides on it itself.")
    return tuple(notes)


def words(model: Model, request: EditRequest) -> dict[str, str]:
    """The user's words by placeholder. A colour for the background becomes words where no picture can be sent."""
    options = request.options
    prompt = options.prompt.strip()
    if request.operation is Operation.REPLACE_BACKGROUND and not prompt and not model.background_field:
        prompt = _colour_words(options)
    return {"prompt": prompt, "negative_prompt": options.negative_prompt.strip(), "search": options.search.strip()}


def placeholders(template: str) -> list[str]:
    """The names in braces of ``template``, in order."""
    return _PLACEHOLDER.findall(template)


def filled(text: TextField, given: dict[str, str]) -> str:
    """The sentence for a field, or "" where it is to be left out."""
    if all(given[name] for name in placeholders(text.template)):
        return _PLACEHOLDER.sub(lambda found: given[found[1]], text.template)
    return text.otherwise


def _texts(model: Model) -> tuple[TextField, ...]:
    return model.texts + (model.finder.texts if model.finder is not None else ())


def _used(model: Model) -> set[str]:
    return {name for text in _texts(model) for name in placeholders(text.template)}


def _is_picture(options: EditOptions) -> bool:
    return options.background is not None and not isinstance(options.background, tuple)


def _colour_words(options: EditOptions) -> str:
    if not isinstance(options.background, tuple):
        return ""
    red, green, blue = options.background
    return f"a plain, even background of the color #{red:02x}{green:02x}{blue:02x}"
