"""The agent's data folder: where each of its files lives, and how one is written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True)
class Folder:
    """The files of one agent, that is of one OS account on one PC."""

    root: Path

    @property
    def buffer(self) -> Path:
        """What is recorded and not yet acknowledged."""
        return self.root / "buffer.db"

    @property
    def key(self) -> Path:
        """The key that seals the buffer and the credentials, itself wrapped."""
        return self.root / "key.wrapped"

    @property
    def credentials(self) -> Path:
        """Which device this is and its token, sealed."""
        return self.root / "device.sealed"

    @property
    def authority(self) -> Path:
        """The server's own certificate authority, the only one trusted."""
        return self.root / "ca.pem"

    @property
    def policy(self) -> Path:
        """The newest policy the server gave."""
        return self.root / "policy.json"

    @property
    def control(self) -> Path:
        """What the person at the PC decided: pause, and the answers to the notice."""
        return self.root / "control.json"

    @property
    def status(self) -> Path:
        """What a running agent says about itself."""
        return self.root / "status.json"

    @property
    def captures(self) -> Path:
        """Pictures of the screen that wait for delivery, sealed."""
        return self.root / "captures"

    @property
    def settings(self) -> Path:
        """The options of this PC, if somebody set any."""
        return self.root / "agent.toml"

    @property
    def log(self) -> Path:
        """What happened, without anything that was recorded."""
        return self.root / "agent.log"

    def make(self) -> Folder:
        """Create the folder, closed to other accounts, and return itself."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self


def default_root() -> Path:
    """Return where this account's agent keeps its files unless told otherwise."""
    return Path(platformdirs.user_data_dir("agent", "WorkPulse") if os.name == "nt" else platformdirs.user_data_dir("workpulse-agent"))


def machine_root() -> Path:
    """Return where the `machine` role of this PC keeps its files."""
    return Path(platformdirs.site_data_dir("machine", "WorkPulse") if os.name == "nt" else platformdirs.site_data_dir("workpulse-machine"))


def write_whole(path: Path, content: bytes, *, durable: bool = True, before_it_shows: Callable[[Path], None] = lambda path: None) -> None:
    """Replace `path` by `content`, readable by this account only; a reader sees the old or the new, never a mix.

    `durable` holds that promise through a power cut as well; `before_it_shows` is given the new file under its passing name.
    """
    beside = path.with_name(f"{path.name}.new-{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    before_it_shows(beside)
    beside.replace(path)
    if durable:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows keeps the order of renames itself and cannot open a folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
