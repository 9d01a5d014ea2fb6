"""A table on the screen: sorted by its header, columns chosen and remembered, rows opened by Enter or double-click, copied as text."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from PyQt5.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PyQt5.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QMenu, QStackedLayout, QTableView, QToolButton, QWidget

from console import words
from console.models.rows import Column, RowsModel, as_copied
from console.settings import Settings
from console.theme import Theme
from console.widgets.delegates import CellDelegate
from console.widgets.empty import Emptiness, EmptyState
from console.widgets.icons import icon
from console.widgets.plain import LARGE_LETTERS, USUAL_HEIGHT, enlargement, on_button, set_tip
from console.words import _

By = tuple[int, Qt.SortOrder] | None


@dataclass(frozen=True)
class _Place:
    """Which row had the keys, which were selected, and how far the table was scrolled, before its rows changed."""

    current: Hashable | None
    chosen: frozenset[Hashable]
    scrolled: int


_ALONE = QItemSelectionModel.SelectionFlags(QItemSelectionModel.SelectionFlag.ClearAndSelect) | QItemSelectionModel.SelectionFlag.Rows


class RowsTable(QTableView):
    """Shows a RowsModel; `by` is the first order (None: as the rows come, for good).

    Signals:
        opened: the row that was double-clicked or entered.
        took: so many rows were copied.
    """

    opened = pyqtSignal(object)
    took = pyqtSignal(int)

    def __init__(self, name: str, label: str, model: RowsModel[Any], theme: Theme, settings: Settings, by: By = None) -> None:
        super().__init__()
        self._key, self._settings, self._rows = f"tables/{name}", settings, model
        self._by = by
        self._kept: _Place | None = None
        self.setAccessibleName(label)
        self.setModel(model)
        self._delegate = CellDelegate(theme)
        self.setItemDelegate(self._delegate)
        self._set_up()
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._restore_place)
        self.doubleClicked.connect(self._open)

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        down = self.verticalHeader()
        assert down is not None
        down.hide()
        down.setDefaultSectionSize(max(30, self.fontMetrics().height() + 13))
        if enlargement() > LARGE_LETTERS:  # then the page scrolls, and a table is not squeezed to its head
            self.setMinimumHeight(5 * down.defaultSectionSize())
        self._set_up_header()

    def header(self) -> QHeaderView:
        """Return the horizontal header."""
        head = self.horizontalHeader()
        assert head is not None
        return head

    def _set_up_header(self) -> None:
        head = self.header()
        head.setSectionsMovable(True)
        head.setHighlightSections(False)
        head.setMinimumSectionSize(40)
        head.setAccessibleName(_("Columns of {table}").format(table=self.accessibleName()))
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(lambda place: self.choose_columns(head.mapToGlobal(place)))
        self.reset_columns()
        if self._by is not None:
            head.setSortIndicator(*self._by)
            self.setSortingEnabled(True)
        state = self._settings.state(self._key)
        if state is not None:
            head.restoreState(state)
        for signal in (head.sectionResized, head.sectionMoved, head.sortIndicatorChanged):
            signal.connect(self._remember)

    def reset_columns(self) -> None:
        """Show the usual columns at their usual widths."""
        head = self.header()
        for place, column in enumerate(self._rows.columns):
            head.setSectionHidden(place, column.hidden)
            head.moveSection(head.visualIndex(place), place)
            head.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
            head.resizeSection(place, self._least(column))
        self._share_out()

    def _least(self, column: Column[Any]) -> int:
        """A column's width in the letters in use: larger letters and longer names of it get more room."""
        metrics = self.fontMetrics()
        letters = metrics.height() / USUAL_HEIGHT
        arrow = metrics.horizontalAdvance(f" {words.DOWN}")
        return max(
            round(column.width * max(letters, 1.0)), metrics.horizontalAdvance(column.title) + arrow + metrics.averageCharWidth() * 2
        )

    def _share_out(self) -> None:
        """Give the room left over to the columns that grow, or take back from them what is missing."""
        view, head = self.viewport(), self.header()
        growing = [place for place, column in enumerate(self._rows.columns) if column.grows and not head.isSectionHidden(place)]
        for left, place in zip(range(len(growing), 0, -1), growing, strict=True):
            spare = (view.width() if view else 0) - head.length()
            head.resizeSection(place, max(self._least(self._rows.columns[place]), head.sectionSize(place) + spare // left))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Fill the new width."""
        super().resizeEvent(event)
        self._share_out()

    def choose_columns(self, place: QPoint) -> None:
        """Offer every column to be shown or hidden."""
        menu = self.column_menu()
        menu.exec(place)
        menu.deleteLater()

    def column_menu(self) -> QMenu:
        """Return the menu of columns; the first one, which names the row, always stays."""
        menu, head = QMenu(self), self.header()
        menu.setAccessibleName(_("Choose columns"))
        for place, column in list(enumerate(self._rows.columns))[1:]:
            action = menu.addAction(on_button(column.title))
            assert action is not None
            action.setCheckable(True)
            action.setChecked(not head.isSectionHidden(place))
            action.toggled.connect(lambda wanted, place=place: self._show_column(place, wanted))
        menu.addSeparator()
        back = menu.addAction(_("Reset columns"))
        assert back is not None
        back.triggered.connect(self.reset_columns)
        return menu

    def _show_column(self, place: int, wanted: bool) -> None:
        self.header().setSectionHidden(place, not wanted)
        self._share_out()
        self._remember()

    def _remember(self, *_anything: object) -> None:
        self._settings.put(self._key, self.header().saveState())

    # --- keeping the place while figures are refreshed ----------------------------------------------------------------

    def selectRow(self, row: int) -> None:
        """Choose this row and no other, whichever keys are held: Qt's own takes it back while Ctrl is down."""
        chosen = self.selectionModel()
        if chosen is not None and 0 <= row < self._rows.rowCount():
            chosen.setCurrentIndex(self._rows.index(row, 0), _ALONE)

    def _keep_place(self) -> None:
        bar, index, chosen, many = self.verticalScrollBar(), self.currentIndex(), self.selectionModel(), self._rows.rowCount()
        current = self._rows.identity_at(index.row()) if index.isValid() and index.row() < many else None
        places = [one.row() for one in chosen.selectedRows()] if chosen is not None else []
        identities = self._rows.identities_at([place for place in places if place < many])
        self._kept = _Place(current, identities, bar.value() if bar else 0)

    def _restore_place(self) -> None:
        if self._kept is None:
            return
        kept, chosen, bar = self._kept, self.selectionModel(), self.verticalScrollBar()
        place = self._rows.place_of(kept.current) if kept.current is not None else None
        if place is not None and chosen is not None:
            chosen.setCurrentIndex(self._rows.index(place, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        if kept.chosen and chosen is not None:
            chosen.select(self._rows_of(kept.chosen), _ALONE)
        if bar is not None:
            bar.setValue(kept.scrolled)

    def _rows_of(self, identities: frozenset[Hashable]) -> QItemSelection:
        """Return what is still there of these rows, as one selection."""
        found, last = QItemSelection(), len(self._rows.columns) - 1
        for place in self._rows.places_of(identities):
            found.select(self._rows.index(place, 0), self._rows.index(place, last))
        return found

    # --- opening and copying ------------------------------------------------------------------------------------------

    def _open(self, index: QModelIndex) -> None:
        for row in self._rows.rows_at([index.row()] if index.isValid() else []):
            self.opened.emit(row)

    def chosen(self) -> list[Any]:
        """Return the selected rows, in the order shown; nothing when none is."""
        chosen = self.selectionModel()
        return self._rows.rows_at(sorted(index.row() for index in chosen.selectedRows())) if chosen else []

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Enter opens the row, the copy key copies the selected ones."""
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif event is not None and event.matches(QKeySequence.StandardKey.Copy):
            clipboard = QApplication.clipboard()
            assert clipboard is not None
            clipboard.setText(self.copied())
            self.took.emit(max(len(self.selectedIndexes()) // max(len(self.shown_columns()), 1), 1))
        else:
            super().keyPressEvent(event)

    @property
    def rows_model(self) -> RowsModel[Any]:
        """The model."""
        return self._rows

    def shown_columns(self) -> list[Column[Any]]:
        """Return the columns in view, left to right."""
        head = self.header()
        places = [head.logicalIndex(place) for place in range(head.count())]
        return [self._rows.columns[place] for place in places if not head.isSectionHidden(place)]

    def copied(self) -> str:
        """Return the selected rows (all, when none is) as a spreadsheet takes them, visible columns only."""
        head, chosen = self.header(), self.selectionModel()
        places = sorted(index.row() for index in chosen.selectedRows()) if chosen else []
        columns = [head.logicalIndex(place) for place in range(head.count()) if not head.isSectionHidden(head.logicalIndex(place))]
        rows = self._rows.rows_at(places) or self._rows.rows
        titles = [self._rows.columns[column].title for column in columns]
        return as_copied([titles, *([self._rows.columns[column].text(row) for column in columns] for row in rows)])


class ColumnsButton(QToolButton):
    """Offers a table's columns to those who never right-click."""

    def __init__(self, table: RowsTable, theme: Theme) -> None:
        super().__init__()
        self._table, self._theme = table, theme
        self.setObjectName("quiet")
        self.setAccessibleName(_("Choose columns of {table}").format(table=table.accessibleName()))
        set_tip(self, _("Choose columns"))
        theme.changed.connect(self._colour)
        self.clicked.connect(lambda: table.choose_columns(self.mapToGlobal(self.rect().bottomLeft())))
        self._colour()

    def _colour(self) -> None:
        self.setIcon(icon("columns", self._theme.colours.muted, self._theme.colours.ink))


class SearchedTable(QWidget):
    """A table that explains itself when the search hides every row, or when there is none and `without` says why."""

    def __init__(self, table: RowsTable, theme: Theme, without: Emptiness | None = None) -> None:
        super().__init__()
        self.table = table
        self.nothing = EmptyState(theme)
        self._without = without
        self._stack = QStackedLayout(self)
        self._stack.addWidget(table)
        self._stack.addWidget(self.nothing)

    def judge(self, model: RowsModel[Any], clear: Callable[[], None]) -> None:
        """Show the table, or why it is empty."""
        reason = None if model.rows else Emptiness.NOTHING_MATCHES if model.total else self._without
        if reason is not None:
            self.nothing.explain(reason, clear)
        self._stack.setCurrentWidget(self.nothing if reason is not None else self.table)
