"""One person in the store: what they are known by, and which rows of each table are about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from sqlalchemy import Select, false, func, or_, select

from policy.redaction import clean
from policy.summaries import Amount
from server import models as m
from server.audit_log.audit import about
from server.organisation import AnySession
from server.queries.owners import Turns, turns_of_devices
from server.refusals import NotThereError
from server.rights.subject_tables import TABLES, Held, Whose

AT_ONCE = 2_000
FOREVER_MS = 1 << 52
Row = Any


class Whom(Struct, frozen=True):
    """What a person is known by: `own` are PCs nobody else uses, `shared` those that others use too."""

    person: int
    name: str
    accounts: dict[int, str]
    own: list[int]
    shared: list[int]
    public_ids: list[str]
    hostnames: list[str]
    shared_hostnames: list[str]
    users: dict[int, str]

    @property
    def devices(self) -> list[int]:
        """Every PC."""
        return [*self.own, *self.shared]


class Part(NamedTuple):
    """Some of a table's rows: a condition, and what of the rows it meets is meant, where the store cannot tell."""

    where: Any
    only: Callable[[Row], bool] | None = None


def whom(session: AnySession, person: int) -> Whom:
    """Return what a person is known by; raise NotThereError when there is none of that number."""
    name = session.execute(select(m.Person.name).where(m.Person.id == person)).scalar_one_or_none()
    if name is None:
        raise NotThereError("there is no such person")
    accounts = _named(session, select(m.Account.id, m.Account.name).where(m.Account.person_id == person))
    used = select(m.AccountDevice.device_id).where(m.AccountDevice.account_id.in_(accounts))
    others = select(m.AccountDevice.device_id).where(m.AccountDevice.account_id.not_in(accounts))
    pcs = select(m.Device.id, m.Device.public_id, m.Device.hostname, m.Device.id.in_(others)).where(m.Device.id.in_(used))
    rows: Sequence[Any] = session.execute(pcs.order_by(m.Device.id)).all()
    users = _named(session, select(m.User.id, m.User.name).where(m.User.person_id == person))
    return Whom(
        person=person,
        name=name,
        accounts=accounts,
        own=[row[0] for row in rows if not row[3]],
        shared=[row[0] for row in rows if row[3]],
        public_ids=[row[1] for row in rows if not row[3]],
        hostnames=[row[2] for row in rows if not row[3]],
        shared_hostnames=[row[2] for row in rows if row[3]],
        users=users,
    )


def nobody(person: int) -> Whom:
    """Return what is known of a person who is known by nothing any more."""
    return Whom(person, about(person), {}, [], [], [], [], [], {})


def _named(session: AnySession, question: Any) -> dict[int, str]:
    return {row[0]: row[1] for row in session.execute(question)}


def parts_of(session: AnySession, held: Held, one: Whom) -> Iterator[Part]:
    """Yield which rows of a table are about a person; nothing where a table is nobody's."""
    if held.whose is Whose.SPECIAL:
        yield from SPECIAL[held.name](session, one)
    elif held.whose is not Whose.NOBODY:
        column = held.table.__table__.c[held.by]
        if held.whose is Whose.PERSON:
            yield Part(column == one.person)
        elif held.whose is Whose.OWN_BUFFER:
            yield Part(column.in_(select(m.Epoch.id).where(m.Epoch.device_id.in_(one.own))))
        elif known := {Whose.ACCOUNT: [*one.accounts], Whose.OWN_PC: one.own, Whose.ANY_PC: one.devices, Whose.USER: [*one.users]}[
            held.whose
        ]:
            yield from (Part(column == number) for number in known)  # one by one: they lie together


def rows_of(session: AnySession, held: Held, one: Whom, question: Select[Any]) -> Iterator[Row]:
    """Yield the rows of `question`, which has every column of the table under its name, that are about a person."""
    for part in parts_of(session, held, one):
        rows = session.execute(question.where(part.where), execution_options={"yield_per": AT_ONCE})
        yield from rows if part.only is None else filter(part.only, rows)


def amounts(session: AnySession, one: Whom) -> list[Amount]:
    """Return how many rows of each table are about a person."""
    return [Amount(held.name, held.about, many) for held in TABLES if (many := count(session, held, one))]


def count(session: AnySession, held: Held, one: Whom) -> int:
    """Return how many rows of a table are about a person."""
    total = 0
    for part in parts_of(session, held, one):
        if part.only is None:
            total += session.execute(select(func.count()).select_from(held.table).where(part.where)).scalar_one()
        else:
            total += sum(1 for row in session.execute(select(*held.table.__table__.columns).where(part.where)) if part.only(row))
    return total


# --- tables whose rows are not found by one column -------------------------------------------------------------------------------


def _sessions(session: AnySession, one: Whom) -> Iterator[Part]:
    """Everything on PCs of their own, and their accounts' on the others."""
    yield from (Part(m.SessionEvent.device_id == device) for device in one.own)
    mine = m.SessionEvent.account_id.in_(one.accounts)
    yield from (Part((m.SessionEvent.device_id == device) & mine) for device in one.shared)


def _network(session: AnySession, one: Whom) -> Iterator[Part]:
    """Bytes of their own PCs, and of the others while these were theirs: the rule by which bytes are shared out."""
    yield from (Part(m.NetworkSpan.device_id == device) for device in one.own)
    turns = turns_of_devices(session, 0, FOREVER_MS) if one.shared else {}
    for device in one.shared:
        for start, end in _stretches(turns[device], one.person):
            yield Part((m.NetworkSpan.device_id == device) & (m.NetworkSpan.start >= start) & (m.NetworkSpan.start < end))


def _stretches(turns: Turns, person: int) -> Iterator[tuple[int, int]]:
    ends = [*turns.starts[1:], FOREVER_MS]
    yield from ((start, end) for start, end, whose in zip(turns.starts, ends, turns.people, strict=True) if whose == person)


def _quarantined(session: AnySession, one: Whom) -> Iterator[Part]:
    """Everything their own PCs sent that was refused; of the others', what names an account of theirs or says of nobody whose it is."""
    yield from (Part(m.Quarantined.device_id == device) for device in one.own)
    names = set(one.accounts.values())
    yield from (Part(m.Quarantined.device_id == device, lambda row: may_be_of(row.body, names)) for device in one.shared)


def may_be_of(body: bytes, accounts: set[str]) -> bool:
    """Return whether a refused event may be about one of these accounts: only another's name shows that it is not."""
    if not body:
        return False
    try:
        account = msgspec.json.decode(body, type=dict[str, Any]).get("account")
    except (ValueError, RecursionError):
        return True
    return not isinstance(account, str) or clean(account, 256) in accounts


def _alerts(session: AnySession, one: Whom) -> Iterator[Part]:
    person = about(one.person)
    named = [m.AlertMark.alert.endswith(f" {person}"), m.AlertMark.alert.contains(f" {person} ", autoescape=True)]
    pcs = [m.AlertMark.alert.endswith(f" {public_id}", autoescape=True) for public_id in one.public_ids]
    yield Part(or_(*named, *pcs))


def _reports(session: AnySession, one: Whom) -> Iterator[Part]:
    yield Part(_about_them(one))


def _deliveries(session: AnySession, one: Whom) -> Iterator[Part]:
    yield Part(m.ReportDelivery.report_id.in_(select(m.ReportFile.id).where(_about_them(one))))


def _about_them(one: Whom) -> Any:
    return (m.ReportFile.scope == "person") & (m.ReportFile.scope_id == one.person)


def _packs(session: AnySession, one: Whom) -> Iterator[Part]:
    number = re.compile(rf"(?<!\d){one.person}(?!\d)")
    yield Part(m.EvidencePack.people.contains(str(one.person)), lambda row: number.search(row.people) is not None)


def _entries(session: AnySession, one: Whom) -> Iterator[Part]:
    yield Part(entries_about(one))


def entries_about(one: Whom) -> Any:
    """Return which audit entries are about a person, or tell what they or their PCs did."""
    person, entry = about(one.person), m.AuditEntry
    subjects = (entry.subject == person) | entry.subject.endswith(f" {person}") | entry.subject.contains(f" {person} ", autoescape=True)
    named = [*one.users.values(), *one.accounts.values(), *one.public_ids, *one.hostnames]
    return subjects | entry.actor.in_([person, *one.users.values(), *one.public_ids]) | (entry.subject.in_(named) if named else false())


SPECIAL: dict[str, Callable[[AnySession, Whom], Iterator[Part]]] = {
    "session_event": _sessions,
    "network_span": _network,
    "quarantined": _quarantined,
    "alert_mark": _alerts,
    "report_file": _reports,
    "report_delivery": _deliveries,
    "evidence_pack": _packs,
    "audit_entry": _entries,
}
