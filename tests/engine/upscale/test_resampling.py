import cv2
import numpy as np
import pytest

from editor.engine.upscale.resampling import Span, cubic, lanczos, resampled, triangle, weights


@pytest.mark.parametrize("kernel", [lanczos, triangle, cubic])
@pytest.mark.parametrize(("length", "length_out"), [(20, 80), (20, 33), (40, 10), (7, 7)])
def test_a_plain_picture_stays_plain(kernel, length, length_out):
    table = weights(kernel, Span(-6, length + 6, length), Span(0, length_out, length_out))
    assert np.allclose(table.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("kernel", [lanczos, triangle, cubic])
def test_the_same_size_changes_nothing(kernel):
    table = weights(kernel, Span(0, 9, 9), Span(0, 9, 9))
    assert np.allclose(table, np.eye(9), atol=1e-6)


def test_a_slope_stays_where_it_is():
    slope = np.arange(30, dtype=np.float32)
    table = weights(triangle, Span(0, 30, 30), Span(0, 90, 90))
    assert np.allclose((table @ slope)[3:-3], ((np.arange(90) + 0.5) / 3 - 0.5)[3:-3], atol=1e-4)


def test_linear_enlarging_is_that_of_opencv():
    planes = np.random.default_rng(1).uniform(0, 255, (1, 12, 17)).astype(np.float32)
    large = resampled(
        planes,
        weights(triangle, Span(0, 12, 12), Span(0, 31, 31)),
        weights(triangle, Span(0, 17, 17), Span(0, 40, 40)),
    )
    assert np.allclose(large[0], cv2.resize(planes[0], (40, 31), interpolation=cv2.INTER_LINEAR), atol=0.05)


def test_a_part_is_resampled_as_within_the_whole():
    line = np.random.default_rng(2).uniform(0, 255, 60).astype(np.float32)
    whole = weights(lanczos, Span(0, 60, 60), Span(0, 137, 137)) @ line
    part = weights(lanczos, Span(20 - 4, 40 + 4, 60), Span(46, 91, 137)) @ line[16:44]
    assert np.allclose(part, whole[46:91], atol=1e-3)
