"""Every tab in every state and both themes: loading, figures, four empty places, errors, stale; and never a blank picture."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PyQt5.QtGui import QImage
from PyQt5.QtWidgets import QPushButton, QWidget

from console.pictures import settle
from console.scope import Preset
from console.services import Services
from console.tabs import frame as frame_module
from console.tabs.frame import TabFrame
from console.theme import ThemeChoice
from console.trouble import NotAllowed, Refused, ServerAway, ServerChanged
from console.widgets.empty import Emptiness
from console.window import TABS
from tests.console.conftest import wait_for
from tests.console.fakes import TODAY

EVERY_TAB = pytest.mark.parametrize("make", TABS, ids=lambda tab: tab.key)
THEMES = pytest.mark.parametrize("choice", [ThemeChoice.LIGHT, ThemeChoice.DARK])


class Later:
    """A task runner whose answers come when the test says so."""

    def __init__(self) -> None:
        self.asked: list[tuple] = []

    def run(self, owner, key, work, done, failed) -> None:
        self.drop(owner, key)
        self.asked.append((owner, key, work, done, failed))

    def drop(self, owner, key) -> None:
        self.asked = [one for one in self.asked if one[:2] != (owner, key)]

    def waiting(self, owner, key) -> bool:
        return any(one[:2] == (owner, key) for one in self.asked)

    def answer(self) -> None:
        """Let the newest question be answered or fail."""
        _owner, _key, work, done, failed = self.asked.pop()
        try:
            value = work()
        except Exception as fault:
            failed(fault)
            return
        done(value)


@pytest.fixture
def later(services: Services) -> Later:
    services.tasks = Later()  # type: ignore[assignment]
    return services.tasks  # type: ignore[return-value]


@pytest.fixture
def framed(services: Services, later: Later):
    made: list[TabFrame] = []

    def frame(make) -> TabFrame:
        one = TabFrame(make(services), services)
        one.resize(1060, 700)
        one.show()
        made.append(one)
        return one

    yield frame
    for one in made:
        one.close_tab()
        one.deleteLater()


def colours_in(widget: QWidget) -> int:
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return len({picture.pixel(x, y) for x in range(0, picture.width(), 5) for y in range(0, picture.height(), 5)})


@EVERY_TAB
@THEMES
def test_a_tab_shows_its_figures(make, choice, framed, later: Later, services: Services) -> None:
    services.theme.choose(choice)
    frame = framed(make)
    later.answer()
    settle()
    assert frame.state() == "figures"
    assert not frame.banner.isVisible()
    assert frame.updated is not None
    assert colours_in(frame) > 30


@EVERY_TAB
@THEMES
def test_loading_is_quiet_for_a_moment_and_then_says_so(make, choice, framed, later: Later, services: Services) -> None:
    services.theme.choose(choice)
    frame = framed(make)
    settle()
    assert frame.state() == "blank"
    assert not frame._working.isVisible()
    wait_for(frame._working.isVisible, 1500)
    assert frame._loading.text() == "Loading …"
    assert colours_in(frame) > 1


@EVERY_TAB
@THEMES
@pytest.mark.parametrize(
    ("latest", "narrowed", "reason"),
    [
        (None, False, Emptiness.NO_DATA_YET),
        (TODAY - timedelta(days=30), False, Emptiness.NONE_IN_RANGE),
        (TODAY, True, Emptiness.NOTHING_MATCHES),
    ],
)
def test_each_emptiness_has_its_own_words(make, choice, latest, narrowed, reason, framed, later: Later, services: Services) -> None:
    services.theme.choose(choice)
    services.api.nothing = True  # type: ignore[attr-defined]
    services.api.latest = latest  # type: ignore[attr-defined]
    services.choices = services.api.choices()
    if narrowed:
        services.scope.update(team=2)
    frame = framed(make)
    later.answer()
    settle()
    if make.key == "alerts" and latest is not None:
        reason = Emptiness.ALL_QUIET  # nothing to read is good news, whatever the scope
    assert frame.state() == reason.value
    assert frame.empty.texts()[0]
    assert colours_in(frame) > 3


@pytest.mark.parametrize("make", [tab for tab in TABS if tab.key != "alerts"], ids=lambda tab: tab.key)
def test_jumping_to_the_latest_day_asks_for_it(make, framed, later: Later, services: Services) -> None:
    services.api.nothing = True  # type: ignore[attr-defined]
    services.api.latest = TODAY - timedelta(days=30)  # type: ignore[attr-defined]
    services.choices = services.api.choices()
    frame = framed(make)
    later.answer()
    services.api.nothing = False  # type: ignore[attr-defined]
    frame.empty.press()
    later.answer()
    assert services.scope.value.first == services.scope.value.last == TODAY - timedelta(days=30)
    assert frame.state() == "figures"


@EVERY_TAB
@pytest.mark.quality("S-20")
def test_not_permitted_says_whom_to_ask_and_hides_what_was_there(make, framed, later: Later, services: Services) -> None:
    frame = framed(make)
    later.answer()
    services.api.fault = NotAllowed("no")  # type: ignore[attr-defined]
    frame.refresh()
    later.answer()
    assert frame.state() == Emptiness.NOT_PERMITTED.value
    assert "owner" in frame.empty.texts()[1]
    assert frame.values is None


@EVERY_TAB
def test_a_lost_sign_in_hides_the_figures_and_asks_to_sign_in(make, framed, later: Later, services: Services) -> None:
    frame, asked = framed(make), []
    frame.signed_out.connect(lambda: asked.append(1))
    later.answer()
    services.api.fault = NotAllowed("expired", signed_out=True)  # type: ignore[attr-defined]
    frame.refresh()
    later.answer()
    assert asked == [1]
    assert frame.state() == Emptiness.SIGNED_OUT.value
    services.api.fault = None  # type: ignore[attr-defined]
    frame.refresh()
    later.answer()
    assert frame.state() == "figures"


@EVERY_TAB
@THEMES
@pytest.mark.quality("R-01")
def test_a_server_away_keeps_the_old_figures_and_says_since_when(make, choice, framed, later: Later, services: Services) -> None:
    services.theme.choose(choice)
    frame = framed(make)
    later.answer()
    services.api.fault = ServerAway("The server did not answer.", "ConnectTimeout")  # type: ignore[attr-defined]
    frame.refresh()
    later.answer()
    settle()
    assert frame.state() == "figures"
    assert frame.banner.isVisible()
    assert "The server did not answer." in frame.banner.text()
    assert "Shown is what was known at" in frame.banner.text()
    assert "Trying again in 5 seconds" in frame.banner.text()
    assert colours_in(frame) > 30
    services.api.fault = None  # type: ignore[attr-defined]
    retry = next(button for button in frame.banner.findChildren(QPushButton) if button.text() == "Retry now")
    retry.click()
    later.answer()
    assert not frame.banner.isVisible()


@EVERY_TAB
def test_pauses_between_tries_grow_and_the_servers_wish_is_kept(make, framed, later: Later, services: Services) -> None:
    frame = framed(make)
    services.api.fault = ServerAway("gone")  # type: ignore[attr-defined]
    pauses = []
    for _ in range(6):
        later.answer()
        pauses.append(frame._left)
        frame.refresh()
    assert pauses == [5, 10, 20, 40, 60, 60]
    services.api.fault = ServerAway("busy", retry_after=7)  # type: ignore[attr-defined]
    later.answer()
    assert frame._left == 7
    assert frame.state() == Emptiness.FAILED.value


def test_the_countdown_tries_again_by_itself(framed, later: Later, services: Services) -> None:
    frame = framed(TABS[0])
    services.api.fault = ServerAway("busy", retry_after=1)  # type: ignore[attr-defined]
    later.answer()
    assert later.asked == []
    services.api.fault = None  # type: ignore[attr-defined]
    wait_for(lambda: later.asked, 3000)
    later.answer()
    assert frame.state() == "figures"


@EVERY_TAB
def test_a_refusal_is_shown_with_its_details_and_a_mistake_of_ours_too(make, framed, later: Later, services: Services) -> None:
    frame = framed(make)
    services.api.fault = Refused("No more than 400 days at once.", "422 range")  # type: ignore[attr-defined]
    later.answer()
    assert frame.banner.text() == "No more than 400 days at once."
    assert frame.banner._details.text() == "422 range"
    services.api.fault = KeyError("x")  # type: ignore[attr-defined]
    frame.refresh()
    later.answer()
    assert "made a mistake" in frame.banner.text()


@EVERY_TAB
@pytest.mark.quality("S-17")
def test_another_server_stops_everything(make, framed, later: Later, services: Services) -> None:
    frame = framed(make)
    later.answer()
    services.api.fault = ServerChanged("This is not the server.", "ab" * 32, "cd" * 32)  # type: ignore[attr-defined]
    frame.refresh()
    later.answer()
    assert "ABAB" in frame.banner.text()
    assert "CDCD" in frame.banner.text()
    frame.refresh()
    assert later.asked == []


@EVERY_TAB
def test_figures_of_other_days_are_marked_until_the_new_ones_come(make, framed, later: Later, services: Services) -> None:
    frame = framed(make)
    later.answer()
    services.scope.choose(Preset.LAST_MONTH)
    assert frame.waiting
    assert frame.state() == "figures"
    wait_for(frame.banner.isVisible, 1500)
    assert frame.banner.text() == "These are still the figures of 14–20 Nov 2025."
    later.answer()
    assert not frame.banner.isVisible()
    assert "1–31 Oct 2025" in frame._subtitle.whole()


@EVERY_TAB
def test_a_long_wait_can_be_given_up(make, framed, later: Later, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = framed(make)
    frame._long.setInterval(1)
    frame._long.start()
    wait_for(frame.banner.isVisible, 1500)
    assert "longer than usual" in frame.banner.text()
    frame.cancel()
    assert not frame.waiting
    assert frame.state() == Emptiness.FAILED.value
    assert frame_module.LONG_MS == 3000


@EVERY_TAB
def test_an_unchanged_answer_is_not_painted_again(make, framed, later: Later, monkeypatch: pytest.MonkeyPatch) -> None:
    frame, shown = framed(make), []
    later.answer()
    monkeypatch.setattr(frame.tab, "show", shown.append)
    frame.refresh()
    later.answer()
    assert shown == []


@EVERY_TAB
def test_a_search_hides_rows_without_asking_the_server(make, framed, later: Later, services: Services) -> None:
    frame = framed(make)
    later.answer()
    asked = len(services.api.asked)  # type: ignore[attr-defined]
    services.scope.update(search="mi")
    shown, total = frame.tab.search("mi")
    assert 0 < shown < total
    assert frame.found.text() == f"{shown} of {total}"
    services.scope.update(search="no such name")
    settle()
    assert frame.found.text() == f"0 of {total}"
    assert len(services.api.asked) == asked  # type: ignore[attr-defined]
    assert later.asked == []


@EVERY_TAB
def test_a_closed_tab_hears_nothing_more(make, services: Services, later: Later) -> None:
    frame = TabFrame(make(services), services)
    frame.show()
    later.answer()
    frame.close_tab()
    services.scope.choose(Preset.TODAY)
    services.theme.choose(ThemeChoice.DARK)
    assert later.asked == []
    assert frame.tab._links == []


def test_a_chart_nobody_sees_is_not_drawn(services: Services, later: Later) -> None:
    frame = TabFrame(TABS[0](services), services)
    frame.refresh()
    later.answer()
    assert frame.state() == "figures"
    assert frame.tab.chart.drawn == 0
    frame.show()
    settle()
    assert frame.tab.chart.drawn >= 1
    frame.close_tab()
