"""Downloads of models over real sockets."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from support.faulty_disk import FaultyDisk
from support.file_server import FileServer
from support.model_parts import CONTENT, tiny_model

from editor.domain.clock import SystemClock
from editor.domain.errors import BadResult, InputError, Unavailable
from editor.storage.model_downloads import addresses_of, download_model
from editor.storage.model_files import ModelFolder, WrongFile
from editor.transport.http import Transport

HALF = len(CONTENT) // 2


@pytest.fixture
def folder(tmp_path: Path) -> ModelFolder:
    return ModelFolder(tmp_path / "models")


def fetched(server: FileServer, folder: ModelFolder, **options: object) -> list[float]:
    """Run one download from ``server`` and return the shares that were told."""
    shares: list[float] = []

    async def run() -> None:
        transport = Transport(clock=SystemClock(), version="1")
        async with server:
            model = tiny_model(urls=tuple(f"{server.address}{path}" for path in server.paths))
            try:
                await download_model(model, folder, transport, progress=shares.append, **options)
            finally:
                await transport.aclose()

    asyncio.run(run())
    return shares


def test_a_model_comes_whole(folder: ModelFolder) -> None:
    server = FileServer(CONTENT)
    shares = fetched(server, folder)
    assert folder.is_whole(tiny_model())
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert [path.name for path in folder.path.iterdir()] == ["tiny.onnx"]
    assert server.ranges == [""]


def test_a_connection_that_breaks_is_taken_up_where_it_broke(folder: ModelFolder) -> None:
    server = FileServer(CONTENT, cuts=[HALF, 1000])
    fetched(server, folder)
    assert folder.is_whole(tiny_model())
    first, second, third = server.ranges
    assert first == ""
    assert re.fullmatch(r"bytes=\d+-", second)
    assert int(second[6:-1]) < int(third[6:-1]) <= HALF + 1000


def test_what_came_is_kept_for_the_next_time(folder: ModelFolder) -> None:
    with pytest.raises(Unavailable, match="broke the connection"):
        fetched(FileServer(CONTENT, cuts=[HALF, 0]), folder)
    kept = folder.begun(tiny_model())
    assert 0 < kept <= HALF
    server = FileServer(CONTENT)
    shares = fetched(server, folder)
    assert server.ranges == [f"bytes={kept}-"]
    assert shares[0] > kept / len(CONTENT)
    assert folder.is_whole(tiny_model())


def test_a_server_without_ranges_begins_anew(folder: ModelFolder) -> None:
    server = FileServer(CONTENT, cuts=[HALF], ranges=False)
    fetched(server, folder)
    assert folder.is_whole(tiny_model())
    assert len(server.ranges) == 2


def test_a_range_that_the_server_refuses_begins_anew(folder: ModelFolder) -> None:
    with folder.open_part(tiny_model()) as part:
        part.append(b"of another time")
    server = FileServer(CONTENT, refuse_ranges=True)
    fetched(server, folder)
    assert server.ranges == ["bytes=15-", ""]
    assert folder.is_whole(tiny_model())


def test_a_part_from_elsewhere_is_not_taken(folder: ModelFolder) -> None:
    with folder.open_part(tiny_model()) as part:
        part.append(CONTENT[:100])
    with pytest.raises(Unavailable, match="another part of the file"):
        fetched(FileServer(CONTENT, shift=7), folder)
    assert folder.begun(tiny_model()) == 0


def test_a_wrong_hash_leaves_nothing(folder: ModelFolder) -> None:
    with pytest.raises(WrongFile, match="its hash is another"):
        fetched(FileServer(CONTENT[::-1]), folder)
    assert list(folder.path.iterdir()) == []


@pytest.mark.parametrize("announced", [True, False])
def test_a_file_of_another_size_is_refused(folder: ModelFolder, announced: bool) -> None:
    with pytest.raises(WrongFile, match=r"its size differs|larger than the model"):
        fetched(FileServer(CONTENT + b"!", announced=announced), folder)
    assert not folder.holds(tiny_model())
    assert folder.begun(tiny_model()) == 0


def test_a_shorter_file_of_unannounced_size_is_not_taken_for_whole(folder: ModelFolder) -> None:
    with pytest.raises(Unavailable, match="did not come whole"):
        fetched(FileServer(CONTENT[:-1], announced=False), folder)
    assert not folder.holds(tiny_model())


def test_the_next_address_serves_where_the_first_does_not(folder: ModelFolder) -> None:
    server = FileServer(CONTENT, paths=("/gone", "/model"), missing=("/gone",))
    fetched(server, folder)
    assert folder.is_whole(tiny_model())


def test_nobody_serves_it(folder: ModelFolder) -> None:
    with pytest.raises(Unavailable, match="does not serve it now"):
        fetched(FileServer(CONTENT, missing=("/model",)), folder)


def test_a_redirect_is_followed_with_the_range(folder: ModelFolder) -> None:
    with folder.open_part(tiny_model()) as part:
        part.append(CONTENT[:100])
    server = FileServer(CONTENT, redirect="/elsewhere")
    fetched(server, folder)
    assert server.ranges == ["bytes=100-", "bytes=100-"]
    assert folder.is_whole(tiny_model())


def test_a_redirect_to_an_address_that_is_not_secure_is_refused(folder: ModelFolder) -> None:
    with pytest.raises(BadResult, match="not secure"):
        fetched(FileServer(CONTENT, redirect="http://models.example.org/model"), folder)


def test_redirects_without_end_are_given_up(folder: ModelFolder) -> None:
    with pytest.raises(Unavailable, match="without end"):
        fetched(FileServer(CONTENT, redirect="/model"), folder)


def test_without_a_network_it_says_so(folder: ModelFolder) -> None:
    server = FileServer(CONTENT)

    async def run() -> None:
        async with server:
            address = server.address
        transport = Transport(clock=SystemClock(), version="1")
        with pytest.raises(Unavailable, match=r"could not be reached\. Check the internet connection"):
            await download_model(tiny_model(urls=(f"{address}/model",)), folder, transport)
        await transport.aclose()

    asyncio.run(run())


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    # create, and two writes that succeed
    folder = ModelFolder(tmp_path, disk=FaultyDisk(4, for_good=True))
    with pytest.raises(InputError, match="the disk is full"):
        fetched(FileServer(CONTENT), folder)
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_the_disk_cannot_hold_is_not_begun(folder: ModelFolder) -> None:
    model = tiny_model(bytes=10**18, urls=("https://models.example.org/model",))
    with pytest.raises(InputError, match=r"needs 1000000000050 MB of free space, and [\d.]+ MB are free"):
        asyncio.run(download_model(model, folder, Transport(clock=SystemClock(), version="1")))
    assert not folder.path.exists()


def test_cancelling_keeps_what_came(folder: ModelFolder) -> None:
    server = FileServer(CONTENT, stall_after=HALF)

    async def run() -> None:
        transport = Transport(clock=SystemClock(), version="1")
        came = asyncio.Event()
        async with server:
            model = tiny_model(urls=(f"{server.address}/model",))
            task = asyncio.create_task(download_model(model, folder, transport, progress=lambda share: came.set()))
            await came.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await transport.aclose()

    asyncio.run(run())
    assert 0 < folder.begun(tiny_model()) <= HALF


def test_the_mirror_takes_the_place_of_every_address() -> None:
    model = tiny_model(urls=("https://models.example.org/a",))
    assert addresses_of(model, " ") == model.urls
    assert addresses_of(model, "https://mirror.example.org/m/") == ("https://mirror.example.org/m/tiny.onnx",)
    for unsafe in ("http://mirror.example.org", "ftp://x", "mirror"):
        with pytest.raises(InputError, match="must begin with https"):
            addresses_of(model, unsafe)
