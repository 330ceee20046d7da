"""What FAL says is wrong with an order, and what becomes of it; the roads that stay open when one is closed."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from support.fal_play import FIRST, SECOND, Play, objection
from support.platform_bench import make_request
from support.scene import scene

from editor.domain.errors import BadResult, ContentRefused, InsufficientCredit, Unavailable, Unsupported
from editor.domain.kinds import Operation
from editor.imaging.codec import decode_picture, encode_png
from editor.platforms.addresses import Address, Addresses
from editor.platforms.encoding import from_data_address
from editor.platforms.fal import FalPlatform
from editor.simulator.scripts import Script

FILL = "/fal-ai/flux-pro/v1/fill"


@pytest.fixture
def play(desk, edit):
    return Play(desk, edit)


@pytest.fixture
def bench(desk_bench):
    return desk_bench("fal")


def bodies(desk):
    return [json.loads(body) for method, path, _, body in desk.requests if path.startswith("/fal-ai/") and body]


class TestFieldsThatAreRefused:
    def test_a_seed_is_left_out_and_told(self, play, desk, bench):
        request = scene(Operation.INPAINT, seed=5)
        play.result = [objection("seed"), (200, {"images": [{"url": f"{desk.base}/out.png"}]})]
        play.edit = request
        result = bench.run(request)
        assert result.model == "flux-pro/v1/fill"
        assert result.seed is None
        assert "Seed not used: flux-pro/v1/fill refused it." in result.notes
        first, second = bodies(desk)
        assert set(first) - set(second) == {"seed"}

    def test_several_at_once_are_left_out_at_once(self, play, desk, bench, edit):
        play.result = [objection("model", "mask_expansion", kind="less_than_equal"), play.result]
        assert len(bench.run(edit).notes) == 2
        assert len(bodies(desk)) == 2

    def test_a_refused_submit_is_mended_like_a_refused_run(self, play, desk, bench, edit):
        good = (200, {"request_id": "q1", **play.links})
        play.submit[FIRST] = [objection("mask_expansion"), good]
        assert bench.run(edit).model == "object-removal/mask"

    def test_a_refused_run_that_worked_is_paid_for_too(self, play, desk, bench, edit):
        status, document, headers = objection("model")
        billed = (status, document, {**headers, "x-fal-billable-units": "1"})
        play.result = [billed, play.result]
        price = bench.catalogue.models("fal", Operation.ERASE)[0].price.usd
        assert bench.run(edit).cost.usd == pytest.approx(3 * price)

    def test_only_once(self, play, bench, edit):
        play.result = [objection("model"), objection("mask_expansion"), play.result]
        assert bench.run(edit).model == "bria/eraser"
        assert play.submits == [FIRST, FIRST, SECOND]

    @pytest.mark.parametrize("kind", ["missing", "enum", "extra_forbidden", "value_error", "one_of", "greater_than"])
    def test_one_that_the_result_needs_means_that_the_model_has_changed(self, play, desk, bench, kind):
        request = scene(Operation.OUTPAINT)
        play.edit = request
        play.result = objection("expand_left", kind=kind)
        with pytest.raises(Unsupported):
            bench.run(request)
        endpoints = [path.removeprefix("/fal-ai/") for path in play.submits]
        assert endpoints[0] == "flux-2-pro/outpaint"
        assert "bria/expand" in endpoints, "its stand-in was asked"

    @pytest.mark.parametrize("field, kind", [("prompt", "string_too_long"), ("image_url", "image_load_error")])
    def test_the_users_own_words_and_pictures_are_no_such_fields(self, play, bench, field, kind):
        play.result = objection(field, kind=kind)
        with pytest.raises(Unsupported) as caught:
            bench.run(scene(Operation.INPAINT, prompt="a hat of blue straw"))
        assert play.submits == [FILL]
        assert "blue straw" not in caught.value.message + caught.value.detail

    def test_a_refusal_of_content_is_no_fault_of_a_field(self, play, bench):
        play.result = objection("seed", kind="content_policy_violation")
        with pytest.raises(ContentRefused):
            bench.run(scene(Operation.INPAINT, seed=5))
        assert play.submits == [FILL]


class TestSizes:
    def test_too_large_a_picture_is_sent_at_the_side_that_is_allowed(self, play, desk, bench):
        edit = make_request(900, 600)
        play.edit = edit
        play.result = [objection("image_url", kind="image_too_large", max_width=512, max_height=512), play.result]
        bench.run(edit)
        first, second = (decode_picture(from_data_address(body["image_url"])) for body in bodies(desk))
        assert first.shape[1] == 900
        assert max(second.shape) <= 512

    def test_too_small_a_picture_is_padded_to_the_side_that_is_asked_for(self, play, desk, bench, edit):
        play.result = [objection("image_url", kind="image_too_small", min_width=256, min_height=300), play.result]
        play.edit = make_request(300, 300)
        result = bench.run(edit)
        assert result.image.shape == edit.image.shape
        _, second = bodies(desk)
        for field in ("image_url", "mask_url"):
            assert decode_picture(from_data_address(second[field])).shape[:2] == (300, 300)

    def test_what_stays_too_small_is_not_sent_a_third_time(self, play, bench, edit):
        play.result = objection("image_url", kind="image_too_small", min_width=256, min_height=300)
        with pytest.raises(Unsupported):
            bench.run(edit)
        assert play.submits == [FIRST, FIRST]

    @pytest.mark.parametrize("answer", [(413, {}), objection("image_url", kind="file_too_large", max_size=1)])
    def test_too_large_a_request_is_uploaded_instead(self, play, desk, bench, edit, answer):
        good = (200, {"request_id": "q1", **play.links})
        play.submit[FIRST] = [answer, good]
        plain = play.answer

        def answer_storage(method, path, headers, body):
            if path.startswith("/storage/upload/initiate"):
                return 200, {"upload_url": f"{desk.base}/put/{len(desk.requests)}", "file_url": f"{desk.base}/file"}
            return (200, {}) if path.startswith("/put/") else plain(method, path, headers, body)

        desk.answer = answer_storage
        bench.run(edit)
        assert [path.partition("?")[0] for path in desk.paths if "/put/" in path or "storage" in path] == [
            line for number in (2, 4) for line in ("POST /storage/upload/initiate", f"PUT /put/{number}")
        ]
        assert bodies(desk)[-1]["image_url"] == f"{desk.base}/file"
        headers = next(headers for _, path, headers, _ in desk.requests if path.startswith("/put/"))
        assert "authorization" not in headers

    def test_a_storage_that_is_locked_is_out_of_credit(self, play, desk, bench, edit):
        bench.limits(inline_bytes=100)
        desk.answer = lambda *request: (403, {"detail": "User is locked. Reason: TOP_UP."})
        with pytest.raises(InsufficientCredit):
            bench.run(edit)
        assert play.submits == []

    def test_where_the_storage_fails_a_small_picture_goes_along(self, play, desk, bench, edit):
        bench.limits(inline_bytes=100)
        assert bench.run(edit).request_id == "q1"
        assert bodies(desk)[-1]["image_url"].startswith("data:image/png;base64,")

    @pytest.mark.parametrize("place", ["http://elsewhere.example/put", "", None])
    def test_a_picture_is_put_nowhere_that_is_not_safe(self, play, desk, bench, edit, place):
        bench.limits(inline_bytes=100)
        plain = play.answer
        given = 200, {"upload_url": place, "file_url": f"{desk.base}/file"}
        desk.answer = lambda *request: given if "initiate" in request[1] else plain(*request)
        assert bench.run(edit).request_id == "q1"
        assert not any(line.startswith("PUT") for line in desk.paths)
        assert bodies(desk)[-1]["image_url"].startswith("data:image/png;base64,")


class TestPassingRefusals:
    @pytest.mark.parametrize("status", [408, 409])
    def test_what_the_vendors_clients_repeat_is_repeated_once(self, play, bench, edit, status):
        good = (200, {"request_id": "q1", **play.links})
        play.submit[FIRST] = [(status, {"detail": "again"}), good]
        assert bench.run(edit).request_id == "q1"
        assert play.submits == [FIRST, FIRST]

    def test_but_not_twice(self, play, bench, edit):
        play.submit[FIRST] = 409, {"detail": "again"}
        with pytest.raises(Unavailable):
            bench.run(edit)
        assert play.submits == [FIRST, FIRST]

    def test_a_fault_of_the_entrance_is_repeated_once(self, play, bench, edit):
        good = (200, {"request_id": "q1", **play.links})
        play.submit[FIRST] = [(502, b"<html><center>nginx</center></html>"), good]
        assert bench.run(edit).request_id == "q1"

    def test_a_fault_of_the_platform_itself_is_not(self, play, bench, edit):
        play.submit[FIRST] = 502, {"detail": "nginx"}, {"x-fal-request-id": "q1"}
        with pytest.raises(Unavailable):
            bench.run(edit)
        assert play.submits == [FIRST]

    def test_our_own_start_deadline_is_not_tried_again(self, play, desk, bench, edit):
        late = {"detail": "Request timed out", "error_type": "request_timeout"}
        play.result = 504, late, {"x-fal-request-timeout-type": "user"}
        with pytest.raises(Unavailable):
            bench.run(edit)
        assert play.submits == [FIRST]
        assert desk.paths.count("GET /told/result") == 1


class TestResults:
    def test_a_result_that_is_gone_was_paid_for_and_is_not_ordered_again(self, play, bench, edit):
        play.result = 404, {"detail": "Request not found"}
        with pytest.raises(Unavailable, match="does not keep the result") as caught:
            bench.run(edit)
        assert caught.value.may_be_charged
        assert play.submits == [FIRST]

    def test_a_result_that_the_key_may_not_see_was_paid_for(self, play, bench, edit):
        play.result = 403, {"detail": "User is locked. Reason: TOP_UP."}
        with pytest.raises(InsufficientCredit) as caught:
            bench.run(edit)
        assert caught.value.may_be_charged
        assert play.submits == [FIRST]

    def test_a_result_is_asked_for_again_where_requests_are_limited(self, play, desk, bench, edit):
        limited = (429, {"detail": "Too many", "type": "concurrent_requests_limit"})
        play.result = [limited, play.result]
        assert bench.run(edit).request_id == "q1"
        assert play.submits == [FIRST]

    def test_the_pictures_that_the_filter_left_are_kept(self, play, desk, bench):
        request = scene(Operation.INPAINT, variations=2)
        play.edit = request
        urls = [{"url": f"{desk.base}/out.png"}, {"url": f"{desk.base}/black.png"}]
        play.result = 200, {"images": urls, "has_nsfw_concepts": [False, True]}
        result = bench.run(request)
        assert "GET /black.png" not in desk.paths
        assert "FAL's content filter kept back 1 of 2 pictures." in result.notes

    def test_masks_are_looked_for_before_the_picture_that_was_sent(self, play, desk, bench):
        request = scene(Operation.SEARCH_AND_REPLACE)
        play.edit = request
        play.result = 200, {"image": {"url": f"{desk.base}/out.png"}, "masks": []}
        with pytest.raises(BadResult, match="Nothing that fits the search words"):
            bench.run(request)
        assert "GET /out.png" not in desk.paths

    def test_nothing_is_stored_but_for_the_files(self, play, desk, bench, edit):
        bench.run(edit)
        headers = desk.requests[0][2]
        assert headers["x-fal-store-io"] == "0"

    def test_a_removal_from_the_queue_is_told_by_its_word(self, play, desk, bench, edit):
        play.statuses = [(202, {"status": "IN_PROGRESS"})]
        plain = play.answer
        desk.answer = lambda *request: (200, {"status": "OK"}) if request[1] == "/told/cancel" else plain(*request)
        with pytest.raises(Unavailable, match="The run was stopped"):
            bench.run(edit)


def test_the_backup_serves_where_the_queue_cannot_be_reached(simulated, bench_of, edit):
    bench = bench_of("fal")
    home, dead = bench.server.base_url, "http://127.0.0.1:9"
    addresses = replace(
        Addresses.from_environment(bench.environment), fal_queue=Address(dead, changed=True, backup=home)
    )
    bench.kind = lambda parts: FalPlatform(parts, addresses=addresses)
    assert bench.run(edit).request_id
    assert bench.server.runs == 1


def test_an_answer_of_the_queue_is_no_reason_for_the_backup(play, desk, bench, edit):
    backup = Address(desk.base, changed=True, backup="http://127.0.0.1:9")
    addresses = replace(Addresses.from_environment(bench.environment), fal_queue=backup)
    bench.kind = lambda parts: FalPlatform(parts, addresses=addresses)
    play.submit[FIRST] = 503, {"detail": "busy", "error_type": "runner_scheduling_failure"}
    with pytest.raises(Unavailable) as caught:
        bench.run(edit)
    assert caught.value.status == 503


def test_without_a_backup_the_queue_stays_out_of_reach(bench_of, edit):
    bench = bench_of("fal")
    bench.environment["IMAGE_EDITOR_FAL_QUEUE_URL"] = "http://127.0.0.1:9"
    with pytest.raises(Unavailable, match="could not be reached"):
        bench.run(edit)
    assert bench.server.runs == 0


def test_a_search_that_is_gone_speaks_for_itself_alone(bench_of):
    bench = bench_of("fal")
    bench.server.next(Script.GONE)

    async def after(platform):
        result = await platform.run(scene(Operation.SEARCH_AND_REPLACE), bench.call)
        operations = (Operation.SEARCH_AND_REPLACE, Operation.INPAINT, Operation.OUTPAINT)
        return result.model, [fact.name for operation in operations for fact in platform.models(operation) if fact.gone]

    assert bench.within(after) == ("evf-sam + flux-pro/v1/fill", ["sam-3/image + flux-pro/v1/fill"])


def test_two_edits_at_once_do_not_mix(bench_of):
    bench = bench_of("fal")
    first, second = make_request(120, 90), make_request(90, 120)

    async def both(platform):
        return await asyncio.gather(*(platform.run(request, bench.call) for request in (first, second)))

    results = bench.within(both)
    assert [result.image.shape for result in results] == [first.image.shape, second.image.shape]
    assert encode_png(results[0].image) != encode_png(results[1].image)
