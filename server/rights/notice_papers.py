"""The documents about the recording, made from the configuration as it stands: the policy to sign, the record, the draft assessment."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from policy import notice
from policy.notice.assessment import impact_assessment
from policy.notice.live import Live, Protection
from policy.notice.paper import Paper
from policy.notice.processing import record_of_processing
from policy.notice.usage_policy import usage_policy
from policy.worktime import local_day
from server import VERSION
from server.audit_log import audit
from server.backup.stores import FILE
from server.models import Device, Person, Team, User
from server.organisation import AnySession, allows_clips, organisation
from server.refusals import BadRequestError, NotThereError
from server.reporting import drive
from server.reporting.folder import write_whole
from server.settings import Settings
from server.store import cipher
from server.store.opened import Store

MEDIA = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
NAME = re.compile(r"[a-z.-]{1,64}", re.ASCII)
MAKERS: dict[str, Callable[[Live], Paper]] = {
    **{f"it-usage-policy.{language}": partial(usage_policy, language=language) for language in notice.LANGUAGES},
    "record-of-processing": record_of_processing,
    "impact-assessment": impact_assessment,
}
"""Every document by its name; each is made as a PDF and as a DOCX."""


class File(NamedTuple):
    """A document as a file."""

    name: str
    kind: str
    content: bytes


def names() -> list[str]:
    """Return the names of all files there are."""
    return [f"{name}.{kind}" for name in MAKERS for kind in MEDIA]


def live(session: AnySession, settings: Settings, now: int) -> Live:
    """Return what the documents are made from."""
    ours = organisation(session)
    captured = session.execute(select(Team.name).where(Team.id.in_(ours.capture_teams)).order_by(Team.name)).scalars()
    active = select(User.role, func.count()).where(User.disabled.is_(False)).group_by(User.role)
    return Live(
        organisation=ours,
        made_at=now,
        day=local_day(now, ours.zone).isoformat(),
        program=VERSION,
        notice=notice.version(
            pictures=bool(ours.capture_every and ours.capture_teams), clips=any(allows_clips(ours, team) for team in ours.capture_teams)
        ),
        captured=tuple(captured),
        roles={row[0]: row[1] for row in session.execute(active)},
        people=session.execute(select(func.count()).select_from(Person).where(Person.active)).scalar_one(),
        devices=session.execute(select(func.count()).select_from(Device).where(Device.revoked.is_(None))).scalar_one(),
        mail=bool(settings.smtp_host),
        folder=bool(settings.report_folder),
        drive=drive.is_set_up(settings),
        protection=protection(settings),
    )


def protection(settings: Settings) -> Protection:
    """Return what guards this store at rest."""
    return Protection(
        database_encrypted=not settings.database_uri and cipher.key_place(settings.data / FILE) is not None,
        postgresql=bool(settings.database_uri),
        backup_folder=bool(settings.backup_folder),
        backup_days=settings.backup_days,
        backups_kept=settings.backup_keep,
    )


def made(session: AnySession, settings: Settings, name: str, now: int) -> File:
    """Return one document as a file; raise BadRequestError for what is no name, NotThereError when there is none of that name."""
    if not NAME.fullmatch(name):
        raise BadRequestError("a document has a name such as record-of-processing.pdf")
    from reports.papers import paper_docx, paper_pdf  # reportlab, python-docx and lxml: 30 MB that only a paper needs

    stem, _, kind = name.rpartition(".")
    if stem not in MAKERS or kind not in MEDIA:
        raise NotThereError(f"there is no such document; there are {', '.join(names())}")
    of = live(session, settings, now)
    paper = MAKERS[stem](of)
    content = paper_pdf(paper, of.made_at, of.program) if kind == "pdf" else paper_docx(paper, of.made_at)
    return File(name, kind, content)


def write_all(store: Store, out: Path, now: int) -> list[Path]:
    """Write every document into a folder and return where they are; the audit log tells it."""
    with store.readers.connect() as connection:
        files = [made(connection, store.settings, name, now) for name in names()]
    deed = audit.Deed("console", "made documents", detail=", ".join(names()))
    store.writer.do(lambda connection: audit.record(connection, deed, now))
    paths = []
    for file in files:
        paths.append((out / file.name).absolute())
        write_whole(paths[-1], file.content)
    return paths
