"""What the address bar of a browser shows, by UI Automation: asked on a thread of its own, given up after a second."""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
from collections.abc import Callable

PATIENCE_SECONDS = 1.0
MOST_TROUBLES = 5
"""After so many failures in a row it is not asked again until the agent starts anew: titles must do."""
DEEPEST = 12


class AddressBar:
    """Asks `look` on one thread; an answer that comes too late is thrown away."""

    def __init__(self, look: Callable[[int], str | None] | None = None) -> None:
        self._look = look or look_at_bar
        self._asked: queue.Queue[tuple[int, queue.Queue[str | None]] | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._troubles = 0

    def read(self, window: int) -> str | None:
        """Return the address the browser `window` shows, or None when it does not say, or not soon."""
        if not window or self._troubles >= MOST_TROUBLES:
            return None
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="address-bar", daemon=True)
            self._thread.start()
        answer: queue.Queue[str | None] = queue.Queue(1)
        self._asked.put((window, answer))
        try:
            found = answer.get(timeout=PATIENCE_SECONDS)
        except queue.Empty:
            found = None
        self._troubles = 0 if found else self._troubles + 1
        return found

    def close(self) -> None:
        """Let the thread end."""
        self._asked.put(None)

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            window, answer = asked
            found = None
            with contextlib.suppress(Exception):  # a browser that closes while it is asked; COM has many words for it
                found = self._look(window)
            answer.put(found)


if sys.platform == "win32":

    def look_at_bar(window: int) -> str | None:
        """Return the value of the first edit field of a browser's own frame; the page itself is never walked into."""
        import uiautomation  # on first need, on this thread: it brings COM along, and most PCs have the extension

        with uiautomation.UIAutomationInitializerInThread():
            frame = uiautomation.ControlFromHandle(window)
            for control, _ in uiautomation.WalkControl(frame, maxDepth=DEEPEST):
                if control.ControlType == uiautomation.ControlType.DocumentControl:
                    continue
                if control.ControlType == uiautomation.ControlType.EditControl:
                    return str(control.GetValuePattern().Value) or None
        return None

else:

    def look_at_bar(window: int) -> str | None:
        """Return nothing: there is no UI Automation here."""
        return None
