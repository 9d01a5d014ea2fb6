"""What an organisation decides, as a whole and as somebody changes it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from policy.presence import Thresholds
from policy.purposes import FREE_CONSENT, NEEDS_REASON, Bases, Basis, Purpose
from policy.redaction import TitleMode
from policy.retention import Limits, Profile, Retention
from policy.summaries.numbers import Number
from policy.wire import Folder
from policy.works_council import FEWEST
from policy.worktime import DEFAULT_HOURS, WorkHours, zone_named

Pattern = Annotated[str, Meta(min_length=1, max_length=256)]
Every = Annotated[float, Meta(ge=0, le=86_400)]
MOST_PATTERNS = 64


class Denied(Struct, frozen=True, forbid_unknown_fields=True):
    """An app or a site that nobody is to use here; its use is an alert, nothing is blocked."""

    kind: Literal["app", "site"]
    pattern: Pattern


Word = Annotated[str, Meta(min_length=1, max_length=64)]
Named = Annotated[str, Meta(max_length=128)]
Address = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^\s@<>,;]+@[^\s@<>,;]+\Z")]
ReportLanguage = Literal["en", "hi", "bn"]


class ClientRule(Struct, frozen=True, forbid_unknown_fields=True):
    """Time whose app, site or title has `token` as whole words belongs to a client's or project's `code`, and only that is shown."""

    token: Word
    code: Word
    client: Named = ""
    project: Named = ""
    billable: bool = True


class ReportChoices(Struct, frozen=True, forbid_unknown_fields=True):
    """Which reports are made by themselves, for whom, and to whom they go; `contact` is whom to ask about them.

    They are made at `hour` o'clock: the day's on the next day, the week's on Monday, the month's on its following first. With
    `teams` there is one for each team that has a manager, beside the company's. `grace` is how many seconds late is on time.
    """

    daily: bool = False
    weekly: bool = True
    monthly: bool = False
    hour: Annotated[int, Meta(ge=0, le=23)] = 6
    teams: bool = True
    language: ReportLanguage = "en"
    recipients: Annotated[list[Address], Meta(max_length=32)] = []
    grace: Annotated[int, Meta(ge=0, le=7200)] = 600
    contact: Named = ""


class Organisation(Struct, frozen=True, forbid_unknown_fields=True):
    """Every organisation-wide choice with its default; durations are seconds.

    Screens are captured every `capture_every` seconds (0: never), and only of the teams in `capture_teams`; clips of their screens may
    last up to `clip_seconds` (0: there are none). `folders` are
    watched by the agents; an event at one of the `watched_paths` is an alert. Views of fewer than `ask_below` people ask for a
    reason (0: never), and so does a view of one person where `ask_for_person`; a reason opens for `unlock_minutes`. `client_rules` say
    which time is for which client; where several fit, the longest token decides, then the first. `dpia` is where the data protection impact
    assessment is filed, `bases` what each purpose rests on and `consent_note` why consent is free here, `works_council` which agreement
    with a works council holds: what it locks (`policy/works_council.py`) stays.
    """

    name: Annotated[str, Meta(min_length=1, max_length=128)] = "Our office"
    zone: str = "UTC"
    hours: WorkHours = DEFAULT_HOURS
    titles: TitleMode = "redacted"
    sample_every: Annotated[float, Meta(ge=0.2, le=60)] = 1.0
    send_every: Annotated[float, Meta(ge=0.5, le=3600)] = 60.0
    health_every: Annotated[float, Meta(ge=1, le=3600)] = 60.0
    network_every: Annotated[float, Meta(ge=0, le=3600)] = 60.0
    work_hours_only: bool = False
    folders: Annotated[list[Folder], Meta(max_length=64)] = []
    capture_every: Every = 0.0
    capture_teams: list[int] = []
    clip_seconds: Annotated[int, Meta(ge=0, le=60)] = 0
    retention: Retention = Retention()
    profile: Profile = "none"
    limits: Limits = Limits()
    thresholds: Thresholds = Thresholds()
    watched_paths: Annotated[list[Pattern], Meta(max_length=MOST_PATTERNS)] = []
    denied: Annotated[list[Denied], Meta(max_length=MOST_PATTERNS)] = []
    ask_below: Annotated[int, Meta(ge=0, le=100)] = FEWEST
    ask_for_person: bool = False
    unlock_minutes: Annotated[int, Meta(ge=1, le=24 * 60)] = 60
    reports: ReportChoices = ReportChoices()
    client_rules: Annotated[list[ClientRule], Meta(max_length=500)] = []
    bases: Bases = Bases()
    consent_note: Annotated[str, Meta(max_length=500)] = ""
    dpia: Named = ""
    works_council: Named = ""
    revision: int = 1

    def __post_init__(self) -> None:
        zone_named(self.zone)
        zone_named(self.hours.zone)
        forced = [one.value for one in Purpose if one in NEEDS_REASON and self.bases.of(one) is Basis.CONSENT]
        if self.profile in FREE_CONSENT and forced and not self.consent_note.strip():
            raise ValueError(
                f"under the profile {self.profile!r} consent alone is no basis for {', '.join(forced)}: say why it is free here"
            )


class Settings(Struct, frozen=True):
    """The organisation's choices, and a sentence for each that is not as its retention profile asks."""

    organisation: Organisation
    conflicts: list[str]


class SettingsWish(Struct, frozen=True, forbid_unknown_fields=True):
    """What shall be otherwise: choices by name; `revision` is the one that was seen, so that nobody overwrites another's change."""

    revision: Number
    changes: dict[str, Any]
