"""Work that is still done while a task is being cancelled."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from editor.domain.errors import PlatformError

log = logging.getLogger(__name__)
T = TypeVar("T")


async def in_time(work: Coroutine[Any, Any, T], seconds: float, otherwise: T) -> T:
    """What ``work`` returns, or ``otherwise`` where it fails or takes longer than ``seconds``.

    Runs in a task of its own, since the calling one is being cancelled; a second cancelling ends the wait at once.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        return otherwise
    if not task.done():
        task.cancel()
        return otherwise
    try:
        return task.result()
    except PlatformError as error:
        log.debug("Leaving a platform: %s %s", error.message, error.detail)
        return otherwise
