"""Ordering the erasure of a person: what stands against it, what it would take, and the door that closes in the same transaction.

```
ordered   the person has no name, no account name, no PC's name, no credential, and nothing late is taken any more    one commit
running   rows, pages, pictures, reports, texts, names in the audit log          small commits (`server/rights/erasure_steps.py`)
done      a certificate that names nobody; its digest is in the audit log
```
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from policy.redaction import clean
from policy.retention import KINDS, Kind, floors
from policy.roles import Role
from policy.summaries import Erasure as Told
from policy.summaries import ErasurePreview, Erasures, ErasureState, ErasureWish, Obstacle, ObstacleKind, RequestKind, RequestState
from policy.summaries import Person as PersonName
from policy.summaries.rights import LONGEST_WHY
from server import models as m
from server.audit_log import audit
from server.models import ErasedAccount, Erasure, PersonRequest
from server.office import By
from server.organisation import AnySession, note_ledger_revision, organisation
from server.refusals import BadRequestError, ConflictError, NotThereError
from server.rights import erasure_door
from server.rights.measures import holds_on
from server.rights.subject import Whom, amounts, whom
from server.rights.subject_rows import moment
from server.rights.subject_tables import BY_NAME

DAY_MS = 86_400_000
NO_HASH = "!"
STAYS = (
    "The audit log stays: who did what, when. Where it named the person it says a number, and the log still proves itself whole.",
    "The number of the person, of their accounts and PCs stays, with nothing in it that tells who it was.",
    "Copies that left the server stay where they are: reports that were mailed or put into a folder, exports, backups until they expire.",
)


def preview(session: AnySession, person: int, now: int) -> ErasurePreview:
    """Return what an erasure would take and what stands against it; raise NotThereError when there is no such person."""
    one = whom(session, person)
    team = session.execute(select(m.Person.team_id).where(m.Person.id == person)).scalar_one()
    stays = [*STAYS]
    return ErasurePreview(
        PersonName(person, one.name, team),
        amounts(session, one),
        list(obstacles(session, one, now)),
        one.hostnames,
        one.shared_hostnames,
        stays,
    )


def obstacles(session: AnySession, one: Whom, now: int) -> Iterator[Obstacle]:
    """Yield every reason why a person cannot be erased now."""
    if session.execute(select(Erasure.id).where(Erasure.person_id == one.person)).first() is not None:
        yield Obstacle(ObstacleKind.ERASED, "this person was erased, or is being erased")
    for hold in holds_on(session, one.person, now):
        until = f"until {moment(hold.until)}" if hold.until else "until it is ended"
        yield Obstacle(ObstacleKind.HOLD, f"a legal hold of {hold.actor} is in force {until}: {hold.reason}", hold.until)
    for row in session.execute(select(m.User.name, m.User.role).where((m.User.person_id == one.person) & ~m.User.disabled)):
        if row.role != Role.EMPLOYEE.value:
            yield Obstacle(ObstacleKind.SIGN_IN, f"they sign in at the console as {row.name} ({row.role}): disable this sign-in first")
    ours = organisation(session)
    least = floors(ours.profile, ours.limits)
    for kind, newest in ((kind, _newest(session, one, kind)) for kind in KINDS if kind in least):
        free = (newest or 0) + least[kind] * DAY_MS
        if free > now:
            told = f"{kind} must be kept {least[kind]} days (profile {ours.profile!r}): the newest of theirs until {moment(free)}"
            yield Obstacle(ObstacleKind.FLOOR, told, free, kind)


def _newest(session: AnySession, one: Whom, kind: Kind) -> int | None:
    """Return the instant of the newest record of a kind; the audit log stays and therefore stands against nothing."""
    mine: dict[str, tuple[Any, Any]] = {
        "spans": (m.Span.start, m.Span.account_id.in_(one.accounts)),
        "ledger": (m.LedgerDay.start, m.LedgerDay.person_id == one.person),
        "files": (m.FileEvent.at, m.FileEvent.account_id.in_(one.accounts)),
        "captures": (m.CaptureEvent.at, m.CaptureEvent.account_id.in_(one.accounts)),
    }
    if kind not in mine:
        return None
    column, where = mine[kind]
    newest: int | None = session.execute(select(func.max(column)).where(where)).scalar_one()
    return newest


def order(connection: Connection, wish: ErasureWish, by: By) -> int:
    """Begin an erasure and return its number; from this transaction on the person is nobody.

    Raises NotThereError when there is no such person or request, BadRequestError when the name is not theirs, ConflictError with
    the first reason that stands against it.
    """
    one, why = whom(connection, wish.person), clean(wish.reason, LONGEST_WHY).strip()
    if not why:
        raise BadRequestError("say in a few words why", reason="say_why")
    against = next(obstacles(connection, one, by.now), None)
    if against is not None:
        raise ConflictError(against.message, reason=against.kind.value)
    if wish.name.strip() != one.name:
        raise BadRequestError("this is not the person's name; type it as it is shown", reason="other_name")
    asked = _asked(connection, wish)
    values = {"person_id": one.person, "actor": by.actor, "reason": why, "request": wish.request, "asked": asked, "ordered": by.now}
    values |= {
        "state": ErasureState.RUNNING.value,
        "step": 0,
        "counts": msgspec.json.encode({"pcs": len(one.own)}).decode(),
        "names": msgspec.json.encode(one).decode(),
    }
    number = int(connection.execute(insert(Erasure).values(**values).returning(Erasure.id)).scalar_one())
    detail = f"erasure {number}" + (f", request {wish.request}" if wish.request is not None else "")
    audit.record(connection, audit.Deed(by.actor, "ordered erasure", audit.about(one.person), detail, by.address, why), by.now)
    _close_door(connection, one, number, by.now)
    return number


def _asked(connection: Connection, wish: ErasureWish) -> int | None:
    """Return when it was asked for; the request is granted by what is done now."""
    if wish.request is None:
        return None
    theirs = (PersonRequest.person_id == wish.person) & (PersonRequest.kind == RequestKind.ERASURE.value)
    still_open = (PersonRequest.id == wish.request) & theirs & (PersonRequest.state == RequestState.OPEN.value)
    at = connection.execute(select(PersonRequest.at).where(still_open)).scalar_one_or_none()
    if at is None:
        raise NotThereError("there is no such request of theirs that waits for an answer")
    return int(at)


def _close_door(connection: Connection, one: Whom, number: int, now: int) -> None:
    """Take names and credentials away, and remember the accounts by digests, so that nothing late of them is taken."""
    for digest in erasure_door.digests(connection, one.accounts.values()):
        connection.execute(insert(ErasedAccount).values(digest=digest, erasure_id=number, at=now, refused=0))
    for account in one.accounts:
        emptied = {"name": f"erased {secrets.token_hex(8)}", "notice_at": None, "notice_answer": None, "purposes": ""}
        connection.execute(update(m.Account).where(m.Account.id == account).values(**emptied))
    own = m.Device.id.in_(one.own)
    connection.execute(update(m.Device).where(own & m.Device.revoked.is_(None)).values(revoked=now))
    connection.execute(update(m.Device).where(own).values(hostname="erased", os="", agent_version="", revision=m.Device.revision + 1))
    nobody = {"name": f"erased person {one.person}", "team_id": None, "hours": None, "zone": None, "since": 0}
    nobody |= {"active": False, "restricted": False, "erased": now}
    connection.execute(update(m.Person).where(m.Person.id == one.person).values(**nobody, revision=m.Person.revision + 1))
    for user in one.users:
        closed = {"name": f"erased user {user}", "password_hash": NO_HASH + secrets.token_hex(8), "disabled": True}
        connection.execute(update(m.User).where(m.User.id == user).values(**closed, revision=m.User.revision + 1))
    note_ledger_revision(connection, now)


def erasures(session: AnySession, person: int | None = None) -> Erasures:
    """Return every erasure, or those of one person, newest first."""
    from server.rights.erasure_steps import STEPS  # which needs what is above

    refused = select(ErasedAccount.erasure_id, func.sum(ErasedAccount.refused)).group_by(ErasedAccount.erasure_id)
    late = {row[0]: int(row[1]) for row in session.execute(refused)}
    question = select(*Erasure.__table__.columns).order_by(Erasure.id.desc())
    rows = session.execute(question if person is None else question.where(Erasure.person_id == person))
    return Erasures([_told(row, late.get(row.id, 0), len(STEPS)) for row in rows])


def _told(row: Any, late: int, steps: int) -> Told:
    gone = sum(many for table, many in msgspec.json.decode(row.counts, type=dict[str, int]).items() if table in BY_NAME)
    done = steps if row.state == ErasureState.DONE.value else row.step
    return Told(row.id, row.person_id, row.actor, row.ordered, ErasureState(row.state), done, steps, gone, late, row.finished, row.sha256)


def certificate_row(session: AnySession, number: int) -> Any:
    """Return the row of a finished erasure; raise NotThereError when there is none of that number, ConflictError while it runs."""
    row = session.execute(select(*Erasure.__table__.columns).where(Erasure.id == number)).one_or_none()
    if row is None:
        raise NotThereError("there is no such erasure")
    if row.certificate is None:
        raise ConflictError("this erasure is not finished", reason="running")
    return row
