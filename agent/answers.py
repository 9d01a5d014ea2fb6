"""Carrying the person's answers to the notice into the buffer, and out of it what a withdrawal takes back."""

from __future__ import annotations

from agent.buffer import Buffer
from agent.control import Control
from agent.log import log
from policy.events import Activity, Capture, File, Network, Notice, Session

TAKEN_BACK = (Activity, Network, File, Capture, Session)
"""Kinds about a person; a withdrawal purges those of them that were not sent."""


def record_answers(buffer: Buffer, control: Control, account: str, now: int) -> bool:
    """Record the answers of `account` that the buffer does not have yet; return whether there were any.

    A withdrawal first replaces everything unsent about the person by declared gaps.
    """
    known = buffer.facts.answered_at
    fresh = [answer for answer in control.answers if answer.account == account and answer.at > known]
    for answer in fresh:
        _record(buffer, answer, now)
    return bool(fresh)


def _record(buffer: Buffer, answer: Notice, now: int) -> None:
    if answer.answer == "withdrawn":
        purged = buffer.purge("withdrawn", now, TAKEN_BACK)
        log.info("withdrawn", purged=purged)
    if buffer.append([answer], now):
        buffer.note(answered_at=answer.at)
