"""Who belongs to the office as administrators see and change it: people, teams, accounts, PCs and the codes that let PCs in.

A change names the `revision` that was seen; where somebody changed the same thing since, it is refused as stale.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from policy.summaries.numbers import Number
from policy.worktime import WorkHours

Name = Annotated[str, Meta(min_length=1, max_length=128)]
LongName = Annotated[str, Meta(min_length=1, max_length=256)]


class AccountEntry(Struct, frozen=True):
    """An OS account, the PCs it was seen on, and the newest answer to the notice; `unassigned`: nobody has said yet whose it is."""

    id: int
    name: str
    person: int
    devices: list[str]
    notice_at: int | None
    notice_answer: str | None
    unassigned: bool


class PersonEntry(Struct, frozen=True):
    """Somebody whose time is recorded; `zone` and `hours` are None where the organisation's hold. Whoever was erased is not listed."""

    id: int
    name: str
    team: int | None
    zone: str | None
    hours: WorkHours | None
    since: int
    active: bool
    revision: int
    accounts: list[AccountEntry]
    restricted: bool = False


class TeamEntry(Struct, frozen=True):
    """A team, how many people are in it, and who leads it."""

    id: int
    name: str
    people: int
    managers: list[str]
    revision: int


class Office(Struct, frozen=True):
    """Everybody and every team a viewer may administer, and what holds where nothing else is said."""

    people: list[PersonEntry]
    teams: list[TeamEntry]
    zone: str
    hours: WorkHours


class Made(Struct, frozen=True):
    """The number of what was made."""

    id: int


class Changed(Struct, frozen=True):
    """The revision after a change."""

    revision: int


class PersonWish(Struct, frozen=True, forbid_unknown_fields=True):
    """A new person."""

    name: LongName
    team: Number | None = None
    zone: str | None = None
    hours: WorkHours | None = None


class PersonChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What shall be otherwise about a person; what is left out stays."""

    person: Number
    revision: Number
    name: LongName | UnsetType = UNSET
    team: Number | UnsetType | None = UNSET
    zone: str | UnsetType | None = UNSET
    hours: WorkHours | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


class TeamWish(Struct, frozen=True, forbid_unknown_fields=True):
    """A new team."""

    name: Name


class TeamChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A team's new name."""

    team: Number
    revision: Number
    name: Name


class AccountLink(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose account it is: all its time, past time too, becomes that person's."""

    account: Number
    person: Number


class DeviceChange(Struct, frozen=True, forbid_unknown_fields=True):
    """The team a PC belongs to."""

    device: LongName
    revision: Number
    team: Number | None


class DeviceRevoke(Struct, frozen=True, forbid_unknown_fields=True):
    """The PC whose credential is taken away."""

    device: LongName


class CodeWish(Struct, frozen=True, forbid_unknown_fields=True):
    """A new enrolment code: for the PCs of a team, or for one person's PC."""

    team: Number | None = None
    person: Number | None = None
    uses: Annotated[int, Meta(ge=1, le=500)] = 1
    hours: Annotated[float, Meta(gt=0, le=168)] = 24.0


class CodeMade(Struct, frozen=True):
    """A code, shown this once."""

    id: int
    code: str
    expires: int


class CodeEntry(Struct, frozen=True):
    """A code that was made, without its secret; `uses` of `uses_at_first` are left."""

    id: int
    team: int | None
    person: int | None
    uses: int
    uses_at_first: int
    made: int
    made_by: str
    expires: int
    revoked: bool


class Codes(Struct, frozen=True):
    """The enrolment codes, newest first."""

    codes: list[CodeEntry]


class CodeRevoke(Struct, frozen=True, forbid_unknown_fields=True):
    """The code that shall let nobody in any more."""

    code: Number
