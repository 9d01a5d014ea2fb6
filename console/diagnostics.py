"""What to copy to whoever helps: versions, looks and the last mistakes, without names, addresses or anybody's figures."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from PyQt5.QtCore import PYQT_VERSION_STR, QT_VERSION_STR
from PyQt5.QtGui import QGuiApplication

from console import VERSION
from console.preferences import Preferences
from console.servers import KnownServer

LOG_NAME = "console.log"
LOG_LINES = 40
LONGEST_LINE = 300
PACKAGES = ("requests", "msgspec", "babel", "qtawesome", "zeroconf", "cryptography", "matplotlib")
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\bhttps?://[^\s'\"]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”")


def diagnostics(server: KnownServer | None, preferences: Preferences, folder: Path, private: Iterable[str]) -> str:
    """Return the text; `private` are words (names, the server's address) that must not be in it."""
    lines = [*_versions(), *_looks(preferences), *_server(server), "", f"last of {LOG_NAME}:", *_log(folder)]
    return redacted("\n".join(lines), (*private, str(Path.home()), platform.node()))


def _versions() -> list[str]:
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return [
        f"WorkPulse console {VERSION}",
        f"Python {platform.python_version()}, Qt {QT_VERSION_STR}, PyQt {PYQT_VERSION_STR}",
        f"{platform.system()} {platform.release()} ({sys.platform})",
        packages,
    ]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"


def _looks(preferences: Preferences) -> list[str]:
    screens = ", ".join(f"{s.size().width()}x{s.size().height()} at {s.devicePixelRatio():g}" for s in QGuiApplication.screens())
    usage = preferences.usage
    return [
        f"screens: {screens}",
        f"language {usage.language.value}, digits {usage.digits.value}, theme {preferences.theme.value}, letters {preferences.font} %",
    ]


def _server(server: KnownServer | None) -> list[str]:
    return [f"server id {server.server_id}, fingerprint {server.fingerprint}"] if server is not None else ["no server"]


def _log(folder: Path) -> list[str]:
    try:
        lines = (folder / LOG_NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ["(none)"]
    return [_QUOTED.sub("'…'", line)[:LONGEST_LINE] for line in lines[-LOG_LINES:]] or ["(empty)"]


def redacted(text: str, private: Iterable[str]) -> str:
    """Return text without addresses and without these words."""
    for word in sorted({one.strip() for one in private if len(one.strip()) > 1}, key=len, reverse=True):
        text = re.sub(re.escape(word), "‹private›", text, flags=re.IGNORECASE)
    return _ADDRESS.sub("‹address›", text)
