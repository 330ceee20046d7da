"""Arrays in a pack: equal when they are read again, stored once, and never believed when they are damaged."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from support.faulty_disk import FaultyDisk

from editor.domain.kept import Kept, KeptRaster, KeptUnavailable
from editor.domain.raster import Raster
from editor.storage.tile_pack import BAND_BYTES, TilePack

SHAPES = st.one_of(
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.tuples(st.integers(1, 40), st.integers(1, 40), st.integers(1, 4)),
)


def noise(seed: int, shape: tuple[int, ...], depth: Any = np.uint8) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, np.iinfo(depth).max, shape, depth, endpoint=True)


@settings(max_examples=40, deadline=None)
@given(shapes=st.lists(SHAPES, min_size=1, max_size=8), depth=st.sampled_from([np.uint8, np.uint16]))
def test_every_array_comes_back(tmp_path_factory: pytest.TempPathFactory, shapes: list[Any], depth: Any) -> None:
    path = tmp_path_factory.mktemp("pack") / "a.tiles"
    pack = TilePack.create(path)
    arrays = [noise(place, shape, depth) for place, shape in enumerate(shapes)]
    placed = [pack.put(Kept(array)) for array in arrays]
    pack.close()
    again = TilePack.open(path)
    for array, packed in zip(arrays, placed, strict=True):
        kept = again.at(packed.records)
        assert (kept.shape, kept.dtype) == (array.shape, array.dtype)
        assert kept.packed is not None
        assert kept.packed.stored == packed.stored > 0
        assert np.array_equal(kept.array, array)
        assert kept.array.flags.writeable
    size = again.size
    assert again.put(Kept(arrays[0])).records == placed[0].records
    assert again.size == size, "what is there is not written again"
    again.close()


def test_equal_bytes_of_another_shape_are_another_array(tmp_path: Path) -> None:
    pack = TilePack.create(tmp_path / "a.tiles")
    flat, high = np.zeros((2, 8), np.uint8), np.zeros((8, 2), np.uint8)
    wide = np.zeros((1, 8), np.uint16)
    for array in (flat, high, wide):
        assert pack.put(Kept(array)).read().shape == array.shape
    assert pack.put(Kept(wide)).read().dtype == np.uint16


def test_a_large_array_is_stored_in_bands(tmp_path: Path) -> None:
    pack = TilePack.create(tmp_path / "a.tiles")
    large = noise(0, (3 * BAND_BYTES // 4096 + 7, 1024, 4))
    packed = pack.put(Kept(large))
    assert len(packed.records) == 4
    assert np.array_equal(packed.read(), large)
    assert pack.at(packed.records).shape == large.shape
    with pytest.raises(KeptUnavailable):
        pack.at([*packed.records, pack.put(Kept(noise(1, (5, 5)))).records[0]])


def test_what_a_failed_write_left_is_written_over(tmp_path: Path) -> None:
    disk = FaultyDisk()
    pack = TilePack.create(tmp_path / "a.tiles", disk=disk)
    first, second, third = (noise(seed, (90, 90, 4)) for seed in range(3))
    kept = pack.put(Kept(first))
    disk.fail_at = len(disk.calls) + 1
    with pytest.raises(OSError, match="refuses"):
        pack.put(Kept(second))
    assert pack.put(Kept(third)).records[0] == kept.records[0] + kept.stored
    assert np.array_equal(kept.read(), first)
    assert np.array_equal(pack.put(Kept(third)).read(), third)
    assert np.array_equal(pack.put(Kept(second)).read(), second)


def test_a_torn_end_does_not_spoil_what_is_before_it(tmp_path: Path) -> None:
    path = tmp_path / "a.tiles"
    pack = TilePack.create(path)
    first, second = pack.put(Kept(noise(0, (50, 50)))), pack.put(Kept(noise(1, (50, 50))))
    pack.close()
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        torn = TilePack.open(path)
        assert torn.size == (first.stored if length >= first.stored else 0)
        if torn.size:
            assert np.array_equal(torn.at(first.records).array, noise(0, (50, 50)))
        with pytest.raises(KeptUnavailable):
            torn.at(second.records).check()
        torn.close()


def test_a_changed_byte_never_gives_other_pixels(tmp_path: Path) -> None:
    path = tmp_path / "a.tiles"
    pack = TilePack.create(path)
    packed = pack.put(Kept(noise(0, (20, 20, 3))))
    pack.close()
    whole, array, noticed = path.read_bytes(), noise(0, (20, 20, 3)), 0
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        changed = TilePack.open(path)
        try:
            assert np.array_equal(changed.at(packed.records).array, array)
        except KeptUnavailable as error:
            noticed += 1
            assert error.message.endswith(".")
        changed.close()
    assert noticed > len(whole) - 20, "few bytes mean nothing"


def test_a_header_that_promises_too_much_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "a.tiles"
    pack = TilePack.create(path)
    packed = pack.put(Kept(np.zeros((4, 4, 4), np.uint8)))
    pack.close()
    data = bytearray(path.read_bytes())
    data[8:12] = (1 << 31).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    with pytest.raises(KeptUnavailable):
        TilePack.open(path).at(packed.records)


def test_a_few_bytes_do_not_unpack_to_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "a.tiles"
    side = 1 << 15
    packed = zstandard.ZstdCompressor().compress(bytes(64 << 20))
    head = struct.pack("<4sBBxxIIIQ16s", b"IEt1", 1, 3, side, side, 4, len(packed), bytes(16))
    path.write_bytes(head + packed)
    pack = TilePack.open(path)
    assert pack.size == 0
    with pytest.raises(KeptUnavailable):
        pack.at([0])


def test_a_raster_that_is_painted_on_again_is_stored_as_it_was(tmp_path: Path) -> None:
    pack = TilePack.create(tmp_path / "a.tiles")
    raster = Raster(noise(0, (600, 700, 4)))
    before = raster.array.copy()
    kept = KeptRaster(raster)
    taken = kept.raster
    assert taken is raster
    taken.write(taken.rect, np.zeros_like(before))
    assert np.array_equal(kept.array, before)
    packed = pack.put(kept)
    kept.pack(packed)
    assert np.array_equal(kept.array, before)
    assert not raster.array.any()
