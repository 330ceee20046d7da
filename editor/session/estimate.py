"""What an edit will probably cost and how long it will take, and what it costs at worst, before it is begun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from editor.domain.attempt import Cost, total_cost
from editor.domain.geometry import Rect
from editor.domain.kinds import CostSource, Operation
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest, whole_mask
from editor.domain.status import PlatformStatus, Standing
from editor.fallback.budget import Worst, worst_case
from editor.fallback.ordering import Decision
from editor.imaging.crop import ANY_ROOM, Room, context_region
from editor.imaging.picture import Picture
from editor.platforms.base import Platform
from editor.session.areas import areas_in

_MAY_SERVE = frozenset({Standing.READY, Standing.SERVING, Standing.SLOW, Standing.UNKNOWN})
_ASKS_NOBODY = frozenset({Standing.NO_KEY, Standing.OFF})


def sketches(
    operation: Operation, options: EditOptions, picture: Picture, *, room: Room = ANY_ROOM
) -> list[EditRequest]:
    """A sketch of each edit that is to be: of one, or of one an area of the mask."""
    areas = areas_in(picture.parts, picture.document.rect, options) if operation.masked else []
    holes = [area.hole for area in areas] or [picture.hole]
    return [sketch(operation, options, picture, room=room, hole=hole) for hole in holes]


def sketch(
    operation: Operation,
    options: EditOptions,
    picture: Picture,
    *,
    room: Room = ANY_ROOM,
    hole: Rect | None = None,
) -> EditRequest:
    """A request of the size that would be sent, without the pixels: enough to know its price. Takes no memory.

    ``hole`` is what is masked, where that is not the whole mask.
    """
    document = picture.document
    region = document.rect
    if operation.masked:
        region = context_region(hole or picture.hole, document.rect, context=options.context, room=room)
    region = region or Rect(0, 0, 1, 1)
    image = np.broadcast_to(np.uint8(0), (region.height, region.width, 3))
    return EditRequest(operation=operation, image=image, mask=whole_mask(image), region=region, options=options)


def estimate(
    requests: Sequence[EditRequest],
    pixels: int,
    *,
    statuses: Sequence[PlatformStatus],
    platforms: Mapping[str, Platform],
    at_once: int = 1,
    cap: float | None = None,
) -> str:
    """Price and time on the first platform of ``statuses`` that is ready and has a model for it, "" where none is.

    ``About $0.05 · 6 s · at worst about $0.14``, ``Free · about 3 s``; with several ``requests``, of which ``at_once``
    run side by side, that of all of them below a line of its own, ``3 areas: 3 edits``. ``pixels`` is how many are
    masked, or all where the operation has no mask; ``cap`` what the user lets an edit cost. The time is that which the
    platform foresees, else that of its edits in this session; left out before the first. The worst is left out where it
    is the likely price.
    """
    request, count = requests[0], len(requests)
    able = [status for status in statuses if all(_can_do(platforms[status.platform], one) for one in requests)]
    first = next((status for status in able if status.standing in _MAY_SERVE), None)
    if first is None:
        return ""
    platform = platforms[first.platform]
    likely = total_cost(*(platform.quotes(one)[0] for one in requests))
    rounds = -(-count // at_once)
    seconds = platform.expected_seconds(request, pixels)
    if seconds is None and first.median_seconds is not None:
        seconds = first.median_seconds * rounds
    words = []
    # Credits and money together would leave no room for the rest; the receipt tells both.
    if likely.usd is None:
        words.append(f"{_price_words(platform, request.operation)}{' each' if count > 1 else ''}")
    else:
        words.append(replace(likely, credits=None).words)
    if seconds is not None:
        words.append(f"{'about ' if likely.source is CostSource.FREE else ''}{_duration(seconds)}")
    asked = [status.platform for status in able if status.standing not in _ASKS_NOBODY]
    worsts = [worst_case((platforms[name].quotes(one) for name in asked), cap=cap) for one in requests]
    worst = Worst(usd=sum(one.usd for one in worsts), is_open=any(one.is_open for one in worsts))
    if likely.usd is not None and worst.exceeds(likely.usd):
        words.append(f"at worst {worst_words(worst)}")
    line = " · ".join(words)
    line = line[:1].upper() + line[1:]
    return f"{count} areas: {count} edits\n{line}" if count > 1 else line


def worst_words(worst: Worst) -> str:
    """``about $0.14``, ``about $0.14 or more``."""
    return f"{Cost(worst.usd, None, CostSource.ESTIMATED).words}{' or more' if worst.is_open else ''}"


def with_worst(decision: Decision, platforms: Mapping[str, Platform], *, cap: float | None) -> Decision:
    """``decision`` with what an edit costs at worst, one result of a megapixel at most, over the links that nothing
    speaks against."""
    asked = [link.platform for link in decision.links if not link.obstacle]
    worst = worst_case((_prices(platforms[name], decision.operation) for name in asked), cap=cap)
    return replace(decision, worst_usd=worst.usd, worst_is_open=worst.is_open)


def _price_words(platform: Platform, operation: Operation) -> str:
    """What the catalogue says of a price that cannot be foreseen: ``about $0.00111 per second``, ``price unknown``."""
    return next((model.price for model in platform.models(operation) if not model.gone), "price unknown")


def _prices(platform: Platform, operation: Operation) -> Iterable[Cost]:
    facts = platform.models(operation)
    there = [model.cost for model in facts if not model.gone]
    return there or [platform.expected_cost(operation)]


def _can_do(platform: Platform, request: EditRequest) -> bool:
    # This computer's engine has no model that reads.
    return bool(platform.quotes(request)) and (platform.needs_key or not request.options.prompt.strip())


def _duration(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 100 else f"{round(seconds / 60)} min"
