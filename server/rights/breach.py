"""What the store knows of a breach: whose records of which kinds are concerned, who looked, and which credentials still open something."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Executable, String, cast, func, or_, select

from policy.notice.breach import DUTIES, Affected, Breach, Kind, Looked, Open, Scope, breach_paper, due
from policy.roles import may_view_files
from policy.worktime import day_bounds, local_day, zone_named
from server import VERSION
from server import models as m
from server.audit_log import audit
from server.organisation import AnySession, organisation
from server.people import people_in_care
from server.refusals import BadRequestError, NotThereError
from server.reporting.folder import write_whole
from server.rights.notice_papers import protection
from server.rights.subject_rows import cell, moment
from server.settings import Settings
from server.store.db import Day
from server.store.opened import Store
from server.users import viewer_named

LOOK = audit.LOOKED
MOST_ENTRIES = 200_000


class Source(NamedTuple):
    """One kind of record: its table, its instant or local day, and whose it is."""

    title: str
    table: Any
    at: Any
    owner: str
    when: Any = None

    @property
    def by_day(self) -> bool:
        """Whether its instant is a local day."""
        return isinstance(self.at.type, Day)


SOURCES = (
    Source("Work at the PC", m.Span, m.Span.start, "account"),
    Source("Sites", m.Span, m.Span.start, "account", m.Span.site_id > 0),
    Source("Titles of windows", m.Span, m.Span.start, "account", m.Span.title_id > 0),
    Source("Session", m.SessionEvent, m.SessionEvent.at, "account"),
    Source("File audit", m.FileEvent, m.FileEvent.at, "account"),
    Source("Pictures of the screen", m.CaptureEvent, m.CaptureEvent.at, "account"),
    Source("Clips of the screen", m.Clip, m.Clip.asked, "person"),
    Source("Answers to the notice", m.NoticeEvent, m.NoticeEvent.at, "account"),
    Source("Answers about purposes", m.PurposeRecord, m.PurposeRecord.at, "person"),
    Source("Network use", m.NetworkSpan, m.NetworkSpan.start, "device"),
    Source("Sums of days", m.LedgerDay, m.LedgerDay.day, "person"),
    Source("Unusual days", m.Finding, m.Finding.day, "person"),
    Source("Answers to findings", m.FindingAnswer, m.FindingAnswer.day, "person"),
    Source("Alerts about files", m.FileHit, m.FileHit.at, "person"),
    Source("Requests and grievances", m.PersonRequest, m.PersonRequest.at, "person"),
)
OF_A_PC = {"account", "device"}
"""What of a lost PC can be told: what it reported itself."""


class Asked(NamedTuple):
    """What is asked about: the time, and one PC or one user where it is not the whole store; `aware` is when it became known."""

    start: int
    end: int
    device: str = ""
    user: str = ""
    aware: int = 0


def instant_of(text: str, zone: str, *, end: bool = False) -> int:
    """Return the instant of `2026-11-20` or `2026-11-20T14:05` in a zone; a day is its beginning, or with `end` its end."""
    try:
        then = datetime.fromisoformat(text)
    except ValueError:
        raise BadRequestError(f"{text!r} is no time; one looks like 2026-11-20 or 2026-11-20T14:05") from None
    if not 2001 <= then.year <= 2099:
        raise BadRequestError("nothing is recorded before 2001 or after 2099")
    if "T" not in text and " " not in text:
        return day_bounds(then.date(), zone)[1 if end else 0]
    return int((then if then.tzinfo else then.replace(tzinfo=zone_named(zone))).timestamp() * 1000)


def breach_of(session: AnySession, settings: Settings, asked: Asked, now: int) -> Breach:
    """Return everything about a breach; raise NotThereError for a PC or user there is none of."""
    if asked.device and asked.user:
        raise BadRequestError("--device or --user, not both")
    if asked.start >= asked.end:
        raise BadRequestError("the end must be after the beginning")
    kind = "device" if asked.device else "user" if asked.user else "store"
    ours = organisation(session)
    devices = _devices(session, asked)
    if kind == "user":
        kinds, affected = _seen_by(session, asked)
    else:
        kinds, affected = _recorded(session, asked, devices if kind == "device" else None)
    about = {"device": asked.device, "user": asked.user, "store": ""}[kind]
    return Breach(
        Scope(kind, about, asked.start, asked.end),
        ours.name,
        ours.reports.contact,
        ours.zone,
        asked.aware or now,
        now,
        VERSION,
        len(devices),
        protection(settings).database_encrypted,
        tuple(kinds),
        tuple(affected),
        tuple(_looked(session, asked, None if kind != "device" else {one.person for one in affected})),
        tuple(_open(session, asked, kind, devices, now)),
    )


# --- whose records ------------------------------------------------------------------------------------------------------


def _devices(session: AnySession, asked: Asked) -> list[int]:
    if asked.user:
        return []
    question = select(m.Device.id)
    if asked.device:
        question = question.where(or_(m.Device.hostname == asked.device, m.Device.public_id == asked.device))
    found = list(session.execute(question.order_by(m.Device.id)).scalars())
    if asked.device and not found:
        raise NotThereError(f"there is no PC {asked.device!r}")
    return found


def _recorded(session: AnySession, asked: Asked, devices: list[int] | None) -> tuple[list[Kind], list[Affected]]:
    """Count the records of the time by kind and person; of some PCs only what they reported."""
    kinds, by_person = [], defaultdict[int, dict[str, int]](dict)
    for source in SOURCES:
        if devices is not None and source.owner not in OF_A_PC:
            continue
        counts = [(person, many) for person, many in session.execute(_counting(source, asked, devices, organisation(session).zone)) if many]
        for person, many in counts:
            by_person[person][source.title] = many
        kinds.append(Kind(source.title, sum(many for _, many in counts), len(counts)))
    for person in _at_pcs(session, devices) if devices else ():
        by_person.setdefault(person, {})
    how = "records in this time" if devices is None else "records of this PC, or signs in there"
    return kinds, _affected(session, {person: (sum(found.values()), tuple(found), how) for person, found in by_person.items()})


def _counting(source: Source, asked: Asked, devices: list[int] | None, zone: str) -> Executable:
    """Select (person, records) of one kind."""
    first, last = (local_day(asked.start, zone), local_day(asked.end - 1, zone)) if source.by_day else (asked.start, asked.end - 1)
    conditions: list[ColumnElement[bool]] = [source.at >= first, source.at <= last]
    conditions += [source.when] if source.when is not None else []
    if source.owner == "person":
        person = source.table.person_id
        return select(person, func.count()).where(*conditions).group_by(person)
    if source.owner == "device":
        conditions += [source.table.device_id.in_(devices)] if devices is not None else []
        used = (
            select(m.AccountDevice.device_id, m.Account.person_id)
            .join(m.Account, m.Account.id == m.AccountDevice.account_id)
            .distinct()
            .subquery()
        )
        question = select(used.c.person_id, func.count()).select_from(source.table).join(used, used.c.device_id == source.table.device_id)
        return question.where(*conditions).group_by(used.c.person_id)
    if devices is not None:
        conditions.append(source.table.epoch_id.in_(select(m.Epoch.id).where(m.Epoch.device_id.in_(devices))))
    question = select(m.Account.person_id, func.count()).select_from(source.table).join(m.Account, m.Account.id == source.table.account_id)
    return question.where(*conditions).group_by(m.Account.person_id)


def _at_pcs(session: AnySession, devices: list[int]) -> list[int]:
    used = select(m.Account.person_id).join(m.AccountDevice, m.AccountDevice.account_id == m.Account.id)
    return list(session.execute(used.where(m.AccountDevice.device_id.in_(devices)).distinct()).scalars())


def _seen_by(session: AnySession, asked: Asked) -> tuple[list[Kind], list[Affected]]:
    """Return what a user looked at in the time, by the audit log, and whom else that sign-in would have shown."""
    viewer = viewer_named(session, asked.user)
    looks = _entries(asked, None).where(m.AuditEntry.actor == asked.user, m.AuditEntry.action.startswith(LOOK, autoescape=True))
    views, of_person, by_kind = defaultdict[int, set[str]](set), defaultdict[int, int](int), defaultdict[str, list[int]](list)
    for row in session.execute(looks):
        what = row.action.removeprefix(LOOK)
        person = _person_in(row.subject)
        by_kind[what].append(person or 0)
        if person:
            views[person].add(what)
            of_person[person] += 1
    found = {person: (of_person[person], tuple(sorted(what)), "was looked at") for person, what in views.items()}
    found |= {
        one.id: (0, (), "could have been looked at") for one in people_in_care(session, viewer, may_view_files) if one.id not in found
    }
    kinds = [Kind(f"Looks at {what}", len(people), len(set(people) - {0})) for what, people in sorted(by_kind.items())]
    return kinds, _affected(session, found)


def _affected(session: AnySession, found: dict[int, tuple[int, tuple[str, ...], str]]) -> list[Affected]:
    named = select(m.Person.id, m.Person.name, m.Team.name).outerjoin(m.Team, m.Team.id == m.Person.team_id)
    names = {number: (name, team or "") for number, name, team in session.execute(named)}
    rows = [Affected(person, *names.get(person, ("?", "")), records, kinds, how) for person, (records, kinds, how) in found.items()]
    return sorted(rows, key=lambda one: (-one.records, one.name, one.person))


# --- who looked, and what still opens -----------------------------------------------------------------------------------


def _entries(asked: Asked, people: set[int] | None) -> Any:
    entry = m.AuditEntry
    conditions = [entry.at >= asked.start, entry.at < asked.end]
    if asked.user:
        conditions.append(or_(entry.actor == asked.user, entry.subject == asked.user))
    if people is not None:
        about = [audit.about(person) for person in people]
        conditions.append(or_(entry.subject.in_(about), cast(entry.subject, String) == asked.device))
    columns = (entry.id, entry.at, entry.actor, entry.action, entry.subject, entry.detail, entry.address, entry.reason)
    return select(*columns).where(*conditions).order_by(entry.id).limit(MOST_ENTRIES)


def _looked(session: AnySession, asked: Asked, people: set[int] | None) -> list[Looked]:
    grouped: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in session.execute(_entries(asked, people)):
        grouped[row.actor, row.action].append(row)
    found = [
        Looked(actor, action, len(rows), len({row.subject for row in rows if _person_in(row.subject)}), rows[0].at, rows[-1].at)
        for (actor, action), rows in grouped.items()
    ]
    return sorted(found, key=lambda one: (-one.people, -one.entries, one.actor, one.action))


def _person_in(subject: str | None) -> int | None:
    word, _, number = (subject or "").partition(" ")
    return int(number) if word == "person" and number.isdigit() else None


def _open(session: AnySession, asked: Asked, kind: str, devices: list[int], now: int) -> Iterator[Open]:
    """Yield the credentials that open something now: those of the PC, of the user, or all."""
    if kind != "user":
        pcs = select(m.Device.hostname, m.Device.public_id).where(m.Device.id.in_(devices) & m.Device.revoked.is_(None))
        for hostname, public in session.execute(pcs.order_by(m.Device.hostname)):
            yield Open("credential of a PC", f"{hostname} ({public})", "console, Devices: revoke; it enrols anew with a new code")
    if kind != "device":
        token = m.SessionToken
        good = (
            select(m.User.name, func.count()).join(token, token.user_id == m.User.id).where(token.revoked.is_(None) & (token.expires > now))
        )
        good = good.where(m.User.name == asked.user) if asked.user else good
        for name, many in session.execute(good.group_by(m.User.name).order_by(m.User.name)):
            yield Open(f"sessions at the console: {many}", name, "console, Users: sign out, and a new password")
    if kind == "store":
        codes = select(func.count()).where(m.EnrolmentCode.revoked.is_(None) & (m.EnrolmentCode.uses > 0) & (m.EnrolmentCode.expires > now))
        many = session.execute(codes).scalar_one()
        if many:
            yield Open(f"enrolment codes: {many}", "whoever has them", "console, Enrolment codes: revoke")
        yield Open("keys in the data folder", "the server", "new passwords for all users; keys of the database and of backups made anew")


# --- as files -----------------------------------------------------------------------------------------------------------


def write_kit(store: Store, asked: Asked, out: Path, now: int) -> Path:
    """Write the kit as a ZIP into a folder and return its path; the audit log tells that it was made."""
    with store.readers.connect() as connection:
        breach = breach_of(connection, store.settings, asked, now)
        people = {one.person for one in breach.affected} if breach.scope.kind == "device" else None
        content = zipped(breach, list(connection.execute(_entries(asked, people))))
    told = f"{breach.scope.kind} {breach.scope.about}".strip() + f", {moment(asked.start)} to {moment(asked.end)}"
    store.writer.do(lambda connection: audit.record(connection, audit.Deed("console", "made a breach kit", detail=told), now))
    path = (out / f"breach-kit-{datetime.fromtimestamp(now / 1000, UTC):%Y%m%dT%H%M%SZ}.zip").absolute()
    write_whole(path, content)
    return path


def zipped(breach: Breach, entries: Iterable[Any]) -> bytes:
    """Return the kit as a ZIP: the paper as PDF and DOCX, and every row as CSV."""
    from reports.papers import paper_docx, paper_pdf  # reportlab, python-docx and lxml: 30 MB that only a paper needs

    place = zone_named(breach.zone)

    def say(instant: int) -> str:
        return f"{datetime.fromtimestamp(instant / 1000, place):%Y-%m-%d %H:%M}"

    paper = breach_paper(breach, say)
    files = {
        "breach-kit.pdf": paper_pdf(paper, breach.made_at, breach.program),
        "breach-kit.docx": paper_docx(paper, breach.made_at),
        "people.csv": _csv(("person", "name", "team", "records", "kinds", "how"), [_flat(one) for one in breach.affected]),
        "kinds.csv": _csv(("kind", "records", "people"), [_flat(one) for one in breach.kinds]),
        "looks.csv": _csv(("who", "did", "times", "people", "first", "last"), [_flat(one) for one in breach.looked]),
        "revoke.csv": _csv(("credential", "whose", "how"), [_flat(one) for one in breach.open]),
        "due.csv": _csv(("law", "whom", "what", "due"), [(*duty[:3], due(duty, breach.aware, say)) for duty in DUTIES]),
        "audit.csv": _csv(
            ("entry", "at", "actor", "action", "subject", "detail", "address", "reason"),
            [(row[0], moment(row[1]), *row[2:]) for row in entries],
        ),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def _flat(row: Any) -> tuple[Any, ...]:
    values = [getattr(row, name) for name in row.__struct_fields__]
    told = [", ".join(value) if isinstance(value, tuple) else value for value in values]
    if isinstance(row, Looked):
        told[-2:] = [moment(row.first), moment(row.last)]
    return tuple(told)


def _csv(headings: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> bytes:
    """Return rows as CSV that spreadsheets open as it is: nothing in it is a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
