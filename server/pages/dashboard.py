"""The browser dashboard: working time and real work hours by day, week and month, and the leaderboard; through the one door to figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, redirect, request
from msgspec.structs import replace

from policy.roles import SEES_FIGURES, Role
from policy.summaries import UnlockWish
from policy.summaries.report import REAL_HOUR
from policy.works_council import may_rank
from policy.worktime import local_day
from reports.speech import Speech, safe
from server.auth import Ask
from server.organisation import organisation
from server.page_links import form_key
from server.pages.dashboard_door import HOME as ADDRESS
from server.pages.dashboard_door import language, link, page, refuse_foreign
from server.pages.dashboard_markup import BOARD, HOME, REASON
from server.pages.dashboard_words import words_in
from server.pages.svg import Bar, bars
from server.people import chosen
from server.queries import dashboard as figures
from server.queries.choices import choices
from server.queries.dashboard import Dashboard, Worked
from server.queries.selection import Selection
from server.refusals import NotAllowedError, ReasonNeededError, RefusalError
from server.rights.unlocks import reason_to_look, unlock
from server.routes.question import EARLIEST, LATEST, note_look

SEES_DASHBOARD = SEES_FIGURES | {Role.EMPLOYEE}
SPANS = ("day", "week", "month")


def show(ask: Ask) -> Response:
    """Show the figures asked for, or the form that asks for a reason where one is needed."""
    if ask.who().role not in SEES_DASHBOARD:
        raise NotAllowedError("the dashboard is for those who see figures")
    try:
        return _leaderboard(ask) if request.args.get("view") == "leaderboard" else _home(ask)
    except ReasonNeededError:
        return _ask_for_reason(ask, None)


def give_reason(ask: Ask) -> Response:
    """Keep the reason somebody gives for looking, and lead back to what they asked for."""
    refuse_foreign(ask)
    viewer, team, person = ask.who(), ask.number("team"), ask.number("person")
    try:
        chosen(ask.session, viewer, team, person)
        wish = UnlockWish(request.form.get("reason", ""), team, person)
        ask.change(lambda connection, by: unlock(connection, viewer, wish, by))
    except RefusalError as refusal:
        if refusal.status != 400:
            raise
        return _ask_for_reason(ask, refusal.message)
    return redirect(link(), 303)  # type: ignore[return-value]


def _home(ask: Ask) -> Response:
    selection = _asked(ask, "month", "dashboard")
    shown = figures.dashboard(ask.session, selection.people, _day(ask), ask.now)
    say = _speech(ask)
    spans = (say.day(shown.day), say.span(*shown.week), say.span(*shown.month))
    tiles = [(name, span, getattr(shown.total, name)) for name, span in zip(SPANS, spans, strict=True)]
    heading = safe(selection.one.name, 60) if selection.one else None
    return _page(ask, HOME, say, selection, shown=shown, tiles=tiles, chart=_chart(shown, say), **({"heading": heading} if heading else {}))


def _leaderboard(ask: Ask) -> Response:
    span = request.args.get("span", "")
    span = span if span in SPANS else "week"
    selection = _asked(ask, span, "leaderboard")
    words, owner = words_in(language()), ask.who().role is Role.OWNER
    few = len(selection.people) < figures.FEWEST_RANKED and not owner
    why_not = words["not_ranked"] if not may_rank(organisation(ask.session)) else words["too_few"] if few else None
    days = (selection.first, selection.last)
    ranked = [] if why_not else figures.leaderboard(ask.session, selection.people, *days, ask.core.rules, ask.now)
    say = _speech(ask)
    return _page(ask, BOARD, say, selection, view="leaderboard", span=span, ranked=ranked, why_not=why_not, period=say.span(*days))


def _asked(ask: Ask, span: str, at: str) -> Selection:
    """Return whom and which days are asked for; a look at one person, or at so few that it needs a reason, is written down."""
    viewer, team, person, day = ask.who(), ask.number("team"), ask.number("person"), _day(ask)
    first, last = {"day": (day, day), "week": figures.week_with(day), "month": figures.month_with(day)}[span]
    people = chosen(ask.session, viewer, team, person)
    one = people[0] if people and person is not None else None
    selection = Selection(people, first, last, one)
    selection = replace(selection, reason=reason_to_look(ask.session, viewer, people, team, person, ask.now))
    if [member.id for member in people] != [viewer.person]:
        told = f"{first} to {last}"
        note_look(ask, at, f"{told}, {one.name}" if one else told, selection)
    return selection


def _ask_for_reason(ask: Ask, fault: str | None) -> Response:
    here = link().replace(ADDRESS, f"{ADDRESS}/reason", 1)
    return page(REASON, 400 if fault else 403, fault=fault, key=form_key(ask.token), here=here)


def _page(ask: Ask, markup: str, say: Speech, selection: Selection, **values: Any) -> Response:
    told = choices(ask.session, ask.who(), ask.now)
    common: dict[str, Any] = {
        "say": say,
        "safe": lambda name: safe(name, 60),
        "one": selection.one,
        "day": _day(ask),
        "teams": told.teams,
        "chosen_team": ask.number("team"),
        "viewer": safe(ask.who().name, 60),
        "key": form_key(ask.token),
        "ranks": ask.who().role in SEES_FIGURES,
        "view": "",
        "span": "",
        "refresh": True,
    }
    return page(markup, **common | values)


def _chart(shown: Dashboard, say: Speech) -> str:
    words = words_in(say.language)

    def bar(day: date, one: Worked) -> Bar:
        told = f"{say.day(day)}: {say.duration(one.seconds)}, {words['real']}: {say.count(one.hours)}"
        return Bar(say.count(day.day), told, one.seconds, one.hours * REAL_HOUR)

    return bars([bar(day, one) for day, one in shown.days], words["by_day"])


def _day(ask: Ask) -> date:
    """Return the day asked for, else today in the organisation's zone."""
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        day = None
    known = day is not None and day >= EARLIEST and day.year < LATEST.year  # so that the week is within what can be asked for
    return day if day is not None and known else local_day(ask.now, organisation(ask.session).zone)


def _speech(ask: Ask) -> Speech:
    return Speech(language(), organisation(ask.session).zone)
