"""The pictures of a person's screen that are kept, on their own page: day by day, each opened by its link."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Response, request

from policy.worktime import local_day
from server.auth import Ask
from server.captures import CaptureStore
from server.pages.own_frame import page
from server.pages.own_markup import PICTURES
from server.queries import me
from server.queries.pictures import days_with_pictures, listed
from server.routes.question import LONGEST_CURSOR

AT_ONCE = 200


def show_pictures(ask: Ask) -> Response:
    """Show on which days there are pictures, and those of one day; the newest, unless another is asked for."""
    person = me.myself(ask.session, ask.who())
    days, zone = days_with_pictures(ask.session, person), ZoneInfo(person.zone)
    day = _day_asked(days) or next(iter(days), local_day(ask.now, person.zone))
    after = ask.text("cursor", LONGEST_CURSOR)
    told = listed(ask.session, person, day, day, after, AT_ONCE, CaptureStore(ask.core.settings.data).has)

    def clock(at: int) -> str:
        return f"{datetime.fromtimestamp(at / 1000, zone):%H:%M:%S}"  # a clip has a picture a second

    return page(ask, PICTURES, person, days=days, day=day, told=told, clips={one.id: one for one in told.clips}, clock=clock)


def _day_asked(days: dict[date, int]) -> date | None:
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None
    return day if day in days else None
