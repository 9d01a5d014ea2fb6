"""The telemetry tracker's figures: today's totals, apps, days, who has how much of which."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from msgspec import Struct
from sqlalchemy import func, select, text

from policy.works_council import may_rank
from policy.worktime import local_day
from server.audit_log import audit
from server.auth import Ask
from server.compat import productivity
from server.compat.asked import day_or, in_path, member_named, note_looks, visible
from server.compat.productivity import AppSeconds, AppTotals, Bucket, DayTotals, Totals
from server.models import Account, Span
from server.organisation import organisation
from server.people import Member
from server.refusals import BadRequestError, NotAllowedError
from server.rights import retention

USUAL_DAYS, MOST_DAYS = 7, 90
MEGABYTE = 1 << 20
FEWEST = 3
"""A ranking of fewer people than that names them in all but name; only the owner sees it."""


class Ranked(Struct, frozen=True):
    """One row of the leaderboard."""

    user_id: str
    productive_sec: int
    non_productive_sec: int
    total_sec: int
    productive_pct: float
    non_productive_pct: float


class StoreFigures(Struct, frozen=True):
    """What the store holds; instants are ISO 8601 UTC, and the size is what it takes on the disk."""

    total_events: int
    oldest_event: str | None
    newest_event: str | None
    retention_days: int
    estimated_size_mb: float


def show_today(ask: Ask) -> Totals:
    """The totals of today, or of `date`."""
    member = member_named(ask, ask.text("user_id", 256), "summary")
    return _totals(ask, member)


def show_apps(ask: Ask) -> list[AppTotals]:
    """Today, or `date`, by app or site."""
    member = member_named(ask, ask.text("user_id", 256), "apps")
    return productivity.apps(buckets_of(ask, member, day_or(ask, "date", today_of(ask, member))))


def show_daily(ask: Ask) -> list[DayTotals]:
    """The last `days` days, today included."""
    member = member_named(ask, ask.text("user_id", 256), "daily")
    days = productivity.last_days(today_of(ask, member), _days(ask))
    return [productivity.day_totals(day, buckets_of(ask, member, day)) for day in days]


def show_leaderboard(ask: Ask) -> list[Ranked]:
    """Today, or `date`, of everybody the viewer may see, most non-productive share first; few people are not ranked."""
    if not may_rank(organisation(ask.session)):
        raise NotAllowedError("people are not ranked here: an agreement with the works council holds", reason="locked")
    people = visible(ask)
    note_looks(ask, people, "leaderboard")
    if len(people) < FEWEST and ask.who().role != "owner":
        raise NotAllowedError(f"fewer than {FEWEST} people are not ranked")
    rows = [_ranked(name, _totals(ask, one)) for one, name in _names(ask, people)]
    return sorted((row for row in rows if row.total_sec), key=lambda row: (-row.non_productive_pct, row.user_id))


def show_non_productive_apps(ask: Ask) -> list[AppSeconds]:
    """Which apps and sites the non-productive time of the last days was in."""
    member = member_named(ask, in_path("user_id"), "non-productive apps")
    days = productivity.last_days(today_of(ask, member), _days(ask))
    return productivity.non_productive_apps(one for day in days for one in buckets_of(ask, member, day))


def show_store(ask: Ask) -> StoreFigures:
    """How much there is, from when to when, and what it takes."""
    session = ask.session
    count, oldest, newest = session.execute(select(func.count(), func.min(Span.start), func.max(Span.start)).select_from(Span)).one()
    if ask.core.url.startswith("sqlite"):
        size = session.execute(text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")).scalar_one()
    else:
        size = session.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    kept = organisation(session).retention.spans
    return StoreFigures(count, _iso(oldest), _iso(newest), kept, round(size / MEGABYTE, 2))


class CleanUp(Struct, frozen=True):
    """A wish to delete what has outlived its period; `days`, if it is said, must be the period there is."""

    days: int | None = None


class CleanedUp(Struct, frozen=True):
    """How many rows are gone, and the period of raw spans."""

    deleted: int
    retention_days: int


def clean_up(ask: Ask) -> CleanedUp:
    """Delete what has outlived its period now instead of tonight; how long that is, is a setting and no argument."""
    kept, wish = organisation(ask.session).retention.spans, ask.body(CleanUp)
    if wish.days not in (None, kept):
        raise BadRequestError(f"spans are kept for {kept} days; another period is a change of the settings")
    gone = sum(retention.purge(ask.core.readers, ask.core.writer, ask.now).values())
    ask.change(lambda connection, by: audit.record(connection, by.deed("cleaned up", "everybody", after={"rows": gone}), by.now))
    return CleanedUp(gone, kept)


def _iso(instant: int | None) -> str | None:
    return None if instant is None else text_of(instant)


def text_of(instant: int) -> str:
    """Return an instant as ISO 8601 in UTC."""
    return datetime.fromtimestamp(instant / 1000, UTC).isoformat()


def buckets_of(ask: Ask, member: Member, day: date) -> list[Bucket]:
    """Return the minutes of a day."""
    return productivity.buckets(ask.session, ask.core.rules, ask.core.thresholds, member, day)


def _totals(ask: Ask, member: Member) -> Totals:
    return productivity.totals(buckets_of(ask, member, day_or(ask, "date", today_of(ask, member))))


def today_of(ask: Ask, member: Member) -> date:
    """Return the person's own today."""
    return local_day(ask.now, member.zone)


def _days(ask: Ask) -> int:
    days = ask.number("days")
    if days is None:
        return USUAL_DAYS
    if not 1 <= days <= MOST_DAYS:
        raise BadRequestError(f"days must be from 1 to {MOST_DAYS}")
    return days


def _names(ask: Ask, people: Iterable[Member]) -> list[tuple[Member, str]]:
    """Return each person with the first of their accounts; people without one have no figures."""
    first = select(Account.person_id, func.min(Account.name)).group_by(Account.person_id)
    names = dict(ask.session.execute(first).all())
    return [(one, names[one.id]) for one in people if one.id in names]


def _ranked(name: str, sums: Totals) -> Ranked:
    total = sums.total_seconds or 1
    shares = (round(100 * part / total, 1) for part in (sums.productive, sums.non_productive))
    return Ranked(name, sums.productive, sums.non_productive, sums.total_seconds, *shares)
