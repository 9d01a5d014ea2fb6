"""Who of this PC's accounts may be told of now: whose own agent runs visibly, and records, by that person's own answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from agent.control import ControlWatch
from agent.enrolment import load_policy
from agent.folder import Folder
from agent.gate import Word, decide
from agent.status import read_note
from policy.purposes import Purpose
from policy.wire import AgentPolicy

FRESH_MS = 60_000
"""A running agent notes every ten seconds how it is."""


class Answers:
    """Looks where every account's agent keeps what its person decided; nobody's silence is a yes."""

    def __init__(self, roots: Callable[[], Iterable[Path]]) -> None:
        self._roots = roots
        self._watches: dict[Path, ControlWatch] = {}

    def words(self, policy: AgentPolicy, at: int) -> dict[str, Word]:
        """Return, for each account that ever answered, in lower case, what may be done about it at the instant `at`."""
        found: dict[str, Word] = {}
        for root in self._roots():
            control = self._watches.setdefault(root, ControlWatch(Folder(root).control)).read()
            for account in {answer.account for answer in control.answers}:
                word = decide(control, policy, account, at)
                found[account.casefold()] = Word.UNSEEN if word is Word.RECORDING and not _shows_itself(root, at) else word
        return found

    def withholding(self, purpose: Purpose) -> frozenset[str]:
        """Return the accounts, in lower case, whose own agent was told that nothing may be collected for this purpose."""
        return frozenset(account for root in self._roots() if _withholds(root, purpose) for account in self._accounts(root))

    def _accounts(self, root: Path) -> set[str]:
        control = self._watches.setdefault(root, ControlWatch(Folder(root).control)).read()
        return {answer.account.casefold() for answer in control.answers}


def _withholds(root: Path, purpose: Purpose) -> bool:
    policy = load_policy(Folder(root))
    return policy is not None and purpose in policy.withholds


def _shows_itself(root: Path, at: int) -> bool:
    """Whether the account's own agent said about then that it records, and so has its symbol on the tray."""
    note = read_note(Folder(root))
    return note is not None and note.state == Word.RECORDING and abs(at - note.at) < FRESH_MS
