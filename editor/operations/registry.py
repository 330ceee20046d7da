"""All operations, in the order of menus and help."""

from __future__ import annotations

from editor.domain.kinds import Operation
from editor.operations.base import EditOperation
from editor.operations.erase import Erase
from editor.operations.inpaint import Inpaint
from editor.operations.outpaint import Outpaint
from editor.operations.remove_background import RemoveBackground
from editor.operations.replace_background import ReplaceBackground
from editor.operations.search_and_recolor import SearchAndRecolor
from editor.operations.search_and_replace import SearchAndReplace
from editor.operations.upscale import Upscale

OPERATIONS: tuple[type[EditOperation], ...] = (
    Erase,
    Inpaint,
    RemoveBackground,
    SearchAndReplace,
    SearchAndRecolor,
    ReplaceBackground,
    Outpaint,
    Upscale,
)


def operation_of(operation: Operation) -> EditOperation:
    """What carries out ``operation``."""
    return next(one for one in OPERATIONS if one.operation is operation)()
