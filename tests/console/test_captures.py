"""Pictures from PCs are hostile bytes: what is a picture is shown, everything else is one clear refusal, and nothing is written."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from console.captures import LARGEST_SHOWN, Damaged, decoded, open_picture
from policy.summaries import PictureState, PictureTaken
from policy.wire import MAX_CAPTURE_BYTES

KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}


def saved(kind: str = "PNG", size: tuple[int, int] = (64, 36), mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 200 if len(mode) == 1 or ";" in mode else None).save(out, kind, **more)
    return out.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is as large as a wall."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")


def a_bomb_of_texts() -> bytes:
    """A small picture with texts that would be a gigabyte."""
    told = PngInfo()
    for number in range(16):
        told.add_text(f"t{number}", "x" * 60_000_000 if number < 2 else "y" * 900_000, zip=True)
    return saved(pnginfo=told)


@pytest.mark.feature("T01")
@pytest.mark.parametrize("media", KINDS)
def test_a_picture_of_each_kind_is_shown_as_large_as_it_is(media: str) -> None:
    image = decoded(saved(KINDS[media]), media)
    assert (image.width(), image.height()) == (64, 36)


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "RGBA", "I;16"])
def test_every_mode_of_a_png_becomes_a_picture(mode: str) -> None:
    assert decoded(saved(mode=mode), "image/png").width() == 64


def test_a_picture_larger_than_any_window_is_made_smaller_when_it_is_decoded() -> None:
    image = decoded(saved("JPEG", (6_000, 1_000)), "image/jpeg")
    assert (image.width(), image.height()) == (LARGEST_SHOWN[0], 427)


HOSTILE = {
    "nothing": (b"", "image/png"),
    "a bomb": (a_bomb(50_000, 50_000), "image/png"),
    "a bomb that Pillow would only warn of": (a_bomb(10_000, 9_500), "image/png"),
    "a bomb that Pillow would take": (a_bomb(9_000, 9_000), "image/png"),
    "a strip": (a_bomb(40_000, 10), "image/png"),
    "a page that begins as a picture": (b"GIF89a<script>alert(1)</script>", "image/png"),
    "a vector drawing": (b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>', "image/png"),
    "another kind than it says": (saved("JPEG"), "image/png"),
    "a bitmap": (saved("BMP"), "image/webp"),
    "a kind that nobody announced": (saved("PNG"), "image/svg+xml"),
    "a PNG cut off": (saved(size=(300, 300))[:-200], "image/png"),
    "a JPEG cut off": (saved("JPEG", (300, 300))[:-400], "image/jpeg"),
    "a WebP cut off": (saved("WEBP", (300, 300))[:-60], "image/webp"),
    "more bytes than a picture may have": (saved() + bytes(MAX_CAPTURE_BYTES), "image/png"),
}


@pytest.mark.feature("T01")
@pytest.mark.quality("S-15")
@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_picture_is_one_clear_refusal(what: str) -> None:
    with pytest.raises(Damaged, match="cannot be shown"):
        decoded(*HOSTILE[what])


@pytest.mark.quality("S-15")
def test_texts_within_a_picture_are_not_inflated_without_an_end() -> None:
    content = a_bomb_of_texts()
    assert len(content) < MAX_CAPTURE_BYTES
    with pytest.raises(Damaged):
        decoded(content, "image/png")


@pytest.mark.quality("S-15")
def test_a_picture_with_markup_behind_it_is_the_picture_and_nothing_else() -> None:
    image = decoded(saved() + b"<script>alert(1)</script>PK\x03\x04", "image/png")
    assert image.width() == 64
    assert image.textKeys() == []


@pytest.mark.quality("S-15")
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.data())
def test_whatever_is_changed_in_a_picture_it_is_shown_or_refused(media: str, data: st.DataObject) -> None:
    content = bytearray(saved(KINDS[media], (40, 30)))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        decoded(bytes(content), media)
    except Damaged:
        return


class Server:
    """Answers with bytes that are not what was asked for."""

    def read(self, _route: str) -> bytes:
        return saved()


def test_a_picture_under_another_ones_name_is_refused() -> None:
    one = PictureTaken(1, "a" * 64, "image/png", 1, 64, 36, "PC", "policy", PictureState.KEPT)
    with pytest.raises(Damaged):
        open_picture(Server(), one)  # type: ignore[arg-type]


class _Watched:
    """Which files were opened for writing, as Python itself tells it."""

    on = False
    found: list[tuple[object, ...]] = []


def _hook(event: str, details: tuple[object, ...]) -> None:
    if _Watched.on and event == "open" and isinstance(details[1], str) and set(details[1]) & set("wax+"):
        _Watched.found.append(details)


sys.addaudithook(_hook)


@pytest.mark.quality("S-15", "S-21")
def test_nothing_is_written_while_pictures_are_decoded() -> None:
    decoded(saved(), "image/png")  # what Pillow loads, it loads now
    _Watched.on = True
    try:
        for media, kind in KINDS.items():
            decoded(saved(kind), media)
    finally:
        _Watched.on = False
    assert _Watched.found == []
