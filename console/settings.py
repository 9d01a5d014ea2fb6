"""What the console remembers between runs: an INI file in the data folder, never the registry, never a secret."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QByteArray, QSettings

FILE_NAME = "console.ini"


class Settings:
    """Texts and window states by key."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._store = QSettings(str(folder / FILE_NAME), QSettings.Format.IniFormat)
        self._store.setIniCodec("UTF-8")

    def text(self, key: str, default: str = "") -> str:
        """Return a remembered text."""
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def state(self, key: str) -> QByteArray | None:
        """Return a remembered widget state (geometry, columns, splitters)."""
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else None

    def put(self, key: str, value: str | QByteArray) -> None:
        """Remember a value."""
        self._store.setValue(key, value)

    def forget(self, key: str) -> None:
        """Remember it no longer."""
        self._store.remove(key)

    def save(self) -> None:
        """Write now; Qt does so by itself now and then."""
        self._store.sync()
