"""The parts of the Windows desktop that are pure arithmetic; the rest needs Windows."""

from __future__ import annotations

import ctypes
import sys

import pytest

from agent.desktop import DesktopGoneError
from agent.desktop.windows import WindowsDesktop, ticks_between
from agent.desktop.windows_input import RawInput, count_raw
from agent.spans import Input

ON_WINDOWS = sys.platform == "win32"


def keyboard(flags: int) -> RawInput:
    message = RawInput()
    message.header.type = 1
    message.body.keyboard.flags = flags
    return message


def mouse(button_flags: int) -> RawInput:
    message = RawInput()
    message.header.type = 0
    message.body.mouse.button_flags = button_flags
    return message


@pytest.mark.feature("F06")
def test_a_key_counts_once_when_it_goes_up_however_often_it_repeats() -> None:
    held_down = [keyboard(0)] * 30 + [keyboard(1)]
    extended = [keyboard(2), keyboard(3)]
    assert sum((count_raw(message) for message in held_down + extended), Input()) == Input(keys=2)


@pytest.mark.feature("F06")
def test_buttons_count_when_they_go_down_and_wheels_when_they_turn() -> None:
    assert count_raw(mouse(0x0001 | 0x0004)) == Input(clicks=2)
    assert count_raw(mouse(0x0002 | 0x0008)) == Input()
    assert count_raw(mouse(0x0400)) == count_raw(mouse(0x0800)) == Input(scrolls=1)
    other = mouse(0x0001)
    other.header.type = 2
    assert count_raw(other) == Input()


def test_the_tick_count_wraps_after_49_days_without_a_jump() -> None:
    assert ticks_between(0xFFFF_FF00, 0x0000_0100) == 0x200
    assert ticks_between(1_000, 61_000) == 60_000


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="the layout is that of 64-bit Windows")
def test_the_structures_have_the_sizes_that_windows_documents() -> None:
    assert ctypes.sizeof(RawInput) == 48
    assert RawInput.body.offset == 24
    kinds = dict(RawInput._fields_)
    assert (ctypes.sizeof(dict(kinds["body"]._fields_)["keyboard"]), ctypes.sizeof(dict(kinds["body"]._fields_)["mouse"])) == (16, 24)


@pytest.mark.skipif(ON_WINDOWS, reason="this is Windows")
def test_elsewhere_it_imports_and_says_that_this_is_not_windows() -> None:
    with pytest.raises(DesktopGoneError, match="not Windows"):
        WindowsDesktop()
