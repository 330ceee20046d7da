"""An order to Replicate whose answer was lost is looked for in the platform's list before anything is sent again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from support.replicate_play import ERASER, Play, create_line, created, listing

from editor.domain.errors import MaybeRunning, Unavailable
from editor.simulator.scripts import Script

LIST = "GET /v1/predictions"
LOST = 502, {"detail": "bad gateway"}


@pytest.fixture
def bench(desk_bench):
    return desk_bench("replicate", prefix="/v1")


def test_the_run_is_adopted(bench_of, edit):
    bench = bench_of("replicate")
    bench.server.next(Script.LOST_ANSWER)
    result = bench.run(edit)
    assert result.image.shape == edit.image.shape
    assert (bench.server.runs, bench.server.charges) == (1, 1), "nothing was started twice"


def test_where_it_cannot_be_looked_up_it_may_be_running(desk, bench, edit):
    Play(desk, edit, {create_line(ERASER): LOST, LIST: (500, {"detail": "no"})})
    with pytest.raises(MaybeRunning):
        bench.run(edit)
    assert len(created(desk)) == 1


@pytest.mark.parametrize("status, waited", [(502, 4.0), (500, 1.0)])
def test_without_a_run_it_is_sent_once_more(desk, bench, edit, status, waited):
    faults = iter([(status, {"detail": "oops"})])
    Play(desk, edit, {create_line(ERASER): lambda body: next(faults, None), LIST: listing()})
    bench.run(edit)
    assert len(created(desk)) == 2
    before = bench.clock.slept[:-1]
    assert sum(before) == pytest.approx(waited), "the first look comes at once"


def test_a_fault_that_stays_is_the_platforms(desk, bench, edit):
    Play(desk, edit, {create_line(ERASER): (500, {"detail": "oops"}), LIST: listing()})
    with pytest.raises(Unavailable) as caught:
        bench.run(edit)
    assert caught.value.status == 500
    assert len(created(desk)) == 2


@pytest.mark.parametrize("answer", [{}, {"id": ""}, [], b"<html>"], ids=str)
def test_an_answer_that_names_no_run_is_a_lost_one(desk, bench, edit, answer):
    def listed(body):
        run = {"id": "run1", "model": ERASER, "created_at": datetime.now(UTC).isoformat()}
        return listing({**run, "input": created(desk)[0]["input"]})

    Play(desk, edit, {create_line(ERASER): (201, answer), LIST: listed})
    assert bench.run(edit).request_id == "run1"
    assert len(created(desk)) == 1


def test_the_run_of_another_edit_is_not_adopted(desk, bench, edit):
    def second_is_lost(body):
        return LOST if len(created(desk)) == 2 else None

    def listed(body):
        run = {"id": "run1", "model": ERASER, "created_at": datetime.now(UTC).isoformat()}
        return listing({**run, "input": created(desk)[0]["input"]})

    Play(desk, edit, {create_line(ERASER): second_is_lost, LIST: listed})

    async def two_edits(platform):
        for _ in range(2):
            await platform.run(edit, bench.call)

    bench.within(two_edits)
    assert len(created(desk)) == 3, "the first edit's run is not the answer to the second one's order"


def test_a_long_list_is_read_to_the_page_that_has_it(desk, bench, edit):
    pages = []

    def listed(body):
        pages.append(body)
        if len(pages) == 1:
            return 200, {"next": f"{desk.base}/v1/predictions?cursor=2", "results": []}
        run = {"id": "run1", "model": ERASER, "created_at": datetime.now(UTC).isoformat()}
        return listing({**run, "input": created(desk)[0]["input"]})

    Play(desk, edit, {create_line(ERASER): LOST, LIST: listed})
    assert bench.run(edit).request_id == "run1"
    assert len(created(desk)) == 1


def test_a_page_on_another_host_is_not_read(desk, bench, edit):
    elsewhere = desk.base.replace("127.0.0.1", "localhost")
    faults = iter([LOST])
    pages = 200, {"next": f"{elsewhere}/v1/predictions?cursor=2", "results": []}
    Play(desk, edit, {create_line(ERASER): lambda body: next(faults, None), LIST: pages})
    bench.run(edit)
    assert not [path for path in desk.paths if "cursor" in path]


def test_two_lost_orders_at_once_find_each_its_own(bench_of, edit):
    bench = bench_of("replicate")
    bench.server.next(Script.LOST_ANSWER, Script.LOST_ANSWER)
    darker = replace(edit, image=edit.image // 2)

    async def both(platform):
        return await asyncio.gather(*(platform.run(one, bench.call) for one in (edit, darker)))

    bright, dark = bench.within(both)
    assert bright.image.mean() > dark.image.mean() * 1.5
    assert (bench.server.runs, bench.server.charges) == (2, 2)


def test_orders_go_one_at_a_time(desk, bench, edit):
    Play(desk, edit, {create_line(ERASER): LOST, LIST: listing()})

    async def both(platform):
        return await asyncio.gather(*(platform.run(edit, bench.call) for _ in range(2)), return_exceptions=True)

    assert all(isinstance(error, Unavailable) for error in bench.within(both))
    runs = [method for method, path, _, _ in desk.requests if "predictions" in path]
    assert runs == ["POST", "GET", "GET", "GET"] * 4, "nothing is sent while another answer is sought"
