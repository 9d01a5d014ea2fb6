"""Text from a PC is only text: no other way to a label or tooltip exists, and hostile names change nothing."""

from __future__ import annotations

import ast
import re
import sys
from datetime import date
from pathlib import Path

import msgspec
import pytest
from PyQt5.QtCore import Qt, QUrl
from PyQt5.QtGui import QColor, QImage, QTextDocument
from PyQt5.QtWidgets import QLabel, QWidget

from console.charts.painted import Painted
from console.pictures import settle
from console.scope import Preset
from console.services import Services
from console.widgets.plain import PlainLabel, tip
from console.window import Window
from policy.summaries import Attention, Team
from tests.console import fakes
from tests.console.conftest import wait_for

CONSOLE = Path(__file__).resolve().parents[2] / "console"
DOOR = CONSOLE / "widgets" / "plain.py"
GUESSING = {
    "QLabel", "QToolTip", "QMessageBox", "QErrorMessage", "QInputDialog", "QTextBrowser", "QTextEdit", "QWhatsThis", "QProgressDialog",
    "setToolTip", "setStatusTip", "setWhatsThis", "setHtml", "insertHtml", "setInformativeText", "setDetailedText", "QSystemTrayIcon",
}  # fmt: skip
"""Names through which Qt may read text as markup (or load what it names)."""


def guessing_names(source: str) -> set[str]:
    tree = ast.parse(source)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    return names & GUESSING


@pytest.mark.quality("S-13")
def test_only_one_file_may_make_labels_and_tooltips() -> None:
    found = {path.name: guessing_names(path.read_text("utf-8")) for path in CONSOLE.rglob("*.py") if path != DOOR}
    assert {name: names for name, names in found.items() if names} == {}


def test_the_guard_sees_every_way_in() -> None:
    assert guessing_names("from PyQt5.QtWidgets import QLabel") == {"QLabel"}
    assert guessing_names("widget.setToolTip(name)") == {"setToolTip"}
    assert guessing_names("QtWidgets.QMessageBox.warning(None, '', name)") == {"QMessageBox"}
    assert guessing_names(DOOR.read_text("utf-8")) >= {"QLabel", "QToolTip", "setToolTip"}


def test_tooltips_of_tables_go_through_the_door() -> None:
    texts = {path.name: path.read_text("utf-8") for path in CONSOLE.rglob("*.py")}
    assert {name for name, text in texts.items() if "ToolTipRole" in text} == {"rows.py"}
    answers = re.findall(r"ToolTipRole[^\n]*:\n +return (\w+)\(", texts["rows.py"])
    assert answers == ["tip"] * texts["rows.py"].count("ToolTipRole")


def test_a_label_cannot_be_talked_into_markup(qapp) -> None:
    label = PlainLabel("<b>x</b>")
    label.setTextFormat(Qt.TextFormat.RichText)
    assert label.textFormat() == Qt.TextFormat.PlainText


class Watching(QTextDocument):
    """A document that remembers what it was asked to load."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []

    def loadResource(self, kind: int, url: QUrl) -> object:
        self.loaded.append(url.toString())
        return None


def read_as_tooltip(text: str) -> tuple[str, list[str]]:
    """Return what Qt's tooltip would show of this text, and what it would load."""
    document = Watching()
    document.setHtml(text) if Qt.mightBeRichText(text) else document.setPlainText(text)
    document.setTextWidth(300)
    document.documentLayout().documentSize()  # pictures are asked for when the text is laid out
    return document.toPlainText(), document.loaded


@pytest.mark.parametrize("text", ["<img src='file:///etc/x.png'>", "</qt><b>x", "a & b < c", "&lt;b&gt;", "two\nlines", "`'\""])
def test_a_tooltip_shows_exactly_its_text_and_loads_nothing(text: str) -> None:
    shown, loaded = read_as_tooltip(tip(text))
    assert (shown, loaded) == (text, [])
    assert len(tip("x" * 40_000)) < 2000


def test_the_watch_would_see_a_picture_being_loaded(tmp_path: Path) -> None:
    assert read_as_tooltip("<img src='file:///canary.png'>")[1]


def hostile(tmp_path: Path) -> list[str]:
    canary = QImage(64, 64, QImage.Format.Format_RGB32)
    canary.fill(QColor("#FF00FF"))
    assert canary.save(str(tmp_path / "canary.png"))
    address = (tmp_path / "canary.png").as_uri()
    return [
        f'<img src="{address}" width="64" height="64">',
        f'<html><body style="background:url({address})"><b>bold</b></body></html>',
        "=cmd|' /C calc'!A0",
        "\u202egpj.exe\u202c \u2066x\u2069",
        "x" * 40_000,
        "😀👩‍👩‍👧‍👦 emoji",
        "</qt><script>alert(1)</script>&amp;",
        "$\\frac{1}{0}$ %s %n {name} {0}",
        "tab\there\nline\x00\x1b[31m",
        "中文 العربية עברית हिन्दी বাংলা",
        "&File & Co",
        "",
    ]


class HostileApi(fakes.FakeApi):
    """Every name is out to hurt."""

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self._names = names

    def _people(self):
        return [msgspec.structs.replace(one, name=self._names[place]) for place, one in enumerate(fakes.PEOPLE)]

    def choices(self):
        teams = [Team(one.id, self._names[one.id]) for one in fakes.TEAMS]
        return msgspec.structs.replace(fakes.choices(), people=self._people(), teams=teams, organisation=self._names[0])

    def overview(self, first: date, last: date, team: int | None = None, person: int | None = None):
        values = fakes.overview(first, last, self._people())
        now = [msgspec.structs.replace(one, app=self._names[-1 - place]) for place, one in enumerate(values.now)]
        kinds = ("silent", "coverage", "no_notice", "clock", "lost", "quarantined", "odd")
        return msgspec.structs.replace(values, now=now, attention=[Attention(kind, name, 3) for kind in kinds for name in self._names])

    def _hurt(self, rows, *fields):
        """Give each row hostile names in these fields."""
        return [
            msgspec.structs.replace(one, **{field: self._names[(place + shift) % len(self._names)] for shift, field in enumerate(fields)})
            for place, one in enumerate(rows)
        ]

    def _those(self, team: int | None, person: int | None):
        return [one for one in self._people() if person in (None, one.id)]

    def urls(self, first: date, last: date, team: int | None = None, person: int | None = None):
        values = super().urls(first, last, team, person)
        return msgspec.structs.replace(values, sites=self._hurt(values.sites, "name"))

    def timeline(self, first: date, last: date, team: int | None = None, person: int | None = None):
        values = super().timeline(first, last, team, person)
        if values.band is None:
            return values
        return msgspec.structs.replace(
            values, band=msgspec.structs.replace(values.band, parts=self._hurt(values.band.parts, "name", "app", "site"))
        )

    def files(self, first, last, team, person, wanted, limit, cursor=None):
        values = super().files(first, last, team, person, wanted, limit, cursor)
        rows = [msgspec.structs.replace(one, person=self._people()[one.person.id - 1]) for one in values.rows]
        return msgspec.structs.replace(values, rows=self._hurt(rows, "path", "host", "account", "process", "new_path"))

    def alerts(self, first, last, team=None, person=None, limit=100, cursor=None, *, everything=False):
        values = super().alerts(first, last, team, person, limit, cursor, everything=everything)
        return msgspec.structs.replace(values, alerts=self._hurt(values.alerts, "subject", "what", "note", "who", "model", "answer"))

    def bandwidth(self, first: date, last: date, team: int | None = None, person: int | None = None):
        values = super().bandwidth(first, last, team, person)
        return msgspec.structs.replace(values, apps=self._hurt(values.apps, "name", "app"))

    def applications(self, first: date, last: date, team: int | None = None, person: int | None = None):
        values = fakes.applications(first, last)
        names = [self._names[place % len(self._names)] for place in range(len(values.apps))]
        apps = [msgspec.structs.replace(one, name=name, app=f"{one.app}{name}"[:256]) for one, name in zip(values.apps, names, strict=True)]
        return msgspec.structs.replace(values, apps=apps)


class Watch:
    """What Python opens while somebody looks: files that hostile names point at, and every connection. A hook cannot be taken back."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[tuple[str, str]] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event in ("open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"):
            told = str(arguments[:2])
            if event != "open" or "canary" in told or "://" in told:
                self.seen.append((event, told))


WATCH = Watch()


def test_the_watch_sees_a_file_being_opened(tmp_path: Path) -> None:
    (tmp_path / "canary.png").write_bytes(b"")
    WATCH.on = True
    (tmp_path / "canary.png").read_bytes()
    WATCH.on = False
    assert [event for event, _told in WATCH.seen] == ["open"]
    WATCH.seen.clear()


def has_magenta(widget: QWidget) -> bool:
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    wanted = QColor("#FF00FF").rgb()
    return any(picture.pixel(x, y) == wanted for x in range(0, picture.width(), 4) for y in range(0, picture.height(), 4))


def test_a_label_that_guesses_would_be_caught(qapp, tmp_path: Path) -> None:
    label = QLabel(hostile(tmp_path)[0])
    label.resize(100, 100)
    assert has_magenta(label)


@pytest.mark.quality("S-13")
def test_hostile_names_are_shown_literally_in_every_view_and_load_nothing(services: Services, tmp_path: Path) -> None:
    names = hostile(tmp_path)
    WATCH.on = True
    services.api = HostileApi(names)  # type: ignore[assignment]
    services.choices = services.api.choices()
    window = Window(services)
    window.resize(1400, 900)
    window.show()
    for key, frame in window.frames.items():
        window.open(key)
        wait_for(lambda frame=frame: not frame.waiting)
        settle()
        assert frame.state() == "figures"
        assert not has_magenta(window), key
    _look_at_what_is_selected(window)
    _look_closer(window, services)
    overview = window.frames["overview"].tab
    overview.attention.more.click()
    settle()
    assert not has_magenta(window)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in window.findChildren(QLabel))
    _check_texts(window, names)
    window.close()
    WATCH.on = False
    assert WATCH.seen == []


def _look_at_what_is_selected(window: Window) -> None:
    """Every file event and every alert, as its side panel tells it."""
    for key, table in (("files", "_table"), ("alerts", "table")):
        window.open(key)
        wait_for(lambda: not window.current.waiting)
        shown = getattr(window.current.tab, table)
        for row in range(12):
            shown.selectRow(row)
        settle()
        assert not has_magenta(window), key


def _look_closer(window: Window, services: Services) -> None:
    """One person's day in the tabs that have one, one site's people, and every place of every chart in words."""
    services.scope.open_day(4, fakes.TODAY)
    for key in ("urls", "timeline", "inactivity", "bandwidth"):
        window.open(key)
        wait_for(lambda: not window.current.waiting)
        settle()
        assert not has_magenta(window), key
        for chart in window.current.tab.body.findChildren(Painted):
            assert "\u202e" not in "".join(chart.explanation(place) for place in range(chart.places()))
    tab = window.frames["urls"].tab
    window.open("urls")
    tab.open_site(tab.sites.rows[0])
    wait_for(lambda: tab.page.people.rows)
    settle()
    assert not has_magenta(window)
    services.scope.choose(Preset.LAST_7_DAYS)
    services.scope.update(person=None)


def _check_texts(window: Window, names: list[str]) -> None:
    overview, applications = window.frames["overview"].tab, window.frames["applications"].tab
    closer = [window.frames[key].tab for key in ("urls", "timeline", "inactivity", "bandwidth")]
    others = (closer[0].sites, closer[0].page.people, closer[1].parts, closer[2].people, closer[2].quiet, closer[3].apps, closer[3].people)
    for model in (overview.people, overview.now, overview.days, applications.apps, *others):
        for row in range(model.rowCount()):
            for column in range(model.columnCount()):
                tooltip = model.data(model.index(row, column), Qt.ItemDataRole.ToolTipRole)
                shown, loaded = read_as_tooltip(tooltip)
                assert loaded == []
                assert "\u202e" not in shown
    cells = [overview.people.data(overview.people.index(row, 0)) for row in range(overview.people.rowCount())]
    assert names[0] in cells
    assert names[2] in cells
    assert max(map(len, cells)) <= 301
    assert any("‹U+202E›gpj.exe" in cell for cell in cells)
    for widget in window.findChildren(QWidget):
        if widget.toolTip():
            assert read_as_tooltip(widget.toolTip())[1] == []
    assert window.bar.people.findText("&File & Co") > 0
