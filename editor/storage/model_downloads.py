"""Fetches a model's file over the network: continued where it broke off, checked, and whole or not there at all."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

from editor.domain.blocking import run_blocking
from editor.domain.errors import InputError, PlatformError, Unavailable
from editor.engine.model_catalogue import KnownModel
from editor.engine.weights import SUFFIX
from editor.storage.model_files import ModelFolder, PartFile, WrongFile, megabytes
from editor.transport.http import Transport
from editor.transport.message import is_safe
from editor.transport.streaming import Streamed

PATIENCE = 30.0
"""Seconds without a byte after which a server is given up."""
MOST_BREAKS = 5
"""How often a connection that broke is taken up again without the user's doing."""
SPARE_BYTES = 50_000_000
"""What is left free on the disk."""

OK, PARTIAL, RANGE_REFUSED = 200, 206, 416


async def download_model(
    model: KnownModel,
    folder: ModelFolder,
    transport: Transport,
    *,
    mirror: str = "",
    progress: Callable[[float], None] = lambda share: None,
) -> None:
    """Bring ``model`` into ``folder``, from ``mirror`` where one is given, else from the first address that serves it.

    ``progress`` is told the share that has come, 0–1. What came before a failure or a cancellation is kept, and a later
    call goes on from there. Raises Unavailable, BadResult for an unsafe address, WrongFile for another file, InputError
    where the disk or the mirror's address will not do.
    """
    addresses = addresses_of(model, mirror)
    _require_space(model, folder)
    for place, address in enumerate(addresses):
        try:
            await _from_address(address, model, folder, transport, progress)
        except (PlatformError, WrongFile):
            if place == len(addresses) - 1:
                raise
        else:
            return


def addresses_of(model: KnownModel, mirror: str) -> tuple[str, ...]:
    """Where ``model`` is to be had. Raises InputError for a mirror that may not be used."""
    if not mirror.strip():
        return model.urls
    address = f"{mirror.strip().rstrip('/')}/{quote(model.name)}{SUFFIX}"
    if not is_safe(address):
        raise InputError("The mirror’s address must begin with https://. Correct it, or leave it empty.")
    return (address,)


async def _from_address(
    address: str, model: KnownModel, folder: ModelFolder, transport: Transport, progress: Callable[[float], None]
) -> None:
    """Fetch from one address; a connection that breaks is taken up again as long as something came through it."""
    breaks = 0
    with folder.open_part(model) as part:
        while part.size < model.bytes:
            before = part.size
            try:
                await _continued(address, part, model, transport, progress)
            except Unavailable as error:
                breaks += 1
                if part.size <= before or breaks > MOST_BREAKS or error.status is not None:
                    raise
        await run_blocking(part.finish)


async def _continued(
    address: str, part: PartFile, model: KnownModel, transport: Transport, progress: Callable[[float], None]
) -> None:
    """One exchange: as much of the rest as comes."""
    peer = urlsplit(address).hostname or address
    async with transport.stream(address, peer=peer, patience=PATIENCE, begin=part.size) as stream:
        if stream.status == RANGE_REFUSED and part.size:
            part.restart()
            return
        if stream.status not in (OK, PARTIAL):
            raise Unavailable(
                f"{model.title} could not be fetched: {peer} does not serve it now.", status=stream.status
            )
        _begin_where_it_begins(stream, part)
        _require_length(stream, part, model)
        async for chunk in stream.chunks():
            part.append(chunk)
            progress(part.size / model.bytes)
    if part.size < model.bytes:
        raise Unavailable(f"{model.title} did not come whole from {peer}. What came is kept; try again to go on.")


def _begin_where_it_begins(stream: Streamed, part: PartFile) -> None:
    """Let go of what is there where the server begins anew, or elsewhere than it was asked to."""
    begin = re.match(r"bytes (\d+)-", stream.headers.get("content-range", ""))
    if stream.status == PARTIAL and begin is not None and int(begin[1]) == part.size:
        return
    part.restart()
    if stream.status == PARTIAL:
        raise Unavailable("The server sent another part of the file than it was asked for. Try again.", status=PARTIAL)


def _require_length(stream: Streamed, part: PartFile, model: KnownModel) -> None:
    """Find another file before it is fetched."""
    length = stream.headers.get("content-length", "")
    if length.isdecimal() and part.size + int(length) != model.bytes:
        part.restart()
        raise WrongFile(f"What is served for {model.title} is another file: its size differs. Nothing was kept of it.")


def _require_space(model: KnownModel, folder: ModelFolder) -> None:
    existing = next(path for path in (folder.path, *folder.path.parents) if path.exists())
    needed, free = model.bytes - folder.begun(model), _free(existing)
    if free < needed + SPARE_BYTES:
        raise InputError(
            f"{model.title} needs {megabytes(needed + SPARE_BYTES)} of free space, and {megabytes(free)} are free. "
            "Free some and try again."
        )


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free
