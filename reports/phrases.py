"""What presences, categories, arrivals, loads and alerts are called in a report, each in words that accuse nobody."""

from __future__ import annotations

from policy.categories import Category
from policy.presence import Presence
from policy.summaries import Alert, AlertStatus, Arrival, Load, Person, Reason, Rhythm, Severity
from reports.speech import NBSP, Speech, safe

LONGEST_NAME = 80


def person(value: Person) -> str:
    """A person's name."""
    return safe(value.name, LONGEST_NAME)


def presence(value: Presence, say: Speech) -> str:
    """What the evidence says."""
    return {
        Presence.ACTIVE: say("active"),
        Presence.READING: say("reading"),
        Presence.MEETING: say("in a meeting"),
        Presence.IDLE: say("no input seen"),
        Presence.LOCKED: say("screen locked"),
        Presence.PAUSED: say("recording paused"),
        Presence.ASLEEP: say("PC asleep"),
        Presence.OFF: say("PC off"),
        Presence.UNKNOWN: say("nothing known"),
    }[value]


def category(value: Category, say: Speech, *, classified: bool = True) -> str:
    """What an app's time is counted as; it is said of apps and time, never of a person."""
    if not classified:
        return say("Unclassified")
    return {
        Category.PRODUCTIVE: say("Productive"),
        Category.NEUTRAL: say("Neutral"),
        Category.UNPRODUCTIVE: say("Unproductive"),
    }[value]


def arrival(value: Arrival, say: Speech) -> str:
    """How a day began beside the hours in which work is expected."""
    return {
        Arrival.ON_TIME: say("on time"),
        Arrival.LATE: say("late"),
        Arrival.NOT_SEEN: say("not seen at a PC"),
        Arrival.EXTRA: say("extra day"),
        Arrival.FREE: say("free"),
    }[value]


def load(value: Load, say: Speech) -> str:
    """A load beside the team's norm."""
    return {
        Load.OVER: say("above the norm"),
        Load.USUAL: say("near the norm"),
        Load.UNDER: say("below the norm"),
        Load.UNKNOWN: say("not known"),
    }[value]


def kind_of_report(rhythm: Rhythm, say: Speech) -> str:
    """What a report of this length is called."""
    return {Rhythm.DAY: say("Daily report"), Rhythm.WEEK: say("Weekly report"), Rhythm.MONTH: say("Monthly report")}[rhythm]


def period_before(rhythm: Rhythm, say: Speech) -> str:
    """What the figures are compared with."""
    return {Rhythm.DAY: say("the day before"), Rhythm.WEEK: say("the week before"), Rhythm.MONTH: say("the month before")}[rhythm]


def usual_of(rhythm: Rhythm, say: Speech) -> str:
    """What stands behind the median of a tile."""
    return {Rhythm.DAY: say("4-day median"), Rhythm.WEEK: say("4-week median"), Rhythm.MONTH: say("4-month median")}[rhythm]


def severity(value: Severity, say: Speech) -> str:
    """How soon to read it."""
    return {Severity.HIGH: say("High"), Severity.MEDIUM: say("Medium"), Severity.LOW: say("Low")}[value]


def status(one: Alert, say: Speech) -> str:
    """What became of an alert."""
    text = {
        AlertStatus.OPEN: say("open"),
        AlertStatus.ACKNOWLEDGED: say("acknowledged"),
        AlertStatus.SNOOZED: say("snoozed"),
        AlertStatus.EXPECTED: say("expected"),
    }[one.status]
    if one.until is not None and one.status is not AlertStatus.OPEN:
        return say("{status} until {time}", status=text, time=say.moment(one.until))
    return text


def action(value: str, say: Speech) -> str:
    """What happened to a file."""
    known = {
        "created": say("created"),
        "modified": say("modified"),
        "deleted": say("deleted"),
        "renamed": say("renamed"),
        "opened": say("opened"),
    }
    return known.get(value) or safe(value, 40)


def alert(one: Alert, say: Speech) -> str:
    """What is the matter, accusing nobody."""
    name, amount, what = safe(one.subject, 60), round(one.amount), safe(one.what, 80)
    if one.kind == "unauthorised":
        time = say.duration(amount)
        return say("{name} used {what}, which the settings do not allow, for {time}.", name=name, what=what, time=time)
    if one.kind == "burst":
        done = action(one.what, say)
        return say.many(
            "{n} file was {what} by {name} within a minute.",
            "{n} files were {what} by {name} within a minute.",
            amount,
            what=done,
            name=name,
        )
    if one.kind == "carried":
        return say.many(
            "{n} file was copied to {what} by {name} within a minute.",
            "{n} files were copied to {what} by {name} within a minute.",
            amount,
            name=name,
            what=what,
        )
    if one.kind == "watched":
        return say.many(
            "{n} file event of {name} below the watched {what}.",
            "{n} file events of {name} below the watched {what}.",
            amount,
            name=name,
            what=what,
        )
    if one.kind == "looks":
        return say.many("{name} looked at {n} person within an hour.", "{name} looked at {n} people within an hour.", amount, name=name)
    if one.kind == "unusual":
        return say("A day of {name} unlike their others{reason}", name=name, reason="")
    return _about_a_pc(one, say)


def _about_a_pc(one: Alert, say: Speech) -> str:
    name, amount, whole = safe(one.subject, 60), one.amount, round(one.amount)
    if one.kind == "silent":
        return say("{name} has not been heard from for {time}.", name=name, time=say.duration(amount * 3600))
    if one.kind == "quarantined":
        return say.many(
            "{n} event of {name} could not be accepted and is kept aside.",
            "{n} events of {name} could not be accepted and are kept aside.",
            whole,
            name=name,
        )
    if one.kind == "lost":
        return say.many("{n} event of {name} was lost.", "{n} events of {name} were lost.", whole, name=name)
    if one.kind == "coverage":
        return say("Only {share} of {name}'s working time is covered by records.", share=f"{whole}{NBSP}%", name=name)
    if one.kind == "no_notice":
        return say("{name} is not recorded: the notice has not been acknowledged there.", name=name)
    if one.kind == "clock":
        off = say("{n} s", n=abs(whole)).replace(" ", NBSP) if abs(amount) < 120 else say.duration(amount)
        return say("The clock of {name} is {time} off.", name=name, time=off)
    if one.kind == "disk":
        return say("The server's disk is nearly full: {amount} MiB are free.", amount=say.count(whole))
    return say("{name}: {kind} ({amount})", name=name, kind=safe(one.kind, 40), amount=say.decimal(amount))


def reasons(one: Alert, say: Speech) -> str:
    """Every reason of a finding, as observed against usual."""
    return "; ".join(reason(each, say) for each in one.reasons)


def reason(one: Reason, say: Speech) -> str:
    """`engaged time 20:00 to 24:00 3.1 h, usual 0.2 h`."""
    observed = f"{feature(one.feature, say)} {amount_of(one.observed, one.unit, say)}"
    if one.usual is None:
        return say("{observed}, nothing usual is known yet", observed=observed)
    return say("{observed}, usual {usual}", observed=observed, usual=amount_of(one.usual, one.unit, say))


def amount_of(value: float, unit: str, say: Speech) -> str:
    """A value in a finding's unit."""
    if unit == "h":
        return say("{n} h", n=say.decimal(value)).replace(" ", NBSP)
    if unit == "min":
        return say("{n} min", n=say.count(value)).replace(" ", NBSP)
    if unit == "share":
        return say.share(value)
    return say.decimal(value) if unit == "count" else f"{say.decimal(value)}{NBSP}{safe(unit, 12)}"


def feature(name: str, say: Speech) -> str:
    """What a finding measures."""
    if name.startswith("hours_") and name.count("_") == 2:
        _hours, start, end = name.split("_")
        return say("engaged time {start}:00 to {end}:00", start=safe(start, 4), end=safe(end, 4))
    known = {
        "rest_day": say("engaged time on a day off"),
        "engaged": say("engaged time"),
        "idle": say("time without input"),
        "meeting": say("time in meetings"),
        "unproductive": say("time in apps called unproductive"),
        "unclassified": say("time in apps no rule names"),
        "app_mix": say("how much the mix of apps differs"),
        "site_mix": say("how much the mix of sites differs"),
        "new_apps": say("time in apps never used before"),
        "new_sites": say("sites never visited before"),
        "job_search": say("time at job-search sites"),
        "file_sharing": say("time at file-sharing sites"),
        "personal_mail": say("time in personal mail"),
        "gambling": say("time at gambling sites"),
        "sent": say("data sent"),
        "received": say("data received"),
        "created": say("files created"),
        "deleted": say("files deleted"),
        "renamed": say("files renamed"),
        "removable": say("file events on removable disks"),
        "new_devices": say("PCs never used before"),
        "keys_a_minute": say("keys a minute"),
        "clicks_a_minute": say("clicks a minute"),
        "regular_minutes": say("minutes of very regular input"),
        "longest_streak": say("longest stretch without a break"),
        "breaks_an_hour": say("breaks an hour"),
    }
    return known.get(name) or safe(name.replace("_", " "), 60)
