"""The notice with its answers, and the audit log page by page."""

from __future__ import annotations

from msgspec.json import Decoder
from sqlalchemy import func, select

from policy import notice
from policy.purposes import Answer, Basis, Purpose
from policy.summaries import AuditLog, AuditRow, NoticeAnswer, Notices, PurposeAnswer, PurposeStanding
from server import cursor
from server.audit_log import audit
from server.audit_log.keeping import newest_seal
from server.models import Account, AuditEntry, NoticeEvent, Quarantined
from server.organisation import AnySession, organisation
from server.refusals import BadRequestError
from server.rights import consent

PLACES: Decoder[int] = Decoder(int)


def notices(session: AnySession) -> Notices:
    """Return the notice in force, and each account's newest answer; accounts without one are listed too."""
    ours = organisation(session)
    pictures, clips = bool(ours.capture_every and ours.capture_teams), bool(ours.clip_seconds and ours.capture_teams)
    versions = [notice.version(pictures=False)]
    versions += [notice.version(pictures=pictures, clips=clips)] if pictures or clips else []
    newest = select(NoticeEvent.account_id, func.max(NoticeEvent.at).label("at")).group_by(NoticeEvent.account_id).subquery()
    columns = (NoticeEvent.account_id, NoticeEvent.version, NoticeEvent.language, NoticeEvent.answer, NoticeEvent.at)
    joined = select(*columns).join(newest, (newest.c.account_id == NoticeEvent.account_id) & (newest.c.at == NoticeEvent.at))
    answers = {row.account_id: row for row in session.execute(joined)}
    accounts = session.execute(select(Account.id, Account.name, Account.person_id).order_by(Account.name))
    rows = [(one.name, one.person_id, answers.get(one.id)) for one in accounts]
    return Notices(
        versions=versions,
        texts={language: notice.text(language) for language in notice.LANGUAGES},
        answers=[
            NoticeAnswer(name, person, row.answer, row.version, row.language, row.at)
            if row
            else NoticeAnswer(name, person, None, None, None, None)
            for name, person, row in rows
        ],
        purposes=_standings(session),
        agreed=[
            PurposeAnswer(
                row.person_id, Purpose(row.purpose), Answer(row.answer), Basis(row.basis), row.version, row.language, row.source, row.at
            )
            for row in consent.newest_of(session)
        ],
    )


def _standings(session: AnySession) -> list[PurposeStanding]:
    """Return where each purpose stands; a person is served where one of their accounts is."""
    bases = organisation(session).bases
    of: dict[int, frozenset[Purpose]] = {}
    for person, answer, stored in session.execute(select(Account.person_id, Account.notice_answer, Account.purposes)):
        of[person] = consent.withheld(bases, answer, stored) & of.get(person, frozenset(Purpose))
    reasons = select(Quarantined.reason, func.count()).where(Quarantined.reason.startswith(consent.REASON)).group_by(Quarantined.reason)
    refused = {reason.partition(": ")[2]: count for reason, count in session.execute(reasons)}
    told = [(one, sum(one in held for held in of.values())) for one in Purpose]
    return [PurposeStanding(one, bases.of(one), len(of) - held, held, refused.get(one.value, 0)) for one, held in told]


class Asked:
    """Which entries of the log are wanted; None is no condition."""

    def __init__(self, who: str | None, action: str | None, person: int | None, since: int | None, until: int | None) -> None:
        self.conditions = []
        if who is not None:
            self.conditions.append(AuditEntry.actor == who)
        if action is not None:
            self.conditions.append(AuditEntry.action.startswith(action, autoescape=True))
        if person is not None:
            self.conditions.append(AuditEntry.subject == audit.about(person))
        if since is not None:
            self.conditions.append(AuditEntry.at >= since)
        if until is not None:
            self.conditions.append(AuditEntry.at < until)
        if since is not None and until is not None and until < since:
            raise BadRequestError("until must not be before since")


def audit_log(session: AnySession, asked: Asked, after: str | None, limit: int) -> AuditLog:
    """Return the page after the cursor `after`; raise BadRequestError when that is none."""
    columns = [getattr(AuditEntry, "actor" if name == "who" else name) for name in AuditRow.__struct_fields__]
    question = select(*columns).where(*asked.conditions).order_by(AuditEntry.id.desc())
    if after:
        question = question.where(AuditEntry.id < cursor.decode(after, PLACES))
    rows = session.execute(question.limit(limit + 1)).all()
    head, seal = audit.head_of(session), newest_seal(session)
    following = cursor.encode(rows[limit - 1].id) if len(rows) > limit else None
    return AuditLog([AuditRow(*row) for row in rows[:limit]], following, head.entries, head.chain.hex(), seal.at if seal else None)
