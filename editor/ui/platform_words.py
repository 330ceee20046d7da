"""A platform's state in words and money, as the panel and its details say it. Knows no widget."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from editor.domain.kinds import UpscaleMode
from editor.domain.status import KeySource, PlatformStatus, Standing

if TYPE_CHECKING:
    from editor.session import ListedModel

NOT_OFFERED = "not for this edit"
"""Stands in a model's place."""

TOKENS = {
    Standing.READY: "ok",
    Standing.SLOW: "warn",
    Standing.UNKNOWN: "muted",
    Standing.SERVING: "ok",
    Standing.LIMITED: "warn",
    Standing.OUT_OF_CREDIT: "warn",
    Standing.NO_KEY: "faint",
    Standing.KEY_REFUSED: "bad",
    Standing.FAILING: "bad",
    Standing.OFF: "faint",
}
"""The token that colours each state's dot."""

DOTS = {
    Standing.READY: "disc",
    Standing.SLOW: "disc",
    Standing.UNKNOWN: "ring",
    Standing.SERVING: "disc",
    Standing.LIMITED: "half",
    Standing.OUT_OF_CREDIT: "half",
    Standing.NO_KEY: "ring",
    Standing.KEY_REFUSED: "cross",
    Standing.FAILING: "cross",
    Standing.OFF: "ring",
}
"""The shape of each state's dot, so that colour never speaks alone."""


def is_local(status: PlatformStatus) -> bool:
    """Whether the platform is this computer."""
    return status.key_source is KeySource.NOT_NEEDED


def token(status: PlatformStatus) -> str:
    """The token that colours the dot of ``status``."""
    ready = standing(status) in (Standing.READY, Standing.SERVING)
    return "local" if ready and is_local(status) else TOKENS[status.standing]


def standing(status: PlatformStatus) -> Standing:
    """The state to show: this computer is never put aside after a failure, so that it is ready then, too."""
    return Standing.READY if is_local(status) and status.standing is Standing.FAILING else status.standing


def first_models(models: Iterable[ListedModel], mode: UpscaleMode) -> dict[str, str]:
    """The model that each platform would begin with, by platform id; of an enlargement, the first one for ``mode``."""
    first: dict[str, str] = {}
    for model in models:
        if not model.facts.gone and (not model.facts.modes or mode in model.facts.modes):
            first.setdefault(model.facts.platform, model.facts.name)
    return first


def countdown(seconds: float) -> str:
    """``4:12``."""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def state_words(status: PlatformStatus) -> str:
    """``Out of credits``."""
    return replace(status, standing=standing(status)).words


def age_words(status: PlatformStatus, *, waited: float = 0.0) -> str:
    """``Last answer 40 s ago. It counts for 5 min.``; "" for this computer and before the first answer."""
    if status.age is None or is_local(status):
        return ""
    ago = status.age + waited
    when = f"{ago:.0f} s" if ago < 100 else f"{ago / 60:.0f} min"
    return f"Last answer {when} ago. It counts for {status.relied_on / 60:g} min."


def detail_words(status: PlatformStatus, *, waited: float = 0.0) -> str:
    """``retry in 4:12`` or ``98 % ok · 6.1 s`` or nothing. ``waited`` is the age of ``status`` in seconds."""
    if status.retry_in is not None and status.retry_in - waited > 0 and not is_local(status):
        return f"retry in {countdown(status.retry_in - waited)}"
    tried = status.served + status.failed
    if not tried:
        return "add a key" if status.standing is Standing.NO_KEY else "always" if is_local(status) else ""
    share = f"{status.served / tried * 100:.0f} % ok"
    return share if status.median_seconds is None else f"{share} · {status.median_seconds:.1f} s"


def money_words(status: PlatformStatus) -> str:
    """What was spent on the platform in this session: ``free``, ``$0.31``, ``unknown`` or a dash."""
    if is_local(status):
        return "free"
    if status.spent_usd is None:
        return "unknown"
    return f"${status.spent_usd:.2f}" if status.spent_usd else "–"


def key_words(status: PlatformStatus) -> str:
    """Where the key of a platform comes from, as a sentence."""
    variables = " or ".join(status.key_variables)
    match status.key_source:
        case KeySource.NOT_NEEDED:
            return "Needs no key."
        case KeySource.ENVIRONMENT:
            return f"The key comes from the environment ({variables})."
        case KeySource.KEYRING:
            return "The key is kept in this computer’s keyring."
        case KeySource.SESSION:
            return "The key is kept for this session only."
        case _:
            return f"No key yet. Add one here, or set {variables}." if variables else "No key yet."


def spoken(status: PlatformStatus) -> str:
    """The whole row as one sentence, for a screen reader."""
    parts = (f"{status.name}, {status.model}", state_words(status), detail_words(status), money_words(status))
    return ", ".join(part for part in parts if part and part != "–")
