"""`/api/sessions/`: sessions at PCs, and how an agent-and-server tracker's client begins one and keeps it alive."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from sqlalchemy import Connection, select

from policy.events import Account as AccountName
from policy.events import Event, Session
from policy.redaction import clean
from policy.worktime import day_bounds, local_day
from server.auth import Ask
from server.compat import stream
from server.compat.asked import device_of, note_looks, visible
from server.compat.heartbeats import SystemStatus, beat, health_of
from server.compat.resources import days_of, not_there, number_of, place_of, text_of, text_or_none
from server.models import Account, Device, SessionEvent
from server.organisation import organisation
from server.queries.logons import logons

MOST_DAYS = 93
LEAST_MS = 50_000
"""These clients say that they live every ten seconds; one word a minute is kept, as of our own agents."""


class SessionRow(Struct, frozen=True):
    """One session at a PC; times are ISO 8601 UTC."""

    id: int
    agent: int
    hostname: str
    username: str
    started_at: str
    ended_at: str | None
    locked_seconds: int


class SessionWish(Struct, frozen=True):
    """A client starts on a PC, for the account that is signed in there."""

    username: AccountName
    hostname: Annotated[str, Meta(max_length=256)] = ""
    agent_name: Annotated[str, Meta(max_length=100)] = ""
    agent_version: Annotated[str, Meta(max_length=64)] = ""
    ip_address: Annotated[str, Meta(max_length=64)] = ""


class SessionMade(Struct, frozen=True):
    """The session's number, and the token to go on with: the one that was shown."""

    session_id: int
    token: str


class Alive(Struct, frozen=True):
    """It was heard."""

    status: str = "alive"


def show_sessions(ask: Ask) -> list[SessionRow]:
    """The sessions of everybody the caller may see, from `start_date` to `end_date`; without, of the last week."""
    people = visible(ask)
    note_looks(ask, people, "sessions")
    zone = organisation(ask.session).zone
    first, last = days_of(ask, local_day(ask.now, zone), MOST_DAYS)
    start, end = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
    return [
        SessionRow(
            id=number_of(one.epoch, one.seq),
            agent=one.device,
            hostname=one.hostname,
            username=one.account,
            started_at=text_of(one.start),
            ended_at=text_or_none(one.end),
            locked_seconds=one.locked_ms // 1000,
        )
        for one in logons(ask.session, {one.id for one in people}, start, end - 1)
    ]


def begin_session(ask: Ask) -> SessionMade:
    """Store that a client started, which it may only for somebody who answered the notice."""
    device, wish = device_of(ask), ask.body(SessionWish)
    event, begun = Session(at=ask.now, account=clean(wish.username, 256) or "unknown", change="agent_start"), list[int]()

    def events(connection: Connection, epoch: int) -> list[Event]:
        begun[:] = [epoch]
        return [event]

    stream.store(ask.core, device, ask.token, events, ask.now)
    with ask.core.readers.connect() as connection:
        this = (SessionEvent.epoch_id == begun[0]) & (SessionEvent.at == ask.now)
        seq = connection.execute(select(SessionEvent.seq).where(this).order_by(SessionEvent.seq.desc()).limit(1)).scalar_one()
    return SessionMade(number_of(begun[0], seq), ask.token)


def keep_session_alive(ask: Ask) -> Alive:
    """Store that the client of a session is alive."""
    device = device_of(ask)
    account_of_session(ask, ask.number_in_path())
    with ask.core.readers.connect() as connection:
        seen = connection.execute(select(Device.seen).where(Device.id == device.id)).scalar_one()
    if seen is None or not 0 <= ask.now - seen < LEAST_MS:
        beat(ask, health_of(SystemStatus(), ask.now))
    return Alive()


def account_of_session(ask: Ask, number: int) -> str:
    """Return the account of a session of the calling PC; raise NotThereError when it is another's, or none."""
    epoch, seq = place_of(number)
    device = device_of_caller(ask)
    this = (SessionEvent.epoch_id == epoch) & (SessionEvent.seq == seq) & (SessionEvent.device_id == device)
    with ask.core.readers.connect() as connection:
        joined = select(Account.name).join(SessionEvent, SessionEvent.account_id == Account.id)
        name = connection.execute(joined.where(this)).scalar_one_or_none()
    if name is None:
        raise not_there("session")
    return name


def device_of_caller(ask: Ask) -> int:
    """Return the number of the PC that asks."""
    if ask.device is None:
        raise not_there("session")
    return ask.device.id
