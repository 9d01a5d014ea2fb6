"""Classifying: the effect is seen before anything is saved, per team, and every save can be undone."""

from __future__ import annotations

import pytest
from PyQt5.QtWidgets import QDialog

from console.dialogs.classify import ClassifyDialog
from console.services import Services
from console.trouble import Refused
from console.window import Window
from policy.categories import Category
from policy.roles import Role
from tests.console.conftest import wait_for


def opened(window: Window, *subject: str) -> ClassifyDialog:
    window.classify(*subject)
    dialog = window.findChild(ClassifyDialog)
    assert dialog is not None
    wait_for(lambda: dialog.rows.total > 0)
    return dialog


def previewed(dialog: ClassifyDialog) -> str:
    wait_for(dialog.save.isEnabled)
    return " | ".join(label.text().replace("\u00a0", " ") for label in dialog.moved if label.text())


@pytest.mark.feature("D09")
def test_the_effect_is_shown_before_anything_is_saved(window: Window, services: Services) -> None:
    dialog = opened(window, "app", "ledgerpro.exe", "LedgerPro 2019")
    assert not dialog.save.isEnabled()
    dialog.category.choose("productive")
    text = previewed(dialog)
    assert "2 h 27 min of 14–20 Nov 2025: Unclassified → Productive" in text
    assert "Productive share 67 % → 70 %" in text
    assert "Unclassified 7 % → 3 %" in text
    assert services.api.ruled == {}  # type: ignore[attr-defined]
    dialog.close()


@pytest.mark.feature("D09")
def test_a_saved_rule_is_said_and_can_be_undone(window: Window, services: Services) -> None:
    dialog = opened(window, "app", "ledgerpro.exe", "LedgerPro 2019")
    dialog.category.choose("productive")
    previewed(dialog)
    dialog.save.click()
    wait_for(lambda: services.api.ruled and not window.current.waiting)  # type: ignore[attr-defined]
    wait_for(window.toast.isVisible)
    wish = services.api.ruled["ledgerpro.exe"]  # type: ignore[attr-defined]
    assert (wish.kind, wish.category, wish.team) == ("app", Category.PRODUCTIVE, 1)
    assert window.toast.text() == "ledgerpro.exe now counts as productive for Accounts."
    wait_for(lambda: dialog.rows.total == 3)
    window.toast.press("Undo")
    wait_for(lambda: not services.api.ruled)  # type: ignore[attr-defined]
    wait_for(lambda: "Undone" in window.toast.text())
    dialog.close()


def test_managers_make_rules_for_their_teams_and_owners_for_everybody(window: Window, services: Services) -> None:
    dialog = opened(window)
    assert [dialog.team.itemText(place) for place in range(dialog.team.count())] == ["Accounts", "Support", "Engineering"]
    dialog.close()
    services.api.who = services.api.who.__class__("t", 0, Role.OWNER.value, [])
    other = ClassifyDialog(services, None)
    assert other.team.itemText(0) == "everybody"
    other.done(QDialog.DialogCode.Rejected)


def test_the_list_offers_the_largest_first_and_choosing_fills_the_rule(window: Window) -> None:
    dialog = opened(window)
    assert dialog.pattern.text() == "ledgerpro.exe"
    dialog._table.selectRow(1)
    assert (dialog.kind.currentData(), dialog.pattern.text()) == ("site", "gst-helper.example")
    dialog.close()


def test_a_refusal_is_a_sentence_in_the_dialog(window: Window, services: Services) -> None:
    dialog = opened(window, "app", "x", "x")
    services.api.fault = Refused("That is not a domain.")  # type: ignore[attr-defined]
    dialog.category.choose("neutral")
    wait_for(lambda: dialog.message.text() != "")
    assert dialog.message.text() == "That is not a domain."
    assert not dialog.save.isEnabled()
    dialog.close()


def test_the_unclassified_are_one_press_away_from_overview_and_applications(window: Window) -> None:
    asked = []
    for key in ("overview", "applications"):
        window.open(key)
        wait_for(lambda: not window.current.waiting)
        window.current.tab.classify_wanted.connect(lambda *what: asked.append(what))
    window.frames["overview"].tab.tiles["unclassified"].pressed.emit("unclassified")
    window.frames["applications"].tab.split.classify.click()
    tab = window.frames["applications"].tab
    tab._table.selectRow(tab.apps.place_of("ledgerpro.exe"))
    tab.classify.click()
    assert asked == [("", "", ""), ("", "", ""), ("app", "ledgerpro.exe", "LedgerPro 2019")]
    window.open("urls")
    wait_for(lambda: not window.current.waiting)
    sites = window.current.tab
    sites.classify_wanted.connect(lambda *what: asked.append(what))
    sites.table.selectRow(0)
    sites.classify.click()
    assert asked[-1][:2] == ("site", sites.sites.rows[0].site)
    for dialog in window.findChildren(ClassifyDialog):
        dialog.close()
