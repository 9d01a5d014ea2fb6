"""Whose PC it was when: the rule by which what a PC did as a whole belongs to a person.

A PC on which only one person was ever seen is always theirs. On any other it is theirs whose account came last: signed in,
unlocked the screen, ended a pause or had the agent started. Before anybody came, and 31 days after the last coming before
the period, it is nobody's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import select

from server.days.dirty import LONGEST_STATE
from server.models import Account, AccountDevice, SessionEvent
from server.organisation import AnySession

COMES = ("logon", "unlock", "resume", "agent_start")
LOOK_BACK_MS = int(LONGEST_STATE.total_seconds() * 1000)
ALWAYS = 0

Person = int | None


class Turns(Struct, frozen=True):
    """Who had one PC: from `starts[i]` on it was the PC of `people[i]`, None is nobody.

    ```
    starts   0         | 09:02        | 14:10
    people   nobody    | anita        | boris ---
    ```
    """

    starts: Sequence[int]
    people: Sequence[Person]

    @property
    def only(self) -> Person:
        """The one person who had it all the time; None when it went from hand to hand, or was nobody's."""
        return self.people[0] if len(self.people) == 1 else None

    def at(self, instant: int) -> Person:
        """Return whose it was at an instant."""
        return self.people[bisect_right(self.starts, instant) - 1]


def turns_of_devices(session: AnySession, start: int, end: int) -> dict[int, Turns]:
    """Return the turns of every PC from `start` to `end`."""
    people: dict[int, set[int]] = defaultdict(set)
    seen = select(AccountDevice.device_id, Account.person_id).join(Account, Account.id == AccountDevice.account_id)
    for device, person in session.execute(seen):
        people[device].add(person)
    shared = [device for device, known in people.items() if len(known) > 1]
    comings = _comings(session, shared, start, end)
    alone = {device: Turns((ALWAYS,), tuple(known)) for device, known in people.items() if len(known) == 1}
    return alone | {device: _turns(comings[device], start) for device in shared}


def _comings(session: AnySession, devices: list[int], start: int, end: int) -> dict[int, list[tuple[int, int]]]:
    """Return {device: (instant, person), in order}."""
    columns = select(SessionEvent.device_id, SessionEvent.at, Account.person_id).join(Account, Account.id == SessionEvent.account_id)
    asked = SessionEvent.device_id.in_(devices) & SessionEvent.at.between(start - LOOK_BACK_MS, end) & SessionEvent.change.in_(COMES)
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for device, at, person in session.execute(columns.where(asked).order_by(SessionEvent.at, SessionEvent.epoch_id, SessionEvent.seq)):
        found[device].append((at, person))
    return found


def _turns(comings: Sequence[tuple[int, int]], start: int) -> Turns:
    """Return the turns from `start` on, comings of who is there already left out."""
    before = [person for at, person in comings if at <= start]
    starts: list[int] = [ALWAYS]
    people: list[Person] = [before[-1] if before else None]
    for at, person in comings:
        if at > start and person != people[-1]:
            starts.append(at)
            people.append(person)
    return Turns(tuple(starts), tuple(people))
