"""Making reports: each is wanted once, claimed by one process, written whole, and made anew as a revision when late data came.

```
wanted ---claim--> making ---finish--> made            a claim runs out after five minutes: who takes it up then makes it again
   ^                  |                                and finishes it; whoever finishes second finds it finished
   +---- trouble -----+---- three times ----> failed
```
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from policy.summaries import Report, Rhythm
from policy.worktime import day_bounds, local_day
from server.audit_log import audit
from server.models import ReportDelivery, ReportFile
from server.organisation import AnySession, organisation
from server.queries.report import Scope, Wanted, report, selection_of
from server.reporting.changes import changes, decode, encode, figures_of, is_settled, stamps_of
from server.reporting.delivery import ways
from server.reporting.due import due
from server.reporting.folder import KINDS, ReportFolder
from server.rights.measures import held_people
from server.store.db import insert_into
from server.store.opened import Store

log = logging.getLogger(__name__)

SERVER = "server"
MINUTE_MS = 60_000
CLAIM_MS = 5 * MINUTE_MS
MOST_TRIES = 3
PATIENCE_MS = 8 * MINUTE_MS
"""After a start, so long a report waits for days that are still being rebuilt."""
REST_MS = 60 * MINUTE_MS
"""A report is not revised sooner than this: late data comes in pieces."""
REVISED_DAYS = 35

KEY = ("rhythm", "first", "scope", "scope_id")


class Printed(Struct, frozen=True):
    """A report as its two files."""

    pdf: bytes
    xlsx: bytes


Printer = Callable[[Report], Printed]


def printed(made: Report) -> Printed:
    """Return a report's files."""
    from reports.pdf import make_pdf  # reportlab, pandas and matplotlib: a second and 100 MB that only a report needs
    from reports.xlsx import make_xlsx

    return Printed(make_pdf(made), make_xlsx(made))


# --- wanting ----------------------------------------------------------------------------------------------------------


def want_due(store: Store, now: int, started: int) -> int:
    """Note every report that is due and not there; return how many. Just after a start, days being rebuilt are waited for."""
    with store.readers.connect() as connection:
        zone = organisation(connection).zone
        missing = [one for one in due(connection, now) if not _is_there(connection, one, zone)]
        ready = [one for one in missing if now - started > PATIENCE_MS or is_settled(connection, *one.days)]
        numbered = [(one, (_newest(connection, one) or 0) + 1) for one in ready]
    for one, revision in numbered:
        store.writer.do(partial(_want, wanted=one, revision=revision, actor=SERVER, now=now))
    return len(ready)


def want_revised(store: Store, now: int) -> int:
    """Note a revision of every report whose days changed since, where that changed a figure; return how many.

    What was made of a period that was not over is no report of it, and what is about one person was asked for as it stood.
    """
    found = 0
    with store.readers.connect() as connection:
        earliest = local_day(now - REVISED_DAYS * 24 * 60 * MINUTE_MS, "UTC")
        zone = organisation(connection).zone
        wanted = (ReportFile.state == "made") & (ReportFile.last >= earliest) & (ReportFile.scope != "person")
        for row in connection.execute(select(*ReportFile.__table__.columns).where(wanted)).all():
            if row.made >= day_bounds(row.last, zone)[1]:
                found += _revise(store, connection, row, now)
    return found


def _revise(store: Store, connection: Connection, row: Any, now: int) -> int:
    wanted = wanted_of(row)
    stamps = stamps_of(connection, row.first, row.last)
    current = row.stamps == stamps or now - row.made < REST_MS or row.revision != _newest(connection, wanted)
    if current or not is_settled(connection, row.first, row.last):
        return 0
    if changes(decode(row.figures), figures_of(_report(store, connection, wanted, now))):
        store.writer.do(partial(_want, wanted=wanted, revision=row.revision + 1, actor=SERVER, now=now))
        return 1
    store.writer.do(lambda writing: writing.execute(update(ReportFile).where(ReportFile.id == row.id).values(stamps=stamps)))
    return 0


def ask_for(connection: Connection, wanted: Wanted, actor: str, address: str, now: int) -> int:
    """Note that somebody wants a report (again) and return its file's id; one that is under way already is theirs too."""
    selection_of(connection, wanted)  # raises where there is no such team or person
    newest = _newest_row(connection, wanted)
    if newest is not None and newest.state in ("wanted", "making"):
        return int(newest.id)
    number = _want(connection, wanted, newest.revision + 1 if newest else 1, actor, now)
    first, last = wanted.days
    deed = audit.Deed(actor, "asked for a report", _subject(wanted.scope), f"{wanted.rhythm} {first} to {last}", address)
    audit.record(connection, deed, now)
    return number


def _want(connection: Connection, wanted: Wanted, revision: int, actor: str, now: int) -> int:
    first, last = wanted.days
    key = {"rhythm": wanted.rhythm.value, "first": first, "scope": wanted.scope.kind, "scope_id": wanted.scope.id, "revision": revision}
    values = key | {"last": last, "language": wanted.language, "actor": actor, "asked": now, "state": "wanted", "claimed": 0}
    row = insert_into(connection, ReportFile).values(**values).on_conflict_do_nothing(index_elements=list(key))
    connection.execute(row)
    same = [getattr(ReportFile, name) == value for name, value in key.items()]
    return int(connection.execute(select(ReportFile.id).where(*same)).scalar_one())


def wanted_of(row: Any) -> Wanted:
    """Return what a row of the table is a file of."""
    return Wanted(Rhythm(row.rhythm), row.first, Scope(row.scope, row.scope_id), row.language)


def _same(wanted: Wanted) -> Any:
    values = (wanted.rhythm.value, wanted.days[0], wanted.scope.kind, wanted.scope.id)
    condition = ReportFile.rhythm == values[0]
    for name, value in zip(KEY[1:], values[1:], strict=True):
        condition &= getattr(ReportFile, name) == value
    return condition


def _is_there(session: AnySession, wanted: Wanted, zone: str) -> bool:
    """Return whether a report was asked for after its period was over."""
    over = day_bounds(wanted.days[1], zone)[1]
    return session.execute(select(ReportFile.id).where(_same(wanted) & (ReportFile.asked >= over)).limit(1)).first() is not None


def _newest(session: AnySession, wanted: Wanted) -> int | None:
    return session.execute(select(func.max(ReportFile.revision)).where(_same(wanted))).scalar_one()


def _newest_row(session: AnySession, wanted: Wanted) -> Any:
    return session.execute(select(*ReportFile.__table__.columns).where(_same(wanted)).order_by(ReportFile.revision.desc()).limit(1)).first()


# --- making -----------------------------------------------------------------------------------------------------------


def make_wanted(store: Store, now: int, printer: Printer = printed) -> int:
    """Make every report that is wanted and nobody is at; return how many were made."""
    made = 0
    while (row := store.writer.do(partial(claim, now=now))) is not None:
        try:
            made += _make(store, row, now, printer)
        except SQLAlchemyError:
            raise  # the store is away: the claim runs out by itself
        except Exception:
            log.exception("a report could not be made: %s of %s, %s %d", row.rhythm, row.first, row.scope, row.scope_id)
            store.writer.do(partial(_give_back, row=row, now=now))
    return made


def claim(connection: Connection, now: int) -> Any:
    """Return a report to make, kept for this process for a while; None when there is none."""
    free = ReportFile.state.in_(("wanted", "making")) & (ReportFile.claimed <= now)
    question = select(*ReportFile.__table__.columns).where(free).order_by(ReportFile.asked, ReportFile.id).limit(1)
    row = connection.execute(question.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    until = now + CLAIM_MS
    connection.execute(update(ReportFile).where(ReportFile.id == row.id).values(state="making", claimed=until))
    return connection.execute(select(*ReportFile.__table__.columns).where(ReportFile.id == row.id)).one()


def _make(store: Store, row: Any, now: int, printer: Printer) -> bool:
    wanted = wanted_of(row)
    with store.readers.connect() as connection:
        stamps = stamps_of(connection, row.first, row.last)
        made = _report(store, connection, wanted, now)
        said = figures_of(made)
        before = _figures_before(connection, wanted, row.revision)
    different = changes(before, said) if before is not None else []
    files = printer(replace(made, revision=row.revision, changes=different))
    folder, stem = ReportFolder(store.settings.data), stem_of(wanted, row.revision)
    digests = {kind: folder.put(stem, kind, getattr(files, kind)) for kind in KINDS}
    values: dict[str, Any] = {f"{kind}_sha256": digest for kind, digest in digests.items()}
    values |= {"stamps": stamps, "figures": encode(said), "changed": len(different), "stem": stem}
    finished = store.writer.do(lambda writing: _finish(writing, row, values, ways(writing, store.settings), now))
    if not finished:
        log.info("another process finished the same report first")
    return finished


def _report(store: Store, connection: Connection, wanted: Wanted, now: int) -> Report:
    return report(connection, wanted, store.rules, organisation(connection).thresholds, now)


def _figures_before(connection: Connection, wanted: Wanted, revision: int) -> Any:
    question = select(ReportFile.figures).where(_same(wanted) & (ReportFile.revision < revision) & (ReportFile.state == "made"))
    stored = connection.execute(question.order_by(ReportFile.revision.desc()).limit(1)).scalar_one_or_none()
    return decode(stored) if stored else None


def _finish(connection: Connection, row: Any, values: dict[str, Any], by: list[str], now: int) -> bool:
    """Say that a report is made, if this process still has it; deliver those that nobody asked for."""
    mine = (ReportFile.id == row.id) & (ReportFile.state == "making") & (ReportFile.claimed == row.claimed)
    if connection.execute(update(ReportFile).where(mine).values(state="made", made=now, **values)).rowcount != 1:
        return False
    if row.actor == SERVER and row.scope == "company":
        rows = [{"report_id": row.id, "way": way, "state": "waiting", "tries": 0, "next_try": now} for way in by]
        if rows:
            connection.execute(insert(ReportDelivery), rows)
    wanted = wanted_of(row)
    told = f"{row.rhythm} {row.first} to {row.last}, revision {row.revision}, {values['changed']} figures changed"
    audit.record(connection, audit.Deed(row.actor, "made a report", _subject(wanted.scope), told), now)
    return True


def _give_back(connection: Connection, row: Any, now: int) -> None:
    """Let a report that could not be made be tried again later, and at last give up."""
    tries = row.tries + 1
    state = "failed" if tries >= MOST_TRIES else "wanted"
    mine = (ReportFile.id == row.id) & (ReportFile.claimed == row.claimed)
    connection.execute(update(ReportFile).where(mine).values(state=state, tries=tries, claimed=now + MINUTE_MS * 2**tries))


def stem_of(wanted: Wanted, revision: int) -> str:
    """Return how a report's files begin; no name of anybody is in it."""
    first = wanted.days[0]
    label = {Rhythm.DAY: f"{first}", Rhythm.WEEK: f"{first:%G-W%V}", Rhythm.MONTH: f"{first:%Y-%m}"}[wanted.rhythm]
    whom = wanted.scope.kind if wanted.scope.kind == "company" else f"{wanted.scope.kind}-{wanted.scope.id}"
    return f"report-{label}-{whom}-r{revision}"


def _subject(scope: Scope) -> str:
    if scope.kind == "person":
        return audit.about(scope.id)
    return "everybody" if scope.kind == "company" else f"team {scope.id}"


# --- forgetting -------------------------------------------------------------------------------------------------------


def purge(store: Store, now: int) -> int:
    """Delete reports that have outlived the ledger they were made of, and what is nobody's in the folder; return how many."""
    folder = ReportFolder(store.settings.data)
    with store.readers.connect() as connection:
        days = max(organisation(connection).retention.ledger, REVISED_DAYS * 2)
        oldest = local_day(now - days * 24 * 60 * MINUTE_MS, "UTC")
        columns = (ReportFile.id, ReportFile.last, ReportFile.stem, ReportFile.pdf_sha256, ReportFile.xlsx_sha256)
        rows = connection.execute(select(*columns)).all()
        held = bool(held_people(connection, now))  # whoever a legal hold is on may be in any of them
    old = [] if held else [row for row in rows if row.last < oldest]
    for row in old:
        store.writer.do(partial(_forget, number=row.id))
    kept = [row for row in rows if row not in old and row.stem]
    known = {folder.place(row.stem, kind, getattr(row, f"{kind}_sha256")).name for row in kept for kind in KINDS}
    folder.tidy(known, now)
    return len(old)


def _forget(connection: Connection, number: int) -> None:
    for table, column in ((ReportDelivery, ReportDelivery.report_id), (ReportFile, ReportFile.id)):
        connection.execute(table.__table__.delete().where(column == number))  # type: ignore[attr-defined]
