"""What is shown as about to leave is what leaves: the same bytes, the same values, and nothing else."""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import replace

import cv2
import numpy as np
import pytest
from support.scene import scene

from editor.domain.errors import Unsupported
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions, Expansion

CLOUD = ("stability", "replicate", "fal")
OPERATIONS = (Operation.ERASE, Operation.INPAINT, Operation.REPLACE_BACKGROUND, Operation.UPSCALE, Operation.OUTPAINT)
PNG = b"\x89PNG\r\n\x1a\n"


def of(operation):
    request = scene(operation)
    if operation is Operation.OUTPAINT:
        return replace(request, options=replace(request.options, expansion=Expansion(left=40, right=24)))
    return request


def chunks(png: bytes) -> list[bytes]:
    """The names of a PNG file's chunks."""
    names, place = [], len(PNG)
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        names.append(png[place + 4 : place + 8])
        place += 12 + length
    return names


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("platform", CLOUD)
def test_the_shown_bytes_are_the_sent_ones(bench_of, platform, operation):
    bench, request = bench_of(platform), of(operation)
    bench.server.keep_bodies = True
    shown = bench.within(lambda adapter: preview(adapter, request))
    bench.run(request)
    received = b"\n".join(body.data for body in bench.server.bodies)
    assert shown.pictures
    for picture in shown.pictures:
        assert picture.data in received or base64.b64encode(picture.data) in received
    for name, value in shown.values.items():
        assert name.encode() in received
        assert words_of(value) in received, f"{name} = {value}"


async def preview(adapter, request):
    return adapter.preview(request)


def words_of(value) -> bytes:
    """A value as a form or a JSON body spells it."""
    if isinstance(value, str):
        return json.dumps(value)[1:-1].encode()
    return json.dumps(value, separators=(",", ":")).encode().removesuffix(b".0")


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("platform", CLOUD)
def test_no_picture_carries_anything_but_its_pixels(bench_of, platform, operation):
    shown = bench_of(platform).within(lambda adapter: preview(adapter, of(operation)))
    for picture in shown.pictures:
        if picture.data.startswith(PNG):
            assert set(chunks(picture.data)) <= {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
        else:
            assert b"Exif" not in picture.data and b"ICC_PROFILE" not in picture.data


@pytest.mark.parametrize("platform", CLOUD)
def test_it_says_where_it_would_go_and_to_which_model(bench_of, platform):
    bench = bench_of(platform)
    shown = bench.within(lambda adapter: preview(adapter, of(Operation.ERASE)))
    assert shown.host.startswith("127.0.0.1:")
    assert shown.model == bench.catalogue.models(platform, Operation.ERASE)[0].name


def test_further_orders_are_told(bench_of):
    searched = bench_of("fal").within(lambda adapter: preview(adapter, of(Operation.SEARCH_AND_REPLACE)))
    assert any("then" in note.lower() for note in searched.notes)
    several = replace(of(Operation.ERASE), options=EditOptions(variations=3))
    repeated = bench_of("stability").within(lambda adapter: preview(adapter, several))
    assert "3 times" in repeated.notes[0]


def test_what_cannot_be_served_has_no_preview(bench_of):
    request = scene(Operation.ERASE)
    unmarked = replace(request, mask=request.mask * 0)
    with pytest.raises(Unsupported, match="Nothing is marked"):
        bench_of("fal").within(lambda adapter: preview(adapter, unmarked))


@pytest.mark.parametrize("platform", CLOUD)
def test_it_says_which_colour_of_the_mask_is_changed(bench_of, platform):
    request = of(Operation.ERASE)
    shown = bench_of(platform).within(lambda adapter: preview(adapter, request))
    (mask,) = [picture for picture in shown.pictures if picture.meaning]
    grey = cv2.imdecode(np.frombuffer(mask.data, np.uint8), cv2.IMREAD_GRAYSCALE)
    white = (grey > 127).mean()
    assert (white < 0.5) == (mask.meaning == "white is changed"), "the hole is the smaller part"


HOSTS = {"stability": "api.stability.ai", "replicate": "api.replicate.com", "fal": "queue.fal.run"}


@pytest.mark.parametrize("platform", CLOUD)
def test_the_host_is_the_one_that_takes_orders(bench_of, platform):
    bench = bench_of(platform)
    bench.environment = {}
    assert bench.within(lambda adapter: preview(adapter, of(Operation.ERASE))).host == HOSTS[platform]


def test_it_says_that_large_pictures_go_into_the_file_storage(bench_of):
    small = of(Operation.ERASE)
    noise = np.random.default_rng(1).integers(0, 255, (800, 800, 3), np.uint8)
    mask = np.zeros((800, 800), np.uint8)
    mask[300:500, 300:500] = 255
    large = replace(small, image=noise, mask=mask, region=Rect(0, 0, 800, 800))
    bench = bench_of("replicate")
    for request, stored in ((small, False), (large, True)):
        shown = bench.within(lambda adapter, request=request: preview(adapter, request))
        assert any("file storage" in note for note in shown.notes) == stored
