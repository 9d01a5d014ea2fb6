"""From the Security log to events: who did what to which file, for the accounts that may be told of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agent.auditlog import as_event, read_deeds
from agent.gate import Word
from agent.machine.answers import Answers
from policy.events import File
from policy.purposes import Purpose
from policy.wire import AgentPolicy


class FeedLostError(RuntimeError):
    """The system's log went on without us: entries may have been overwritten before they were read."""


class Feed(Protocol):
    """The Security log from now on."""

    def take(self) -> list[str]:
        """Return the entries that came since this was last asked, rendered; raise FeedLostError when some may be missing."""

    def close(self) -> None:
        """Let it go."""


class NoFeed:
    """No log to read."""

    def take(self) -> list[str]:
        """Return nothing."""
        return []

    def close(self) -> None:
        """Nothing is open."""


def told(entries: Sequence[str], answers: Answers, policy: AgentPolicy) -> list[File]:
    """Return what `entries` tell of people who agreed, judged at the instant of each deed."""
    deeds = read_deeds(entries)
    withheld = answers.withholding(Purpose.FILES) if deeds else frozenset()
    events = []
    words: dict[int, dict[str, Word]] = {}
    for deed in deeds:
        minute = deed.at // 60_000
        if minute not in words:
            words[minute] = answers.words(policy, deed.at)
        account = deed.account.casefold()
        if words[minute].get(account) is Word.RECORDING and account not in withheld:
            events.append(as_event(deed))
    return events
