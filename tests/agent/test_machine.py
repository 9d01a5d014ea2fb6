"""The `machine` role: deeds from the Security log, only of who agreed; gaps where the log was not read."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from agent.buffer import Buffer
from agent.cli import main
from agent.control import Control, write_control
from agent.desktop.base import DesktopGoneError
from agent.enrolment import Machine, enrol, parse_code
from agent.eventlog import instant_of
from agent.first_run import data_of
from agent.folder import Folder, default_root, machine_root
from agent.gate import Word
from agent.keys import load_or_make_key
from agent.machine.answers import Answers
from agent.machine.program import MachineProgram
from agent.machine.trail import Feed, FeedLostError, told
from agent.sealing import Sealer
from agent.settings import Settings
from agent.status import Note, read_status
from policy.events import File, Gap, Notice
from policy.purposes import Purpose
from policy.wire import AgentPolicy
from tests.agent.builders import START, waiting
from tests.agent.far_server import FarServer
from tests.agent.screen import wait_for

POLICY = AgentPolicy(revision=1, notice="1")


def entry(user: str, path: str = "D:\\a.xlsx", second: int = 0) -> str:
    values = {"SubjectUserName": user, "SubjectDomainName": "OFFICE", "ObjectType": "File", "ObjectName": path, "AccessMask": "0x2"}
    data = "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in values.items())
    return (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        "<Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4663</EventID>"
        f"<TimeCreated SystemTime='2026-11-20T09:00:{second:02}.5Z'/><Computer>PC-7</Computer></System>"
        f"<EventData>{data}</EventData></Event>"
    )


NINE = instant_of("2026-11-20T09:00:00Z") or 0


def answered(root: Path, account: str, answer: str, version: str = "1", *, paused: bool = False, state: str = "recording") -> None:
    """What an account's own agent keeps: the answer, and how it was at nine."""
    given = Notice(START, account, version, "en", answer)  # type: ignore[arg-type]
    write_control(Folder(root).make().control, Control(paused=paused, answers=[given]))
    Folder(root).status.write_bytes(msgspec.json.encode(Note(NINE, state, "online", None, {})))


@pytest.mark.feature("L02")
@pytest.mark.quality("P-01")
def test_only_who_agreed_in_their_own_agent_is_told_of(tmp_path: Path) -> None:
    roots = [tmp_path / name for name in ("ada", "bob", "cleo", "dan")]
    answered(roots[0], "OFFICE\\Ada", "acknowledged")
    answered(roots[1], "OFFICE\\bob", "withdrawn")
    answered(roots[2], "OFFICE\\cleo", "acknowledged", paused=True)
    answered(roots[3], "OFFICE\\dan", "acknowledged", version="0")
    answers = Answers(lambda: roots)
    entries = [entry(user) for user in ("ada", "bob", "cleo", "dan", "eve")]
    assert [(event.account, event.path, event.source) for event in told(entries, answers, POLICY)] == [
        ("OFFICE\\ada", "D:\\a.xlsx", "audit_log")
    ]
    answered(roots[2], "OFFICE\\cleo", "acknowledged")
    assert [event.account for event in told(entries, answers, POLICY)] == ["OFFICE\\ada", "OFFICE\\cleo"]


@pytest.mark.feature("L02", "N04")
@pytest.mark.quality("P-02")
def test_of_who_withholds_a_purpose_the_role_collects_nothing_for_it(tmp_path: Path) -> None:
    """Each account's own agent knows from the server what its person withholds; the role looks there."""
    answers = Answers(lambda: [tmp_path])
    answered(tmp_path, "OFFICE\\ada", "acknowledged")
    Folder(tmp_path).policy.write_bytes(msgspec.json.encode(AgentPolicy(revision=2, notice="1", withheld=[Purpose.FILES])))
    assert told([entry("ada")], answers, POLICY) == []
    assert (answers.withholding(Purpose.FILES), answers.withholding(Purpose.NETWORK)) == ({"office\\ada"}, frozenset())
    Folder(tmp_path).policy.write_bytes(msgspec.json.encode(POLICY))
    assert len(told([entry("ada")], answers, POLICY)) == 1


@pytest.mark.quality("P-01")
def test_nothing_is_told_of_who_has_no_symbol_on_the_tray(tmp_path: Path) -> None:
    answers = Answers(lambda: [tmp_path])
    answered(tmp_path, "OFFICE\\ada", "acknowledged", state="unseen")
    assert told([entry("ada")], answers, POLICY) == []
    answered(tmp_path, "OFFICE\\ada", "acknowledged")
    assert len(told([entry("ada")], answers, POLICY)) == 1
    assert answers.words(POLICY, NINE + 61_000) == {"office\\ada": Word.UNSEEN}, "her agent ended a minute ago"


def test_the_role_has_a_folder_of_its_own() -> None:
    assert data_of(["machine"]) == machine_root() != default_root() == data_of(["run"])


class ScriptedLog:
    """A Security log in a test's hand; None in what waits stands for entries that were overwritten."""

    def __init__(self) -> None:
        self.waits: list[str | None] = []
        self.opened = self.closed = 0

    def open(self) -> ScriptedLog:
        self.opened += 1
        return self

    def take(self) -> list[str]:
        taken, self.waits = self.waits, []
        if None in taken:
            raise FeedLostError("stale")
        return [one for one in taken if one]

    def close(self) -> None:
        self.closed += 1


def events_of(far: FarServer) -> list[object]:
    stored = dict(far.book.stored)
    return [stored[key] for key in sorted(stored)]


@pytest.mark.feature("L02", "F09")
def test_it_delivers_as_a_device_of_its_own_and_declares_what_it_missed(tmp_path: Path, far: FarServer) -> None:
    far.book.policy = POLICY
    folder = Folder(tmp_path / "machine").make()
    sealer = Sealer(load_or_make_key(folder.key))
    enrol(folder, sealer, far.url, parse_code(far.code), Machine("PC-7", "Windows 11", "NT AUTHORITY\\SYSTEM", "0"))
    answered(tmp_path / "ada", "OFFICE\\ada", "acknowledged")
    answers, log = Answers(lambda: [tmp_path / "ada"]), ScriptedLog()

    def run_while(act: object) -> None:
        stop = threading.Event()
        made = MachineProgram(folder, Settings(), "board", "boot", log.open, answers)
        made._sender._policy = msgspec.structs.replace(POLICY, send_every=0.5)
        running = threading.Thread(target=made.run, args=(stop,))
        running.start()
        try:
            act()  # type: ignore[operator]
        finally:
            stop.set()
            made._sender.wake.set()
            running.join(20)

    def first() -> None:
        log.waits = [entry("ada"), entry("eve")]
        wait_for(lambda: any(isinstance(one, File) for one in events_of(far)))
        log.waits = [entry("ada", second=30), None]
        wait_for(lambda: any(isinstance(one, Gap) for one in events_of(far)))

    run_while(first)
    assert (log.opened, log.closed) == (2, 2)
    [gap] = [one for one in events_of(far) if isinstance(one, Gap)]
    assert (gap.what, gap.reason) == ("files", "log_overrun")
    run_while(lambda: wait_for(lambda: sum(isinstance(one, Gap) for one in events_of(far)) == 2))
    assert [one.reason for one in events_of(far) if isinstance(one, Gap)] == ["log_overrun", "not_running"]
    assert [one.account for one in events_of(far) if isinstance(one, File)] == ["OFFICE\\ada"]


@pytest.mark.feature("L02")
def test_a_log_that_cannot_be_read_is_asked_for_again_and_the_time_between_is_declared(
    tmp_path: Path, far: FarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.machine.program.AGAIN_MS", 2_000)
    far.book.policy = POLICY
    folder = Folder(tmp_path / "machine").make()
    enrol(folder, Sealer(load_or_make_key(folder.key)), far.url, parse_code(far.code), Machine("PC-7", "Windows 11", "SYSTEM", "0"))
    refusals, log, stop = ["Access is denied"] * 2, ScriptedLog(), threading.Event()

    def open_log() -> Feed:
        if refusals:
            raise DesktopGoneError(refusals.pop())
        return log.open()

    made = MachineProgram(folder, Settings(), "board", "boot", open_log, Answers(list))
    made._buffer.note(looked_at=START)
    running = threading.Thread(target=made.run, args=(stop,))
    running.start()
    try:
        wait_for(lambda: folder.status.exists() and read_status(folder).last_error == "Access is denied")
        wait_for(lambda: log.opened == 1)
        wait_for(lambda: any(isinstance(one, Gap) for one in events_of(far)) or made._buffer.facts.recorded > 0)
    finally:
        stop.set()
        made._sender.wake.set()
        running.join(20)
    found = open_buffer_of(folder) + [one for one in events_of(far) if isinstance(one, Gap)]
    [gap] = [one for one in found if isinstance(one, Gap)]
    assert (gap.start, gap.reason) == (START, "log_unreadable")


def open_buffer_of(folder: Folder) -> list[object]:
    """What still waits in the role's folder."""
    buffer = Buffer(folder.buffer, Sealer(load_or_make_key(folder.key)), 1 << 20, START)
    try:
        return list(waiting(buffer).values())
    finally:
        buffer.close()


def test_elsewhere_than_on_windows_the_role_says_that_it_cannot_run(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["machine", "--data", str(tmp_path)])
    assert done.exit_code == 1
    assert "runs on Windows only" in done.output
