"""What every outside platform's adapter must do, over real sockets against a server that plays its platform.

Subclass :class:`PlatformContract` in a test module and give it a fixture ``bench``, a
:class:`support.platform_bench.PlatformBench`; every test of the contract then runs against that adapter. The server
must play the scripts of ``platform_failures.FAULTS`` and those named in the tests.
"""

from __future__ import annotations

import numpy as np
import pytest
from support.platform_bench import make_request
from support.platform_failures import CancellingContract, FailingContract

from editor.domain.errors import (
    RefusedKey,
    Unavailable,
)
from editor.domain.geometry import Rect
from editor.domain.kinds import CostSource, Operation, Phase
from editor.domain.request import EditRequest
from editor.simulator.scripts import Script


def _redness(image, mask):
    marked = mask == 255
    return float((image[..., 0].astype(int) - image[..., 1])[marked].mean())


class ServingContract:
    """A good platform serves."""

    def test_the_object_is_gone_and_the_rest_is_as_it_was(self, bench, edit):
        result = bench.run(edit)
        assert result.image.shape == edit.image.shape
        assert _redness(edit.image, edit.mask) > 200
        assert _redness(result.image, edit.mask) < 100
        outside = edit.mask == 0
        difference = np.abs(result.image.astype(int) - edit.image)[outside]
        assert difference.mean() < 3
        assert bench.server.runs == 1

    def test_the_result_tells_who_and_how_much(self, bench, edit):
        result = bench.run(edit)
        models = bench.catalogue.models(bench.id, Operation.ERASE)
        assert result.model == models[0].name
        assert result.request_id
        assert result.cost.source is CostSource.ESTIMATED
        assert result.cost.usd == pytest.approx(models[0].price.usd)
        assert not result.image.flags.writeable

    def test_phases_are_told_in_order(self, bench, edit):
        bench.run(edit)
        phases = [progress.phase for progress in bench.progress]
        assert phases[:2] == [Phase.PREPARING, Phase.UPLOADING]
        assert Phase.PROCESSING in phases

    def test_a_seed_is_used_or_told_as_unused(self, bench, edit_of):
        seed = bench.run(edit_of(seed=4242)).seed
        accepts = bench.catalogue.models(bench.id, Operation.ERASE)[0].seed is not None
        assert (seed == 4242) if accepts else (seed is None)

    @pytest.mark.parametrize("size", [(40, 30), (30, 400), (1, 1), (200, 64)], ids=str)
    def test_small_and_narrow_crops_fit_too(self, bench, size):
        width, height = size
        image = np.full((height, width, 3), (20, 120, 60), np.uint8)
        mask = np.zeros((height, width), np.uint8)
        mask[height // 2, width // 2] = 255
        plain = EditRequest(operation=Operation.ERASE, image=image, mask=mask, region=Rect(0, 0, width, height))
        result = bench.run(plain)
        assert result.image.shape == image.shape
        assert np.abs(result.image.astype(int) - image).mean() < 3

    def test_an_answer_of_another_size_is_fitted_back(self, bench, edit):
        bench.server.always(Script.HALF_SIZE)
        result = bench.run(edit)
        assert result.image.shape == edit.image.shape
        assert _redness(result.image, edit.mask) < 100

    def test_a_large_crop_is_made_smaller_before_it_is_sent(self, bench):
        rng = np.random.default_rng(5)
        rough = rng.integers(0, 256, (275, 500, 3), np.uint8)
        image = np.repeat(np.repeat(rough, 8, axis=0), 8, axis=1)
        mask = np.zeros(image.shape[:2], np.uint8)
        mask[1000:1200, 2000:2300] = 255
        large = EditRequest(operation=Operation.ERASE, image=image, mask=mask, region=Rect(0, 0, 4000, 2200))
        bench.limits(call_deadline=30.0)
        assert bench.run(large).image.shape == image.shape


class KeyContract:
    """The key test costs nothing and tells good from bad."""

    def test_a_good_key(self, bench):
        assert bench.check_key().startswith("The key works.")
        assert (bench.server.runs, bench.server.charges) == (0, 0)

    def test_a_wrong_key(self, bench):
        with pytest.raises(RefusedKey) as caught:
            bench.check_key("sk-another:0123456789abcdef0123")
        assert "sk-another" not in caught.value.message + caught.value.detail

    def test_nobody_there(self, bench):
        bench.server.stop()
        with pytest.raises(Unavailable):
            bench.check_key()


class PanelContract:
    """What the Platforms panel, the command line and the log need of the class."""

    def test_it_has_a_name_and_a_key_variable(self, bench):
        async def words(platform):
            return platform.name, platform.error_prefix, platform.key_variables, platform.needs_key

        name, prefix, variables, needs_key = bench.within(words)
        assert name
        assert prefix
        assert bool(variables) or not needs_key

    def test_the_pages_for_keys_and_credits_can_be_opened(self, bench):
        async def pages(platform):
            return platform.key_page, platform.billing_page

        assert all(page.startswith("https://") for page in bench.within(pages))

    def test_a_changed_address_is_told(self, bench):
        async def address(platform):
            return platform.changed_address

        assert bench.within(address) == bench.server.base_url
        bench.environment = {}
        assert bench.within(address) is None

    def test_every_model_of_the_catalogue_is_told(self, bench):
        async def told(platform):
            return {operation: [facts.name for facts in platform.models(operation)] for operation in Operation}

        names = bench.within(told)
        for operation in Operation:
            assert names[operation] == [model.name for model in bench.catalogue.models(bench.id, operation)]


class PlatformContract(ServingContract, FailingContract, CancellingContract, KeyContract, PanelContract):
    """The whole of it; a subclass gives the fixture ``bench``."""

    @pytest.fixture
    def edit(self):
        return make_request()

    @pytest.fixture
    def edit_of(self):
        return make_request
