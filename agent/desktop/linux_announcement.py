"""A line of text above every window of an X11 screen."""

from __future__ import annotations

import contextlib
import time

from Xlib import X, error
from Xlib.display import Display

from agent.desktop.base import DesktopGoneError

HEIGHT, MARGIN, LETTER, MOST_LETTERS = 44, 24, 9, 254
FONTS = ("-misc-fixed-bold-r-normal--18-*-*-*-*-*-iso10646-1", "9x15bold", "fixed")


class LinuxSign:
    """A window that the window manager leaves alone."""

    def __init__(self, text: str) -> None:
        try:
            self._display = Display()
        except (error.DisplayError, error.XauthError, OSError) as fault:
            raise DesktopGoneError(f"There is no X11 desktop to announce on ({fault}).") from None
        screen = self._display.screen()
        self._text = text
        width = min(screen.width_in_pixels, len(text) * LETTER + 2 * MARGIN)
        self._window = screen.root.create_window(
            (screen.width_in_pixels - width) // 2,
            0,
            width,
            HEIGHT,
            0,
            screen.root_depth,
            background_pixel=screen.default_colormap.alloc_named_color("firebrick").pixel,
            override_redirect=True,
            event_mask=X.ExposureMask | X.VisibilityChangeMask,
        )
        font = next(found for name in FONTS if (found := self._display.open_font(name)) is not None)
        self._pen = self._window.create_gc(
            foreground=screen.white_pixel, background=screen.default_colormap.alloc_named_color("firebrick").pixel, font=font
        )
        self._window.set_wm_name("WorkPulse")
        self._window.map()
        self._draw()

    def stay(self, seconds: float) -> None:
        """Show it for `seconds`, and stay above what is opened meanwhile."""
        deadline = time.monotonic() + seconds
        try:
            while time.monotonic() < deadline:
                self._window.configure(stack_mode=X.Above)
                self._draw()
                time.sleep(0.2)
            if self._window.get_attributes().map_state != X.IsViewable:
                raise DesktopGoneError("The announcement is not on the screen.")
        except (error.ConnectionClosedError, error.XError, OSError) as fault:
            raise DesktopGoneError(f"The X11 desktop is gone: {fault}") from None

    def close(self) -> None:
        """Take it away."""
        with contextlib.suppress(error.ConnectionClosedError, error.XError, OSError):
            self._window.destroy()
            self._display.close()

    def _draw(self) -> None:
        letters = [ord(letter) for letter in self._text if ord(letter) < 0x1_0000][:MOST_LETTERS]
        self._window.image_text_16(self._pen, MARGIN, HEIGHT // 2 + 6, letters)
        self._display.sync()
