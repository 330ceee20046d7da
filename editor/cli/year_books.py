"""What the platforms charged in a simulated year, what the user had of it, and how long every edit took."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from editor.domain.kinds import Operation
from editor.simulator.weather import Fate, WeatherEdit


@dataclass(slots=True, kw_only=True)
class Charge:
    """One run that a platform charges for.

    ``has_picture`` is whether it makes a good picture, ``done`` the second of the year at which that is there.
    ``received`` is set once the user has it, ``collected`` where that was after the edit had ended, ``stopped`` where
    the run was stopped before.
    """

    platform: str
    edit: int
    usd: float
    has_picture: bool
    done: float
    received: bool = False
    collected: bool = False
    stopped: bool = False


@dataclass(slots=True)
class Year:
    """What one way of going through the platforms made of the year.

    ``outages`` counts those of the weather. ``served`` and ``failed`` hold the seconds of the edits that ended so.
    ``troubled`` counts those of the served ones that were asked for while any platform was down, ``wasted`` are the
    seconds that calls of such platforms took of them. ``within_reach`` counts the edits that somebody could have
    served, ``reached`` those of them that were.
    """

    name: str
    outages: int
    served: list[float] = field(default_factory=list)
    failed: list[float] = field(default_factory=list)
    troubled: int = 0
    wasted: float = 0.0
    wasting: float = 0.0
    """Of the edit under way."""
    erase_edits: int = 0
    erase_served: int = 0
    within_reach: int = 0
    reached: int = 0
    charges: list[Charge] = field(default_factory=list)
    _by_edit: dict[int, list[Charge]] = field(default_factory=dict)

    # --- kept while the year goes by

    def charge(self, platform: str, edit: WeatherEdit, fate: Fate, *, usd: float, now: float) -> Charge:
        """The platform ends a run of ``edit`` that was ordered now, and charges for it."""
        charge = Charge(
            platform=platform, edit=edit.number, usd=usd, has_picture=fate.has_picture, done=now + fate.seconds
        )
        self.charges.append(charge)
        self._by_edit.setdefault(edit.number, []).append(charge)
        return charge

    def void(self, charge: Charge) -> None:
        """The run was stopped before it had begun, which costs nothing."""
        self.charges.remove(charge)
        self._by_edit[charge.edit].remove(charge)

    def of_edit(self, number: int) -> list[Charge]:
        """What the edit was charged for so far."""
        return self._by_edit.get(number, [])

    def ended(self, edit: WeatherEdit, seconds: float, *, served: bool, troubled: bool, within_reach: bool) -> None:
        """The edit has ended after ``seconds``, waiting included."""
        (self.served if served else self.failed).append(seconds)
        self.troubled += troubled and served
        self.wasted += self.wasting if served else 0.0
        self.wasting = 0.0
        if edit.operation is Operation.ERASE:
            self.erase_edits += 1
            self.erase_served += served
        self.within_reach += within_reach
        self.reached += within_reach and served

    # --- the figures

    @property
    def edits(self) -> int:
        """All edits that were asked for."""
        return len(self.served) + len(self.failed)

    @property
    def availability(self) -> float:
        """The share of all edits that were served, 0–1."""
        return len(self.served) / max(1, self.edits)

    @property
    def erase_availability(self) -> float:
        """The same of the edits that this computer can do, too: those that erase."""
        return self.erase_served / max(1, self.erase_edits)

    @property
    def reach(self) -> float:
        """The share that was served of the edits that somebody could have served, 0–1."""
        return self.reached / max(1, self.within_reach)

    @property
    def spent(self) -> float:
        """US dollars that the platforms charged."""
        return sum(charge.usd for charge in self.charges)

    @property
    def paid_twice(self) -> int:
        """Edits for which more than one run was charged that made, or would have made, a good picture."""
        good = (sum(charge.has_picture for charge in charges) for charges in self._by_edit.values())
        return sum(runs > 1 for runs in good)

    @property
    def lost(self) -> int:
        """Good pictures that were made and paid for, and that the user never got."""
        return sum(one.has_picture and not one.received and not one.stopped for one in self.charges)

    @property
    def sent_again(self) -> int:
        """Charges for an order that the same platform had carried out, or was carrying out, when it was sent again."""
        again = 0
        for charges in self._by_edit.values():
            owing = [charge.platform for charge in charges if charge.has_picture and not charge.stopped]
            again += len(owing) - len(set(owing))
        return again

    @property
    def extra_in_outages(self) -> float:
        """Seconds that calls of platforms which were down took of an edit that was served in an outage, on
        average."""
        return self.wasted / max(1, self.troubled)

    def percentile(self, share: float) -> float:
        """Seconds within which ``share`` (0–100) of the served edits were done; NaN where none was."""
        return float(np.percentile(self.served, share)) if self.served else float("nan")
