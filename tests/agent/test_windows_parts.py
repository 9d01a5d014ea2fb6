"""What Windows' own words are understood as: session messages, the System log, windows in stacking order, a slow address bar."""

from __future__ import annotations

import struct
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.desktop import DesktopGoneError
from agent.desktop.base import Change
from agent.desktop.linux_log import read_wtmp
from agent.desktop.mac import MISSING, MacDesktop
from agent.desktop.occlusion import Rect, seen, visible_area
from agent.desktop.windows_address import MOST_TROUBLES, AddressBar
from agent.desktop.windows_session import (
    CONSOLE_CONNECT,
    CONSOLE_DISCONNECT,
    END_IS_FOR_AN_INSTALLER,
    END_IS_LOGOFF,
    LOCK,
    LOGOFF,
    LOGON,
    REMOTE_CONNECT,
    REMOTE_DISCONNECT,
    RESUMED,
    SUSPENDED,
    UNLOCK,
    WM_ENDSESSION,
    WM_POWERBROADCAST,
    WM_WTSSESSION_CHANGE,
    SessionWatch,
)
from agent.eventlog import instant_of, read_entry
from agent.journal import query_since, read_changes

LOG = Path(__file__).parent / "fixtures" / "system_log.xml"
ME, EVE = "S-1-5-21-1-2-3-1001", "S-1-5-21-1-2-3-1002"


def told(watch: SessionWatch, *messages: int) -> list[str]:
    return [change.change for message in messages for change in watch.hear(WM_WTSSESSION_CHANGE, message, 1, 5)]


@pytest.mark.feature("F16", "F15")
@pytest.mark.parametrize(
    ("messages", "changes", "away"),
    [
        ((LOCK, UNLOCK), ["lock", "unlock"], False),
        ((LOCK, CONSOLE_DISCONNECT), ["lock"], True),
        ((LOCK, CONSOLE_DISCONNECT, CONSOLE_CONNECT), ["lock"], True),
        ((LOCK, CONSOLE_DISCONNECT, CONSOLE_CONNECT, UNLOCK), ["lock", "unlock"], False),
        ((CONSOLE_DISCONNECT, REMOTE_CONNECT), ["lock", "unlock"], False),
        ((REMOTE_DISCONNECT, LOCK, CONSOLE_CONNECT, UNLOCK), ["lock", "unlock"], False),
        ((LOCK, LOCK, UNLOCK, UNLOCK), ["lock", "unlock"], False),
        ((LOGON,), ["logon"], False),
        ((LOGOFF,), ["logoff"], False),
        ((9, 10, 11), [], False),
    ],
)
def test_a_session_is_away_while_it_is_locked_or_on_no_screen(messages: tuple[int, ...], changes: list[str], away: bool) -> None:
    watch = SessionWatch()
    assert told(watch, *messages) == changes
    assert watch.away is away


@pytest.mark.feature("F01", "F03")
@given(st.lists(st.sampled_from([LOCK, UNLOCK, CONSOLE_CONNECT, CONSOLE_DISCONNECT, REMOTE_CONNECT, REMOTE_DISCONNECT])))
def test_lock_and_unlock_take_turns_whatever_windows_says(messages: list[int]) -> None:
    watch = SessionWatch()
    changes = told(watch, *messages)
    assert changes == [("lock", "unlock")[place % 2] for place in range(len(changes))]
    assert watch.away is (len(changes) % 2 == 1)


@pytest.mark.feature("F12", "G03")
def test_sleep_wake_and_the_end_of_the_session_are_heard() -> None:
    watch = SessionWatch()
    assert watch.hear(WM_POWERBROADCAST, SUSPENDED, 0, 1) == [Change("sleep", 1)]
    assert watch.hear(WM_POWERBROADCAST, RESUMED, 0, 2) == [Change("wake", 2)]
    assert watch.hear(WM_POWERBROADCAST, 0x0A, 0, 3) == []
    assert watch.hear(WM_ENDSESSION, 1, 0, 4) == [Change("shutdown", 4)]
    assert watch.hear(WM_ENDSESSION, 1, END_IS_LOGOFF, 5) == [Change("logoff", 5)]
    assert watch.hear(WM_ENDSESSION, 0, 0, 6) == [], "somebody cancelled the shutdown"
    assert not watch.closing
    assert watch.hear(WM_ENDSESSION, 1, END_IS_FOR_AN_INSTALLER, 7) == [], "the session goes on, only this program ends"
    assert watch.closing


# --- the System log ------------------------------------------------------------------------------------------------------


def entries() -> list[str]:
    return LOG.read_text("utf-8").splitlines()


@pytest.mark.feature("F12")
def test_the_system_log_tells_of_a_night_without_an_agent() -> None:
    changes = read_changes(entries(), 0, ME)
    assert [change.change for change in changes] == ["logoff", "shutdown", "boot", "logon", "sleep", "wake", "sleep", "wake"]
    wakes = [change.at for change in changes if change.change == "wake"]
    assert wakes[0] == instant_of("2026-11-20T07:45:10.5000000Z"), "the entry was written later, and says when it was"


@pytest.mark.feature("F12")
def test_only_what_happened_after_the_agent_last_looked_is_told() -> None:
    since = instant_of("2026-11-20T04:00:00.0Z")
    assert since is not None
    assert [change.change for change in read_changes(entries(), since, ME)] == ["sleep", "wake", "sleep", "wake"]


def test_the_sign_in_of_another_account_is_nobodys_business() -> None:
    assert "logon" not in [change.change for change in read_changes(entries(), 0, EVE)]


@pytest.mark.parametrize("xml", ["", "<", "<a/>", "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'/>"])
def test_what_is_no_entry_is_none(xml: str) -> None:
    assert read_entry(xml) is None


def test_the_question_to_the_log_names_every_meaning_and_an_age() -> None:
    question = query_since(60_000)
    assert question.startswith("*[System[Provider[@Name='Microsoft-Windows-Kernel-General' or ")
    assert "EventID=12 or EventID=13" in question
    assert "timediff(@SystemTime) <= 60000" in question


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("1970-01-01T00:00:01.1234567Z", 1_123),
        ("1970-01-01T00:00:01Z", 1_000),
        ("1970-01-01T00:00:01.5Z", 1_500),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_logs_instants_are_read_whatever_their_digits(text: str, milliseconds: int | None) -> None:
    assert instant_of(text) == milliseconds


@pytest.mark.feature("F12")
def test_linux_login_records_tell_boots_and_shutdowns(tmp_path: Path) -> None:
    def record(kind: int, user: bytes, seconds: int) -> bytes:
        return struct.pack("<h2xi32s4s32s256shhiii16s20x", kind, 1, b"~", b"~~", user, b"6.1", 0, 0, 0, seconds, 250_000, b"")

    path = tmp_path / "wtmp"
    path.write_bytes(
        record(2, b"reboot", 100) + record(7, b"ada", 110) + record(1, b"runlevel", 120) + record(1, b"shutdown", 200) + b"cut"
    )
    assert read_wtmp(path, 0) == [Change("boot", 100_250), Change("shutdown", 200_250)]
    assert read_wtmp(path, 150_000) == [Change("shutdown", 200_250)]
    assert read_wtmp(tmp_path / "none", 0) == []


# --- windows in view -----------------------------------------------------------------------------------------------------

SCREEN, SECOND = Rect(0, 0, 1920, 1080), Rect(1920, 0, 3840, 1080)
FLOATING = Rect(1500, 700, 1900, 925)


@pytest.mark.feature("E04", "D08")
@pytest.mark.parametrize(
    ("stack", "visible"),
    [
        ([SCREEN, SECOND], [0, 1]),
        ([SCREEN, SCREEN], [0]),
        ([FLOATING, SCREEN], [0, 1]),
        ([SCREEN, FLOATING], [0]),
        ([Rect(0, 0, 960, 1080), Rect(960, 0, 1920, 1080)], [0, 1]),
        ([Rect(0, 0, 1700, 1080), SCREEN], [0]),
        ([Rect(0, 0, 100, 60), SCREEN], [1]),
        ([], []),
    ],
)
def test_a_window_is_seen_when_enough_of_it_is_in_front(stack: list[Rect], visible: list[int]) -> None:
    assert seen(stack) == visible


RECTS = st.builds(lambda x, y, w, h: Rect(x, y, x + w, y + h), *[st.integers(0, 12)] * 4)


@given(RECTS, st.lists(RECTS, max_size=5))
def test_the_visible_area_is_what_counting_every_pixel_finds(window: Rect, above: list[Rect]) -> None:
    def inside(rect: Rect, x: int, y: int) -> bool:
        return rect.left <= x < rect.right and rect.top <= y < rect.bottom

    pixels = [(x, y) for x in range(window.left, window.right) for y in range(window.top, window.bottom)]
    assert visible_area(window, above) == sum(not any(inside(cover, x, y) for cover in above) for x, y in pixels)


# --- the address bar -----------------------------------------------------------------------------------------------------


@pytest.mark.feature("F05")
def test_the_address_bar_is_read_on_a_thread_of_its_own() -> None:
    threads: list[int] = []

    def look(window: int) -> str:
        threads.append(threading.get_ident())
        return f"example.com/{window}"

    bar = AddressBar(look)
    assert bar.read(7) == "example.com/7"
    assert threads and threads[0] != threading.get_ident()
    assert bar.read(0) is None
    bar.close()


@pytest.mark.feature("F05")
def test_a_browser_that_does_not_answer_costs_a_second_and_is_given_up_after_five() -> None:
    calls: list[int] = []

    def hang(window: int) -> str | None:
        calls.append(window)
        if len(calls) == 1:
            time.sleep(1.3)
        raise OSError("the window closed")

    bar = AddressBar(hang)
    began = time.monotonic()
    assert [bar.read(7) for _ in range(MOST_TROUBLES + 3)] == [None] * (MOST_TROUBLES + 3)
    assert time.monotonic() - began < 2.5
    assert len(calls) <= MOST_TROUBLES
    bar.close()


@pytest.mark.feature("F17", "H10")
def test_on_a_mac_the_agent_says_what_is_missing_instead_of_recording_nothing() -> None:
    with pytest.raises(DesktopGoneError, match="no agent for macOS yet") as refusal:
        MacDesktop()
    assert all(what in str(refusal.value) for what, _ in MISSING)
