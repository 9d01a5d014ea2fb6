"""The tabs' figures: who asks for whom and which days, one query, and the look itself recorded."""

from __future__ import annotations

from datetime import date

from policy.summaries import Applications, Choices, Devices, Overview
from server.auth import Ask
from server.people import chosen
from server.queries import applications, choices, devices, overview
from server.queries.selection import Selection
from server.refusals import BadRequestError

MOST_DAYS = 400
EARLIEST, LATEST = date(2001, 1, 1), date(2099, 12, 31)


def show_choices(ask: Ask) -> Choices:
    """What the scope bar offers."""
    return choices.choices(ask.session, ask.who(), ask.now)


def show_overview(ask: Ask) -> Overview:
    """The Overview tab."""
    return overview.overview(ask.session, _selection(ask, "overview"), ask.core.rules, ask.core.thresholds, ask.now)


def show_applications(ask: Ask) -> Applications:
    """The Applications tab."""
    return applications.applications(ask.session, _selection(ask, "applications"), ask.core.rules, ask.now)


def show_devices(ask: Ask) -> Devices:
    """The fleet with its delivery equations."""
    return devices.devices(ask.session, ask.now)


def _selection(ask: Ask, tab: str) -> Selection:
    """Return whose figures of which days are asked for; a look at one person is written down."""
    first, last = ask.day("from"), ask.day("to")
    if not 0 <= (last - first).days < MOST_DAYS:
        raise BadRequestError(f"from must not be after to, and at most {MOST_DAYS} days may be asked for")
    if not EARLIEST <= first <= last <= LATEST:
        raise BadRequestError(f"nothing is recorded before {EARLIEST} or after {LATEST}")
    team, person = ask.number("team"), ask.number("person")
    people = chosen(ask.session, ask.who(), team, person)
    if person is not None:
        ask.note(f"looked at {tab}", subject=people[0].name if people else None, detail=f"{first} to {last}")
    return Selection(people, first, last)
