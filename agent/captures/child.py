"""One announced picture of the screen, taken by a short-lived process of its own: it announces, then it takes, or it fails.

There is no way to take a picture here but after the announcement was on the screen for its whole time; and the announcement
is still there when the picture is taken, so every picture shows that it was announced.
"""

from __future__ import annotations

import io
import sys
from typing import BinaryIO

from agent.desktop.announcement import Announcement
from policy.wire import MAX_CAPTURE_BYTES

ANNOUNCED_SECONDS = 4.0
WIDEST = 1_600
QUALITIES = (60, 40, 25, 10)


def take_picture(text: str, out: BinaryIO, seconds: float = ANNOUNCED_SECONDS) -> None:
    """Announce `text` on the screen for `seconds`, then write a picture of all screens, as WebP, to `out`."""
    with Announcement(text) as announcement:
        announcement.stay(seconds)
        out.write(grabbed())


def grabbed() -> bytes:
    """Return a picture of all screens; only for who has an announcement on them."""
    # Imported in this process only: the agent itself never has a library in it that can see a screen.
    from PIL import Image, ImageGrab

    picture = ImageGrab.grab(all_screens=True) if sys.platform == "win32" else ImageGrab.grab()
    picture = picture.convert("RGB")
    if picture.width > WIDEST:
        picture = picture.resize((WIDEST, max(1, picture.height * WIDEST // picture.width)), Image.Resampling.LANCZOS)
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality)
        if out.tell() <= MAX_CAPTURE_BYTES:
            break
    return out.getvalue()
