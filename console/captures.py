"""A picture of a screen as it came from a PC: its bytes are hostile until they were decoded, within limits and never on the disk."""

from __future__ import annotations

import hashlib
import io
import struct

from PyQt5.QtGui import QImage

from console.api import Api
from console.trouble import Trouble
from console.words import _
from policy.summaries import PictureTaken
from policy.wire import MAX_CAPTURE_BYTES

KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
MOST_PIXELS = 25_000_000
"""Three of the largest screens; decoding that many takes less than 256 MB."""
LONGEST_SIDE = 32_767
LARGEST_SHOWN = (2_560, 1_600)
"""What is kept in memory is no larger, so that drawing it stays quick."""


class Damaged(Trouble):
    """What came is not the picture it says it is."""


def open_picture(api: Api, one: PictureTaken) -> QImage:
    """Fetch a picture, which is a look that is written down, and decode it; raise Damaged. For a pool thread."""
    content = api.read(f"captures/{one.sha256}")
    if hashlib.sha256(content).hexdigest() != one.sha256:
        raise _damaged("sha256")
    return decoded(content, one.media)


def decoded(content: bytes, media: str) -> QImage:
    """Return a picture, no larger than LARGEST_SHOWN; raise Damaged for what is too large, cut off, or no picture of that kind."""
    if len(content) > MAX_CAPTURE_BYTES or media not in KINDS:
        raise _damaged("size" if media in KINDS else "media")
    # Only where somebody opens a picture. Pillow and not Qt: Qt would inflate a PNG's texts without an end, and cannot be told not to.
    from PIL import Image

    bombs = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    broken = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError, MemoryError, struct.error)
    try:
        with Image.open(io.BytesIO(content), formats=(KINDS[media],)) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
                raise _damaged(f"{width} x {height}")
            picture.draft("RGB", LARGEST_SHOWN)
            shown = picture if picture.mode == "RGB" else picture.convert("RGB")
            shown.thumbnail(LARGEST_SHOWN)
            return QImage(shown.tobytes(), *shown.size, 3 * shown.width, QImage.Format.Format_RGB888).copy()
    except (*bombs, *broken) as fault:
        raise _damaged(type(fault).__name__) from None


def _damaged(details: str) -> Damaged:
    return Damaged(
        _("This picture cannot be shown: it is damaged, too large, or no picture at all. Nothing of it was run or kept."), details
    )
