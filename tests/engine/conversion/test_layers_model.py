"""A converted TensorFlow.js model against its layers, computed here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from editor.engine.conversion.layers_model import onnx_of_layers_model
from editor.engine.conversion.ncnn import UnknownNetwork
from editor.engine.weights import Models

SCALE = 2


def layer(kind: str, name: str, *sources: str, **config: Any) -> dict[str, Any]:
    inbound = [[[source, 0, 0, {}] for source in sources]] if sources else []
    return {"class_name": kind, "name": name, "config": {"name": name, **config}, "inbound_nodes": inbound}


def convolution(name: str, source: str, side: int) -> dict[str, Any]:
    return layer(
        "Conv2D",
        name,
        source,
        strides=[1, 1],
        dilation_rate=[1, 1],
        kernel_size=[side, side],
        padding="same",
        data_format="channels_last",
        groups=1,
        activation="linear",
        use_bias=True,
    )


LAYERS = [
    layer("InputLayer", "lr", batch_input_shape=[None, None, None, 3]),
    convolution("c1", "lr", 3),
    layer("Activation", "r1", "c1", activation="relu"),
    layer("Concatenate", "k1", "c1", "r1", axis=3),
    convolution("c3", "sum", 1),  # before what it takes: the order of computing is for the converter to find
    convolution("c2", "k1", 3),
    layer("MultiplyBeta", "m1", "c2", beta=0.2),
    layer("Add", "sum", "c1", "m1"),
    layer("PixelShuffle2x", "shuffled", "c3", scale=SCALE),
    convolution("sr", "shuffled", 3),
]
SHAPES = {"c1": (3, 3, 3, 4), "c2": (3, 3, 8, 4), "c3": (1, 1, 4, 12), "sr": (3, 3, 3, 3)}


def model_and_weights(layers: list[dict[str, Any]] = LAYERS) -> tuple[str, bytes, dict[str, np.ndarray]]:
    rng = np.random.default_rng(3)
    by_name: dict[str, np.ndarray] = {}
    for name, shape in SHAPES.items():
        # Of half precision from the beginning, so that storing them so costs nothing here.
        by_name[f"{name}/kernel"] = rng.normal(0, 0.2, shape).astype(np.float16).astype(np.float32)
        by_name[f"{name}/bias"] = rng.normal(0, 0.2, shape[-1]).astype(np.float32)
    entries = [{"name": name, "shape": list(one.shape), "dtype": "float32"} for name, one in by_name.items()]
    config = {"layers": layers, "input_layers": [["lr", 0, 0]], "output_layers": [["sr", 0, 0]]}
    model = {
        "modelTopology": {"model_config": {"config": config}},
        "weightsManifest": [{"paths": ["shard"], "weights": entries}],
    }
    return json.dumps(model), b"".join(one.astype("<f4").tobytes() for one in by_name.values()), by_name


def convolved(picture: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """(h, w, in) by (k, k, in, out), the borders filled with 0."""
    side = kernel.shape[0]
    padded = np.pad(picture, ((side // 2, side // 2), (side // 2, side // 2), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side), axis=(0, 1))
    return np.einsum("yxcij,ijco->yxo", windows, kernel) + bias


def evaluated(picture: np.ndarray, weights: dict[str, np.ndarray]) -> np.ndarray:
    def conv(name: str, given: np.ndarray) -> np.ndarray:
        return convolved(given, weights[f"{name}/kernel"], weights[f"{name}/bias"])

    first = conv("c1", picture)
    summed = first + 0.2 * conv("c2", np.concatenate([first, np.maximum(first, 0)], axis=2))
    many = conv("c3", summed)
    height, width = many.shape[:2]
    blocks = many.reshape(height, width, SCALE, SCALE, 3).transpose(0, 2, 1, 3, 4)
    return conv("sr", blocks.reshape(height * SCALE, width * SCALE, 3))


def test_the_converted_model_gives_what_its_layers_give(tmp_path: Path) -> None:
    model, content, weights = model_and_weights()
    (tmp_path / "sr.onnx").write_bytes(onnx_of_layers_model("sr", model, content, {}))
    network = Models([tmp_path], contracts={}).network("sr")
    picture = np.random.default_rng(4).random((7, 10, 3), dtype=np.float32)
    (found,) = network.run({"input": np.ascontiguousarray(picture.transpose(2, 0, 1))[None]})
    expected = evaluated(picture, weights)
    assert np.ptp(expected) > 0.5
    assert np.abs(found[0].transpose(1, 2, 0) - expected).max() < 1e-5


def changed(name: str, **config: Any) -> list[dict[str, Any]]:
    return [{**one, "config": {**one["config"], **config}} if one["name"] == name else one for one in LAYERS]


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (changed("c1", padding="valid"), "the convolution c1"),
        (changed("r1", activation="tanh"), "the activation tanh"),
        (changed("k1", axis=1), "the concatenation k1"),
        ([{**one, "class_name": "LSTM"} if one["name"] == "m1" else one for one in LAYERS], "of the kind 'LSTM'"),
        ([one for one in LAYERS if one["name"] != "m1"], "wait for one another"),
    ],
)
def test_what_is_not_known_is_refused(layers: list[dict[str, Any]], words: str) -> None:
    model, content, _ = model_and_weights(layers)
    with pytest.raises(UnknownNetwork, match=words):
        onnx_of_layers_model("sr", model, content, {})


@pytest.mark.parametrize(("cut", "words"), [(-4, "end too early"), (None, "4 bytes of weights are left over")])
def test_weights_of_another_length_are_refused(cut: int | None, words: str) -> None:
    model, content, _ = model_and_weights()
    with pytest.raises(UnknownNetwork, match=words):
        onnx_of_layers_model("sr", model, content[:cut] if cut else content + bytes(4), {})
