"""Every figure that may be shown; the server encodes these, the console decodes them, reports print them.

Durations are whole seconds, shares are 0..1, dates are local days (ISO), instants are milliseconds since 1970 UTC.
`None` stands for "not shown", never for zero.
"""

from policy.summaries.alerts import Alert, AlertAction, AlertCount, Alerts, AlertStatus, AlertWish, Reason, Severity
from policy.summaries.applications import Applications, AppTimes
from policy.summaries.bandwidth import AppTraffic, Bandwidth, PersonTraffic, Traffic
from policy.summaries.devices import Delivery, Devices
from policy.summaries.doors import Health, SignInReply, SignInRequest
from policy.summaries.exports import ExportForm, ExportNote
from policy.summaries.files import Burst, FileAction, FileGap, Files, Renamed
from policy.summaries.inactivity import DayParts, Inactivity, InputMinute, PersonParts, Quiet, Review
from policy.summaries.me import Look, Me
from policy.summaries.overview import Attention, DayTimes, Figure, Now, Overview, PersonTimes
from policy.summaries.period import Choices, Period, Person, Team
from policy.summaries.rules import (
    Matched,
    Moved,
    NamedByNoRule,
    Override,
    RuleChange,
    RuleEffect,
    Rules,
    RuleSaved,
    RuleWish,
    Unclassified,
    UndoWish,
)
from policy.summaries.settings import Denied, Organisation, Settings, SettingsWish
from policy.summaries.sites import SitePeople, SitePerson, Sites, SiteTimes
from policy.summaries.timeline import Band, BandPart, Timeline, Worked
from policy.summaries.times import ENOUGH_COVERAGE, Categories, Times, productivity

__all__ = [
    "ENOUGH_COVERAGE",
    "Alert",
    "AlertAction",
    "AlertCount",
    "AlertStatus",
    "AlertWish",
    "Alerts",
    "AppTimes",
    "AppTraffic",
    "Applications",
    "Attention",
    "Band",
    "BandPart",
    "Bandwidth",
    "Burst",
    "Categories",
    "Choices",
    "DayParts",
    "DayTimes",
    "Delivery",
    "Denied",
    "Devices",
    "ExportForm",
    "ExportNote",
    "Figure",
    "FileAction",
    "FileGap",
    "Files",
    "Health",
    "Inactivity",
    "InputMinute",
    "Look",
    "Matched",
    "Me",
    "Moved",
    "NamedByNoRule",
    "Now",
    "Organisation",
    "Override",
    "Overview",
    "Period",
    "Person",
    "PersonParts",
    "PersonTimes",
    "PersonTraffic",
    "Quiet",
    "Reason",
    "Renamed",
    "Review",
    "RuleChange",
    "RuleEffect",
    "RuleSaved",
    "RuleWish",
    "Rules",
    "Settings",
    "SettingsWish",
    "Severity",
    "SignInReply",
    "SignInRequest",
    "SitePeople",
    "SitePerson",
    "SiteTimes",
    "Sites",
    "Team",
    "Timeline",
    "Times",
    "Traffic",
    "Unclassified",
    "UndoWish",
    "Worked",
    "productivity",
]
