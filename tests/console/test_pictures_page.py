"""Administration, Pictures of screens: listed under a reason, opened one by one, forgotten when left; and all of it over a real server."""

from __future__ import annotations

import hashlib
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import Qt, QThread, QTimer
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication
from werkzeug.serving import make_server

from console.api import Api, connect
from console.dialogs.administration import AdministrationWindow, pages_of
from console.dialogs.reason import ReasonDialog
from console.scope import Preset
from console.servers import KnownServers
from console.services import Services
from console.trouble import NotAllowed, ReasonNeeded, Refused, ServerAway
from policy.events import Capture
from policy.roles import Role
from policy.summaries import ClipTold, PictureState, Settings, UnlockWish
from server.models import AuditEntry
from tests.console import fakes
from tests.console.conftest import wait_for
from tests.console.office import ORGANISATION
from tests.console.screens import FRAMES, RAHUL, ScreensOffice, a_clip_is_open, a_list_is_shown, a_screen, opened
from tests.console.test_administration import dialog_of
from tests.events import ANITA, MONDAY_NINE, agreed, batch
from tests.server.asking import people_of
from tests.server.conftest import PASSWORD, Office

REASON = "case 12, card numbers"


@pytest.fixture
def office(services: Services) -> ScreensOffice:
    """The server, as compliance meets it."""
    made = ScreensOffice()
    services.api = made  # type: ignore[assignment]
    return made


@pytest.fixture
def page(opened: Callable[[str], AdministrationWindow], office: ScreensOffice) -> Any:
    return opened("pictures").current


def opened_pictures(office: ScreensOffice) -> list[object]:
    return [one[0] for one in office.asked if str(one[0]).startswith("captures/")]


def reason_asked() -> bool:
    return any(isinstance(one, ReasonDialog) and one.isVisible() for one in QApplication.topLevelWidgets())


def test_only_who_may_open_pictures_has_the_page() -> None:
    assert [role for role in Role if "pictures" in [page.key for page in pages_of(role)]] == [Role.COMPLIANCE]


@pytest.mark.feature("T01", "T02")
def test_nothing_is_asked_before_a_person_is_chosen_and_nothing_opened_before_a_row_is(page: Any, office: ScreensOffice) -> None:
    assert not page.show_list.isEnabled()
    assert "off in your office" in page.empty.text()
    assert [one[0] for one in office.asked if str(one[0]).startswith("people/")] == []
    a_list_is_shown(page.window())
    asked = next(one for one in office.asked if str(one[0]).startswith("people/"))
    assert asked == ("people/2/pictures", ("from", "2025-11-14"), ("limit", "200"), ("to", "2025-11-20"))
    assert [page.model.data(page.model.index(row, 1)) for row in range(8)] == [
        *["picture"] * 3,
        "clip of 4 pictures",
        "not received",
        "deleted after its period",
        "deleted for want of room",
        "picture",
    ]
    assert page.model.data(page.model.index(7, 2)) == "=<b>asked</b> by =the client"
    assert opened_pictures(office) == [] and "Choose a row" in page.viewer.view.message.text()


@pytest.mark.feature("T01")
def test_a_chosen_row_is_opened_once_and_one_that_is_passed_over_is_not(page: Any, office: ScreensOffice) -> None:
    a_list_is_shown(page.window())
    page._settled.setInterval(600_000)  # however slow the machine is, the keys are quicker
    page.table.setFocus()
    page.table.selectRow(0)
    for _ in range(2):
        QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert page._settled.isActive() and page.viewer.line is None
    page._settled.start(0)
    wait_for(lambda: page.viewer.view.holds_picture)
    assert opened_pictures(office) == [f"captures/{office.list[2].sha256}"], "only where the keys came to rest"
    assert "ACC-PC-02" in page.viewer.caption.text() and "160" in page.viewer.caption.text()
    assert page.viewer.view.accessibleDescription() == page.viewer.caption.text()
    page.table.selectRow(2)
    page._open_chosen()
    assert len(opened_pictures(office)) == 1, "what is open already is not opened again"


@pytest.mark.feature("T01", "N12")
def test_what_is_not_here_says_why_and_is_not_asked_for(page: Any, office: ScreensOffice) -> None:
    a_list_is_shown(page.window())
    for row, told in ((4, "has not reached the server"), (5, "kept for 14 days"), (6, "before its period was over")):
        opened(page, row)
        assert told in page.viewer.view.message.text()
    assert opened_pictures(office) == []


@pytest.mark.feature("T02")
def test_a_clip_is_stepped_and_played_frame_by_frame(page: Any, office: ScreensOffice) -> None:
    a_clip_is_open(page.window())
    viewer = page.viewer
    assert "Asked for by clara, agreed to by olga." in viewer.caption.text() and "card numbers" in viewer.caption.text()
    assert (viewer.note.whole(), viewer.before.isEnabled(), viewer.after.isEnabled()) == ("1 of 4", False, True)
    viewer.after.click()
    wait_for(lambda: len(opened_pictures(office)) == 2 and not page.services.tasks.waiting(page, "picture"))
    assert viewer.note.whole() == "2 of 4"
    viewer._timer.setInterval(0)
    viewer.play.click()
    wait_for(lambda: viewer.place == FRAMES - 1 and viewer.play.text() == "Play")
    oldest_first = [f"captures/{one.sha256}" for one in reversed(office.list[3 : 3 + FRAMES])]
    assert opened_pictures(office) == oldest_first, "each frame is a look of its own"
    viewer.before.click()
    wait_for(lambda: len(opened_pictures(office)) == FRAMES + 1 and not page.services.tasks.waiting(page, "picture"))
    assert viewer.note.whole() == "3 of 4"


@pytest.mark.feature("T02")
def test_a_frame_that_is_gone_does_not_end_the_clip(page: Any, office: ScreensOffice) -> None:
    office.list = [
        office.taken(14, 10 + place, state=state, clip=7) for place, state in ((2, PictureState.KEPT), (1, PictureState.DELETED))
    ]
    office.list.append(office.taken(14, 10, clip=7))
    a_list_is_shown(page.window())
    assert page.model.data(page.model.index(0, 1)) == "clip of 3 pictures, 2 can be opened"
    page.viewer._timer.setInterval(0)
    opened(page, 0)
    wait_for(lambda: page.viewer.view.holds_picture)
    page.viewer.play.click()
    wait_for(lambda: page.viewer.place == 2 and page.viewer.view.holds_picture)
    assert len(opened_pictures(office)) == 2


@pytest.mark.feature("T01")
@pytest.mark.quality("S-21")
def test_nothing_is_kept_when_the_page_is_left(page: Any, office: ScreensOffice) -> None:
    window = page.window()
    a_list_is_shown(window)
    opened(page, 0)
    wait_for(lambda: page.viewer.view.holds_picture)
    assert page.viewer.view._scaled is not None or page.viewer.view.grab() is not None
    window.open("cases")
    assert not page.viewer.view.holds_picture and page.viewer.view._scaled is None and page.viewer.view._image is None
    assert page.model.total == 0 and page._taken == [] and page.viewer.caption.text() == ""
    window.open("pictures")
    asked = len(office.asked)
    wait_for(lambda: not page.services.tasks.waiting(page, "load"))
    assert [one for one in office.asked[asked:] if str(one[0]).startswith("people/")] == [], "coming back is no look"
    a_list_is_shown(window)
    opened(page, 1)
    window.close()
    assert not page.viewer.view.holds_picture and page.model.total == 0


@pytest.mark.feature("T01")
def test_a_reason_is_asked_for_once_and_then_the_list_and_the_picture_come(page: Any, office: ScreensOffice) -> None:
    office.fault = ReasonNeeded("These figures open only with a reason.")
    page.person.setCurrentIndex(page.person.findData(RAHUL.id))
    page.show_list.click()
    wait_for(reason_asked)
    assert "opens with a reason" in page.empty.text()
    dialog = dialog_of(ReasonDialog)
    office.fault = None
    dialog.reason.setText(REASON)
    dialog.save.click()
    wait_for(lambda: bool(page.model.rows))
    assert office.told == [("unlock", UnlockWish(REASON, None, RAHUL.id))]
    assert "Open until" in page.banner.text()
    office.fault = ReasonNeeded("Its time is over.")
    page.table.selectRow(0)
    wait_for(reason_asked)
    office.fault = None
    dialog = dialog_of(ReasonDialog)
    dialog.reason.setText(REASON)
    dialog.save.click()
    wait_for(lambda: page.viewer.view.holds_picture)


def test_earlier_pictures_are_added_and_what_is_open_stays_open(page: Any, office: ScreensOffice) -> None:
    everything = office.list
    office.list, office.next = everything[:5], "a-cursor"  # the clip is cut in two by the page's end
    a_list_is_shown(page.window())
    opened(page, 0)
    wait_for(lambda: page.viewer.view.holds_picture)
    office.list, office.next = everything[5:], None
    page.more.click()
    wait_for(lambda: page.model.total == 8)
    assert not page.more.isEnabled()
    assert office.asked[-1] == ("people/2/pictures", ("cursor", "a-cursor"), ("from", "2025-11-14"), ("limit", "200"), ("to", "2025-11-20"))
    assert page.model.data(page.model.index(3, 1)) == "clip of 4 pictures", "in one piece again"
    page._open_chosen()
    assert page.viewer.view.holds_picture and len(opened_pictures(office)) == 1


@pytest.mark.feature("T01")
def test_no_picture_the_server_away_and_signed_out_are_told_apart(page: Any, office: ScreensOffice, qtbot: Any) -> None:
    office.fault = ServerAway("The server did not answer.")
    page.person.setCurrentIndex(page.person.findData(RAHUL.id))
    page.show_list.click()
    wait_for(page.banner.isVisible)
    assert page.banner.text() == "The server did not answer." and page.empty.text() == "The list could not be loaded."
    office.fault, office.list = None, []
    page.show_list.click()
    wait_for(lambda: "no picture of these days" in page.empty.text())
    assert "14 days" in page.empty.text()
    office.list = ScreensOffice().list
    office.answers["settings"] = lambda: Settings(ORGANISATION, [])
    a_list_is_shown(page.window())
    for fault, said in ((ServerAway("Away."), "could not be loaded"), (Refused("Not there."), "here no longer")):
        office.fault = fault
        page.viewer.rest("")
        page._open_chosen() if page.chosen() else page.table.selectRow(0)
        wait_for(lambda said=said: said in page.viewer.view.message.text())
    office.fault = NotAllowed("You are signed out.", signed_out=True)
    page.viewer.rest("")
    with qtbot.waitSignal(page.signed_out, timeout=10_000):
        page._open_chosen()


@pytest.mark.feature("T01")
@pytest.mark.quality("S-15")
def test_what_is_no_picture_gets_a_sentence_and_the_next_one_is_shown(page: Any, office: ScreensOffice) -> None:
    for content in (b"", a_screen(5)[:-40], b"<svg onload=alert(1)>"):
        office.list.insert(0, office.taken(16, 0, content))
    a_list_is_shown(page.window())
    for row in range(3):
        opened(page, row)
        wait_for(lambda: "cannot be shown" in page.viewer.view.message.text())
    opened(page, 3)
    wait_for(lambda: page.viewer.view.holds_picture)
    assert not page.viewer.view.message.isVisible()


@pytest.mark.feature("T01")
def test_the_window_goes_on_while_a_picture_is_fetched_and_decoded(
    page: Any, office: ScreensOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from console import captures

    gate, threads, ticks, real = threading.Event(), [], [], captures.decoded

    def held(content: bytes, media: str) -> object:
        threads.append(QThread.currentThread())
        assert gate.wait(60)
        return real(content, media)

    monkeypatch.setattr(captures, "decoded", held)
    a_list_is_shown(page.window())
    ticking = QTimer()
    ticking.setInterval(0)
    ticking.timeout.connect(lambda: ticks.append(1))
    try:
        page.table.selectRow(0)
        wait_for(lambda: bool(threads))
        ticking.start()
        wait_for(lambda: len(ticks) > 20)
        assert page.viewer.view.message.text() == "Opening the picture …"
    finally:
        gate.set()
        ticking.stop()
    wait_for(lambda: page.viewer.view.holds_picture)
    assert threads[0] is not page.thread()


def test_a_picture_that_comes_late_is_not_shown_for_another(page: Any, office: ScreensOffice) -> None:
    a_list_is_shown(page.window())
    opened(page, 0)
    wait_for(lambda: page.viewer.view.holds_picture)
    shown = page.viewer.view._image
    page.viewer.arrived(office.list[1], shown)
    assert page.viewer.view._image is shown
    page.viewer.open_line(page.model.row_at(4), 14)
    page.viewer.arrived(office.list[0], shown)
    assert not page.viewer.view.holds_picture


def test_a_large_picture_gets_all_the_room_there_is(page: Any, office: ScreensOffice) -> None:
    a_list_is_shown(page.window())
    opened(page, 0)
    before = page.viewer.view.width()
    page.viewer.larger.click()
    wait_for(lambda: page.viewer.view.width() > before)
    assert not page.card.isVisible()
    page.viewer.larger.click()
    wait_for(page.card.isVisible)


def test_an_unknown_clip_is_a_plain_picture_and_hostile_words_are_words(office: ScreensOffice) -> None:
    from console.models.pictures import caption, lines

    one = office.taken(9, 30, reason="clip 99\u202egnp.exe", clip=99)
    [line] = lines([one], [ClipTold(7, "another", 5, "a", 1, None, None)])
    assert line.clip is None and "\u202e" not in caption(line, 0, fakes.ZONE)


# --- over a real server, by HTTPS -------------------------------------------------------------------------------------------


@pytest.fixture
def real(tmp_path: Path) -> Iterator[tuple[Office, str]]:
    """An office behind TLS on loopback, and its address."""
    office = Office(tmp_path / "office")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(office.core.identity.chain, office.core.identity.key)
    server = make_server("127.0.0.1", 0, office.app, threaded=True, ssl_context=context)
    server.log = lambda *_anything: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield office, f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()
    office.close()


def delivered(office: Office) -> tuple[str, str]:
    """Two pictures of Anita's screen that Monday, the newer one no picture at all; return their names."""
    pc = office.enrol()
    assert office.send(pc, batch([agreed()])).status_code == 200
    names = []
    for number, content in enumerate((a_screen(3), b"RIFF\x00\x00\x00\x00WEBP<script>alert(1)</script>")):
        name = hashlib.sha256(content).hexdigest()
        told = Capture(MONDAY_NINE + number * 600_000, ANITA, name, "image/webp", len(content), 160, 90, "policy")
        assert office.send(pc, batch([told], number + 2)).status_code == 200
        put = office.client.put(f"/api/v1/captures/{name}", data=content, headers={"Authorization": f"Bearer {pc.token}"})
        assert put.status_code == 204
        names.append(name)
    return names[0], names[1]


@pytest.mark.feature("T01", "N10", "N05")
@pytest.mark.quality("S-21", "P-06", "S-15")
def test_compliance_lists_and_opens_over_https_and_each_look_is_written_down(
    services: Services, real: tuple[Office, str], tmp_path: Path
) -> None:
    office, url = real
    delivered(office)
    person = people_of(office)["anita"]
    known = KnownServers(tmp_path / "console")
    met = connect(url, known)
    known.remember(met)
    api = Api(met, known)
    api.sign_in("clara", PASSWORD)
    services.api = api  # type: ignore[assignment]
    services.choices = api.choices()
    services.scope.choose(Preset.LAST_7_DAYS)
    window = AdministrationWindow(services)
    window.show()
    window.open("pictures")
    page: Any = window.current
    wait_for(lambda: page.values is not None, 30_000)
    page.person.setCurrentIndex(page.person.findData(person))
    page.first.setMaximumDate(page.last.maximumDate())
    page.first.setDate(page.first.date().fromString("2025-11-17", Qt.DateFormat.ISODate))
    page.last.setDate(page.first.date())
    page.show_list.click()
    wait_for(reason_asked, 30_000)
    dialog = dialog_of(ReasonDialog)
    dialog.reason.setText(REASON)
    dialog.save.click()
    wait_for(lambda: page.model.total == 2, 30_000)
    page.table.selectRow(1)
    wait_for(lambda: page.viewer.view.holds_picture, 30_000)
    page.table.selectRow(0)
    wait_for(lambda: "cannot be shown" in page.viewer.view.message.text(), 30_000)
    window.close()
    window.deleteLater()
    api.sign_out()
    api._session.close()
    looks = [(row.actor, row.action, row.subject, row.reason) for row in office.rows(AuditEntry) if row.action.startswith("looked at")]
    about = f"person {person}"
    assert looks == [
        ("clara", "looked at list of pictures", about, REASON),
        *[("clara", "looked at picture of the screen", about, REASON)] * 2,
    ]
