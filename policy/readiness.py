"""Makes every message type ready in one thread: two threads that meet a new type at once end the whole process (msgspec 0.22).

msgspec works a type out when it is first decoded, and whoever decodes it meanwhile is handed what is there of it so far.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress

from msgspec import Struct
from msgspec.json import Decoder

_ONE_AT_A_TIME = threading.Lock()
_READY: set[type[Struct]] = set()


def make_types_ready() -> int:
    """Work out every message type that is imported by now, before threads begin to decode; return how many are ready."""
    with _ONE_AT_A_TIME:
        known: set[type[Struct]] = {*_below(Struct)}
        for one in known - _READY:
            with suppress(TypeError, NameError):  # what is only handed about within a process need not be decodable
                Decoder(one)
            _READY.add(one)
        return len(_READY)


def _below(kind: type[Struct]) -> Iterator[type[Struct]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
