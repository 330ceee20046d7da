"""What platforms say of their models when asked, over real sockets, against simulated ones that have changed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import MappingProxyType

import pytest

from editor.domain.errors import MissingKey, PlatformError, RefusedKey, Unavailable
from editor.platforms.catalogue import Catalogue
from editor.platforms.model import Model
from editor.platforms.refreshing import asked, endpoints_of, fields_of
from editor.simulator.fal_models import FAL_ENDPOINTS
from editor.simulator.models import Parameter
from editor.simulator.replicate_models import REPLICATE_MODELS
from editor.simulator.scripts import Script

REPLICATE = {model.name: model for model in REPLICATE_MODELS}
FAL = {endpoint.name: endpoint for endpoint in FAL_ENDPOINTS}


def refreshed(bench, key="given"):
    """The platform's answer with the bench's own key, or another."""

    async def ask(platform):
        return await platform.refresh(bench.key if key == "given" else key)

    return bench.within(ask)


def of(found, name):
    return [news for news in found.models if news.name == name]


def with_parameters(model, **changes):
    parameters = {name: one for name, one in {**model.parameters, **changes}.items() if one is not None}
    return replace(model, parameters=MappingProxyType(parameters))


def test_nothing_is_told_of_models_that_are_as_the_catalogue_has_them(bench_of):
    for platform in ("replicate", "fal"):
        found = refreshed(bench_of(platform))
        assert found.notes == ()
        assert len(found.models) == sum(map(len, Catalogue.load().platform(platform).models.values()))
        assert [news for news in found.models if news.notes or news.gone] == []


def test_replicate_tells_what_is_gone_newer_official_or_changed(bench_of, simulated):
    server = simulated.replicate
    server.withdraw("bria/eraser")
    server.change(replace(REPLICATE["allenhooo/lama"], version="f" * 64))
    server.change(replace(REPLICATE["zylim0702/remove-object"], official=True))
    fill = REPLICATE["black-forest-labs/flux-fill-pro"]
    server.change(with_parameters(fill, steps=None, consent=Parameter("boolean", required=True)))
    found = refreshed(bench_of("replicate"))
    assert [news.gone for news in of(found, "bria/eraser")] == ["Replicate does not have it any more."]
    assert of(found, "lama")[0].notes[0].startswith("It has a newer version, ffffffffffff;")
    assert of(found, "remove-object")[0].notes == ("It is an official model now.",)
    told = of(found, "flux-fill-pro")[0].notes
    assert "It asks for fields that the catalogue does not know: consent." in told
    searched = of(found, "grounded_sam + flux-fill-pro")[0]
    assert searched.notes
    assert not searched.gone


def test_fal_tells_what_is_gone_dearer_or_takes_other_fields(bench_of, simulated):
    server = simulated.fal
    server.withdraw("fal-ai/object-removal/mask")
    server.prices["fal-ai/bria/eraser"] = (0.08, "images")
    server.prices["fal-ai/esrgan"] = (0.02, "images")
    server.change(with_parameters(FAL["fal-ai/flux-pro/v1/fill"], seed=None))
    found = refreshed(bench_of("fal"))
    assert [news.gone for news in of(found, "object-removal/mask")] == ["FAL does not have it any more."]
    dearer = of(found, "bria/eraser")[0].notes
    assert dearer == ("Its price is 0.08 USD for each unit of “images”; the catalogue has about $0.04 per image.",)
    assert "about $0.00111 per second" in of(found, "esrgan")[0].notes[0]
    assert of(found, "flux-pro/v1/fill")[0].notes == ("It takes these fields no longer: seed.",)


def test_fal_tells_of_its_fields_without_a_key_and_never_sends_one_there(bench_of, simulated):
    found = refreshed(bench_of("fal"), key=None)
    assert found.models
    assert [note.split(":")[0] for note in found.notes] == ["FAL could not be asked for prices"]
    assert not any(request.authorized for request in simulated.fal.requests)
    refreshed(bench_of("fal"))
    assert {request.path for request in simulated.fal.requests if request.authorized} == {"/v1/models/pricing"}


def test_stability_tells_its_balance(bench_of):
    found = refreshed(bench_of("stability"))
    assert found.notes[0] == "Stability AI: 1000.0 credits left."
    assert found.models == ()


@pytest.mark.parametrize("platform", ["stability", "replicate"])
def test_without_a_key_nothing_is_asked(bench_of, simulated, platform):
    with pytest.raises(MissingKey):
        refreshed(bench_of(platform), key=None)
    assert simulated.server(platform).requests == ()


def test_a_refused_key_is_told_once_and_ends_the_asking(bench_of, simulated):
    found = refreshed(bench_of("replicate"), key="r8_wrong")
    assert found.models == ()
    assert found.notes == ("Replicate could not be asked: Replicate does not accept the key.",)
    assert len(simulated.replicate.requests) <= 2


def test_a_platform_that_is_down_is_a_note(bench_of, simulated):
    simulated.script("fal", Script.BAD_GATEWAY)
    found = refreshed(bench_of("fal"))
    assert found.models == ()
    assert len(found.notes) == 2


@pytest.mark.parametrize("platform", ["replicate", "fal"])
def test_a_page_in_the_platforms_place_makes_no_model_gone(desk, desk_bench, platform):
    desk.answer = lambda *_: (404, b"<html><title>Sign in to this network</title></html>")
    found = refreshed(desk_bench(platform))
    assert found.models == ()
    assert found.notes


# --- the asking itself


def models(count):
    some = next(iter(endpoints_of(Catalogue.load().platform("fal")).values()))
    return {f"e{number}": replace(some, name=f"m{number}", endpoint=f"e{number}") for number in range(count)}


def test_two_are_asked_at_once_and_no_more():
    under_way, most = 0, 0

    async def ask(model: Model) -> str:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return model.name

    answers = asyncio.run(asked(models(9), ask, name="Somebody"))
    assert len(answers.found) == 9
    assert most == 2


def test_what_is_missing_at_the_end_of_the_time_is_told():
    async def ask(model: Model) -> str:
        if model.name in ("m1", "m2"):
            await asyncio.Event().wait()
        return model.name

    answers = asyncio.run(asked(models(5), ask, name="Somebody", seconds=0.05))
    assert answers.found == {"e0": "m0"}
    assert answers.notes == ("Somebody was not asked about 4 models: the time was over.",)


@pytest.mark.parametrize(
    ("error", "calls"),
    [
        (RefusedKey("No."), 2),
        (Unavailable("No.", surely_not_accepted=True), 2),
        (Unavailable("No."), 6),
    ],
)
def test_a_failure_that_strikes_all_ends_the_asking(error: PlatformError, calls: int):
    asked_for = []

    async def ask(model: Model) -> str:
        asked_for.append(model.name)
        await asyncio.sleep(0)
        raise error

    answers = asyncio.run(asked(models(6), ask, name="Somebody"))
    assert len(asked_for) == calls
    expected = "Somebody could not be asked about 6 models: No." if calls == 6 else "Somebody could not be asked: No."
    assert answers.notes == (expected,)


def test_every_field_of_the_catalogue_is_known_to_the_simulated_models():
    for platform, known in (("replicate", REPLICATE), ("fal", FAL)):
        for endpoint, model in endpoints_of(Catalogue.load().platform(platform)).items():
            assert fields_of(model) <= known[endpoint].parameters.keys(), endpoint
