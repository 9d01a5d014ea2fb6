"""The page of one's own two-state figures: no script, nothing from elsewhere, anew every 30 seconds."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from markupsafe import Markup, escape

from server.auth import Ask
from server.compat import productivity
from server.compat.asked import in_path, member_named
from server.compat.figures import USUAL_DAYS, buckets_of, today_of
from server.compat.productivity import AppTotals, DayTotals
from server.compat.two_state import State
from server.pages.style import STYLE

REFRESH_SECONDS = 30
MOST_APPS = 12
LOOK = Markup("""
main { width: min(50rem, 94vw); box-sizing: border-box; padding: clamp(1rem, 4vw, 2rem); }
table { border-collapse: collapse; width: 100%; table-layout: fixed; } th, td { text-align: left; padding: .35rem .5rem; }
th:first-child { width: 27%; } th.n { width: 6.6rem; } td { overflow-wrap: break-word; }
.cards { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0; }
.cards div { flex: 1; min-width: 8rem; padding: .7rem 1rem; border: 1px solid #8884; border-radius: .5rem; }
.cards strong { display: block; font-size: 1.6rem; font-variant-numeric: tabular-nums; }
th.n, td.n { text-align: right; } td.n { white-space: nowrap; font-variant-numeric: tabular-nums; }
.bar { display: flex; height: .9rem; min-width: 4rem; background: #8882; } .p { background: #2f7d5b; } .q { background: #c8873a; }
""")


def show_dashboard(ask: Ask) -> Response:
    """The last days and today's apps of one person."""
    name = in_path("user_id")
    member = member_named(ask, name, "dashboard")
    days = productivity.last_days(today_of(ask, member), USUAL_DAYS)
    found = {day: buckets_of(ask, member, day) for day in days}
    totals = [productivity.day_totals(day, found[day]) for day in days]
    page = _page(name, totals, productivity.apps(found[days[-1]])[:MOST_APPS])
    return Response(page, mimetype="text/html", headers={"Refresh": str(REFRESH_SECONDS)})


def _page(name: str, days: Sequence[DayTotals], apps: Sequence[AppTotals]) -> str:
    today = days[-1]
    most = max(*(day.total_seconds for day in days), 1)
    by_day = Markup("").join(_row(day.date.strftime("%a %d %b"), day.productive, day.non_productive, most) for day in days)
    most = max([app.total_seconds for app in apps], default=1)
    by_app = Markup("").join(_row(app.app_name, app.states[State.PRODUCTIVE], app.states[State.NON_PRODUCTIVE], most) for app in apps)
    nothing = Markup("<p>Nothing was recorded today yet.</p>")
    return Markup(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>{name} – WorkPulse</title><style>{style}{look}</style></head><body><main><h1>{name}</h1>"
        '<div class="cards">{cards}</div>{split}'
        "<p>Non-productive includes minutes in which no input was seen, which is not the same as not working.</p>"
        "<h2>Last {count} days</h2><table>{head}{by_day}</table><h2>Apps and sites today</h2>{apps}</main></body></html>"
    ).format(
        name=name,
        style=STYLE,
        look=LOOK,
        cards=_cards(today),
        split=_bar(today.productive, today.non_productive, max(today.total_seconds, 1)),
        count=len(days),
        head=HEAD,
        by_day=by_day,
        apps=Markup("<table>{}{}</table>").format(HEAD, by_app) if apps else nothing,
    )


HEAD = Markup('<tr><th></th><th></th><th class="n">Productive</th><th class="n">Non-productive</th></tr>')


def _row(label: str, productive: int, rest: int, most: int) -> Markup:
    cells = Markup('<tr><td>{}</td><td>{}</td><td class="n">{}</td><td class="n">{}</td></tr>')
    return cells.format(escape(label), _bar(productive, rest, most), _time(productive), _time(rest))


def _bar(productive: int, rest: int, most: int) -> Markup:
    bar = Markup('<div class="bar"><div class="p" style="width:{:.1f}%"></div><div class="q" style="width:{:.1f}%"></div></div>')
    return bar.format(100 * productive / most, 100 * rest / most)


def _cards(today: DayTotals) -> Markup:
    """Today in three figures; shares only of something."""
    share = round(100 * today.productive / today.total_seconds) if today.total_seconds else None
    shares = ("–", "–") if share is None else (f"{share} %", f"{100 - share} %")
    told = (("Productive", shares[0]), ("Non-productive", shares[1]), ("Seen today", _time(today.total_seconds)))
    return Markup("").join(Markup("<div><strong>{}</strong>{}</div>").format(figure, label) for label, figure in told)


def _time(seconds: int) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"
