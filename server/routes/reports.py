"""Report files: listing them, reading them, asking for one again, and trying whether mail goes out."""

from __future__ import annotations

from flask import Response, request

from policy.summaries import ReportAsked, ReportFiles, ReportWish
from policy.worktime import local_day
from server.audit_log import audit
from server.auth import Ask
from server.organisation import organisation
from server.queries.report import COMPANY, Scope, Wanted, selection_of
from server.queries.report_files import made_file, refuse_reader, report_files
from server.refusals import BadRequestError
from server.reporting import making
from server.reporting.delivery import MEDIA, send_test
from server.reporting.folder import ReportFolder
from server.rights.unlocks import reason_to_look
from server.routes.question import EARLIEST


def show_reports(ask: Ask) -> ReportFiles:
    """The report files the viewer may open."""
    return report_files(ask.session, ask.who(), ask.core.settings)


def show_pdf(ask: Ask) -> Response:
    """A report as a PDF."""
    return _file(ask, "pdf")


def show_xlsx(ask: Ask) -> Response:
    """A report as an Excel workbook."""
    return _file(ask, "xlsx")


def _file(ask: Ask, kind: str) -> Response:
    """Return a report's bytes, after the look was written down."""
    number = (request.view_args or {}).get("number", "")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise BadRequestError("a report has a number")
    row = made_file(ask.session, ask.who(), int(number))
    reason = _reason(ask, making.wanted_of(row))
    told, person = f"{row.stem}.{kind}", row.scope_id if row.scope == "person" else None
    ask.note_looks("a report", told, [] if person is None else [person], reason, even_at_nobody=True)
    content = ReportFolder(ask.core.settings.data).get(row.stem, kind, row.pdf_sha256 if kind == "pdf" else row.xlsx_sha256)
    response = Response(content, mimetype=MEDIA[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{told}"'
    return response


def _reason(ask: Ask, wanted: Wanted) -> str | None:
    """Return why the viewer looks, where that is asked; a report that withholds small teams needs no reason."""
    if wanted.scope.kind != "person":
        return None
    people = selection_of(ask.session, wanted).people
    return reason_to_look(ask.session, ask.who(), people, None, wanted.scope.id, ask.now)


def make_report(ask: Ask) -> ReportAsked:
    """Ask for a report of any past period; one that is there already gets another revision."""
    wish, viewer = ask.body(ReportWish), ask.who()
    if wish.team is not None and wish.person is not None:
        raise BadRequestError("a team or a person, not both")
    ours = organisation(ask.session)
    if not EARLIEST <= wish.day <= local_day(ask.now, ours.zone):
        raise BadRequestError("a report is about days that have been", reason="not_yet")
    scope = Scope("person", wish.person) if wish.person is not None else Scope("team", wish.team) if wish.team is not None else COMPANY
    refuse_reader(ask.session, viewer, scope)
    wanted = Wanted(wish.rhythm, wish.day, scope, wish.language or ours.reports.language)
    _reason(ask, wanted)
    return ReportAsked(ask.change(lambda connection, by: making.ask_for(connection, wanted, by.actor, by.address, by.now)))


def send_test_mail(ask: Ask) -> Response:
    """Send a mail without any figures to the addresses reports go to."""
    many = send_test(ask.session, ask.core.settings, ask.now)
    deed = audit.Deed(ask.who().name, "sent a test mail", detail=f"to {many} addresses", address=ask.address)
    ask.core.writer.do(lambda connection: audit.record(connection, deed, ask.now))
    return Response(status=204)
