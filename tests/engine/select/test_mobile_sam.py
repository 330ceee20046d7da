"""Selecting with small networks of MobileSAM's tensors: the decoder finds a disc round what it is asked."""

import cv2
import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper, save

from editor.domain.geometry import Rect
from editor.engine.model_catalogue import Contract, known_contracts
from editor.engine.select.embedding import Embedding
from editor.engine.select.find import select_at, select_box
from editor.engine.select.mobile_sam import DECODER, ENCODER, TITLE, Prompt, shown_size
from editor.engine.select.strokes import refine
from editor.engine.weights import Models

RADIUS = 200
"""Of the disc that the small decoder finds, where the picture's longer side is 1024."""
IR_VERSION, OPERATORS = 8, 13


def written(path, nodes, tensors, contract, outputs):
    inputs = [helper.make_tensor_value_info(one.name, TensorProto.FLOAT, sides(one.shape)) for one in contract.inputs]
    results = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs]
    constants = [numpy_helper.from_array(np.asarray(value), name) for name, value in tensors.items()]
    graph = helper.make_graph(nodes, "small", inputs, results, constants)
    save(helper.make_model(graph, ir_version=IR_VERSION, opset_imports=[helper.make_opsetid("", OPERATORS)]), str(path))


def sides(shape):
    return [f"side{axis}" if side is None else side for axis, side in enumerate(shape)]


def write_encoder(path, contract):
    """Features that hold the picture's mean and nothing else."""
    nodes = [
        helper.make_node("ReduceMean", ["input_image"], ["mean"], keepdims=0),
        helper.make_node("Expand", ["mean", "shape"], ["features"]),
    ]
    written(path, nodes, {"shape": np.array([1, 256, 64, 64])}, contract, [("features", [1, 256, 64, 64])])


def write_decoder(path, contract):
    """One answer: a disc round the mean of the points that are not padding, in the size asked for."""
    nodes = [
        helper.make_node("Greater", ["point_labels", "zero"], ["counts"]),
        helper.make_node("Cast", ["counts"], ["weights"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["weights", "two"], ["columns"]),
        helper.make_node("Mul", ["point_coords", "columns"], ["weighted"]),
        helper.make_node("ReduceSum", ["weighted", "one"], ["sum"], keepdims=0),
        helper.make_node("ReduceSum", ["weights"], ["count"], keepdims=0),
        helper.make_node("Div", ["sum", "count"], ["middle"]),
        helper.make_node("Gather", ["middle", "first"], ["x"], axis=1),
        helper.make_node("Gather", ["middle", "second"], ["y"], axis=1),
        helper.make_node("Gather", ["orig_im_size", "first"], ["height"]),
        helper.make_node("Gather", ["orig_im_size", "second"], ["width"]),
        helper.make_node("Range", ["zero", "height", "step"], ["rows"]),
        helper.make_node("Range", ["zero", "width", "step"], ["across"]),
        helper.make_node("Sub", ["rows", "y"], ["down"]),
        helper.make_node("Sub", ["across", "x"], ["along"]),
        helper.make_node("Mul", ["down", "down"], ["down2"]),
        helper.make_node("Mul", ["along", "along"], ["along2"]),
        helper.make_node("Unsqueeze", ["down2", "one"], ["down3"]),
        helper.make_node("Add", ["down3", "along2"], ["distance"]),
        helper.make_node("Sub", ["square", "distance"], ["logits"]),
        helper.make_node("Unsqueeze", ["logits", "front"], ["masks"]),
        helper.make_node("Identity", ["sure"], ["iou_predictions"]),
    ]
    tensors = {
        "zero": np.float32(0),
        "step": np.float32(1),
        "square": np.float32(RADIUS**2),
        "first": np.int64(0),
        "second": np.int64(1),
        "one": np.array([1]),
        "two": np.array([2]),
        "front": np.array([0, 1]),
        "sure": np.ones((1, 1), np.float32),
    }
    outputs = [("masks", ["batch", "masks", "height", "width"]), ("iou_predictions", [1, 1])]
    written(path, nodes, tensors, contract, outputs)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    known = known_contracts()
    write_encoder(folder / f"{ENCODER}.onnx", known[ENCODER])
    write_decoder(folder / f"{DECODER}.onnx", known[DECODER])
    # Of any size: the small ones are not the files that the catalogue tells of.
    contracts = {name: Contract(None, known[name].inputs, known[name].outputs) for name in (ENCODER, DECODER)}
    return Models([folder], contracts=contracts)


@pytest.fixture(scope="module")
def picture():
    """A disc just where the small decoder will find one, in a picture half as wide as it is shown."""
    pixels = np.full((384, 512, 3), (110, 130, 150), np.uint8)
    cv2.circle(pixels, (200, 180), RADIUS // 2, (200, 60, 40), -1, cv2.LINE_AA)
    return pixels


@pytest.fixture
def disc():
    mask = np.zeros((384, 512), np.uint8)
    cv2.circle(mask, (200, 180), RADIUS // 2, 255, -1, cv2.LINE_AA)
    return mask


def overlap(mask, truth):
    one, other = mask > 127, truth > 127
    return (one & other).sum() / (one | other).sum()


def test_a_click_is_answered_by_the_network(picture, disc, models):
    found = select_at(picture, (200, 180), models=models)
    assert found.method == TITLE
    assert found.notes == ()
    assert overlap(found.mask, disc) > 0.97


def test_a_box_is_answered_by_the_network(picture, disc, models):
    found = select_box(picture, Rect(96, 78, 208, 204), models=models)
    assert found.method == TITLE
    assert overlap(found.mask, disc) > 0.97


def test_a_stroke_takes_in_what_the_network_finds(picture, disc, models):
    nothing, keep = np.zeros_like(disc), np.zeros_like(disc)
    cv2.circle(keep, (200, 180), 8, 255, -1)
    assert overlap(refine(picture, nothing, keep=keep, drop=nothing, models=models).mask, disc) > 0.95


def test_a_picture_is_encoded_once(picture, models):
    known = Embedding(picture, models)
    first = known.asked(Prompt.at([(200, 180)]))
    assert first is not None
    assert first.shape == known.view.pixels.shape[:2]
    again = select_at(picture, (200, 180), models=Models.none(), known=known)
    assert again.method == TITLE


def test_what_is_known_fits_pictures_that_look_alike(picture):
    known = Embedding(picture, Models.none())
    changed = picture.copy()
    changed[100:140, 100:140] = 0
    assert known.fits(picture.copy())
    assert not known.fits(changed)
    assert not known.fits(picture[:, :-1])


def test_without_the_decoder_the_encoder_is_not_asked(picture, models, tmp_path):
    (tmp_path / f"{ENCODER}.onnx").write_bytes(models.path_of(ENCODER).read_bytes())
    found = select_at(picture, (200, 180), models=Models([tmp_path], contracts={}))
    assert found.method != TITLE


@pytest.mark.parametrize(
    ("size", "shown"), [((4000, 3000), (1024, 768)), ((30, 60), (512, 1024)), ((5000, 1), (1024, 1))]
)
def test_the_longer_side_is_shown_as_the_network_wants_it(size, shown):
    assert shown_size(size) == shown
