"""`/api/report` and `/api/reports/real_work_hours`: clients that say only whether their user works."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Literal, cast

from msgspec import Meta, Struct
from sqlalchemy import Connection, func, select

from policy import notice
from policy.events import Account as AccountName
from policy.events import Event, Notice, NoticeAnswer, Session
from policy.redaction import clean
from policy.worktime import local_day
from server.auth import Ask
from server.compat import stream
from server.compat.asked import day_or, device_of, member_named, note_looks, visible
from server.compat.samples import instant_of
from server.models import Account, LedgerDay
from server.organisation import agent_policy, organisation
from server.people import Member
from server.queries.report_days import real_hours_by_day
from server.queries.selection import Selection
from server.refusals import BadRequestError, ConflictError

MOST_DAYS = 400
Language = Literal["en", "hi", "bn"]
SAID: dict[str, Literal["working", "lock"]] = {"working": "working", "stopped": "lock"}
"""What a report is in the ledger. Of all we know, a lock is nearest to `stopped`: both always end unbroken work."""


class StateReport(Struct, frozen=True):
    """A user works, or has stopped; without `ts` it is now."""

    user: AccountName
    state: Literal["working", "stopped"]
    ts: Annotated[str, Meta(max_length=64)] | None = None


class NoticeReply(Struct, frozen=True):
    """What a user of such a client answers to the notice, which the client has shown; `version` is the one that was shown."""

    user: AccountName
    answer: NoticeAnswer
    language: Language = "en"
    version: Annotated[str, Meta(max_length=64)] | None = None


class NoticeShown(Struct, frozen=True):
    """The notice in force, for a client to show; what is answered to it names its version."""

    version: str
    language: Language
    text: str


class Success(Struct, frozen=True):
    """It is on the disk."""

    success: bool = True


class RealHours(Struct, frozen=True):
    """A person's real work hours of one local day; `last_processed_event_id` grows each time the day is made anew."""

    id: int
    username: str
    work_date: date
    real_hours_counted: int
    last_processed_event_id: int


class RealHoursReply(Struct, frozen=True):
    """The rows asked for."""

    success: bool
    data: list[RealHours]


def report(ask: Ask) -> Success:
    """Store what a client says of its user."""
    device, said = device_of(ask), ask.body(StateReport)
    event = Session(at=_instant(said.ts, ask.now), account=clean(said.user, 256) or "unknown", change=SAID[said.state])
    stream.store(ask.core, device, ask.token, _just(event), ask.now)
    return Success()


def show_notice(ask: Ask) -> NoticeShown:
    """The notice in force for the PC's team."""
    device, language = device_of(ask), ask.text("language", 2) or "en"
    version = agent_policy(ask.session, device.team).notice
    if language not in notice.LANGUAGES or (text := notice.text_of(language, version)) is None:
        raise BadRequestError(f"language must be one of {', '.join(notice.LANGUAGES)}")
    return NoticeShown(version, cast(Language, language), text)


def answer_notice(ask: Ask) -> Success:
    """Store what a user answers to the notice that is in force; an answer to an older one is none."""
    device, said = device_of(ask), ask.body(NoticeReply)
    version = agent_policy(ask.session, device.team).notice
    if said.version not in (None, version):
        raise ConflictError("the notice is another one now; show it again", reason="stale")
    event = Notice(at=ask.now, account=clean(said.user, 256), version=version, language=said.language, answer=said.answer)
    stream.store(ask.core, device, ask.token, _just(event), ask.now)
    return Success()


def show_real_hours(ask: Ask) -> RealHoursReply:
    """The real work hours of everybody the caller may see, or of one user; without days, of all days."""
    name = ask.text("username", 256)
    people = [member_named(ask, name, "real work hours")] if name else visible(ask)
    if not name:
        note_looks(ask, people, "real work hours")
    first, last = _days(ask)
    return RealHoursReply(True, _rows(ask, people, name, first, last))


def _just(event: Event) -> stream.Events:
    def events(connection: Connection, epoch: int) -> list[Event]:
        return [event]

    return events


def _instant(text: str | None, now: int) -> int:
    try:
        return now if text is None else instant_of(text)
    except ValueError as fault:
        raise BadRequestError(f"ts must be a time such as 2024-05-10T10:20:30Z: {fault}") from None


def _days(ask: Ask) -> tuple[date, date]:
    """Return the days asked for: one where only the first is named, the last MOST_DAYS where none is."""
    today = local_day(ask.now, organisation(ask.session).zone) + timedelta(days=1)
    last = day_or(ask, "end_date", day_or(ask, "start_date", today))
    first = day_or(ask, "start_date", max(date.min + timedelta(days=MOST_DAYS), last) - timedelta(days=MOST_DAYS - 1))
    if not 0 <= (last - first).days < MOST_DAYS or last.year > 2099 or first.year < 2000:
        raise BadRequestError(f"start_date must not be after end_date, and at most {MOST_DAYS} days may be asked for")
    return first, last


def _rows(ask: Ask, people: Iterable[Member], name: str | None, first: date, last: date) -> list[RealHours]:
    selection = Selection(list(people), first, last)
    counted = real_hours_by_day(ask.session, selection)
    mine = LedgerDay.person_id.in_(selection.ids) & LedgerDay.day.between(first, last)
    columns = select(LedgerDay.person_id, LedgerDay.day, LedgerDay.rebuilt).where(mine)
    names = dict(ask.session.execute(select(Account.person_id, func.min(Account.name)).group_by(Account.person_id)).all())
    return [
        RealHours(person << 22 | day.toordinal(), name or names.get(person, ""), day, counted.get((person, day), 0), rebuilt)
        for person, day, rebuilt in ask.session.execute(columns.order_by(LedgerDay.day, LedgerDay.person_id))
    ]
