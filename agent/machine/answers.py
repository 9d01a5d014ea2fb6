"""Who of this PC's accounts may be told of now: each by the answer and the pause in that account's own folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from agent.control import ControlWatch
from agent.folder import Folder
from agent.gate import Word, decide
from policy.wire import AgentPolicy


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
                found[account.casefold()] = decide(control, policy, account, at)
        return found
