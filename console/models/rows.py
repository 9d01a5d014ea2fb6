"""A table of values: columns say how to show, sort and paint a row; works without a window.

Sorting and searching are Python's own on the raw values; a proxy model asks Python for every comparison and takes
seconds where this takes hundredths.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Container, Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from console import definitions, words
from console.export.harmless import harmless
from console.widgets.plain import tip

Row = TypeVar("Row")
Raw = float | str | None

RAW_ROLE = Qt.ItemDataRole.UserRole + 1
PAINT_ROLE = Qt.ItemDataRole.UserRole + 2


class Unit(StrEnum):
    """What a column's raw value is, so that an export can carry it exactly and not as rounded words."""

    TEXT = "text"
    SECONDS = "seconds"
    COUNT = "count"
    SHARE = "share"
    BYTES = "bytes"
    INSTANT = "instant"


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: `text` for the eye, `raw` for sorting (None last), `paint` a value a delegate draws, `tip` more words.

    `unit` says what `raw` is; a column of text is exported as it is shown, or as `whole` says it where cells cut it.

    `hidden` ones wait in the column menu; those with `grows` share what room the window has left, and `width` is their least.
    """

    key: str
    title: str
    text: Callable[[Row], str]
    raw: Callable[[Row], Raw]
    width: int = 90
    number: bool = False
    tip: Callable[[Row], str] | None = None
    paint: Callable[[Row], object] | None = None
    icon: Callable[[Row], object] | None = None
    definition: str = ""
    hidden: bool = False
    grows: bool = False
    unit: Unit = Unit.TEXT
    whole: Callable[[Row], str] | None = None


@dataclass
class _Order:
    column: int = -1
    descending: bool = False


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows of one kind.

    Attributes:
        columns: the columns, left to right.
        total: how many rows there are before searching.
    """

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        identity: Callable[[Row], Hashable],
        name: Callable[[Row], str],
        searched: Callable[[Row], str] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = list(columns)
        self._identity, self._name, self._searched = identity, name, searched or name
        self._all: list[Row] = []
        self._shown: list[Row] = []
        self._search = ""
        self._order = _Order()
        self._ranks = True

    @property
    def total(self) -> int:
        """How many rows there are before searching."""
        return len(self._all)

    @property
    def rows(self) -> list[Row]:
        """The rows as shown."""
        return list(self._shown)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Take new values, keeping search and order."""
        self._all = list(rows)
        self._arrange()

    def search(self, text: str) -> None:
        """Show only rows whose searched text holds every word of `text`."""
        folded = words.fold(text.strip())
        if folded != self._search:
            self._search = folded
            self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column's raw values; equal ones by name; unknown ones last either way."""
        self._order = _Order(column, order == Qt.SortOrder.DescendingOrder)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        self._arrange()

    def rank(self, allowed: bool) -> None:
        """Say whether these rows, which are people, may stand in an order of their figures; where not, only of what is said in words."""
        if allowed != self._ranks:
            self._ranks = allowed
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
            self._arrange()

    def _sorts_by(self, column: int) -> bool:
        return 0 <= column < len(self.columns) and (self._ranks or self.columns[column].unit is Unit.TEXT)

    def row_at(self, place: int) -> Row:
        """Return the row shown at this place."""
        return self._shown[place]

    def rows_at(self, places: Sequence[int]) -> list[Row]:
        """Return the rows shown at these places."""
        return [self._shown[place] for place in places]

    def place_of(self, identity: Hashable) -> int | None:
        """Return where a row is shown."""
        return next((place for place, row in enumerate(self._shown) if self._identity(row) == identity), None)

    def identity_at(self, place: int) -> Hashable:
        """Return what makes this row itself."""
        return self._identity(self._shown[place])

    def identities_at(self, places: Sequence[int]) -> frozenset[Hashable]:
        """Return what makes the rows at these places themselves."""
        return frozenset(self._identity(self._shown[place]) for place in places)

    def places_of(self, identities: Container[Hashable]) -> list[int]:
        """Return where those of these rows that are shown are shown."""
        return [place for place, row in enumerate(self._shown) if self._identity(row) in identities]

    def _arrow(self) -> str:
        return f" {words.DOWN if self._order.descending else words.UP}"

    def _arrange(self) -> None:
        wanted = self._ordered([*filter(self.wanted(), self._all)])
        before, after = [self._identity(row) for row in self._shown], [self._identity(row) for row in wanted]
        if before == after:
            self._shown = wanted
            if wanted:
                self.dataChanged.emit(self.index(0, 0), self.index(len(wanted) - 1, len(self.columns) - 1))
            return
        if len(before) == len(after) and set(before) == set(after):
            self._reorder(wanted, before, after)
            return
        self.beginResetModel()
        self._shown = wanted
        self.endResetModel()

    def _reorder(self, wanted: list[Row], before: list[Hashable], after: list[Hashable]) -> None:
        """Move rows so that selection and scroll place follow them."""
        self.layoutAboutToBeChanged.emit()
        places = {identity: place for place, identity in enumerate(after)}
        old = self.persistentIndexList()
        new = [self.index(places[before[index.row()]], index.column()) for index in old]
        self._shown = wanted
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _matches(self, row: Row) -> bool:
        return self.wanted()(row)

    def wanted(self) -> Callable[[Row], bool]:
        """Return whether a row matches the search of now, for whoever reads rows elsewhere."""
        if not self._search:
            return lambda row: True
        searched, parts = self._searched, self._search.split()

        def matches(row: Row) -> bool:
            text = words.fold(searched(row))
            return all(part in text for part in parts)

        return matches

    def _ordered(self, rows: list[Row]) -> list[Row]:
        by_name = sorted(rows, key=lambda row: words.fold(self._name(row)))
        if not self._sorts_by(self._order.column):
            return by_name if self._order.column >= 0 or not self._ranks else rows
        raw = self.columns[self._order.column].raw
        keyed = [(raw(row), row) for row in by_name]
        known = sorted(((key, row) for key, row in keyed if key is not None), key=lambda pair: pair[0], reverse=self._order.descending)
        return [row for _, row in itertools.chain(known, ((key, row) for key, row in keyed if key is None))]

    # --- Qt asks -----------------------------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Rows shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Answer for one cell."""
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], self.row_at(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == RAW_ROLE:
            return column.raw(row)
        if role == PAINT_ROLE:
            return column.paint(row) if column.paint else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(column.tip(row) if column.tip else column.text(row))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft))
        if role == Qt.ItemDataRole.DecorationRole:
            return column.icon(row) if column.icon else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {column.text(row)}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Answer for a column's head."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title + (self._arrow() if section == self._order.column and self._sorts_by(section) else "")
        if role == Qt.ItemDataRole.ToolTipRole and column.definition:
            return tip(definitions.definition(column.definition))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft))
        return None


def as_copied(cells: Sequence[Sequence[str]]) -> str:
    """Return cells as tab-separated text for the clipboard; what a spreadsheet would take for a formula is quoted."""
    return "\n".join("\t".join(harmless(cell) for cell in line) for line in cells)
