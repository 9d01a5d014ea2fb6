"""The kit for a breach: who is affected, which kinds of data, who looked, what to revoke, what is due when, and drafts of what to say.

It is for the first hours, when a law's clock runs (GDPR Art. 33 and 34, DPDP Act s. 8(6) and Rule 7, CERT-In directions of 2022); what
happened, and whether a duty exists, people judge.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct

from policy.notice.paper import Blanks, Block, Grid, Lines, Paper, Paragraph, Part, Points

NAME = "breach-kit"
FOOT = "Confidential: it names people. Made from the store by a command; whoever judges the breach completes it."
HOUR_MS = 3_600_000
MOST_ON_PAPER = 40
"""Rows of a table on paper; the CSV files have all."""


class Scope(Struct, frozen=True):
    """What was lost or opened: the whole store, one PC, or one user's sign-in; `about` names the PC or user."""

    kind: str
    about: str
    start: int
    end: int


class Kind(Struct, frozen=True):
    """How many records of one kind are concerned, and of how many people."""

    title: str
    records: int
    people: int


class Affected(Struct, frozen=True):
    """A person whose records are concerned: how many, from when to when, and how sure that is."""

    person: int
    name: str
    team: str
    records: int
    kinds: tuple[str, ...]
    how: str


class Looked(Struct, frozen=True):
    """Who did what about how many people in the time, by the audit log."""

    actor: str
    action: str
    entries: int
    people: int
    first: int
    last: int


class Open(Struct, frozen=True):
    """A credential that still opens something, and how to take it away."""

    what: str
    whose: str
    how: str


class Breach(Struct, frozen=True):
    """Everything the store knows about it."""

    scope: Scope
    organisation: str
    contact: str
    zone: str
    aware: int
    made_at: int
    program: str
    devices: int
    encrypted: bool
    kinds: tuple[Kind, ...]
    affected: tuple[Affected, ...]
    looked: tuple[Looked, ...]
    open: tuple[Open, ...]


class Duty(NamedTuple):
    """Something a law wants done by when; None hours is without delay."""

    law: str
    whom: str
    what: str
    hours: int | None


DUTIES = (
    Duty("India: CERT-In directions of 28 April 2022", "CERT-In", "report of the incident", 6),
    Duty("India: DPDP Act s. 8(6), Rule 7", "Data Protection Board and each person concerned", "first intimation", None),
    Duty("India: DPDP Rule 7", "Data Protection Board", "details, causes, measures, who was told", 72),
    Duty("EU: GDPR Art. 33", "supervisory authority", "notification, unless a risk is unlikely", 72),
    Duty("EU: GDPR Art. 34", "each person concerned, where the risk is high", "communication", None),
)
SCOPES = {"store": "the whole store of this server", "device": "the PC {about}", "user": "the sign-in of {about}"}
Moment = Callable[[int], str]


def breach_paper(breach: Breach, say: Moment) -> Paper:
    """Return the kit as a document in English; `say` tells an instant in the organisation's time."""
    makers = (_short, _clocks, _kinds, _people, _looks, _revoke, _to_authority, _to_people)
    parts = tuple(make(breach, say) for make in makers)
    head = (
        ("Concerned", described(breach.scope)),
        ("From – to", f"{say(breach.scope.start)} – {say(breach.scope.end)}"),
        ("Became known", say(breach.aware)),
        ("Made", say(breach.made_at)),
        ("Times are those of", breach.zone.replace("_", " ")),
    )
    return Paper(NAME, "Breach kit", breach.organisation, "en", head, parts, FOOT)


def described(scope: Scope) -> str:
    """Return what was lost or opened, in words."""
    return SCOPES[scope.kind].format(about=scope.about)


def due(duty: Duty, aware: int, say: Moment) -> str:
    """Return when a duty is due, in words."""
    return "without delay" if duty.hours is None else f"{say(aware + duty.hours * HOUR_MS)} ({duty.hours} h)"


def _short(breach: Breach, say: Moment) -> Part:
    records = sum(kind.records for kind in breach.kinds)
    told = f"{len(breach.affected)} people and {records} records are concerned, at {breach.devices} PCs."
    sealed = (
        "The database is encrypted; a copy of the file alone cannot be read."
        if breach.encrypted
        else ("The database is not encrypted by the program: whoever has the file can read it, unless the disk is encrypted.")
    )
    blocks: list[Block] = [Paragraph(told, strong=True)]
    blocks += [Paragraph(sealed)] if breach.scope.kind == "store" else []
    blocks.append(
        Paragraph(
            "Not in the store, so not concerned: keys that were pressed, sound, content of files, messages and pages, passwords in clear."
        )
    )
    return Part("In short", tuple(blocks))


def _clocks(breach: Breach, say: Moment) -> Part:
    rows = tuple((duty.law, duty.whom, duty.what, due(duty, breach.aware, say)) for duty in DUTIES)
    return Part("What is due when", (Grid("", ("law", "to whom", "what", "due"), rows), Blanks(("Applies here, and who does it",))))


def _kinds(breach: Breach, say: Moment) -> Part:
    rows = tuple((kind.title, str(kind.records), str(kind.people)) for kind in breach.kinds if kind.records)
    return Part("Kinds of data", (Grid("", ("kind", "records", "people"), rows, empty="No records in this time."),))


def _people(breach: Breach, say: Moment) -> Part:
    shown = breach.affected[:MOST_ON_PAPER]
    rows = tuple((one.name, one.team, str(one.records), ", ".join(one.kinds), one.how) for one in shown)
    grid = Grid("", ("person", "team", "records", "kinds", "how"), rows, empty="Nobody.")
    return Part("Who is concerned", (grid, *_rest(len(breach.affected), "people.csv")))


def _looks(breach: Breach, say: Moment) -> Part:
    shown = breach.looked[:MOST_ON_PAPER]
    rows = tuple((one.actor, one.action, str(one.entries), str(one.people), say(one.first), say(one.last)) for one in shown)
    grid = Grid("", ("who", "did", "times", "people", "first", "last"), rows, empty="The audit log has nothing in this time.")
    return Part("Who looked and did what, by the audit log", (grid, *_rest(len(breach.looked), "looks.csv; audit.csv has every entry")))


def _revoke(breach: Breach, say: Moment) -> Part:
    rows = tuple((one.what, one.whose, one.how) for one in breach.open[:MOST_ON_PAPER])
    grid = Grid("", ("credential", "whose", "take it away by"), rows, empty="Nothing that is concerned opens anything any more.")
    return Part("What to revoke now", (grid, *_rest(len(breach.open), "revoke.csv")))


def _to_authority(breach: Breach, say: Moment) -> Part:
    kinds = ", ".join(kind.title for kind in breach.kinds if kind.records) or "none"
    rows = (
        ("From", f"{breach.organisation}; contact: {breach.contact or '(to be filled in)'}"),
        ("Nature", f"(what happened). Concerned: {described(breach.scope)}, {say(breach.scope.start)} to {say(breach.scope.end)}"),
        ("Became known", say(breach.aware)),
        ("People", f"about {len(breach.affected)} employees"),
        ("Records", f"about {sum(kind.records for kind in breach.kinds)}: {kinds}"),
        ("Likely consequences", "(to be judged: unwanted knowledge of working habits, sites used, names of files)"),
        ("Measures taken", "(credentials revoked at …; PC or user shut out; what prevents it from happening again)"),
        ("Told so far", "(the people concerned: yes or no, how, when)"),
    )
    return Part("Draft: to the authority (GDPR Art. 33; DPDP Rule 7; CERT-In)", (Lines(rows),))


def _to_people(breach: Breach, say: Moment) -> Part:
    kinds = tuple(kind.title for kind in breach.kinds if kind.records)
    told = (
        f"On {say(breach.aware)} we learned that records about your work at the PC, from {say(breach.scope.start)} to "
        f"{say(breach.scope.end)}, may have been seen by somebody who had no right to. Concerned: {described(breach.scope)}."
    )
    blocks: tuple[Block, ...] = (
        Paragraph(told),
        Paragraph("Kinds of records:"),
        Points(kinds or ("none",)),
        Paragraph("Not concerned, because never recorded: which keys you pressed, sound, camera, content of files, messages and pages."),
        Paragraph("What it may mean for you: (to be filled in). What we did: (to be filled in). What you can do: (to be filled in)."),
        Paragraph(f"Ask: {breach.contact or '(name and telephone)'}. You may complain to the authority for data protection."),
    )
    return Part("Draft: to the people concerned (GDPR Art. 34; DPDP s. 8(6))", blocks)


def _rest(many: int, file: str) -> tuple[Paragraph, ...]:
    left = many - MOST_ON_PAPER
    return (Paragraph(f"{left} more rows: {file}.", small=True),) if left > 0 else ()
