"""Beginning a run on Replicate: by the right route, with fields it takes, once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from support.replicate_play import (
    CREATE,
    ERASER,
    FLUX,
    GONE,
    LAMA,
    WRONG_VERSION,
    Play,
    card,
    create_line,
    created,
    invalid,
    look_line,
    schema,
)

from editor.domain.errors import InsufficientCredit, RefusedKey, Unavailable, Unsupported


@pytest.fixture
def bench(desk_bench):
    return desk_bench("replicate", prefix="/v1")


def by(edit, model, **options):
    """The edit on one model alone."""
    return replace(edit, options=replace(edit.options, models={"replicate": model}, **options))


class TestRoutes:
    """Official models run by name, others by their newest version; the platform's word wins over the catalogue's."""

    def test_an_official_model_runs_by_name(self, desk, bench, edit):
        Play(desk, edit)
        bench.run(edit)
        assert desk.paths[:2] == [look_line(ERASER), create_line(ERASER)]

    def test_a_community_model_runs_by_its_looked_up_version_which_is_remembered(self, desk, bench, edit):
        Play(desk, edit)

        async def twice(platform):
            await platform.run(by(edit, "lama"), bench.call)
            return await platform.run(by(edit, "lama"), bench.call)

        assert bench.within(twice).model == "lama"
        assert desk.paths.count(look_line(LAMA)) == 1
        assert [body["version"] for body in created(desk)] == ["abc123", "abc123"]

    def test_what_was_looked_up_is_asked_again_after_a_day(self, desk, bench, edit):
        Play(desk, edit)

        async def twice(platform):
            await platform.run(edit, bench.call)
            await bench.clock.sleep(86_401)
            await platform.run(edit, bench.call)

        bench.within(twice)
        assert desk.paths.count(look_line(ERASER)) == 2

    @pytest.mark.parametrize("official", [True, False])
    def test_the_platforms_word_wins_over_the_catalogue(self, desk, bench, edit, official):
        Play(desk, edit, {look_line(LAMA): card(official=official), look_line(ERASER): card(official=official)})
        bench.run(by(edit, "lama" if official else "bria/eraser"))
        line = create_line(LAMA) if official else CREATE
        assert desk.paths[1] == line

    @pytest.mark.parametrize("failure", [(500, {"detail": "oops"}), (200, []), (502, b"<html>")], ids=str)
    def test_where_the_look_up_fails_the_catalogue_stands_in(self, desk, bench, edit, failure):
        Play(desk, edit, {look_line(LAMA): failure})
        bench.run(by(edit, "lama"))
        model = next(m for m in bench.catalogue.models("replicate", edit.operation) if m.name == "lama")
        assert created(desk)[0]["version"] == model.version

    def test_a_look_up_that_failed_is_not_repeated_for_a_minute(self, desk, bench, edit):
        Play(desk, edit, {look_line(ERASER): (500, {"detail": "oops"})})

        async def thrice(platform):
            for pause in (0, 10, 60):
                await bench.clock.sleep(pause)
                await platform.run(edit, bench.call)

        bench.within(thrice)
        assert desk.paths.count(look_line(ERASER)) == 2

    def test_a_refused_key_at_the_look_up_ends_it(self, desk, bench, edit):
        refusal = {"title": "Unauthenticated", "detail": "You did not pass a valid authentication token", "status": 401}
        Play(desk, edit, {look_line(ERASER): (401, refusal)})
        with pytest.raises(RefusedKey):
            bench.run(edit)
        assert created(desk) == []

    def test_an_older_api_that_does_not_say_is_tried_both_ways(self, desk, bench, edit):
        Play(desk, edit, {look_line(ERASER): card(official=None), create_line(ERASER): GONE})
        assert bench.run(edit).model == "bria/eraser"
        assert [path for path in desk.paths if "POST" in path] == [create_line(ERASER), CREATE]

    def test_a_model_that_refuses_versions_runs_by_its_name(self, desk, bench, edit):
        Play(desk, edit, {CREATE: WRONG_VERSION})
        assert bench.run(by(edit, "lama")).model == "lama"
        assert desk.paths[1:3] == [CREATE, create_line(LAMA)]

    def test_an_outdated_version_is_looked_up_anew(self, desk, bench, edit):
        versions = iter(["old", "new"])

        def look(body):
            return card(official=False, version=next(versions))

        def picky(body):
            return WRONG_VERSION if json.loads(body)["version"] == "old" and len(created(desk)) > 1 else None

        Play(desk, edit, {look_line(LAMA): look, CREATE: picky})

        async def twice(platform):
            await platform.run(by(edit, "lama"), bench.call)
            return await platform.run(by(edit, "lama"), bench.call)

        bench.within(twice)
        assert [body["version"] for body in created(desk)] == ["old", "old", "new"]


class TestHandingOver:
    """A model that is gone, or has changed, leaves the edit to the next."""

    @pytest.mark.parametrize("line", [look_line(ERASER), create_line(ERASER)])
    def test_a_model_that_is_gone(self, desk, bench, edit, line):
        Play(desk, edit, {line: GONE})
        result = bench.run(edit)
        assert result.model == "lama"
        assert "bria/eraser is not there any more" in " ".join(result.notes)
        assert CREATE in desk.paths

    def test_when_every_model_is_gone_the_platform_has_failed(self, desk, bench, edit):
        desk.answer = lambda *request: GONE
        with pytest.raises(Unavailable, match="does not offer this model") as caught:
            bench.run(edit)
        assert caught.value.status == 404
        assert not created(desk)

    def test_a_community_model_without_a_version_is_gone(self, desk, bench, edit):
        nothing = 200, {"is_official": False, "latest_version": None}
        Play(desk, edit, {look_line(LAMA): nothing, create_line(LAMA): GONE})
        with pytest.raises(Unavailable):
            bench.run(by(edit, "lama"))

    def test_a_field_that_matters_is_missing_from_its_schema(self, desk, bench, edit):
        Play(desk, edit, {look_line(ERASER): card(openapi_schema=schema("image", "sync", "preserve_alpha"))})
        assert bench.run(edit).model == "lama"
        assert create_line(ERASER) not in desk.paths, "nothing is sent that cannot be right"

    def test_its_schema_requires_what_nobody_knows(self, desk, bench, edit):
        changed = schema("image", "mask", "purpose", required=["image", "purpose"])
        Play(desk, edit, {look_line(ERASER): card(openapi_schema=changed)})
        assert bench.run(edit).model == "lama"

    def test_a_field_that_matters_is_refused(self, desk, bench, edit):
        Play(desk, edit, {create_line(ERASER): invalid("mask", kind="additional_property_not_allowed")})
        assert bench.run(edit).model == "lama"
        assert len([path for path in desk.paths if path == create_line(ERASER)]) == 1

    def test_a_value_out_of_range_is_no_change_of_the_model(self, desk, bench, edit):
        Play(desk, edit, {create_line(ERASER): invalid("mask", kind="string_lte")})
        result = bench.run(edit)
        assert result.model == "lama"
        assert result.notes[0].startswith("bria/eraser was passed over.")

    def test_the_last_one_refuses_as_unsupported(self, desk, bench, edit):
        Play(desk, edit, {create_line(ERASER): invalid("mask", kind="additional_property_not_allowed")})
        with pytest.raises(Unsupported):
            bench.run(by(edit, "bria/eraser"))


class TestOptionalFields:
    """What may be left out is left out, once, and said."""

    def test_a_field_that_the_schema_lacks_is_not_sent(self, desk, bench, edit):
        known = schema("image", "mask", "prompt", "seed", "output_format", "prompt_upsampling", required=["prompt"])
        Play(desk, edit, {look_line(FLUX): card(openapi_schema=known)})
        result = bench.run(by(edit, "flux-fill-pro"))
        assert "guidance" not in created(desk)[0]["input"]
        assert "guidance left out: Replicate's model does not take it." in result.notes

    def test_a_field_that_is_refused_is_left_out(self, desk, bench, edit):
        def picky(body):
            return invalid("guidance") if "guidance" in json.loads(body)["input"] else None

        Play(desk, edit, {create_line(FLUX): picky})
        result = bench.run(by(edit, "flux-fill-pro"))
        first, second = (body["input"] for body in created(desk))
        assert first.keys() - second.keys() == {"guidance"}
        assert "guidance left out: Replicate's model does not take it." in result.notes

    def test_a_seed_that_is_refused_was_not_used(self, desk, bench, edit):
        def picky(body):
            return invalid("seed") if "seed" in json.loads(body)["input"] else None

        Play(desk, edit, {create_line(FLUX): picky})
        result = bench.run(by(edit, "flux-fill-pro", seed=4))
        assert result.seed is None
        assert "Seed not used: flux-fill-pro takes none." in result.notes

    def test_a_second_refusal_is_a_changed_model(self, desk, bench, edit):
        refusals = iter([invalid("guidance"), invalid("output_format", kind="enum")])
        Play(desk, edit, {create_line(FLUX): lambda body: next(refusals, None)})
        with pytest.raises(Unsupported):
            bench.run(by(edit, "flux-fill-pro"))
        assert len(created(desk)) == 2


def test_out_of_credit_ends_it(desk, bench, edit):
    Play(desk, edit, {create_line(ERASER): (402, {"title": "Insufficient credit", "status": 402})})
    with pytest.raises(InsufficientCredit):
        bench.run(edit)
    assert len(created(desk)) == 1
