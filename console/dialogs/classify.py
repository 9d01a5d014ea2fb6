"""Says what an app or a site is to the organisation: choose, see what it would move, save, undo; what is unclassified waits in a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtWidgets import QComboBox, QDialog, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QSplitter, QVBoxLayout, QWidget

from console import definitions, words
from console.api import Api
from console.dialogs.parts import fit_on_screen, letters
from console.dialogs.reason import ReasonDialog
from console.models.rows import Column, RowsModel, Unit
from console.scope import Scope
from console.services import Services
from console.trouble import ReasonNeeded, Trouble
from console.widgets.card import Card
from console.widgets.empty import Emptiness
from console.widgets.plain import CuttingLabel, Kind, PlainLabel, set_tip
from console.widgets.segments import Segments
from console.widgets.table import RowsTable, SearchedTable
from console.words import _, _n
from policy.categories import Category
from policy.roles import Role
from policy.summaries import Categories, Matched, NamedByNoRule, RuleEffect, RuleSaved, RuleWish, Unclassified

PAUSE_MS = 250
NO_RULE = "none"
EVERYBODY = -1


@dataclass(frozen=True)
class Subject:
    """What a rule is to be made for: `kind` is app or site."""

    kind: str
    pattern: str
    name: str


@dataclass(frozen=True)
class Saved:
    """A rule that was saved: a sentence, and the number of the change, by which it is undone."""

    sentence: str
    change: int | None


class ClassifyDialog(QDialog):
    """Not modal to its work: previews come from the server while somebody thinks.

    Signals:
        saved: a Saved.
    """

    saved = pyqtSignal(object)

    def __init__(self, services: Services, subject: Subject | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self._scope = services.scope.value
        self._effect: RuleEffect | None = None
        self.setWindowTitle(_("Classify apps and sites"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.rows: RowsModel[NamedByNoRule] = _rows_model()
        self._table = RowsTable("classify.rows", _("Unclassified apps and sites"), self.rows, services.theme, services.settings)
        self._place = SearchedTable(self._table, services.theme, Emptiness.NOTHING_MATCHES)
        self._total = PlainLabel("", tone="muted", wrap=True)
        self.kind = QComboBox()
        self.pattern = QLineEdit()
        self.category = Segments(_("Category"), _choices(), "")
        self.team = QComboBox()
        self.moved = [PlainLabel("", wrap=True) for _line in range(4)]
        self.matches: RowsModel[Matched] = _matches_model()
        self._matches_table = RowsTable(
            "classify.matches", _("What the rule decides about"), self.matches, services.theme, services.settings
        )
        self.message = PlainLabel("", tone="warn", wrap=True)
        self.save = QPushButton(_("Save the rule"))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._build()
        self._connect()
        self._choose(subject)
        self._load()

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(10)
        split.addWidget(self._list_card())
        split.addWidget(self._rule_card())
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setSizes([letters(56), letters(58)])
        close = QPushButton(_("Close"))
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.message, 1)
        buttons.addWidget(close)
        buttons.addWidget(self.save)
        self.save.setProperty("primary", "true")
        self.save.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 12)
        layout.setSpacing(10)
        layout.addWidget(split, 1)
        layout.addLayout(buttons)
        fit_on_screen(self, letters(118), letters(66))

    def _list_card(self) -> Card:
        card = Card(_("Unclassified"))
        card.setMinimumWidth(letters(40))
        set_tip(card.title, definitions.definition("unclassified"))
        card.body.addWidget(self._total)
        card.body.addWidget(self._place, 1)
        return card

    def _rule_card(self) -> Card:
        card = Card(_("Rule"))
        self._name = CuttingLabel("", Kind.HEADING)
        card.body.addWidget(self._name)
        self.kind.addItem(_("App"), "app")
        self.kind.addItem(_("Site"), "site")
        self.kind.setAccessibleName(_("App or site"))
        self.pattern.setAccessibleName(_("Program or domain"))
        self.pattern.setMaxLength(256)
        set_tip(self.pattern, _("A program's name, or a domain: a rule for example.com is also about mail.example.com."))
        self.team.setAccessibleName(_("For whom"))
        for name, team in teams_to_rule(self.services):
            self.team.addItem(name, team)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        what = QHBoxLayout()
        what.addWidget(self.kind)
        what.addWidget(self.pattern, 1)
        grid.addWidget(PlainLabel(_("What"), tone="muted"), 0, 0)
        grid.addLayout(what, 0, 1)
        grid.addWidget(PlainLabel(_("Counts as"), tone="muted"), 1, 0)
        grid.addWidget(self.category, 1, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(PlainLabel(_("For"), tone="muted"), 2, 0)
        grid.addWidget(self.team, 2, 1)
        card.body.addLayout(grid)
        card.body.addSpacing(4)
        card.body.addWidget(PlainLabel(_("What this would change"), Kind.STRONG))
        for line in self.moved:
            card.body.addWidget(line)
        card.body.addWidget(self._matches_table, 1)
        return card

    def _connect(self) -> None:
        selection = self._table.selectionModel()
        assert selection is not None
        selection.currentRowChanged.connect(lambda index, _old: self._take(index.row()))
        for changed in (self.kind.currentIndexChanged, self.team.currentIndexChanged, self.pattern.textChanged):
            changed.connect(lambda _value: self._pause.start())
        self.category.chosen.connect(lambda _key: self._preview())
        self._pause.timeout.connect(self._preview)
        self.save.clicked.connect(self._save)

    # --- what is unclassified -----------------------------------------------------------------------------------------

    def _load(self) -> None:
        work, whose = partial(_unclassified, self.services.api, self._scope), (self._scope.team, self._scope.person)
        self.services.tasks.run(self, "unclassified", work, self._listed, partial(self._not_shown, whose, self._load))

    def _listed(self, values: Unclassified) -> None:
        self.rows.set_rows(values.rows)
        self._place.judge(self.rows, lambda: None)
        share = words.share(words.part_of(values.unclassified, values.engaged))
        text = _("{share} of engaged time ({time}) has no rule and counts as neutral.")
        more = _n("{n} more is not listed.", "{n} more are not listed.", values.truncated).format(n=words.count(values.truncated))
        told = text.format(share=share, time=words.duration(values.unclassified))
        self._total.setText(f"{told} {more}" if values.truncated else told)
        if not self.pattern.text() and values.rows:
            self._table.selectRow(0)

    def _take(self, place: int) -> None:
        for row in self.rows.rows_at([place] if 0 <= place < self.rows.rowCount() else []):
            self._choose(Subject(row.kind, row.pattern, row.name))

    def _choose(self, subject: Subject | None) -> None:
        self._name.setText(words.safe(subject.name) if subject else _("Choose on the left, or write what the rule is for."))
        if subject is not None:
            self.kind.setCurrentIndex(self.kind.findData(subject.kind))
            self.pattern.setText(subject.pattern)
            self.pattern.setCursorPosition(0)
        self._preview()

    # --- the rule -----------------------------------------------------------------------------------------------------

    def wish(self) -> RuleWish | None:
        """Return the rule as it is written, None while something is missing."""
        pressed = next((key for key, button in self.category.buttons.items() if button.isChecked()), "")
        pattern = self.pattern.text().strip()
        if not pattern or not pressed:
            return None
        team = self.team.currentData()
        category = None if pressed == NO_RULE else Category(pressed)
        return RuleWish(self.kind.currentData(), pattern, category, None if team == EVERYBODY else team)

    def _preview(self) -> None:
        self._pause.stop()
        self._effect = None
        self.message.setText("")
        wish = self.wish()
        self.save.setEnabled(False)
        if wish is None:
            self.services.tasks.drop(self, "preview")
            self._say([_("Choose what it counts as: the effect is shown here before anything is saved.")])
            self.matches.set_rows([])
            return
        work = partial(self.services.api.preview_rule, wish, self._scope.first, self._scope.last)
        self.services.tasks.run(self, "preview", work, self._previewed, partial(self._not_shown, (wish.team, None), self._preview))

    def _previewed(self, effect: RuleEffect) -> None:
        self._effect = effect
        self._say(effect_in_words(effect))
        self.matches.set_rows(effect.matches)
        self.save.setEnabled(True)

    def _say(self, lines: list[str]) -> None:
        for label, text in zip(self.moved, [*lines, *[""] * len(self.moved)], strict=False):
            label.setText(text)
            label.setVisible(bool(text))

    def _save(self) -> None:
        wish = self.wish()
        if wish is None:
            return
        self.save.setEnabled(False)
        self.services.tasks.run(self, "save", partial(self.services.api.save_rule, wish), partial(self._stored, wish), self._failed)

    def _stored(self, wish: RuleWish, answer: RuleSaved) -> None:
        self.saved.emit(Saved(saved_in_words(wish, self.team.currentText(), answer), answer.change))
        self.pattern.clear()
        self._choose(None)
        self._load()

    def _failed(self, fault: Exception) -> None:
        mistake = _("The console made a mistake. It has been written to its log.")
        self.message.setText(fault.whole() if isinstance(fault, Trouble) else mistake)
        self.save.setEnabled(self._effect is not None)

    def _not_shown(self, whose: tuple[int | None, int | None], again: Callable[[], None], fault: Exception) -> None:
        """What was to be read about a team or person did not come; where a reason opens it, ask for one and try again."""
        self._failed(fault)
        if isinstance(fault, ReasonNeeded):
            ReasonDialog(self.services, *whose, lambda _told: again(), self).open()

    def done(self, result: int) -> None:
        """Let go of what is on its way."""
        for key in ("unclassified", "preview", "save"):
            self.services.tasks.drop(self, key)
        super().done(result)


def _unclassified(api: Api, scope: Scope) -> Unclassified:
    return api.unclassified(scope.first, scope.last, scope.team, scope.person)


def _choices() -> tuple[tuple[str, str], ...]:
    return (*((one.value, words.category(one)) for one in Category), (NO_RULE, _("No rule of ours")))


def teams_to_rule(services: Services) -> list[tuple[str, int]]:
    """Return (name, id) of those for whom this viewer may make rules; only owners make them for everybody."""
    who = services.api.who
    teams = [(words.safe(one.name, 80), one.id) for one in services.choices.teams]
    return [(_("everybody"), EVERYBODY), *teams] if who is None or who.role == Role.OWNER else teams


def effect_in_words(effect: RuleEffect) -> list[str]:
    """Return what a rule would move, the largest first, and what becomes of the productive share."""
    days = words.span(effect.period.first, effect.period.last)
    if not effect.moved:
        return [_("Nothing would be counted otherwise in {days}.").format(days=days)]
    lines = [
        _("{time} of {days}: {before} → {after}").format(
            time=words.duration(one.seconds),
            days=days,
            before=words.app_category(one.before, one.classified_before),
            after=words.category(one.after),
        )
        for one in sorted(effect.moved, key=lambda one: -one.seconds)[:2]
    ]
    return [*lines, _productive(effect), _unnamed(effect)]


def _productive(effect: RuleEffect) -> str:
    before, after = (words.share(one.share(Category.PRODUCTIVE)) for one in (effect.before, effect.after))
    return _("Productive share {before} → {after}").format(before=before, after=after)


def _unnamed(effect: RuleEffect) -> str:
    def share(one: Categories) -> str:
        return words.share(words.part_of(one.unclassified, one.total))

    return _("Unclassified {before} → {after}").format(before=share(effect.before), after=share(effect.after))


def saved_in_words(wish: RuleWish, team: str, answer: RuleSaved) -> str:
    """Return what was done."""
    name = words.safe(wish.pattern, 60)
    if answer.change is None:
        return _("{name} was counted like that already; nothing changed.").format(name=name)
    if wish.category is None:
        return _("The rule of {team} for {name} was taken away.").format(team=team, name=name)
    return _("{name} now counts as {category} for {team}.").format(name=name, category=words.category(wish.category).lower(), team=team)


def _rows_model() -> RowsModel[NamedByNoRule]:
    columns: list[Column[NamedByNoRule]] = [
        Column("name", _("Name"), lambda one: words.safe(one.name), lambda one: words.fold(one.name), 120, tip=_pattern, grows=True),
        Column("kind", _("Kind"), _kind, _kind, 56),
        Column("engaged", _("Engaged"), lambda one: words.duration(one.engaged), lambda one: one.engaged, 96, True, unit=Unit.SECONDS),
        Column("people", _("People"), lambda one: words.count(one.people), lambda one: one.people, 64, True, unit=Unit.COUNT),
    ]
    return RowsModel(columns, lambda one: (one.kind, one.pattern), lambda one: one.name, lambda one: f"{one.name} {one.pattern}")


def _pattern(one: NamedByNoRule) -> str:
    return words.safe(one.pattern, 256)


def _kind(one: NamedByNoRule) -> str:
    return _("app") if one.kind == "app" else _("site")


def _matches_model() -> RowsModel[Matched]:
    where: Callable[[Matched], str] = lambda one: words.safe(one.name if one.site is None else f"{one.site} · {one.name}")  # noqa: E731
    columns: list[Column[Matched]] = [
        Column("name", _("Name"), where, where, 140, grows=True),
        Column("engaged", _("Engaged"), lambda one: words.duration(one.seconds), lambda one: one.seconds, 96, True, unit=Unit.SECONDS),
        Column("people", _("People"), lambda one: words.count(one.people), lambda one: one.people, 64, True, unit=Unit.COUNT),
        Column("before", _("Until now"), lambda one: words.category(one.before), lambda one: one.before.value, 104),
    ]
    return RowsModel(columns, lambda one: (one.app, one.site), lambda one: one.name)
