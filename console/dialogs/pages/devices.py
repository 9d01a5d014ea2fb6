"""The PCs: when each was last heard, whether every event is accounted for, and what became of the refused ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from console import words
from console.api import Api
from console.dialogs.edit import ConfirmDialog, EditDialog, Work
from console.dialogs.pages.base import ListPage
from console.dialogs.parts import choice
from console.models.rows import Column
from console.widgets.card import Card
from console.widgets.plain import PlainLabel
from console.words import _
from policy.roles import Role
from policy.summaries import Changed, Delivery, DeviceChange, DeviceRevoke, Devices


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
            Column("team", _("Team"), self._team, self._team, 100),
            Column("state", _("State"), words.device_state, words.device_state, 140),
            Column("seen", _("Last heard"), self._seen, lambda one: one.seen, 100),
            Column("backlog", _("Waiting there"), lambda one: words.count(one.buffered), lambda one: one.buffered, 100, number=True),
            Column("aside", _("Set aside"), lambda one: words.count(one.quarantined), lambda one: one.quarantined, 90, number=True),
            Column("lost", _("Lost"), lambda one: words.count(one.lost), lambda one: one.lost, 70, number=True),
            Column("clock", _("Clock off"), lambda one: words.clock_off(one.clock_offset_ms), lambda one: one.clock_offset_ms, 80),
            Column("version", _("Agent"), lambda one: words.safe(one.agent_version, 40), lambda one: one.agent_version, 70),
        )

    def _team(self, one: Delivery) -> str:
        return words.team_name(self.services.choices.teams, one.team, words.NOTHING)

    def _revoke(self, one: Delivery) -> None:
        name = words.safe(one.hostname, 60)
        sentence = _("{name} may not deliver any more; what it delivered stays. To let it back in, it must be enrolled anew.")
        api = self.services.api
        dialog = ConfirmDialog(_("Revoke"), sentence.format(name=name), _("Revoke"), self.services.tasks, self.window(), typed=one.hostname)
        work = partial(_revoke, api, one.device)
        dialog.on_save(lambda: work, lambda _answer: self.said(_("{name} is revoked.").format(name=name)))
        dialog.open()

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
        """Move, revoke, and the equation of the chosen PC."""
        self.act(_("Choose team"), lambda one: DeviceDialog(self, one).open(), lambda one: not one.revoked)
        self.act(_("Revoke"), self._revoke, lambda one: not one.revoked).setProperty("danger", "true")
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


def _revoke(api: Api, device: str) -> None:
    api.order("devices/revoke", DeviceRevoke(device))


def _move(api: Api, wish: DeviceChange) -> Changed:
    return api.alter("devices", wish, Changed)


class DeviceDialog(EditDialog):
    """The team a PC belongs to."""

    def __init__(self, page: DevicesPage, one: Delivery) -> None:
        super().__init__(words.safe(one.hostname, 60), page.services.tasks, page.window(), height=36)
        self._page, self._one = page, one
        none: list[tuple[int | None, str]] = [(None, _("no team"))]
        self.team = choice(none + [(team.id, words.safe(team.name, 60)) for team in page.services.choices.teams], one.team)
        self.fields.add(_("Team"), self.team, _("Shared by all who use this PC without a team of their own."))
        self.on_save(self._read, self._moved)
        self.finish()

    def _read(self) -> Work:
        api, wish = self._page.services.api, DeviceChange(self._one.device, self._one.revision, self.team.currentData())
        return lambda: _move(api, wish)

    def _moved(self, answer: Changed) -> None:
        self._page.said(_("Saved."), partial(_move, wish=DeviceChange(self._one.device, answer.revision, self._one.team)))
