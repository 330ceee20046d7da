"""Is what should have stayed of a picture still there: in its place, sharp, and in its own colours?

What cannot be told from pixels passes: a mirrored symmetric picture, swapped channels in a grey one, a blurred wall.
"""

from __future__ import annotations

import cv2
import numpy as np

from editor.domain.errors import BadResult
from editor.imaging.likeness import FINE, FINEST, FOREIGN, Flags, Levels, Pair, Structure, strongest, structure

TEXTURED = 6.0
"""Standard deviation of a window, in levels, from which it has something by which it is recognised."""
ALIKE = 0.6
"""Correlation, over all windows, of two pictures of one place. Without relation they have about 0."""
ALIKE_IN_PLACE = 0.66
"""The same in windows so small that a move of a few pixels shows."""
RECOGNISED = 0.8
"""Correlation of a window that is the same, whatever became of the rest of the picture."""
ENCODED = 4.0
"""Levels that a good encoding changes a pixel of a small copy by at most."""
SHARP = 0.35
"""Share of its finest detail that a picture keeps even if it was worked out at a smaller size."""
SHARP_SOMEWHERE = 0.14
"""The same where much of the picture is new, and may be plainer."""
LEAST_DETAIL = 6.0
"""Detail, in levels, that a picture must have had for its loss to tell anything."""
TONE, RELIT = 16.0, 32.0
"""Levels that the colour of something plain is off at most where it is the same thing, and where that is lit anew."""
LEAST_PART = 0.0007
"""Share of the picture that is recognised at least where only a subject stays."""
LEAST_REST = 0.2
"""Share of the picture that stays at least where one thing in it is replaced."""

COLOURED, FEWEST = 12.0, 16
"""Levels that red and blue are apart in a pixel with a colour, and how many such pixels tell of a swap."""
SMALLEST = 2 * FINE
"""Pixels of the shorter side below which there is nothing to recognise a part of a picture by."""

ANOTHER = "The picture that came back is another picture."
_MIRRORED = "The picture that came back is mirrored."
_BLURRED = "The picture that came back is blurred."
_SWAPPED = "The picture that came back has its colours swapped."


def check_kept(pair: Pair, *, textured: float = TEXTURED, in_place: bool = False) -> None:
    """Accept ``pair`` where all of what is marked as kept is still the same, or raise BadResult.

    Windows that vary by less than ``textured`` levels are not asked. ``in_place`` asks for the same place to within a
    few pixels of the small copies.
    """
    if not pair.kept.any() or _is_the_same(pair):
        return
    if _is_swapped(pair, pair.kept > 0):
        raise BadResult(_SWAPPED)
    if _lost_detail(pair, SHARP):
        raise BadResult(_BLURRED)
    if _is_mirrored(pair, textured):
        raise BadResult(_MIRRORED)
    found, least = (structure(pair, window=FINE), ALIKE_IN_PLACE) if in_place else (structure(pair), ALIKE)
    if _likeness(found, textured) < least or _difference(pair) > FOREIGN:
        raise BadResult(ANOTHER)


def check_rest_kept(pair: Pair) -> None:
    """Accept ``pair`` where one thing in the picture, be it a large one, has become another; else raise BadResult."""
    if min(pair.kept.shape) < SMALLEST:
        return
    share, mirrored = (float(_same(one).mean()) for one in (pair, pair.mirrored()))
    if mirrored > share + 0.01:
        raise BadResult(_MIRRORED)
    if _is_swapped(pair, _in_place(pair) | _plain_in_place(pair)):
        raise BadResult(_SWAPPED)
    if share < LEAST_REST:
        raise BadResult(ANOTHER)
    if _lost_detail(pair, SHARP_SOMEWHERE):
        raise BadResult(_BLURRED)


def check_subject_kept(pair: Pair) -> None:
    """Accept ``pair`` where a subject, be it a small one, stands before something else; else raise BadResult."""
    if min(pair.kept.shape) < SMALLEST:
        return
    here, mirrored = (_recognised(one) for one in (pair, pair.mirrored()))
    if mirrored > max(2 * here, LEAST_PART):
        raise BadResult(_MIRRORED)
    if _is_swapped(pair, _in_place(pair)):
        raise BadResult(_SWAPPED)
    if here >= LEAST_PART or (not _has_pattern(pair) and _largest(_plain(pair, RELIT)) >= LEAST_PART):
        return
    raise BadResult(_BLURRED if _lost_detail(pair, SHARP_SOMEWHERE) else ANOTHER)


def _likeness(found: Structure, textured: float) -> float:
    """The mean correlation of windows with something in them, each as important as it has contrast; 1 where none."""
    weight = np.maximum(found.before, found.after)
    weight = np.where(found.enough & (weight > textured), weight, 0.0)
    total = float(weight.sum())
    return float((found.correlation * weight).sum()) / total if total > 0 else 1.0


def _is_mirrored(pair: Pair, textured: float) -> bool:
    """Whether the second picture goes together with the first one's mirror image better than with the first one."""
    turned = pair.mirrored()
    if not turned.kept.any():
        return False
    pair = pair.within(turned.kept)
    here, off = _likeness(structure(pair), textured), _difference(pair)
    if here >= 0.9 and off <= 5.0:
        return False  # no likeness is greater than 1: the mirror image cannot go together clearly better
    there, turned_off = _likeness(structure(turned), textured), _difference(turned)
    return there > ALIKE and (there > here + 0.1 or (there > here - 0.02 and off > 5.0 and turned_off < 0.5 * off))


def _is_the_same(pair: Pair) -> bool:
    """Whether no pixel that should have stayed differs by more than an encoding leaves: then nothing else is asked."""
    change = strongest(pair.before - pair.after)
    return bool((change * (pair.kept > 0)).max() <= ENCODED)


def _difference(pair: Pair) -> float:
    apart = np.abs(pair.before - pair.after)
    # Channel by channel: numpy is many times slower over a last axis of three.
    change = (apart[..., 0] + apart[..., 1] + apart[..., 2]) / 3.0
    return float((change * pair.kept).sum() / pair.kept.sum())


def _lost_detail(pair: Pair, least: float) -> bool:
    before, after = (_detail(picture, pair.kept) for picture in (pair.before, pair.after))
    return before > LEAST_DETAIL and after < least * before


def _detail(picture: Levels, kept: Levels) -> float:
    """How strong the finest detail is where it is strongest, in levels."""
    fine = strongest(picture - cv2.GaussianBlur(picture, (0, 0), 1.5))[kept > 0]
    return float(np.percentile(fine, 99.8))


def _is_swapped(pair: Pair, where: Flags) -> bool:
    """Whether red has become blue and blue red in ``where``, by the pixels that have a colour at all."""
    where = where & (np.abs(pair.before[..., 0] - pair.before[..., 2]) > COLOURED)
    if where.sum() < FEWEST:
        return False
    before, after = pair.before[where], pair.after[where]
    kept, turned = (float(np.abs(one - after).mean()) for one in (before, before[:, ::-1]))
    return turned < 0.5 * kept and turned < FOREIGN / 2


def _in_place(pair: Pair) -> Flags:
    """Where green, which no swap touches, is what it was."""
    found = structure(pair, window=FINE, channels=(1,))
    off = np.abs(cv2.blur(pair.before[..., 1] - pair.after[..., 1], (FINE, FINE)))
    same: Flags = (found.correlation > RECOGNISED) & (found.before > TEXTURED) & (off < FOREIGN)
    return same


def _plain_in_place(pair: Pair) -> Flags:
    """The same of windows with nothing in them."""
    found = structure(pair, window=FINE)
    off = np.abs(cv2.blur(pair.before[..., 1] - pair.after[..., 1], (FINE, FINE)))
    same: Flags = (found.before < TEXTURED) & (found.after < TEXTURED) & (off < 10)
    return same


def _tone(pair: Pair) -> Levels:
    """How far the colour of a window is off, in levels."""
    return np.asarray(np.abs(cv2.blur(pair.before - pair.after, (FINE, FINE))).max(axis=2), np.float32)


def _same(pair: Pair) -> Flags:
    """Windows that are what they were, by their structure, or by their colour where they have none."""
    return _plain(pair, TONE) | _matching(structure(pair, window=FINE), _tone(pair))


def _plain(pair: Pair, most: float) -> Flags:
    """Windows with nothing in them that have kept their colour."""
    found = structure(pair, window=FINE)
    plain: Flags = (found.before < TEXTURED) & (found.after < TEXTURED) & (_tone(pair) < most)
    return plain


def _has_pattern(pair: Pair) -> bool:
    """Whether anything in the first picture has more to be recognised by than its outline, which a new background
    changes."""
    textured = (structure(pair, window=FINE).before > TEXTURED).astype(np.uint8)
    inner = cv2.erode(textured, np.ones((FINE + 4, FINE + 4), np.uint8))
    return float(inner.mean()) > LEAST_PART


def _matching(found: Structure, tone: Levels) -> Flags:
    sharp = found.after > 0.5 * found.before
    matching: Flags = (found.correlation > RECOGNISED) & (found.before > 4) & (tone < 2 * FOREIGN) & sharp
    return matching


def _recognised(pair: Pair) -> float:
    """The largest connected part that is recognised, as a share of the picture; small things in small windows."""
    tone = _tone(pair)
    return max(_largest(_matching(structure(pair, window=window), tone)) for window in (FINE, FINEST))


def _largest(flags: Flags) -> float:
    count, _, figures, _ = cv2.connectedComponentsWithStats(flags.astype(np.uint8))
    return float(figures[1:, cv2.CC_STAT_AREA].max()) / flags.size if count > 1 else 0.0
