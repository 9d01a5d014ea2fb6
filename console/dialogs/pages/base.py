"""What an administration page is: it loads, shows, changes, offers to undo, and says plainly when something was refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.api import Api
from console.dialogs.parts import button, line, name_field, row
from console.models.rows import Column, RowsModel
from console.services import Services
from console.trouble import NotAllowed, Refused, Trouble
from console.widgets.banner import Banner
from console.widgets.flow import FlowRow
from console.widgets.plain import CuttingLabel, Kind, PlainLabel
from console.widgets.table import RowsTable
from console.words import _
from policy.roles import Role

Values = TypeVar("Values")
Row = TypeVar("Row")
Undo = Callable[[Api], object]


class Page(QWidget, Generic[Values]):
    """One page of the administration window.

    Attributes:
        key: its name in the PAGES table, in the icons and in what is remembered.
        roles: who may open it.
    Signals:
        signed_out: the server no longer knows us.
        evidence_wanted: what something rests on should be opened in the main window (models.alerts.Evidence).
    """

    key = ""
    roles: frozenset[Role] = frozenset({Role.OWNER})
    signed_out = pyqtSignal()
    evidence_wanted = pyqtSignal(object)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.values: Values | None = None
        self.banner = Banner(services.theme)
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        self._busy: list[QPushButton] = []
        head = QHBoxLayout()
        head.addWidget(CuttingLabel(self.title(), Kind.TITLE), 1)
        head.addLayout(self.tools)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 16, 22, 16)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(PlainLabel(self.purpose(), tone="muted", wrap=True))
        layout.addWidget(self.banner)
        layout.addLayout(self.body, 1)
        self.build()

    @classmethod
    def title(cls) -> str:
        """The page's name, in the list and above itself."""
        raise NotImplementedError

    def purpose(self) -> str:
        """One sentence: what this is and what follows from changing it."""
        raise NotImplementedError

    def build(self) -> None:
        """Make the widgets."""
        raise NotImplementedError

    @staticmethod
    def load(api: Api) -> Any:
        """Return what the page shows; runs in a pool thread."""
        raise NotImplementedError

    def show_values(self, values: Values) -> None:
        """Show what was loaded."""
        raise NotImplementedError

    def is_owner(self) -> bool:
        """Whether the viewer may change everything."""
        who = self.services.api.who
        return who is not None and who.role == Role.OWNER

    def now(self) -> int:
        """The instant, as the wire has it."""
        return int(datetime.now().astimezone().timestamp() * 1000)

    # --- loading ------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask the server; what is shown stays until it answers."""
        api, load = self.services.api, self.load
        self.services.tasks.run(self, "load", lambda: load(api), self._arrived, self._failed)

    def _arrived(self, values: Values) -> None:
        self.values = values
        self.show_values(values)

    def _failed(self, fault: Exception) -> None:
        if isinstance(fault, NotAllowed) and fault.signed_out:
            self.signed_out.emit()
        self._say(fault, [(_("Try again"), self._try_again)])

    def _try_again(self) -> None:
        self.banner.hide()
        self.refresh()

    def _say(self, fault: Exception, actions: Sequence[tuple[str, Callable[[], None]]] = ()) -> None:
        if isinstance(fault, Trouble):
            self.banner.say("warn", fault.sentence, fault.details, actions)
        else:
            self.banner.say("warn", _("The console made a mistake. It has been written to its log."), type(fault).__name__, actions)

    # --- changing -----------------------------------------------------------------------------------------------------

    def change(
        self,
        work: Callable[[Api], Any],
        said: str,
        undo: Callable[[Any], Undo | None] | None = None,
        then: Callable[[Any], None] | None = None,
        refused: Callable[[Exception], None] | None = None,
    ) -> None:
        """Do `work` in the pool; then say so, offer what `undo(answer)` returns, and load again."""
        self._enable(False)
        api = self.services.api

        def done(answer: Any) -> None:
            self._enable(True)
            self.said(said, undo(answer) if undo is not None else None)
            if then is not None:
                then(answer)

        def failed(fault: Exception) -> None:
            self._enable(True)
            self._say(fault)
            if refused is not None:
                refused(fault)
            if isinstance(fault, Refused):
                self.refresh()  # somebody else may have changed it: show how it stands now

        self.services.tasks.run(self, "change", lambda: work(api), done, failed)

    def said(self, sentence: str, back: Undo | None = None) -> None:
        """Say what was done, offer to undo it where that is possible, and show how it stands now."""
        self.banner.say("note", sentence, actions=[(_("Undo"), lambda: self._undo(back))] if back is not None else [])
        self.refresh()

    def _undo(self, back: Undo) -> None:
        self.change(back, _("Undone."))

    def _enable(self, free: bool) -> None:
        for one in self._busy:
            one.setEnabled(free)

    def tool(self, name: str, act: Callable[[], object], *, primary: bool = False) -> QPushButton:
        """Add a button at the upper end; it rests while a change is under way."""
        made = button(name, act, primary=primary)
        self._busy.append(made)
        self.tools.addWidget(made)
        return made

    def close_page(self) -> None:
        """Forget what is awaited."""
        for key in ("load", "change"):
            self.services.tasks.drop(self, key)


class ListPage(Page[Values], Generic[Values, Row]):
    """A page that is a table with a search, and acts on the chosen row.

    Attributes:
        table: shows `model`.
    """

    def build(self) -> None:
        """A search line above a table in a card."""
        self.model: RowsModel[Row] = RowsModel(self.columns(), self.identity, self.name_of, self.searched)
        services = self.services
        self.table = RowsTable(f"administration/{self.key}", self.title(), self.model, services.theme, services.settings, self.order())
        self.seek = line(placeholder=_("Search"))
        name_field(self.seek, _("Search in {page}").format(page=self.title()))
        self.seek.setClearButtonEnabled(True)
        self.seek.textChanged.connect(self._search)
        self.empty = PlainLabel(self.without(), tone="muted", wrap=True)
        self.empty.hide()
        self.acts = FlowRow()
        self.card = QFrame()
        self.card.setObjectName("card")
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(10, 8, 10, 8)
        inside.addWidget(self.empty)
        inside.addWidget(self.table, 1)
        self.body.addWidget(row(self.seek, spacing=8))
        self.body.addWidget(self.card, 1)
        self.body.addWidget(self.acts)
        self._for_chosen: list[tuple[QPushButton, Callable[[Row], bool]]] = []
        self.table.opened.connect(self.open_row)
        chosen = self.table.selectionModel()
        assert chosen is not None
        chosen.selectionChanged.connect(lambda *_: self._judge())
        self.model.modelReset.connect(self._judge)
        self.build_acts()
        self._judge()

    def columns(self) -> Sequence[Column[Row]]:
        """The columns of the table."""
        raise NotImplementedError

    def identity(self, row: Row) -> Any:
        """What makes a row itself."""
        raise NotImplementedError

    def name_of(self, row: Row) -> str:
        """What a row is called."""
        raise NotImplementedError

    def searched(self, row: Row) -> str:
        """What of a row the search looks at."""
        return " ".join(column.text(row) for column in self.model.columns)

    def order(self) -> Any:
        """The first order of the table; None leaves the rows as they come."""
        return 0, Qt.SortOrder.AscendingOrder

    def without(self) -> str:
        """What is said when there is no row."""
        return _("There is nothing here yet.")

    def build_acts(self) -> None:
        """Add what can be done; most pages add a button for a new one above and others for the chosen row below."""

    def open_row(self, row: Row) -> None:
        """Enter or double-click on a row."""

    def act(self, name: str, act: Callable[[Row], None], fits: Callable[[Row], bool] = lambda _row: True) -> QPushButton:
        """Add a button for the chosen row, which rests while none that it fits is chosen."""
        made = button(name, lambda: self._act(act))
        self._for_chosen.append((made, fits))
        self.acts.add(made)
        return made

    def _act(self, act: Callable[[Row], None]) -> None:
        chosen = self.chosen()
        if chosen is not None:
            act(chosen)

    def chosen(self) -> Row | None:
        """Return the row in hand."""
        selection = self.table.selectionModel()
        rows = selection.selectedRows() if selection is not None else []
        return self.model.row_at(rows[0].row()) if len(rows) == 1 else None

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        self.model.set_rows(rows)
        self._judge()

    def _search(self, text: str) -> None:
        self.model.search(text)
        self._judge()

    def _judge(self) -> None:
        """Say why the table is empty, and let the buttons follow the chosen row."""
        self.empty.setText(self.without() if not self.model.total else _("Nothing matches."))
        self.empty.setVisible(not self.model.rows and self.values is not None)
        chosen = self.chosen()
        for made, fits in self._for_chosen:
            made.setEnabled(chosen is not None and fits(chosen))
