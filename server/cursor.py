"""Cursors: where a page of a long list ended, as text that a client hands back and need not understand."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TypeVar

import msgspec

from server.refusals import BadRequestError

Place = TypeVar("Place")


def encode(place: object) -> str:
    """Return the cursor that says `place`, the key of the last row shown."""
    return urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def decode(text: str, places: msgspec.json.Decoder[Place]) -> Place:
    """Return the place a cursor says; raise BadRequestError when it says none."""
    try:
        return places.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        raise BadRequestError("cursor must be what the page before said in next") from None
