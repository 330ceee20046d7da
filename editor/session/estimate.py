"""What an edit will probably cost and how long it will take, before it is begun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.domain.status import ModelFacts, PlatformStatus, Standing
from editor.platforms.base import Platform

FREE = "free"

_MAY_SERVE = frozenset({Standing.READY, Standing.SERVING, Standing.SLOW, Standing.UNKNOWN})


def estimate(
    operation: Operation,
    options: EditOptions,
    pixels: int,
    *,
    statuses: Iterable[PlatformStatus],
    platforms: Mapping[str, Platform],
) -> str:
    """Price and time on the first platform of ``statuses`` that is ready and has a model for it, "" where none is.

    ``pixels`` is how many are masked, or all where the operation has no mask: ``About $0.05 · 6 s``,
    ``Free · about 3 s``. The time is that of the platform's edits in this session, and left out before the first.
    """
    for status in statuses:
        platform = platforms[status.platform]
        model = _model(platform, operation, options)
        if model is None or status.standing not in _MAY_SERVE:
            continue
        price = model.price.removesuffix(" per image")
        if options.variations > 1 and price != FREE:
            price = f"{options.variations} × {price}"
        seconds = platform.expected_seconds(pixels) if status.median_seconds is None else status.median_seconds
        words = price[:1].upper() + price[1:]
        return words if seconds is None else f"{words} · {'about ' if price == FREE else ''}{_duration(seconds)}"
    return ""


def _model(platform: Platform, operation: Operation, options: EditOptions) -> ModelFacts | None:
    if not platform.needs_key and options.prompt.strip():
        return None  # this computer's engine has no model that reads
    fitting = (model for model in platform.models(operation) if not model.modes or options.mode in model.modes)
    return next((model for model in fitting if not model.gone), None)


def _duration(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 100 else f"{round(seconds / 60)} min"
