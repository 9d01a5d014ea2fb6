"""`/api/agents/`: the PCs, as an agent-and-server tracker lists and registers them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from policy.events import Word
from policy.redaction import clean
from policy.roles import Role, Viewer
from policy.summaries import CodeWish
from policy.wire import EnrolRequest, Line
from server import enrolment
from server.auth import Ask
from server.compat.resources import not_there, pc_of, text_of, text_or_none
from server.core import Core
from server.models import Device, Team
from server.office import By
from server.refusals import BadRequestError, NotAllowedError

ONLINE_MS = 5 * 60_000
"""Our own agents send at least once a minute; these clients every few seconds."""
MAY_REGISTER = frozenset({Role.OWNER, Role.IT})


class Agent(Struct, frozen=True, omit_defaults=True):
    """A PC; `token` is there only in the answer that registers it, this once."""

    id: int
    hostname: str
    os: str
    agent_version: str
    team: str | None
    registered_at: str
    last_seen: str | None
    online: bool
    active: bool
    token: str | None = None


class AgentWish(Struct, frozen=True):
    """What a client says of the PC it runs on; a new PC also needs the account that uses it."""

    hostname: Line
    agent_version: Word = "unknown"
    os: Line = "unknown"
    username: Annotated[str, Meta(max_length=256)] = ""


def show_agents(ask: Ask) -> list[Agent]:
    """Every PC; to a PC itself."""
    return _agents(ask, pc_of(ask))


def show_agent(ask: Ask) -> Agent:
    """One PC."""
    number = ask.number_in_path()
    found = [one for one in _agents(ask, pc_of(ask)) if one.id == number]
    if not found:
        raise not_there("agent")
    return found[0]


def register_agent(ask: Ask) -> Agent:
    """Make a PC of somebody signed in a device and show its token; from a PC itself, write down what it says of itself."""
    wish = ask.body(AgentWish)
    own = pc_of(ask)
    if own is not None:
        ask.core.writer.do(lambda connection: _describe(connection, own, wish))
        return _agent(ask, own, None)
    viewer = ask.who()
    number, token = ask.change(lambda connection, by: _register(connection, ask.core, viewer, wish, by))
    return _agent(ask, number, token)


def _register(connection: Connection, core: Core, viewer: Viewer, wish: AgentWish, by: By) -> tuple[int, str]:
    if viewer.role not in MAY_REGISTER:
        raise NotAllowedError(f"this is not for the role {viewer.role}")
    if not clean(wish.username, 256):
        raise BadRequestError("username is missing: the account that uses this PC")
    code = enrolment.make_code_for(connection, core.identity.fingerprint, CodeWish(hours=1.0), by).code
    asked = EnrolRequest(code, wish.hostname, wish.os, wish.username, wish.agent_version)
    made = enrolment.enrol(connection, asked, core.identity.server_id, by.now)
    return connection.execute(select(Device.id).where(Device.public_id == made.device_id)).scalar_one(), made.token


def _describe(connection: Connection, number: int, wish: AgentWish) -> None:
    said = {"hostname": clean(wish.hostname, 256), "os": clean(wish.os, 256), "agent_version": clean(wish.agent_version, 64)}
    known = {name: text for name, text in said.items() if text not in ("", "unknown")}
    if known:
        connection.execute(update(Device).where(Device.id == number).values(**known))


def _agents(ask: Ask, only: int | None) -> list[Agent]:
    columns = (Device.id, Device.hostname, Device.os, Device.agent_version, Device.enrolled, Device.seen, Device.revoked)
    question = select(*columns, Team.name).outerjoin(Team, Team.id == Device.team_id).order_by(Device.id)
    with ask.core.readers.connect() as connection:
        rows = connection.execute(question if only is None else question.where(Device.id == only)).all()
    return [
        Agent(
            id=row.id,
            hostname=row.hostname,
            os=row.os,
            agent_version=row.agent_version,
            team=row.name,
            registered_at=text_of(row.enrolled),
            last_seen=text_or_none(row.seen),
            online=row.revoked is None and row.seen is not None and ask.now - row.seen < ONLINE_MS,
            active=row.revoked is None,
        )
        for row in rows
    ]


def _agent(ask: Ask, number: int, token: str | None) -> Agent:
    return replace(_agents(ask, number)[0], token=token)
