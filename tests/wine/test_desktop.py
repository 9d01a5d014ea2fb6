"""The real Windows agent, from the built bundle on Windows' own CPython: from enrolment to the end of the session."""

from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.agent.screen import wait_for
from tests.real_server import RealServer
from tests.wine.agent import WindowsAgent, arrived, changes, files, spans
from tests.wine.conftest import Bundle
from tests.wine.pc import WindowsPc

NOTEPAD = ("Untitled - Notepad", "notepad")
SETUP = 'server = "{url}"\ncode = "{code}"\n'
SLOW = 240
PAUSE = 0.42
"""How far down the tray's menu pausing lies: the fifth line from below of seven and a half."""


@pytest.fixture
def agent(pc: WindowsPc, bundle: Bundle, office: RealServer) -> Iterator[WindowsAgent]:
    """A portable agent with a file beside it from which it enrols by itself; taken off again at the end."""
    folder = pc.drive / "Tools" / "WorkPulse"
    shutil.copytree(bundle.tree, folder)
    code = office.command("enrol-code", "--team", "Accounts", "--person", "Anita")
    (pc.drive / "Work").mkdir(exist_ok=True)
    (folder / "agent-setup.toml").write_text(SETUP.format(url=office.url, code=code))
    made = WindowsAgent(pc, folder)
    try:
        yield made
    finally:
        made.kill()
        made.command("uninstall", fails=None)
        pc.shut_down()
        shutil.rmtree(folder)


def settles(figure: Callable[[], object], expected: object) -> None:
    """Wait until a figure is the expected one; show what it is when it does not become that."""
    with contextlib.suppress(TimeoutError):
        wait_for(lambda: figure() == expected, SLOW)
    assert figure() == expected


def totals(office: RealServer, app: str) -> tuple[int, int, int]:
    """Return (keys, clicks, scrolls) recorded of an app."""
    mine = [span for span in spans(office) if span["app"] == app]
    keys, clicks, scrolls = (sum(span[name] for span in mine) for name in ("keys", "clicks", "scrolls"))
    return keys, clicks, scrolls


@pytest.mark.feature("F02", "F04", "F06", "F09", "F17", "G01", "G02", "H01", "N05", "T06")
@pytest.mark.quality("R-12")
@pytest.mark.timeout(900)
def test_a_session_on_windows_from_enrolment_to_its_end(pc: WindowsPc, agent: WindowsAgent, office: RealServer) -> None:
    nothing_is_recorded_before_the_answer(agent, office)
    keys_clicks_and_idle_time_are_exact(pc, agent, office)
    files_are_told_as_what_happened_to_them(pc, office)
    what_is_kept_is_sealed(pc, agent)
    nothing_is_lost_when_server_and_agent_are_killed(pc, agent, office)
    the_end_of_the_session_is_told(pc, agent, office)
    status = agent.status()
    assert (status["buffered"], status["dropped"]) == (0, {})
    assert arrived(office, "SELECT count(*) FROM quarantined") == [(0,)]
    assert arrived(office, "SELECT count(*) FROM gap_event WHERE lost > 0") == [(0,)]


def nothing_is_recorded_before_the_answer(agent: WindowsAgent, office: RealServer) -> None:
    """A double-click enrols; only the answer begins the recording."""
    agent.start()
    agent.wait_for(SLOW, state="awaiting_notice")
    assert agent.status()["recorded"] == 0
    wait_for(agent.pc.has_tray, SLOW)
    agent.command("notice", "--answer", "acknowledged")
    agent.wait_for(SLOW, state="recording", sending="online")
    assert arrived(office, "SELECT count(*) FROM device") == [(1,)]


def keys_clicks_and_idle_time_are_exact(pc: WindowsPc, agent: WindowsAgent, office: RealServer) -> None:
    with pc.window(*NOTEPAD) as window:
        pc.act("mousemove", "--window", window, "80", "80")
        pc.act("type", "--delay", "30", "hello world")
        pc.act("click", "--repeat", "3", "--delay", "80", "1", "click", "--repeat", "2", "--delay", "80", "5")
        agent.looks_again()
        with pc.window("WineMine", "winemine"):
            settles(lambda: totals(office, "notepad.exe"), (11, 3, 2))
            wait_for(lambda: idle_at(office, "winemine.exe") >= 3_000, SLOW)
    assert totals(office, "notepad.exe") == (11, 3, 2)
    assert totals(office, "winemine.exe") == (0, 0, 0)
    assert changes(office)[:2] == ["boot", "agent_start"]
    titles = {span["title"] for span in spans(office) if span["app"] == "notepad.exe"}
    assert titles == {"Notepad"}, "a document's name is redacted before it reaches a disk"


def idle_at(office: RealServer, app: str) -> int:
    """Return the longest time without input while an app was in front."""
    return max((span["idle_ms"] for span in spans(office) if span["app"] == app), default=0)


def files_are_told_as_what_happened_to_them(pc: WindowsPc, office: RealServer) -> None:
    """In the folder the policy names; each step waits until the one before has arrived."""
    told: list[tuple[str, str, str | None]] = []
    for command, expected in (
        ("echo figures> C:\\Work\\draft.txt", ("created", "C:\\Work\\draft.txt", None)),
        ("ren C:\\Work\\draft.txt final.txt", ("renamed", "C:\\Work\\draft.txt", "C:\\Work\\final.txt")),
        ("del C:\\Work\\final.txt", ("deleted", "C:\\Work\\final.txt", None)),
    ):
        pc.wine("cmd", "/c", command)
        told.append(expected)
        settles(lambda: files(office), told)


def what_is_kept_is_sealed(pc: WindowsPc, agent: WindowsAgent) -> None:
    """The key is wrapped by Windows' data protection: nothing of what was seen can be read beside it, nor by another account."""
    kept = pc.home() / "WorkPulse" / "agent"
    wrapped = (kept / "key.wrapped").read_bytes()
    assert wrapped[:4] == b"\1\0\0\0"
    assert len(wrapped) > 100
    for path in kept.iterdir():
        content = path.read_bytes().lower()
        assert b"notepad" not in content, path.name
        assert "notepad".encode("utf-16-le") not in content, path.name
    shutil.copytree(kept, pc.drive / "Copy", ignore=shutil.ignore_patterns("*.lock"))
    try:
        assert agent.status("C:\\Copy")["device_id"] is not None
        with pc.another_account():
            assert agent.status("C:\\Copy")["device_id"] is None
    finally:
        shutil.rmtree(pc.drive / "Copy")


def nothing_is_lost_when_server_and_agent_are_killed(pc: WindowsPc, agent: WindowsAgent, office: RealServer) -> None:
    """Keys are typed while the server is away; the agent is killed with them unsent, and starts again."""
    office.kill()
    with pc.window(*NOTEPAD):
        pc.act("type", "--delay", "30", "offline")
        agent.looks_again()
        with pc.window("WineMine", "winemine"):  # another window in front closes the span, which then is on the disk
            agent.looks_again()
            agent.looks_again()
            agent.kill()
    device = agent.status()["device_id"]
    assert agent.status()["buffered"] > 0
    office.start()
    agent.start()
    agent.wait_for(SLOW, state="recording", sending="online", buffered=0, device_id=device)
    assert totals(office, "notepad.exe") == (18, 3, 2)


def the_end_of_the_session_is_told(pc: WindowsPc, agent: WindowsAgent, office: RealServer) -> None:
    """Windows asks every program to end; the agent writes down why, delivers, and ends by itself."""
    pc.wine("wineboot", "--end-session", seconds=SLOW)
    assert agent.ended(SLOW) == 0
    wait_for(lambda: not pc.has_tray(), SLOW)
    if changes(office)[-1] != "agent_stop":  # a busy machine: what was not delivered in time waits on the disk
        agent.start()
        wait_for(lambda: changes(office)[-1] == "agent_start", SLOW)
    told = [change for change in changes(office) if change not in ("boot", "agent_start")]
    assert told[-2:] in (["shutdown", "agent_stop"], ["logoff", "agent_stop"]) or told == ["shutdown"], "all, or Windows was quicker"


@pytest.mark.feature("H04", "N05", "N06", "N11", "T01")
@pytest.mark.timeout(900)
def test_a_person_sets_the_pc_up_pauses_from_the_tray_and_sees_a_picture_announced(
    pc: WindowsPc, bundle: Bundle, office: RealServer, tmp_path: Path
) -> None:
    folder = pc.drive / "Tools" / "Own"
    shutil.copytree(bundle.tree, folder)
    agent, browser = WindowsAgent(pc, folder), Browser(pc, tmp_path)
    try:
        agent.start()  # a double-click, and nobody set anything
        form = browser.opened()
        assert 'name="server"' in browser.get(form)
        code = office.command("enrol-code").strip()
        another = code[:-1] + ("0" if code[-1] != "0" else "1")
        assert "not the server the code is for" in browser.post(f"{form}enrol", server=office.url, code=another)
        browser.post(f"{form}enrol", server=office.url, code=code)
        agent.wait_for(SLOW, state="awaiting_notice")
        agent.command("notice", "--answer", "acknowledged")
        agent.wait_for(SLOW, state="recording")
        pc.choose_in_tray(PAUSE)
        agent.wait_for(SLOW, state="paused")
        picture_shows_its_announcement(pc, folder)
    finally:
        agent.kill()
        agent.command("uninstall", fails=None)
        browser.close()
        pc.shut_down()
        shutil.rmtree(folder)


class Browser:
    """Stands where wine looks for a Linux browser: notes the addresses it is given, and asks them itself."""

    def __init__(self, pc: WindowsPc, folder: Path) -> None:
        self._pc, self._noted, self._path = pc, folder / "opened", pc.environment["PATH"]
        program = folder / "xdg-open"
        program.write_text(f'#!/bin/sh\necho "$1" >> {self._noted}\n')
        program.chmod(0o755)
        pc.environment["PATH"] = f"{folder}:{self._path}"

    def opened(self) -> str:
        """Wait for an address and return the newest."""
        wait_for(lambda: self._noted.exists() and self._noted.read_text().endswith("\n"), SLOW)
        return self._noted.read_text().splitlines()[-1]

    def get(self, address: str) -> str:
        """Return the page at the address."""
        with urllib.request.urlopen(address, timeout=SLOW) as page:
            return str(page.read().decode())

    def post(self, address: str, **form: str) -> str:
        """Send a form and return the page that answers."""
        with urllib.request.urlopen(address, urllib.parse.urlencode(form).encode(), timeout=SLOW) as page:
            return str(page.read().decode())

    def close(self) -> None:
        self._pc.environment["PATH"] = self._path


def picture_shows_its_announcement(pc: WindowsPc, folder: Path) -> None:
    """The process that takes pictures, on a screen that is black but for what it announces."""
    command = ["wine", str(folder / "WorkPulseAgent.exe"), "picture", "WorkPulse takes a picture"]
    done = subprocess.run(command, env=pc.environment, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=SLOW)
    picture = Image.open(io.BytesIO(done.stdout)).convert("L")
    line = picture.crop((picture.width // 2 - 300, 4, picture.width // 2 + 300, 44))
    assert (picture.format or "WEBP", picture.width > 900) == ("WEBP", True)
    assert sum(line.histogram()[200:]) > 0.7 * line.width * line.height, "the announcement's ground"
    assert sum(line.histogram()[:80]) > 100, "the announcement's letters"
