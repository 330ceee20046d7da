"""The rows of the Platforms panel: what health, keys and catalogue say of every link."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from editor.domain.attempt import Link
from editor.domain.kinds import Operation
from editor.domain.status import KeySource, PlatformStatus, Standing
from editor.fallback.health import Health
from editor.platforms.base import Platform


def platform_status(
    platform: Platform,
    link: Link,
    *,
    health: Health,
    key_source: KeySource,
    in_chain: bool,
    operation: Operation | None = None,
) -> PlatformStatus:
    """How ``platform`` stands now, for ``operation`` or over all of them."""
    tally = health.tally(platform.id)
    condition = health.condition(platform.id, operation)
    standing = condition.standing
    if not in_chain:
        standing = Standing.OFF
    elif platform.needs_key and key_source is KeySource.NONE:
        standing = Standing.NO_KEY
    elif not platform.needs_key and standing in (Standing.UNKNOWN, Standing.SLOW):
        standing = Standing.READY  # this computer is always there, and as fast as the picture lets it be
    return PlatformStatus(
        platform=platform.id,
        name=platform.name,
        label=link.label,
        model=_first_model(platform),
        standing=standing,
        retry_in=condition.retry_in if in_chain else None,
        message=condition.message,
        failures=condition.failures,
        age=condition.age,
        relied_on=health.age,
        served=tally.served,
        failed=tally.failed,
        median_seconds=tally.median_seconds,
        spent_usd=tally.spent_usd,
        key_source=key_source if platform.needs_key else KeySource.NOT_NEEDED,
        key_variables=platform.key_variables,
        key_page=platform.key_page,
        billing_page=platform.billing_page,
        address=platform.changed_address,
    )


def _first_model(platform: Platform) -> str:
    """The model for erasing, or for the first operation that the platform offers, or ""."""
    models = (platform.model(operation) for operation in (Operation.ERASE, *Operation))
    return next((model for model in models if model), "")


def all_statuses(
    table: Iterable[Link],
    chain: Iterable[Link],
    *,
    platforms: Mapping[str, Platform],
    health: Health,
    key_source: Callable[[str], KeySource],
    operation: Operation | None = None,
) -> tuple[PlatformStatus, ...]:
    """A row a link, for ``operation`` or over all: those of ``chain`` in the order of trying, then the others of
    ``table``, which are off."""
    used = tuple(chain)
    return tuple(
        platform_status(
            platforms[link.platform],
            link,
            health=health,
            key_source=key_source(link.platform),
            in_chain=link in used,
            operation=operation,
        )
        for link in (*used, *(link for link in table if link not in used))
    )
