"""The Linux desktop on a real X server: what is in front, and exact counts of what a hand did."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from agent.account import current_account
from agent.desktop import DesktopGoneError, open_desktop
from agent.desktop.base import Desktop
from agent.spans import Input
from tests.agent.screen import MISSING, WHY, Screen, wait_for

pytestmark = [pytest.mark.skipif(bool(MISSING), reason=WHY), pytest.mark.feature("F04", "F06", "F17")]


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    made = Screen()
    made.open_terminal("First")
    yield made
    made.close()


@pytest.fixture
def desktop(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    monkeypatch.setenv("DISPLAY", screen.name)
    made = open_desktop()
    made.start()
    yield made
    made.close()


def counted(desktop: Desktop, expected: Input) -> Input:
    """Take input until what is expected has come, and a little longer in case more comes."""
    total = desktop.take_input()
    deadline = time.monotonic() + 5
    while (total.keys, total.clicks, total.scrolls) != (expected.keys, expected.clicks, expected.scrolls) and time.monotonic() < deadline:
        time.sleep(0.05)
        total += desktop.take_input()
    time.sleep(0.3)
    return total + desktop.take_input()


def test_it_sees_the_app_and_the_title_in_front(desktop: Desktop, screen: Screen) -> None:
    window = desktop.window()
    assert (window.app, window.title, window.url) == ("xterm", "First", None)
    second = screen.open_terminal("Second")
    assert desktop.window().title == "Second"
    screen.act("set_window", "--name", "Überblick — ব্যয়", second)
    wait_for(lambda: desktop.window().title == "Überblick — ব্যয়")


def test_eleven_keys_are_eleven(desktop: Desktop, screen: Screen) -> None:
    screen.act("type", "--delay", "15", "hello world")
    assert counted(desktop, Input(keys=11)).keys == 11


@pytest.mark.feature("N06")
@pytest.mark.quality("P-10")
def test_what_was_typed_before_and_is_still_on_its_way_is_forgotten_too(desktop: Desktop, screen: Screen) -> None:
    """A recorder rests between two looks: what came meanwhile waits in its connection."""
    for _ in range(3):
        screen.act("type", "--delay", "5", "secret")
        desktop.forget_input()
        assert counted(desktop, Input()).keys == 0
    screen.act("type", "--delay", "15", "hello world")
    assert counted(desktop, Input(keys=11)).keys == 11


def test_a_key_held_down_is_one(desktop: Desktop, screen: Screen) -> None:
    screen.act("keydown", "a", "sleep", "1.2", "keyup", "a")
    assert counted(desktop, Input(keys=1)).keys == 1


def test_clicks_and_scrolls_are_exact_and_told_apart(desktop: Desktop, screen: Screen) -> None:
    screen.act("mousemove", "300", "300")
    counted(desktop, Input())
    screen.act("click", "--repeat", "5", "--delay", "40", "1", "click", "3", "click", "--repeat", "4", "--delay", "40", "5", "click", "4")
    got = counted(desktop, Input(clicks=6, scrolls=5))
    assert (got.keys, got.clicks, got.scrolls) == (0, 6, 5)


def test_the_pointers_way_is_measured(desktop: Desktop, screen: Screen) -> None:
    screen.act("mousemove", "100", "100")
    counted(desktop, Input())
    screen.act("mousemove", "400", "500")
    assert counted(desktop, Input()).pointer_px == 500
    assert desktop.take_input().pointer_px == 0


@pytest.mark.feature("E04", "D08")
def test_a_window_beside_the_one_in_front_is_in_view_until_it_is_covered(desktop: Desktop, screen: Screen) -> None:
    below = screen.open_terminal("Below")
    above = screen.open_terminal("Above")
    screen.act("windowmove", below, "0", "0", "windowmove", above, "480", "350")
    wait_for(lambda: "Below" in [window.title for window in desktop.in_view()])
    screen.act("windowmove", above, "0", "0")
    wait_for(lambda: "Below" not in [window.title for window in desktop.in_view()])
    assert desktop.window().title == "Above"
    assert not desktop.away()


@pytest.mark.feature("F02")
def test_idle_time_grows_and_falls_with_input(desktop: Desktop, screen: Screen) -> None:
    screen.act("key", "b")
    time.sleep(1.0)
    idle = desktop.idle_ms()
    assert 900 <= idle <= 3_000
    screen.act("key", "c")
    assert desktop.idle_ms() < idle


def test_it_names_the_account_the_boot_and_the_machine(desktop: Desktop) -> None:
    assert desktop.account == current_account()
    assert "\\" in desktop.account
    assert desktop.boot() == desktop.boot()
    assert 1_500_000_000_000 < desktop.boot()[1] < time.time() * 1000
    assert desktop.machine() == desktop.machine() != ""
    assert desktop.session_changes() == []


def test_an_empty_desktop_shows_nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = Screen()
    monkeypatch.setenv("DISPLAY", empty.name)
    desktop = open_desktop()
    assert desktop.window().app == "unknown"
    empty.close()
    with pytest.raises(DesktopGoneError):
        wait_for(lambda: desktop.window() is None, 2)


def test_without_a_display_it_says_so() -> None:
    program = "from agent.desktop import open_desktop; open_desktop()"
    ended = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "DISPLAY": ":4711"}, capture_output=True, text=True, check=False
    )
    assert "DesktopGoneError: There is no X11 desktop to see" in ended.stderr
