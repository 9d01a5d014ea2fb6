"""A person's own page: how it is opened and left, the manager's figures of them, who looked, and what they ask for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Response, redirect, request
from msgspec.structs import asdict

from policy import notice
from policy.categories import Category
from policy.presence import Presence
from policy.summaries import Applications, Overview, PageMade, PageWish, RequestKind, Times
from policy.worktime import local_day
from reports import phrases
from reports.speech import Speech
from server import page_links
from server.auth import PAGE_COOKIE, Ask
from server.pages.own_frame import page, refuse_foreign, speech
from server.pages.own_markup import ASK, HOME, LEFT
from server.people import Member
from server.queries import me
from server.queries.overview import overview
from server.queries.selection import Selection
from server.refusals import BadRequestError, NotSignedInError, RefusalError
from server.rights import contest
from server.rights.contest import Stretch

MOST_APPS = 15


class Told(NamedTuple):
    """One stretch of days as the page shows it; seconds are those of the summaries, untouched."""

    first: date
    last: date
    engaged: int
    parts: list[tuple[str, str, int]]
    categories: list[tuple[str, str, int]]
    coverage: float | None
    apps: list[dict[str, Any]]


def make_link(ask: Ask) -> PageMade:
    """Give a PC's symbol the path that opens the page of whoever uses an account there."""
    account, device = ask.body(PageWish).account, ask.device
    if device is None:
        raise NotSignedInError("only a PC asks for this")
    return PageMade(ask.core.writer.do(lambda connection: page_links.make_link(connection, device.id, account, ask.now)))


def enter(ask: Ask) -> Response:
    """Use the link up and begin a session of this one person in this browser."""
    key = request.args.get("key", "")
    opened = ask.core.writer.do(lambda connection: page_links.use_key(connection, key, ask.address, ask.now))
    response = redirect("/me", 303)
    life = page_links.SESSION_MS // 1000
    response.set_cookie(PAGE_COOKIE, opened.token, max_age=life, secure=True, httponly=True, samesite="Strict", path="/")
    return response  # type: ignore[return-value]


def show(ask: Ask) -> Response:
    """Show a day and the week it lies in; of the week, what is over or has begun."""
    person = me.myself(ask.session, ask.who())
    today = local_day(ask.now, person.zone)
    day = _day_asked(today)
    monday = day - timedelta(days=day.weekday())
    last = min(monday + timedelta(days=6), max(today, day))
    one_day = me.me(ask.session, Selection([person], day, day, one=person), ask.core.rules, ask.now)
    week = me.me(ask.session, Selection([person], monday, last, one=person), ask.core.rules, ask.now)
    say = speech(ask, person)
    return page(
        ask,
        HOME,
        person,
        refresh=True,
        day=_told(one_day.overview, one_day.applications, say),
        week=_told(week.overview, week.applications, say),
        found=[f"{say.day(one.day)}: {phrases.reasons(one, say)}" for one in week.findings if one.day],
        looks=week.looks,
        truncated=week.truncated,
        requests=contest.requests_of(ask.session, person, ask.now).requests,
        presence={one.value: phrases.presence(one, say) for one in Presence},
        engaged_word=say("Engaged time"),
        coverage_word=say("Coverage"),
    )


def show_form(ask: Ask) -> Response:
    """Show what a person may ask for."""
    return _form(ask, None)


def take_request(ask: Ask) -> Response:
    """Keep what a person asks for; a refusal is shown on the form, with what they wrote."""
    refuse_foreign(ask)
    person = me.myself(ask.session, ask.who())
    try:
        kind = _kind_asked()
        stretch = _stretch_asked(ask, person) if kind is RequestKind.CONTEST else None
        text = request.form.get("text", "")
        ask.change(lambda connection, by: contest.ask(connection, person.id, kind, text, stretch, by))
    except RefusalError as refusal:
        return _form(ask, refusal)
    return _home("#requests")


def leave(ask: Ask) -> Response:
    """End the session of this browser."""
    refuse_foreign(ask)
    person = me.myself(ask.session, ask.who())
    ask.core.writer.do(lambda connection: page_links.leave(connection, ask.token))
    response = page(ask, LEFT, person)
    response.delete_cookie(PAGE_COOKIE, secure=True, httponly=True, samesite="Strict")
    return response


def _told(told: Overview, used: Applications, say: Speech) -> Told:
    [figures] = told.people
    parts = [(one.value, phrases.presence(one, say), figures.times.of(one)) for one in Presence]
    sums = asdict(figures.categories)
    categories = [(one.value, phrases.category(one, say), sums[one.value]) for one in Category]
    apps = [
        {"name": one.name, "category": phrases.category(one.category, say, classified=one.classified), "engaged": one.engaged}
        for one in used.apps[:MOST_APPS]
    ]
    return Told(told.period.first, told.period.last, figures.times.engaged, parts, categories, figures.coverage, apps)


def _form(ask: Ask, refusal: RefusalError | None) -> Response:
    person = me.myself(ask.session, ask.who())
    given = {name: request.form.get(name, "") for name in ("day", "start", "end", "text")}
    kinds = [kind.value for kind in RequestKind if kind is not RequestKind.CONTEST]
    said, status = (refusal.message, refusal.status) if refusal else (None, 200)
    return page(ask, ASK, person, status, fault=said, given=given, kinds=kinds)


def _home(place: str) -> Response:
    language = request.args.get("lang", "")
    return redirect(f"/me?lang={language if language in notice.LANGUAGES else 'en'}{place}", 303)  # type: ignore[return-value]


def _kind_asked() -> RequestKind:
    try:
        return RequestKind(request.form.get("kind", ""))
    except ValueError:
        raise BadRequestError("choose what you ask for") from None


def _stretch_asked(ask: Ask, person: Member) -> Stretch:
    """Return the contested stretch with what the record says of its day now; raise BadRequestError when it is no time."""
    try:
        day = date.fromisoformat(request.form.get("day", ""))
        start, end = (datetime.fromisoformat(f"{day}T{request.form.get(name, '')}") for name in ("start", "end"))
    except ValueError:
        raise BadRequestError("say the day, and from when to when") from None
    if not _may_name(day):
        raise BadRequestError("nothing is recorded of that day")
    told = overview(ask.session, Selection([person], day, day, one=person), ask.core.rules, ask.now)
    zone = ZoneInfo(person.zone)
    first, last = (int(one.replace(tzinfo=zone).timestamp() * 1000) for one in (start, end))
    return Stretch(first, last, _seconds(told.people[0].times))


def _may_name(day: date) -> bool:
    """Return whether a day can hold anything."""
    return 2001 <= day.year <= 2099


def _seconds(times: Times) -> dict[str, int]:
    return {one.value: times.of(one) for one in Presence}


def _day_asked(today: date) -> date:
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return day if _may_name(day) else today
