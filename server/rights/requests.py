"""What holds for one person, and what is done because they asked for it."""

from __future__ import annotations

from sqlalchemy import Connection, func, select, update

from policy.summaries import MeasureKind, PersonRights, RequestKind, RequestState
from policy.summaries import Person as PersonName
from server.audit_log import audit
from server.models import Person, PersonRequest
from server.office import By
from server.organisation import AnySession
from server.refusals import NotThereError
from server.rights.erasure import erasures
from server.rights.export import COPIED
from server.rights.measures import measures
from server.rights.subject import whom

GRANTED = "The copy was handed out."
"""What stands beside a request for a copy that was granted by making it."""


def rights_of(session: AnySession, person: int, now: int) -> PersonRights:
    """Return what holds for a person; raise NotThereError when there is none of that number."""
    row = session.execute(select(Person.id, Person.name, Person.team_id).where(Person.id == person)).one_or_none()
    if row is None:
        raise NotThereError("there is no such person")
    orders = measures(session, now, person).measures
    waiting = (PersonRequest.person_id == person) & (PersonRequest.state == RequestState.OPEN.value)
    return PersonRights(
        person=PersonName(row.id, row.name, row.team_id),
        restricted=any(one.in_force and one.kind is MeasureKind.RESTRICTION for one in orders),
        held=any(one.in_force and one.kind is MeasureKind.HOLD for one in orders),
        measures=orders,
        requests_open=session.execute(select(func.count()).select_from(PersonRequest).where(waiting)).scalar_one(),
        erasures=erasures(session, person).erasures,
    )


def note_copy(connection: Connection, person: int, request: int | None, by: By) -> None:
    """Write down that a copy is about to be made, and grant the request for it; raise NotThereError when there is no such thing."""
    detail = whom(connection, person).name
    if request is not None:
        theirs = (PersonRequest.person_id == person) & (PersonRequest.kind == RequestKind.COPY.value)
        waiting = (PersonRequest.id == request) & theirs & (PersonRequest.state == RequestState.OPEN.value)
        values = {"state": RequestState.ACCEPTED.value, "answer": GRANTED, "actor": by.actor, "decided": by.now}
        if connection.execute(update(PersonRequest).where(waiting).values(**values)).rowcount != 1:
            raise NotThereError("there is no such request of theirs that waits for an answer")
        detail += f", request {request}"
    audit.record(connection, audit.Deed(by.actor, COPIED, audit.about(person), detail, by.address), by.now)
