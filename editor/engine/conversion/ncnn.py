"""Reads a network of the ncnn format (a ``.param`` text and a ``.bin`` of weights) and writes it as ONNX.

Layers and parameters: ncnn's own page "operators" and "param and model file structure". Only what the Real-ESRGAN
networks use is known here; anything else is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from editor.engine.conversion.onnx_graph import Attribute, OnnxGraph

MAGIC = "7767517"
"""First line of a ``.param`` text."""
HALF_TAG = 0x01306B47
"""Before weights that are stored as float16; 0 stands before float32."""
LEAKY = 2
SUM = 1
NEAREST = 1
INPUT, OUTPUT = "input", "output"
SIDES = ("batch", 3, "height", "width")


class UnknownNetwork(ValueError):
    """The file is no network of this format, or has a layer that is not known here."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One line of a ``.param`` text: kind, name, tensors in and out, and parameters by their number."""

    kind: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    parameters: Mapping[int, tuple[float, ...]]

    def number(self, key: int, default: float = 0) -> float:
        """A parameter that is one number."""
        return self.parameters.get(key, (default,))[0]


class WeightReader:
    """Takes weights off the front of a ``.bin``, as each layer in turn says how many it has."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._position = 0

    def tagged(self, count: int) -> NDArray[np.float32]:
        """``count`` numbers that a tag says the precision of, padded to four bytes."""
        tag = int.from_bytes(self._take(4), "little")
        if tag == HALF_TAG:
            content = self._take((2 * count + 3) // 4 * 4)
            return np.frombuffer(content, "<f2", count).astype(np.float32)
        if tag == 0:
            return self.plain(count)
        raise UnknownNetwork(f"weights with the tag {tag:#x}")

    def plain(self, count: int) -> NDArray[np.float32]:
        """``count`` float32 numbers."""
        return np.frombuffer(self._take(4 * count), "<f4").astype(np.float32)

    def finish(self) -> None:
        """Raises UnknownNetwork where weights are left that no layer asked for."""
        if self._position != len(self._content):
            raise UnknownNetwork(f"{len(self._content) - self._position} bytes of weights are left over")

    def _take(self, size: int) -> bytes:
        taken = self._content[self._position : self._position + size]
        if len(taken) != size:
            raise UnknownNetwork("the weights end too early")
        self._position += size
        return taken


class _Conversion:
    """The state of one conversion: the graph that grows, the weights not yet read, and the tensors' other names."""

    def __init__(self, name: str, weights: bytes) -> None:
        self.graph = OnnxGraph(name)
        self.weights = WeightReader(weights)
        self.same: dict[str, str] = {}

    def inputs_of(self, layer: Layer) -> list[str]:
        return [self.same.get(name, name) for name in layer.inputs]


def onnx_of_ncnn(name: str, param: str, weights: bytes, facts: Mapping[str, str]) -> bytes:
    """The ONNX file of a network that takes ``input`` and gives ``output``, (batch, 3, height, width) float32 0–1.

    Weights that were stored in half precision stay so and lose nothing. Raises UnknownNetwork.
    """
    conversion = _Conversion(name, weights)
    conversion.graph.add_input(INPUT, SIDES)
    for layer in layers_of(param):
        convert = _LAYERS.get(layer.kind)
        if convert is None:
            raise UnknownNetwork(f"a layer of the kind {layer.kind!r}")
        convert(conversion, layer)
    conversion.weights.finish()
    conversion.graph.add_output(OUTPUT, SIDES)
    return conversion.graph.to_bytes(facts)


def layers_of(param: str) -> list[Layer]:
    """The layers of a ``.param`` text, in the order of computing. Raises UnknownNetwork."""
    lines = param.split("\n")
    if lines[0].strip() != MAGIC:
        raise UnknownNetwork("not a text of ncnn")
    return [_layer(line.split()) for line in lines[2:] if line.strip()]


def _layer(words: list[str]) -> Layer:
    inputs, outputs = int(words[2]), int(words[3])
    first_output, first_parameter = 4 + inputs, 4 + inputs + outputs
    parameters: dict[int, tuple[float, ...]] = {}
    for word in words[first_parameter:]:
        key, _, value = word.partition("=")
        numbers = tuple(float(number) for number in value.split(","))
        if int(key) <= -23300:  # an array: its length comes first
            parameters[-int(key) - 23300] = numbers[1:]
        else:
            parameters[int(key)] = numbers
    kept = MappingProxyType(parameters)
    return Layer(words[0], words[1], tuple(words[4:first_output]), tuple(words[first_output:first_parameter]), kept)


def _input(conversion: _Conversion, layer: Layer) -> None:
    conversion.same[layer.outputs[0]] = INPUT


def _split(conversion: _Conversion, layer: Layer) -> None:
    """One tensor under several names; ONNX may use a tensor as often as it likes."""
    for output in layer.outputs:
        conversion.same[output] = conversion.inputs_of(layer)[0]


def _convolution(conversion: _Conversion, layer: Layer) -> None:
    graph, output = conversion.graph, layer.outputs[0]
    filters, side, padding = int(layer.number(0)), int(layer.number(1)), int(layer.number(4))
    count = int(layer.number(6))
    kernel = conversion.weights.tagged(count).reshape(filters, -1, side, side)
    inputs = [*conversion.inputs_of(layer), graph.add_half_weight(f"{layer.name}.weight", kernel)]
    if layer.number(5):
        inputs.append(graph.add_weight(f"{layer.name}.bias", conversion.weights.plain(filters)))
    activation = int(layer.number(9))
    if activation not in (0, LEAKY) or layer.number(2, 1) != 1 or layer.number(3, 1) != 1:
        raise UnknownNetwork(f"the convolution {layer.name}")
    attributes: dict[str, Attribute] = {"kernel_shape": (side, side), "pads": (padding,) * 4}
    if activation == LEAKY:
        before = graph.add_node("Conv", inputs, f"{output}.linear", attributes)
        graph.add_node("LeakyRelu", [before], output, {"alpha": layer.number(10)})
    else:
        graph.add_node("Conv", inputs, output, attributes)


def _prelu(conversion: _Conversion, layer: Layer) -> None:
    slopes = conversion.weights.plain(int(layer.number(0))).reshape(-1, 1, 1)
    slope = conversion.graph.add_weight(f"{layer.name}.slope", slopes)
    conversion.graph.add_node("PRelu", [*conversion.inputs_of(layer), slope], layer.outputs[0])


def _concat(conversion: _Conversion, layer: Layer) -> None:
    conversion.graph.add_node("Concat", conversion.inputs_of(layer), layer.outputs[0], {"axis": 1})


def _eltwise(conversion: _Conversion, layer: Layer) -> None:
    """A sum of tensors, each times its coefficient."""
    graph, output = conversion.graph, layer.outputs[0]
    inputs = conversion.inputs_of(layer)
    coefficients = layer.parameters.get(1, (1.0,) * len(inputs))
    if int(layer.number(0)) != SUM or len(coefficients) != len(inputs):
        raise UnknownNetwork(f"the operation {layer.name}")
    terms = []
    for index, (name, coefficient) in enumerate(zip(inputs, coefficients, strict=True)):
        if coefficient == 1:
            terms.append(name)
            continue
        factor = graph.add_weight(f"{layer.name}.factor.{index}", np.asarray(coefficient, np.float32))
        terms.append(graph.add_node("Mul", [name, factor], f"{output}.term.{index}"))
    graph.add_node("Sum", terms, output)


def _binary(conversion: _Conversion, layer: Layer) -> None:
    if layer.number(0) != 0:
        raise UnknownNetwork(f"the operation {layer.name}")
    conversion.graph.add_node("Add", conversion.inputs_of(layer), layer.outputs[0])


def _interpolation(conversion: _Conversion, layer: Layer) -> None:
    """Enlarging by repeating each pixel."""
    if int(layer.number(0)) != NEAREST:
        raise UnknownNetwork(f"the enlarging {layer.name}")
    scales = np.array([1, 1, layer.number(1), layer.number(2)], np.float32)
    inputs = [*conversion.inputs_of(layer), "", conversion.graph.add_weight(f"{layer.name}.scales", scales)]
    how = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    conversion.graph.add_node("Resize", inputs, layer.outputs[0], how)


def _pixel_shuffle(conversion: _Conversion, layer: Layer) -> None:
    if layer.number(1) != 0:
        raise UnknownNetwork(f"the shuffling {layer.name}")
    how: dict[str, Attribute] = {"blocksize": int(layer.number(0)), "mode": "CRD"}
    conversion.graph.add_node("DepthToSpace", conversion.inputs_of(layer), layer.outputs[0], how)


_LAYERS: Mapping[str, Callable[[_Conversion, Layer], None]] = MappingProxyType(
    {
        "Input": _input,
        "Split": _split,
        "Convolution": _convolution,
        "PReLU": _prelu,
        "Concat": _concat,
        "Eltwise": _eltwise,
        "BinaryOp": _binary,
        "Interp": _interpolation,
        "PixelShuffle": _pixel_shuffle,
    }
)
