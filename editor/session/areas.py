"""One edit for each separate area of a mask, where the user's choice and the mask ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.kinds import Areas, Operation
from editor.domain.options import EditOptions
from editor.domain.raster import Raster
from editor.imaging.areas import Area, Parts, areas_of, find_parts, mask_of
from editor.operations.base import EditInput
from editor.operations.registry import operation_of
from editor.session.edits import PreparedEdit

ANOTHER_SIZE = "The picture has got another size since that edit was begun. Paint over what is to change once more."


def prepare_each(
    operation: Operation, document: Document, options: EditOptions, *, without: Sequence[str] = ()
) -> tuple[PreparedEdit, ...]:
    """One edit for each area that goes out alone, or the one edit of everything that is masked.

    Each has a mask of its own in memory; of the pixels nothing is copied. Raises InputError as
    :meth:`Session.prepare`.
    """
    whole = PreparedEdit(
        document=document, source=operation_of(operation).begin(document, options), without=tuple(without)
    )
    if not operation.masked or options.areas is Areas.TOGETHER:
        return (whole,)
    mask = document.effective
    parts = find_parts(mask)
    areas = areas_in(parts, document.rect, options)
    if len(areas) < 2:
        return (whole,)
    whole.source.close()
    return tuple(
        with_present_pixels(
            replace(
                whole,
                source=replace(whole.source, mask=Raster(mask_of(parts, area, mask.array)).snapshot(), hole=area.hole),
            )
        )
        for area in areas
    )


def areas_in(parts: Parts, picture: Rect, options: EditOptions) -> list[Area]:
    """What goes out in an edit each. Variations are chosen between for the whole mask, so they keep it together."""
    areas = Areas.TOGETHER if options.variations > 1 else options.areas
    return areas_of(parts, picture, areas=areas, context=options.context)


def prepare_area(
    document: Document, area: EditInput, options: EditOptions, *, without: Sequence[str] = ()
) -> PreparedEdit:
    """The edit of one of several areas once more, with the mask that it had, on the picture as it is now.

    Raises InputError where the picture has got another size.
    """
    if area.mask is None or area.mask.rect != document.rect:
        raise InputError(ANOTHER_SIZE)
    source = replace(area, options=options)
    return with_present_pixels(PreparedEdit(document=document, source=source, without=tuple(without)))


def with_present_pixels(prepared: PreparedEdit) -> PreparedEdit:
    """``prepared``, to begin with the pixels that its picture has now."""
    prepared.source.pixels.close()
    source = replace(prepared.source, pixels=prepared.document.pixels.snapshot(), metadata=prepared.document.metadata)
    return replace(prepared, source=source)
