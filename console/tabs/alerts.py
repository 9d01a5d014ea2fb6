"""Alerts and anomalies: rules that were met and findings in one list, why each is there, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace as changed
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from console import definitions, words
from console.api import Api
from console.dialogs.add_to_case import AddToCaseDialog
from console.models.alerts import (
    Snooze,
    about,
    alerts_model,
    amount,
    answer,
    cases,
    evidence,
    feature,
    sentence,
    severity,
    snoozed_until,
    status,
)
from console.scope import Scope
from console.services import Services
from console.tabs.base import Tab
from console.tabs.layout import Turning
from console.trouble import Trouble
from console.widgets.card import Card
from console.widgets.empty import Emptiness
from console.widgets.flow import FlowRow
from console.widgets.icons import icon
from console.widgets.plain import Kind, PlainLabel, enlargement, on_button, set_tip
from console.widgets.segments import Segments
from console.widgets.table import ColumnsButton, RowsTable, SearchedTable
from console.words import _, _n
from policy.roles import KEEPS_CASES, SEES_FIGURES, SEES_FILES
from policy.summaries import Alert, AlertAction, Alerts, AlertStatus, AlertWish, Reason, Severity

PAGE = 500
MOST = 2_000
MOST_REASONS = 5
ALL = "all"


def every_alert(api: Api, scope: Scope, *, everything: bool) -> Alerts:
    """Return the alerts of the scope, page after page; runs in the pool."""

    def page(cursor: str | None) -> Alerts:
        return api.alerts(scope.first, scope.last, scope.team, scope.person, PAGE, cursor, everything=everything)

    answer = page(None)
    if answer.next is None:
        return answer
    found = list(answer.alerts)
    following: str | None = answer.next
    while following is not None and len(found) < MOST:
        more = page(following)
        found += more.alerts
        following = more.next
    return changed(answer, alerts=found, next=following)


class AlertsTab(Tab[Alerts]):
    """Attributes: `alerts` is the table's model; `levels` chooses a severity; `handled` shows what somebody has dealt with."""

    key = "alerts"
    roles = SEES_FILES

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        theme, settings = services.theme, services.settings
        self._values: Alerts | None = None
        self._zone = services.choices.zone
        self._level: str = ALL
        self._about_whom = ""
        self.alerts = alerts_model(
            lambda: self._zone,
            lambda one: icon(one.value, self._colour(one)),
            lambda one: icon("answered", theme.colours.accent_text) if one.answer else None,
        )
        self.table = RowsTable("alerts.alerts", _("Alerts"), self.alerts, theme, settings)
        self._place = SearchedTable(self.table, theme, Emptiness.ALL_QUIET)
        levels = ((ALL, _("All")), *((one.value, severity(one)) for one in Severity))
        self.levels = Segments(_("Severity"), levels, ALL)
        self.handled = QCheckBox(_("Show what is dealt with"))
        self._build()
        self._connect()
        self._select()

    # --- loading ------------------------------------------------------------------------------------------------------

    @staticmethod
    def load(api: Api, scope: Scope) -> Alerts:
        """Ask the server for what is open."""
        return every_alert(api, scope, everything=False)

    def loader(self) -> Any:
        """Ask for what is open, or for everything."""
        return partial(every_alert, everything=self.handled.isChecked())

    def has_figures(self, values: Alerts) -> bool:
        """Whether there is anything to read, or was."""
        return bool(values.alerts or values.hidden) or self.handled.isChecked()

    def emptiness(self, values: Alerts) -> Emptiness | None:
        """Nothing to read is good news, not missing figures."""
        return Emptiness.ALL_QUIET if self.services.choices.latest is not None else None

    def heading(self, values: Alerts) -> str:
        """Days, how many are open, how many are dealt with."""
        parts = [words.span(values.period.first, values.period.last)]
        parts.append(_n("{n} to read", "{n} to read", values.open).format(n=words.count(values.open)))
        if values.hidden:
            parts.append(_("{n} dealt with").format(n=words.count(values.hidden)))
        return "  ·  ".join(parts)

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._split = Turning()
        self._split.addWidget(self._list_card())
        self._split.addWidget(self._detail_card())
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        self._split.setSizes([700, 352])
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._split)

    def _list_card(self) -> Card:
        card = Card(_("To read"))
        set_tip(card.title, definitions.definition("severity"))
        card.tools.addWidget(self.levels)
        card.tools.addWidget(ColumnsButton(self.table, self.services.theme))
        card.body.addWidget(self._place, 1)
        foot = FlowRow()
        self.acknowledge = QPushButton(_("Acknowledge"))
        self.snooze = QPushButton(_("Snooze"))
        self.snooze.setMenu(self._snooze_menu())
        self.expect = QPushButton(_("Expected"))
        self.reopen = QPushButton(_("Reopen"))
        set_tip(self.acknowledge, _("Somebody has read it and knows what to do"))
        set_tip(self.expect, _("It is as it should be: the same is not raised again"))
        self.asked = QPushButton(_("What people asked …"))
        set_tip(self.asked, _("Contests, corrections and other requests of people about their own record, and when an answer is due"))
        self._chosen_count = PlainLabel("", Kind.SMALL, "muted")
        for widget in (self.acknowledge, self.snooze, self.expect, self.reopen, self.asked, self.handled, self._chosen_count):
            foot.add(widget)
        card.body.addWidget(foot)
        return card

    def _snooze_menu(self) -> QMenu:
        menu = QMenu(self.body)
        menu.setAccessibleName(_("Snooze until"))
        for choice, name in (
            (Snooze.TOMORROW, _("Until tomorrow morning")),
            (Snooze.NEXT_WEEK, _("Until Monday morning")),
            (Snooze.MONTH, _("For 30 days")),
        ):
            entry = menu.addAction(name)
            assert entry is not None
            entry.triggered.connect(lambda _checked=False, choice=choice: self._snooze(choice))
        return menu

    def _detail_card(self) -> QWidget:
        card = Card(_("Why"))
        set_tip(card.title, definitions.definition("finding"))
        card.setMinimumWidth(round(270 * enlargement()))
        self._sentence = PlainLabel("", Kind.HEADING, wrap=True)
        self._when = PlainLabel("", Kind.SMALL, "muted", wrap=True)
        card.body.addWidget(self._sentence)
        card.body.addWidget(self._when)
        self._reasons = QGridLayout()
        self._reasons.setHorizontalSpacing(12)
        self._reasons.setVerticalSpacing(5)
        self._reasons.setColumnStretch(0, 1)
        self._cells: list[list[PlainLabel]] = []
        for line in range(MOST_REASONS + 1):
            tone = "muted" if line == 0 else ""
            cells = [PlainLabel("", Kind.SMALL if line == 0 else Kind.TEXT, tone, wrap=column == 0) for column in range(3)]
            for column, label in enumerate(cells):
                if column:
                    label.setAlignment(Qt.AlignmentFlag.AlignRight)
                self._reasons.addWidget(label, line, column)
            self._cells.append(cells)
        card.body.addLayout(self._reasons)
        self._about = PlainLabel("", tone="muted", wrap=True)
        self._sure = PlainLabel("", Kind.SMALL, "muted", wrap=True)
        card.body.addWidget(self._sure)
        card.body.addWidget(self._about)
        self._answer = PlainLabel("", wrap=True)
        self._answer.let_select()
        card.body.addWidget(self._answer)
        self.evidence = QPushButton(_("Open the evidence"))
        card.body.addWidget(self.evidence)
        self.to_case = QPushButton(_("Add to a case …"))
        card.body.addWidget(self.to_case)
        self._cases = PlainLabel("", Kind.SMALL, wrap=True)
        card.body.addWidget(self._cases)
        card.body.addSpacing(6)
        self._marked = PlainLabel("", Kind.SMALL, "muted", wrap=True)
        card.body.addWidget(self._marked)
        note = QHBoxLayout()
        self.note = QLineEdit()
        self.note.setAccessibleName(_("Note"))
        self.note.setPlaceholderText(_("Write a note for whoever reads this next"))
        self.note.setMaxLength(2000)
        self.keep = QToolButton()
        self.keep.setObjectName("plain")
        self.keep.setText(_("Keep"))
        note.addWidget(self.note, 1)
        note.addWidget(self.keep)
        card.body.addLayout(note)
        card.body.addStretch(1)
        return card

    def _connect(self) -> None:
        settings = self.services.settings
        state = settings.state("splitters/alerts")
        if state is not None:
            self._split.restoreState(state)
        self._split.splitterMoved.connect(lambda *_: settings.put("splitters/alerts", self._split.saveState()))
        self.levels.chosen.connect(self._choose_level)
        self.handled.toggled.connect(lambda _on: self.outdated.emit())
        selection = self.table.selectionModel()
        assert selection is not None
        selection.selectionChanged.connect(lambda *_: self._select())
        self.alerts.modelReset.connect(self._select)
        self.table.opened.connect(lambda _row: self._open_evidence())
        self.acknowledge.clicked.connect(lambda _checked=False: self.act(AlertAction.ACKNOWLEDGE))
        self.expect.clicked.connect(lambda _checked=False: self.act(AlertAction.EXPECT))
        self.reopen.clicked.connect(lambda _checked=False: self.act(AlertAction.REOPEN))
        self.evidence.clicked.connect(self._open_evidence)
        self.to_case.clicked.connect(self._add_to_case)
        self.asked.clicked.connect(lambda _checked=False: self.page_wanted.emit("requests"))
        self.keep.clicked.connect(self._keep_note)
        self.note.returnPressed.connect(self._keep_note)
        self.link(self.services.theme.changed, self._repaint)

    # --- showing ------------------------------------------------------------------------------------------------------

    def show(self, values: Alerts) -> None:
        """Show the list; the choice of a severity stays."""
        self._values = values
        self._zone = values.period.zone
        who = self.services.api.who
        self.asked.setVisible(who is not None and who.role in SEES_FIGURES)
        counts = {one.value: sum(each.severity is one for each in values.alerts) for one in Severity}
        for key, button in self.levels.buttons.items():
            name = _("All") if key == ALL else severity(Severity(key))
            many = len(values.alerts) if key == ALL else counts[key]
            button.setText(on_button(f"{name} {words.count(many)}"))
        self._arrange()
        if not self.chosen():
            self.table.selectRow(0)
        self._select()

    def _arrange(self) -> None:
        shown = self._values.alerts if self._values else []
        self.alerts.set_rows([one for one in shown if self._level in (ALL, one.severity.value)])

    def _choose_level(self, key: str) -> None:
        self._level = key
        self._arrange()
        self.search(self.services.scope.value.search)

    def search(self, text: str) -> tuple[int, int]:
        """Hide what does not match."""
        self.alerts.search(text)
        self._place.judge(self.alerts, lambda: self.services.scope.update(search=""))
        return len(self.alerts.rows), self.alerts.total

    def chosen(self) -> list[Alert]:
        """Return the selected alerts."""
        selection = self.table.selectionModel()
        places = sorted(index.row() for index in selection.selectedRows()) if selection else []
        return self.alerts.rows_at([place for place in places if place < self.alerts.rowCount()])

    def _select(self) -> None:
        rows = self.chosen()
        for button in (self.acknowledge, self.snooze, self.expect):
            button.setEnabled(bool(rows))
        self.reopen.setVisible(any(one.status is not AlertStatus.OPEN for one in rows))
        self._chosen_count.setText(_("{n} selected").format(n=words.count(len(rows))) if len(rows) > 1 else "")
        self._explain(rows[0] if rows else None)

    def _explain(self, one: Alert | None) -> None:
        self._sentence.setText(sentence(one) if one else _("Choose an alert to see why it is there."))
        self._when.setText(self._when_in_words(one) if one else "")
        self._show_reasons(one)
        self._sure.setText(_sure(one) if one else "")
        self._sure.setVisible(bool(self._sure.text()))
        self._about.setText(about(one) if one else "")
        self._answer.setText(answer(one, self._zone) if one else "")
        self._answer.setVisible(bool(self._answer.text()))
        self.evidence.setVisible(one is not None and evidence(one, self._zone) is not None)
        self.to_case.setVisible(one is not None and self._keeps_cases())
        self._cases.setText(cases(one) if one else "")
        self._cases.setVisible(bool(self._cases.text()))
        self._marked.setText(self._marked_in_words(one) if one else "")
        self._marked.setVisible(bool(self._marked.text()))
        self.note.setEnabled(one is not None)
        self.keep.setEnabled(one is not None)
        written_about, self._about_whom = self._about_whom, one.id if one else ""
        if not (self.note.isModified() and written_about == self._about_whom):  # a refresh takes nobody's words out of their hands
            self.note.setText(one.note or "" if one else "")

    def _when_in_words(self, one: Alert) -> str:
        since = words.minute(one.since, self._zone) if one.since is not None else words.day(one.day) if one.day else ""
        return "  ·  ".join(part for part in (severity(one.severity), since, status(one, self._zone)) if part)

    def _marked_in_words(self, one: Alert) -> str:
        if one.who is None or one.marked is None:
            return ""
        return _("{who}, {time}").format(who=words.safe(one.who, 80), time=words.minute(one.marked, self._zone))

    def _show_reasons(self, one: Alert | None) -> None:
        lines = [_reason_cells(each) for each in (one.reasons[:MOST_REASONS] if one else [])]
        head = [("", _("observed"), _("usual"))] if lines else []
        texts = [*head, *lines, *[("", "", "")] * (MOST_REASONS + 1)]
        for cells, line in zip(self._cells, texts, strict=False):
            for label, text in zip(cells, line, strict=True):
                label.setText(text)
                label.setVisible(any(line))

    def _colour(self, one: Severity) -> str:
        colours = self.services.theme.colours
        return {Severity.HIGH: colours.stop_ink, Severity.MEDIUM: colours.warn_edge, Severity.LOW: colours.muted}[one]

    def _repaint(self) -> None:
        """Icons are in the theme's colours."""
        view = self.table.viewport()
        if view is not None:
            view.update()

    # --- doing --------------------------------------------------------------------------------------------------------

    def _open_evidence(self) -> None:
        rows = self.chosen()
        found = evidence(rows[0], self._zone) if rows else None
        if found is not None:
            self.evidence_wanted.emit(found)

    def _keeps_cases(self) -> bool:
        who = self.services.api.who
        return who is not None and who.role in KEEPS_CASES

    def _add_to_case(self) -> None:
        rows = self.chosen()
        if rows:
            AddToCaseDialog(self.services, rows[0], self._zone, lambda told: self._acted(told, []), self.body.window()).open()

    def _snooze(self, choice: Snooze) -> None:
        self.act(AlertAction.SNOOZE, snoozed_until(choice, self.services.choices.today, self._zone))

    def _keep_note(self) -> None:
        rows = self.chosen()
        if rows:
            self.note.setModified(False)
            self._send([AlertWish(rows[0].id, AlertAction.NOTE, note=self.note.text().strip())], _("The note is kept."), [])

    def act(self, action: AlertAction, until: int | None = None) -> None:
        """Do this with everything selected."""
        rows = self.chosen()
        wishes = [AlertWish(one.id, action, until) for one in rows]
        back = [AlertWish(one.id, AlertAction.REOPEN) for one in rows] if action is not AlertAction.REOPEN else []
        self._send(wishes, done_in_words(action, len(rows)), back)

    def _send(self, wishes: Sequence[AlertWish], told: str, back: Sequence[AlertWish]) -> None:
        if not wishes:
            return
        scope = self.services.scope.value
        work = partial(_act_on_all, self.services.api, scope, wishes)
        self.services.tasks.run(self, "act", work, lambda _nothing: self._acted(told, back), self._not_acted)

    def _acted(self, told: str, back: Sequence[AlertWish]) -> None:
        self.done.emit(told, partial(self._send, back, _("Open again."), []) if back else None)
        self.outdated.emit()

    def _not_acted(self, fault: Exception) -> None:
        why = fault.sentence if isinstance(fault, Trouble) else _("The console made a mistake. It has been written to its log.")
        self.done.emit(why, None)
        self.outdated.emit()

    def close(self) -> None:
        """Let go of what is on its way."""
        self.services.tasks.drop(self, "act")
        super().close()


def _act_on_all(api: Api, scope: Scope, wishes: Sequence[AlertWish]) -> None:
    for wish in wishes:
        api.act_on_alert(wish, scope.first, scope.last, scope.team, scope.person)


def done_in_words(action: AlertAction, many: int) -> str:
    """Return what was done."""
    return {
        AlertAction.ACKNOWLEDGE: _n("{n} alert is acknowledged.", "{n} alerts are acknowledged.", many),
        AlertAction.SNOOZE: _n("{n} alert is snoozed.", "{n} alerts are snoozed.", many),
        AlertAction.EXPECT: _n("{n} alert is expected from now on.", "{n} alerts are expected from now on.", many),
        AlertAction.REOPEN: _n("{n} alert is open again.", "{n} alerts are open again.", many),
        AlertAction.NOTE: _("The note is kept."),
    }[action].format(n=words.count(many))


def _reason_cells(one: Reason) -> tuple[str, str, str]:
    usual = words.NOTHING if one.usual is None else amount(one.usual, one.unit)
    return feature(one.feature), amount(one.observed, one.unit), usual


def _sure(one: Alert) -> str:
    parts = []
    if one.confidence is not None:
        parts.append(_("confidence {share}").format(share=words.share(one.confidence)))
    if one.coverage is not None:
        parts.append(_("coverage {share}").format(share=words.share(one.coverage)))
    if one.model:
        parts.append(_("found by {model}").format(model=words.safe(one.model, 60)))
    return "  ·  ".join(parts)
