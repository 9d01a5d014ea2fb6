"""The rule book: what your organisation counts apps and sites as, above the packaged rules; every change can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from console import words
from console.api import Api
from console.dialogs.edit import EditDialog, Work
from console.dialogs.pages.base import ListPage, Undo
from console.dialogs.parts import button, choice, line, row
from console.dialogs.reason import ReasonDialog
from console.models.rows import Column, RowsModel
from console.trouble import ReasonNeeded
from console.widgets.card import Card
from console.widgets.plain import PlainLabel
from console.widgets.segments import Segments
from console.widgets.table import RowsTable
from console.words import _
from policy.categories import Category
from policy.roles import Role
from policy.summaries import Override, RuleChange, RuleEffect, Rules, RuleSaved, RuleWish, UndoWish

TRIED_DAYS = timedelta(days=29)


class RulesPage(ListPage[Rules, Override]):
    """The overrides, and behind the second button the newest changes."""

    key = "rules"
    roles = frozenset({Role.OWNER, Role.MANAGER})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Rules")

    def purpose(self) -> str:
        """What it is."""
        return _("What apps and sites count as, for everybody or for one team. A change holds for the past too, at once.")

    def without(self) -> str:
        """Only packaged rules."""
        return _("Only the packaged rules hold. A rule made here goes before them.")

    @staticmethod
    def load(api: Api) -> Rules:
        """Ask for the rule book."""
        return api.ask("rules", Rules)

    def columns(self) -> Sequence[Column[Override]]:
        """The columns."""
        return (
            Column("pattern", _("App or site"), lambda one: words.safe(one.pattern), lambda one: words.fold(one.pattern), 180, grows=True),
            Column("kind", _("Kind"), lambda one: words.rule_kind(one.kind), lambda one: one.kind, 90),
            Column("category", _("Counts as"), lambda one: words.category(one.category), lambda one: one.category.value, 130),
            Column("team", _("For whom"), lambda one: self._team(one.team), lambda one: self._team(one.team), 140),
        )

    def _team(self, team: int | None) -> str:
        return words.team_name(self.services.choices.teams, team)

    def identity(self, row: Override) -> Any:
        """Team, kind and pattern."""
        return row.team, row.kind, row.pattern

    def name_of(self, row: Override) -> str:
        """The pattern."""
        return row.pattern

    def build(self) -> None:
        """Rules or changes, one behind the other."""
        super().build()
        self.changes: RowsModel[RuleChange] = RowsModel(self._change_columns(), lambda one: one.id, lambda one: one.pattern)
        services = self.services
        self.change_table = RowsTable("administration/rule_changes", _("Newest changes"), self.changes, services.theme, services.settings)
        self.packaged = PlainLabel("", tone="muted", wrap=True)
        self.put_back = button(_("Undo this change"), self._undo_chosen)
        self.put_back.setEnabled(False)
        card = Card(_("Newest changes"))
        card.body.addWidget(self.change_table, 1)
        card.body.addWidget(row(self.put_back, None))
        card.setVisible(False)
        self.body.insertWidget(0, self.packaged)
        self.body.insertWidget(self.body.count() - 1, card, 1)
        self.switch = Segments(_("Show"), (("rules", _("Rules")), ("changes", _("Newest changes"))), "rules")
        self.switch.chosen.connect(lambda key: self._switch(key == "changes", card))
        self.body.insertWidget(0, row(self.switch, None))
        chosen = self.change_table.selectionModel()
        assert chosen is not None
        chosen.selectionChanged.connect(lambda *_: self._judge_change())

    def _switch(self, changes: bool, card: Card) -> None:
        card.setVisible(changes)
        self.card.setVisible(not changes)
        self.seek.setVisible(not changes)
        self.acts.setVisible(not changes)

    def _change_columns(self) -> Sequence[Column[RuleChange]]:
        choices = self.services.choices
        return (
            Column("at", _("When"), lambda one: words.moment(one.at, choices.zone, choices.today), lambda one: one.at, 120),
            Column("who", _("Who"), lambda one: words.safe(one.who, 60), lambda one: one.who, 110),
            Column("pattern", _("App or site"), lambda one: words.safe(one.pattern), lambda one: words.fold(one.pattern), 150, grows=True),
            Column("before", _("Before"), lambda one: words.rule_category(one.before), lambda one: one.before, 110),
            Column("after", _("After"), lambda one: words.rule_category(one.after), lambda one: one.after, 110),
            Column("team", _("For whom"), lambda one: self._team(one.team), lambda one: self._team(one.team), 110),
            Column("state", _("State"), lambda one: _("Undone") if one.undone else _("In force"), lambda one: one.undone, 90),
        )

    def build_acts(self) -> None:
        """New, change, take away."""
        self.new = self.tool(_("New rule"), lambda: self._edit(None), primary=True)
        self.act(_("Edit"), self._edit)
        self.act(_("Take away"), self._take_away)

    def open_row(self, row: Override) -> None:
        """Change it."""
        self._edit(row)

    def show_values(self, values: Rules) -> None:
        """Show the overrides and the changes."""
        self.set_rows(values.overrides)
        self.changes.set_rows(values.changes)
        self.packaged.setText(words.packaged_rules(values))
        self._judge_change()

    def _edit(self, rule: Override | None) -> None:
        dialog = RuleDialog(self, rule)
        dialog.open()

    def _take_away(self, rule: Override) -> None:
        wish = RuleWish(rule.kind, rule.pattern, None, rule.team)
        self.change(lambda api: api.tell("rules", wish, RuleSaved), _("The rule was taken away; the packaged rules hold again."), undo_of)

    def _chosen_change(self) -> RuleChange | None:
        chosen = self.change_table.selectionModel()
        rows = chosen.selectedRows() if chosen is not None else []
        return self.changes.row_at(rows[0].row()) if len(rows) == 1 else None

    def _judge_change(self) -> None:
        one = self._chosen_change()
        self.put_back.setEnabled(one is not None and one.can_undo)

    def _undo_chosen(self) -> None:
        one = self._chosen_change()
        if one is not None:
            self.change(partial(_put_back, change=one.id), _("Undone."))


def undo_of(saved: RuleSaved) -> Undo | None:
    """Return what puts back what a change replaced; None where nothing was changed."""
    return None if saved.change is None else partial(_put_back, change=saved.change)


def _put_back(api: Api, change: int) -> RuleSaved:
    return api.tell("rules/undo", UndoWish(change), RuleSaved)


class RuleDialog(EditDialog):
    """One rule; "Try it" says what it would move in the last thirty days before it is saved."""

    def __init__(self, page: RulesPage, rule: Override | None) -> None:
        services = page.services
        super().__init__(_("New rule") if rule is None else _("Change rule"), services.tasks, page.window(), height=84)
        self._page = page
        self.kind = choice((("app", words.rule_kind("app")), ("site", words.rule_kind("site"))), rule.kind if rule else "app")
        self.pattern = line(rule.pattern if rule else "", _("tally.exe or example.com"), 256)
        self.category = choice(((one, words.category(one)) for one in Category), rule.category if rule else Category.PRODUCTIVE)
        self.team = choice(teams_offered(page), rule.team if rule else None)
        self.effect = PlainLabel("", wrap=True)
        self.effect.setAccessibleName(_("What it would change"))
        for field in (self.kind, self.pattern, self.team):
            field.setEnabled(rule is None)
        self.fields.add(_("Kind"), self.kind)
        self.fields.add(_("App or site"), self.pattern, _("The rule of a site holds for all below it: example.com names mail.example.com."))
        self.fields.add(_("Counts as"), self.category)
        self.fields.add(_("For whom"), self.team)
        self.fields.widget(row(button(_("Try it on the last 30 days"), self.try_it), None))
        self.fields.widget(self.effect)
        self.on_save(self._read, self._saved_rule)
        self.finish()

    def wish(self) -> RuleWish:
        """Return what is wanted; ValueError while there is no pattern."""
        if not self.pattern.text().strip():
            raise ValueError(_("Write the app or site that the rule is about."))
        category = Category(self.category.currentData())
        return RuleWish(self.kind.currentData(), self.pattern.text().strip(), category, self.team.currentData())

    def _read(self) -> Work:
        wish, api = self.wish(), self._page.services.api
        return lambda: api.tell("rules", wish, RuleSaved)

    def _saved_rule(self, saved: RuleSaved) -> None:
        back = undo_of(saved)
        page = self._page
        page.said(_("The rule holds now, for the past too."), back)

    def try_it(self) -> None:
        """Ask what the rule would move."""
        try:
            wish = self.wish()
        except ValueError as fault:
            self.say(str(fault))
            return
        self.say("")
        today = self._page.services.choices.today
        route = f"rules/preview?from={today - TRIED_DAYS}&to={today}"
        api = self._page.services.api
        self._tasks.run(self, "try", lambda: api.tell(route, wish, RuleEffect), self._tried, partial(self._not_tried, wish.team))

    def _not_tried(self, team: int | None, fault: Exception) -> None:
        self._failed(fault)
        if isinstance(fault, ReasonNeeded):
            ReasonDialog(self._page.services, team, None, lambda _told: self.try_it(), self).open()

    def _tried(self, effect: RuleEffect) -> None:
        self.effect.setText(words.rule_effect(effect))


def teams_offered(page: RulesPage) -> list[tuple[int | None, str]]:
    """Return whom the viewer may make rules for: owners everybody and each team, managers their own teams."""
    who, choices = page.services.api.who, page.services.choices
    everybody: list[tuple[int | None, str]] = [(None, _("Everybody"))] if who is None or who.role == Role.OWNER else []
    return everybody + [(team.id, words.safe(team.name, 60)) for team in choices.teams]
