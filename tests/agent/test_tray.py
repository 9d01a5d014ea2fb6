"""The symbol on the tray: drawn for each state, put back when it goes, and nothing is recorded while it is away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from Xlib import X
from Xlib.display import Display
from Xlib.protocol.event import ClientMessage

from agent import tray
from agent.desktop.windows_symbol import icon_of
from agent.symbol import Face, Item, Shown, pixels
from agent.tray import Tray
from tests.agent.screen import MISSING, WHY, Screen, wait_for


class Person:
    """What a person could ask for, and what they did."""

    def __init__(self) -> None:
        self.now, self.spoken, self.did = "recording", "en", list[str]()

    def language(self) -> str:
        return self.spoken

    def state(self) -> str:
        return self.now

    def sent_lately(self) -> int:
        return 7

    def page(self, name: str) -> str:
        return f"http://127.0.0.1/{name}"

    def my_page(self, place: str) -> str:
        return f"https://office/me{place}"

    def act(self, what: str, form: dict[str, str]) -> str:
        self.did.append(what)
        self.now = {"pause": "paused", "resume": "recording"}.get(what, self.now)
        self.spoken = form.get("language", self.spoken)
        return ""


class ShakySymbol:
    """A symbol that a test takes away."""

    made: list[ShakySymbol]

    def __init__(self, face: Callable[[], Face], menu: Callable[[], tuple[Item, ...]]) -> None:
        self.face, self.menu, self.shown = face, menu, list[Face]()
        self.gone, self.away = threading.Event(), False
        self.made.append(self)

    def run(self, tell: Callable[[Shown], None]) -> None:
        if len(self.made) == 2:
            raise OSError("not at once")
        tell(Shown.YES)
        self.gone.wait(20)

    def show(self) -> None:
        if self.away:
            raise OSError("the shell knows of no such symbol")
        self.shown.append(self.face())

    def close(self) -> None:
        self.gone.set()


@pytest.fixture
def symbols(monkeypatch: pytest.MonkeyPatch) -> list[ShakySymbol]:
    ShakySymbol.made = []
    monkeypatch.setattr(tray, "new_symbol", ShakySymbol)
    monkeypatch.setattr(tray, "AGAIN_SECONDS", 0.2)
    monkeypatch.setattr(tray, "ASKED_EVERY_SECONDS", 0.0)
    return ShakySymbol.made


@pytest.mark.quality("P-01")
@pytest.mark.feature("N05")
def test_a_symbol_that_goes_away_is_put_back_and_is_not_up_meanwhile(symbols: list[ShakySymbol]) -> None:
    shown = Tray(Person())
    assert not shown.is_up()
    shown.start()
    wait_for(shown.is_up)
    symbols[0].away = True  # what the shell says after somebody ended it
    shown.update()
    assert not shown.is_up()
    wait_for(shown.is_up)
    assert len(symbols) == 3, "the second could not be shown, so there is a third"
    shown.update()
    assert symbols[2].shown == [Face("recording", "WorkPulse: Recording")]
    shown.close()
    assert not shown.is_up()


@pytest.mark.feature("N05")
def test_the_menu_pauses_opens_pages_and_changes_the_language(symbols: list[ShakySymbol], monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(tray.webbrowser, "open", opened.append)
    person = Person()
    shown = Tray(person)
    shown.start()
    wait_for(shown.is_up)
    menu = {item.text: item for item in symbols[0].menu()}
    for text in ("Sent in the last minutes… (7)", "My page…", "Who looked at me…", "What is recorded, and my answer…"):
        chosen = menu[text].do
        assert chosen
        chosen()
    wait_for(lambda: len(opened) == 4)
    assert set(opened) == {"http://127.0.0.1/sent", "http://127.0.0.1/notice", "https://office/me", "https://office/me#looks"}
    assert [item.text for item in symbols[0].menu() if item.default] == ["What is recorded, and my answer…"]
    for choose in ("Pause", "Resume"):
        [item] = [item for item in symbols[0].menu() if item.text == choose]
        assert item.do
        item.do()
    assert person.did == ["pause", "resume"]
    assert [face.state for face in symbols[0].shown] == ["paused", "recording"]
    [hindi] = [item for item in menu["Language"].items if item.text == "हिन्दी"]
    assert hindi.do
    hindi.do()
    assert symbols[0].shown[-1].said == "WorkPulse: रिकॉर्ड हो रहा है"
    shown.close()


@pytest.mark.feature("N05")
def test_each_state_has_its_own_picture() -> None:
    pictures = {state: pixels(state, 32) for state in ("recording", "offline", "paused", "awaiting_notice")}
    assert len(set(pictures.values())) == 4
    for picture in pictures.values():
        spots = [picture[at : at + 4] for at in range(0, len(picture), 4)]
        assert len(spots) == 32 * 32
        assert spots[0][3] == 0, "the corner is clear"
        assert b"\xff\xff\xff\xff" in spots, "and the pulse is white"
    assert pixels("recording", 32)[(8 * 32 + 8) * 4 :][:4] == bytes((85, 157, 31, 255))


def test_a_windows_icon_is_a_bitmap_with_its_mask() -> None:
    icon = icon_of("recording")
    assert len(icon) == 40 + 32 * 32 * 4 + 32 * 32 // 8
    assert icon[40:][: 32 * 4] == pixels("recording", 32)[-32 * 4 :], "its first row is the lowest"


# --- on a real X screen --------------------------------------------------------------------------------------------------


class Panel:
    """A desktop's tray: owns the selection, takes in what asks for it."""

    def __init__(self, name: str) -> None:
        self.display = Display(name)
        screen = self.display.screen()
        self.window = screen.root.create_window(
            0, 0, 48, 48, 0, screen.root_depth, event_mask=X.SubstructureNotifyMask, override_redirect=1
        )
        self.window.map()
        selection = self.display.intern_atom("_NET_SYSTEM_TRAY_S0")
        self.window.set_selection_owner(selection, X.CurrentTime)
        came = ClientMessage(
            window=screen.root.id, client_type=self.display.intern_atom("MANAGER"), data=(32, [0, selection, self.window.id, 0, 0])
        )
        screen.root.send_event(came, event_mask=X.StructureNotifyMask)
        self.display.sync()
        self.docked = None

    def takes_one_in(self) -> bool:
        while self.display.pending_events():
            event = self.display.next_event()
            if event.type == X.ClientMessage and event.client_type == self.display.intern_atom("_NET_SYSTEM_TRAY_OPCODE"):
                self.docked = self.display.create_resource_object("window", event.data[1][2])
                self.docked.reparent(self.window, 0, 0)
                self.docked.map()
                self.display.sync()
        return self.docked is not None

    def name(self) -> str:
        found = self.docked.get_full_property(self.display.intern_atom("_NET_WM_NAME"), X.AnyPropertyType)
        return found.value.decode() if found else ""

    def colour(self) -> bytes:
        picture = self.docked.get_image(6, 6, 1, 1, X.ZPixmap, 0xFFFFFFFF)
        return bytes(picture.data[:3])

    def close(self) -> None:
        self.display.close()


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    made = Screen()
    monkeypatch.setenv("DISPLAY", made.name)
    yield made
    made.close()


@pytest.mark.skipif(bool(MISSING), reason=WHY)
@pytest.mark.feature("N05")
def test_on_a_real_screen_it_waits_for_a_tray_and_comes_back_with_the_next(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(tray.webbrowser, "open", opened.append)
    person = Person()
    shown = Tray(person)
    shown.start()
    wait_for(shown.is_up)
    assert shown._shown is Shown.NO_TRAY, "this desktop has none; the agent says its state elsewhere"
    first = Panel(screen.name)
    wait_for(first.takes_one_in)
    wait_for(lambda: first.colour() == bytes((85, 157, 31)))
    assert first.name() == "WorkPulse: Recording"
    person.now = "paused"
    shown.update()
    wait_for(lambda: first.name() == "WorkPulse: Paused")
    wait_for(lambda: first.colour() == bytes((128, 114, 107)))
    screen.act("mousemove", "10", "10", "click", "1")
    wait_for(lambda: opened == ["http://127.0.0.1/notice"])
    first.close()
    wait_for(lambda: shown._shown is Shown.NO_TRAY)
    second = Panel(screen.name)
    wait_for(second.takes_one_in)
    wait_for(lambda: second.colour() == bytes((128, 114, 107)))
    began = time.monotonic()
    shown.close()
    assert time.monotonic() - began < 1
    second.close()
