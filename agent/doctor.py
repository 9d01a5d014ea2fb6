"""Checks everything the agent needs on this PC, and says in a sentence what is missing."""

from __future__ import annotations

import platform
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from agent.account import current_account
from agent.control import read_control
from agent.desktop import DesktopGoneError, open_desktop
from agent.enrolment import load_credentials, load_policy
from agent.folder import Folder, write_whole
from agent.gate import Word, decide
from agent.glance import is_in_use, read_facts
from agent.keys import KeyUnreadableError, load_key
from agent.sealing import Sealer
from agent.settings import SettingError, load_settings
from agent.transport import AwayError, Transport
from policy.wire import AgentPolicy

LEAST_FREE_BYTES = 64 << 20


class _Trouble(Exception):  # noqa: N818 - never leaves this module
    """The sentence to print."""


@dataclass(frozen=True)
class Finding:
    """One line: what was checked, whether it is well, and what was found."""

    what: str
    ok: bool
    said: str


def examine(folder: Folder) -> Iterator[Finding]:
    """Check one thing after the other."""
    for what, check in CHECKS:
        try:
            yield Finding(what, True, check(folder))
        except (_Trouble, DesktopGoneError, SettingError, KeyUnreadableError, AwayError, OSError) as fault:
            yield Finding(what, False, str(fault))


def _python(_folder: Folder) -> str:
    return f"{platform.python_version()} on {platform.system()} {platform.release()}"


def _data_folder(folder: Folder) -> str:
    write_whole(folder.root / "doctor.tmp", b"x")
    (folder.root / "doctor.tmp").unlink()
    free = shutil.disk_usage(folder.root).free
    if free < LEAST_FREE_BYTES:
        raise _Trouble(f"only {free >> 20} MiB are free at {folder.root}")
    return f"{folder.root}, {free >> 20} MiB free"


def _settings(folder: Folder) -> str:
    load_settings(folder.settings)
    return str(folder.settings) if folder.settings.exists() else "all as they come"


def _desktop(_folder: Folder) -> str:
    desktop = open_desktop()
    try:
        return f"the app in front is {desktop.window().app}, for {desktop.account}"
    finally:
        desktop.close()


def _enrolment(folder: Folder) -> str:
    credentials = load_credentials(folder, _sealer(folder))
    if credentials is None:
        raise _Trouble("this PC is not enrolled; run `agent enrol`")
    return f"device {credentials.device_id} of {credentials.url}"


def _notice(folder: Folder) -> str:
    word = decide(read_control(folder.control), _policy(folder), current_account(), time.time_ns() // 1_000_000)
    if word in (Word.AWAITING_NOTICE, Word.WITHDRAWN):
        raise _Trouble(f"{word}; nothing may be recorded before `agent notice --answer acknowledged`")
    return str(word)


def _buffer(folder: Folder) -> str:
    facts = read_facts(folder.buffer, _sealer(folder)) if folder.buffer.exists() else None
    use = "an agent is running" if is_in_use(folder.buffer) else "no agent is running"
    if facts is None:
        return f"nothing recorded yet, {use}"
    dropped = sum(drop.total for drop in facts.dropped.values())
    return f"recorded {facts.recorded} = sent {facts.acked} + waiting {facts.buffered}; not recorded {dropped}; {use}"


def _server(folder: Folder) -> str:
    credentials = load_credentials(folder, _sealer(folder))
    if credentials is None:
        raise _Trouble("unknown before enrolment")
    transport = Transport(credentials.url, folder.authority, credentials.token, (5, 10))
    try:
        answer = transport.get("/api/v1/policy")
    finally:
        transport.close()
    if answer.status != 200:
        raise _Trouble(f"{credentials.url} answers {answer.status} to this device")
    return f"{credentials.url} knows this device; policy revision {msgspec.json.decode(answer.body, type=AgentPolicy).revision}"


def _policy(folder: Folder) -> AgentPolicy:
    policy = load_policy(folder)
    if policy is None:
        raise _Trouble("no policy yet; run `agent enrol`")
    return policy


def _sealer(folder: Folder) -> Sealer:
    try:
        return Sealer(load_key(folder.key))
    except FileNotFoundError:
        raise _Trouble("no key yet; run `agent enrol`") from None


CHECKS: tuple[tuple[str, Callable[[Folder], str]], ...] = (
    ("python", _python),
    ("data folder", _data_folder),
    ("settings", _settings),
    ("desktop", _desktop),
    ("enrolment", _enrolment),
    ("notice", _notice),
    ("buffer", _buffer),
    ("server", _server),
)
