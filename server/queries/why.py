"""What a figure is made of: parts that sum to it, the rules that decided, and the records behind one person's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
from msgspec import Struct
from msgspec.json import Decoder
from msgspec.structs import replace
from sqlalchemy import ColumnElement, select, tuple_

from policy.categories import Because, Category, RuleBook, Verdict
from policy.presence import ENGAGED, Presence, Thresholds
from policy.summaries import Why, WhyChange, WhyDay, WhySpan, WhyUse, productivity
from policy.worktime import day_bounds
from server import cursor
from server.days.day_pages import Array, Usage
from server.days.packed import ENGAGED_BELOW, NUMBERS
from server.models import CALLS, Account, AccountDevice, App, Device, Epoch, SessionEvent, Site, Span, Title
from server.organisation import AnySession, spans_from
from server.people import Member
from server.queries.categories import Verdicts, categories_of, category_table
from server.queries.chunks import chunks
from server.queries.figures import DayFigures, day_figures
from server.queries.memory import CATEGORIES, UNCLASSIFIED, memory_of
from server.queries.selection import Selection, period_of, person_of
from server.queries.uses import Use, uses
from server.refusals import BadRequestError
from server.rules import rule_book

MOST_DAYS = 500
MOST_USES = 200
MOST_CHANGES = 200
PRESENCES = frozenset(presence.value for presence in Presence)
BY_CATEGORY = frozenset({*(category.value for category in Category), "unclassified"})
FIGURES = PRESENCES | BY_CATEGORY | {"engaged", "productivity", "coverage", "active_people"}
WITHOUT_APPS = PRESENCES - {presence.value for presence in ENGAGED} | {"coverage"}
"""Figures that no app makes up."""

Place = tuple[int, int, int, int]
PLACES: Decoder[Place] = Decoder(Place)


class Question(Struct, frozen=True):
    """Which figure, of which app or site (None: all), and where the spans go on."""

    figure: str
    app: str | None = None
    site: str | None = None
    after: str | None = None
    limit: int = 100

    def __post_init__(self) -> None:
        if self.figure not in FIGURES:
            raise BadRequestError(f"figure must be one of {', '.join(sorted(FIGURES))}")
        if (self.app or self.site) and self.figure in WITHOUT_APPS:
            raise BadRequestError(f"{self.figure} is not made up of apps")

    def wants(self, app: str, site: str | None) -> bool:
        """Return whether time there is asked about."""
        return self.app in (None, app) and self.site in (None, site)


def why(session: AnySession, selection: Selection, question: Question, packaged: RuleBook, thresholds: Thresholds, now: int) -> Why:
    """Return a figure of the selection taken apart."""
    rules = rule_book(session, packaged)
    figures = day_figures(session, selection, now)
    seconds, of = _tables(session, selection, question, rules, figures)
    days, days_rest = _days(selection, seconds, of)
    listed = _uses(session, selection, question, rules)
    spans, following = _spans(session, selection.one, selection, question)
    unit, value = _value(question.figure, seconds, of, figures)
    return Why(
        period=period_of(session, selection),
        figure=question.figure,
        unit=unit,
        value=value,
        seconds=int(seconds.sum()),
        of=int(of.sum()) if of is not None else None,
        days=days,
        days_rest=days_rest,
        uses=listed[:MOST_USES],
        uses_rest=sum(one.seconds for one in listed[MOST_USES:]),
        thresholds=thresholds,
        spans=spans,
        changes=_changes(session, selection.one, selection) if not question.after else [],
        next=following,
        spans_from=spans_from(session),
    )


def _tables(
    session: AnySession, selection: Selection, question: Question, rules: RuleBook, figures: DayFigures
) -> tuple[Array, Array | None]:
    """Return seconds of days × people, and what they are a share of."""
    figure = question.figure
    if question.app or question.site:
        return _placed(session, selection, question, rules), None
    if figure == "coverage":
        return figures.covered, figures.expected
    if figure in ("engaged", "active_people"):
        return figures.engaged, None
    if figure in PRESENCES:
        table: Array = figures.times[:, :, NUMBERS[Presence(figure)]]
        return table, None
    by_category = category_table(session, selection, rules)
    total: Array = by_category.sum(axis=2)
    return by_category[:, :, _codes(figure)].sum(axis=2), total if figure == "productivity" else None


def _codes(figure: str) -> list[int]:
    """Return the numbers of the categories a figure adds up; what no rule names is neutral too."""
    if figure == "unclassified":
        return [UNCLASSIFIED]
    wanted = Category.PRODUCTIVE if figure == "productivity" else Category(figure)
    return [list(CATEGORIES).index(wanted), *([UNCLASSIFIED] if wanted is Category.NEUTRAL else [])]


def _placed(session: AnySession, selection: Selection, question: Question, rules: RuleBook) -> Array:
    """Return engaged seconds at the app or site asked about."""
    memory, read = memory_of(session), chunks(session, selection, Usage)
    verdicts = Verdicts(session, selection, rules)
    apps, sites = memory.places
    names, hosts = memory.words(session, App, set(apps.tolist())), memory.words(session, Site, set(sites.tolist()))
    pairs = zip(apps.tolist(), sites.tolist(), strict=True)
    wanted = np.array([question.wants(names.get(app, ""), hosts.get(site) or None) for app, site in pairs], bool)
    table = np.zeros((len(selection.days), len(selection.people)), np.int64)
    for chunk in read:
        part, of = chunk.part, chunk.of
        rows = np.flatnonzero(wanted[part.place] & (part.presence < ENGAGED_BELOW) & _of_presence(question.figure, part.presence))
        if question.figure in BY_CATEGORY:
            codes = verdicts.of(part.place[rows], part.presence[rows], chunk.who[of[rows]])
            rows = rows[np.isin(codes, _codes(question.figure))]
        np.add.at(table, (chunk.when[of[rows]], chunk.who[of[rows]]), part.seconds[rows])
    return table


def _of_presence(figure: str, presences: Array) -> Array:
    wanted = [NUMBERS[Presence(figure)]] if figure in PRESENCES else range(ENGAGED_BELOW)
    found: Array = np.isin(presences, list(wanted))
    return found


def _value(
    figure: str, seconds: Array, of: Array | None, figures: DayFigures
) -> tuple[Literal["seconds", "share", "people"], float | None]:
    if figure == "active_people":
        return "people", int((seconds > 0).any(axis=0).sum())
    if of is None:
        return "seconds", int(seconds.sum())
    total = int(of.sum())
    share = int(seconds.sum()) / total if total else None
    return "share", share if figure == "coverage" or _is_shown(figures) else None


def _is_shown(figures: DayFigures) -> bool:
    any_time = categories_of(np.array([1, *[0] * UNCLASSIFIED], np.int64))
    return productivity(any_time, figures.coverage()[0]) is not None


def _days(selection: Selection, seconds: Array, of: Array | None) -> tuple[list[WhyDay], int]:
    filled = np.argwhere((seconds if of is None else of) > 0).tolist()
    found = [
        WhyDay(
            person=person_of(selection.people[who]),
            day=selection.days[when],
            seconds=int(seconds[when, who]),
            of=int(of[when, who]) if of is not None else None,
        )
        for when, who in filled
    ]
    found.sort(key=lambda one: (-one.seconds, one.day, one.person.name))
    return found[:MOST_DAYS], sum(one.seconds for one in found[MOST_DAYS:])


def _uses(session: AnySession, selection: Selection, question: Question, rules: RuleBook) -> list[WhyUse]:
    """Return the apps that make the figure up; of presences the roll-up by team does not tell apart, none."""
    figure = question.figure
    if figure in WITHOUT_APPS or figure in ("active", "reading"):
        return []
    found = [_use(one, rules) for one in uses(session, selection) if question.wants(one.app, one.site) and _has(figure, one)]
    return sorted(_over_teams(one for one in found if _counts(figure, one)), key=lambda one: (-one.seconds, one.name, one.app))


def _over_teams(found: Iterable[WhyUse]) -> Iterable[WhyUse]:
    """Return what teams have in common as one; a rule of one team's own tells its time apart."""
    sums: dict[tuple[str, str | None, Because], WhyUse] = {}
    for one in found:
        key = (one.app, one.site, one.because)
        known = sums.get(key)
        sums[key] = replace(one, seconds=one.seconds + known.seconds, people=one.people + known.people) if known else one
    return sums.values()


def _has(figure: str, use: Use) -> bool:
    return use.in_meeting if figure == "meeting" else True


def _counts(figure: str, use: WhyUse) -> bool:
    if figure == "unclassified":
        return not use.classified
    wanted = Category.PRODUCTIVE.value if figure == "productivity" else figure
    return wanted not in BY_CATEGORY or use.category.value == wanted


def _use(use: Use, rules: RuleBook) -> WhyUse:
    presence = Presence.MEETING if use.in_meeting else None
    verdict: Verdict = rules.classify(use.app, use.site, presence, use.team)
    because = rules.because(use.app, use.site, presence, use.team)
    return WhyUse(use.app, use.site, verdict.name, verdict.category, verdict.classified, because, use.seconds, use.people)


def _bounds(person: Member, selection: Selection) -> tuple[int, int]:
    return day_bounds(selection.first, person.zone)[0], day_bounds(selection.last, person.zone)[1]


def _spans(session: AnySession, person: Member | None, selection: Selection, question: Question) -> tuple[list[WhySpan], str | None]:
    """Return one person's spans after the cursor; raise BadRequestError when that is none."""
    if person is None:
        return [], None
    key = (Span.start, Span.account_id, Span.epoch_id, Span.seq)
    conditions = [_mine(person, selection)]
    if question.app:
        conditions.append(Span.app_id.in_(select(App.id).where(App.text == question.app)))
    if question.site:
        conditions.append(Span.site_id.in_(select(Site.id).where(Site.text == question.site)))
    if question.after:
        conditions.append(tuple_(*key) > tuple_(*cursor.decode(question.after, PLACES)))
    texts = (App.text.label("app"), Site.text.label("site"), Title.text.label("title"), Device.hostname)
    asked = select(*Span.__table__.columns, *texts).join(App, App.id == Span.app_id).outerjoin(Site, Site.id == Span.site_id)
    named = (
        asked.outerjoin(Title, Title.id == Span.title_id).join(Epoch, Epoch.id == Span.epoch_id).join(Device, Device.id == Epoch.device_id)
    )
    rows = session.execute(named.where(*conditions).order_by(*key).limit(question.limit + 1)).all()
    page = rows[: question.limit]
    last = page[-1] if len(rows) > question.limit else None
    following = cursor.encode((last.start, last.account_id, last.epoch_id, last.seq)) if last is not None else None
    return [_span(row) for row in page], following


def _mine(person: Member, selection: Selection) -> ColumnElement[bool]:
    start, end = _bounds(person, selection)
    accounts = select(Account.id).where(Account.person_id == person.id)
    return Span.account_id.in_(accounts) & (Span.start >= start) & (Span.start < end)


def _span(row: Any) -> WhySpan:
    return WhySpan(
        start=row.start,
        end=row.start + row.length_ms,
        host=row.hostname,
        app=row.app,
        site=row.site,
        title=row.title,
        call=CALLS[row.call],
        private=bool(row.private),
        keys=row.keys,
        clicks=row.clicks,
        scrolls=row.scrolls,
        pointer_px=row.pointer_px,
        idle_ms=row.idle_ms,
        samples=row.samples,
        moving_samples=row.moving_samples,
        distracted_samples=row.distracted_samples,
    )


def _changes(session: AnySession, person: Member | None, selection: Selection) -> list[WhyChange]:
    """Return what the person's PCs said of their own state."""
    if person is None:
        return []
    start, end = _bounds(person, selection)
    devices = select(AccountDevice.device_id).join(Account, Account.id == AccountDevice.account_id).where(Account.person_id == person.id)
    mine = SessionEvent.device_id.in_(devices) & (SessionEvent.at >= start) & (SessionEvent.at < end)
    columns = select(SessionEvent.at, Device.hostname, SessionEvent.change).join(Device, Device.id == SessionEvent.device_id)
    rows = session.execute(columns.where(mine).order_by(SessionEvent.at, SessionEvent.seq).limit(MOST_CHANGES))
    return [WhyChange(row.at, row.hostname, row.change) for row in rows]
