"""What each collector says of a scripted desktop: other windows in view, lock, log, addresses, bytes, pictures, who-data."""

from __future__ import annotations

import gzip
import json
import os
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.auditlog import Deed, as_event, read_deed, read_deeds
from agent.captures.store import CaptureStore
from agent.clock import Moment
from agent.collectors import Foreground, NetworkUse, ScreenCaptures, SessionChanges
from agent.collectors.captures import size_of
from agent.collectors.network import Traffic, card_traffic, moved, open_connections, shared_out
from agent.control import ControlWatch
from agent.desktop.base import Change, Window
from agent.desktop.scripted import Scene, ScriptedDesktop
from agent.eventlog import LogEntry, instant_of, read_entry
from agent.loop import Loop
from agent.sealing import Sealer
from agent.spans import Input
from agent.tabs import Tab, Tabs
from policy import notice as notices
from policy.categories import load_rule_book
from policy.events import Activity, Capture, Event, Gap, Network
from policy.wire import AgentPolicy
from policy.worktime import WorkHours
from tests.agent.builders import KEY, START, waiting
from tests.agent.test_loop import EXCEL, ME, SECRET_BANK, FastClock, Stage, changes, stage

__all__ = ["stage"]
YOUTUBE = Window("chrome.exe", "Cats - YouTube - Google Chrome")
POLICY = AgentPolicy(revision=1, notice="1")


class Play:
    """One collector on a script, a second at a time."""

    def __init__(self, collector: Any, scenes: list[Scene]) -> None:
        self.mono = 0
        self.collector, self.desktop = collector, ScriptedDesktop(scenes, lambda: self.mono, ME)
        self.events: list[Event] = []
        collector.begin(self.desktop, self.now)

    @property
    def now(self) -> Moment:
        return Moment(START + self.mono, self.mono)

    def run(self, seconds: int, step: int = 1_000) -> list[Event]:
        for _ in range(seconds * 1_000 // step):
            self.mono += step
            self.events += self.collector.collect(self.desktop, self.now)
        return self.events

    def end(self) -> list[Event]:
        self.events += self.collector.finish(self.desktop, self.now)
        return self.events


def foreground(tabs: Tabs | None = None) -> Foreground:
    return Foreground(load_rule_book(), POLICY, 3.0, tabs)


# --- what is in view, and what is not --------------------------------------------------------------------------------------


@pytest.mark.feature("E04", "D08")
def test_a_video_on_the_other_monitor_is_a_distraction_and_its_title_is_recorded_nowhere() -> None:
    play = Play(foreground(), [Scene(0, EXCEL, in_view=(YOUTUBE,)), Scene(30_000, EXCEL)])
    play.run(50)
    found = [event for event in play.end() if isinstance(event, Activity)]
    assert 29 <= sum(span.distracted_samples for span in found) <= 35
    assert sum(span.samples for span in found) == 51 - 1
    assert "YouTube" not in repr(found)


@pytest.mark.feature("F16", "F15")
def test_while_the_screen_is_locked_nothing_is_asked_and_the_password_is_not_counted() -> None:
    scenes = [Scene(0, EXCEL, Input(keys=2)), Scene(10_500, away=True, input=Input(keys=9)), Scene(40_500, EXCEL, Input(keys=2))]
    play = Play(foreground(), scenes)
    asked: list[int] = []
    window = play.desktop.window
    play.desktop.window = lambda: asked.append(play.mono) or window()  # type: ignore[func-returns-value, method-assign, assignment]
    play.run(60)
    found = [event for event in play.end() if isinstance(event, Activity)]
    assert not [at for at in asked if 11_000 <= at <= 40_000]
    assert sum(span.keys for span in found) == 2 * (sum(span.samples for span in found) + 1), "with the look at the end, and without the 9"
    assert not [span for span in found if span.start < START + 41_000 and span.end > START + 11_000]


@pytest.mark.feature("F16", "G03")
@given(st.lists(st.integers(3, 40), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_of_two_accounts_on_one_pc_only_the_one_at_the_screen_is_recorded_and_no_time_twice(turns: list[int]) -> None:
    """Fast user switching and remote desktop: Windows tells the session that leaves the screen before the one that comes."""
    at, first, second = 0, [Scene(0, EXCEL)], [Scene(0, YOUTUBE, away=True)]
    for number, seconds in enumerate(turns):
        at += seconds * 1_000
        first.append(Scene(at, EXCEL, away=number % 2 == 0))
        second.append(Scene(at, YOUTUBE, away=number % 2 == 1))
    plays = [Play(foreground(), first), Play(foreground(), second)]
    for play in plays:
        play.run(at // 1_000 + 20)
    spans = sorted((one.start, one.end, one.app) for play in plays for one in play.end() if isinstance(one, Activity))
    assert {app for _, _, app in spans} <= {"excel.exe", "chrome.exe"}
    assert all(before[1] <= after[0] for before, after in pairwise(spans)), spans
    whole = at + 20_000
    assert whole - 3_000 * (len(turns) + 1) <= sum(end - start for start, end, _ in spans) <= whole


@pytest.mark.feature("F05")
def test_a_browsers_site_comes_from_its_extension_then_from_its_address_bar_then_from_its_title() -> None:
    tabs = Tabs()
    tabs.tell("aw-watcher-web-chrome", Tab("Ledger", "https://books.example.com/7?token=x", 0, "1"))
    scenes = [
        Scene(0, Window("chrome.exe", "Ledger - Google Chrome"), address="https://other.example.net/"),
        Scene(10_000, Window("chrome.exe", "Unknown - Google Chrome"), address="wiki.example.org/page?q=1"),
        Scene(20_000, YOUTUBE),
        Scene(30_000, SECRET_BANK, address="https://bank.example/"),
        Scene(40_000, EXCEL, address="https://not.a.browser.example/"),
    ]
    play = Play(foreground(tabs), scenes)
    play.run(50)
    seen = [(span.app, span.site) for span in play.end() if isinstance(span, Activity)]
    assert [one for place, one in enumerate(seen) if place == 0 or one != seen[place - 1]] == [
        ("chrome.exe", "books.example.com"),
        ("chrome.exe", "wiki.example.org"),
        ("chrome.exe", "youtube.com"),
        ("chrome.exe", None),
        ("excel.exe", None),
    ]


@pytest.mark.feature("F12")
def test_what_happened_without_an_agent_is_told_once_from_the_systems_own_log(stage: type[Stage]) -> None:
    made = stage([Scene(0, EXCEL)], 5)
    made.play()
    made.desktop.log = [Change("shutdown", START + 7_000), Change("boot", START + 8_000), Change("shutdown", 1), Change("boot", 2)]
    clock = FastClock(10)
    clock.mono, clock._end = 20_000, 25_000
    control = ControlWatch(made.folder / "control.json")
    Loop(made.desktop, made.buffer, [SessionChanges()], control, made.loop.policy, clock).run(threading.Event())
    told = changes(list(waiting(made.buffer).values()))
    assert told == ["boot", "agent_start", "agent_stop", "shutdown", "boot", "agent_start", "agent_stop"]


# --- bytes -----------------------------------------------------------------------------------------------------------------


@pytest.mark.feature("F08", "M01b")
def test_the_cards_bytes_are_shared_out_by_connections_and_marked_as_an_estimate() -> None:
    counted = [{"eth0": Traffic(100, 1_000)}, {"eth0": Traffic(1_100, 11_000)}, {"eth0": Traffic(50, 500)}]
    use = NetworkUse(POLICY, lambda: counted.pop(0), lambda: Counter({"chrome.exe": 3, "teams.exe": 1}))
    play = Play(use, [Scene(0)])
    assert use.every == 60
    found = [event for event in play.run(60, 60_000) if isinstance(event, Network)]
    assert [(event.app, event.sent, event.received, event.estimated) for event in found] == [
        ("chrome.exe", 750, 7_500, True),
        ("teams.exe", 250, 2_500, True),
    ]
    assert {(event.start, event.end) for event in found} == {(START, START + 60_000)}
    later = [event for event in play.run(60, 60_000) if isinstance(event, Network)][2:]
    assert sum(event.sent for event in later) == 50, "the counter began anew"


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.integers(1, 50), max_size=8), st.integers(0, 10**12), st.integers(0, 10**12))
def test_the_shares_add_up_to_the_byte(connections: dict[str, int], sent: int, received: int) -> None:
    parts = shared_out(Traffic(sent, received), Counter(connections))
    assert (sum(part[1] for part in parts), sum(part[2] for part in parts)) == (sent, received)
    assert all(part[1] >= 0 and part[2] >= 0 for part in parts)


def test_a_card_that_was_not_there_counts_from_when_it_came() -> None:
    assert moved({"a": Traffic(5, 5)}, {"a": Traffic(7, 6), "b": Traffic(1_000, 1_000)}) == Traffic(2, 1)


@pytest.mark.feature("F15")
def test_of_two_sessions_on_one_pc_only_the_one_at_the_screen_tells_its_bytes() -> None:
    use = NetworkUse(POLICY, lambda: {"eth0": Traffic(next(count), 0)}, lambda: Counter())
    count = iter(range(0, 10_000, 100))
    assert Play(use, [Scene(0, attached=False)]).run(120, 60_000) == []


def test_a_policy_may_switch_it_off() -> None:
    use = NetworkUse(msgspec.structs.replace(POLICY, network_every=0), lambda: {"eth0": Traffic(9, 9)}, lambda: Counter())
    assert Play(use, [Scene(0)]).run(180, 60_000) == []


def test_this_pc_has_cards_and_its_connections_can_be_counted() -> None:
    assert all(isinstance(traffic, Traffic) for traffic in card_traffic().values())
    assert "lo" not in card_traffic()
    assert all(count > 0 for count in open_connections().values())


# --- pictures --------------------------------------------------------------------------------------------------------------

PICTURE = b"RIFF" + bytes(4) + b"WEBPVP8 " + bytes(10) + (800).to_bytes(2, "little") + (600).to_bytes(2, "little") + bytes(50)
ALWAYS = WorkHours("UTC", [[(0, 1440)]] * 7)
NEVER = WorkHours("UTC", [[]] * 7)
TAKEN = msgspec.structs.replace(POLICY, notice=notices.version(pictures=True), capture_every=5.0, work_hours=ALWAYS)


def pictures(tmp_path: Path, scenes: list[Scene], policy: AgentPolicy = TAKEN, script: str = "") -> tuple[Play, CaptureStore]:
    script = script or f"import sys; sys.stdout.buffer.write(bytes.fromhex('{PICTURE.hex()}'))"
    store = CaptureStore(tmp_path / "captures", Sealer(KEY))
    return Play(ScreenCaptures(policy, store, lambda: "en", [sys.executable, "-c", script]), scenes), store


def run_and_wait(play: Play, seconds: int) -> list[Event]:
    for _ in range(seconds):
        play.run(1)
        if play.collector._child is not None:
            play.collector._child.join(20)
    return play.events


@pytest.mark.feature("T01", "N11")
def test_pictures_are_taken_about_as_often_as_the_policy_says_and_kept_sealed(tmp_path: Path) -> None:
    play, store = pictures(tmp_path, [Scene(0, EXCEL)])
    found = run_and_wait(play, 900)
    assert 8 <= len(found) <= 30, "every five seconds is asked for, once a minute is the most there is"
    first = found[0]
    assert isinstance(first, Capture)
    assert (first.account, first.media, first.reason) == (ME, "image/webp", "policy")
    assert (first.bytes, first.width, first.height) == (len(PICTURE), 800, 600)
    assert store.first() == (first.sha256, PICTURE)


@pytest.mark.feature("T01", "N06")
@pytest.mark.parametrize(
    ("scene", "policy"),
    [
        (Scene(0, EXCEL, away=True), TAKEN),
        (Scene(0, EXCEL, attached=False), TAKEN),
        (Scene(0, SECRET_BANK), TAKEN),
        (Scene(0, EXCEL, in_view=(SECRET_BANK,)), TAKEN),
        (Scene(0, EXCEL), msgspec.structs.replace(TAKEN, work_hours=NEVER)),
        (Scene(0, EXCEL), msgspec.structs.replace(TAKEN, work_hours=None)),
        (Scene(0, EXCEL), msgspec.structs.replace(TAKEN, capture_every=0)),
        (Scene(0, EXCEL), msgspec.structs.replace(TAKEN, notice=notices.VERSION)),
        (Scene(0, EXCEL), POLICY),
    ],
    ids=[
        "locked",
        "another account",
        "private in front",
        "private in view",
        "off hours",
        "no hours",
        "off",
        "not told of pictures",
        "by default",
    ],
)
def test_there_is_no_picture(tmp_path: Path, scene: Scene, policy: AgentPolicy) -> None:
    play, store = pictures(tmp_path, [scene], policy)
    assert run_and_wait(play, 200) == []
    assert store.first() is None


@pytest.mark.feature("T01", "N06")
def test_a_pause_or_a_lock_during_the_announcement_ends_it(tmp_path: Path) -> None:
    slow = "import time; time.sleep(60)"
    play, store = pictures(tmp_path, [Scene(0, EXCEL)], script=slow)
    while play.collector._child is None:
        play.run(1)
    child = play.collector._child
    play.end()
    child.join(10)
    assert not child.is_alive()
    locked, store = pictures(tmp_path, [Scene(0, EXCEL), Scene(100_000, EXCEL, away=True)])
    while locked.collector._child is None:
        locked.run(1)
    locked.collector._child.join(20)
    locked.mono = 101_000
    assert locked.run(1) == []
    assert store.first() is None


@pytest.mark.feature("N11")
@pytest.mark.parametrize("script", ["raise SystemExit(1)", "print('no picture')", "pass"])
def test_what_could_not_be_announced_is_no_picture_but_a_gap(tmp_path: Path, script: str) -> None:
    play, store = pictures(tmp_path, [Scene(0, EXCEL)], script=script)
    found = run_and_wait(play, 200)
    assert found
    assert {(event.what, event.reason) for event in found if isinstance(event, Gap)} == {("capture", "not_announced")}
    assert store.first() is None


def test_a_pictures_size_is_read_from_its_head() -> None:
    assert size_of(PICTURE) == (800, 600)
    assert size_of(b"RIFF") is None
    assert size_of(b"\x89PNG" + bytes(40)) is None


# --- who-data --------------------------------------------------------------------------------------------------------------


def entry(number: int, **values: str) -> LogEntry:
    told = {"ObjectType": "File", "SubjectUserName": "ada", "SubjectDomainName": "OFFICE", "AccessMask": "0x1"} | values
    return LogEntry("Microsoft-Windows-Security-Auditing", number, START, "FS1.office.local", told)


@pytest.mark.feature("L02", "F09")
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            entry(4663, ObjectName="D:\\Clients\\a.xlsx", ProcessName="C:\\Program Files\\EXCEL.EXE"),
            ("opened", "D:\\Clients\\a.xlsx", "excel.exe"),
        ),
        (entry(4663, ObjectName="D:\\a.xlsx", AccessMask="0x2"), ("modified", "D:\\a.xlsx", None)),
        (entry(4663, ObjectName="D:\\a.xlsx", AccessMask="0x6"), ("modified", "D:\\a.xlsx", None)),
        (entry(4663, ObjectName="D:\\a.xlsx", AccessMask="0x10000"), ("deleted", "D:\\a.xlsx", None)),
        (entry(4663, ObjectName="D:\\a.xlsx", AccessMask="0x80"), None),
        (entry(4663, ObjectName="D:\\a.xlsx", AccessMask="much"), None),
        (entry(4663, ObjectName="D:\\a.xlsx", ObjectType="Key"), None),
        (entry(4663, ObjectName="D:\\a.xlsx", SubjectUserName="PC-7$"), None),
        (entry(4656, ObjectName="D:\\a.xlsx"), None),
        (entry(5145, ShareName="\\\\*\\Data", RelativeTargetName="Clients\\b.docx"), ("opened", "\\\\FS1\\Data\\Clients\\b.docx", None)),
        (entry(5145, ShareName="\\\\*\\Data", RelativeTargetName="b.docx", AccessMask="0x2"), ("modified", "\\\\FS1\\Data\\b.docx", None)),
        (entry(5145, ShareName="\\\\*\\IPC$", RelativeTargetName="srvsvc"), None),
        (entry(5145, ShareName="\\\\*\\Data", RelativeTargetName="\\"), None),
    ],
)
def test_the_security_log_says_who_did_what_to_which_file(said: LogEntry, expected: tuple[str, str, str | None] | None) -> None:
    deed = read_deed(said)
    assert (deed and (deed.action, deed.path, deed.process)) == expected
    if deed:
        assert deed.account == "OFFICE\\ada"
        assert as_event(deed).source == "audit_log"


def rendered(said: LogEntry) -> str:
    data = "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in said.values.items())
    return (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        f"<Provider Name='{said.provider}'/><EventID>{said.number}</EventID><TimeCreated SystemTime='2026-11-20T09:00:00.5Z'/>"
        f"<Computer>{said.computer}</Computer></System><EventData>{data}</EventData></Event>"
    )


@pytest.mark.feature("L02")
def test_what_one_program_does_to_one_file_in_a_moment_is_one_deed() -> None:
    same = rendered(entry(4663, ObjectName="D:\\a.xlsx"))
    assert read_entry(same) is not None
    deeds = read_deeds([same, same, same, rendered(entry(4663, ObjectName="D:\\a.xlsx", AccessMask="0x2")), "<broken"])
    assert [(deed.action, deed.at) for deed in deeds] == [
        (action, instant_of("2026-11-20T09:00:00.5Z")) for action in ("opened", "modified")
    ]


THIRD_PARTY = os.environ.get("WORKPULSE_THIRD_PARTY_DATA", "")
LOGS = Path(THIRD_PARTY) / "windows_file_events.jsonl.gz"


@pytest.mark.skipif(not THIRD_PARTY or not LOGS.exists(), reason="parses other people's logs, which are not ours to bring along")
@pytest.mark.feature("L02")
def test_real_windows_logs_are_read_and_their_housekeeping_is_nobodys_deed() -> None:
    with gzip.open(LOGS, "rt", encoding="utf-8") as lines:
        entries = [_as_entry(json.loads(line)) for line in lines]
    shares = [one for one in entries if one.number == 5145]
    deeds: Sequence[Deed] = [deed for one in entries if (deed := read_deed(one)) is not None]
    assert len(entries) > 5_000
    assert len(shares) > 50
    assert deeds, "people opened files on shares"
    assert not [deed for deed in deeds if deed.account.endswith("$")]
    assert all(deed.path.startswith("\\\\") and "IPC$" not in deed.path for deed in deeds)
    by_minute = Counter((deed.account, deed.at // 60_000) for deed in deeds if deed.action == "deleted")
    assert max(by_minute.values(), default=0) < 20, "no burst that would be an alert"


def _as_entry(line: dict[str, Any]) -> LogEntry:
    at = instant_of(str(line.get("@timestamp", ""))) or 0
    return LogEntry(
        str(line.get("SourceName", "")), int(line["EventID"]), at, str(line.get("Hostname", "")), {k: str(v) for k, v in line.items()}
    )
