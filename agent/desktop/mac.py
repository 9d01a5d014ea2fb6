"""A macOS desktop that does not pretend: it says what is missing, and the agent does not start."""

from __future__ import annotations

from typing import Any

from agent.desktop.base import DesktopGoneError

MISSING = (
    ("the app in front and its title", "NSWorkspace, and the title needs the Screen Recording permission"),
    ("counts of keys, clicks and scrolls", "CGEventTap, with the Input Monitoring permission of each person"),
    ("idle time", "CGEventSourceSecondsSinceLastEventType"),
    ("other windows in view", "CGWindowListCopyWindowInfo"),
    ("microphone and camera in use", "CoreAudio and CoreMediaIO"),
    ("lock, sleep, sign-in", "NSDistributedNotificationCenter and NSWorkspace notifications"),
    ("start at sign-in", "a LaunchAgent in a signed and notarised app"),
)
"""What an agent for macOS would have to ask the system for, and how."""


class MacDesktop:
    """Raises at once; nothing is recorded on a Mac."""

    def __init__(self) -> None:
        parts = "; ".join(f"{what} ({how})" for what, how in MISSING)
        raise DesktopGoneError(f"WorkPulse has no agent for macOS yet. Not written: {parts}.")

    def __getattr__(self, name: str) -> Any:
        raise DesktopGoneError("WorkPulse has no agent for macOS yet.")
