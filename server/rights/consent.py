"""What people answered about each purpose, beside the notice: kept for good, and what may be stored and collected because of it.

The notice is one record (what somebody was told, and that they read it), an answer about a purpose is another. The newest answers
of a person stand as one text at each of their accounts, where a batch finds them without another question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any

from msgspec import UNSET, Struct
from msgspec.structs import asdict, replace
from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from policy import notice
from policy.events import Activity, Event, Network, Notice
from policy.purposes import OF_KIND, TOLD_APART, Answer, Bases, Basis, Purpose, is_current, permitted, purpose_of
from policy.wire import AgentPolicy
from server.models import Account, AccountDevice, Device, PurposeRecord
from server.organisation import AnySession, agent_policy, organisation

WITHDRAWN = "withdrawn"
REASON = "no_consent"
"""Begins the reason of every event that was refused because its purpose is withheld."""
AT_PC, AT_PAGE = "pc", "page"

Kinds = dict[type[Event], list[tuple[int, Event]]]
Refused = list[tuple[int, bytes, str]]
Answers = Mapping[Purpose, Answer]


class Standing(Struct, frozen=True):
    """What is known of accounts by name: their newest answer to the notice, and their answers about purposes as stored."""

    answers: dict[str, str]
    purposes: dict[str, str]


class Shown(Struct, frozen=True):
    """Which notice somebody had before them, where, and when."""

    version: str
    language: str
    source: str
    at: int


# --- what it means ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def answers_in(stored: str) -> Answers:
    """Return the answers in an account's text."""
    pairs = (one.partition(":") for one in stored.split())
    return {Purpose(purpose): Answer(answer) for purpose, _, answer in pairs}


@lru_cache(maxsize=4096)
def withheld(bases: Bases, answer: str | None, stored: str) -> frozenset[Purpose]:
    """Return the purposes for which an account has no current record."""
    if answer is None or answer == WITHDRAWN:
        return frozenset(Purpose)
    answers = answers_in(stored)
    return frozenset(one for one in Purpose if not is_current(one, bases.of(one), answers.get(one)))


def follows(answers: Answers, event: Notice, bases: Bases) -> dict[Purpose, Answer]:
    """Return what an answer to the notice as a whole changes about purposes."""
    if event.answer == WITHDRAWN:
        return {one: Answer.LAPSED for one, answer in answers.items() if answer in (Answer.TOLD, Answer.CONSENTED)}
    named = [one for one in Purpose if one not in TOLD_APART or event.version.endswith(notice.PICTURES)]
    changed = {one: Answer.TOLD for one in named if one in TOLD_APART and answers.get(one, Answer.LAPSED) is Answer.LAPSED}
    if event.answer == "consented":
        changed |= {one: Answer.CONSENTED for one in named if bases.of(one) is Basis.CONSENT}
    return {one: answer for one, answer in changed.items() if answers.get(one) is not answer}


def sift(kinds: Kinds, standing: Standing, bases: Bases) -> tuple[Kinds, Refused]:
    """Return what of a batch may be stored, and what is refused for its purpose: its number and the reason, and nothing of it."""
    if Notice not in kinds and not _touches(kinds, standing, bases):
        return kinds, []
    kept: Kinds = defaultdict(list)
    refused: Refused = []
    known = Standing(dict(standing.answers), dict(standing.purposes))
    for seq, event in sorted((one for events in kinds.values() for one in events), key=itemgetter(0)):
        if isinstance(event, Notice):
            _learn(known, event, bases)
        stays = permitted(event, _withheld_of(event, known, bases))
        if stays is None:
            refused.append((seq, b"", f"{REASON}: {purpose_of(event)}"))
        else:
            kept[type(event)].append((seq, stays))
    return kept, refused


def _touches(kinds: Kinds, standing: Standing, bases: Bases) -> bool:
    """Return whether any purpose of a batch is withheld by anybody; nearly always none is."""
    held = [withheld(bases, answer, standing.purposes.get(name, "")) for name, answer in standing.answers.items()]
    served = {OF_KIND.get(kind, Purpose.ACTIVITY) for kind in kinds} | ({Purpose.SITES} if Activity in kinds else set())
    return not served.isdisjoint(frozenset().union(*held))


def _withheld_of(event: Event, known: Standing, bases: Bases) -> frozenset[Purpose]:
    """Return what the account of an event withholds; bytes of a PC, which name nobody, are withheld where everybody there does."""
    name = getattr(event, "account", None)
    if name is not None:
        return withheld(bases, known.answers.get(name), known.purposes.get(name, ""))
    if not isinstance(event, Network):
        return frozenset()
    told = [withheld(bases, answer, known.purposes.get(one, "")) for one, answer in known.answers.items()]
    return frozenset.intersection(*told) if told else frozenset(Purpose)


def _learn(known: Standing, event: Notice, bases: Bases) -> None:
    answers = answers_in(known.purposes.get(event.account, ""))
    known.purposes[event.account] = _text({**answers, **follows(answers, event, bases)})
    known.answers[event.account] = event.answer


def _text(answers: Answers) -> str:
    return " ".join(f"{one}:{answers[one]}" for one in Purpose if answers.get(one, Answer.LAPSED) is not Answer.LAPSED)


# --- what is kept ----------------------------------------------------------------------------------------------------


def note_answer(connection: Connection, account: int, event: Notice, before: str | None, bases: Bases) -> None:
    """Keep what the newest answer of an account to the notice says about purposes; `before` is its answer until now."""
    row = connection.execute(select(Account.person_id, Account.purposes).where(Account.id == account)).one()
    changed = follows(answers_in(row.purposes), event, bases)
    keep(connection, row.person_id, changed, bases, Shown(event.version, event.language, AT_PC, event.at))
    if changed or before == WITHDRAWN:
        settle(connection, row.person_id)


def keep(connection: Connection, person: int, changed: Answers, bases: Bases, shown: Shown) -> None:
    """Keep a record of each changed answer; `settle` makes them count."""
    told: dict[str, Any] = {"person_id": person} | asdict(shown)
    rows = [{"purpose": one.value, "answer": answer.value, "basis": bases.of(one).value} | told for one, answer in changed.items()]
    if rows:
        connection.execute(insert(PurposeRecord), rows)


def settle(connection: Connection, person: int) -> None:
    """Write what a person's records come to at each of their accounts, and let their PCs ask for the policy anew."""
    mine = Account.person_id == person
    connection.execute(update(Account).where(mine).values(purposes=_standing_of(connection, person)))
    _ask_anew(connection, mine)


def adopt(connection: Connection, account: int) -> None:
    """Give an account that changed hands, or is new, the answers of the person it belongs to."""
    mine = Account.id == account
    person, stored = connection.execute(select(Account.person_id, Account.purposes).where(mine)).one()
    standing = _standing_of(connection, person)
    if standing != stored:
        connection.execute(update(Account).where(mine).values(purposes=standing))
        _ask_anew(connection, mine)


def _standing_of(connection: Connection, person: int) -> str:
    return _text({Purpose(row.purpose): Answer(row.answer) for row in newest_of(connection, [person])})


def _ask_anew(connection: Connection, accounts: ColumnElement[bool]) -> None:
    used = select(AccountDevice.device_id).join(Account, Account.id == AccountDevice.account_id).where(accounts)
    connection.execute(update(Device).where(Device.id.in_(used)).values(answers=Device.answers + 1))


# --- what is asked for -----------------------------------------------------------------------------------------------


def newest_of(session: AnySession, people: Iterable[int] | None = None) -> list[Row[Any]]:
    """Return the newest record of each purpose of these people, or of everybody."""
    newest = select(func.max(PurposeRecord.id)).group_by(PurposeRecord.person_id, PurposeRecord.purpose)
    if people is not None:
        newest = newest.where(PurposeRecord.person_id.in_(list(people)))
    rows = select(*PurposeRecord.__table__.columns).where(PurposeRecord.id.in_(newest)).order_by(PurposeRecord.id)
    return list(session.execute(rows))


def people_withholding(session: AnySession, purpose: Purpose) -> set[int]:
    """Return who does not let their record be used for a purpose."""
    bases = organisation(session).bases
    rows = session.execute(select(Account.person_id, Account.notice_answer, Account.purposes))
    return {row.person_id for row in rows if purpose in withheld(bases, row.notice_answer or "-", row.purposes)}


def withheld_for(session: AnySession, account: str) -> frozenset[Purpose]:
    """Return what a PC must not collect of an account; one that has not answered yet is asked by the PC itself."""
    found = session.execute(select(Account.notice_answer, Account.purposes).where(Account.name == account)).one_or_none()
    answer, stored = (found.notice_answer or "-", found.purposes) if found else ("-", "")
    return withheld(organisation(session).bases, answer, stored)


def policy_for(session: AnySession, device: int, team: int | None, account: str | None) -> AgentPolicy:
    """Return what a PC is asked for, and what it must leave alone of an account; its number rises with every answer there."""
    plain = agent_policy(session, team)
    answered = session.execute(select(Device.answers).where(Device.id == device)).scalar_one()
    used = {
        Purpose.ACTIVITY: True,
        Purpose.SITES: True,
        Purpose.NETWORK: plain.network_every > 0,
        Purpose.FILES: bool(plain.folders),
        Purpose.SCREENSHOTS: plain.capture_every > 0 or notice.CLIPS in plain.notice,
    }
    held = [one for one in sorted(withheld_for(session, account)) if used.get(one)] if account else []
    return replace(plain, revision=plain.revision + answered, withheld=held or UNSET)
