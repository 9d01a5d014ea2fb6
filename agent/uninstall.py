"""Takes the agent off this PC: ends a running one, tells the server, and leaves no file and no start at logon."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from agent.autostart import set_autostart
from agent.enrolment import Credentials, load_credentials
from agent.folder import Folder, default_root
from agent.glance import is_in_use, read_facts
from agent.keys import KeyUnreadableError, load_key
from agent.sealing import Sealer
from agent.transport import JSON, AwayError, Transport

STOP_SECONDS = 20.0
LEFT = 204


class UninstallError(RuntimeError):
    """The agent is still here; the sentence says why."""


class Farewell(NamedTuple):
    """How it went: whether the server knows, and how many events it never got."""

    told: bool
    discarded: int


def leave(folder: Folder) -> Farewell:
    """Take away the agent that keeps its files in `folder`; raise UninstallError when it does not let go."""
    if not _is_an_agents(folder):
        return Farewell(False, 0)
    sealer = _sealer(folder)
    credentials = load_credentials(folder, sealer) if sealer else None
    folder.credentials.unlink(missing_ok=True)  # a running agent sees that within a second, sends what it can, and ends
    _wait_until_free(folder)
    facts = read_facts(folder.buffer, sealer) if sealer else None
    told = credentials is not None and _tell_server(folder, credentials)
    set_autostart(False, folder.root)
    _remove(folder.root)
    return Farewell(told, facts.buffered if facts else 0)


def forget_other_accounts() -> list[Path]:
    """Remove what agents kept for every account of this Windows PC, as an administrator may; return the folders.

    Their servers cannot be told: only the account itself can unseal its credentials.
    """
    forgotten = list(folders_of_accounts())
    for root in forgotten:
        _remove(root)
    return forgotten


def folders_of_accounts() -> Iterator[Path]:
    """Yield where the agents of this PC's accounts keep their files, as far as this account may look."""
    everybody = os.environ.get("PUBLIC")
    if os.name != "nt" or not everybody:
        return
    for home in Path(everybody).parent.iterdir():
        root = home / "AppData" / "Local" / "WorkPulse" / "agent"
        with contextlib.suppress(OSError):  # a home that even an administrator may not look into
            if root.is_dir():
                yield root


def _is_an_agents(folder: Folder) -> bool:
    """Only a folder that holds what agents write is ever removed."""
    return any(path.exists() for path in (folder.key, folder.control, folder.log, folder.settings))


def _wait_until_free(folder: Folder) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while is_in_use(folder.buffer):
        if time.monotonic() > deadline:
            raise UninstallError("An agent still runs here and does not end; end it first.")
        time.sleep(0.2)


def _tell_server(folder: Folder, credentials: Credentials) -> bool:
    """Ask the server to forget this device's credential; one that is away finds the device silent instead."""
    try:
        transport = Transport(credentials.url, folder.authority, credentials.token, (3.0, 10.0))
        try:
            return transport.post("/api/v1/leave", b"{}", JSON).status == LEFT
        finally:
            transport.close()
    except (AwayError, OSError, ValueError):
        return False


def _remove(root: Path) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while root.exists():
        try:
            shutil.rmtree(root)
        except OSError as fault:  # on Windows a file stays a moment longer than the process that had it open
            if time.monotonic() > deadline:
                raise UninstallError(f"{root} cannot be removed: {fault.strerror}.") from None
            time.sleep(0.2)
    if root.parent.name == default_root().parent.name == "WorkPulse":
        with contextlib.suppress(OSError):  # somebody else's files are in it
            root.parent.rmdir()


def _sealer(folder: Folder) -> Sealer | None:
    try:
        return Sealer(load_key(folder.key))
    except (FileNotFoundError, KeyUnreadableError):
        return None
