"""Every figure that may be shown; the server encodes these, the console decodes them, reports print them.

Durations are whole seconds, shares are 0..1, dates are local days (ISO), instants are milliseconds since 1970 UTC.
`None` stands for "not shown", never for zero.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from policy.categories import Category
from policy.presence import Presence

ENOUGH_COVERAGE = 0.7
"""Below this coverage a productivity share is not shown (DESIGN.md, section 3)."""


class Period(Struct, frozen=True):
    """The local days a summary is about, first and last inclusive, and what it was made from."""

    first: date
    last: date
    zone: str
    made_at: int
    revision: int


class Team(Struct, frozen=True):
    """A team the viewer may choose."""

    id: int
    name: str


class Person(Struct, frozen=True):
    """A person the viewer may choose."""

    id: int
    name: str
    team: int | None


class Choices(Struct, frozen=True):
    """What the scope bar offers this viewer, the organisation's zone and its name.

    `latest` is the newest day with any figures of a person this viewer may see; None when there is none yet.
    """

    organisation: str
    zone: str
    today: date
    teams: list[Team]
    people: list[Person]
    latest: date | None = None


class Times(Struct, frozen=True):
    """A stretch of local time as a partition: the parts sum to its real length."""

    active: int = 0
    reading: int = 0
    meeting: int = 0
    idle: int = 0
    locked: int = 0
    paused: int = 0
    asleep: int = 0
    off: int = 0
    unknown: int = 0

    @property
    def engaged(self) -> int:
        """Seconds with evidence of work at the PC."""
        return self.active + self.reading + self.meeting

    @property
    def total(self) -> int:
        """Seconds in all, the unknown ones too."""
        return self.engaged + self.idle + self.locked + self.paused + self.asleep + self.off + self.unknown

    def of(self, presence: Presence) -> int:
        """Seconds of one presence."""
        seconds: int = getattr(self, presence.value)
        return seconds


class Categories(Struct, frozen=True):
    """Engaged time by category; `unclassified` is the part of neutral that no rule names."""

    productive: int = 0
    neutral: int = 0
    unproductive: int = 0
    unclassified: int = 0

    @property
    def total(self) -> int:
        """Engaged seconds in all."""
        return self.productive + self.neutral + self.unproductive

    def share(self, category: Category) -> float | None:
        """One category's share of engaged time, 0..1; None when there was none."""
        seconds: int = getattr(self, category.value)
        return seconds / self.total if self.total else None


def productivity(categories: Categories, coverage: float | None) -> float | None:
    """Return productive / (productive + neutral + unproductive), or None when coverage is too low to say."""
    if coverage is None or coverage < ENOUGH_COVERAGE:
        return None
    return categories.share(Category.PRODUCTIVE)


class Figure(Struct, frozen=True):
    """One number of a tile: its value, the same for the period before, and its value each day."""

    value: float | None
    previous: float | None
    daily: list[float | None]


class DayTimes(Struct, frozen=True):
    """One local day of the scope, everybody in it added up."""

    day: date
    times: Times
    categories: Categories
    coverage: float | None
    people: int


class PersonTimes(Struct, frozen=True):
    """One person over the period; `first` and `last` are the earliest and latest engaged instants of the last day with any."""

    person: Person
    times: Times
    categories: Categories
    productivity: float | None
    coverage: float | None
    first: int | None
    last: int | None
    review_minutes: int


class Now(Struct, frozen=True):
    """What the newest evidence of a person says; `since` and `seen` are instants."""

    person: Person
    presence: Presence
    app: str | None
    since: int
    seen: int


class Attention(Struct, frozen=True):
    """Something to look at first: `kind` chooses the sentence, `name` and `amount` fill it in.

    Kinds: `silent` (a device, hours without a sign), `quarantined` (a device, events), `lost` (a device, events),
    `coverage` (a person, percent), `no_notice` (a device, refused batches), `clock` (a device, seconds off), `disk` (the server, MiB free).
    """

    kind: str
    name: str
    amount: float


class Overview(Struct, frozen=True):
    """The first tab: key figures, who is active now, and what needs attention first."""

    period: Period
    active_people: Figure
    engaged: Figure
    productivity: Figure
    idle: Figure
    coverage: Figure
    attention: list[Attention]
    now: list[Now]
    days: list[DayTimes]
    people: list[PersonTimes]


class AppTimes(Struct, frozen=True):
    """One app over the period: engaged seconds, who used it, and each day's seconds."""

    app: str
    name: str
    category: Category
    classified: bool
    engaged: int
    previous: int
    idle: int
    people: int
    keys: int
    clicks: int
    scrolls: int
    daily: list[int]


class Applications(Struct, frozen=True):
    """Programs used and the time in each, most first; `days` names the columns of `daily`."""

    period: Period
    days: list[date]
    apps: list[AppTimes]
    categories: Categories
    coverage: float | None


class Delivery(Struct, frozen=True):
    """One device's delivery equation: recorded = stored + quarantined + lost + buffered.

    `recorded` and `buffered` are the agent's own count as last heard, the others what the server holds. Beside it:
    `unrecorded` never got a number, because the agent had no room; `duplicates` came again and were not stored again;
    `refused` says the reasons of what was quarantined, lost or unrecorded.
    """

    device: str
    hostname: str
    team: int | None
    agent_version: str
    enrolled: int
    seen: int | None
    revoked: bool
    clock_offset_ms: int | None
    recorded: int
    stored: int
    quarantined: int
    lost: int
    buffered: int
    unrecorded: int
    duplicates: int
    refused: dict[str, int]

    @property
    def balanced(self) -> bool:
        """Whether every sequence number is accounted for."""
        return self.recorded == self.stored + self.quarantined + self.lost + self.buffered


class Devices(Struct, frozen=True):
    """The fleet as IT sees it: no person's figures."""

    made_at: int
    devices: list[Delivery]


class SignInRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A person at the console says who they are."""

    user: str
    password: str


class SignInReply(Struct, frozen=True):
    """A revocable token, when it expires, and what its holder is."""

    token: str
    expires: int
    role: str
    teams: list[int]


class Health(Struct, frozen=True):
    """The anonymous answer that somebody is at home; `ca` is the PEM whose fingerprint a person or a code vouches for."""

    status: str
    server_id: str
    ca: str
