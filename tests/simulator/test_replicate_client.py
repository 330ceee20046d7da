"""The simulator against the client that Replicate itself publishes, its source unchanged."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import replicate
from replicate.exceptions import ModelError, ReplicateError
from replicate.helpers import FileOutput

from editor.simulator.replicate import ReplicateServer
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms

PRO = "black-forest-labs/flux-fill-pro"
DEV = "black-forest-labs/flux-fill-dev"
LAMA = "allenhooo/lama"
LAMA_VERSION = "cdac78a1bec5b23c07fd29692fb70baa513ea403a39e643c48ec5edadb15fe72"


@pytest.fixture
def server(platforms: SimulatedPlatforms) -> ReplicateServer:
    return platforms.replicate


@pytest.fixture
def vendor(server: ReplicateServer) -> Iterator[replicate.Client]:
    client = replicate.Client(api_token=server.key, base_url=server.origin, trust_env=False)
    client.poll_interval = 0.01
    yield client
    client._client.close()


# The client wraps addresses of outputs into files where they are https; here they are not, so that is done by hand.


def inputs(scene: Any, **more: Any) -> dict[str, Any]:
    return {"image": io.BytesIO(scene.image_png), "mask": io.BytesIO(scene.mask_png), **more}


def test_a_run_by_name_to_its_output(vendor: replicate.Client, scene: Any, server: ReplicateServer) -> None:
    output = vendor.run(PRO, inputs(scene, prompt="empty background", output_format="png"))
    scene.assert_erased(FileOutput(output, vendor).read())
    assert server.requests[0].path == "/v1/files", "its files go through the file service"


def test_a_run_that_is_looked_at_until_it_ends(vendor: replicate.Client, scene: Any, server: ReplicateServer) -> None:
    output = vendor.run(PRO, inputs(scene, prompt="empty background", output_format="png"), wait=False)
    scene.assert_erased(FileOutput(output, vendor).read())
    assert server.charges == 1


def test_a_community_model_by_its_version(vendor: replicate.Client, scene: Any) -> None:
    newest = vendor.models.get(LAMA).latest_version
    assert newest is not None
    assert newest.id == LAMA_VERSION
    output = vendor.run(f"{LAMA}:{newest.id}", inputs(scene))
    scene.assert_erased(FileOutput(output, vendor).read())
    assert [version.id for version in vendor.models.get(LAMA).versions.list()] == [LAMA_VERSION]


def test_a_list_of_outputs(vendor: replicate.Client, scene: Any) -> None:
    wanted = {"prompt": "a green box", "num_outputs": 2, "megapixels": "match_input", "output_format": "png"}
    outputs = vendor.run(DEV, inputs(scene, **wanted))
    assert len(outputs) == 2
    assert all(FileOutput(output, vendor).read().startswith(b"\x89PNG") for output in outputs)


def test_create_reload_cancel(vendor: replicate.Client, scene: Any, server: ReplicateServer) -> None:
    server.always(Script.STUCK)
    prediction = vendor.predictions.create(version=LAMA_VERSION, input=inputs(scene))
    assert prediction.status == "starting"
    prediction.reload()
    assert prediction.status == "processing"
    assert prediction.progress is not None
    assert prediction.progress.percentage == 0.5
    prediction.cancel()
    assert prediction.status == "canceled"
    prediction.reload()
    assert prediction.status == "canceled"


def test_the_list_shows_the_newest_first(vendor: replicate.Client, scene: Any) -> None:
    created = [vendor.predictions.create(version=LAMA_VERSION, input=inputs(scene)).id for _ in range(2)]
    page = vendor.predictions.list()
    assert [prediction.id for prediction in page] == created[::-1]
    assert page.next is None


def test_files(vendor: replicate.Client, scene: Any, server: ReplicateServer) -> None:
    file = vendor.files.create(io.BytesIO(scene.image_png), filename="image.png", metadata={"purpose": "test"})
    assert (file.name, file.content_type, file.size) == ("image.png", "image/png", len(scene.image_png))
    assert vendor.files.get(file.id).metadata == {"purpose": "test"}
    assert [one.id for one in vendor.files.list()] == [file.id]
    vendor.files.delete(file.id)
    assert server.files == 0
    with pytest.raises(ReplicateError) as caught:
        vendor.files.get(file.id)
    assert (caught.value.status, caught.value.detail) == (404, "File not found")


def test_the_account(vendor: replicate.Client) -> None:
    account = vendor.accounts.current()
    assert (account.type, account.username) == ("user", "simulated")


def test_refusals_arrive_as_its_error(vendor: replicate.Client, scene: Any, server: ReplicateServer) -> None:
    server.next(Script.OUT_OF_CREDIT)
    with pytest.raises(ReplicateError) as caught:
        vendor.run(PRO, inputs(scene, prompt="empty background"))
    assert (caught.value.status, caught.value.title) == (402, "Insufficient credit")
    with pytest.raises(ReplicateError) as caught:
        vendor.run(PRO, inputs(scene))
    assert (caught.value.status, caught.value.title) == (422, "Input validation failed")
    assert "prompt is required" in (caught.value.detail or "")
    with pytest.raises(ReplicateError) as caught:
        vendor.run(LAMA, inputs(scene))
    assert caught.value.status == 404, "a community model has no route by its name"


def test_a_failed_run_arrives_as_its_error(vendor: replicate.Client, scene: Any, server: ReplicateServer) -> None:
    server.next(Script.REFUSAL)
    with pytest.raises(ModelError, match=r"flagged as sensitive.*\(E005\)") as caught:
        vendor.run(PRO, inputs(scene, prompt="empty background"))
    assert caught.value.prediction.status == "failed"


def test_a_token_nobody_knows(server: ReplicateServer) -> None:
    stranger = replicate.Client(api_token="r8_other", base_url=server.origin, trust_env=False)
    with pytest.raises(ReplicateError) as caught:
        stranger.accounts.current()
    assert (caught.value.status, caught.value.title) == (401, "Unauthenticated")
    stranger._client.close()
