"""Sealing: bytes that open only with this PC's key and only in the place they were sealed for."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
TAG_BYTES = 16
FACTS_PLACE = b"facts"
OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES


class UnopenedError(ValueError):
    """The bytes were changed, moved from their place, or sealed by another key."""


class Sealer:
    """AES-256-GCM under one key; `place` is authenticated with the bytes, so a seal moved elsewhere does not open."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Return `plain` sealed for `place`."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, place)

    def open(self, sealed: object, place: bytes) -> bytes:
        """Return what was sealed for `place`; raise UnopenedError for anything else, such as what a damaged file holds."""
        try:
            if not isinstance(sealed, bytes):
                raise ValueError("not bytes")
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
        except (InvalidTag, ValueError):
            raise UnopenedError("sealed for another place, by another key, or damaged") from None


def place_of_row(epoch: str, seq: int) -> bytes:
    """Return the place of event `seq` of `epoch`."""
    return bytes.fromhex(epoch) + seq.to_bytes(8, "big")
