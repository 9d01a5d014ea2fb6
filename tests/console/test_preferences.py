"""What a person likes: kept, read back whatever the file holds, applied at once, and quiet hours over midnight."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as chances
from hypothesis import strategies as st

from console.diagnostics import diagnostics, redacted
from console.dialogs.settings import SettingsDialog
from console.i18n.language import Clock, Digits, Language, Usage
from console.preferences import FONT_STEPS, INTERVALS, Preferences, is_within, keep, preferences_of
from console.servers import KnownServer
from console.settings import Settings
from console.theme import ThemeChoice
from tests.console.far_server import Authority

TIMES = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@chances(max_examples=15, deadline=None)
@given(
    st.builds(
        Preferences,
        st.builds(Usage, st.sampled_from(Language), st.sampled_from(Digits), st.sampled_from(Clock)),
        st.sampled_from(ThemeChoice),
        st.sampled_from(FONT_STEPS),
        st.sampled_from(INTERVALS),
        st.booleans(),
        TIMES,
        TIMES,
        st.none() | st.just(Path("/srv/exports")),
    )
)
def test_what_is_kept_is_read_back(tmp_path_factory, chosen: Preferences) -> None:
    settings = Settings(tmp_path_factory.mktemp("console"))
    keep(settings, chosen)
    assert preferences_of(settings) == chosen


def test_whatever_cannot_be_read_falls_back(settings: Settings) -> None:
    for key in ("language", "digits", "clock", "theme", "font", "refresh", "quiet/from"):
        settings.put(key, "nonsense")
    settings.put("font", "1000")
    assert preferences_of(settings) == Preferences()


@given(TIMES, TIMES, TIMES)
def test_quiet_hours_and_the_rest_of_the_day_share_it(at: time, start: time, end: time) -> None:
    if start != end:
        assert is_within(at, start, end) != is_within(at, end, start)
    else:
        assert not is_within(at, start, end)


def test_nothing_shows_itself_until_somebody_wants_it() -> None:
    assert not Preferences().may_notify(time(12))
    wanted = Preferences(notify=True, quiet_from=time(19), quiet_to=time(9))
    assert [hour for hour in (8, 9, 18, 19, 23) if wanted.may_notify(time(hour))] == [9, 18]


@pytest.fixture
def dialog(qapp, qtbot) -> SettingsDialog:
    made = SettingsDialog(Preferences())
    qtbot.addWidget(made)
    made.show()
    return made


def test_each_setting_takes_effect_when_it_is_chosen(dialog: SettingsDialog) -> None:
    heard: list[Preferences] = []
    dialog.chosen.connect(heard.append)
    for box, value in ((dialog.language, Language.BENGALI), (dialog.theme, ThemeChoice.DARK), (dialog.font_size, 150), (dialog.refresh, 0)):
        box.setCurrentIndex(box.findData(value))
        box.activated.emit(box.currentIndex())
    dialog.notify.click()
    dialog.quiet_from.setTime(dialog.quiet_from.time().addSecs(3600))
    dialog.take_folder(Path("/srv/exports"))
    assert len(heard) == 7
    assert heard[-1] == dialog.value
    assert heard[-1] == Preferences(Usage(Language.BENGALI), ThemeChoice.DARK, 150, 0, True, time(20), time(9), Path("/srv/exports"))


def test_choosing_the_same_again_changes_nothing(dialog: SettingsDialog) -> None:
    heard: list[Preferences] = []
    dialog.chosen.connect(heard.append)
    dialog.theme.activated.emit(dialog.theme.currentIndex())
    assert heard == []


def test_the_search_leaves_what_speaks_of_it(dialog: SettingsDialog) -> None:
    dialog.search("quiet")
    assert dialog.quiet_from.isVisible()
    assert not dialog.language.isVisible()
    dialog.search("")
    assert dialog.language.isVisible()


def test_diagnostics_hold_no_name_no_address_and_nobodys_words(qapp, tmp_path: Path) -> None:
    certificate = Authority(tmp_path / "ca").pem
    log = "2026-11-21 ERROR console.tabs.base work 'load' of Meera Iyer at https://10.1.2.3:5050 failed: 'C:/Users/meera/Payroll.xlsx'\n"
    (tmp_path / "console.log").write_text(log * 90, encoding="utf-8")
    server = KnownServer("https://office-pc:5050", "abc", certificate)
    made = diagnostics(server, Preferences(), tmp_path, ["Meera Iyer", "office-pc", "Kaveri Textiles"])
    for private in ("Meera", "10.1.2.3", "Payroll", "office-pc", "Kaveri"):
        assert private not in made
    assert "console.tabs.base" in made and "Qt" in made and server.fingerprint in made
    assert len(made.splitlines()) < 60


def test_longer_names_go_before_shorter_ones() -> None:
    assert redacted("Ana Analyst and ana", ["Ana", "Ana Analyst"]) == "‹private› and ‹private›"
