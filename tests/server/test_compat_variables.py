"""Another tracker's settings by their own names: each does what it says there, once, and nonsense stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy.categories import load_rule_book
from policy.presence import DEFAULT_THRESHOLDS
from policy.summaries import Organisation
from server.clock import now_ms
from server.compat import variables
from server.compat.variables import VARIABLES, adopt, theirs
from server.models import AuditEntry, CategoryRule
from server.organisation import change_organisation, organisation
from server.settings import load
from tests.server.conftest import Office, on_sqlite_only

ROOT = Path(__file__).resolve().parents[2]
THEIRS = {
    "TIMEZONE": "Asia/Dubai",
    "DATA_RETENTION_DAYS": "30",
    "WINDOW_TITLE_MODE": "off",
    "POLL_INTERVAL_SEC": "2",
    "BATCH_INTERVAL_SEC": "10",
    "BUCKET_SIZE_SEC": "60",
    "PRODUCTIVE_INTERACTION_THRESHOLD": "12",
    "PRODUCTIVE_KEYSTROKE_THRESHOLD": "6",
    "PRODUCTIVE_MOUSE_THRESHOLD": "4",
    "MOUSE_MOVEMENT_THRESHOLD": "60",
    "IDLE_AWAY_THRESHOLD": "20.5",
    "MOUSE_MOVEMENT_MIN_SAMPLES": "16",
    "DISTRACTION_MIN_RATIO": "0.25",
}


def take_over(office: Office, said: dict[str, str]) -> list[str]:
    return office.core.writer.do(lambda connection: adopt(connection, load_rule_book(), theirs(said), now_ms()))


def ours(office: Office) -> Organisation:
    with office.core.readers.connect() as connection:
        return organisation(connection)


@pytest.mark.feature("Q01", "D03", "D04", "D05")
def test_every_variable_becomes_a_setting_and_is_in_the_audit_log(office: Office) -> None:
    assert THEIRS.keys() == {one.name for one in VARIABLES}
    assert len(take_over(office, THEIRS)) == len(THEIRS)
    now = ours(office)
    assert (now.zone, now.retention.spans, now.titles, now.sample_every, now.send_every) == ("Asia/Dubai", 30, "off", 2.0, 10.0)
    lines = now.thresholds
    assert (lines.interactions, lines.keys, lines.clicks, lines.pointer_px) == (12, 6, 4, 60)
    assert (lines.away_ms, lines.moving_samples, lines.distraction_percent) == (20_500, 16, 25)
    assert (lines.regular_zero_percent, now.retention.ledger) == (DEFAULT_THRESHOLDS.regular_zero_percent, 395)  # what was not named stays
    [entry] = [row for row in office.rows(AuditEntry) if row.action == "changed settings"]
    assert entry.actor == "environment"


@pytest.mark.feature("Q01")
def test_our_defaults_are_the_ones_they_document(office: Office) -> None:
    before = ours(office).thresholds
    take_over(office, {one.name: one.default for one in VARIABLES if one.setting.startswith("thresholds")})
    assert ours(office).thresholds == before == DEFAULT_THRESHOLDS


@pytest.mark.feature("Q01")
def test_what_was_taken_over_once_does_not_undo_what_the_console_says_since(office: Office) -> None:
    take_over(office, {"TIMEZONE": "Asia/Dubai"})
    office.core.writer.do(lambda connection: change_organisation(connection, zone="Asia/Kolkata"))
    assert take_over(office, {"TIMEZONE": "Asia/Dubai"}) == []
    assert ours(office).zone == "Asia/Kolkata"
    assert take_over(office, {"TIMEZONE": "Europe/Berlin"}) == ["taken over: TIMEZONE=Europe/Berlin"]
    assert ours(office).zone == "Europe/Berlin"


@pytest.mark.feature("Q01")
@on_sqlite_only
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TIMEZONE", "Mars/Base"),
        ("DATA_RETENTION_DAYS", "0"),
        ("DATA_RETENTION_DAYS", "some"),
        ("WINDOW_TITLE_MODE", "loud"),
        ("BUCKET_SIZE_SEC", "10"),
        ("PRODUCTIVE_KEYSTROKE_THRESHOLD", "many"),
        ("PRODUCTIVE_KEYSTROKE_THRESHOLD", "-1"),
        ("IDLE_AWAY_THRESHOLD", "inf"),
        ("DISTRACTION_MIN_RATIO", "30"),
    ],
)
def test_a_bad_value_is_said_by_name_and_changes_nothing(office: Office, name: str, text: str) -> None:
    before = ours(office)
    with pytest.raises(ValueError, match=name):
        take_over(office, {"POLL_INTERVAL_SEC": "3", name: text})
    assert ours(office) == before


@pytest.mark.feature("D06", "D07", "D08", "F13", "Q01")
def test_lists_become_rules_where_they_are_news_and_strangers_are_named(office: Office) -> None:
    told = take_over(
        office,
        {
            "NON_PRODUCTIVE_APPS": "youtube, netflix, x.com, steam, Solitaire Deluxe, intranet-games.example",
            "MEETING_APPS": "zoom,microsoft teams,google meet,Our Own Phone",
            "BROWSER_APPS": "google chrome,firefox,microsoft edge",
            "GHOST_APPS": "LockApp.exe",
        },
    )
    rules = {(row.kind, row.pattern, row.category) for row in office.rows(CategoryRule)}
    assert rules == {("app", "solitaire deluxe", "unproductive"), ("site", "intranet-games.example", "unproductive")}
    assert told[1:] == ["MEETING_APPS: not known as such here: Our Own Phone"]


@pytest.mark.feature("Q01", "H03")
def test_a_file_of_variables_stands_in_for_the_environment(tmp_path: Path) -> None:
    config = tmp_path / "config.env"
    config.write_text('PORT="5001"\nDATABASE_URI="sqlite:///../instance/work_events.db"\n', "utf-8")
    settings = load({"config": str(config)}, {"PORT": "5002"})
    assert (settings.port, settings.database_uri) == (5001, "")  # PORT of an environment is anybody's
    config.write_text("\ufeff# server\nexport FLASK_PORT=\"5001\"\nFLASK_HOST=127.0.0.1\nWORKPULSE_THREADS='8'\n", "utf-8")
    settings = load({"config": str(config)}, {"FLASK_PORT": "5002"})
    assert (settings.host, settings.port, settings.threads) == ("127.0.0.1", 5002, 8)  # the environment stands above the file
    assert load({"config": str(config)}, {"WORKPULSE_PORT": "5003", "FLASK_PORT": "5002"}).port == 5003
    with pytest.raises(ValueError, match="there is no file"):
        load({}, {"WORKPULSE_CONFIG": str(tmp_path / "none.env")})


@pytest.mark.feature("Q01")
def test_every_variable_is_documented() -> None:
    assert variables.as_table() in (ROOT / "docs" / "compat.md").read_text("utf-8")
