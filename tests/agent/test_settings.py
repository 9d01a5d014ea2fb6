"""Options, the data folder and the gate: small decisions with sharp edges."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from agent.control import Control, ControlWatch, read_control, write_control
from agent.folder import Folder, write_whole
from agent.gate import Word, decide
from agent.settings import OPTIONS, SettingError, Settings, as_table, load_settings
from policy.events import Notice
from policy.wire import AgentPolicy
from policy.worktime import WorkHours
from tests.agent.builders import START

ME = "OFFICE\\ada"
YES = Notice(START, ME, "2", "en", "acknowledged")
NO = Notice(START + 1, ME, "2", "en", "withdrawn")
POLICY = AgentPolicy(revision=1, notice="2")
NIGHT = msgspec.structs.replace(POLICY, work_hours_only=True, work_hours=WorkHours("UTC", [[] for _ in range(7)]))


@pytest.mark.feature("Q01")
def test_every_option_is_in_the_table_and_within_its_own_bounds(tmp_path: Path) -> None:
    assert {option.name for option in OPTIONS} == set(Settings.__struct_fields__)
    assert load_settings(tmp_path / "none.toml", {}) == Settings()
    for option in OPTIONS:
        assert load_settings(tmp_path / "none.toml", {f"WORKPULSE_AGENT_{option.name.upper()}": str(option.default)}) == Settings()


@pytest.mark.feature("Q01")
def test_the_environment_stands_above_the_file(tmp_path: Path) -> None:
    (tmp_path / "agent.toml").write_text("batch_events = 50\nmachine = 'kiosk'\n")
    settings = load_settings(tmp_path / "agent.toml", {"WORKPULSE_AGENT_BATCH_EVENTS": "60"})
    assert (settings.batch_events, settings.machine) == (60, "kiosk")


@pytest.mark.feature("Q01")
@pytest.mark.parametrize(
    "text", ["batch_event = 5", "batch_events = 0", "batch_events = 'many'", "buffer_mib = nan", "x = [", "machine = '" + "x" * 300 + "'"]
)
def test_a_bad_value_fails_loudly_and_names_the_option(tmp_path: Path, text: str) -> None:
    (tmp_path / "agent.toml").write_text(text)
    with pytest.raises(SettingError, match=r"batch_event|buffer_mib|TOML|machine"):
        load_settings(tmp_path / "agent.toml", {})


@pytest.mark.feature("N04", "N06")
@pytest.mark.parametrize(
    ("control", "policy", "word"),
    [
        (Control(), POLICY, Word.AWAITING_NOTICE),
        (Control(answers=[YES]), POLICY, Word.RECORDING),
        (Control(answers=[YES]), msgspec.structs.replace(POLICY, notice="3"), Word.AWAITING_NOTICE),
        (Control(answers=[YES, NO]), POLICY, Word.WITHDRAWN),
        (Control(answers=[YES, NO]), msgspec.structs.replace(POLICY, notice="3"), Word.WITHDRAWN),
        (Control(answers=[NO, YES]), POLICY, Word.RECORDING),
        (Control(answers=[YES, msgspec.structs.replace(NO, account="OFFICE\\eve")]), POLICY, Word.RECORDING),
        (Control(paused=True, answers=[YES]), POLICY, Word.PAUSED),
        (Control(paused=True), POLICY, Word.AWAITING_NOTICE),
        (Control(answers=[YES]), NIGHT, Word.OUTSIDE_HOURS),
        (Control(answers=[YES]), msgspec.structs.replace(NIGHT, work_hours=None), Word.OUTSIDE_HOURS),
        (Control(paused=True, answers=[YES]), NIGHT, Word.PAUSED),
    ],
)
def test_the_gate_opens_only_when_the_person_and_the_policy_allow_it(control: Control, policy: AgentPolicy, word: Word) -> None:
    assert decide(control, policy, ME, START) is word


def test_a_decision_that_cannot_be_read_allows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "control.json"
    watch = ControlWatch(path)
    assert watch.read() == Control()
    write_control(path, Control(paused=True, answers=[YES]))
    assert watch.read() == read_control(path) == Control(paused=True, answers=[YES])
    path.write_bytes(bytes(40))
    assert watch.read() == Control()


def test_a_file_is_replaced_whole_and_private(tmp_path: Path) -> None:
    write_whole(tmp_path / "x", b"one")
    write_whole(tmp_path / "x", b"two", durable=False)
    assert (tmp_path / "x").read_bytes() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x").stat().st_mode & 0o077 == 0
    assert Folder(tmp_path / "new").make().root.stat().st_mode & 0o077 == 0


def test_every_option_is_documented() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "agent.md"
    assert as_table() in page.read_text("utf-8")
