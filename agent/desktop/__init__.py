"""What the agent can see of a PC, behind one small interface per platform."""

from __future__ import annotations

import sys

from agent.desktop.base import Desktop, DesktopGoneError


def open_desktop() -> Desktop:
    """Return the desktop of this PC; raise DesktopGoneError with a sentence when there is none to see."""
    if sys.platform == "win32":
        from agent.desktop.windows import WindowsDesktop

        return WindowsDesktop()
    if sys.platform == "darwin":
        from agent.desktop.mac import MacDesktop

        return MacDesktop()
    if sys.platform.startswith("linux"):
        from agent.desktop.linux import LinuxDesktop

        return LinuxDesktop()
    raise DesktopGoneError(f"The agent knows Windows and Linux, not {sys.platform}.")


def identity_of_pc() -> tuple[str, str]:
    """Return a text that stays with this PC, and a name of this boot, without a desktop to see: only Windows has the role that asks."""
    if sys.platform == "win32":
        from agent.desktop.windows import identity_of_pc as identity

        return identity()
    raise DesktopGoneError("The machine role runs on Windows only.")


__all__ = ["Desktop", "DesktopGoneError", "identity_of_pc", "open_desktop"]
