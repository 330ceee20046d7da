"""Completions by networks, on tiny ones of the same tensors."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper, save

from editor.engine.fill.erase import SHIFT_MAP, erase
from editor.engine.fill.learned import LAMA, MIGAN, learned_completion
from editor.engine.fill.levels import Level
from editor.engine.weights import Models

RED, GREEN, BLUE = 200, 90, 30


def written(folder, name, nodes, inputs, outputs, constants):
    graph = helper.make_graph(
        nodes, name, inputs, outputs, [numpy_helper.from_array(v, k) for k, v in constants.items()]
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / f"{name}.onnx")
    return Models([folder], contracts={})


def lama(folder, inside):
    """Gives the picture with ``inside``, (3, 1, 1) or (3, 512, 512) red first, where it is to fill."""
    shape = [1, 3, 512, 512]
    return written(
        folder,
        LAMA,
        [
            helper.make_node("Mul", ["image", "scale"], ["kept"]),
            helper.make_node("Mul", ["mask", "inside"], ["new"]),
            helper.make_node("Add", ["kept", "new"], ["output"]),
        ],
        [
            helper.make_tensor_value_info("image", TensorProto.FLOAT, shape),
            helper.make_tensor_value_info("mask", TensorProto.FLOAT, [1, 1, 512, 512]),
        ],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, shape)],
        {"scale": np.float32(255), "inside": np.asarray(inside, np.float32)[None, ::-1]},
    )


def migan(folder):
    """Gives the picture with one colour wherever the mask is 0."""
    picture, mask = (["batch", planes, "height", "width"] for planes in (3, 1))
    return written(
        folder,
        MIGAN,
        [
            helper.make_node("Cast", ["mask"], ["kept"], to=TensorProto.BOOL),
            helper.make_node("Where", ["kept", "image", "inside"], ["result"]),
        ],
        [
            helper.make_tensor_value_info("image", TensorProto.UINT8, picture),
            helper.make_tensor_value_info("mask", TensorProto.UINT8, mask),
        ],
        [helper.make_tensor_value_info("result", TensorProto.UINT8, picture)],
        {"inside": np.array([RED, GREEN, BLUE], np.uint8).reshape(1, 3, 1, 1)},
    )


@pytest.fixture
def level():
    picture = np.zeros((300, 400, 3), np.uint8)
    picture[:] = (10, 60, 120)
    hole = np.zeros((300, 400), np.bool_)
    hole[100:200, 150:300] = True
    return Level(picture, hole)


@pytest.mark.parametrize("scale", [1, 3])
@pytest.mark.parametrize("name", [LAMA, MIGAN])
def test_each_network_gets_and_gives_what_it_knows(level, tmp_path, name, scale):
    flat = np.array([RED, GREEN, BLUE]).reshape(3, 1, 1)
    models = lama(tmp_path, flat) if name == LAMA else migan(tmp_path)
    large = Level(*(np.repeat(np.repeat(part, scale, 0), scale, 1) for part in (level.picture, level.hole)))
    done = learned_completion(large, models)
    assert done.title == {LAMA: "LaMa", MIGAN: "MI-GAN"}[name]
    assert max(done.hole.shape) == min(512, 400 * scale)
    assert (np.abs(done.picture[done.hole].astype(int) - (RED, GREEN, BLUE)) <= 1).all()
    assert (np.abs(done.picture[~done.hole].astype(int) - (10, 60, 120)) <= 1).all()


def test_the_larger_network_serves_larger_holes(level, tmp_path):
    lama(tmp_path, np.zeros((3, 1, 1)))
    both = migan(tmp_path)
    small = np.zeros_like(level.hole)
    small[:20, :20] = True
    assert learned_completion(level, both).title == "LaMa"
    assert learned_completion(Level(level.picture, small), both).title == "MI-GAN"
    assert learned_completion(level, Models.none()) is None


def test_a_flat_fill_is_no_match_for_pieces_of_a_lawn(grass, round_hole, tmp_path):
    models = lama(tmp_path, np.array([60, 90, 40]).reshape(3, 1, 1))
    filled = erase(grass, round_hole, seed=None, models=models, progress=lambda share: None)
    assert filled.method == SHIFT_MAP
    assert np.array_equal(filled.image[round_hole == 0], grass[round_hole == 0])


def test_a_network_fills_where_there_is_nothing_to_copy(grass, tmp_path):
    hole = np.full(grass.shape[:2], 255, np.uint8)
    hole[:5], hole[-5:], hole[:, :5], hole[:, -5:] = 0, 0, 0, 0
    truth = np.zeros((512, 512, 3), np.uint8)
    truth[: grass.shape[0], : grass.shape[1]] = grass
    models = lama(tmp_path, truth.transpose(2, 0, 1))
    filled = erase(grass, hole, seed=None, models=models, progress=lambda share: None)
    assert filled.method == "LaMa"
    assert np.abs(filled.image.astype(int) - grass).max() <= 1
