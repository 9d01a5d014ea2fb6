"""A clip: announced pictures, one a second, taken by a short-lived process of its own while its reason stays on the screen."""

from __future__ import annotations

import struct
import time
from typing import BinaryIO

from agent.captures.child import ANNOUNCED_SECONDS, grabbed
from agent.desktop.announcement import Announcement

HEAD = struct.Struct("<I")
"""Each picture is preceded by its length, so that whoever reads has every whole one even if this process is ended."""
LEAST_SECONDS = 0.2


def take_clip(text: str, out: BinaryIO, seconds: int, announced: float = ANNOUNCED_SECONDS) -> None:
    """Announce `text` for a while and go on showing it; for `seconds`, write a picture a second to `out`."""
    with Announcement(text) as announcement:
        announcement.stay(announced)
        begun = time.monotonic()
        for second in range(1, seconds + 1):
            announcement.stay(max(LEAST_SECONDS, begun + second - time.monotonic()))
            picture = grabbed()
            out.write(HEAD.pack(len(picture)) + picture)
            out.flush()
