import pytest

from editor.domain.errors import EditorError
from editor.engine.upscale.result import check_size, largest_factor, why_not_size


def test_the_largest_factor_keeps_the_limit():
    assert largest_factor(4000, 3000) == 2.3
    assert largest_factor(100, 100) == 8.0
    assert largest_factor(9000, 8000) == 1.0


def test_what_fits_is_allowed():
    assert why_not_size((4000, 3000), (9200, 6900)) is None
    assert why_not_size((101, 99), (808, 792)) is None
    assert why_not_size((3, 3), (24, 24)) is None


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ((4000, 3000), (16000, 12000), "192 megapixels; this computer makes up to 64. The largest scale .* is 2.3"),
        ((9000, 8000), (18000, 16000), "too large to be enlarged here"),
        ((100, 80), (1600, 1280), "up to 8 times"),
        ((100, 80), (90, 80), "cannot be smaller"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(source, target, words):
    with pytest.raises(EditorError, match=words):
        check_size(source, target)
