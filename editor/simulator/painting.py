"""What the simulated models make of a picture: computed from what was sent, so that a test can tell right from wrong.

Pictures are (height, width, 3) RGB and masks (height, width) with 255 = marked, both uint8, unless said otherwise.
Nothing here is random: the same input and seed give the same picture.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image, ImageFilter

from editor.simulator import pictures
from editor.simulator.filling import blend, extent, filled, neighbourhood
from editor.simulator.looking import RGB, SHADES, colour_for, colour_of, find, subject
from editor.simulator.pictures import Array, Floats, blurred, fit_pixels, resized
from editor.simulator.scripts import Script

__all__ = [
    "SHADES",
    "blurred",
    "colour_of",
    "cut_out",
    "enlarge",
    "erase",
    "extend",
    "fill",
    "find",
    "fit_pixels",
    "instructed",
    "marked",
    "new_background",
    "paint",
    "recolour",
    "replace",
    "resized",
    "spoiled",
    "staged",
    "subject",
]

_GRAIN = 8
_CONTRAST = 9.0
_SURROUNDINGS = re.compile(r"\b(?:empty|background|surroundings|continu(?:e|es|ing|ation)|nothing else)\b")
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def erase(image: Array, mask: Array) -> Array:
    """Fill what ``mask`` marks smoothly from its surroundings; greys blend, unmarked pixels stay exact."""
    if not mask.any():
        return image.copy()
    area = neighbourhood(mask)
    result = image.copy()
    result[area] = blend(image[area], filled(image[area], mask[area]), mask[area])
    return result


def paint(image: Array, mask: Array, prompt: str, *, seed: int = 0) -> Array:
    """Fill what ``mask`` marks with a faint texture in the prompt's colour; greys blend, unmarked pixels stay exact.

    The colour is the first that ``prompt`` names, else one that depends on its words; the texture depends on ``seed``.
    """
    if not mask.any():
        return image.copy()
    area = extent(mask)
    result = image.copy()
    result[area] = blend(image[area], _texture(result[area].shape[:2], colour_for(prompt), seed), mask[area])
    return result


def fill(image: Array, mask: Array, prompt: str, *, seed: int = 0) -> Array:
    """What a fill model makes of a prompt: ``erase`` for none or one that asks for the surroundings, else ``paint``."""
    if not prompt.strip() or _SURROUNDINGS.search(prompt.lower()) is not None:
        return erase(image, mask)
    return paint(image, mask, prompt, seed=seed)


def replace(image: Array, search: str, prompt: str, *, seed: int = 0, grow: int = 0) -> Array:
    """Paint ``prompt`` over what ``search`` finds, spread by ``grow`` pixels."""
    return paint(image, pictures.grow(find(image, search), grow), prompt, seed=seed)


def recolour(image: Array, search: str, prompt: str) -> Array:
    """Give what ``search`` finds the hue of the colour in ``prompt``; every pixel keeps its lightness."""
    mask = find(image, search)
    if not mask.any():
        return image.copy()
    area = extent(mask)
    colour = np.array(colour_for(prompt), np.float32)
    lightness, own = (image[area] @ _LUMA)[..., None], float(colour @ _LUMA)
    darker = colour * (lightness / own)
    lighter = colour + (255 - colour) * ((lightness - own) / (255 - own))
    result = image.copy()
    result[area] = blend(image[area], np.where(lightness <= own, darker, lighter).astype(np.float32), mask[area])
    return result


def cut_out(image: Array) -> Array:
    """(height, width, 4) RGBA: the picture with its ``subject`` as alpha."""
    return np.dstack([image, subject(image)])


def new_background(image: Array, background: Array | None, *, prompt: str = "") -> Array:
    """The subject, slightly relit, over ``background`` at its size; None is a gradient in the prompt's colour."""
    height, width = image.shape[:2]
    if background is None:
        slope = np.linspace(24, -24, height, dtype=np.float32)[:, None, None]
        shaded = np.array(colour_for(prompt), np.float32) + slope
        behind = np.broadcast_to(np.rint(shaded).clip(0, 255).astype(np.uint8), image.shape)
    else:
        behind = resized(background, width, height)
    light = behind.reshape(-1, 3).mean(0, dtype=np.float32)
    return blend(behind, (image * np.float32(0.9) + light * np.float32(0.1)).astype(np.float32), subject(image))


def instructed(image: Array, prompt: str, *, seed: int = 0) -> Array:
    """The whole picture anew after one instruction, with noise of ±1 level all over as such models leave it.

    Understood are *replace X with Y*, *turn* or *change X into Y*, *change the colour of X to Y*, *replace the
    background with Y* and *remove X*. Any other sentence shifts the tone of the whole picture.
    """
    result = _carried_out(image, prompt.lower(), seed)
    noise = np.random.default_rng(seed % 2**64).integers(-1, 1, result.shape, np.int8, endpoint=True)
    noisy: Array = (result.astype(np.int16) + noise).clip(0, 255).astype(np.uint8)
    return noisy


def extend(image: Array, left: int, right: int, up: int, down: int, *, seed: int = 0) -> Array:
    """The picture with that many more pixels on each side: reflected, softer with distance; the middle is exact."""
    height, width = image.shape[:2]
    wide = np.pad(image, ((up, down), (left, right), (0, 0)), mode="symmetric")
    across = _distance(width, left, right)[None, :]
    along = _distance(height, up, down)[:, None]
    distance = np.maximum(across, along)[..., None]
    mixed: Floats = wide.astype(np.float32)
    for factor, reach in ((4, 12.0), (16, 96.0)):
        mixed += (_softened(wide, factor) - mixed) * np.minimum(distance / reach, 1)
    mixed += _grain(wide.shape[:2], seed)[..., None] * 0.4
    result = np.rint(mixed).clip(0, 255).astype(np.uint8)
    result[up : up + height, left : left + width] = image
    return result


def enlarge(image: Array, width: int, height: int) -> Array:
    """The picture at ``width`` × ``height``, mildly sharpened."""
    larger = Image.fromarray(resized(image, width, height))
    return np.asarray(larger.filter(ImageFilter.UnsharpMask(radius=1.5, percent=40, threshold=0)), np.uint8)


def marked(script: Script, mask: Array) -> Array:
    """What the model takes for marked: the contrary under ``wrong-polarity``, else ``mask``."""
    return 255 - mask if script is Script.WRONG_POLARITY else mask


def spoiled(script: Script, image: Array, result: Array) -> Array:
    """``result`` as ``script`` spoils it, made from the ``image`` that was sent; ``result`` itself under the others."""
    height, width = result.shape[:2]
    match script:
        case Script.UNCHANGED_PICTURE:
            sent = image if image.shape[:2] == (height, width) else resized(image, width, height)
            return _in_bands_of(result, sent)
        case Script.BLANK_PICTURE:
            return _in_bands_of(result, np.full((height, width, 3), 128, np.uint8))
        case Script.HALF_SIZE:
            return resized(result, max(1, width // 2), max(1, height // 2))
        case Script.WRONG_SIZE:
            return resized(result, max(1, width * 2 // 3), height)
        case _:
            return result


def staged(script: Script, image: Array, mask: Array) -> Array:
    """What is erased under ``script``."""
    return spoiled(script, image, erase(image, marked(script, mask)))


def _carried_out(image: Array, prompt: str, seed: int) -> Array:
    for pattern, act in _sentences(image, seed):
        found = re.search(pattern, prompt)
        if found is not None:
            return act(*found.groups())
    toned = image * np.float32(0.88) + np.array(colour_for(prompt), np.float32) * np.float32(0.12)
    return np.rint(toned).clip(0, 255).astype(np.uint8)


def _sentences(image: Array, seed: int) -> tuple[tuple[str, Callable[..., Array]], ...]:
    """Patterns and what is done about them, the special before the general."""
    thing, rest = r"(?:the |a |an |all |any )*([^.;:!?]+?)", r"([^.;!?]+)"
    return (
        (rf"\b(?:replace|change|swap) the background (?:with|by|to|into|for) {rest}", partial(_set_before, image)),
        (rf"\bchange the colou?r of {thing} (?:into|to) {rest}", partial(recolour, image)),
        (rf"\brecolou?r {thing} (?:into|to|in|as|with) {rest}", partial(recolour, image)),
        (rf"\b(?:replace|swap) {thing} (?:with|by|for) {rest}", partial(replace, image, seed=seed)),
        (rf"\b(?:turn|change) {thing} (?:into|to) {rest}", partial(replace, image, seed=seed)),
        (rf"\b(?:remove|erase|delete) {rest}", partial(_removed, image)),
    )


def _set_before(image: Array, prompt: str) -> Array:
    return new_background(image, None, prompt=prompt)


def _removed(image: Array, search: str) -> Array:
    if re.search(r"\bbackground\b", search):
        return _set_before(image, "white")
    return erase(image, pictures.grow(find(image, search), 3))


def _in_bands_of(result: Array, colours: Array) -> Array:
    """``colours`` (height, width, 3) as grey or RGBA where ``result`` is."""
    mode = Image.fromarray(result).mode
    return colours if mode == "RGB" else np.asarray(Image.fromarray(colours).convert(mode), np.uint8)


def _texture(size: tuple[int, int], colour: RGB, seed: int) -> Floats:
    return np.array(colour, np.float32) + _grain(size, seed)[..., None]


def _grain(size: tuple[int, int], seed: int) -> Floats:
    """(height, width), soft noise around zero that depends on the seed."""
    height, width = size
    coarse = (-(-height // _GRAIN) + 1, -(-width // _GRAIN) + 1)
    noise = np.random.default_rng(seed % 2**64).uniform(-_CONTRAST, _CONTRAST, coarse).astype(np.float32)
    return np.asarray(Image.fromarray(noise).resize((width, height), Image.Resampling.BILINEAR), np.float32)


def _distance(length: int, before: int, after: int) -> Floats:
    """How far each place of a row is outside the ``length`` pixels in its middle."""
    inside = np.zeros(length, np.float32)
    return np.concatenate([np.arange(before, 0, -1), inside, np.arange(1, after + 1)]).astype(np.float32)


def _softened(image: Array, factor: int) -> Floats:
    height, width = image.shape[:2]
    small = Image.fromarray(image).reduce(factor)
    return np.asarray(small.resize((width, height), Image.Resampling.BILINEAR), np.float32)
