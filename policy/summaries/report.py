"""A report of a period as one frozen value: everything that its PDF and its workbook print, and nothing besides.

The figures that a tab shows too are that tab's own summary (Overview, Applications, ...), so that paper and window cannot
disagree. A part that has no source is None and is then not printed: it is never empty by pretence.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from policy.redaction import TitleMode
from policy.retention import Retention
from policy.summaries.alerts import Alert
from policy.summaries.applications import Applications
from policy.summaries.bandwidth import Bandwidth
from policy.summaries.files import Burst, FileGap
from policy.summaries.inactivity import Inactivity
from policy.summaries.overview import Overview
from policy.summaries.period import Period, Person, Team
from policy.summaries.sites import Sites
from policy.summaries.times import Categories, Times

REAL_HOUR = 40 * 60
"""Seconds of unbroken work that make one real work hour (source 000)."""
LOAD_OVER, LOAD_UNDER = 1.2, 0.8
"""From this multiple of the team's norm on a load is over it, and up to this one under it."""


class Rhythm(StrEnum):
    """How long a report's period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class ReportScope(Struct, frozen=True):
    """Whom a report is about; `id` is the team's or person's, None for the company; `name` is as printed."""

    kind: Literal["company", "team", "person"]
    id: int | None
    name: str


class Usual(Struct, frozen=True):
    """The median of the four periods before of each tile's figure; None where there were none."""

    active_people: float | None = None
    engaged: float | None = None
    productivity: float | None = None
    idle: float | None = None
    coverage: float | None = None


class TrendPoint(Struct, frozen=True):
    """One period of the trend, everybody in the scope added up; `first` and `last` are its days."""

    first: date
    last: date
    times: Times
    categories: Categories
    productivity: float | None
    coverage: float | None
    people: int


class TeamTimes(Struct, frozen=True):
    """One team over the period and what it was engaged in the period before; `team` is None for people in no team.

    `people` were active, `members` are all. `productivity` and `coverage` are None where they may not or cannot be said.
    """

    team: Team | None
    members: int
    people: int
    times: Times
    categories: Categories
    productivity: float | None
    coverage: float | None
    previous: int
    real_hours: int


class Arrival(StrEnum):
    """What the records say of a person's day beside the hours in which work is expected.

    `not_seen` is an expected day without engaged time: leave, work away from the PC and a silent PC look the same from here.
    `extra` is a day with engaged time on which no work was expected, `free` one without.
    """

    ON_TIME = "on_time"
    LATE = "late"
    NOT_SEEN = "not_seen"
    EXTRA = "extra"
    FREE = "free"


class PersonDay(Struct, frozen=True):
    """One person's local day: the shift expected, the first and last engaged instant, and the time engaged, within the shift too.

    A night shift belongs to the day it begins on. `shift_start` and `shift_end` are instants, None where nothing was expected;
    with several stretches in a day they are the first start and the last end, and `expected` is what lies in the stretches.
    `real_hours` are the day's 40-minute real work hours.
    """

    person: Person
    day: date
    arrival: Arrival
    shift_start: int | None
    shift_end: int | None
    expected: int
    first: int | None
    last: int | None
    engaged: int
    in_shift: int
    real_hours: int


class Load(StrEnum):
    """A person's engaged time per day beside the norm of their team; `unknown` where coverage is too low to say."""

    OVER = "over"
    USUAL = "usual"
    UNDER = "under"
    UNKNOWN = "unknown"


class Workload(Struct, frozen=True):
    """How much a person carries: engaged seconds per day with any, the team's median of the same, and time outside expected hours."""

    person: Person
    days: int
    per_day: int
    norm: int
    outside: int
    load: Load


def load_of(per_day: int, norm: int, *, known: bool) -> Load:
    """Return how a day's engaged seconds compare with the team's norm."""
    if not known or norm <= 0:
        return Load.UNKNOWN
    share = per_day / norm
    return Load.OVER if share >= LOAD_OVER else Load.UNDER if share <= LOAD_UNDER else Load.USUAL


class PersonBefore(Struct, frozen=True):
    """What a person was engaged in the period before; None where they were not yet there."""

    person: Person
    engaged: int | None


class PersonFiles(Struct, frozen=True):
    """One person's file events over the period, by what happened."""

    person: Person
    created: int = 0
    modified: int = 0
    deleted: int = 0
    renamed: int = 0
    opened: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.created + self.modified + self.deleted + self.renamed + self.opened


class FileActivity(Struct, frozen=True):
    """File events: how many, by whom, bursts of one kind in one minute, and stretches in which some may be missing.

    `bursts` are the largest, `truncated` how many of bursts and gaps were left out.
    """

    previous: int
    people: list[PersonFiles]
    bursts: list[Burst]
    gaps: list[FileGap]
    truncated: int = 0

    @property
    def total(self) -> int:
        """All events."""
        return sum(one.total for one in self.people)


class ClientTime(Struct, frozen=True):
    """One person's engaged seconds for one client's or project's code."""

    person: Person
    code: str
    client: str
    project: str
    billable: bool
    seconds: int


class Attribution(Struct, frozen=True):
    """Engaged time by client and project; `rows` and `unattributed` sum to all engaged time of the scope."""

    rows: list[ClientTime]
    unattributed: int

    @property
    def total(self) -> int:
        """All engaged seconds, attributed or not."""
        return sum(row.seconds for row in self.rows) + self.unattributed


class SilentDevice(Struct, frozen=True):
    """A PC that sent nothing at the end of the period; `seen` is its last sign of life, None for never."""

    hostname: str
    seen: int | None


class Coverage(Struct, frozen=True):
    """How much is known: PCs and those silent, expected seconds, those with no record and those paused, and records lost or refused."""

    devices: int
    silent: list[SilentDevice]
    expected: int
    missing: int
    paused: int
    lost: int
    quarantined: int


class Contested(Struct, frozen=True):
    """A stretch somebody says is wrong about them, what they say, and what became of it."""

    person: Person
    start: int
    end: int
    note: str
    answer: str | None


class ChainHead(Struct, frozen=True):
    """Where the audit log's chain stood when the report was made."""

    entries: int
    head: str


class Privacy(Struct, frozen=True):
    """What was recorded about people in the scope, what they were told, and how long it is kept.

    Of `accounts`, `acknowledged` have a current answer to the notice, `consented` among them by consent, `withdrawn` took it back.
    """

    accounts: int
    acknowledged: int
    consented: int
    withdrawn: int
    titles: TitleMode
    network: bool
    folders: int
    captures: bool
    work_hours_only: bool
    retention: Retention
    contact: str | None = None


class Revised(Struct, frozen=True):
    """A figure that late data changed since the revision before: which (a key of `policy.definitions`), of whom, from what to what."""

    figure: str
    whom: str
    unit: Literal["seconds", "share", "count", "bytes"]
    before: float | None
    after: float | None


class Report(Struct, frozen=True):
    """Everything a report prints. `overview.period` are its days, zone and the instant it was made.

    `revision` counts from 1, and `changes` says what became different since the one before. `trend` are up to twelve periods,
    oldest first, this one last. `days` are person by person, each day of the period. `withheld` are teams too small for rows
    about single people; their people are in no list of this report. `attribution`, `contested` and `chain` are absent (None)
    where nothing feeds them. `grace` is how many seconds after a shift's start still count as on time.
    """

    organisation: str
    scope: ReportScope
    rhythm: Rhythm
    program: str
    language: str
    overview: Overview
    usual: Usual
    trend: list[TrendPoint]
    teams: list[TeamTimes]
    before: list[PersonBefore]
    applications: Applications
    sites: Sites
    inactivity: Inactivity
    days: list[PersonDay]
    grace: int
    workload: list[Workload]
    bandwidth: Bandwidth
    files: FileActivity
    alerts: list[Alert]
    alerts_truncated: int
    coverage: Coverage
    privacy: Privacy
    attribution: Attribution | None = None
    contested: list[Contested] | None = None
    chain: ChainHead | None = None
    withheld: list[Team] = []
    revision: int = 1
    changes: list[Revised] = []

    @property
    def period(self) -> Period:
        """Which days, in which zone, made when."""
        return self.overview.period
