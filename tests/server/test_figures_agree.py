"""The same quantity is the same everywhere: on every tab, in the API and in an export, to the second, over random scopes."""

from __future__ import annotations

import csv
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.export.content import Content, Head, sheet_of
from console.export.csv_file import write_csv
from console.export.xlsx_file import write_xlsx
from console.models.apps import apps_model
from console.models.people import people_model
from policy.events import MINUTE_MS
from policy.summaries import Applications, Inactivity, Overview, Sites, Timeline
from tests.events import ANITA, BORIS, MONDAY_NINE, activity, notice, session
from tests.server.asking import answer, people_of
from tests.server.conftest import Office, on_sqlite_only

MONDAY = date(2025, 11, 17)
DAYS = 4
DAY_MS = 86_400_000
USES = (("excel.exe", None), ("chrome.exe", "github.com"), ("chrome.exe", "youtube.com"), ("chrome.exe", None), ("oddity.exe", None))
HEAD = Head("Overview", "Test office", "Asia/Kolkata", datetime(2025, 11, 20, tzinfo=UTC), "olga", ())


def some_days(account: str, seed: int) -> list[object]:
    """Return a few days of one account: random uses, some minutes without input, some cut short to odd seconds."""
    chance = random.Random(seed)
    events: list[object] = [notice(account=account), session(-2, "boot", account=account)]
    for day in range(DAYS):
        for minute in sorted(chance.sample(range(300), 45)):
            app, site = chance.choice(USES)
            start = MONDAY_NINE + day * DAY_MS + minute * MINUTE_MS
            quiet = {"keys": 0, "clicks": 0, "pointer_px": 0, "moving_samples": 0, "zero_samples": 60, "idle_ms": 90_000}
            end = start + chance.choice((MINUTE_MS, MINUTE_MS, 37_000))
            events.append(activity(start=start, end=end, account=account, app=app, site=site, **(quiet if chance.random() < 0.2 else {})))
    return events


@pytest.fixture
def filled(office: Office) -> Office:
    assert office.deliver(office.enrol(), some_days(ANITA, 1)).status_code == 200
    boris = office.enrol("Sales", BORIS, "PC-2")
    assert office.deliver(boris, some_days(BORIS, 2), epoch="b" * 16, machine="m2").status_code == 200
    office.rebuild()
    return office


@on_sqlite_only
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(-1, DAYS), length=st.integers(0, DAYS), whom=st.sampled_from(["everybody", "Accounts", "Sales", "anita", "boris"]))
def test_every_tab_and_every_export_tells_the_same_seconds(filled: Office, tmp_path: Path, first: int, length: int, whom: str) -> None:
    scope = scope_of(filled, first, length, whom)
    overview = answer(filled, "overview", Overview, **scope)
    apps = answer(filled, "applications", Applications, **scope)
    sites = answer(filled, "urls", Sites, **scope)
    timeline = answer(filled, "timeline", Timeline, **scope)
    inactivity = answer(filled, "inactivity", Inactivity, **scope)
    engaged = sum(one.times.engaged for one in overview.days)
    assert (overview.engaged.value or 0) == engaged == sum(one.times.engaged for one in overview.people)
    assert engaged == sum(one.engaged for one in apps.apps) == apps.categories.total == sum(map(sum, timeline.heatmap))
    assert engaged == sum(one.engaged for one in timeline.days) == sum(one.times.engaged for one in inactivity.days)
    idle = sum(one.times.idle for one in overview.days)
    assert idle == (overview.idle.value or 0) == sum(one.times.idle for one in inactivity.days)
    split = [
        sum(getattr(one.categories, part) for one in overview.days) for part in ("productive", "neutral", "unproductive", "unclassified")
    ]
    assert split == [getattr(apps.categories, part) for part in ("productive", "neutral", "unproductive", "unclassified")]
    at_sites = sum(one.engaged for one in sites.sites) + sites.rest + sites.without_site.engaged
    assert at_sites == sites.browsers + sites.elsewhere
    assert engaged == exported(apps_model(lambda: engaged), apps.apps, tmp_path)
    assert engaged == exported(people_model(lambda team: "", lambda: "Asia/Kolkata"), overview.people, tmp_path)


def scope_of(office: Office, first: int, length: int, whom: str) -> dict[str, object]:
    start = MONDAY + timedelta(days=first)
    days = {"from": start.isoformat(), "to": (start + timedelta(days=length)).isoformat()}
    if whom in ("Accounts", "Sales"):
        return days | {"team": office.team(whom)}
    return days if whom == "everybody" else days | {"person": people_of(office)[whom]}


def exported(model: object, rows: list[object], folder: Path) -> int:
    """Return the engaged seconds of a table's export, which CSV and Excel must tell alike."""
    columns = model.columns  # type: ignore[attr-defined]
    content = Content(HEAD, (sheet_of("Table", columns, lambda: rows),))
    place = [column.key for column in columns].index("engaged")
    write_csv(content, folder / "x.csv")
    lines = list(csv.reader((folder / "x.csv").read_text("utf-8-sig").splitlines()))
    cells = [line[place] for line in lines[-len(rows) :]] if rows else []
    from_csv = sum(int(hours) * 3600 + int(minutes) * 60 + int(seconds) for hours, minutes, seconds in (cell.split(":") for cell in cells))
    write_xlsx(content, folder / "x.xlsx")
    sheet = openpyxl.load_workbook(folder / "x.xlsx")["Table"]
    values = [row[place] for row in sheet.iter_rows(min_row=2, values_only=True)]
    from_excel = sum(round(_days(value) * 86_400) for value in values)
    assert from_csv == from_excel
    return from_csv


def _days(value: object) -> float:
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    hour, minute, second = (getattr(value, part, None) for part in ("hour", "minute", "second"))
    if hour is None:
        return float(str(value))
    return (hour * 3600 + minute * 60 + second) / 86_400
