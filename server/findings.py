"""Findings: which nights are due, what they wrote down, and what people say about their own.

A finding is something to read and nothing else: no table but these is written, and nothing happens to anybody by itself.

```
local midnight, everywhere | 30 min for what is still to come | night: read, compare, write, once for each day
power off for a week       | the nights that are missing, the oldest first, at most two weeks of them
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Engine, delete, func, insert, select

from policy.categories import RuleBook
from policy.redaction import clean
from policy.roles import Role, Viewer
from policy.summaries import AlertStatus, Severity
from policy.summaries.alerts import LONGEST_NOTE
from policy.worktime import day_bounds, local_day
from server.audit_log import audit
from server.audit_log.audit import Deed
from server.days.day_counts import count_days
from server.models import AlertMark, DayOddness, DirtyDay, Finding, FindingAnswer, Person
from server.organisation import AnySession, findings_through, note_findings_through, organisation
from server.people import Member, visible_people
from server.queries.day_facts import day_facts
from server.queries.memory import forget
from server.refusals import BadRequestError, NotThereError
from server.store.db import insert_into
from server.store.writer import Writer

if TYPE_CHECKING:
    from ml.find import Expected
    from ml.find import Finding as Found
    from ml.nights import Night, Odd

GRACE_MS = 30 * 60_000
"""PCs deliver what they have; then the day is looked at."""
PATIENCE_MS = 3 * 3_600_000
"""So long a night waits for days that are still to be rebuilt."""
FIRST_NIGHTS = 7
MOST_NIGHTS = 14
HISTORY = timedelta(days=97)
ONE_DAY = timedelta(days=1)
WEEK = 7
LOOK_BACK = timedelta(days=56)
HIGH_SHARE, MEDIUM_SHARE = 1 / 8, 1 / 2
EVERYBODY = Viewer(0, "findings", Role.OWNER)
ALERT = re.compile(r"unusual person (\d+) (\d{4}-\d\d-\d\d)")


def alert_id(person: int, day: date) -> str:
    """Return what a finding is called among the alerts."""
    return f"unusual person {person} {day}"


def nights_due(session: AnySession, now: int) -> list[date]:
    """Return the days that are over for everybody and were not looked at, the oldest first."""
    ours = organisation(session).zone
    own = session.execute(select(Person.zone).where(Person.active & Person.zone.is_not(None)).distinct()).scalars()
    zones = {ours, *(zone for zone in own if zone)}
    newest = min(local_day(now - GRACE_MS, zone) for zone in zones) - ONE_DAY
    through = findings_through(session)
    first = newest - (FIRST_NIGHTS - 1) * ONE_DAY if through is None else max(through + ONE_DAY, newest - (MOST_NIGHTS - 1) * ONE_DAY)
    if first > newest or _must_wait(session, newest, max(day_bounds(newest, zone)[1] for zone in zones), now):
        return []
    return [first + at * ONE_DAY for at in range((newest - first).days + 1)]


def _must_wait(session: AnySession, newest: date, over: int, now: int) -> bool:
    if now > over + PATIENCE_MS:
        return False
    dirty = select(func.count()).select_from(DirtyDay).where(DirtyDay.day <= newest)
    return bool(session.execute(dirty).scalar_one())


def find_unusual(readers: Engine, writer: Writer, packaged: RuleBook, now: int) -> int:
    """Look at every day that is due; return how many days were looked at."""
    with readers.connect() as connection:
        days = nights_due(connection, now)
    return look_at(readers, writer, packaged, days, now) if days else 0


def look_at(readers: Engine, writer: Writer, packaged: RuleBook, days: Sequence[date], now: int) -> int:
    """Look at some days, in order; what was found in them before is replaced."""
    from ml.budget import Budget
    from ml.nights import Nights, revision  # scikit-learn: 100 MB, which only the process of the night has

    model, first = revision(), days[0] - HISTORY
    with readers.connect() as connection:
        people = visible_people(connection, EVERYBODY)
    count_days(readers, writer, people, first, days[-1], now)
    with readers.connect() as connection:
        facts = day_facts(connection, people, first, days[-1], packaged, now)
        expected = list(expected_of(connection, days[0]))
        known = _known(connection, model, first, days[0])
    forget(readers)
    nights, budget = Nights(facts, expected), Budget()
    del facts
    for day in days:
        night = nights.after(day, known, budget)
        known |= night.odd
        allowed = night.weeks * budget.a_week(len(people))
        writer.do(lambda connection, day=day, night=night, allowed=allowed: _write(connection, day, night, allowed, model, now))  # type: ignore[misc]
    return len(days)


def expected_of(session: AnySession, before: date) -> Iterator[Expected]:
    """Yield what was said to be expected: the reasons of each finding that was marked so, for its person, until that day.

    Marks on the days that are looked at do not count: to look again finds the same.
    """
    from ml.find import Expected  # the same

    zone = organisation(session).zone
    question = select(AlertMark.alert, AlertMark.until).where(
        (AlertMark.status == AlertStatus.EXPECTED.value) & AlertMark.alert.startswith("unusual ", autoescape=True)
    )
    for alert, until in session.execute(question.order_by(AlertMark.alert)):
        named = ALERT.fullmatch(alert)
        if named is None or date.fromisoformat(named[2]) >= before:
            continue
        of = (Finding.person_id == int(named[1])) & (Finding.day == date.fromisoformat(named[2]))
        reasons = session.execute(select(Finding.reasons).where(of)).scalar_one_or_none()
        for reason in msgspec.json.decode(reasons) if reasons else ():
            yield Expected(int(named[1]), reason["feature"], date.max if until is None else local_day(until, zone))


def _known(session: AnySession, model: str, first: date, before: date) -> dict[tuple[int, date], Odd]:
    """Return how odd the days were found to be by the model as it is now."""
    from ml.nights import Odd  # the same

    asked = (DayOddness.model == model) & (DayOddness.day >= first) & (DayOddness.day < before)
    rows = session.execute(select(DayOddness.person_id, DayOddness.day, DayOddness.odd).where(asked))
    decode = msgspec.msgpack.Decoder(Odd).decode
    return {(row.person_id, row.day): decode(row.odd) for row in rows}


def _write(connection: Connection, day: date, night: Night, allowed: float, model: str, now: int) -> None:
    """Put what a night found in the place of what was found in that day before."""
    connection.execute(delete(Finding).where(Finding.day == day))
    rows = [_row(one, model, now) for one in night.findings]
    if rows:
        earlier = (Finding.model == model) & (Finding.day >= day - LOOK_BACK) & (Finding.day < day)
        scores = [*connection.execute(select(Finding.score).where(earlier)).scalars(), *(row["score"] for row in rows)]
        connection.execute(insert(Finding), [row | {"severity": severity_of(row["score"], scores, allowed).value} for row in rows])
    _keep(connection, night.odd, model)
    note_findings_through(connection, day)


def _row(one: Found, model: str, now: int) -> dict[str, Any]:
    reasons = msgspec.json.encode(one.reasons).decode()
    values = {"person_id": one.person, "day": one.day, "score": one.score, "reasons": reasons}
    return values | {"coverage": one.coverage, "confidence": one.confidence, "model": model, "made": now}


def severity_of(score: float, scores: Sequence[float], allowed: float) -> Severity:
    """Return how soon to read it: by how small a part of the alert budget of the last eight weeks it would have been told.

    ```
    budget of eight weeks   | 1/8 high | .. 1/2 medium | .. low |      place of the score among the findings of that time
    ```
    """
    place = sum(one >= score for one in scores)
    share = place / max(1.0, allowed)
    if share <= HIGH_SHARE:
        return Severity.HIGH
    return Severity.MEDIUM if share <= MEDIUM_SHARE else Severity.LOW


def _keep(connection: Connection, odd: Mapping[tuple[int, date], Odd], model: str) -> None:
    if not odd:
        return
    encode = msgspec.msgpack.Encoder().encode
    rows = [{"person_id": person, "day": day, "model": model, "odd": encode(one)} for (person, day), one in sorted(odd.items())]
    statement = insert_into(connection, DayOddness)
    replaced = {"model": statement.excluded.model, "odd": statement.excluded.odd}
    connection.execute(statement.on_conflict_do_update(index_elements=["person_id", "day"], set_=replaced), rows)


def answer(connection: Connection, viewer: Viewer, person: Member, day: date, text: str, now: int, address: str) -> None:
    """Write down what somebody answers to a finding about them, in the place of what they answered before.

    Raises NotThereError when there is no such finding, BadRequestError when there is no answer in the text.
    """
    of = (Finding.person_id == person.id) & (Finding.day == day)
    if connection.execute(select(Finding.day).where(of)).first() is None:
        raise NotThereError("there is no finding about you on this day")
    text = clean(text, LONGEST_NOTE).strip()
    if not text:
        raise BadRequestError("an answer needs some words", reason="no_words")
    known = (FindingAnswer.person_id == person.id) & (FindingAnswer.day == day)
    before = connection.execute(select(FindingAnswer.text).where(known)).scalar_one_or_none()
    values = {"text": text, "at": now}
    row = insert_into(connection, FindingAnswer).values(person_id=person.id, day=day, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["person_id", "day"], set_=values))
    told = None if before is None else {"answer": before}
    deed = Deed(viewer.name, "finding: answer", alert_id(person.id, day), address=address, before=told, after={"answer": text})
    audit.record(connection, deed, now)
