"""What the report says of its own grounds: file events, how much is known, and what people were told."""

from __future__ import annotations

from collections import Counter, defaultdict

from sqlalchemy import func, select

from policy.intervals import Interval
from policy.summaries import FileActivity, PersonFiles, RequestKind, SilentDevice
from policy.summaries.report import Contested, Coverage, Privacy
from server.days.wall import period_bounds
from server.models import Account, AccountDevice, Device, FileEvent, GapEvent, PersonRequest, Quarantined
from server.organisation import AnySession, organisation
from server.queries.attention import SILENT_AFTER_MS
from server.queries.figures import day_figures
from server.queries.file_extras import bursts, gaps
from server.queries.files import Search, Wanted, search_for
from server.queries.records import notices
from server.queries.selection import Selection, person_of

MOST_BURSTS = 20
MOST_GAPS = 20


def file_activity(session: AnySession, selection: Selection) -> FileActivity:
    """Return file events by person and kind; days are the organisation's, as in the file audit."""
    search = search_for(session, selection, Wanted())
    before = search_for(session, selection.before, Wanted())
    members = {key: member for key, (_, member) in search.accounts.items()}
    many, missing = bursts(session, search.scope, members), gaps(session, search.accounts, search.hosts, search.bounds)
    largest = sorted(many.rows, key=lambda one: (-one.count, one.start, one.person.id))
    left_out = many.left_out + missing.left_out + len(largest[MOST_BURSTS:]) + len(missing.rows[MOST_GAPS:])
    counts = _counts(session, search)
    return FileActivity(
        previous=sum(sum(kinds.values()) for kinds in _counts(session, before).values()),
        people=[PersonFiles(person_of(member), **counts[member.id]) for member in selection.people if member.id in counts],
        bursts=largest[:MOST_BURSTS],
        gaps=missing.rows[:MOST_GAPS],
        truncated=left_out,
    )


def contested(session: AnySession, selection: Selection) -> list[Contested]:
    """Return the stretches of these days that these people say are wrong, the oldest first, and what was answered."""
    people = {member.id: person_of(member) for member in selection.people}
    start, end = period_bounds(selection.first, selection.last, organisation(session).zone)
    asked = (PersonRequest.kind == RequestKind.CONTEST.value) & (PersonRequest.start >= start) & (PersonRequest.start < end)
    columns = select(PersonRequest.person_id, PersonRequest.start, PersonRequest.end, PersonRequest.text, PersonRequest.answer)
    rows = session.execute(columns.where(asked).order_by(PersonRequest.start, PersonRequest.id))
    return [Contested(people[row.person_id], row.start, row.end, row.text, row.answer) for row in rows if row.person_id in people]


def _counts(session: AnySession, search: Search) -> dict[int, Counter[str]]:
    question = select(FileEvent.account_id, FileEvent.action, func.count().label("events")).where(search.scope)
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for row in session.execute(question.group_by(FileEvent.account_id, FileEvent.action)):
        found[search.accounts[row.account_id][1].id][row.action] += int(row.events)
    return found


def coverage(session: AnySession, selection: Selection, now: int) -> Coverage:
    """Return how much is known of the selection, and which PCs say nothing."""
    figures = day_figures(session, selection, now)
    bounds = period_bounds(selection.first, selection.last, organisation(session).zone)
    end = min(now, bounds[1])
    pcs = _devices(session, selection)
    expected = int(figures.expected.sum())
    return Coverage(
        devices=len(pcs),
        silent=[SilentDevice(host, seen) for host, seen, enrolled in pcs.values() if end - (seen or enrolled) > SILENT_AFTER_MS],
        expected=expected,
        missing=max(0, expected - int(figures.covered.sum())),
        paused=sum(one.paused for one in figures.times_by(1)),
        lost=_lost(session, list(pcs), bounds),
        quarantined=_refused(session, list(pcs), bounds),
    )


def _devices(session: AnySession, selection: Selection) -> dict[int, tuple[str, int | None, int]]:
    """Return {device: (host, last sign of life, enrolled)} of the PCs these people use, by host."""
    mine = select(AccountDevice.device_id).join(Account, Account.id == AccountDevice.account_id).where(Account.person_id.in_(selection.ids))
    columns = (Device.id, Device.hostname, Device.seen, Device.enrolled)
    rows = session.execute(select(*columns).where(Device.id.in_(mine) & Device.revoked.is_(None)).order_by(Device.hostname, Device.id))
    return {row.id: (row.hostname, row.seen, row.enrolled) for row in rows}


def _lost(session: AnySession, devices: list[int], bounds: Interval) -> int:
    within = GapEvent.device_id.in_(devices) & (GapEvent.start >= bounds[0]) & (GapEvent.start < bounds[1])
    return int(session.execute(select(func.coalesce(func.sum(GapEvent.lost), 0)).where(within)).scalar_one())


def _refused(session: AnySession, devices: list[int], bounds: Interval) -> int:
    within = Quarantined.device_id.in_(devices) & (Quarantined.at >= bounds[0]) & (Quarantined.at < bounds[1])
    return int(session.execute(select(func.count()).select_from(Quarantined).where(within)).scalar_one())


def privacy(session: AnySession, selection: Selection) -> Privacy:
    """Return what was recorded of the selection's people and what they answered to the notice."""
    ours, told = organisation(session), notices(session)
    people = set(selection.ids)
    answers = [one for one in told.answers if one.person in people]
    current = Counter(one.answer for one in answers if one.version in told.versions)
    return Privacy(
        accounts=len(answers),
        acknowledged=current["acknowledged"] + current["consented"],
        consented=current["consented"],
        withdrawn=sum(one.answer == "withdrawn" for one in answers),
        titles=ours.titles,
        network=ours.network_every > 0,
        folders=len(ours.folders),
        captures=bool((ours.capture_every or ours.clip_seconds) and set(ours.capture_teams) & {member.team for member in selection.people}),
        work_hours_only=ours.work_hours_only,
        retention=ours.retention,
        contact=ours.reports.contact or None,
    )
