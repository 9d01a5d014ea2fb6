"""What every page of a person's own shares: its frame, its language, the key of its forms, and the page that says no."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template_string, request
from sqlalchemy import select

from policy import notice
from reports.speech import Speech
from server import page_links
from server.auth import Ask
from server.models import Account, NoticeEvent
from server.organisation import AnySession
from server.pages.own_look import POLICY, STYLE
from server.pages.own_markup import REFUSED
from server.pages.words import words_in
from server.people import Member
from server.refusals import NotAllowedError, RefusalError

ANSWERS_SHOWN = 50


def page(ask: Ask, markup: str, person: Member, status: int = 200, **values: Any) -> Response:
    """Return a page about a person, with everything its markup may name."""
    say = speech(ask, person)
    common = {"name": person.name, "language": say.language, "languages": notice.LANGUAGES, "w": words_in(say.language), "say": say}
    body = render_template_string(markup, style=STYLE, key=page_links.form_key(ask.token), **common, **values)
    return as_page(body, status)


def refused(refusal: RefusalError) -> Response:
    """Return what somebody without a session, or with a form of another, can do about it; in the language they most likely read."""
    language = _likely_language()
    words = words_in(language)
    told = words["foreign"] if refusal.status == 403 else words["expired"] if refusal.status == 401 else refusal.message
    body = render_template_string(REFUSED, style=STYLE, language=language, languages=notice.LANGUAGES, w=words, told=told, name="WorkPulse")
    return as_page(body, refusal.status)


def as_page(body: str, status: int) -> Response:
    """Return HTML that may load nothing and run nothing."""
    return Response(body, status, headers={"Content-Security-Policy": POLICY}, mimetype="text/html")


def refuse_foreign(ask: Ask) -> None:
    """Raise NotAllowedError for a form that is not from a page of this session."""
    if request.form.get("form_key", "") != page_links.form_key(ask.token):
        raise NotAllowedError("this form is not from your page; open it again")


def speech(ask: Ask, person: Member) -> Speech:
    """Return how the page speaks."""
    return Speech(language_of(ask, person), person.zone)


def language_of(ask: Ask, person: Member) -> str:
    """Return the language asked for, else the one in which the notice was answered last."""
    asked = request.args.get("lang", "")
    if asked in notice.LANGUAGES:
        return asked
    answers = answers_of(ask.session, person.id)
    return answers[0].language if answers and answers[0].language in notice.LANGUAGES else "en"


def answers_of(session: AnySession, person: int) -> list[Any]:
    """Return a person's newest answers to the notice."""
    columns = select(NoticeEvent.at, NoticeEvent.version, NoticeEvent.language, NoticeEvent.answer)
    mine = columns.join(Account, Account.id == NoticeEvent.account_id).where(Account.person_id == person)
    return list(session.execute(mine.order_by(NoticeEvent.at.desc()).limit(ANSWERS_SHOWN)))


def _likely_language() -> str:
    asked = request.args.get("lang", "")
    return asked if asked in notice.LANGUAGES else request.accept_languages.best_match(list(notice.LANGUAGES), "en") or "en"
