"""The question every tab asks: which days, of which of the people the viewer may see; a look at one person is written down."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from policy.roles import Role, may_view
from server.auth import Ask
from server.people import MayView, chosen
from server.queries.selection import Selection
from server.refusals import BadRequestError
from server.rights.unlocks import reason_to_look

MOST_DAYS = 400
EARLIEST, LATEST = date(2001, 1, 1), date(2099, 12, 31)
LONGEST_CURSOR = 400


def asked(ask: Ask, tab: str) -> Selection:
    """Return whose figures of which days are asked for by `from`, `to`, `team` and `person`, and note a look at one person."""
    selection = asked_silently(ask)
    note_look(ask, tab, days_of(selection), selection)
    return selection


def note_look(ask: Ask, tab: str, told: str, selection: Selection) -> None:
    """Write down a look at one person, or, with the reason, at each of so few that one was needed."""
    looked_at = [selection.one] if selection.one else selection.people if selection.reason else []
    ask.note_looks(tab, told, [member.id for member in looked_at], selection.reason)


def asked_silently(ask: Ask, may: MayView = may_view) -> Selection:
    """The same without a note, for a route that writes its own."""
    selection, team, person = asked_about(ask, may), ask.number("team"), ask.number("person")
    reason = reason_to_look(ask.session, ask.who(), selection.people, team, person, ask.now)
    return replace(selection, reason=reason)


def asked_about(ask: Ask, may: MayView = may_view) -> Selection:
    """The same without a reason, for a route that shows nobody's figures."""
    first, last = days_asked(ask)
    team, person = ask.number("team"), ask.number("person")
    people = chosen(ask.session, ask.who(), team, person, may)
    one = people[0] if people and person is not None else None
    return Selection(people, first, last, one, everybody=ask.who().role is Role.OWNER and team is None and person is None)


def days_asked(ask: Ask) -> tuple[date, date]:
    """Return the first and the last day asked for; raise BadRequestError when they are no period."""
    first, last = ask.day("from"), ask.day("to")
    if not 0 <= (last - first).days < MOST_DAYS:
        raise BadRequestError(f"from must not be after to, and at most {MOST_DAYS} days may be asked for", reason="bad_days")
    if not EARLIEST <= first <= last <= LATEST:
        raise BadRequestError(f"nothing is recorded before {EARLIEST} or after {LATEST}", reason="bad_days")
    return first, last


def days_of(selection: Selection) -> str:
    """Return the name of the one person and the days as the audit log tells them."""
    days = f"{selection.first} to {selection.last}"
    return f"{days}, {selection.one.name}" if selection.one else days
