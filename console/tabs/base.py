"""What a tab is: `load` fetches values and knows no Qt, `show` paints them and knows no network."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QWidget

from console.api import Api
from console.models.rows import RowsModel
from console.scope import Scope
from console.services import Services
from console.widgets.empty import Emptiness
from policy.roles import SEES_FIGURES, Role

Values = TypeVar("Values")


class Tab(QObject, Generic[Values]):
    """One tab; the frame around it (tabs.frame) owns loading, empty, error and stale states.

    Attributes:
        key: the tab's name in the TABS table, in words.tab and in the icons.
        roles: who gets to see this tab at all.
        body: the widget to show.
    Signals:
        wanted: another tab, by key, should be opened (the scope says about whom).
        outdated: what this tab itself asks for has changed; load again.
        given_up: somebody no longer waits for the answer.
        done: something was changed on the server: a sentence, and what undoes it or None.
        classify_wanted: a rule should be made for a kind (app or site), pattern and name; all empty: for what is unclassified.
        evidence_wanted: what something rests on should be opened (models.alerts.Evidence).
        why_wanted: what a figure is made of should be shown (console.widgets.why).
        page_wanted: an administration page, by key, should be opened.
    """

    key = ""
    roles: frozenset[Role] = SEES_FIGURES
    wanted = pyqtSignal(str)
    outdated = pyqtSignal()
    given_up = pyqtSignal()
    done = pyqtSignal(str, object)
    classify_wanted = pyqtSignal(str, str, str)
    why_wanted = pyqtSignal(object)
    evidence_wanted = pyqtSignal(object)
    page_wanted = pyqtSignal(str)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.body = QWidget()
        self._links: list[tuple[Any, Any]] = []

    @staticmethod
    def load(api: Api, scope: Scope) -> Any:
        """Return this tab's values for the scope; runs in a pool thread."""
        raise NotImplementedError

    def loader(self) -> Callable[[Api, Scope], Any]:
        """Return what to run in the pool; a tab with conditions of its own binds them here, on the window's thread."""
        return self.load

    def show(self, values: Values) -> None:
        """Paint the values; runs on the window's thread."""
        raise NotImplementedError

    def rank(self, *models: RowsModel[Any]) -> None:
        """Keep people out of an order of their figures where an agreement forbids it; every table of people goes through here."""
        for model in models:
            model.rank(self.services.choices.ranked)

    def at_rest(self) -> None:
        """No answer is awaited any more, whether one came or not."""

    def has_figures(self, values: Values) -> bool:
        """Whether there is anything to show at all."""
        raise NotImplementedError

    def emptiness(self, values: Values) -> Emptiness | None:
        """Return why there is nothing to show, where this tab knows better than the scope does."""
        return None

    def heading(self, values: Values) -> str:
        """The line beside the tab's name."""
        raise NotImplementedError

    def conditions(self) -> list[tuple[str, str]]:
        """Return (name, words) of what this tab itself asks for, beside the scope; exports carry it."""
        return []

    def every_row(self, model: Any) -> Callable[[], Iterable[Any]] | None:
        """Return what makes all rows of a table that does not hold them all, to be read in the pool."""
        return None

    def search(self, text: str) -> tuple[int, int]:
        """Hide the rows that do not match; return how many are shown of how many."""
        raise NotImplementedError

    def back(self) -> bool:
        """Leave what was opened within this tab; whether there was anything to leave."""
        return False

    def link(self, signal: Any, slot: Callable[..., object]) -> None:
        """Connect for as long as this tab lives."""
        signal.connect(slot)
        self._links.append((signal, slot))

    def close(self) -> None:
        """Undo every connection to what outlives this tab."""
        for signal, slot in self._links:
            signal.disconnect(slot)
        self._links.clear()
