"""A table of a list too long to hold: pages come by cursor as somebody scrolls, and only the newest few stay in memory.

```
pages    0      1      2      3   ...  80     81
held                                [rows] [rows]      KEPT_PAGES of them; of the others only where they start and their cursor
below                                            next  the cursor of the page after the last known one, None at the end
```
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Container, Hashable, Sequence
from typing import Any

from PyQt5.QtCore import QModelIndex, Qt, pyqtSignal

from console import words
from console.models.rows import Column, Row, RowsModel

KEPT_PAGES = 40
WAITING = "…"


class PagesModel(RowsModel[Row]):
    """Rows of one kind, newest page last; it asks for pages and is given them.

    Signals:
        more_wanted: the page after the last known one.
        page_wanted: an earlier page, by number, that is no longer held.
    """

    more_wanted = pyqtSignal()
    page_wanted = pyqtSignal(int)

    def __init__(self, columns: Sequence[Column[Row]], identity: Callable[[Row], Hashable], name: Callable[[Row], str]) -> None:
        super().__init__(columns, identity, name)
        self._starts: list[int] = []
        self._cursors: list[str | None] = []
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._awaited: set[int] = set()
        self._following: str | None = None
        self._count = 0
        self._matching: list[int] | None = None

    # --- what is known ------------------------------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """How many rows are known so far."""
        return self._count

    @property
    def following(self) -> str | None:
        """The cursor of the page after the last known one; None when there is none."""
        return self._following

    @property
    def pages(self) -> int:
        """How many pages are known."""
        return len(self._starts)

    @property
    def rows(self) -> list[Row]:
        """The rows held, newest first, as shown."""
        held = [row for number in sorted(self._pages) for row in self._pages[number]]
        return held if self._matching is None else [row for row in held if self._matches(row)]

    def cursor_of(self, number: int) -> str | None:
        """Return the cursor that a known page was asked for with."""
        return self._cursors[number]

    # --- taking pages -------------------------------------------------------------------------------------------------

    def begin(self, rows: Sequence[Row], following: str | None) -> None:
        """Start anew with a first page."""
        self.beginResetModel()
        self._starts, self._cursors, self._count = [], [], 0
        self._pages.clear()
        self._awaited.clear()
        self._take(rows, None)
        self._following = following
        self._matching = self._places() if self._search else None
        self.endResetModel()

    def add(self, rows: Sequence[Row], following: str | None) -> None:
        """Take the page after the last known one; it may be empty and yet not be the last."""
        cursor, self._following = self._following, following
        if not rows:
            return
        hidden = self._matching is not None
        if not hidden:
            self.beginInsertRows(QModelIndex(), self._count, self._count + len(rows) - 1)
        self._take(rows, cursor)
        if hidden:
            self.search(self._search)
        else:
            self.endInsertRows()

    def _take(self, rows: Sequence[Row], cursor: str | None) -> None:
        if rows:
            self._starts.append(self._count)
            self._cursors.append(cursor)
            self._count += len(rows)
            self._keep(len(self._starts) - 1, list(rows))

    def fill(self, number: int, rows: Sequence[Row]) -> None:
        """Take back a page that was let go; rows that came between since do not move what is already on the screen."""
        self._awaited.discard(number)
        start, end = self._bounds(number)
        self._keep(number, list(rows[: end - start]))
        if self._matching is None:
            self.dataChanged.emit(self.index(start, 0), self.index(end - 1, len(self.columns) - 1))

    def give_up(self) -> None:
        """Nothing that was asked for will come; ask again when it is looked at again."""
        self._awaited.clear()

    def _keep(self, number: int, rows: list[Row]) -> None:
        self._pages[number] = rows
        self._pages.move_to_end(number)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)

    def _bounds(self, number: int) -> tuple[int, int]:
        return self._starts[number], self._starts[number + 1] if number + 1 < len(self._starts) else self._count

    # --- searching what is held ---------------------------------------------------------------------------------------

    def search(self, text: str) -> None:
        """Show only held rows that hold every word of `text`; the store itself is searched by its own conditions."""
        folded = words.fold(text.strip())
        if not folded and not self._search:
            return
        self.beginResetModel()
        self._search = folded
        self._matching = self._places() if folded else None
        self.endResetModel()

    def _places(self) -> list[int]:
        return [
            self._starts[number] + place
            for number in sorted(self._pages)
            for place, row in enumerate(self._pages[number])
            if self._matches(row)
        ]

    # --- rows ---------------------------------------------------------------------------------------------------------

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Take a list that is whole."""
        self.begin(rows, None)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """The server's order is the only one: sorting what happens to be held would mislead."""

    def held(self, place: int) -> Row | None:
        """Return the row shown at a place, or None and ask for it."""
        number, offset = self._where(place)
        rows = self._pages.get(number)
        if rows is None:
            self._ask(number)
            return None
        self._pages.move_to_end(number)
        return rows[offset] if offset < len(rows) else None

    def _where(self, place: int) -> tuple[int, int]:
        real = place if self._matching is None else self._matching[place]
        number = bisect_right(self._starts, real) - 1
        return number, real - self._starts[number]

    def _peek(self, place: int) -> list[Row]:
        """Return the row at this place, nothing where it is not held; unlike `held` it asks for none."""
        number, offset = self._where(place)
        return self._pages.get(number, [])[offset : offset + 1]

    def _ask(self, number: int) -> None:
        if number not in self._awaited:
            self._awaited.add(number)
            self.page_wanted.emit(number)

    def row_at(self, place: int) -> Row:
        """Return the row shown at this place, which must be held."""
        row = self.held(place)
        if row is None:
            raise LookupError("this row is not held")
        return row

    def rows_at(self, places: Sequence[int]) -> list[Row]:
        """Return those rows at these places that are held."""
        return [row for place in places if (row := self.held(place)) is not None]

    def place_of(self, identity: Hashable) -> int | None:
        """Return where a held row is shown."""
        return next(iter(self.places_of((identity,))), None)

    def places_of(self, identities: Container[Hashable]) -> list[int]:
        """Return where those of these rows that are held are shown."""
        shown = range(self.rowCount()) if self._matching is not None else self._held_places()
        return [place for place in shown for row in self._peek(place) if self._identity(row) in identities]

    def identities_at(self, places: Sequence[int]) -> frozenset[Hashable]:
        """Return what makes those rows that are held themselves."""
        return frozenset(self._identity(row) for place in places for row in self._peek(place))

    def _held_places(self) -> list[int]:
        return [self._starts[number] + place for number, rows in list(self._pages.items()) for place in range(len(rows))]

    def identity_at(self, place: int) -> Hashable:
        """Return what makes this row itself; a row that is not held is nobody."""
        row = self.held(place)
        return None if row is None else self._identity(row)

    # --- Qt asks ------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Rows shown."""
        if parent.isValid():
            return 0
        return self._count if self._matching is None else len(self._matching)

    def canFetchMore(self, parent: QModelIndex = QModelIndex()) -> bool:  # noqa: B008
        """Whether there are older rows; a search among the held ones never pulls in the rest."""
        return not parent.isValid() and self._following is not None and self._matching is None

    def fetchMore(self, parent: QModelIndex = QModelIndex()) -> None:  # noqa: B008
        """The end of the known rows is in sight."""
        if self.canFetchMore(parent):
            self.more_wanted.emit()

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Answer for one cell; a row on its way shows dots."""
        if not index.isValid():
            return None
        if self.held(index.row()) is None:
            return WAITING if role == Qt.ItemDataRole.DisplayRole else None
        return super().data(index, role)
