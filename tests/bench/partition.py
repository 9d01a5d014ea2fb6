"""How fast a person-day is rebuilt, beside the plain way that goes second by second: `python -m tests.bench.partition`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from random import Random
from time import perf_counter

from policy.events import MINUTE_MS
from policy.presence import Presence
from policy.worktime import day_bounds
from server.days.partition import Facts, SessionFact, SpanFact, partition_day
from tests.histories import seconds_one_by_one

START, END = day_bounds(date(2025, 11, 20), "Asia/Kolkata")
NINE = START + 9 * 60 * MINUTE_MS
REBUILDS = 100


def office_day(seed: int = 1) -> Facts:
    """Return one day of one person at one PC: nine to six, lunch locked, about 700 spans."""
    random = Random(seed)
    spans = [span for minute in range(540) if not 240 <= minute < 285 for span in _minute(random, NINE + minute * MINUTE_MS)]
    changes = [(-5, "boot"), (-4, "logon"), (-4, "agent_start"), (240, "lock"), (285, "unlock"), (541, "shutdown"), (541, "agent_stop")]
    sessions = [SessionFact(1, 1, NINE + minute * MINUTE_MS, change, order) for order, (minute, change) in enumerate(changes)]  # type: ignore[arg-type]
    return Facts(spans, sessions)


def _minute(random: Random, start: int) -> list[SpanFact]:
    inner = sorted(random.sample(range(1, 60), random.choice((0, 0, 0, 1, 1))))
    bounds = [start, *(start + second * 1000 for second in inner), start + MINUTE_MS]
    return [_span(random, begin, end) for begin, end in pairwise(bounds)]


def _span(random: Random, start: int, end: int) -> SpanFact:
    samples = (end - start) // 1000
    keys, clicks = random.choice((0, random.randrange(200))), random.randrange(6)
    app = int(random.paretovariate(1)) % 12 + 1  # a few apps and sites hold most of a day, many hold a little
    site = int(random.paretovariate(1)) % 30 + 1 if app < 3 else None
    return SpanFact(
        *(1, 1, start, end, app, site, random.random() < 0.05, False),
        *(keys, clicks, random.randrange(3), random.randrange(4000), random.randrange(40_000)),
        *(samples, samples // 2, random.randrange(9), samples // 3, 0),
    )


def milliseconds(work: Callable[[], object], times: int) -> float:
    """Return what one call of `work` takes, the median of `times`."""
    taken = []
    for _ in range(times):
        began = perf_counter()
        work()
        taken.append(perf_counter() - began)
    return sorted(taken)[times // 2] * 1000


def main() -> None:
    """Measure both in one run and print them."""
    facts = office_day()
    fast = milliseconds(lambda: partition_day(START, END, facts), REBUILDS)
    plain = milliseconds(lambda: seconds_one_by_one(START, END, facts), 3)
    day = partition_day(START, END, facts)
    made = f"{len(day.parts)} parts, {len(day.quarters)} rows, {day.seconds[Presence.ACTIVE] / 3600:.1f} h active"
    print(f"a person-day of {len(facts.spans)} spans and {len(facts.sessions)} session changes: {made}")
    print(f"rebuilt in {fast:.2f} ms: {1000 / fast:,.0f} person-days a second on one core")
    print(f"presences alone, second by second, in {plain:.1f} ms: the whole partition is {plain / fast:.1f} times as fast")


if __name__ == "__main__":
    main()
