"""Whether the agent starts when this account signs in; an MSI does the same for every account of the PC."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from agent.folder import default_root

NAME = "WorkPulseAgent"
RUN_KEY = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Run"
_ENTRY = """[Desktop Entry]
Type=Application
Name=WorkPulse agent
Comment=Records work activity, visibly
Exec={command}
"""


def start_command(data: Path) -> str:
    """Return the command line that starts this very agent on the folder `data`."""
    program = Path(sys.executable)
    beside = program.with_name("WorkPulseAgent.exe")  # of a bundle: the one without a console
    words = [str(beside), "run"] if beside.exists() else [str(program), str(Path(__file__).resolve().parent), "run"]
    words += [] if data == default_root() else ["--data", str(data.absolute())]
    return " ".join(f'"{word}"' if " " in word or "\\" in word else word for word in words)


if sys.platform == "win32":
    import winreg

    def set_autostart(on: bool, data: Path) -> None:
        """Start at logon from now on, or no longer."""
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, RUN_KEY) as key:
            if on:
                winreg.SetValueEx(key, NAME, 0, winreg.REG_SZ, start_command(data))
            elif has_autostart():
                winreg.DeleteValue(key, NAME)

    def has_autostart() -> bool:
        """Return whether this account has a start of its own; the one of the whole PC does not count."""
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, RUN_KEY) as key:
                winreg.QueryValueEx(key, NAME)
                return True
        except OSError:
            return False

else:

    def set_autostart(on: bool, data: Path) -> None:
        """Start with the desktop session from now on, or no longer."""
        if on:
            _entry().parent.mkdir(parents=True, exist_ok=True)
            _entry().write_text(_ENTRY.format(command=start_command(data)), encoding="utf-8")
        else:
            _entry().unlink(missing_ok=True)

    def has_autostart() -> bool:
        """Return whether this account has a start of its own."""
        return _entry().exists()

    def _entry() -> Path:
        return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "autostart" / "workpulse-agent.desktop"
