"""The labelled set: requests of every operation with answers that are good and answers that are bad.

Everything is made from a seed, out of drawn scenes and the photo that ships with the program. Good answers include the
hard legitimate ones: night, snow, walls, masks of a few pixels and of the whole crop, faint changes, the tone and the
grain of a model that makes the whole picture anew. A bad answer is in the set when it can be told from the good one by
eye (:func:`support.labelled_answers.is_seen`); whether a check can tell it plays no part. So some stay that no check
tells from legitimate ones: black rows under a night sky, all of a wall in a mirror. What would be bad for one wish and
good for another has no label: new things of other colours, and a plain border that has the colour of the edge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from support.labelled_case import Case, Cases, Maker
from support.labelled_fills import erase_cases, inpaint_cases
from support.labelled_scenes import GROUNDS, Ground, Pixels, cut
from support.labelled_sizes import outpaint_cases, upscale_cases
from support.labelled_wholes import background_cases, cut_out_cases, recolor_cases, replace_cases

from editor.domain.kinds import Operation

LEAST_DETECTED, LEAST_OF_A_KIND, MOST_FALSE_ALARMS = 0.99, 0.95, 0.01
FEW_OF_A_KIND = 20
"""So many cases of a kind at least say something about it."""

MAKERS: Mapping[Operation, Maker] = MappingProxyType(
    {
        Operation.ERASE: erase_cases,
        Operation.INPAINT: inpaint_cases,
        Operation.REMOVE_BACKGROUND: cut_out_cases,
        Operation.SEARCH_AND_REPLACE: replace_cases,
        Operation.SEARCH_AND_RECOLOR: recolor_cases,
        Operation.REPLACE_BACKGROUND: background_cases,
        Operation.OUTPAINT: outpaint_cases,
        Operation.UPSCALE: upscale_cases,
    }
)


def labelled(seed: int, *, grounds: Mapping[str, Ground] = GROUNDS, share: float = 1.0) -> Cases:
    """The cases of every operation before every one of ``grounds``, or before a ``share`` of them drawn by lot."""
    for number, make in enumerate(MAKERS.values()):
        for place, draw in enumerate(grounds.values()):
            rng = np.random.default_rng((seed, number, place))
            if rng.random() < share:
                yield from make(rng, draw)


def grounds_of(photos: Iterable[Pixels]) -> Mapping[str, Ground]:
    """Parts of each of ``photos``, RGB, for scenes to be set before."""
    return {
        f"photo {number}": lambda rng, size, photo=photo: cut(rng, photo, size) for number, photo in enumerate(photos)
    }


@dataclass(slots=True)
class Tally:
    """How many cases of a kind there were, and how many the checks judged wrongly."""

    cases: Counter[tuple[Operation, bool, str]] = field(default_factory=Counter)
    wrong: Counter[tuple[Operation, bool, str]] = field(default_factory=Counter)

    def count(self, case: Case) -> bool:
        """Judge one case; whether it was judged rightly."""
        key = (case.request.operation, case.good, case.kind)
        right = (case.fault() is None) == case.good
        self.cases[key] += 1
        self.wrong[key] += not right
        return right

    def share_right(self, *, good: bool, operation: Operation | None = None, kind: str | None = None) -> float:
        """The share of good cases that passed, or of bad ones that did not; 1 where there are none."""
        keys = [key for key in self.cases if key[1] is good and operation in (None, key[0]) and kind in (None, key[2])]
        total = sum(self.cases[key] for key in keys)
        return 1.0 - sum(self.wrong[key] for key in keys) / max(1, total)

    def number(self, *, good: bool) -> int:
        """How many cases were good, or bad."""
        return sum(count for key, count in self.cases.items() if key[1] is good)

    def faults(self) -> list[str]:
        """What keeps the tally from what is promised."""
        found = []
        if self.share_right(good=False) < LEAST_DETECTED:
            found.append(f"only {self.share_right(good=False):.2%} of the bad pictures were found")
        if 1 - self.share_right(good=True) > MOST_FALSE_ALARMS:
            found.append(f"{1 - self.share_right(good=True):.2%} of the good pictures were taken for bad ones")
        for kind in sorted({key[2] for key in self.cases if not key[1]}):
            number = sum(count for key, count in self.cases.items() if not key[1] and key[2] == kind)
            share = self.share_right(good=False, kind=kind)
            if number >= FEW_OF_A_KIND and share < LEAST_OF_A_KIND:
                found.append(f"only {share:.2%} of “{kind}” were found")
        return found

    def table(self) -> str:
        """Rates for every operation and for every kind that was judged wrongly at all."""
        lines = [f"{'operation':20}{'bad':>7}{'found':>9}{'good':>7}{'false alarms':>14}"]
        for operation in (*MAKERS, None):
            bad, good = (
                sum(count for key, count in self.cases.items() if key[1] is label and operation in (None, key[0]))
                for label in (False, True)
            )
            found = self.share_right(good=False, operation=operation)
            alarms = 1 - self.share_right(good=True, operation=operation)
            lines.append(f"{operation or 'all':20}{bad:>7}{found:>9.2%}{good:>7}{alarms:>14.2%}")
        for key, wrong in sorted(self.wrong.items()):
            if wrong:
                what = "false alarm" if key[1] else "missed"
                lines.append(f"  {what:12}{key[0]:20} {key[2]:34}{wrong:>4} of {self.cases[key]}")
        return "\n".join(lines)
