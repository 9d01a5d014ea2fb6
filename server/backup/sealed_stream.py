"""A stream sealed as it is written: AES-256-GCM in chunks, so that a copy of any size needs little memory and no change goes unseen.

```
file    magic salt prefix | chunk 0 | chunk 1 | ... | last chunk
nonce                       prefix 0 0  prefix 1 0     prefix n 1      the last one says that it is: a file cut short does not open
```
The magic, salt and prefix are bound to every chunk. The key comes from a passphrase or the content of a key file by scrypt, which
makes guessing dear, and from the salt, so that no two files share a key.
"""

from __future__ import annotations

import os
import struct
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"WorkPulse sealed stream 1\n"
CIPHER = "AES-256-GCM"
SALT_BYTES, PREFIX_BYTES, TAG_BYTES, KEY_BYTES = 16, 7, 16, 32
CHUNK_BYTES = 1 << 18
MOST_CHUNKS = 1 << 32
SCRYPT = {"n": 1 << 16, "r": 8, "p": 1}
"""64 MiB and a fifth of a second for each guess."""
LEAST_SECRET = 8


class Sink(Protocol):
    """What can be written to."""

    def write(self, content: bytes, /) -> int:
        """Take in content."""
        ...


class SealError(ValueError):
    """What was read is no sealed stream, or does not open with this secret, or is not whole; the sentence says which."""


class SealingWriter:
    """A file to write to whose content is sealed; only `finish` makes it whole."""

    def __init__(self, target: Sink, secret: bytes) -> None:
        salt, self._prefix = os.urandom(SALT_BYTES), os.urandom(PREFIX_BYTES)
        self._target = target
        self._head = MAGIC + salt + self._prefix
        self._cipher = AESGCM(_key(secret, salt))
        self._waiting = bytearray()
        self._number = 0
        target.write(self._head)

    def write(self, content: bytes) -> int:
        """Take in content; whole chunks go out at once, but the newest waits: it might be the last."""
        self._waiting += content
        while len(self._waiting) > CHUNK_BYTES:
            self._put(bytes(self._waiting[:CHUNK_BYTES]), last=False)
            del self._waiting[:CHUNK_BYTES]
        return len(content)

    def finish(self) -> None:
        """Write the last chunk."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._prefix, self._number, last=last), chunk, self._head))
        self._number += 1


class SealedReader:
    """A file to read from whose content was sealed; SealError as soon as anything of it is not as it was written."""

    def __init__(self, source: BinaryIO, secret: bytes) -> None:
        self._source = source
        self._head = source.read(len(MAGIC) + SALT_BYTES + PREFIX_BYTES)
        if not self._head.startswith(MAGIC) or len(self._head) < len(MAGIC) + SALT_BYTES + PREFIX_BYTES:
            raise SealError("this is no WorkPulse backup")
        salt, self._prefix = self._head[len(MAGIC) : -PREFIX_BYTES], self._head[-PREFIX_BYTES:]
        self._cipher = AESGCM(_key(secret, salt))
        self._next = source.read(CHUNK_BYTES + TAG_BYTES)
        self._ready = bytearray()
        self._number = 0
        self._ended = False

    def read(self, many: int = -1) -> bytes:
        """Return up to `many` bytes that were proven, all that are left without a number; nothing at the end."""
        while not self._ended and (many < 0 or len(self._ready) < many):
            self._take()
        found = bytes(self._ready) if many < 0 else bytes(self._ready[:many])
        del self._ready[: len(found)]
        return found

    def _take(self) -> None:
        sealed, self._next = self._next, self._source.read(CHUNK_BYTES + TAG_BYTES)
        last = not self._next
        try:
            self._ready += self._cipher.decrypt(_nonce(self._prefix, self._number, last=last), sealed, self._head)
        except (InvalidTag, ValueError):
            told = (
                "it does not open: the key is another one, or its beginning was damaged"
                if self._number == 0
                else "it is damaged or cut short"
            )
            raise SealError(f"{told} (chunk {self._number})") from None
        self._number += 1
        self._ended = last


def _key(secret: bytes, salt: bytes) -> bytes:
    if len(secret) < LEAST_SECRET:
        raise SealError(f"the key or passphrase must have at least {LEAST_SECRET} characters")
    return Scrypt(salt=salt, length=KEY_BYTES, **SCRYPT).derive(secret)


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    if number >= MOST_CHUNKS:
        raise SealError("a sealed stream holds at most a petabyte")
    return prefix + struct.pack(">IB", number, last)
