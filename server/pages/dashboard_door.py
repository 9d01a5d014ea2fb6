"""The dashboard's door: signing in with the window's users, a cookie that opens these pages only, and the pages that say no."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Response, redirect, render_template_string, request

from policy import notice
from server import users
from server.auth import DASHBOARD_COOKIE, Ask
from server.page_links import form_key
from server.pages.dashboard_look import POLICY, STYLE
from server.pages.dashboard_markup import REFUSED, SIGN_IN
from server.pages.dashboard_words import words_in
from server.refusals import NotAllowedError, NotSignedInError, RefusalError, TooManyError

HOME, DOOR = "/dashboard", "/sign-in"
HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}
"""Without any referrer a browser would not say either from where a form is sent."""
SAME_SITE = ("same-origin", "none")
"""What a browser says of a form that our own page, or somebody at the address bar, has sent."""


def show_sign_in(ask: Ask) -> Response:
    """Show the empty form."""
    return _form(None, 200)


def sign_in(ask: Ask) -> Response:
    """Begin a session of this browser; wrong names and passwords are counted as at the window."""
    words = words_in(language())
    if not _is_from_here():
        return _form(words["elsewhere"], 403)
    name, password = request.form.get("user", ""), request.form.get("password", "")
    try:
        user = users.checked(ask.session, ask.core.limits, name, password, ask.address)
    except (NotSignedInError, TooManyError) as refusal:
        return _form(words["often" if isinstance(refusal, TooManyError) else "wrong"], refusal.status)
    signed = ask.core.writer.do(lambda connection: users.sign_in(connection, user, ask.now, ask.address, users.IN_BROWSER))
    response: Response = redirect(f"{HOME}?lang={language()}", 303)  # type: ignore[assignment]
    life = users.SESSION_MS // 1000
    response.set_cookie(DASHBOARD_COOKIE, signed.token, max_age=life, secure=True, httponly=True, samesite="Strict", path="/")
    return response


def sign_out(ask: Ask) -> Response:
    """End the session of this browser."""
    refuse_foreign(ask)
    ask.core.writer.do(lambda connection: users.sign_out(connection, users.IN_BROWSER + ask.token, ask.now))
    response: Response = redirect(f"{DOOR}?lang={language()}", 303)  # type: ignore[assignment]
    response.delete_cookie(DASHBOARD_COOKIE, secure=True, httponly=True, samesite="Strict")
    return response


def lead_here(ask: Ask) -> Response:
    """Lead from other systems' addresses to the dashboard."""
    return redirect(HOME, 302)  # type: ignore[return-value]


def refused(refusal: RefusalError) -> Response:
    """Return the way in for whoever is not signed in, else a page that says no."""
    if refusal.status == 401:
        return _form(None, 401)
    told = words_in(language())["not_yours"] if refusal.status == 403 else refusal.message
    return page(REFUSED, refusal.status, told=told)


def page(markup: str, status: int = 200, **values: Any) -> Response:
    """Return a page with everything its markup may name."""
    words = words_in(language())
    common = {"style": STYLE, "language": language(), "languages": notice.LANGUAGES, "w": words, "link": link, "heading": words["title"]}
    body = render_template_string(markup, **common | values)
    return Response(body, status, headers=HEADERS, mimetype="text/html")


def link(**changes: Any) -> str:
    """Return the dashboard's address with some of this page's question changed; what is empty is left out."""
    asked = {name: value for name, value in request.args.items() if name in ("lang", "day", "team", "person", "view", "span")}
    kept = {name: str(value) for name, value in (asked | {"lang": language()} | changes).items() if value not in ("", None)}
    return f"{DOOR if request.path == DOOR else HOME}?{urlencode(kept)}"


def language() -> str:
    """Return the language asked for, else the browser's, else English."""
    asked = request.args.get("lang", "")
    return asked if asked in notice.LANGUAGES else request.accept_languages.best_match(list(notice.LANGUAGES), "en") or "en"


def refuse_foreign(ask: Ask) -> None:
    """Raise NotAllowedError for a form that is not from a page of this session."""
    if request.form.get("form_key", "") != form_key(ask.token):
        raise NotAllowedError("this form is not from your page; open it again")


def _is_from_here() -> bool:
    """Return whether the browser says that the form was on a page of this server; an old one says only where that page is from."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site in SAME_SITE
    return origin is None or urlsplit(origin).netloc == request.host


def _form(fault: str | None, status: int) -> Response:
    return page(SIGN_IN, status, fault=fault, heading="WorkPulse")
