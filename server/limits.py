"""How often a caller may try: counted per key in the memory of each server process."""

from __future__ import annotations

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from server.clock import ahead_of_steady
from server.refusals import TooManyError

ENROL_FAILURES = parse("5/hour")
SIGN_IN_FAILURES = parse("10/minute")
COPIES = parse("3/hour")
SET_BACK_SECONDS = 30.0
"""A clock that falls behind by more was set; the library's windows then hold instants of a future."""
BATCHES_A_SECOND = 20.0
BATCHES_AT_ONCE = 1_200
"""A device that was away delivers its backlog without a pause; this many batches are a month of them."""


class Buckets:
    """A bucket a key, filled steadily up to its size; each thing done takes one out.

    The library's windows keep an instant for each thing done, which for a batch cost as much as storing it.
    """

    def __init__(self, per_second: float, size: int) -> None:
        self._per_ms, self._size = per_second / 1000, size
        self._left: dict[int, tuple[float, int]] = {}

    def take(self, key: int, now: int) -> bool:
        """Take one out; return whether there was one."""
        left, since = self._left.get(key, (self._size, now))
        left = min(self._size, left + max(0, now - since) * self._per_ms)
        self._left[key] = (left - 1 if left >= 1 else left, now)
        return left >= 1


class Limits:
    """The limits of one running server."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self._windows = MovingWindowRateLimiter(self._storage)
        self._ahead = ahead_of_steady()
        self._devices = Buckets(BATCHES_A_SECOND, BATCHES_AT_ONCE)

    @property
    def _limiter(self) -> MovingWindowRateLimiter:
        """The windows; they forget when the clock was set back, or a lock of a minute would last for the hour it was set by."""
        ahead = ahead_of_steady()
        if ahead < self._ahead - SET_BACK_SECONDS:
            self._storage.reset()
        self._ahead = ahead
        return self._windows

    def refuse_after_enrol_failures(self, address: str) -> None:
        """Raise TooManyError when this address failed to enrol too often."""
        if not self._limiter.test(ENROL_FAILURES, "enrol", address):
            raise TooManyError("too many wrong codes from this address", retry_after=3600)

    def note_enrol_failure(self, address: str) -> None:
        """Count one wrong code."""
        self._limiter.hit(ENROL_FAILURES, "enrol", address)

    def refuse_after_sign_in_failures(self, user: str, address: str) -> None:
        """Raise TooManyError when this name, or this address for many names, was wrong too often."""
        by_name = self._limiter.test(SIGN_IN_FAILURES, "user", user, address)
        by_address = self._limiter.test(SIGN_IN_FAILURES, "address", address)
        if not (by_name and by_address):
            raise TooManyError("too many wrong passwords; wait a minute", retry_after=60)

    def note_sign_in_failure(self, user: str, address: str) -> None:
        """Count one wrong password."""
        self._limiter.hit(SIGN_IN_FAILURES, "user", user, address)
        self._limiter.hit(SIGN_IN_FAILURES, "address", address)

    def take_copy(self, person: int) -> None:
        """Count one copy a person takes of their own record; raise TooManyError when they took several just now."""
        if not self._limiter.hit(COPIES, "copy", str(person)):
            raise TooManyError("you took several copies just now; try again in an hour", retry_after=3600)

    def take_batch(self, device: int, now: int) -> None:
        """Count one batch of a device; raise TooManyError when it floods."""
        if not self._devices.take(device, now):
            raise TooManyError("this device sends too often", retry_after=10)
