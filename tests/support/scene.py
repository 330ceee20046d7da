"""A wall with a red box before it, and an edit of it for every operation."""

from __future__ import annotations

import numpy as np

from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions, Expansion
from editor.domain.request import EditRequest, whole_mask

WIDTH, HEIGHT = 210, 140
OPTIONS = {
    Operation.ERASE: {},
    Operation.INPAINT: {"prompt": "a green box", "negative_prompt": "people"},
    Operation.REMOVE_BACKGROUND: {},
    Operation.SEARCH_AND_REPLACE: {"search": "red box", "prompt": "a green box"},
    Operation.SEARCH_AND_RECOLOR: {"search": "red box", "prompt": "green"},
    Operation.REPLACE_BACKGROUND: {"prompt": "a blue wall"},
    Operation.OUTPAINT: {"prompt": "more wall", "expansion": Expansion(left=20, right=12, up=8, down=16)},
    Operation.UPSCALE: {"scale": 2.0},
}


def box(size=(WIDTH, HEIGHT)):
    """The rows and columns of the box."""
    width, height = size
    return slice(height // 3, 2 * height // 3), slice(width // 3, 2 * width // 3)


def scene(operation, *, size=(WIDTH, HEIGHT), **options):
    """The edit; ``options`` on top of what the operation needs."""
    width, height = size
    rows, columns = np.mgrid[0:height, 0:width]
    ripple = ((rows // 5 + columns // 7) % 2) * 8
    image = np.stack([150 + ripple, 150 + ripple, 156 + ripple], axis=2).astype(np.uint8)
    image[box(size)] = (215, 25, 25)
    mask = whole_mask(image)
    if operation.masked:
        down, across = box(size)
        mask = np.zeros((height, width), np.uint8)
        mask[down.start - 3 : down.stop + 3, across.start - 3 : across.stop + 3] = 255
    return EditRequest(
        operation=operation,
        image=image,
        mask=mask,
        region=Rect(0, 0, width, height),
        options=EditOptions(**{**OPTIONS[operation], **options}),
    )


def middle(image, size=None):
    """The mean colour of the core of the box."""
    down, across = box(size or (image.shape[1], image.shape[0]))
    core = image[down.start + 4 : down.stop - 4, across.start + 4 : across.stop - 4]
    return core.reshape(-1, 3).astype(float).mean(axis=0)
