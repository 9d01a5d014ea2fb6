"""The agent as people and scripts meet it: real processes, a real screen, a real server on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policy import notice as notices
from policy.events import Activity, Notice, Session
from policy.wire import AgentPolicy
from tests.agent.far_server import FarServer
from tests.agent.screen import MISSING, WHY, Screen, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
COMMANDS = ("enrol", "notice", "run", "status", "pause", "resume", "doctor", "autostart", "uninstall")
on_a_screen = pytest.mark.skipif(bool(MISSING), reason=WHY)


class Pc:
    """One PC: an agent's data folder, the screen it sees, and its command line."""

    def __init__(self, data: Path, far: FarServer, display: str = "") -> None:
        self.data, self.far = data, far
        self.environment = {**os.environ, "DISPLAY": display, "WORKPULSE_AGENT_LONGEST_WAIT_SECONDS": "1"}
        self.running: list[subprocess.Popen[str]] = []

    def agent(self, *arguments: str, fails: bool = False, typed: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "agent", arguments[0], "--data", str(self.data), *arguments[1:]]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, input=typed, capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode != 0) == fails, done.stderr
        return done

    def start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "agent", "run", "--data", str(self.data)]
        self.running.append(
            subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )
        return self.running[-1]

    def stop(self, how: int = signal.SIGTERM) -> str:
        program = self.running.pop()
        program.send_signal(how)
        out, said = program.communicate(timeout=20)
        assert (program.returncode, out) == (0, ""), said
        return said

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.agent("status", "--json").stdout)
        return found

    def wait_for(self, **expected: Any) -> dict[str, Any]:
        wait_for(lambda: self.status().items() >= expected.items(), 20)
        return self.status()

    def enrol(self) -> str:
        return self.agent("enrol", "--server", self.far.url, "--code", self.far.code).stdout

    def stored(self, kind: type) -> list[Any]:
        return [event for event in self.far.book.stored.values() if isinstance(event, kind)]


@pytest.fixture
def pc(tmp_path: Path, far: FarServer) -> Iterator[Pc]:
    far.book.policy = AgentPolicy(revision=1, notice=notices.VERSION, send_every=0.5, health_every=5)
    far.book.needs_notice = True
    made = Pc(tmp_path / "agent", far)
    yield made
    for program in made.running:
        program.kill()
        program.communicate()


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    made = Screen()
    made.open_terminal("Desk")
    yield made
    made.close()


@pytest.fixture
def desk(pc: Pc, screen: Screen) -> Pc:
    pc.environment["DISPLAY"] = screen.name
    pc.enrol()
    return pc


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_help_and_takes_a_data_folder(command: str) -> None:
    told = subprocess.run([sys.executable, "agent", command, "--help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "--data DIRECTORY" in told


@pytest.mark.feature("N07")
def test_enrol_prints_the_device_alone_and_status_is_one_json_object(pc: Pc) -> None:
    assert pc.status()["state"] == "not_enrolled"
    assert pc.enrol() == "device-1\n"
    status = pc.agent("status", "--json").stdout
    assert status.count("\n") == 1
    found = json.loads(status)
    assert (found["state"], found["server"], found["device_id"], found["running"]) == ("awaiting_notice", pc.far.url, "device-1", False)
    assert "token" not in status


def test_a_refused_enrolment_says_why_on_standard_error_only(pc: Pc) -> None:
    for code in ("nonsense", f"WP1-wrongwrong-{pc.far.identity.fingerprint[:20]}", f"WP1-abcdefgh-{'0' * 20}"):
        done = pc.agent("enrol", "--server", pc.far.url, "--code", code, fails=True)
        assert done.stdout == ""
        assert done.stderr.startswith("Error: ")
        assert "Traceback" not in done.stderr
    assert "https" in pc.agent("enrol", "--server", "http://127.0.0.1:1", "--code", pc.far.code, fails=True).stderr


def test_a_pc_that_is_not_enrolled_or_has_no_screen_does_not_run(pc: Pc) -> None:
    pc.environment["DISPLAY"] = ":4711"
    assert "There is no X11 desktop" in pc.agent("run", fails=True).stderr
    assert "BAD desktop" in pc.agent("doctor", fails=True).stdout


@on_a_screen
def test_without_enrolment_it_says_what_to_do_first(pc: Pc, screen: Screen) -> None:
    pc.environment["DISPLAY"] = screen.name
    assert "run `agent enrol" in pc.agent("run", fails=True).stderr


@pytest.mark.feature("N04")
@pytest.mark.parametrize("language", list(notices.LANGUAGES))
def test_the_notice_is_shown_in_every_language_and_asked_for(pc: Pc, language: str) -> None:
    done = pc.agent("notice", "--language", language, typed="later\n")
    assert notices.text(language).strip() in done.stdout
    assert "Nothing is recorded" in done.stderr
    assert pc.status()["recorded"] == 0
    pc.agent("notice", "--language", language, typed="acknowledged\n")
    status = pc.status()
    assert (status["recorded"], status["answer"]) == (1, "acknowledged")


def test_a_bad_setting_stops_it_with_a_sentence(pc: Pc) -> None:
    pc.data.mkdir(parents=True)
    (pc.data / "agent.toml").write_text("batch_events = 0")
    assert "batch_events = 0 must be between" in pc.agent("run", fails=True).stderr


@on_a_screen
@pytest.mark.feature("N04", "N05", "N06", "F06")
@pytest.mark.quality("P-09", "P-10")
def test_a_day_in_short(desk: Pc, screen: Screen) -> None:
    desk.start()
    desk.wait_for(state="awaiting_notice", running=True, recorded=0)
    screen.act("type", "--delay", "10", "unseen")
    desk.agent("notice", "--answer", "acknowledged")
    desk.wait_for(state="recording", sending="online")
    screen.act("type", "--delay", "15", "hello world")
    screen.act("click", "1")
    wait_for(lambda: desk.status()["buffered"] == 0)
    desk.agent("pause")
    desk.wait_for(state="paused")
    screen.act("type", "--delay", "10", "private words")
    desk.agent("resume")
    desk.wait_for(state="recording")
    time.sleep(1.5)
    said = desk.stop()
    assert "records nothing: the notice" in said
    assert "is recording on this PC for" in said
    assert "is paused" in said
    status = desk.status()
    assert (status["state"], status["running"], status["recorded"], status["buffered"]) == ("stopped", False, status["sent"], 0)
    spans = desk.stored(Activity)
    assert {span.app for span in spans} == {"xterm"}
    assert (sum(span.keys for span in spans), sum(span.clicks for span in spans)) == (11, 1)
    assert [event.change for event in desk.stored(Session) if event.change != "boot"] == ["agent_start", "pause", "resume", "agent_stop"]
    assert isinstance(next(iter(desk.far.book.stored.values())), Notice)
    assert desk.far.book.quarantined == {}


@on_a_screen
@pytest.mark.feature("N04")
@pytest.mark.quality("P-09")
def test_a_withdrawal_stops_a_running_agent_within_five_seconds(desk: Pc) -> None:
    desk.agent("notice", "--answer", "acknowledged")
    desk.start()
    desk.wait_for(state="recording", sending="online")
    desk.agent("notice", "--answer", "withdrawn")
    began = time.monotonic()
    desk.wait_for(state="withdrawn")
    assert time.monotonic() - began < 5
    wait_for(lambda: [notice.answer for notice in desk.stored(Notice)] == ["acknowledged", "withdrawn"])
    newest = max(span.end for span in desk.stored(Activity)) if desk.stored(Activity) else 0
    time.sleep(2.5)
    desk.stop()
    assert all(span.end <= newest for span in desk.stored(Activity))
    assert desk.status()["buffered"] == 0


@on_a_screen
@pytest.mark.quality("R-12")
@pytest.mark.feature("G01")
def test_what_was_recorded_while_the_server_was_off_goes_out_after_the_next_start(desk: Pc, screen: Screen) -> None:
    desk.agent("notice", "--answer", "acknowledged")
    desk.far.stop()
    desk.start()
    desk.wait_for(state="recording", sending="offline")
    screen.act("type", "--delay", "15", "hello")
    time.sleep(1.5)
    desk.stop(signal.SIGINT)
    waiting = desk.status()
    assert waiting["buffered"] == waiting["recorded"] >= 4
    assert waiting["sent"] == 0
    assert waiting["oldest"] is not None
    desk.far.start()
    desk.start()
    wait_for(lambda: desk.status()["sent"] >= waiting["recorded"], 20)
    desk.stop()
    assert sum(span.keys for span in desk.stored(Activity)) == 5
    (epoch,) = desk.far.book.high
    assert sorted(seq for _, seq in desk.far.book.stored) == list(range(1, desk.far.book.high[epoch] + 1))


@on_a_screen
@pytest.mark.quality("R-22")
def test_a_second_agent_on_the_same_folder_refuses_in_clear_words(desk: Pc) -> None:
    desk.start()
    desk.wait_for(running=True)
    began = time.monotonic()
    refusal = desk.agent("run", fails=True).stderr
    assert time.monotonic() - began < 4, "the start of Python included"
    assert "Another agent is already recording into" in refusal
    desk.stop()


@pytest.mark.feature("Q14")
@on_a_screen
def test_the_doctor_finds_a_healthy_agent_well_and_names_what_is_not(desk: Pc) -> None:
    desk.agent("notice", "--answer", "acknowledged")
    told = desk.agent("doctor").stdout
    assert "BAD" not in told
    assert "knows this device" in told
    desk.far.stop()
    assert "BAD server" in desk.agent("doctor", fails=True).stdout
    desk.far.start()


@on_a_screen
@pytest.mark.quality("S-20")
def test_enrolling_anew_ends_a_revocation_without_a_restart(desk: Pc) -> None:
    desk.agent("notice", "--answer", "acknowledged")
    desk.far.interfere = lambda body: (401, b'{"reason":"token"}')
    desk.start()
    desk.wait_for(state="revoked")
    desk.far.interfere = lambda body: None
    desk.enrol()
    desk.wait_for(state="recording", sending="online", buffered=0)
    desk.stop()
    assert desk.stored(Notice)
