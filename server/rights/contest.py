"""What people ask about their own record: kept beside it, decided by somebody, never overwriting what either side said."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, insert, select, update

from policy import notice
from policy.events import Notice
from policy.purposes import Answer, Basis, Purpose
from policy.redaction import clean
from policy.roles import Role, Viewer
from policy.summaries import Decision, Person, PersonRequests, RequestKind, RequestState
from policy.summaries import PersonRequest as Told
from policy.summaries.requests import LONGEST_REQUEST
from server.audit_log import audit
from server.models import Account, PersonRequest
from server.models import Person as PersonRow
from server.office import By
from server.organisation import AnySession, agent_policy, organisation
from server.people import Member, people_in_care
from server.queries.selection import person_of
from server.refusals import BadRequestError, ConflictError, NotThereError, TooManyError
from server.rights import consent

DUE_MS = 30 * 86_400_000
"""A month: within what GDPR Art. 12 and the DPDP Rules allow."""
LONGEST_STRETCH_MS = 86_400_000
MOST_OPEN = 50
MANAGERS_DECIDE = frozenset({RequestKind.CONTEST, RequestKind.CORRECTION})
"""The rest is the owner's: a grievance may be about the manager."""
MOST_SHOWN = 500


class Stretch(Struct, frozen=True):
    """The contested time, and the seconds of each presence the record had for its day."""

    start: int
    end: int
    recorded: dict[str, int]


def ask(connection: Connection, person: int, kind: RequestKind, text: str, stretch: Stretch | None, by: By) -> int:
    """Keep a request and return its number; raise BadRequestError when it says nothing, TooManyError when too many are open."""
    said = clean(text, LONGEST_REQUEST).strip()
    if not said:
        raise BadRequestError("say in a few words what it is about", reason="no_words")
    if (kind is RequestKind.CONTEST) != (stretch is not None):
        raise BadRequestError("a contest is about a stretch of a day, and nothing else is")
    if stretch and not 0 < stretch.end - stretch.start <= LONGEST_STRETCH_MS:
        raise BadRequestError("the end must be after the beginning, on the same day")
    mine = select(PersonRequest.id).where((PersonRequest.person_id == person) & (PersonRequest.state == RequestState.OPEN.value))
    if len(connection.execute(mine.limit(MOST_OPEN)).all()) == MOST_OPEN:
        raise TooManyError(f"{MOST_OPEN} requests wait for an answer already", retry_after=86_400)
    values: dict[str, Any] = {"person_id": person, "kind": kind.value, "text": said, "at": by.now, "due": by.now + DUE_MS}
    if stretch:
        values |= {"start": stretch.start, "end": stretch.end, "recorded": msgspec.json.encode(stretch.recorded).decode()}
    row = insert(PersonRequest).values(**values, state=RequestState.OPEN.value).returning(PersonRequest.id)
    number = connection.execute(row).scalar_one()
    audit.record(connection, by.deed(f"asked for {kind.value}", audit.about(person), detail=f"request {number}"), by.now)
    return int(number)


def requests_of(session: AnySession, person: Member, now: int) -> PersonRequests:
    """Return what one person asked for, whatever it is."""
    return _told(session, [person], frozenset(RequestKind), now)


def requests_for(session: AnySession, viewer: Viewer, now: int) -> PersonRequests:
    """Return the requests a viewer decides."""
    return _told(session, people_in_care(session, viewer), _decided_by(viewer), now)


def decide(connection: Connection, viewer: Viewer, wish: Decision, by: By) -> None:
    """Answer a request, once; raise NotThereError when it is not the viewer's to decide, ConflictError when it was answered."""
    people = {member.id for member in people_in_care(connection, viewer)} - {viewer.person}
    row = connection.execute(select(PersonRequest).where(PersonRequest.id == wish.request)).one_or_none()
    if row is None or row.person_id not in people or row.kind not in _decided_by(viewer):
        raise NotThereError("there is no such request for you to decide")
    answer = clean(wish.answer, LONGEST_REQUEST).strip()
    if not answer:
        raise BadRequestError("say in a few words why", reason="say_why")
    state = RequestState.ACCEPTED if wish.accept else RequestState.DECLINED
    values = {"state": state.value, "answer": answer, "actor": by.actor, "decided": by.now}
    still_open = (PersonRequest.id == row.id) & (PersonRequest.state == RequestState.OPEN.value)
    if connection.execute(update(PersonRequest).where(still_open).values(**values)).rowcount != 1:
        raise ConflictError("this was answered already", reason="stale")
    detail = f"request {row.id}"
    audit.record(connection, by.deed(f"{state.value} {row.kind}", audit.about(row.person_id), after=answer, detail=detail), by.now)


def note_overdue(connection: Connection, now: int) -> int:
    """Write each request that passed its date into the audit log, once, where compliance reads it; return how many there were."""
    late = (PersonRequest.state == RequestState.OPEN.value) & (PersonRequest.due < now) & PersonRequest.overdue.is_(None)
    rows = connection.execute(update(PersonRequest).where(late).values(overdue=now).returning(PersonRequest.id, PersonRequest.person_id))
    found = [(row.id, row.person_id) for row in rows]
    deeds = [audit.Deed("server", "request overdue", audit.about(person), detail=f"request {number}") for number, person in sorted(found)]
    audit.record_all(connection, deeds, now)
    return len(found)


def answer_purpose(connection: Connection, person: int, purpose: Purpose, *, agrees: bool, language: str, by: By) -> None:
    """Keep a person's own word about one purpose; raise BadRequestError where a law, and not the person, decides."""
    ours = organisation(connection)
    if ours.bases.of(purpose) is Basis.LEGAL_OBLIGATION:
        raise BadRequestError("a law asks for this record; you may complain about it, not withdraw")
    team = connection.execute(select(PersonRow.team_id).where(PersonRow.id == person)).scalar_one()
    answer = Answer.CONSENTED if agrees else Answer.WITHDRAWN
    shown = consent.Shown(agent_policy(connection, team).notice, language, consent.AT_PAGE, by.now)
    consent.keep(connection, person, {purpose: answer}, ours.bases, shown)
    consent.settle(connection, person)
    audit.record(connection, by.deed(f"{answer} {purpose}", audit.about(person)), by.now)


def withdraw(connection: Connection, person: int, language: str, by: By) -> None:
    """Take back every answer of a person to the notice: from this transaction on, nothing new of them is stored."""
    mine, ours = Account.person_id == person, organisation(connection)
    stored = connection.execute(select(Account.purposes).where(mine).limit(1)).scalar_one_or_none() or ""
    word = Notice(by.now, "-", notice.VERSION, language, "withdrawn")
    shown = consent.Shown(word.version, language, consent.AT_PAGE, by.now)
    consent.keep(connection, person, consent.follows(consent.answers_in(stored), word, ours.bases), ours.bases, shown)
    connection.execute(update(Account).where(mine).values(notice_at=by.now, notice_answer=consent.WITHDRAWN))
    consent.settle(connection, person)
    audit.record(connection, by.deed("withdrew", audit.about(person)), by.now)


def _decided_by(viewer: Viewer) -> frozenset[RequestKind]:
    return {Role.OWNER: frozenset(RequestKind), Role.MANAGER: MANAGERS_DECIDE}.get(viewer.role, frozenset())


def _told(session: AnySession, people: Collection[Member], kinds: frozenset[RequestKind], now: int) -> PersonRequests:
    who = {member.id: person_of(member) for member in people}
    rows = session.execute(select(PersonRequest.__table__).order_by(PersonRequest.id.desc()))  # a few a person and year
    told = [_request(row, who[row.person_id]) for row in rows if row.person_id in who and row.kind in kinds]
    waiting = [one for one in told if one.state is RequestState.OPEN]
    return PersonRequests(told[:MOST_SHOWN], len(waiting), sum(one.due < now for one in waiting))


def _request(row: Any, person: Person) -> Told:
    recorded = msgspec.json.decode(row.recorded, type=dict[str, int]) if row.recorded else None
    stretch = (row.start, row.end, recorded, row.answer, row.actor, row.decided)
    return Told(row.id, person, RequestKind(row.kind), row.text, row.at, row.due, RequestState(row.state), *stretch)
