"""What the organisation decides: its name, its zone, its work hours, what agents are asked for."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import msgspec
from sqlalchemy import BigInteger, Connection, String, bindparam, case, cast, select
from sqlalchemy.orm import Session

from policy import notice
from policy.summaries import Organisation
from policy.wire import AgentPolicy
from server.models import Setting
from server.store.db import Turn, insert_into, take_turn
from server.store.prepared import Prepared

AnySession = Session | Connection

READ = Prepared(select(Setting.value).where(Setting.name == bindparam("name")))


def organisation(session: AnySession) -> Organisation:
    """Return the organisation's choices."""
    return _organisation(_read(session, "organisation"))


@lru_cache(maxsize=16)
def _organisation(stored: bytes | None) -> Organisation:
    return msgspec.json.decode(stored, type=Organisation) if stored else Organisation()


def change_organisation(connection: Connection, **changes: object) -> Organisation:
    """Store changed choices under a new revision and return them; raise ValueError when a value is not allowed."""
    take_turn(connection, Turn.ORGANISATION)
    now = organisation(connection)
    document = msgspec.to_builtins(now) | msgspec.to_builtins(changes) | {"revision": now.revision + 1}
    changed = msgspec.convert(document, Organisation)
    _write(connection, "organisation", msgspec.json.encode(changed))
    return changed


def allows_clips(ours: Organisation, team: int | None) -> bool:
    """Return whether clips may be asked for of a team; where an agreement with a works council holds, no screen is recorded."""
    return bool(ours.clip_seconds) and team in ours.capture_teams and not ours.works_council


def agent_policy(session: AnySession, team: int | None = None) -> AgentPolicy:
    """Return what the agents of a team are asked for."""
    ours = organisation(session)
    captured = bool(ours.capture_every) and team in ours.capture_teams
    clips = allows_clips(ours, team)
    return AgentPolicy(
        revision=ours.revision,
        notice=notice.version(pictures=captured, clips=clips),
        titles=ours.titles,
        sample_every=ours.sample_every,
        send_every=ours.send_every,
        health_every=ours.health_every,
        network_every=ours.network_every,
        work_hours_only=ours.work_hours_only,
        work_hours=ours.hours if ours.work_hours_only or captured or clips else None,
        folders=ours.folders,
        capture_every=ours.capture_every if captured else 0.0,
    )


def spans_from(session: AnySession) -> int:
    """Return the instant from which spans are whole; before it some were deleted, and no day may be rebuilt."""
    return int(_read(session, "spans_from") or 0)


def note_spans_from(connection: Connection, instant: int) -> None:
    """Record that spans before `instant` are about to be deleted; it never moves back."""
    if instant > spans_from(connection):
        _write(connection, "spans_from", str(instant).encode())


def traffic_from(session: AnySession) -> date:
    """Return the first day whose traffic was added up by the organisation's days as they are now."""
    stored = _read(session, "traffic_from")
    return date.fromisoformat(stored.decode()) if stored else date.min


def note_traffic_from(connection: Connection, day: date) -> None:
    """Record that the organisation's days are others from `day` on; it never moves back."""
    if day > traffic_from(connection):
        _write(connection, "traffic_from", day.isoformat().encode())


def findings_through(session: AnySession) -> date | None:
    """Return the newest day that was looked at for findings."""
    stored = _read(session, "findings_through")
    return date.fromisoformat(stored.decode()) if stored else None


def note_findings_through(connection: Connection, day: date) -> None:
    """Record that a day was looked at for findings; it never moves back."""
    known = findings_through(connection)
    if known is None or day > known:
        _write(connection, "findings_through", day.isoformat().encode())


def free_disk(session: AnySession) -> tuple[int, int] | None:
    """Return (free, total) bytes of the server's disk as last looked at."""
    stored = _read(session, "disk")
    return msgspec.json.decode(stored, type=tuple[int, int]) if stored else None


def note_free_disk(connection: Connection, free: int, total: int) -> None:
    """Record how much room the server's disk has."""
    _write(connection, "disk", msgspec.json.encode((free, total)))


def adopted(session: AnySession) -> dict[str, str]:
    """Return what another tracker's variables said when they were last taken over."""
    stored = _read(session, "adopted")
    return msgspec.json.decode(stored, type=dict[str, str]) if stored else {}


def note_adopted(connection: Connection, said: dict[str, str]) -> None:
    """Record what another tracker's variables say."""
    _write(connection, "adopted", msgspec.json.encode(said))


def ledger_revision(session: AnySession) -> int:
    """Return a number that changes with every change of the ledger: the instant of the newest rebuild."""
    return int(_read(session, "ledger_revision") or 0)


def note_ledger_revision(connection: Connection, now: int) -> None:
    """Record that the ledger changed: in one statement, so that of two servers at once none gets the other's number."""
    following = cast(Setting.value, BigInteger) + 1
    later = cast(case((following > now, following), else_=now), String)
    first = insert_into(connection, Setting).values(name="ledger_revision", value=str(now))
    connection.execute(first.on_conflict_do_update(index_elements=["name"], set_={"value": later}))


def read_fact(session: AnySession, name: str) -> bytes | None:
    """Return what a part of the server noted under a name of its own; None when it has not."""
    return _read(session, name)


def write_fact(connection: Connection, name: str, value: bytes) -> None:
    """Note something under a name of one's own."""
    _write(connection, name, value)


def connection_of(session: AnySession) -> Connection:
    """Return the connection a session reads on."""
    return session.connection() if isinstance(session, Session) else session


def _read(session: AnySession, name: str) -> bytes | None:
    row = READ.run(connection_of(session), name=name).fetchone()
    return row[0].encode() if row is not None else None


def _write(connection: Connection, name: str, value: bytes) -> None:
    row = insert_into(connection, Setting).values(name=name, value=value.decode())
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value.decode()}))
