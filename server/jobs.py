"""The timetable: what the server does by itself, how often, and nothing else."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from apscheduler.schedulers.background import BackgroundScheduler

from server import file_rules, findings, heartbeat, night, page_links, path_index, users
from server.audit_log import audit, keeping
from server.backup import timetable as backup_timetable
from server.captures import CaptureStore, held_names, note_gone
from server.clock import now_ms
from server.core import own_identity
from server.days import day_pages, dirty, ledger
from server.evidence import file_seals, making
from server.organisation import free_disk, note_free_disk, organisation
from server.reporting import delivery
from server.reporting import making as reporting
from server.rights import contest, erasure_steps, measures, retention, retention_proof, retention_texts
from server.store import partitions
from server.store.opened import Store

log = logging.getLogger(__name__)

DAYS_AT_ONCE = 200
MIB = 1 << 20


class Job(NamedTuple):
    """One line of the timetable; `every` is seconds."""

    name: str
    every: float
    run: Callable[[Store, int], object]
    shared: bool = False
    """Whether every server on one database runs it; anything else only the elected one."""
    at_start: bool = False
    """Whether it runs at once as well, instead of only after its time has passed once."""


def rebuild_ledger(store: Store, now: int) -> int:
    """Rebuild dirty person-days, newest first, until none is left or the round is full."""
    return ledger.rebuild(store.readers, store.writer, store.rules, store.thresholds, now, DAYS_AT_ONCE)


def make_pages(store: Store, now: int) -> None:
    """Put days that are over into pages, so that nobody waits for it."""
    day_pages.make_pages(store.readers, store.writer, now)


def index_paths(store: Store, now: int) -> None:
    """Make new paths quick to search."""
    path_index.index_paths(store.readers, store.writer)


def close_days(store: Store, now: int) -> None:
    """Make a day of every yesterday without a word: a PC that was off all day was off, which is something to know."""
    with store.readers.connect() as connection:
        missing = dirty.days_without_word(connection, now)
    if missing:
        store.writer.do(lambda connection: dirty.put(connection, missing))


def make_partitions(store: Store, now: int) -> None:
    """Make room for the months to come, where the store keeps them apart."""
    store.writer.do(lambda connection: partitions.make_ahead(connection, now))


def forget_tokens(store: Store, now: int) -> None:
    """Delete tokens, and links and sessions of people's own pages, that expired."""
    store.writer.do(lambda connection: (users.forget_old_tokens(connection, now), page_links.forget_old(connection, now)))


def purge(store: Store, now: int) -> None:
    """Delete what has outlived its period, and once a day the texts that nothing names any more; leave nothing of it in the files."""
    gone = {table: rows for table, rows in retention.purge(store.readers, store.writer, now).items() if rows}
    with store.readers.connect() as connection:
        due = retention.sweep_is_due(connection, now)
    if due:
        gone["texts"] = retention_texts.forget_unused(store.readers, store.writer)
        store.writer.do(lambda connection: retention.note_sweep(connection, now))
    if any(gone.values()):
        log.info("outlived its period: %s", gone)
        if retention_proof.clean_files(store) is False:
            log.debug("the store's log is cut off another time")
    retention_proof.rewrite_when_due(store, now)


def end_measures(store: Store, now: int) -> None:
    """End the holds and restrictions whose time is over."""
    store.writer.do(lambda connection: measures.end_due(connection, now))


def erase(store: Store, now: int) -> None:
    """Go on with the erasures that are under way."""
    erasure_steps.run_all(store, now)


def purge_captures(store: Store, now: int) -> None:
    """Delete pictures of screens that have outlived their period or for which there is no more room, and write down how many why."""
    with store.readers.connect() as connection:
        days, held = organisation(connection).retention.captures, held_names(connection, now)
    kept = CaptureStore(store.settings.data)
    due = kept.due(now - days * retention.DAY_MS, store.settings.captures_mib * MIB, held)
    if any(due):
        store.writer.do(lambda connection: note_gone(connection, due))
        gone = kept.delete(due)
        log.info("pictures deleted: %d outlived their period, %d had no more room", *gone)
        deed = audit.Deed("server", "cleaned up pictures", after=gone._asdict())
        store.writer.do(lambda connection: audit.record(connection, deed, now))


def seal_audit(store: Store, now: int) -> None:
    """Sign where the audit log ends."""
    keeping.seal(store.writer, own_identity(store.settings), store.settings.data, now)


def seal_files(store: Store, now: int) -> None:
    """Once a night, seal the file events of the days that are over."""
    with store.readers.connect() as connection:
        due = file_seals.is_due(connection, now)
    if due:
        file_seals.seal_days(store.readers, store.writer, now)


def make_evidence(store: Store, now: int) -> None:
    """Make the evidence packs that are wanted."""
    making.make_wanted(store, now)


def purge_evidence(store: Store, now: int) -> None:
    """Delete evidence packs that have outlived the files' period."""
    making.purge(store, now)


def watch_files(store: Store, now: int) -> None:
    """Look for bursts of files and events at watched paths in what came."""
    file_rules.look(store.readers, store.writer, now)


def find_unusual(store: Store, now: int) -> None:
    """Look at the days that are over for everybody, once each, in a process of its own."""
    with store.readers.connect() as connection:
        due = findings.nights_due(connection, now)
    if due:
        night.run(store.settings, now)


def note_overdue(store: Store, now: int) -> None:
    """Note what people asked for and nobody answered in time."""
    store.writer.do(lambda connection: contest.note_overdue(connection, now))


def watch_disk(store: Store, now: int) -> None:
    """Note how much room the disk has, so that somebody is told before it is full."""
    usage = shutil.disk_usage(store.settings.data)
    with store.readers.connect() as connection:
        known = free_disk(connection)
    if known is None or abs(known[0] - usage.free) > usage.total // 1000:
        store.writer.do(lambda connection: note_free_disk(connection, usage.free, usage.total))


def make_backup(store: Store, now: int) -> None:
    """Make the nightly backup where one is wanted, and delete the ones that are over."""
    backup_timetable.run_if_due(store, now)


def look_at_backups(store: Store, now: int) -> None:
    """Note whether the newest backup is still where it was put."""
    backup_timetable.look(store)


def show_alive(store: Store, now: int) -> None:
    """Give a sign of life."""
    heartbeat.beat(store.settings.data)


def want_reports(store: Store, now: int, started: int) -> None:
    """Note which reports are due, and which late data has made wrong."""
    reporting.want_due(store, now, started)
    reporting.want_revised(store, now)


def make_reports(store: Store, now: int) -> None:
    """Make the reports that are wanted, by the clock or by somebody, and deliver what waits."""
    reporting.make_wanted(store, now)
    delivery.deliver(store, now)


def purge_reports(store: Store, now: int) -> None:
    """Delete reports that have outlived their figures."""
    reporting.purge(store, now)


def timetable(store: Store) -> tuple[Job, ...]:
    """Return every job."""
    return (
        Job("show-alive", heartbeat.EVERY_SECONDS, show_alive, shared=True),
        Job("ledger", store.settings.ledger_every, rebuild_ledger, shared=True),
        Job("make-pages", 60, make_pages),
        Job("index-paths", 10, index_paths),
        Job("close-days", 1800, close_days),
        Job("make-partitions", 6 * 3600, make_partitions, at_start=True),
        Job("end-measures", 60, end_measures),
        Job("erase", 5, erase, at_start=True),
        Job("purge", 3600, purge),
        Job("purge-captures", 3600, purge_captures, shared=True),
        Job("seal-audit", 6 * 3600, seal_audit),
        Job("want-reports", 60, partial(want_reports, started=now_ms()), at_start=True),
        Job("make-reports", 5, make_reports),
        Job("purge-reports", 3600, purge_reports),
        Job("seal-files", 1800, seal_files),
        Job("make-evidence", 5, make_evidence),
        Job("purge-evidence", 6 * 3600, purge_evidence),
        Job("watch-files", 3, watch_files),
        Job("watch-disk", 60, watch_disk),
        Job("note-overdue", 3600, note_overdue, at_start=True),
        Job("backup", 5, make_backup, at_start=True),
        Job("look-at-backups", 60, look_at_backups, at_start=True),
        Job("find-unusual", 600, find_unusual),
        Job("forget-tokens", 3600, forget_tokens),
    )


def start(store: Store) -> BackgroundScheduler:
    """Start the timetable in threads of this process; of several servers on one database the elected one runs what is not shared."""
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600})
    for job in timetable(store):
        at_once = {"next_run_time": datetime.now(UTC)} if job.at_start else {}
        scheduler.add_job(_logged, "interval", args=(job, store), seconds=job.every, id=job.name, **at_once)
    heartbeat.beat(store.settings.data)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler.start()
    return scheduler


def _logged(job: Job, store: Store) -> None:
    try:
        if job.shared or store.election.is_ours():
            job.run(store, now_ms())
    except Exception:
        log.exception("the job %s failed; it runs again in %g s", job.name, job.every)
        raise
