"""What the server's answer to a batch means: a closed set, and the one place that reads it."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import msgspec

from agent.transport import Answer
from policy.wire import Ack, Problem

LONGEST_RETRY_AFTER = 3600.0


@dataclass(frozen=True)
class Acked:
    """On the server's disk up to `ack.acked`."""

    ack: Ack


@dataclass(frozen=True)
class Rewind:
    """The server wants number `expected` next."""

    expected: int


@dataclass(frozen=True)
class Cloned:
    """The epoch belongs to another machine."""


@dataclass(frozen=True)
class Revoked:
    """The token is not, or no longer, valid."""


@dataclass(frozen=True)
class NoNotice:
    """An account in the batch has no current notice record."""


@dataclass(frozen=True)
class TooLarge:
    """Smaller, please."""


@dataclass(frozen=True)
class Bad:
    """The batch is not understood; one of its events may be the reason."""

    why: str


@dataclass(frozen=True)
class Busy:
    """Later, please: after `wait` seconds if the server said so."""

    wait: float | None


@dataclass(frozen=True)
class Unknown:
    """Anything else. What was sent is kept."""

    what: str


Outcome = Acked | Rewind | Cloned | Revoked | NoNotice | TooLarge | Bad | Busy | Unknown


def outcome_of(answer: Answer, now: float) -> Outcome:
    """Return what `answer` means; never raises."""
    status = answer.status
    if status == 200:
        return _acked(answer.body)
    problem = _problem(answer.body)
    if status == 409:
        return _conflict(problem)
    if status == 401 or (status == 403 and problem.reason == "revoked"):
        return Revoked()
    if status == 403 and problem.reason == "no_notice":
        return NoNotice()
    if status == 413:
        return TooLarge()
    if status in (400, 422):
        return Bad(problem.message or problem.reason or str(status))
    if status in (429, 503):
        return Busy(seconds_of(answer.retry_after, now))
    return Unknown(f"status {status} {problem.reason}".strip())


def seconds_of(retry_after: str | None, now: float) -> float | None:
    """Return how long Retry-After asks to wait: it gives seconds or a date."""
    if not retry_after:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(retry_after).timestamp() - now
        except ValueError:
            return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER) if seconds == seconds else None  # a NaN equals nothing


def _acked(body: bytes) -> Outcome:
    try:
        return Acked(msgspec.json.decode(body, type=Ack))
    except msgspec.DecodeError as fault:
        return Unknown(f"status 200 but no ack: {fault}")


def _conflict(problem: Problem) -> Outcome:
    if problem.reason == "cloned":
        return Cloned()
    return (
        Rewind(problem.expected)
        if problem.expected is not None and problem.expected > 0
        else Unknown(f"status 409 {problem.reason}".strip())
    )


def _problem(body: bytes) -> Problem:
    try:
        return msgspec.json.decode(body, type=_LenientProblem).whole()
    except msgspec.DecodeError:
        return Problem("")


class _LenientProblem(msgspec.Struct):
    """A refusal as some server may word it; a missing reason must not hide `expected`."""

    reason: str = ""
    message: str = ""
    expected: int | None = None

    def whole(self) -> Problem:
        return Problem(self.reason, self.message, self.expected)
