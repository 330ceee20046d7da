"""Small ONNX networks with the tensors of the real ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, save

from editor.engine.model_catalogue import Contract
from editor.engine.networks import NetworkInput

ELEMENTS = {"float32": TensorProto.FLOAT, "uint8": TensorProto.UINT8}
FREE_SIDE = 8
IR_VERSION, OPERATORS = 8, 13


def write_network(path: Path, contract: Contract) -> None:
    """A network of this contract. Each output is a constant 0.5 (or 1), of length 8 wherever any length would do."""
    inputs = [_value(tensor, f"in{place}") for place, tensor in enumerate(contract.inputs or ())]
    outputs = [_value(tensor, f"out{place}") for place, tensor in enumerate(contract.outputs)]
    nodes = [node for value, tensor in zip(outputs, contract.outputs, strict=True) for node in _constant(value, tensor)]
    graph = helper.make_graph(nodes, "small", inputs, outputs)
    opsets = [helper.make_opsetid("", OPERATORS)]
    save(helper.make_model(graph, ir_version=IR_VERSION, opset_imports=opsets), str(path))


def input_for(tensor: NetworkInput) -> np.ndarray:
    return np.ones([FREE_SIDE if side is None else side for side in tensor.shape], tensor.dtype)


def _value(tensor: NetworkInput, name: str):
    shape = [f"{name}_{axis}" if side is None else side for axis, side in enumerate(tensor.shape)]
    return helper.make_tensor_value_info(tensor.name or name, ELEMENTS[tensor.dtype], shape)


def _constant(value, tensor: NetworkInput):
    name = value.name
    shape = [FREE_SIDE if side is None else side for side in tensor.shape]
    yield helper.make_node(
        "Constant", [], [f"{name}.shape"], value=helper.make_tensor("s", TensorProto.INT64, [len(shape)], shape)
    )
    one = helper.make_tensor("v", ELEMENTS[tensor.dtype], [1], [0.5 if tensor.dtype == "float32" else 1])
    yield helper.make_node("ConstantOfShape", [f"{name}.shape"], [name], value=one)
