"""Small networks that find the reddest thing, with the tensors of those that find subjects."""

from __future__ import annotations

from pathlib import Path

from onnx import TensorProto, helper, save

from editor.engine.model_catalogue import Contract
from editor.engine.weights import Models

IR_VERSION, OPERATORS = 8, 13


def reddest(
    folder: Path, name: str, *, side: int | None, gain: float = 1.0, least: float = 0.0, blind: bool = False
) -> Models:
    """The model ``name`` alone, (1, 3, side, side) → (1, 1, side, side): ``gain`` times what red is above
    ``least``. A ``blind`` one gives the same everywhere."""
    length = "length" if side is None else side
    wide = "width" if side is None else side
    given = helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 3, length, wide])
    told = helper.make_tensor_value_info("told", TensorProto.FLOAT, [1, 1, length, wide])
    first = helper.make_tensor("first", TensorProto.INT64, [1], [0])
    factor = helper.make_tensor("factor", TensorProto.FLOAT, [1], [0.0 if blind else gain])
    below = helper.make_tensor("below", TensorProto.FLOAT, [1], [least])
    nodes = [
        helper.make_node("Gather", ["picture", "first"], ["red"], axis=1),
        helper.make_node("Sub", ["red", "below"], ["above"]),
        helper.make_node("Mul", ["above", "factor"], ["told"]),
    ]
    graph = helper.make_graph(nodes, "reddest", [given], [told], [first, factor, below])
    folder.mkdir(parents=True, exist_ok=True)
    opsets = [helper.make_opsetid("", OPERATORS)]
    save(helper.make_model(graph, ir_version=IR_VERSION, opset_imports=opsets), str(folder / f"{name}.onnx"))
    return Models([folder], contracts={name: Contract()})
