"""Reads a TensorFlow.js layers model (``model.json`` and its shards of weights) and writes it as ONNX.

Layers: the Keras functional model that ``modelTopology`` holds. Tensors there are (batch, height, width, channels);
the ONNX network takes and gives (batch, channels, height, width). Only what the ESRGAN networks use is known here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.engine.conversion.ncnn import INPUT, OUTPUT, SIDES, UnknownNetwork
from editor.engine.conversion.onnx_graph import Attribute, OnnxGraph

CHANNELS_LAST = 3
Weights = Mapping[str, NDArray[np.float32]]


class _Conversion:
    """The state of one conversion: the graph that grows and the weights by name."""

    def __init__(self, name: str, weights: Weights, ends: Mapping[str, str]) -> None:
        self.graph = OnnxGraph(name)
        self.weights = weights
        self._ends = ends

    def tensor(self, layer: str) -> str:
        """The ONNX name of what a layer gives."""
        return self._ends.get(layer, layer)


def onnx_of_layers_model(name: str, model: str, weights: bytes, facts: Mapping[str, str]) -> bytes:
    """The ONNX file of a network that takes ``input`` and gives ``output``, (batch, 3, height, width) float32 0–1.

    ``weights`` are all shards, in the order of the manifest. Kernels are stored in half precision. Raises
    UnknownNetwork.
    """
    content = json.loads(model)
    config = content["modelTopology"]["model_config"]["config"]
    ends = {config["input_layers"][0][0]: INPUT, config["output_layers"][0][0]: OUTPUT}
    conversion = _Conversion(name, weights_of(content["weightsManifest"], weights), ends)
    conversion.graph.add_input(INPUT, SIDES)
    for layer in _in_order(config["layers"]):
        convert = _LAYERS.get(layer["class_name"])
        if convert is None:
            raise UnknownNetwork(f"a layer of the kind {layer['class_name']!r}")
        convert(conversion, layer["config"], [conversion.tensor(name) for name in _sources(layer)])
    conversion.graph.add_output(OUTPUT, SIDES)
    return conversion.graph.to_bytes(facts)


def weights_of(manifest: list[dict[str, Any]], content: bytes) -> Weights:
    """All weights by name. Raises UnknownNetwork where they are of another type or count."""
    found, position = {}, 0
    for entry in (weight for group in manifest for weight in group["weights"]):
        if entry["dtype"] != "float32" or "quantization" in entry:
            raise UnknownNetwork(f"weights of the type {entry['dtype']}")
        size = 4 * math.prod(entry["shape"])
        if position + size > len(content):
            raise UnknownNetwork("the weights end too early")
        found[entry["name"]] = np.frombuffer(content, "<f4", size // 4, position).reshape(entry["shape"])
        position += size
    if position != len(content):
        raise UnknownNetwork(f"{len(content) - position} bytes of weights are left over")
    return MappingProxyType(found)


def _sources(layer: Mapping[str, Any]) -> list[str]:
    """The layers whose tensors a layer takes."""
    return [source[0] for node in layer["inbound_nodes"] for source in node]


def _in_order(layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """``layers`` so that each stands behind those that it takes tensors from, as ONNX wants them."""
    ordered: list[dict[str, Any]] = []
    done: set[str] = set()
    waiting = list(layers)
    while waiting:
        ready = [layer for layer in waiting if done.issuperset(_sources(layer))]
        if not ready:
            raise UnknownNetwork("layers that wait for one another")
        ordered += ready
        done.update(layer["name"] for layer in ready)
        waiting = [layer for layer in waiting if layer["name"] not in done]
    return ordered


def _input(_: _Conversion, config: Mapping[str, Any], __: list[str]) -> None:
    if config["batch_input_shape"] != [None, None, None, 3]:
        raise UnknownNetwork(f"an input of the shape {config['batch_input_shape']}")


def _convolution(conversion: _Conversion, config: Mapping[str, Any], inputs: list[str]) -> None:
    name, graph = config["name"], conversion.graph
    side = config["kernel_size"][0]
    expected = {
        "strides": [1, 1],
        "dilation_rate": [1, 1],
        "kernel_size": [side, side],
        "padding": "same",
        "data_format": "channels_last",
        "groups": 1,
        "activation": "linear",
        "use_bias": True,
    }
    if any(config[key] != value for key, value in expected.items()) or side % 2 == 0:
        raise UnknownNetwork(f"the convolution {name}")
    kernel = np.ascontiguousarray(conversion.weights[f"{name}/kernel"].transpose(3, 2, 0, 1))
    weight = graph.add_half_weight(f"{name}.weight", kernel)
    bias = graph.add_weight(f"{name}.bias", conversion.weights[f"{name}/bias"])
    attributes: dict[str, Attribute] = {"kernel_shape": (side, side), "pads": (side // 2,) * 4}
    graph.add_node("Conv", [*inputs, weight, bias], conversion.tensor(name), attributes)


def _activation(conversion: _Conversion, config: Mapping[str, Any], inputs: list[str]) -> None:
    if config["activation"] != "relu":
        raise UnknownNetwork(f"the activation {config['activation']}")
    conversion.graph.add_node("Relu", inputs, conversion.tensor(config["name"]))


def _concatenate(conversion: _Conversion, config: Mapping[str, Any], inputs: list[str]) -> None:
    if config["axis"] != CHANNELS_LAST:
        raise UnknownNetwork(f"the concatenation {config['name']}")
    conversion.graph.add_node("Concat", inputs, conversion.tensor(config["name"]), {"axis": 1})


def _add(conversion: _Conversion, config: Mapping[str, Any], inputs: list[str]) -> None:
    conversion.graph.add_node("Sum", inputs, conversion.tensor(config["name"]))


def _multiply(conversion: _Conversion, config: Mapping[str, Any], inputs: list[str]) -> None:
    name = config["name"]
    factor = conversion.graph.add_weight(f"{name}.factor", np.asarray(config["beta"], np.float32))
    conversion.graph.add_node("Mul", [*inputs, factor], conversion.tensor(name))


def _pixel_shuffle(conversion: _Conversion, config: Mapping[str, Any], inputs: list[str]) -> None:
    """TensorFlow's depth-to-space: the block's row and column are the slower part of a channel's number."""
    how: dict[str, Attribute] = {"blocksize": config["scale"], "mode": "DCR"}
    conversion.graph.add_node("DepthToSpace", inputs, conversion.tensor(config["name"]), how)


_LAYERS: Mapping[str, Callable[[_Conversion, Mapping[str, Any], list[str]], None]] = MappingProxyType(
    {
        "InputLayer": _input,
        "Conv2D": _convolution,
        "Activation": _activation,
        "Concatenate": _concatenate,
        "Add": _add,
        "MultiplyBeta": _multiply,
        "PixelShuffle2x": _pixel_shuffle,
        "PixelShuffle4x": _pixel_shuffle,
    }
)
