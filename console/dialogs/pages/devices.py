"""The PCs: when each was last heard, whether every event is accounted for, and what became of the refused ones."""

from __future__ import annotations

from collections.abc import Sequence

from console import words
from console.api import Api
from console.dialogs.pages.base import ListPage
from console.models.rows import Column
from console.widgets.card import Card
from console.widgets.plain import PlainLabel
from console.words import _
from policy.roles import Role
from policy.summaries import Delivery, Devices


class DevicesPage(ListPage[Devices, Delivery]):
    """Below the table stands the chosen PC's delivery equation, in words and numbers."""

    key = "devices"
    roles = frozenset({Role.OWNER, Role.IT})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Devices")

    def purpose(self) -> str:
        """What it is."""
        return _("Every PC with an agent. Every event it recorded is stored, set aside or declared lost; the sums must agree.")

    def without(self) -> str:
        """No PC yet."""
        return _("No PC is enrolled yet. Make an enrolment code and start the agent with it.")

    @staticmethod
    def load(api: Api) -> Devices:
        """Ask for the fleet."""
        return api.devices()

    def columns(self) -> Sequence[Column[Delivery]]:
        """The columns."""
        return (
            Column("pc", _("PC"), lambda one: words.safe(one.hostname), lambda one: words.fold(one.hostname), 130, grows=True),
            Column("state", _("State"), words.device_state, words.device_state, 140),
            Column("seen", _("Last heard"), self._seen, lambda one: one.seen, 100),
            Column("backlog", _("Waiting there"), lambda one: words.count(one.buffered), lambda one: one.buffered, 100, number=True),
            Column("aside", _("Set aside"), lambda one: words.count(one.quarantined), lambda one: one.quarantined, 90, number=True),
            Column("lost", _("Lost"), lambda one: words.count(one.lost), lambda one: one.lost, 70, number=True),
            Column("clock", _("Clock off"), lambda one: words.clock_off(one.clock_offset_ms), lambda one: one.clock_offset_ms, 80),
            Column("version", _("Agent"), lambda one: words.safe(one.agent_version, 40), lambda one: one.agent_version, 70),
        )

    def _seen(self, one: Delivery) -> str:
        choices = self.services.choices
        return words.moment(one.seen, choices.zone, choices.today) if one.seen is not None else words.NOTHING

    def identity(self, row: Delivery) -> str:
        """Its public number."""
        return row.device

    def name_of(self, row: Delivery) -> str:
        """Its host name."""
        return row.hostname

    def build_acts(self) -> None:
        """The equation of the chosen PC."""
        self.equation = PlainLabel("", wrap=True)
        self.equation.let_select()
        self.equation.setAccessibleName(_("Delivery equation"))
        card = Card(_("Delivery equation"))
        card.body.addWidget(self.equation)
        self.body.addWidget(card)
        chosen = self.table.selectionModel()
        assert chosen is not None
        chosen.selectionChanged.connect(lambda *_: self._explain())

    def show_values(self, values: Devices) -> None:
        """Show the fleet."""
        self.set_rows(values.devices)
        self._explain()

    def _explain(self) -> None:
        one = self.chosen()
        self.equation.setText(words.delivery(one) if one is not None else _("Choose a PC to see where each of its events went."))
