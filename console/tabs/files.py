"""The file audit: what happened to which file, by whom, on which PC, when; searched on the server and paged as one scrolls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import partial
from typing import Any

from PyQt5.QtCore import QPoint, Qt, QTimer
from PyQt5.QtWidgets import QMenu, QPushButton, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from console import definitions, words
from console.api import Api
from console.dialogs.evidence import EvidenceDialog
from console.models.evidence import filters_of
from console.models.files import (
    FileQuestion,
    action,
    bursts_model,
    chips,
    events_model,
    gaps_model,
    local_time,
    names,
    renames_model,
    size,
    source,
    utc_time,
)
from console.scope import Scope
from console.services import Services
from console.tabs.base import Tab
from console.tabs.layout import Turning
from console.trouble import Trouble
from console.widgets.card import Card
from console.widgets.filesearch import FileSearch
from console.widgets.icons import icon
from console.widgets.plain import CuttingLabel, Kind, PlainLabel, enlargement, on_button, set_tip
from console.widgets.segments import Segments
from console.widgets.table import ColumnsButton, RowsTable, SearchedTable
from console.words import _, _n
from policy.roles import SEES_FILES, Role
from policy.summaries import Burst, FileAction, FileGap, Files

PAGE = 250
MINUTE_MS = 60_000
MAKES_PACKS = frozenset({Role.OWNER, Role.COMPLIANCE})


@dataclass(frozen=True)
class Asked:
    """What a page belongs to: an answer to anything else comes too late."""

    scope: Scope
    question: FileQuestion


def page(api: Api, asked: Asked, cursor: str | None = None) -> Files:
    """Ask for one page; runs in the pool."""
    scope = asked.scope
    return api.files(scope.first, scope.last, scope.team, scope.person, asked.question.asked(), PAGE, cursor)


def _walk(api: Api, asked: Asked, wanted: Callable[[FileAction], bool]) -> Iterator[FileAction]:
    """Yield every event of a search that is wanted, newest first; runs in the pool."""
    cursor: str | None = None
    while True:
        values = page(api, asked, cursor)
        yield from filter(wanted, values.rows)
        cursor = values.next
        if cursor is None:
            return


class FilesTab(Tab[Files]):
    """Attributes: `events` is the paged table's model; `fields` the search; `renames`, `bursts`, `gaps` what belongs to it."""

    key = "files"
    roles = SEES_FILES

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        theme, settings = services.theme, services.settings
        self._zone = services.choices.zone
        self._shown: Asked | None = None
        self._asking: Asked | None = None
        self._newer: Files | None = None
        self._empty_pages = 0
        self._chosen: FileAction | None = None
        self.fields = FileSearch(theme, self._zone)
        self.events = events_model(lambda: self._zone, lambda kind: icon(kind, theme.colours.muted))
        self.renames = renames_model(lambda: self._zone)
        self.bursts = bursts_model(lambda: self._zone)
        self.gaps = gaps_model(lambda: self._zone)
        self._table = RowsTable("files.events", _("File events"), self.events, theme, settings)
        self._table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._place = SearchedTable(self._table, theme)
        self._lists = {
            "bursts": RowsTable("files.bursts", _("Bursts"), self.bursts, theme, settings),
            "gaps": RowsTable("files.gaps", _("Gaps"), self.gaps, theme, settings),
            "renames": RowsTable("files.renames", _("Names of this file"), self.renames, theme, settings),
        }
        self._build()
        self._connect()

    # --- loading ------------------------------------------------------------------------------------------------------

    @staticmethod
    def load(api: Api, scope: Scope) -> Files:
        """Ask for the newest page of everything in the scope."""
        return page(api, Asked(scope, FileQuestion()))

    def loader(self) -> Any:
        """Ask for the newest page of what is searched for now."""
        question = self.fields.question
        self._asking = Asked(self.services.scope.value.asked(), question)
        self.services.tasks.drop(self, "page")
        return lambda api, scope: page(api, Asked(scope, question))

    def has_figures(self, values: Files) -> bool:
        """Whether there is anything to show: with a search of one's own the fields must stay in reach."""
        return bool(values.rows or values.next or values.gaps) or self.fields.question.narrowed

    def heading(self, values: Files) -> str:
        """Days and zone."""
        days = words.span(values.period.first, values.period.last)
        return _("{days}  ·  {zone}  ·  every search is logged").format(days=days, zone=values.period.zone.replace("_", " "))

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._split = Turning()
        self._split.addWidget(self._events_card())
        self._split.addWidget(self._side())
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        self._split.setSizes([740, 312])
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.fields)
        layout.addWidget(self._split, 1)

    def _events_card(self) -> Card:
        card = Card(_("File events"))
        card.setMinimumWidth(round(330 * enlargement()))
        card.note.setText(_("newest first"))
        self.newer = QToolButton()
        self.newer.setObjectName("chip")
        self.newer.setText(_("Newer events have come: show them"))
        self.newer.hide()
        self.widen = QToolButton()
        self.widen.setObjectName("chip")
        self.widen.hide()
        self.pack = QToolButton()
        self.pack.setObjectName("quiet")
        self.pack.setText(_("Evidence pack …"))
        set_tip(self.pack, _("Everything that this search finds, with what proves it, as one signed file"))
        self.pack.clicked.connect(lambda _checked=False: self._ask_for_pack())
        for tool in (self.newer, self.widen, self.pack, ColumnsButton(self._table, self.services.theme)):
            card.tools.addWidget(tool)
        card.body.addWidget(self._place)
        return card

    def _side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._detail_card())
        column.addWidget(self._lists_card(), 1)
        side.setMinimumWidth(round(250 * enlargement()))
        return side

    def _detail_card(self) -> Card:
        card = Card(_("Selected event"))
        self._facts = [CuttingLabel("", Kind.STRONG), *(CuttingLabel("", Kind.SMALL, "muted") for _line in range(5))]
        for line in self._facts:
            card.body.addWidget(line)
        self.pivots = {"path": QPushButton(_("Everything on this file")), "user": QPushButton(_("Everything by this person"))}
        for button in self.pivots.values():
            card.body.addWidget(button)
        return card

    def _lists_card(self) -> Card:
        card = Card("")
        card.title.hide()
        self.switch = Segments(_("Show"), (("bursts", _("Bursts")), ("gaps", _("Gaps")), ("renames", _("Names"))), "bursts")
        card.tools.addWidget(self.switch)
        card.tools.addStretch(1)
        self._list_pages = QStackedWidget()
        self._none = {}
        for key, table in self._lists.items():
            holder = QWidget()
            rows = QVBoxLayout(holder)
            rows.setContentsMargins(0, 0, 0, 0)
            self._none[key] = PlainLabel("", tone="muted", wrap=True)
            self._none[key].setAlignment(Qt.AlignmentFlag.AlignTop)
            rows.addWidget(self._none[key])
            rows.addWidget(table, 1)
            self._list_pages.addWidget(holder)
        card.body.addWidget(self._list_pages)
        for key in ("bursts", "gaps"):
            set_tip(self.switch.buttons[key], definitions.definition(key.removesuffix("s")))
        self._truncated = PlainLabel("", Kind.SMALL, "muted", wrap=True)
        card.body.addWidget(self._truncated)
        return card

    def _connect(self) -> None:
        settings = self.services.settings
        state = settings.state("splitters/files")
        if state is not None:
            self._split.restoreState(state)
        self._split.splitterMoved.connect(lambda *_: settings.put("splitters/files", self._split.saveState()))
        self.fields.asked.connect(self._ask)
        self.fields.stopped.connect(self._stop)
        self.events.more_wanted.connect(self._more)
        self.events.page_wanted.connect(self._again)
        self.newer.clicked.connect(self._show_newer)
        self.widen.clicked.connect(self._search_everywhere)
        self.switch.chosen.connect(self._choose_list)
        self._table.opened.connect(lambda row: self.everything("path", row))
        selection = self._table.selectionModel()
        assert selection is not None
        selection.currentRowChanged.connect(lambda index, _old: self._select(index.row()))
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(self._offer_pivots)
        for key, button in self.pivots.items():
            button.clicked.connect(lambda _checked=False, key=key: self._pivot(key))
        self._lists["bursts"].opened.connect(self._open_burst)
        self._lists["gaps"].opened.connect(self._open_gap)
        self.link(self.services.theme.changed, self._repaint)
        self._select(-1)

    # --- showing ------------------------------------------------------------------------------------------------------

    def show(self, values: Files) -> None:
        """Show the first page, unless somebody is reading further down the same list."""
        if self._reading_on() and self._asking == self._shown:
            self._newer = values
            self.newer.show()
            return
        self._take(values)

    def _ask_for_pack(self) -> None:
        asked = self._shown or Asked(self.services.scope.value, self.fields.question)
        filters = filters_of(asked.scope, asked.question)
        EvidenceDialog(self.services, filters, lambda told: self.done.emit(told, None), self.body.window()).open()

    def _reading_on(self) -> bool:
        bar = self._table.verticalScrollBar()
        return self.events.pages > 1 or bool(bar and bar.value() > 0)

    def _take(self, values: Files) -> None:
        self._newer, self._shown, self._empty_pages = None, self._asking, 0
        self.newer.hide()
        self._zone = values.period.zone
        who = self.services.api.who
        self.pack.setVisible(who is not None and who.role in MAKES_PACKS)
        first, last = (datetime.combine(day, at) for day, at in ((values.period.first, time(0)), (values.period.last, time(23, 59))))
        self.fields.set_days(first, last, self._zone)
        self.events.begin(values.rows, values.next)
        self.renames.set_rows(values.renames or [])
        self.bursts.set_rows(values.bursts or [])
        self.gaps.set_rows(values.gaps or [])
        self._say_lists(values)
        self._select(-1)
        self._tell()
        self._look_on()

    def _say_lists(self, values: Files) -> None:
        for key, many, none in (
            ("bursts", self.bursts.total, _("No bursts in these days.")),
            ("gaps", self.gaps.total, _("No gaps are known: the PCs reported file events all the time.")),
            ("renames", self.renames.total, _("Search for one whole path to see every name this file had.")),
        ):
            title = {"bursts": _("Bursts"), "gaps": _("Gaps"), "renames": _("Names")}[key]
            self.switch.buttons[key].setText(on_button(f"{title} {words.count(many)}" if many else title))
            self._none[key].setText(none)
            self._none[key].setVisible(not many)
            self._lists[key].setVisible(bool(many))
        left_out = _n("{n} row of these lists is left out.", "{n} rows of these lists are left out.", values.truncated)
        self._truncated.setText(left_out.format(n=words.count(values.truncated)))
        self._truncated.setVisible(values.truncated > 0)
        if self.renames.total:
            self.switch.choose("renames")

    def search(self, text: str) -> tuple[int, int]:
        """Hide rows among those loaded, and offer to search all of them on the server."""
        self.events.search(text)
        self._place.judge(self.events, self._nothing_matches)
        wanted = text.strip()
        self.widen.setVisible(bool(wanted) and self.events.following is not None)
        self.widen.setText(on_button(_("Search all paths for “{text}”").format(text=words.safe(wanted, 30))))
        self._tell()
        return self.events.rowCount(), self.events.total

    def conditions(self) -> list[tuple[str, str]]:
        """What is searched for."""
        return [(_("Condition"), text) for _name, text in chips(self.fields.question, self._zone)]

    def every_row(self, model: Any) -> Callable[[], Iterable[FileAction]] | None:
        """All events of the search, page after page."""
        if model is not self.events or self._shown is None:
            return None
        return partial(_walk, self.services.api, self._shown, self.events.wanted())

    def _nothing_matches(self) -> None:
        if self.services.scope.value.search:
            self.services.scope.update(search="")
        else:
            self.fields.put(FileQuestion())

    def _tell(self) -> None:
        many = words.count(self.events.total)
        waiting = self.services.tasks.waiting(self, "page")
        self.fields.set_busy(waiting)
        if waiting and self._empty_pages:
            text = _n("looking further back … {n} page searched", "looking further back … {n} pages searched", self._empty_pages)
            self.fields.count.setText(text.format(n=words.count(self._empty_pages)))
        elif self.events.following is not None:
            self.fields.count.setText(_("{n} events so far, older ones follow as you scroll").format(n=many))
        else:
            self.fields.count.setText(_n("{n} event in all", "{n} events in all", self.events.total).format(n=many))

    def _choose_list(self, key: str) -> None:
        self._list_pages.setCurrentIndex(list(self._lists).index(key))

    def _repaint(self) -> None:
        """Icons are in the theme's colours."""
        view = self._table.viewport()
        if view is not None:
            view.update()

    # --- paging -------------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        self.fields.set_busy(True)
        self.outdated.emit()

    def at_rest(self) -> None:
        """The first page came, or will not."""
        self._tell()

    def _more(self) -> None:
        """Ask for the page after the last known one, once."""
        if self.services.tasks.waiting(self, "page") or self._shown is None:
            return
        asked, cursor = self._shown, self.events.following
        work = partial(page, self.services.api, asked, cursor)
        self.services.tasks.run(self, "page", work, partial(self._came, asked), self._did_not_come)
        self._tell()

    def _came(self, asked: Asked, values: Files) -> None:
        if asked != self._shown:
            return
        self._empty_pages = 0 if values.rows else self._empty_pages + 1
        self.events.add(values.rows, values.next)
        self._tell()
        self._place.judge(self.events, self._nothing_matches)
        self._look_on()

    def _look_on(self) -> None:
        """A page may be empty and yet not be the last: go on until there is something to see."""
        if self.events.following is not None and self.events.total < PAGE // 5:
            QTimer.singleShot(0, self._more)

    def _again(self, number: int) -> None:
        """A page that was let go is looked at again."""
        asked = self._shown
        if asked is None:
            return
        work = partial(page, self.services.api, asked, self.events.cursor_of(number))
        self.services.tasks.run(self, f"page {number}", work, partial(self._filled, asked, number), self._did_not_come)

    def _filled(self, asked: Asked, number: int, values: Files) -> None:
        if asked == self._shown and number < self.events.pages:
            self.events.fill(number, values.rows)

    def _did_not_come(self, fault: Exception) -> None:
        self.events.give_up()
        self._tell()
        sentence = fault.sentence if isinstance(fault, Trouble) else _("The console made a mistake. It has been written to its log.")
        self.fields.count.setText(sentence)

    def _stop(self) -> None:
        """Give up the search under way; what was found stays."""
        self.services.tasks.drop(self, "page")
        self.given_up.emit()
        self._tell()
        self.fields.count.setText(_("stopped; {n} events so far").format(n=words.count(self.events.total)))

    def _show_newer(self) -> None:
        if self._newer is not None:
            self._take(self._newer)

    def _search_everywhere(self) -> None:
        text = self.services.scope.value.search.strip()
        self.services.scope.update(search="")
        self.fields.put(replace(self.fields.question, path=text))

    # --- pivots -------------------------------------------------------------------------------------------------------

    def _select(self, place: int) -> None:
        found = self.events.rows_at([place] if 0 <= place < self.events.rowCount() else [])
        self._chosen = found[0] if found else None
        lines = facts(self._chosen, self._zone) if self._chosen else [_("Choose a row to see all of it here.")]
        for label, text in zip(self._facts, [*lines, *[""] * (len(self._facts) - len(lines))], strict=True):
            label.setText(text)
            label.setVisible(bool(text))
        for button in self.pivots.values():
            button.setEnabled(self._chosen is not None)

    def _pivot(self, what: str) -> None:
        if self._chosen is not None:
            self.everything(what, self._chosen)

    def everything(self, what: str, row: FileAction) -> None:
        """Show everything on this file, in its folder, by this person, or on this PC."""
        if what == "user":
            self.services.scope.update(person=row.person.id, search="")
            self.fields.put(FileQuestion())
            return
        questions = {
            "path": FileQuestion(path=row.path),
            "folder": FileQuestion(path=folder_of(row.path)),
            "host": FileQuestion(host=row.host),
        }
        self.fields.put(questions[what])

    def _offer_pivots(self, place: QPoint) -> None:
        view = self._table.viewport()
        if self._chosen is None or view is None:
            return
        menu = self.pivot_menu(self._chosen)
        menu.exec(view.mapToGlobal(place))
        menu.deleteLater()

    def pivot_menu(self, row: FileAction) -> QMenu:
        """Return the ways on from a row."""
        menu = QMenu(self._table)
        menu.setAccessibleName(_("Ways on from this event"))
        for what, text in (
            ("path", _("Everything on this file")),
            ("folder", _("Everything in this folder")),
            ("user", _("Everything by this person")),
            ("host", _("Everything on this PC")),
        ):
            entry = menu.addAction(text)
            assert entry is not None
            entry.triggered.connect(lambda _checked=False, what=what: self.everything(what, row))
        return menu

    def _open_burst(self, row: Burst) -> None:
        self.services.scope.update(person=row.person.id)
        self.fields.put(FileQuestion(action=row.action, since=row.start, until=row.start + MINUTE_MS - 1))

    def _open_gap(self, row: FileGap) -> None:
        self.fields.put(FileQuestion(host=row.host, since=row.start - 10 * MINUTE_MS, until=row.end + 10 * MINUTE_MS))

    def close(self) -> None:
        """Let go of pages on their way."""
        self.services.tasks.drop(self, "page")
        super().close()


def facts(row: FileAction, zone: str) -> list[str]:
    """Return everything known about an event, line by line."""
    more = [part for part in (size(row.bytes) if row.bytes is not None else "", words.safe(row.process or "", 80)) if part]
    return [
        names(row),
        f"{action(row.action)}  ·  {words.person(row.person)}",
        f"{local_time(row.at, zone)}  ·  {utc_time(row.at)}",
        f"{words.safe(row.host, 80)}  ·  {words.safe(row.account, 80)}",
        _("known from: {source}").format(source=source(row.source)),
        *(["  ·  ".join(more)] if more else []),
    ]


def folder_of(path: str) -> str:
    """Return a pattern for everything below a path's folder; the wildcard characters of the folder itself stand for any one."""
    cut = max(path.rfind("\\"), path.rfind("/"))
    folder, separator = (path[:cut], path[cut]) if cut >= 0 else ("", "/")
    literal = "".join("?" if sign in "*?" else sign for sign in folder)
    return f"{literal}{separator}**"
