"""Carrying an erasure out: one step after another, each in small commits with what it took, so that whoever goes on misses nothing.

```
commit    2,000 spans | 2,000 spans | ...  | step done | 14 file events | step done | ...      killed: the next one goes on here
counts    span 2000   | span 4000   |                                                          in the same commits: exact
```
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, delete, select, tuple_, update

from policy.summaries import ErasureState
from server import models as m
from server.captures import CaptureStore
from server.days import network_days
from server.days.dirty import QUARTER_MS, day_of
from server.days.ledger import WHOLE_DEVICE, stamp_day
from server.evidence.wanted import place_of
from server.models import Erasure, metadata
from server.organisation import note_ledger_revision, organisation
from server.reporting.folder import KINDS, ReportFolder
from server.rights import certificate as erasure_certificate
from server.rights import erasure_audit, retention_proof, retention_texts
from server.rights.erasure import STAYS
from server.rights.subject import AT_ONCE, Part, Whom, nobody, parts_of
from server.rights.subject_tables import BY_NAME, TABLES, Erased, Held
from server.store.opened import Store

log = logging.getLogger(__name__)

DAYS_AT_ONCE = 50
NOBODY = 0
"""The account of a session change that a shared PC keeps, because it tells of the PC and not of who used it."""
WAITS = False
"""What a step says that cannot be done now: it is tried again later."""
ACTORS = ("actor", "made_by", "ended_by")
SEPARATELY = frozenset({"network_span", "session_event", "ledger_day", "ledger_quarter", "ledger_page", "report_file", "report_delivery"})
LAST_OF_ALL = ("epoch", "measure")
"""What others refer to."""


class Work(NamedTuple):
    """One erasure under way."""

    store: Store
    row: Any
    one: Whom
    now: int

    def do(self, change: Callable[[Connection], int], what: str) -> int:
        """Make one commit and add how much it took to the counts of `what`, in the same transaction; return how much."""

        def counted(connection: Connection) -> int:
            many = change(connection)
            self.note(connection, what, many)
            return many

        return self.store.writer.do(counted)

    def note(self, connection: Connection, what: str, many: int) -> None:
        """Add to the counts."""
        if many:
            mine = Erasure.id == self.row.id
            counts = msgspec.json.decode(connection.execute(select(Erasure.counts).where(mine)).scalar_one(), type=dict[str, int])
            counts[what] = counts.get(what, 0) + many
            connection.execute(update(Erasure).where(mine).values(counts=msgspec.json.encode(counts).decode()))


def run_all(store: Store, now: int) -> int:
    """Carry out every erasure that is under way; return how many were finished."""
    with store.readers.connect() as connection:
        running = select(*Erasure.__table__.columns).where(Erasure.state == ErasureState.RUNNING.value).order_by(Erasure.id)
        rows = connection.execute(running).all()
    for row in rows:
        run(store, row, now)
    return len(rows)


def run(store: Store, row: Any, now: int) -> None:
    """Carry one erasure out from the step it is at."""
    one = msgspec.json.decode(row.names, type=Whom) if row.names else nobody(row.person_id)
    work = Work(store, row, one, now)
    for number, step in list(enumerate(STEPS))[row.step :]:
        if step(work) is WAITS:
            return
        if number + 1 < len(STEPS):
            store.writer.do(partial(_note_step, erasure=row.id, step=number + 1))
    log.info("erasure %d is done", row.id)


def _note_step(connection: Connection, erasure: int, step: int) -> None:
    connection.execute(update(Erasure).where((Erasure.id == erasure) & (Erasure.step < step)).values(step=step))


# --- the steps ----------------------------------------------------------------------------------------------------------------


def settle(work: Work) -> None:
    """Let batches that were being stored when the door closed come to their end."""
    retention_texts.settle(work.store.readers, work.store.writer)


def reports(work: Work) -> None:
    """Take back every report file with a day of theirs in it: of them alone, of their team, of the company."""
    days = (m.LedgerDay.person_id == work.one.person) & m.LedgerDay.day.between(m.ReportFile.first, m.ReportFile.last)
    theirs = ((m.ReportFile.scope == "person") & (m.ReportFile.scope_id == work.one.person)) | select(m.LedgerDay.day).where(days).exists()
    columns = (m.ReportFile.id, m.ReportFile.stem, m.ReportFile.pdf_sha256, m.ReportFile.xlsx_sha256)
    folder = ReportFolder(work.store.settings.data)
    with work.store.readers.connect() as connection:
        rows = connection.execute(select(*columns).where(theirs)).all()
    for row in rows:
        for kind in KINDS if row.stem else ():
            folder.remove(row.stem, kind, getattr(row, f"{kind}_sha256"))
        work.do(partial(_forget_report, number=row.id), "report_files")


def _forget_report(connection: Connection, number: int) -> int:
    connection.execute(delete(m.ReportDelivery).where(m.ReportDelivery.report_id == number))
    return connection.execute(delete(m.ReportFile).where(m.ReportFile.id == number)).rowcount


def packs(work: Work) -> None:
    """Delete the files of evidence packs with events of theirs; their rows go with the other tables."""
    held = BY_NAME["evidence_pack"]
    with work.store.readers.connect() as connection:
        found = [row for part in parts_of(connection, held, work.one) for row in _rows(connection, held, part)]
    for row in found:
        if row.name:
            place_of(work.store.settings.data, row.name).unlink(missing_ok=True)


def network(work: Work) -> None:
    """Delete the bytes of their PCs, and of shared PCs while these were theirs; sums of days become smaller by as much."""
    held = BY_NAME["network_span"]
    with work.store.readers.connect() as connection:
        parts = list(parts_of(connection, held, work.one))
        zone = organisation(connection).zone
    for part in parts:
        while work.do(partial(_take_bytes, where=part.where, zone=zone), held.name) == AT_ONCE:
            pass
    for device in work.one.own:
        work.do(lambda connection, device=device: _delete(connection, m.NetworkDay, m.NetworkDay.device_id == device), "network_day")  # type: ignore[misc]


def _take_bytes(connection: Connection, where: Any, zone: str) -> int:
    columns = m.NetworkSpan.__table__.columns
    rows = connection.execute(select(*columns).where(where).limit(AT_ONCE)).all()
    if rows:
        _less_in_days(connection, rows, zone)
        _delete_keys(connection, m.NetworkSpan, [(row.device_id, row.start, row.epoch_id, row.seq) for row in rows])
    return len(rows)


def _less_in_days(connection: Connection, rows: Sequence[Any], zone: str) -> None:
    """Take bytes off the sums of days that have them in; a sum of nothing goes."""
    sums: dict[tuple[int, int, int, bool], list[int]] = {}
    for row in rows:
        key = (row.device_id, day_of(row.start // QUARTER_MS, zone).toordinal(), row.app_id, bool(row.estimated))
        amounts = sums.setdefault(key, [0, 0])
        amounts[0] -= row.sent
        amounts[1] -= row.received
    for (device, day, app, estimated), (sent, received) in sorted(sums.items()):
        there = (m.NetworkDay.device_id == device) & (m.NetworkDay.day == date.fromordinal(day))
        there &= (m.NetworkDay.app_id == app) & (m.NetworkDay.estimated == estimated)
        less = {"sent": m.NetworkDay.sent + sent, "received": m.NetworkDay.received + received}
        connection.execute(update(m.NetworkDay).where(there).values(**less))
        connection.execute(delete(m.NetworkDay).where(there & (m.NetworkDay.sent <= 0) & (m.NetworkDay.received <= 0)))
    for device in {key[0] for key in sums}:
        network_days.NOTE_LATE.run(connection, device=device, more=1)


def sessions(work: Work) -> None:
    """Delete session changes; those that tell of a shared PC as a whole stay, as nobody's."""
    mine = m.SessionEvent.account_id.in_(work.one.accounts)
    of_the_pc = mine & m.SessionEvent.change.in_(WHOLE_DEVICE)
    for device in work.one.own:
        _empty(work, BY_NAME["session_event"], Part(m.SessionEvent.device_id == device))
    for device in work.one.shared:
        here = m.SessionEvent.device_id == device
        _empty(work, BY_NAME["session_event"], Part(here & mine & m.SessionEvent.change.not_in(WHOLE_DEVICE)))
        while work.do(partial(_make_nobodys, where=here & of_the_pc), "emptied") == AT_ONCE:
            pass


def _make_nobodys(connection: Connection, where: Any) -> int:
    keys = [tuple(row) for row in connection.execute(select(m.SessionEvent.epoch_id, m.SessionEvent.seq).where(where).limit(AT_ONCE))]
    if keys:
        named = tuple_(m.SessionEvent.epoch_id, m.SessionEvent.seq).in_(keys)
        connection.execute(update(m.SessionEvent).where(named).values(account_id=NOBODY))
    return len(keys)


def tables(work: Work) -> None:
    """Delete every row about them of every other table."""
    deleted = [held for held in TABLES if held.erased is Erased.DELETED and held.name not in SEPARATELY]
    for held in sorted(deleted, key=lambda one: one.name in LAST_OF_ALL):
        with work.store.readers.connect() as connection:
            parts = list(parts_of(connection, held, work.one))
        for part in parts:
            _empty(work, held, part)


def _empty(work: Work, held: Held, part: Part) -> None:
    """Delete the rows of a part, some at a time."""
    if part.only is None:
        while work.do(lambda connection: _delete(connection, held.table, part.where), held.name) == AT_ONCE:
            pass
        return
    with work.store.readers.connect() as connection:
        keys = [_key(held, row) for row in _rows(connection, held, part)]
    for at in range(0, len(keys), AT_ONCE):
        some = keys[at : at + AT_ONCE]
        work.do(lambda connection, some=some: _delete_keys(connection, held.table, some), held.name)  # type: ignore[misc]


def _rows(connection: Connection, held: Held, part: Part) -> Iterable[Any]:
    rows = connection.execute(select(*held.table.__table__.columns).where(part.where), execution_options={"yield_per": AT_ONCE})
    return rows if part.only is None else filter(part.only, rows)


def _key(held: Held, row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, column.name) for column in held.table.__table__.primary_key.columns)


def _delete(connection: Connection, table: Any, where: Any) -> int:
    key = table.__table__.primary_key.columns
    return _delete_keys(connection, table, [tuple(row) for row in connection.execute(select(*key).where(where).limit(AT_ONCE))])


def _delete_keys(connection: Connection, table: Any, keys: Sequence[tuple[Any, ...]]) -> int:
    if keys:
        connection.execute(delete(table).where(tuple_(*table.__table__.primary_key.columns).in_(keys)))
    return len(keys)


def ledger(work: Work) -> None:
    """Delete their days, and the pages of everybody's days that have theirs in them: these are made anew without."""
    while work.do(partial(_take_days, person=work.one.person, now=work.now), "ledger_day") == DAYS_AT_ONCE:
        pass


def _take_days(connection: Connection, person: int, now: int) -> int:
    mine = m.LedgerDay.person_id == person
    days = connection.execute(select(m.LedgerDay.day).where(mine).order_by(m.LedgerDay.day).limit(DAYS_AT_ONCE)).scalars().all()
    for table in (m.LedgerDay, m.LedgerQuarter):
        connection.execute(delete(table).where((table.person_id == person) & table.day.in_(days)))
    for day in days:
        connection.execute(delete(m.LedgerPage).where(m.LedgerPage.day == day))
        stamp_day(connection, day, secrets.randbits(62))
    if days:
        note_ledger_revision(connection, now)
    return len(days)


def actors(work: Work) -> None:
    """Put a number in the place of their sign-in's name wherever it says who did something."""
    for number, name in work.one.users.items():
        for table in metadata.sorted_tables:
            for column in (table.c[one] for one in ACTORS if one in table.c and table.name != "audit_entry"):
                statement = update(table).where(column == name).values({column.name: f"erased user {number}"})
                work.do(lambda connection, statement=statement: connection.execute(statement).rowcount, "emptied")  # type: ignore[misc]


def pictures(work: Work) -> None:
    """Delete the pictures of their screen that are on this server; their rows go with the other tables."""
    kept, held = CaptureStore(work.store.settings.data), BY_NAME["capture_event"]
    others = select(m.CaptureEvent.sha256).where(m.CaptureEvent.account_id.not_in(work.one.accounts)).distinct()
    with work.store.readers.connect() as connection:
        shared = set(connection.execute(others).scalars())
        mine = {row.sha256 for part in parts_of(connection, held, work.one) for row in _rows(connection, held, part)} - shared
    for sha256 in sorted(mine):
        if kept.has(sha256):
            kept.drop(sha256)
            work.do(lambda connection: 1, "pictures")


def audit_log(work: Work) -> None:
    """Take their names out of the audit log."""
    erasure_audit.rewrite(
        work.store.readers, work.store.writer, work.one, work.now, lambda connection, many: work.note(connection, "rewritten", many)
    )


def texts(work: Work) -> None:
    """Delete the texts that only they used."""
    gone = retention_texts.forget_unused(work.store.readers, work.store.writer)
    work.do(lambda connection: gone, "texts")


def forget(work: Work) -> bool | None:
    """Forget what they were known by; a large file waits for the night with being written anew, and the erasure with it."""
    if not retention_proof.may_rewrite(work.store, work.now):
        return WAITS
    work.store.writer.do(lambda connection: erasure_certificate.forget_names(connection, work.row, erasure_audit.Names(work.one)))
    return None


def certificate(work: Work) -> None:
    """Write the store's file anew and make the certificate."""
    overwritten = retention_proof.rewrite(work.store)
    work.store.writer.do(lambda connection: erasure_certificate.finish(connection, work.row, STAYS, overwritten, work.now))


STEPS: tuple[Callable[[Work], bool | None], ...] = (
    settle,
    reports,
    packs,
    pictures,
    network,
    sessions,
    tables,
    ledger,
    actors,
    audit_log,
    texts,
    forget,
    certificate,
)
"""In the order in which nothing is missed: what is found by other rows goes before them."""
