from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.networks import input_for, write_network

from editor.engine.model_catalogue import Contract, known_contracts, known_models
from editor.engine.networks import NetworkBroken, NetworkInput, Runtime
from editor.engine.weights import Models, packaged_folder


def models_in(folder: Path, name: str, contract: Contract, **more: object) -> Models:
    return Models([folder], contracts={name: contract}, **more)


@pytest.fixture(params=list(known_contracts()))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def test_a_network_of_every_known_contract_is_described_and_run(tmp_path: Path, name: str) -> None:
    contract = replace(known_contracts()[name], size=None)
    write_network(tmp_path / f"{name}.onnx", contract)
    network = models_in(tmp_path, name, contract).network(name)
    assert network is not None
    assert [tensor.shape for tensor in network.inputs] == [tensor.shape for tensor in contract.inputs]
    assert [tensor.dtype for tensor in network.outputs] == [tensor.dtype for tensor in contract.outputs]
    given = network.run({tensor.name: input_for(tensor) for tensor in network.inputs})
    for array, tensor in zip(given, contract.outputs, strict=True):
        assert array.dtype == tensor.dtype
        assert array.shape == tuple(8 if side is None else side for side in tensor.shape)


def test_a_file_of_another_contract_is_refused_in_a_clear_sentence(tmp_path: Path, name: str) -> None:
    contract = replace(known_contracts()[name], size=None)
    first, *others = contract.inputs
    wider = replace(first, shape=(*first.shape, 7))
    write_network(tmp_path / f"{name}.onnx", replace(contract, inputs=(wider, *others)))
    with pytest.raises(NetworkBroken, match=rf"{name}\.onnx holds another model than its name says: it takes .* × 7"):
        models_in(tmp_path, name, contract).network(name)


def test_another_type_number_or_name_of_tensors_is_another_contract(tmp_path: Path) -> None:
    image, mask = NetworkInput("image", (1, 3, None, None), "float32"), NetworkInput("mask", (1, 1), "uint8")
    filled = NetworkInput("filled", (1, 3, None, None), "float32")
    wanted = Contract(None, (image, mask), (filled,))
    for inputs, outputs in (
        ((image,), (filled,)),
        ((image, mask, replace(mask, name="more")), (filled,)),
        ((image, replace(mask, name="hole")), (filled,)),
        ((image, replace(mask, dtype="float32")), (filled,)),
        ((image, mask), (replace(filled, shape=(1, 4, None, None)),)),
    ):
        write_network(tmp_path / "fill.onnx", Contract(None, inputs, outputs))
        with pytest.raises(NetworkBroken, match="another model"):
            models_in(tmp_path, "fill", wanted).network("fill")
    write_network(tmp_path / "fill.onnx", Contract(None, (mask, image), (filled, replace(mask, name="more"))))
    assert models_in(tmp_path, "fill", wanted).network("fill") is not None


def test_a_file_of_another_size_is_damaged(tmp_path: Path) -> None:
    contract = known_contracts()["u2netp"]
    write_network(tmp_path / "u2netp.onnx", contract)
    with pytest.raises(NetworkBroken, match=r"damaged: it has [\d,]+ bytes instead of 4,574,861"):
        Models([tmp_path]).network("u2netp")


def test_a_file_that_is_no_network_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "odd.onnx").write_bytes(b"\x00\xff no network")
    with pytest.raises(NetworkBroken, match=r"odd\.onnx cannot be used: it is damaged\. Delete it"):
        Models([tmp_path]).network("odd")


def test_what_is_not_there_is_none_and_the_first_folder_counts(tmp_path: Path) -> None:
    assert Models.none().network("u2netp") is None
    assert not Models.none().has("u2netp")
    for folder, side in (("first", 3), ("second", 5)):
        (tmp_path / folder).mkdir()
        tensor = NetworkInput("t", (side,), "float32")
        write_network(tmp_path / folder / "net.onnx", Contract(None, (tensor,), (replace(tensor, name="o"),)))
    models = Models([tmp_path / "none", tmp_path / "first", tmp_path / "second"])
    assert models.has("net")
    assert models.network("net").inputs[0].shape == (3,)
    assert models.network("net") is models.network("net")
    assert models.path_of("net") == tmp_path / "first" / "net.onnx"


def test_what_does_not_fit_is_refused_before_it_runs(tmp_path: Path) -> None:
    tensor = NetworkInput("t", (1, None), "float32")
    write_network(tmp_path / "net.onnx", Contract(None, (tensor,), (replace(tensor, name="o"),)))
    network = Models([tmp_path]).network("net")
    for wrong in ({}, {"u": np.ones((1, 2), np.float32)}, {"t": np.ones((2, 2), np.float32)}, {"t": np.ones((1, 2))}):
        with pytest.raises(ValueError, match="takes"):
            network.run(wrong)


def test_where_the_runtime_does_not_load_every_network_is_absent_and_it_says_why(tmp_path: Path) -> None:
    tensor = NetworkInput("t", (1,), "float32")
    write_network(tmp_path / "net.onnx", Contract(None, (tensor,), (replace(tensor, name="o"),)))
    asked = []

    def load() -> None:
        asked.append(1)
        raise ImportError("the processor is too old")

    models = Models([tmp_path], runtime=Runtime(load))
    assert models.trouble is None
    assert not models.has("net")
    assert models.network("net") is None
    assert models.trouble == "onnxruntime does not load on this computer: the processor is too old"
    assert models.path_of("net") is not None
    assert len(asked) == 1


def test_running_out_of_memory_is_not_a_damaged_file(tmp_path: Path) -> None:
    class Full:
        def SessionOptions(self):  # noqa: N802
            return self

        def RunOptions(self):  # noqa: N802
            return self

        def add_session_config_entry(self, *_: str) -> None: ...

        def add_run_config_entry(self, *_: str) -> None: ...

        def InferenceSession(self, *_: object, **__: object) -> None:  # noqa: N802
            raise RuntimeError("Failed to allocate memory for requested buffer of size 99")

    (tmp_path / "net.onnx").write_bytes(b"x")
    with pytest.raises(MemoryError):
        Models([tmp_path], runtime=Runtime(Full)).network("net")


def test_the_catalogue_is_whole() -> None:
    for model in known_models().values():
        assert len(model.sha256) == 64
        assert model.bytes > 1_000_000
        assert bool(model.package) != bool(model.urls), model.name
        assert all(url.startswith("https://") for url in model.urls)
        assert model.part_of in {"", *known_models()}
        assert model.licence in {"MIT", "Apache-2.0", "BSD-3-Clause"}
    assert {model.name for model in known_models().values() if model.small} == {"u2netp", "realesr-animevideov3-x4"}


@pytest.mark.parametrize("model", [one for one in known_models().values() if one.package], ids=lambda one: one.name)
def test_the_fetched_models_are_what_the_catalogue_says(model) -> None:
    folder = packaged_folder()
    models = Models([] if folder is None else [folder])
    if models.path_of(model.name) is None:
        pytest.skip(f"{model.name} is not there: python3 packaging/dev.py weights{'' if model.small else ' --all'}")
    network = models.network(model.name)
    given = network.run({tensor.name: _quarter(tensor) for tensor in network.inputs})
    assert np.isfinite(given[0]).all()


def _quarter(tensor: NetworkInput) -> np.ndarray:
    return input_for(tensor) * np.float32(0.25)
