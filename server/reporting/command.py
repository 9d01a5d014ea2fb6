"""A report as a command asks for it: the period and the scope in words, the files into any folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from policy.summaries import Rhythm
from policy.worktime import local_day
from server.audit_log import audit
from server.models import Person, Team
from server.organisation import AnySession, organisation
from server.queries.report import COMPANY, Scope, Wanted, report
from server.refusals import BadRequestError, NotThereError
from server.reporting.due import over
from server.reporting.folder import write_whole
from server.reporting.making import Printer, printed, stem_of
from server.store.opened import Store


class Asked(NamedTuple):
    """What the command line said; without a period it is the last week that is over."""

    day: str | None
    week: str | None
    month: str | None
    team: str | None
    person: str | None
    language: str = "en"


def write_report(store: Store, asked: Asked, out: Path, now: int, printer: Printer = printed) -> list[Path]:
    """Write both files of a report and return where they are; raise BadRequestError or NotThereError when it cannot be meant."""
    with store.readers.connect() as connection:
        rhythm, day = _period(connection, asked, now)
        wanted = Wanted(rhythm, day, _scope(connection, asked), asked.language)
        made = report(connection, wanted, store.rules, organisation(connection).thresholds, now)
    told = f"{rhythm} {made.period.first} to {made.period.last}, {made.scope.kind} {made.scope.id or ''}".rstrip()
    store.writer.do(lambda writing: audit.record(writing, audit.Deed("console", "made a report", detail=told), now))
    files = printer(made)
    stem = stem_of(wanted, made.revision)
    paths = [(out / f"{stem}.pdf").absolute(), (out / f"{stem}.xlsx").absolute()]
    for path, content in zip(paths, (files.pdf, files.xlsx), strict=True):
        write_whole(path, content)
    return paths


def _period(session: AnySession, asked: Asked, now: int) -> tuple[Rhythm, date]:
    given = [(rhythm, text) for rhythm, text in ((Rhythm.DAY, asked.day), (Rhythm.WEEK, asked.week), (Rhythm.MONTH, asked.month)) if text]
    if len(given) > 1:
        raise BadRequestError("one of --day, --week and --month")
    ours = organisation(session)
    if not given:
        return Rhythm.WEEK, over(Rhythm.WEEK, now, ours)[-1][0]
    rhythm, text = given[0]
    day = day_of(rhythm, text)
    if day > local_day(now, ours.zone):
        raise BadRequestError("a report is about days that have been")
    return rhythm, day


def day_of(rhythm: Rhythm, text: str) -> date:
    """Return the first day of a period as people write it; raise BadRequestError when it is none."""
    whole = {Rhythm.DAY: text, Rhythm.WEEK: f"{text}-1", Rhythm.MONTH: f"{text}-01"}[rhythm]
    try:
        day = date.fromisoformat(whole)
    except ValueError:
        example = {Rhythm.DAY: "2026-11-16", Rhythm.WEEK: "2026-W46", Rhythm.MONTH: "2026-11"}[rhythm]
        raise BadRequestError(f"{text!r} is no {rhythm}; one looks like {example}") from None
    if not 2001 <= day.year <= 2099:
        raise BadRequestError("nothing is recorded before 2001 or after 2099")
    return day


def _scope(session: AnySession, asked: Asked) -> Scope:
    if asked.team and asked.person:
        raise BadRequestError("--team or --person, not both")
    if asked.team:
        return Scope("team", _number(session, Team, asked.team))
    return Scope("person", person_named(session, asked.person)) if asked.person else COMPANY


def person_named(session: AnySession, text: str) -> int:
    """Return the person of a name, or of a number; raise NotThereError unless it is one."""
    return _number(session, Person, text)


def _number(session: AnySession, table: type[Team] | type[Person], text: str) -> int:
    known = table.id == int(text) if text.isascii() and text.isdigit() else table.name == text
    found = list(session.execute(select(table.id).where(known)).scalars())
    if len(found) != 1:
        what = table.__name__.lower()
        raise NotThereError(f"there is no {what} {text!r}" if not found else f"there are {len(found)} called {text!r}: give the number")
    return found[0]
