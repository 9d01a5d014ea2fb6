"""What an agent-and-server tracker's resources have in common: numbers, times, and how much of a list is shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import request

from policy.events import EARLIEST_MS, LATEST_MS
from server.auth import Ask
from server.compat.asked import day_or, device_of
from server.compat.samples import instant_of
from server.refusals import BadRequestError, NotThereError

SEQ_BITS = 32
EARLIEST, LATEST = date(2001, 1, 1), date(2099, 12, 31)
USUAL_DAYS = timedelta(days=7)


def number_of(epoch: int, seq: int) -> int:
    """Return the number under which these clients know a stored event."""
    return epoch << SEQ_BITS | seq


def place_of(number: int) -> tuple[int, int]:
    """Return (epoch, sequence number) of such a number."""
    return number >> SEQ_BITS, number & ((1 << SEQ_BITS) - 1)


def pc_of(ask: Ask) -> int | None:
    """Return the number of the PC that asks, once its bucket allows it; None for somebody who is signed in."""
    return None if ask.device is None else device_of(ask).id


def until_of(ask: Ask) -> int:
    """Return the instant before which rows are asked for: `until`, else whatever there is."""
    return instant_or(request.args.get("until") or None, LATEST_MS, "until")


def days_of(ask: Ask, today: date, most: int) -> tuple[date, date]:
    """Return the days from `start_date` to `end_date`; without, those of the last week."""
    last = day_or(ask, "end_date", today)
    if not EARLIEST <= last <= LATEST:
        raise BadRequestError(f"nothing is recorded before {EARLIEST} or after {LATEST}")
    first = day_or(ask, "start_date", last - USUAL_DAYS + timedelta(days=1))
    if first < EARLIEST or not 0 <= (last - first).days < most:
        raise BadRequestError(f"start_date must not be after end_date, and at most {most} days may be asked for")
    return first, last


def instant_or(text: str | None, absent: int, name: str) -> int:
    """Return an ISO 8601 time as an instant; raise BadRequestError when it is none, or of no PC's time."""
    try:
        instant = absent if text is None else instant_of(text)
    except ValueError as fault:
        raise BadRequestError(f"{name} must be a time such as 2024-05-10T10:20:30Z: {fault}") from None
    if not EARLIEST_MS <= instant <= LATEST_MS:
        raise BadRequestError(f"{name} is no time at which a PC recorded anything")
    return instant


def text_of(instant: int) -> str:
    """Return an instant as ISO 8601 in UTC."""
    return datetime.fromtimestamp(instant / 1000, UTC).isoformat().replace("+00:00", "Z")


def text_or_none(instant: int | None) -> str | None:
    """Return an instant as ISO 8601, or None where there is none."""
    return None if instant is None else text_of(instant)


def not_there(what: str) -> NotThereError:
    """Return the refusal of a number that is nothing, or nothing the caller may know of."""
    return NotThereError(f"there is no such {what}, or not for you")
