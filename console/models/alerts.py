"""Alerts in words: one sentence for each kind, its reasons as observed against usual, where its evidence is; and their table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec.structs import replace as changed

from console import words
from console.models import backups
from console.models.files import FileQuestion, action, local_minute
from console.models.rows import Column, RowsModel, Unit
from console.words import NBSP, _, _n
from policy.summaries import Alert, AlertStatus, Attention, BackupTrouble, Reason, Severity

MORNING = time(9)
MINUTE_MS = 60_000


@dataclass(frozen=True)
class Evidence:
    """Where to look: a tab, whom and which day the scope should be about, and what to search files for."""

    tab: str
    person: int | None = None
    day: date | None = None
    files: FileQuestion | None = None


def sentence(one: Alert) -> str:
    """What is the matter, accusing nobody."""
    name, amount, what = words.safe(one.subject, 60), round(one.amount), words.safe(one.what, 80)
    if one.kind == "unauthorised":
        return _("{name} used {what}, which the settings do not allow, for {time}.").format(
            name=name, what=what, time=words.duration(amount)
        )
    if one.kind == "burst":
        many = _n("{n} file was {what} by {name} within a minute.", "{n} files were {what} by {name} within a minute.", amount)
        return many.format(n=words.count(amount), what=action(one.what), name=name)
    if one.kind == "watched":
        many = _n("{n} file event of {name} below the watched {what}.", "{n} file events of {name} below the watched {what}.", amount)
        return many.format(n=words.count(amount), name=name, what=what)
    if one.kind == "carried":
        many = _n("{n} file came to {what} within a minute, by {name}.", "{n} files came to {what} within a minute, by {name}.", amount)
        return many.format(n=words.count(amount), what=what, name=name)
    if one.kind == "looks":
        many = _n("{name} looked at {n} person within an hour.", "{name} looked at {n} people within an hour.", amount)
        return many.format(name=name, n=words.count(amount))
    if one.kind == "report":
        many = _n("The report {name} did not go out after {n} try.", "The report {name} did not go out after {n} tries.", amount)
        return " ".join(filter(None, (many.format(name=name, n=words.count(amount)), words.safe(one.what, 200))))
    if one.kind == "backup":
        return _("The backups are not in order. {why}").format(why=_why_no_backup(one))
    if one.kind == "overdue":
        many = _n("A request of {name} is {n} day past its date.", "A request of {name} is {n} days past its date.", amount)
        return many.format(n=words.count(amount), name=name)
    if one.kind == "unusual":
        first = f": {reason(one.reasons[0])}" if one.reasons else ""
        return _("A day of {name} unlike their others{reason}").format(name=name, reason=first)
    return words.attention(Attention(one.kind, one.subject, one.amount))


def _why_no_backup(one: Alert) -> str:
    if one.subject in list(BackupTrouble):
        return backups.trouble(BackupTrouble(one.subject))
    return words.safe(one.what, 200) or _("The newest one is too old.")


def about(one: Alert) -> str:
    """What kind of thing it is, and whether a rule or a comparison found it."""
    if one.kind == "unusual":
        return _("Found by comparison with this person's own earlier weeks. Unusual is not misconduct: ask before you judge.")
    if one.kind in ("unauthorised", "watched"):
        return _("A rule of your organisation's settings was met. The rule is at fault as often as the person: check it first.")
    if one.kind == "burst":
        return _("A rule was met: 20 or more of a kind within a minute. A backup, a sync or an unpacked archive does that too.")
    if one.kind == "carried":
        return _("A rule was met: 20 or more files within a minute at a removable drive. A backup for the firm does that too.")
    if one.kind == "looks":
        return _("A rule was met: more than 20 people within an hour. The audit log has every look.")
    if one.kind == "report":
        return _("About the server, not about anybody's work: look at Administration, Report files.")
    if one.kind == "backup":
        return _("About the server, not about anybody's work: look at Administration, Backups.")
    if one.kind == "overdue":
        return _("Somebody asked for something about their own record and has waited too long for an answer.")
    return _("About a PC or the record itself, not about anybody's work: the figures rest on it.")


def feature(name: str) -> str:
    """What a finding measures."""
    if name.startswith("hours_"):
        start, end = name.removeprefix("hours_").split("_")
        return _("engaged time {start}:00 to {end}:00").format(start=start, end=end)
    return {
        "rest_day": _("engaged time on a day off"),
        "engaged": _("engaged time"),
        "idle": _("time without input"),
        "meeting": _("time in meetings"),
        "unproductive": _("time in apps called unproductive"),
        "unclassified": _("time in apps no rule names"),
        "app_mix": _("how much the mix of apps differs"),
        "site_mix": _("how much the mix of sites differs"),
        "new_apps": _("time in apps never used before"),
        "new_sites": _("sites never visited before"),
        "job_search": _("time at job-search sites"),
        "file_sharing": _("time at file-sharing sites"),
        "personal_mail": _("time in personal mail"),
        "gambling": _("time at gambling sites"),
        "sent": _("data sent"),
        "received": _("data received"),
        "created": _("files created"),
        "deleted": _("files deleted"),
        "renamed": _("files renamed"),
        "removable": _("file events on removable disks"),
        "new_devices": _("PCs never used before"),
        "keys_a_minute": _("keys a minute"),
        "clicks_a_minute": _("clicks a minute"),
        "regular_minutes": _("minutes of very regular input"),
        "longest_streak": _("longest stretch without a break"),
        "breaks_an_hour": _("breaks an hour"),
    }.get(name, words.safe(name.replace("_", " "), 60))


def amount(value: float, unit: str) -> str:
    """A value in a finding's unit."""
    if unit == "h":
        return words.hours(value * 3600)
    if unit == "min":
        return _("{n} min").format(n=words.count(round(value))).replace(" ", NBSP)
    if unit == "share":
        return words.share(value)
    if unit == "count":
        return words.decimal(value)
    return f"{words.decimal(value)}{NBSP}{words.safe(unit, 12)}"


def reason(one: Reason) -> str:
    """`engaged time 20:00 to 24:00 3.1 h, usual 0.2 h`."""
    observed = f"{feature(one.feature)} {amount(one.observed, one.unit)}"
    if one.usual is None:
        return _("{observed}, nothing usual is known yet").format(observed=observed)
    return _("{observed}, usual {usual}").format(observed=observed, usual=amount(one.usual, one.unit))


def severity(value: Severity) -> str:
    """How soon to read it."""
    return {Severity.HIGH: _("High"), Severity.MEDIUM: _("Medium"), Severity.LOW: _("Low")}[value]


def status(one: Alert, zone: str) -> str:
    """What became of it."""
    text = {
        AlertStatus.OPEN: _("open"),
        AlertStatus.ACKNOWLEDGED: _("acknowledged"),
        AlertStatus.SNOOZED: _("snoozed"),
        AlertStatus.EXPECTED: _("expected"),
    }[one.status]
    if one.until is not None and one.status is not AlertStatus.OPEN:
        return _("{status} until {time}").format(status=text, time=words.minute(one.until, zone))
    return text


def cases(one: Alert) -> str:
    """Which cases point at it, where the viewer may know; empty when none does."""
    titles = [
        words.safe(case.title, 80) if case.open else _("{title} (closed)").format(title=words.safe(case.title, 80)) for case in one.cases
    ]
    return _n("In the case: {titles}", "In the cases: {titles}", len(titles)).format(titles=", ".join(titles)) if titles else ""


def for_a_case(one: Alert, zone: str) -> str:
    """What a case keeps of an alert: what was the matter, when, and its key; of a finding not the reasons, which are figures."""
    since = words.minute(one.since, zone) if one.day is None and one.since is not None else words.day(one.day) if one.day else ""
    key = _("Alert: {alert}").format(alert=words.safe(one.id, 200))
    return "  ·  ".join(part for part in (sentence(changed(one, reasons=[])), since, severity(one.severity), key) if part)


def answer(one: Alert, zone: str) -> str:
    """What the person says to it, and when they said so; empty while they said nothing."""
    if not one.answer or one.person is None:
        return ""
    head = _("What {name} says to it:") if one.answered is None else _("What {name} says to it, {time}:")
    when = words.minute(one.answered, zone) if one.answered is not None else ""
    return f"{head.format(name=words.person(one.person), time=when)}\n{words.safe(one.answer, 2000)}"


def evidence(one: Alert, zone: str) -> Evidence | None:
    """Where the evidence of an alert is; None where it is not in a tab."""
    person = one.person.id if one.person else None
    day = one.day or (words.local(one.since, zone).date() if one.since is not None else None)
    if one.kind == "burst" and one.since is not None:
        return Evidence("files", person, day, FileQuestion(action=one.what, since=one.since, until=one.since + MINUTE_MS - 1))
    if one.kind == "carried" and one.since is not None:
        return Evidence("files", person, day, FileQuestion(path=one.what, since=one.since, until=one.since + MINUTE_MS - 1))
    if one.kind == "watched":
        return Evidence("files", person, day, FileQuestion(path=one.what))
    if one.kind == "unauthorised":
        return Evidence("urls" if "." in one.what and not one.what.endswith(".exe") else "applications", person, day)
    if one.kind in ("unusual", "coverage") and person is not None:
        return Evidence("timeline" if day is not None else "inactivity", person, day)
    return None


class Snooze(StrEnum):
    """For how long an alert may wait."""

    TOMORROW = "tomorrow"
    NEXT_WEEK = "next_week"
    MONTH = "month"


def snoozed_until(choice: Snooze, today: date, zone: str) -> int:
    """Return the instant a snooze ends: nine in the morning of that day."""
    days = {Snooze.TOMORROW: 1, Snooze.NEXT_WEEK: 7 - today.weekday(), Snooze.MONTH: 30}[choice]
    return int(datetime.combine(today + timedelta(days=days), MORNING, ZoneInfo(zone)).timestamp() * 1000)


def alerts_model(
    zone: Callable[[], str], icon: Callable[[Severity], object], answered: Callable[[Alert], object] = lambda _one: None
) -> RowsModel[Alert]:
    """Return the model of alerts, in the server's order until somebody sorts; `answered` is the sign of those somebody answered."""
    columns: list[Column[Alert]] = [
        Column(
            "severity", _("Severity"), lambda one: severity(one.severity), lambda one: list(Severity).index(one.severity), 92,
            icon=lambda one: icon(one.severity), definition="severity",
        ),
        Column("sentence", _("What there is to read"), sentence, lambda one: one.kind, 200, tip=_tip, grows=True),
        Column("since", _("Since"), lambda one: _since(one, zone()), lambda one: one.since, 112, unit=Unit.INSTANT),
        Column("status", _("Status"), lambda one: status(one, zone()), lambda one: one.status.value, 96, icon=answered,
            tip=lambda one: _note(one, zone())),
    ]  # fmt: skip
    return RowsModel(columns, lambda one: one.id, sentence, _searched)


def _searched(one: Alert) -> str:
    return " ".join((sentence(one), one.note or "", one.answer or "", severity(one.severity)))


def _since(one: Alert, zone: str) -> str:
    return local_minute(one.since, zone) if one.since is not None else words.short_day(one.day) if one.day is not None else words.NOTHING


def _tip(one: Alert) -> str:
    return "\n".join((sentence(one), *(reason(each) for each in one.reasons)))


def _note(one: Alert, zone: str) -> str:
    said = [words.safe(part, 400) for part in (one.who, one.note) if part]
    return "\n".join([*said, *filter(None, (answer(one, zone),))])
