"""The worker thread with its loop: what is started always ends, and says so in the UI thread."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from editor.domain.document import Document
from editor.domain.errors import Cancelled
from editor.domain.kinds import CancelEnding, Operation
from editor.session import Services, Session, paint_mask
from editor.storage.settings import Settings
from editor.ui.job_runner import JobRunner


def never_built() -> Services:
    raise AssertionError("a job that was cancelled at once needs no services")


@pytest.fixture
def session(tmp_path) -> Session:
    return Session(settings=Settings(tmp_path / "settings.json"), build_services=never_built, sample=tmp_path)


@pytest.fixture
def runner(session: Session, qtbot: QtBot) -> Iterator[JobRunner]:
    runner = JobRunner(session)
    yield runner
    runner.shut_down()


def test_an_edit_that_is_cancelled_before_it_began_ends_all_the_same(
    session: Session, runner: JobRunner, qtbot: QtBot
) -> None:
    document = Document(np.full((32, 32, 4), 255, np.uint8), name="small")
    mask = np.zeros((32, 32), np.uint8)
    mask[8:16, 8:16] = 255
    paint_mask(document, mask)
    prepared = session.prepare(Operation.ERASE, document)

    def start_and_cancel() -> None:
        # Both on the loop's own thread, so that nothing comes between them.
        runner.cancel(runner.start_edit(prepared))

    with qtbot.waitSignal(runner.failed, timeout=5000) as failed:
        runner._thread.loop.call_soon_threadsafe(start_and_cancel)
    error = failed.args[1]
    assert isinstance(error, Cancelled)
    assert error.ending is CancelEnding.STOPPED
    assert not runner.busy


def test_a_fault_while_closing_is_logged(session: Session, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Session):
        async def close(self) -> None:
            raise OSError("the pipe is gone")

    broken = Broken(settings=session.settings, build_services=never_built, sample=session.pictures.sample_path)
    runner = JobRunner(broken)
    runner.shut_down()
    assert "Unexpected fault while closing" in caplog.text
    assert "the pipe is gone" in caplog.text


def test_what_is_asked_for_after_the_end_is_dropped(session: Session, qtbot: QtBot) -> None:
    runner = JobRunner(session)
    runner.shut_down()

    async def late() -> None:
        raise AssertionError("nobody runs this any more")

    runner.coroutine(late, lambda _: None, lambda _: None)
