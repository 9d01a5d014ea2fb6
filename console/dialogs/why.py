"""Why a figure is what it is: what it means, which rule decides, whose and which days' parts it has, down to one day's stretches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from console import definitions, words
from console.dialogs.parts import fit_on_screen, letters
from console.dialogs.reason import ReasonDialog
from console.evidence import WITHOUT_TIME, DayPart, Evidence, PersonPart, evidence_of, is_share
from console.export.collect import whom
from console.export.content import clock_seconds
from console.figures import Asked
from console.models.rows import Column, RowsModel, Unit
from console.services import Services
from console.trouble import ReasonNeeded, Trouble
from console.widgets.card import Card
from console.widgets.plain import CuttingLabel, Kind, PlainLabel
from console.widgets.segments import Segments
from console.widgets.table import RowsTable
from console.words import _, _n
from policy.summaries import BandPart


class WhyDialog(QDialog):
    """Signals: `classify_wanted` with kind, pattern and name, when another rule is wanted."""

    classify_wanted = pyqtSignal(str, str, str)

    def __init__(self, services: Services, asked: Asked, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.asked = asked
        self._trail: list[Asked] = []
        self.evidence: Evidence | None = None
        self.setWindowTitle(_("Why this figure"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._share = is_share(asked.key)
        zone = services.choices.zone
        self.people = _people_model(self._part)
        self.days = _days_model(self._part)
        self.spans = _spans_model(zone)
        self._tables = {
            "people": RowsTable("why.people", _("People"), self.people, services.theme, services.settings),
            "days": RowsTable("why.days", _("Days"), self.days, services.theme, services.settings),
            "spans": RowsTable("why.spans", _("Stretches of the day"), self.spans, services.theme, services.settings),
        }
        self._build()
        self._load()

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._title = CuttingLabel("", Kind.TITLE)
        self._about = PlainLabel("", tone="muted", wrap=True)
        self.back = QPushButton(_("Back"))
        self.back.clicked.connect(self._go_back)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.back)
        meaning = Card(definitions.title(self.asked.key))
        lines = QGridLayout()
        lines.setHorizontalSpacing(14)
        lines.setVerticalSpacing(5)
        lines.setColumnStretch(1, 1)
        for line, (heading, text) in enumerate(definitions.parts(self.asked.key)):
            lines.addWidget(PlainLabel(heading, tone="muted"), line, 0, Qt.AlignmentFlag.AlignTop)
            lines.addWidget(PlainLabel(text, wrap=True), line, 1)
        meaning.body.addLayout(lines)
        self._rule = PlainLabel("", wrap=True)
        self.change = QPushButton(_("Change the rule …"))
        self.change.clicked.connect(self._change_rule)
        rule = QHBoxLayout()
        rule.addWidget(self._rule, 1)
        rule.addWidget(self.change)
        meaning.body.addLayout(rule)
        close = QPushButton(_("Close"))
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        self.message = PlainLabel("", tone="warn", wrap=True)
        foot.addWidget(self.message, 1)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(self._about)
        layout.addWidget(meaning)
        layout.addWidget(self._evidence_card(), 1)
        layout.addLayout(foot)
        fit_on_screen(self, letters(104), letters(92))

    def _evidence_card(self) -> Card:
        card = Card(_("What it is made of"))
        choices = (("people", _("By person")), ("days", _("By day")), ("spans", _("Minutes")))
        self.switch = Segments(_("Show"), choices, "people")
        card.tools.addWidget(self.switch)
        self._pages = QStackedWidget()
        for table in self._tables.values():
            self._pages.addWidget(table)
        self.switch.chosen.connect(self._choose)
        self._tables["people"].opened.connect(self._narrow_person)
        self._tables["days"].opened.connect(self._narrow_day)
        self._hint = PlainLabel("", Kind.SMALL, "muted", wrap=True)
        card.body.addWidget(self._pages, 1)
        card.body.addWidget(self._hint)
        return card

    def _choose(self, key: str) -> None:
        self._pages.setCurrentWidget(self._tables[key])

    # --- loading ------------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        self._say_what()
        work = partial(evidence_of, self.services.api, self.asked)
        self.services.tasks.run(self, "why", work, self._show, self._failed)

    def _say_what(self) -> None:
        asked = self.asked
        name = definitions.title(asked.key) + (f" – {asked.name}" if asked.name else "")
        self._title.setText(f"{name}: {asked.shown}" if asked.shown else name)
        days = words.span(asked.scope.first, asked.scope.last)
        self._about.setText(f"{days}  ·  {whom(asked.scope, self.services)}  ·  {self.services.choices.zone.replace('_', ' ')}")
        self.back.setVisible(bool(self._trail))
        self.change.setVisible(bool(asked.app or asked.site))
        self._rule.setVisible(False)

    def _show(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.message.setText("")
        self._rule.setText(evidence.rule)
        self._rule.setVisible(bool(evidence.rule))
        self.people.rank(self.services.choices.ranked)
        self.people.set_rows(evidence.people)
        self.days.set_rows(evidence.days)
        self.spans.set_rows(evidence.spans or ())
        has = {"people": bool(evidence.people), "days": bool(evidence.days), "spans": evidence.spans is not None}
        for key, button in self.switch.buttons.items():
            button.setVisible(has[key])
        first = next(
            (key for key in ("spans", "people", "days") if has[key] and (key != "people" or self.asked.scope.person is None)), "days"
        )
        self.switch.choose(first)
        self._hint.setText(self._hint_of(evidence))

    def _hint_of(self, evidence: Evidence) -> str:
        if evidence.spans is None:
            return _("Double-click a person and a day to get down to the minutes.")
        many = _n("{n} stretch, {time} in all", "{n} stretches, {time} in all", len(evidence.spans))
        total = many.format(n=words.count(len(evidence.spans)), time=clock_seconds(evidence.seconds))
        if self.asked.key in WITHOUT_TIME:
            return _("{total}. These are the stretches in which it was counted.").format(total=total)
        return total

    def _failed(self, fault: Exception) -> None:
        known = _("The console made a mistake. It has been written to its log.")
        self.message.setText(fault.sentence if isinstance(fault, Trouble) else known)
        if isinstance(fault, ReasonNeeded):
            scope = self.asked.scope
            ReasonDialog(self.services, scope.team, scope.person, lambda _told: self._load(), self).open()

    # --- going deeper -------------------------------------------------------------------------------------------------

    def _part(self, value: float | None) -> str:
        return words.share(value) if self._share else words.duration(value)

    def _narrow_person(self, row: PersonPart) -> None:
        self._go(replace(self.asked, scope=replace(self.asked.scope, person=row.person.id), shown=self._part(row.value)))

    def _narrow_day(self, row: DayPart) -> None:
        self._go(replace(self.asked, scope=replace(self.asked.scope, first=row.day, last=row.day), shown=self._part(row.value)))

    def _go(self, asked: Asked) -> None:
        if asked == self.asked:
            return
        self._trail.append(self.asked)
        self.asked = asked
        self._load()

    def _go_back(self) -> None:
        if self._trail:
            self.asked = self._trail.pop()
            self._load()

    def _change_rule(self) -> None:
        asked = self.asked
        self.classify_wanted.emit("site" if asked.site else "app", asked.site or asked.app or "", asked.name)

    def done(self, result: int) -> None:
        """Let go of what is on its way."""
        self.services.tasks.drop(self, "why")
        super().done(result)


def _people_model(part: Callable[[float | None], str]) -> RowsModel[PersonPart]:
    columns: list[Column[PersonPart]] = [
        Column("name", _("Name"), lambda one: words.person(one.person), lambda one: words.fold(one.person.name), 180, grows=True),
        Column("part", _("Part"), lambda one: part(one.value), lambda one: one.value, 140, True, unit=Unit.SECONDS),
    ]
    return RowsModel(columns, lambda one: one.person.id, lambda one: one.person.name)


def _days_model(part: Callable[[float | None], str]) -> RowsModel[DayPart]:
    columns: list[Column[DayPart]] = [
        Column("day", _("Day"), lambda one: words.day(one.day), lambda one: one.day.isoformat(), 180, grows=True),
        Column("part", _("Part"), lambda one: part(one.value), lambda one: one.value, 140, True, unit=Unit.SECONDS),
    ]
    return RowsModel(columns, lambda one: one.day, lambda one: one.day.isoformat())


def _spans_model(zone: str) -> RowsModel[BandPart]:
    def at(instant: int) -> str:
        return f"{words.local(instant, zone):%H:%M:%S}"

    def length(one: BandPart) -> int:
        return (one.end - one.start) // 1000

    columns: list[Column[BandPart]] = [
        Column("start", _("From"), lambda one: at(one.start), lambda one: one.start, 76, unit=Unit.INSTANT),
        Column("end", _("To"), lambda one: at(one.end), lambda one: one.end, 76, unit=Unit.INSTANT),
        Column("length", _("For"), lambda one: clock_seconds(length(one)), length, 76, True, unit=Unit.SECONDS),
        Column("presence", _("What the evidence says"), lambda one: words.presence(one.presence), lambda one: one.presence.value, 132),
        Column("app", _("App or site"), _where, _where, 120, grows=True),
        Column("category", _("Category"), _category, _category, 104),
    ]
    return RowsModel(columns, lambda one: one.start, lambda one: one.app or "")


def _where(one: BandPart) -> str:
    return words.safe(one.site or one.name or one.app or words.NOTHING)


def _category(one: BandPart) -> str:
    return words.category(one.category) if one.category is not None else words.NOTHING
