"""Stability AI's operations: address, form, price in credits, and the picture that each computes from its form.

Fields, limits and prices are those of the provider's OpenAPI document (v2beta, stable-image). "4 megapixels" of an
answer is read as a limit for edits and as the size of a conservative enlargement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from editor.simulator import painting, pictures
from editor.simulator.pictures import Array
from editor.simulator.scripts import Script
from editor.simulator.stability_forms import (
    STYLES,
    Choice,
    Field,
    Form,
    InvalidRequestError,
    Mask,
    Number,
    Picture,
    Text,
)

MOST_PIXELS_ANSWERED = 4_194_304
_CREATIVE_PIXELS = 3_840 * 2_160
"""The document's "about 4K"."""
_MEGAPIXEL = 1_048_576

Compute = Callable[[Form, Script], Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation. ``compute`` makes its picture; ``check`` raises InvalidRequestError about fields together."""

    path: str
    credits: float
    fields: tuple[Field, ...]
    compute: Compute
    picture: str = "image"
    asynchronous: bool = False
    check: Callable[[Form], None] = lambda form: None

    @property
    def seeded(self) -> bool:
        """Whether the operation takes a seed."""
        return any(one.name == "seed" for one in self.fields)

    def blurred(self, form: Form) -> Array:
        """What comes back where the filter objects to the result."""
        return pictures.blurred(_image(form, self.picture))


def _image(form: Form, name: str = "image") -> Array:
    picture = form.picture(name)
    assert picture is not None, "the form was checked"
    return pictures.colours(picture)


def _seed(form: Form) -> int:
    return int(form.number("seed"))


# --- what the operations compute


def _erase(form: Form, script: Script) -> Array:
    return pictures.fit_pixels(painting.staged(script, _image(form), _marked(form)), MOST_PIXELS_ANSWERED)


def _inpaint(form: Form, script: Script) -> Array:
    image, mask = _image(form), painting.marked(script, _marked(form))
    result = painting.fill(image, mask, form.words("prompt"), seed=_seed(form))
    return pictures.fit_pixels(painting.spoiled(script, image, result), MOST_PIXELS_ANSWERED)


def _marked(form: Form) -> Array:
    """What is to change, grown: by the mask, else by the transparency of the image."""
    image, mask = form.picture("image"), form.picture("mask")
    assert image is not None, "the form was checked"
    marked = pictures.transparency(image) if mask is None else pictures.coverage(mask, image.size)
    assert marked is not None, "the form was checked"
    return pictures.grow(marked, round(form.number("grow_mask")))


def _replace(form: Form, script: Script) -> Array:
    image, grow = _image(form), round(form.number("grow_mask"))
    result = painting.replace(image, form.words("search_prompt"), form.words("prompt"), seed=_seed(form), grow=grow)
    return pictures.fit_pixels(painting.spoiled(script, image, result), MOST_PIXELS_ANSWERED)


def _recolour(form: Form, script: Script) -> Array:
    image = _image(form)
    return painting.spoiled(script, image, painting.recolour(image, form.words("select_prompt"), form.words("prompt")))


def _cut_out(form: Form, script: Script) -> Array:
    image = _image(form)
    return painting.spoiled(script, image, painting.cut_out(image))


def _new_background(form: Form, script: Script) -> Array:
    image, reference = _image(form, "subject_image"), form.picture("background_reference")
    background = None if reference is None else pictures.colours(reference)
    if form.words("keep_original_background") == "true":
        background = image
    result = painting.new_background(image, background, prompt=form.words("background_prompt"))
    return painting.spoiled(script, image, result)


def _extend(form: Form, script: Script) -> Array:
    image = _image(form)
    left, right, up, down = (int(form.number(name)) for name in ("left", "right", "up", "down"))
    return painting.spoiled(script, image, painting.extend(image, left, right, up, down, seed=_seed(form)))


def _enlarge_fast(form: Form, script: Script) -> Array:
    image = _image(form)
    height, width = image.shape[:2]
    return painting.spoiled(script, image, painting.enlarge(image, 4 * width, 4 * height))


def _enlarged_to(pixels: int) -> Compute:
    """An enlargement to at most so many pixels, whatever was sent."""

    def enlarge(form: Form, script: Script) -> Array:
        image = _image(form)
        height, width = image.shape[:2]
        factor = max(1.0, (pixels / (width * height)) ** 0.5)
        return painting.spoiled(script, image, painting.enlarge(image, int(width * factor), int(height * factor)))

    return enlarge


# --- rules about several fields


def _needs_mask(form: Form) -> None:
    image = form.picture("image")
    if form.picture("mask") is None and image is not None and pictures.transparency(image) is None:
        raise InvalidRequestError("mask: required when the image has no alpha channel")


def _needs_direction(form: Form) -> None:
    if not any(form.number(name) for name in ("left", "right", "up", "down")):
        raise InvalidRequestError("left: at least one of left, right, up, down must be more than 0")


def _needs_background(form: Form) -> None:
    if not form.words("background_prompt").strip() and form.picture("background_reference") is None:
        raise InvalidRequestError("background_prompt: required when there is no background_reference")
    lit = form.picture("light_reference") is not None or form.words("light_source_direction")
    if "light_source_strength" in form.given and not lit:
        raise InvalidRequestError("light_source_strength: needs light_reference or light_source_direction")


# --- the forms

_SEED = Number(name="seed")
_FORMAT = Choice(name="output_format", choices=("png", "jpeg", "webp"), default="png")
_STYLE = Choice(name="style_preset", choices=STYLES)
_PROMPT = Text(name="prompt", required=True, least=1)
_NEGATIVE = Text(name="negative_prompt")
_BOUND = Picture(name="image", required=True, most_aspect=2.5)
_MASKED = (Picture(name="image", required=True), Mask(name="mask"), _SEED, _FORMAT)
_SEARCHED = (_BOUND, _PROMPT, _NEGATIVE, Number(name="grow_mask", most=20, default=3), _SEED, _FORMAT, _STYLE)
_DIRECTIONS = tuple(Number(name=name, most=2_000, whole=True) for name in ("left", "right", "up", "down"))

_RELIT: tuple[Field, ...] = (
    Picture(name="subject_image", required=True, most_aspect=2.5),
    Picture(name="background_reference"),
    Picture(name="light_reference"),
    Text(name="background_prompt"),
    Text(name="foreground_prompt"),
    _NEGATIVE,
    Number(name="preserve_original_subject", most=1, default=0.6),
    Number(name="original_background_depth", most=1, default=0.5),
    Choice(name="keep_original_background", choices=("true", "false"), default="false"),
    Choice(name="light_source_direction", choices=("left", "right", "above", "below")),
    Number(name="light_source_strength", most=1, default=0.3),
    _SEED,
    _FORMAT,
)

_ALL = (
    Operation(
        path="edit/erase",
        credits=5,
        fields=(*_MASKED, Number(name="grow_mask", most=20, default=5)),
        compute=_erase,
        check=_needs_mask,
    ),
    Operation(
        path="edit/inpaint",
        credits=5,
        fields=(*_MASKED, Number(name="grow_mask", most=100, default=5), _PROMPT, _NEGATIVE, _STYLE),
        compute=_inpaint,
        check=_needs_mask,
    ),
    Operation(
        path="edit/outpaint",
        credits=4,
        # The document joins two ranges of creativity; only what satisfies both is taken.
        fields=(
            _BOUND,
            *_DIRECTIONS,
            Number(name="creativity", least=0.2, most=0.5, default=0.5),
            Text(name="prompt"),
            _SEED,
            _FORMAT,
            _STYLE,
        ),
        compute=_extend,
        check=_needs_direction,
    ),
    Operation(
        path="edit/search-and-replace",
        credits=5,
        fields=(*_SEARCHED, Text(name="search_prompt", required=True)),
        compute=_replace,
    ),
    Operation(
        path="edit/search-and-recolor",
        credits=5,
        fields=(*_SEARCHED, Text(name="select_prompt", required=True)),
        compute=_recolour,
    ),
    Operation(
        path="edit/remove-background",
        credits=5,
        fields=(
            Picture(name="image", required=True, most_pixels=MOST_PIXELS_ANSWERED),
            Choice(name="output_format", choices=("png", "webp"), default="png"),
        ),
        compute=_cut_out,
    ),
    Operation(
        path="edit/replace-background-and-relight",
        credits=8,
        fields=_RELIT,
        compute=_new_background,
        picture="subject_image",
        asynchronous=True,
        check=_needs_background,
    ),
    Operation(
        path="upscale/fast",
        credits=2,
        fields=(
            Picture(
                name="image",
                required=True,
                least_side=32,
                most_side=1_536,
                least_pixels=1_024,
                most_pixels=_MEGAPIXEL,
            ),
            _FORMAT,
        ),
        compute=_enlarge_fast,
    ),
    Operation(
        path="upscale/conservative",
        credits=40,
        # The document gives two limits for the picture; this is the stricter one.
        fields=(
            Picture(name="image", required=True, most_pixels=_MEGAPIXEL, most_aspect=2.5),
            _PROMPT,
            _NEGATIVE,
            Number(name="creativity", least=0.2, most=0.5, default=0.35),
            _SEED,
            _FORMAT,
        ),
        compute=_enlarged_to(MOST_PIXELS_ANSWERED),
    ),
    Operation(
        path="upscale/creative",
        credits=60,
        fields=(
            Picture(name="image", required=True, most_pixels=_MEGAPIXEL),
            _PROMPT,
            _NEGATIVE,
            Number(name="creativity", least=0.1, most=0.5, default=0.3),
            _SEED,
            _FORMAT,
            _STYLE,
        ),
        compute=_enlarged_to(_CREATIVE_PIXELS),
        asynchronous=True,
    ),
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {f"/v2beta/stable-image/{operation.path}": operation for operation in _ALL}
)
"""The operations by path."""
