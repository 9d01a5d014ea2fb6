"""A PC whose clock was set back says that it is Monday again: it is told to IT, and what Monday was takes no word of it."""

from __future__ import annotations

import pytest

from policy.events import MINUTE_MS
from policy.summaries import Alerts, Applications
from server.clock import now_ms
from server.models import Span
from tests.events import MONDAY_NINE, activity, notice
from tests.server.asking import answer
from tests.server.conftest import Office

HOUR = [activity(minute) for minute in range(60)]


def seconds(office: Office) -> dict[str, int]:
    """Return the engaged seconds of each app on Monday."""
    return {one.app: one.engaged for one in answer(office, "applications", Applications).apps if one.engaged}


def clocks(office: Office) -> list[tuple[str, float]]:
    return [(one.subject, one.amount) for one in answer(office, "alerts", Alerts).alerts if one.kind == "clock"]


@pytest.mark.quality("C-04")
def test_what_is_dated_back_over_a_day_that_was_recorded_changes_no_second_of_it_and_is_told_to_it(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [notice(), *HOUR], sent_at=now_ms())
    office.rebuild()
    before, rows = seconds(office), office.rows(Span)
    assert (before, clocks(office)) == ({"excel.exe": 3_600}, [])

    again = [activity(minute, app="paint.exe", keys=500) for minute in range(60)]
    said = MONDAY_NINE + 60 * MINUTE_MS
    assert office.deliver(pc, again, first=62, sent_at=said).status_code == 200
    office.rebuild()
    assert seconds(office) == before
    assert set(rows) <= set(office.rows(Span)), "what was stored stays as it was"
    [(subject, off)] = clocks(office)
    assert subject == "PC-1"
    assert abs(off - (now_ms() - said) / 1000) < 60, "IT sees by how much"


@pytest.mark.quality("C-04")
def test_what_is_only_late_is_taken_as_it_was_and_nobody_is_told_of_a_clock(office: Office) -> None:
    """A laptop that was away says when it sends, and that is now."""
    office.deliver(office.enrol(), [notice(), *HOUR], sent_at=now_ms())
    office.rebuild()
    assert seconds(office) == {"excel.exe": 3_600}
    assert clocks(office) == []
