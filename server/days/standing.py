"""What the session changes of a PC say about a person's time, for where no evidence says more.

```
events       boot   lock   sleep    wake   unlock   pause   lock  unlock  resume   shutdown   agent_stop
standing   off )[ ? )[locked)[asleep)[locked)[ ?    )[paused                 )[ ?  )[ off …   (off stays off)
```
A change begins some holds and ends others, each for good until another change; no change asks what was before it. So
of the changes before a day, the last of each kind on each device and account tells how the day began.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import Enum, auto
from itertools import zip_longest
from typing import NamedTuple

from msgspec import Struct

from policy.events import LATEST_MS, SessionChange
from policy.presence import Presence

SILENCE_MS = 15 * 60_000
"""A report of work holds until the next sign of life, unless that is further away: then it ends at once."""


class SessionFact(Struct, frozen=True):
    """A session change at an instant; `order` (a sequence number) says which of two at the same instant came first.

    `account` None: it concerns every account on the device.
    """

    device: int
    account: int | None
    at: int
    change: SessionChange
    order: int


class Track(NamedTuple):
    """One account on one device; the account is None where a device is known only by changes of its own."""

    device: int
    account: int | None


class Stretch(NamedTuple):
    """A presence from one instant to another, by session changes alone; never `unknown`, which is what is left."""

    start: int
    end: int
    presence: Presence


class _Hold(Enum):
    PAUSED = auto()
    POWERED_OFF = auto()
    SIGNED_OUT = auto()
    ASLEEP = auto()
    LOCKED = auto()
    WORKING = auto()


_SHOWN_FIRST = {
    _Hold.PAUSED: Presence.PAUSED,
    _Hold.POWERED_OFF: Presence.OFF,
    _Hold.SIGNED_OUT: Presence.OFF,
    _Hold.ASLEEP: Presence.ASLEEP,
    _Hold.LOCKED: Presence.LOCKED,
    _Hold.WORKING: Presence.ACTIVE,
}
"""What is shown where several hold. A pause comes first: it is a promise, and lock or sleep within it do not end it."""

_Holds = frozenset[_Hold]
_NONE: _Holds = frozenset()
_AWAY: _Holds = frozenset({_Hold.POWERED_OFF, _Hold.SIGNED_OUT, _Hold.ASLEEP})


def _holds(*names: _Hold) -> _Holds:
    return frozenset(names)


_FOR_DEVICE: dict[SessionChange, tuple[_Holds, _Holds]] = {
    "boot": (_NONE, _holds(_Hold.POWERED_OFF, _Hold.ASLEEP, _Hold.LOCKED, _Hold.PAUSED)),
    "shutdown": (_holds(_Hold.POWERED_OFF), _holds(_Hold.LOCKED, _Hold.PAUSED)),
    "sleep": (_holds(_Hold.ASLEEP), _NONE),
    "wake": (_NONE, _holds(_Hold.ASLEEP, _Hold.POWERED_OFF)),  # a fast start-up says wake where it should say boot
    "agent_start": (_NONE, _holds(_Hold.POWERED_OFF, _Hold.ASLEEP, _Hold.LOCKED)),
    "agent_stop": (_NONE, _holds(_Hold.LOCKED)),  # an unlock would go unseen; that the PC went off or to sleep stays true
}
"""Change -> (holds it begins, holds it ends) for every account on the device."""

_FOR_ACCOUNT: dict[SessionChange, tuple[_Holds, _Holds]] = {
    "logon": (_NONE, frozenset(_Hold)),
    "logoff": (_holds(_Hold.SIGNED_OUT), _holds(_Hold.LOCKED, _Hold.PAUSED)),
    "lock": (_holds(_Hold.LOCKED), _holds(_Hold.POWERED_OFF, _Hold.SIGNED_OUT, _Hold.WORKING)),
    "working": (_holds(_Hold.WORKING), _AWAY | {_Hold.LOCKED}),
    "unlock": (_NONE, _AWAY | {_Hold.LOCKED}),
    "pause": (_holds(_Hold.PAUSED), _AWAY),
    "resume": (_NONE, _AWAY | {_Hold.PAUSED}),
    "agent_start": (_NONE, _holds(_Hold.SIGNED_OUT, _Hold.PAUSED)),  # a pause does not outlive the agent that promised it
    "agent_stop": (_NONE, _holds(_Hold.PAUSED)),
}
"""The same for the account that the change names."""


def standings(sessions: Iterable[SessionFact], seen: Iterable[tuple[int, int]]) -> dict[Track, list[Stretch]]:
    """Return the stretches of every account on every device of `sessions`, and of those `seen` in spans, in time order.

    A state that nothing ends runs on for ever.
    """
    by_device: dict[int, list[SessionFact]] = defaultdict(list)
    for fact in _each_once(sessions):
        by_device[fact.device].append(fact)
    return {track: _stretches(by_device[track.device], track.account) for track in _tracks(by_device, seen)}


def _tracks(by_device: dict[int, list[SessionFact]], seen: Iterable[tuple[int, int]]) -> list[Track]:
    accounts: dict[int, set[int | None]] = {device: set() for device in by_device}
    for device, account in seen:
        accounts.setdefault(device, set()).add(account)
    for device, facts in by_device.items():
        accounts[device] |= {fact.account for fact in facts if fact.change not in _FOR_DEVICE and fact.account is not None}
    return [Track(device, account) for device, known in accounts.items() for account in known or {None}]


def _each_once(sessions: Iterable[SessionFact]) -> list[SessionFact]:
    """Return the changes in time order; one that was sent twice under other numbers stands where it stood first."""
    latest_first = sorted(sessions, key=lambda fact: (fact.at, fact.order, fact.change, fact.account or 0), reverse=True)
    once = {(fact.device, fact.account, fact.at, fact.change): fact for fact in latest_first}
    return sorted(once.values(), key=lambda fact: (fact.at, fact.order, fact.change, fact.account or 0))


def _stretches(facts: Sequence[SessionFact], account: int | None) -> list[Stretch]:
    stretches: list[Stretch] = []
    holds, shown, since = _NONE, Presence.UNKNOWN, 0
    facts = [fact for fact in facts if fact.change in _FOR_DEVICE or fact.account is None or fact.account == account]
    for fact, following in zip_longest(facts, facts[1:]):
        holds = _after(holds, fact, account)
        if following is None or following.at - fact.at > SILENCE_MS:
            holds -= {_Hold.WORKING}
        now_shown = _shown(holds)
        if now_shown is not shown:
            stretches.append(Stretch(since, fact.at, shown))
            shown, since = now_shown, fact.at
    stretches.append(Stretch(since, LATEST_MS, shown))
    return [one for one in stretches if one.presence is not Presence.UNKNOWN and one.start < one.end]


def _after(holds: _Holds, fact: SessionFact, account: int | None) -> _Holds:
    effects = [_FOR_DEVICE.get(fact.change)]
    if fact.account is None or fact.account == account:
        effects.append(_FOR_ACCOUNT.get(fact.change))
    for begins, ends in filter(None, effects):
        holds = holds - ends | begins
    return holds


def _shown(holds: _Holds) -> Presence:
    return next((presence for hold, presence in _SHOWN_FIRST.items() if hold in holds), Presence.UNKNOWN)
