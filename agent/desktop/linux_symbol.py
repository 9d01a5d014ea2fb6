"""The symbol on a Linux tray: a small window that X11's system tray takes in; a click opens the notice, as there is no menu."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from typing import Any

from Xlib import X, error
from Xlib.protocol.event import ClientMessage

from agent.desktop.linux_display import BlindDisplay
from agent.symbol import Face, Item, Shown, pixels

SIZE = 24
BACKGROUND = 0x20
REQUEST_DOCK = 0
CLOSE, SHOW = b"c", b"s"


class LinuxSymbol:
    """Waits for a tray, shows itself there, and waits again when the tray goes."""

    def __init__(self, face: Callable[[], Face], menu: Callable[[], tuple[Item, ...]]) -> None:
        self._face, self._menu = face, menu
        self._heard, self._told = os.pipe()

    def show(self) -> None:
        """Show the face as it is now."""
        os.write(self._told, SHOW)

    def close(self) -> None:
        """Take it away."""
        os.write(self._told, CLOSE)

    def run(self, tell: Callable[[Shown], None]) -> None:
        """Show it until closed."""
        try:
            self._serve(tell)
        except (error.DisplayError, error.ConnectionClosedError, error.XError) as fault:
            raise OSError(f"the X11 tray is gone: {fault}") from None

    def _serve(self, tell: Callable[[Shown], None]) -> None:
        display = BlindDisplay()
        try:
            screen = display.screen()
            screen.root.change_attributes(event_mask=X.StructureNotifyMask)  # a tray that comes says so on the root window
            place = _Place(display, self._face)
            tell(Shown.YES if place.dock() else Shown.NO_TRAY)
            while self._wait(display):
                while display.pending_events():
                    self._hear(display.next_event(), place, tell)
                place.draw()
        finally:
            display.close()

    def _wait(self, display: Any) -> bool:
        """Wait for the tray or for one of our own threads; return whether to go on."""
        if display.pending_events():
            return True
        ready, _, _ = select.select([display.fileno(), self._heard], [], [])
        return self._heard not in ready or CLOSE not in os.read(self._heard, 64)

    def _hear(self, event: Any, place: _Place, tell: Callable[[Shown], None]) -> None:
        if event.type == X.ClientMessage and event.client_type == place.manager and not place.docked:
            tell(Shown.YES if place.dock() else Shown.NO_TRAY)
        elif event.type == X.DestroyNotify and place.lost(event.window.id):
            tell(Shown.NO_TRAY)
        elif event.type == X.ButtonRelease:
            next(item.do for item in self._menu() if item.default and item.do)()

    def __del__(self) -> None:
        for end in (self._heard, self._told):
            os.close(end)


class _Place:
    """The window, and whether a tray has taken it in."""

    def __init__(self, display: Any, face: Callable[[], Face]) -> None:
        self._display, self._face = display, face
        screen = display.screen()
        self._root, self._depth = screen.root, screen.root_depth
        self._selection = display.intern_atom(f"_NET_SYSTEM_TRAY_S{display.get_default_screen()}")
        self.manager = display.intern_atom("MANAGER")
        self._owner: Any = None
        self._window: Any = None

    @property
    def docked(self) -> bool:
        """Whether a tray has it."""
        return self._window is not None

    def dock(self) -> bool:
        """Ask the tray to take a new window in; False when there is no tray."""
        owner = self._display.get_selection_owner(self._selection)
        if owner == X.NONE:
            return False
        mask = X.ButtonPressMask | X.ButtonReleaseMask | X.ExposureMask | X.StructureNotifyMask
        window = self._root.create_window(0, 0, SIZE, SIZE, 0, self._depth, event_mask=mask)
        info, name = self._display.intern_atom("_XEMBED_INFO"), self._display.intern_atom("_NET_WM_NAME")
        window.change_property(info, info, 32, [0, 1])
        window.change_property(name, self._display.intern_atom("UTF8_STRING"), 8, self._face().said.encode())
        owner.change_attributes(event_mask=X.StructureNotifyMask)
        opcode = self._display.intern_atom("_NET_SYSTEM_TRAY_OPCODE")
        owner.send_event(ClientMessage(window=owner.id, client_type=opcode, data=(32, [X.CurrentTime, REQUEST_DOCK, window.id, 0, 0])))
        self._display.sync()
        self._owner, self._window = owner, window
        return True

    def lost(self, window: int) -> bool:
        """Return whether what was destroyed is the tray or our window in it; then there is no place any more."""
        if not self.docked or window not in (self._owner.id, self._window.id):
            return False
        self._owner = self._window = None
        return True

    def draw(self) -> None:
        """Show the face; the tray may have given the window another size."""
        if not self.docked:
            return
        face = self._face()
        size = self._window.get_geometry()
        self._window.change_property(
            self._display.intern_atom("_NET_WM_NAME"), self._display.intern_atom("UTF8_STRING"), 8, face.said.encode()
        )
        if self._depth in (24, 32):
            context = self._window.create_gc()
            corner = ((size.width - SIZE) // 2, (size.height - SIZE) // 2)
            self._window.put_image(context, *corner, SIZE, SIZE, X.ZPixmap, self._depth, 0, _opaque(pixels(face.state, SIZE)))
            context.free()
        self._display.flush()


def _opaque(picture: bytes) -> bytes:
    """Lay the picture on a plain ground: X11's windows do not shine through."""
    spots = (picture[at : at + 4] for at in range(0, len(picture), 4))
    return b"".join(bytes((BACKGROUND + (value - BACKGROUND) * spot[3] // 255) for value in spot[:3]) + b"\xff" for spot in spots)
