"""Delivering reports: by mail to the owners' addresses, into a folder of the LAN or one of Google Drive; tried again with longer rests."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from policy.redaction import clean
from policy.summaries import Alert, AlertStatus, Severity
from server.audit_log import audit
from server.models import ReportDelivery, ReportFile
from server.organisation import AnySession, organisation
from server.refusals import RefusalError
from server.reporting import drive, mail
from server.reporting.folder import KINDS, ReportFolder, write_whole
from server.settings import Settings
from server.store.opened import Store

log = logging.getLogger(__name__)

MINUTE_MS = 60_000
RESTS = (1, 5, 15, 60, 240, 720)
"""Minutes before each further try; after the last one a person has to look."""
CLAIM_MS = 10 * MINUTE_MS
ALERT_AFTER = 3
MEDIA = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class NotSentError(RefusalError):
    """A mail did not go out; the sentence says why."""

    status, reason = 409, "not_sent"


def ways(session: AnySession, settings: Settings) -> list[str]:
    """Return how reports go out here."""
    found = ["mail"] if mail.is_set_up(settings) and organisation(session).reports.recipients else []
    found += ["folder"] if settings.report_folder else []
    return found + (["drive"] if drive.is_set_up(settings) else [])


def deliver(store: Store, now: int) -> int:
    """Deliver everything that is waiting and due; return how many went out."""
    sent = 0
    while (row := store.writer.do(partial(_claim, now=now))) is not None:
        trouble = _try(store, row)
        store.writer.do(partial(_note, row=row, trouble=trouble, now=now))
        sent += trouble is None
    return sent


def _claim(connection: Connection, now: int) -> Any:
    columns = (ReportFile.stem, ReportFile.pdf_sha256, ReportFile.xlsx_sha256, ReportFile.rhythm, ReportFile.first, ReportFile.last)
    waiting = (ReportDelivery.state == "waiting") & (ReportDelivery.next_try <= now)
    question = select(*ReportDelivery.__table__.columns, *columns, ReportFile.revision).join(ReportFile).where(waiting)
    row = connection.execute(question.order_by(ReportDelivery.next_try).limit(1).with_for_update(skip_locked=True)).first()
    if row is not None:  # whoever dies with it has tried, too: the rest after it is longer
        connection.execute(update(ReportDelivery).where(_this(row)).values(next_try=now + CLAIM_MS, tries=row.tries + 1))
    return row


def _this(row: Any) -> Any:
    return (ReportDelivery.report_id == row.report_id) & (ReportDelivery.way == row.way)


def _try(store: Store, row: Any) -> str | None:
    """Deliver one report one way; return the trouble in a sentence, or None."""
    try:
        folder = ReportFolder(store.settings.data)
        files = {kind: folder.get(row.stem, kind, getattr(row, f"{kind}_sha256")) for kind in KINDS}
        if row.way == "mail":
            _mail(store, row, files)
        elif row.way == "drive":
            drive.upload(store.settings, {f"{row.stem}.{kind}": drive.Upload(MEDIA[kind], content) for kind, content in files.items()})
        else:
            for kind, content in files.items():
                write_whole(Path(store.settings.report_folder) / f"{row.stem}.{kind}", content)
    except (mail.CannotSendError, drive.CannotUploadError, RefusalError, OSError) as fault:
        log.warning("the report %s did not go out by %s: %s", row.stem, row.way, fault)
        return clean(str(fault), 300) or type(fault).__name__
    return None


def _mail(store: Store, row: Any, files: dict[str, bytes]) -> None:
    with store.readers.connect() as connection:
        ours = organisation(connection)
    again = f", revision {row.revision}" if row.revision > 1 else ""
    subject = f"{ours.name}: report of {row.first} to {row.last}{again}"
    text = (
        f"The WorkPulse report of {row.first} to {row.last}{again} is attached, as a PDF to read and print and as an Excel workbook.\n"
        "It is about people: keep it as you would keep any personnel record.\n"
    )
    attached = [mail.Attachment(f"{row.stem}.{kind}", MEDIA[kind], content) for kind, content in files.items()]
    number = f"{row.stem}-{row.pdf_sha256[:12]}"
    mail.send(store.settings, mail.letter(store.settings, ours.reports.recipients, subject, text, number, attached))


def _note(connection: Connection, row: Any, trouble: str | None, now: int) -> None:
    tries = row.tries + 1
    if trouble is None:
        values: dict[str, Any] = {"state": "sent", "at": now, "trouble": None}
        audit.record(connection, audit.Deed("server", f"sent a report by {row.way}", row.stem), now)
    elif tries > len(RESTS):
        values = {"state": "failed", "at": now, "trouble": trouble}
    else:
        values = {"next_try": now + RESTS[tries - 1] * MINUTE_MS, "at": now, "trouble": trouble}
    connection.execute(update(ReportDelivery).where(_this(row)).values(**values))


def send_test(session: AnySession, settings: Settings, now: int) -> int:
    """Send a mail without any figures to the recipients and return how many they are; raise NotSentError with the trouble."""
    ours = organisation(session)
    if not ours.reports.recipients:
        raise NotSentError("no address is set to which reports go")
    text = "This is a test. Reports of WorkPulse will come to this address, as a PDF and as an Excel workbook.\n"
    message = mail.letter(settings, ours.reports.recipients, f"{ours.name}: test of WorkPulse's reports", text, f"test-{now}")
    try:
        mail.send(settings, message)
    except mail.CannotSendError as fault:
        raise NotSentError(str(fault)) from None
    return len(ours.reports.recipients)


def undelivered(session: AnySession) -> list[Alert]:
    """Return what owners should read: reports that could not be made, or did not go out after several tries."""
    columns = (ReportFile.stem, ReportFile.rhythm, ReportFile.first, ReportFile.asked, ReportFile.state, ReportFile.tries)
    stuck = ReportDelivery.state.in_(("waiting", "failed")) & (ReportDelivery.tries >= ALERT_AFTER)
    late = select(*columns[:4], ReportDelivery.way, ReportDelivery.tries, ReportDelivery.trouble).join(ReportDelivery).where(stuck)
    found = [_alert(row.stem, row.trouble or row.way, row.tries, row.asked) for row in session.execute(late)]
    failed = session.execute(select(*columns, ReportFile.scope, ReportFile.scope_id).where(ReportFile.state == "failed"))
    return found + [_alert(f"{row.rhythm} {row.first} {row.scope} {row.scope_id}", "", row.tries, row.asked) for row in failed]


def _alert(subject: str, what: str, tries: int, since: int) -> Alert:
    empty = Alert(f"report {subject}", "report", Severity.HIGH, subject, tries, since, AlertStatus.OPEN)
    return replace(empty, what=what)
