"""Every figure that may be shown; the server encodes these, the console decodes them, reports print them.

Durations are whole seconds, shares are 0..1, dates are local days (ISO), instants are milliseconds since 1970 UTC.
`None` stands for "not shown", never for zero.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

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


class SiteTimes(Struct, frozen=True):
    """One site over the period, in engaged seconds; `daily` per day of the period, `by_hour` per hour 0-23 of the local day."""

    site: str
    name: str
    category: Category
    classified: bool
    engaged: int
    previous: int
    people: int
    daily: list[int]
    by_hour: list[int]


class Sites(Struct, frozen=True):
    """Sites visited and the engaged seconds at each, most first, agreeing with Applications to the second.

    ```
    sites ---------------)[ rest )[ without_site )      sum of sites + rest + without_site
    browsers -----------------------)[ elsewhere )      = browsers + elsewhere
    ```
    `without_site` is time in browsers whose site is not known (its `site` is empty), `rest` what the `truncated` sites
    left out of the list add up to, `browsers` all time in browsers, `elsewhere` time at sites in apps not known as browsers.
    """

    period: Period
    days: list[date]
    sites: list[SiteTimes]
    without_site: SiteTimes
    rest: int
    truncated: int
    browsers: int
    elsewhere: int
    categories: Categories
    coverage: float | None


class BandPart(Struct, frozen=True):
    """A stretch of one person's day, as instants, with one presence; the last four are None where nothing was in front."""

    start: int
    end: int
    presence: Presence
    app: str | None
    site: str | None
    name: str | None
    category: Category | None


class Band(Struct, frozen=True):
    """One person's local day without a hole, from its start to its end or to now; `times` are its seconds.

    A day of very many parts is told in fewer: then parts shorter than `merged_below` seconds were joined to the one
    before them. 0 says that nothing was joined, and the parts sum to `times`.
    """

    person: Person
    day: date
    start: int
    end: int
    parts: list[BandPart]
    times: Times
    merged_below: int


class Worked(Struct, frozen=True):
    """Engaged seconds of everybody in the scope from day `first` to `last`; `whole`: the period holds all of that week or month."""

    first: date
    last: date
    whole: bool
    active: int
    reading: int
    meeting: int
    people: int

    @property
    def engaged(self) -> int:
        """Engaged seconds in all."""
        return self.active + self.reading + self.meeting


class Timeline(Struct, frozen=True):
    """One person's day as a band, and the scope's rhythm: hours of the week, days, ISO weeks and months.

    `heatmap[weekday][hour]` are engaged seconds, Monday first; `room[weekday][hour]` is how many seconds that hour had over
    the period, everybody in the scope added up: 3600 for each person and week, and 7200 where the clock went through it twice.
    `band` is None unless one person and one day are asked for.
    """

    period: Period
    band: Band | None
    heatmap: list[list[int]]
    room: list[list[int]]
    days: list[Worked]
    weeks: list[Worked]
    months: list[Worked]


class InputMinute(Struct, frozen=True):
    """What was counted in one UTC minute: keys, clicks, scrolls, and pixels the pointer moved; never which."""

    start: int
    keys: int
    clicks: int
    scrolls: int
    pointer_px: int


class Review(Struct, frozen=True):
    """A minute whose review is suggested, with the numbers that suggest it and no conclusion; it changes no total.

    Of `samples` seconds `zero_samples` saw no input; at most `distinct_counts` different counts occurred; `repeats` is in
    how many minutes running, this one among them, the input was exactly the same.
    """

    start: int
    keys: int
    clicks: int
    scrolls: int
    pointer_px: int
    samples: int
    zero_samples: int
    distinct_counts: int
    repeats: int


class Quiet(Struct, frozen=True):
    """A stretch between a person's first and last engaged instant of a day with one presence that is not engaged; instants."""

    person: Person
    start: int
    end: int
    presence: Presence


class DayParts(Struct, frozen=True):
    """One local day of everybody in the scope: seconds of each presence, and minutes whose review is suggested."""

    day: date
    times: Times
    review_minutes: int


class PersonParts(Struct, frozen=True):
    """One person over the period: seconds of each presence, and minutes whose review is suggested."""

    person: Person
    times: Times
    review_minutes: int


class Inactivity(Struct, frozen=True):
    """Input per minute of one person's day, and for any scope what was not engaged, each presence apart.

    `minutes` and `review` are None unless one person and one day are asked for; a minute without any evidence is not among
    them. `quiet` are the longest quiet stretches; of person-days that have any, `unsearched` were left out of that search
    because of their number, which leaves no stretch longer than `unsearched_most` seconds unseen.
    """

    period: Period
    minutes: list[InputMinute] | None
    review: list[Review] | None
    days: list[DayParts]
    people: list[PersonParts]
    quiet: list[Quiet]
    unsearched: int
    unsearched_most: int


class Traffic(Struct, frozen=True):
    """Bytes on the network; those a system could only estimate are kept apart from exact ones."""

    sent: int = 0
    received: int = 0
    sent_estimated: int = 0
    received_estimated: int = 0

    @property
    def total(self) -> int:
        """All bytes, the estimated ones too."""
        return self.sent + self.received + self.sent_estimated + self.received_estimated


class AppTraffic(Struct, frozen=True):
    """One app's bytes over the period, how many people it served, and the total of each day."""

    app: str
    name: str
    traffic: Traffic
    people: int
    daily: list[int]


class PersonTraffic(Struct, frozen=True):
    """One person's bytes over the period."""

    person: Person
    traffic: Traffic


class Bandwidth(Struct, frozen=True):
    """Bytes by app and by person, most first; `daily` names each day of `days`.

    `nobody` are bytes of shared PCs while nobody was signed in; None in a scope that leaves anybody out. `truncated` is
    how many apps are not in the list; `total` holds theirs too.
    """

    period: Period
    days: list[date]
    total: Traffic
    previous: Traffic
    daily: list[Traffic]
    apps: list[AppTraffic]
    people: list[PersonTraffic]
    nobody: Traffic | None
    truncated: int


class FileAction(Struct, frozen=True):
    """One file event as reported; `bytes` and `process` are None where the PC did not say, `new_path` where nothing was renamed."""

    at: int
    person: Person
    account: str
    host: str
    action: str
    source: str
    path: str
    new_path: str | None
    bytes: int | None
    process: str | None


class Renamed(Struct, frozen=True):
    """A file went from one name to another."""

    at: int
    person: Person
    path: str
    new_path: str


class Burst(Struct, frozen=True):
    """Many file events of one kind by one person in one UTC minute: how many, nothing more."""

    person: Person
    start: int
    action: str
    count: int


class FileGap(Struct, frozen=True):
    """From `start` to `end` file events of a PC may be missing: silence there is not completeness. `lost` counts those known."""

    host: str
    start: int
    end: int
    what: str
    reason: str
    lost: int


class Files(Struct, frozen=True):
    """One page of file events, newest first; `next` is the cursor of the page after it, None at the end.

    A page may be short, or empty, and yet have a `next`: so many rows were looked through for it. The first page also has
    what belongs to the whole search, which later pages leave out (None): `renames`, oldest first, are all earlier and later
    names, within the period, of the one path asked for; `bursts` and `gaps` are about the same people, PCs and days
    whatever else is searched for. `truncated` is how many rows of these three lists were left out.
    """

    period: Period
    rows: list[FileAction]
    next: str | None
    renames: list[Renamed] | None
    bursts: list[Burst] | None
    gaps: list[FileGap] | None
    truncated: int


class Severity(StrEnum):
    """How soon somebody should read an alert."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class AlertStatus(StrEnum):
    """What became of an alert."""

    OPEN = "open"


class Alert(Struct, frozen=True):
    """Something to read: `kind` chooses the sentence, `subject` and `amount` fill it in, as in `Attention`.

    `id` stays while the same thing is the matter; `since` is the instant it began, None where that is not known.
    """

    id: str
    kind: str
    severity: Severity
    subject: str
    amount: float
    since: int | None
    status: AlertStatus


class Alerts(Struct, frozen=True):
    """One page of alerts, the most severe first; `next` is the cursor of the page after it, None at the end."""

    period: Period
    alerts: list[Alert]
    next: str | None


class Look(Struct, frozen=True):
    """Somebody looked at one person's figures: when, who, at what, and which days or filters."""

    at: int
    who: str
    what: str
    detail: str


class Me(Struct, frozen=True):
    """A person's own figures, and who looked at them: the newest looks first, `truncated` older ones not listed."""

    overview: Overview
    applications: Applications
    looks: list[Look]
    truncated: int


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
