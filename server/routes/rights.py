"""The rights of one person: holds and restrictions, a copy of everything, erasure and its certificate."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request

from policy import notice
from policy.summaries import ErasurePreview, Erasures, ErasureWish, Made, MeasureEnd, Measures, MeasureWish, PersonRights
from server.auth import Ask
from server.captures import CaptureStore
from server.organisation import organisation
from server.queries.me import myself
from server.rights import certificate, erasure, export, measures, requests


def show_rights(ask: Ask) -> PersonRights:
    """What holds for one person."""
    return requests.rights_of(ask.session, ask.number_in_path(), ask.now)


def show_measures(ask: Ask) -> Measures:
    """Every hold and restriction that is in force."""
    return measures.measures(ask.session, ask.now)


def order_measure(ask: Ask) -> Made:
    """Put a hold or a restriction in force."""
    wish = ask.body(MeasureWish)
    return Made(ask.change(lambda connection, by: measures.order(connection, wish, by)))


def end_measure(ask: Ask) -> Response:
    """End one of them."""
    wish = ask.body(MeasureEnd)
    ask.change(lambda connection, by: measures.end(connection, wish, by))
    return Response(status=204)


def export_person(ask: Ask) -> Response:
    """A copy of everything about one person; with `request`, theirs is granted by it."""
    person, wanted = ask.number_in_path(), ask.number("request")
    ask.change(lambda connection, by: requests.note_copy(connection, person, wanted, by))
    return _copy(ask, person, _language())


def own_copy(ask: Ask) -> Response:
    """The same for the person themself, from their page."""
    person = myself(ask.session, ask.who()).id
    ask.core.limits.take_copy(person)
    ask.change(lambda connection, by: requests.note_copy(connection, person, None, by))
    return _copy(ask, person, _language())


def _copy(ask: Ask, person: int, language: str) -> Response:
    pieces: Iterator[bytes] = export.copy_of(ask.core.readers, CaptureStore(ask.core.settings.data), person, language, ask.now)
    response = Response(pieces, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{export.file_name(person, ask.now)}"'
    return response


def preview_erasure(ask: Ask) -> ErasurePreview:
    """What an erasure would take, and what stands against it."""
    return erasure.preview(ask.session, ask.number_in_path(), ask.now)


def order_erasure(ask: Ask) -> Made:
    """Erase a person; it begins at once and goes on by itself."""
    wish = ask.body(ErasureWish)
    return Made(ask.change(lambda connection, by: erasure.order(connection, wish, by)))


def show_erasures(ask: Ask) -> Erasures:
    """Every erasure and how far it is."""
    return erasure.erasures(ask.session)


def show_certificate(ask: Ask) -> Response:
    """The certificate of a finished erasure, as data."""
    row = erasure.certificate_row(ask.session, ask.number_in_path())
    return _file(row.certificate.encode(), "application/json", f"erasure-{row.id}.json")


def show_certificate_pdf(ask: Ask) -> Response:
    """The same on paper."""
    row = erasure.certificate_row(ask.session, ask.number_in_path())
    paper = certificate.paper_of(row, _language(), organisation(ask.session).zone)
    return _file(paper, "application/pdf", f"erasure-{row.id}.pdf")


def _file(content: bytes, media: str, name: str) -> Response:
    response = Response(content, mimetype=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _language() -> str:
    asked = request.args.get("language", request.args.get("lang", "en"))
    return asked if asked in notice.LANGUAGES else "en"
