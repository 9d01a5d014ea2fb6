"""Why: every figure says what it means, which rule decides and what it is made of, down to the stretches that sum to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console import definitions
from console.dialogs.why import WhyDialog
from console.evidence import belongs, deciding, evidence_of
from console.figures import Asked, asked_at
from console.scope import Preset
from console.services import Services
from console.trouble import ServerAway
from console.widgets.table import RowsTable
from console.widgets.tile import Tile
from console.window import TABS, Window
from policy.categories import Category
from policy.definitions import DEFINITIONS
from policy.presence import ENGAGED
from policy.summaries import Override
from tests.console.conftest import wait_for
from tests.console.fakes import TODAY


def explained(window: Window, asked: Asked | None = None) -> WhyDialog:
    if asked is None:
        window.why()
    else:
        WhyDialog(window.services, asked, window).open()
    dialog = window.findChild(WhyDialog)
    assert dialog is not None
    wait_for(lambda: dialog.evidence is not None)
    return dialog


@pytest.mark.parametrize("make", TABS, ids=lambda tab: tab.key)
def test_every_figure_of_a_tab_has_a_definition(window: Window, make) -> None:
    body = window.frames[make.key].tab.body
    tiles = {tile.key for tile in body.findChildren(Tile)}
    columns = {column.definition for table in body.findChildren(RowsTable) for column in table.rows_model.columns if column.definition}
    assert {key for key in tiles | columns if not definitions.known(key)} == set()
    assert tiles | columns


def test_f1_explains_the_tile_with_the_keys(window: Window) -> None:
    asked = asked_at(window.current.tab.tiles["idle"], window.services.scope.value)
    assert asked is not None and asked.key == "idle"
    dialog = explained(window, asked)
    assert "No input seen" in dialog._title.whole()
    assert dialog.people.total == 12 and dialog.days.total == 7
    dialog.done(0)


def test_a_row_is_about_its_person_and_its_app(window: Window) -> None:
    tab = window.current.tab
    tab._people_table.selectRow(0)
    asked = asked_at(tab._people_table, window.services.scope.value)
    assert asked is not None and asked.scope.person == tab.people.rows[0].person.id
    window.open("applications")
    wait_for(lambda: not window.current.waiting)
    table = window.current.tab._table
    table.selectRow(0)
    asked = asked_at(table, window.services.scope.value)
    assert asked is not None and asked.app == window.current.tab.apps.rows[0].app


def test_one_goes_down_from_everybody_to_a_persons_minutes_and_back(window: Window, services: Services) -> None:
    dialog = explained(window, Asked("engaged", "1 h", services.scope.value))
    assert dialog.evidence is not None and dialog.evidence.spans is None
    dialog.evidence = None
    dialog._tables["people"].opened.emit(dialog.people.rows[0])
    wait_for(lambda: dialog.evidence is not None)
    dialog.evidence = None
    dialog._tables["days"].opened.emit(dialog.days.rows[-1])
    wait_for(lambda: dialog.evidence is not None)
    assert dialog.evidence.spans
    assert dialog.spans.total == len(dialog.evidence.spans)
    assert "stretches" in dialog._hint.text()
    dialog.back.click()
    dialog.back.click()
    assert dialog.asked.scope.person is None
    dialog.done(0)


def test_the_stretches_sum_to_the_figure(services: Services) -> None:
    scope = replace(services.scope.value, first=TODAY, last=TODAY, person=1, preset=Preset.CUSTOM)
    band = services.api.timeline(TODAY, TODAY, None, 1).band
    assert band is not None
    for key, seconds in (("engaged", band.times.engaged), ("idle", band.times.idle), ("meeting", band.times.meeting)):
        assert evidence_of(services.api, Asked(key, "", scope)).seconds == seconds
    part = next(one for one in band.parts if one.presence in ENGAGED and one.app)
    assert belongs(part, Asked("engaged", "", scope, app=part.app)) and not belongs(part, Asked("idle", "", scope, app=part.app))


def test_the_rule_that_decides_is_the_longest_domain_and_the_teams_own() -> None:
    rules = [
        Override(None, "site", "example.com", Category.NEUTRAL),
        Override(None, "site", "mail.example.com", Category.PRODUCTIVE),
        Override(2, "site", "mail.example.com", Category.UNPRODUCTIVE),
        Override(None, "site", "ample.com", Category.UNPRODUCTIVE),
        Override(None, "app", "Code.exe", Category.PRODUCTIVE),
    ]
    asked = Asked("engaged", "", None, site="x.mail.example.com")  # type: ignore[arg-type]
    assert [one.team for one in deciding(rules, asked, 2)] == [2, None, None]
    assert deciding(rules, Asked("engaged", "", None, app="code.exe"), None)[0].pattern == "Code.exe"  # type: ignore[arg-type]


def test_a_server_away_is_a_sentence_in_the_dialog(window: Window, services: Services) -> None:
    services.api.fault = ServerAway("The server did not answer.")  # type: ignore[attr-defined]
    dialog = WhyDialog(services, Asked("engaged", "1 h", services.scope.value))
    wait_for(lambda: dialog.message.text() != "")
    assert dialog.message.text() == "The server did not answer."
    dialog.done(0)


def test_every_definition_that_reports_share_says_what_it_is() -> None:
    assert all(one.name and one.what.endswith(".") for one in DEFINITIONS.values())
