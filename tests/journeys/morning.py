"""A manager's morning in the real console on a real screen: every click and key comes from xdotool, what is seen is read from the window.

Run by test_a_managers_morning.py as a process of its own: `python -m tests.journeys.morning URL FOLDER PASSWORD`. What it
saw goes to standard output as JSON, one line for each step; a word on a line of standard input answers what it waits for.
"""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from datetime import timedelta
from pathlib import Path

from PyQt5.QtCore import QObject, QPoint, QTimer
from PyQt5.QtWidgets import QApplication, QPushButton, QTableView, QWidget

from console.app import Console
from console.dialogs.classify import ClassifyDialog
from console.dialogs.reason import ReasonDialog
from console.dialogs.sign_in import SignInDialog
from console.dialogs.why import WhyDialog
from console.export.exporter import ENDINGS, Exporter
from console.servers import KnownServers
from console.widgets.empty import Emptiness
from console.window import Window

REASON = "Monday talk with the team"
STEP_MS = 60
PATIENCE_SECONDS = 40
Story = Generator[Callable[[], object], None, None]


def tell(step: str, **seen: object) -> None:
    """Say what was seen."""
    print(json.dumps({"step": step, **seen}), flush=True)


def hand(*commands: str) -> None:
    """Let the hand do something; Qt meets it when we are back in its loop."""
    subprocess.run(["xdotool", *commands], check=True, timeout=20)


def click(widget: QWidget, place: QPoint | None = None, times: int = 1) -> None:
    """Point at a widget and click."""
    where = widget.mapToGlobal(place or widget.rect().center())
    hand("mousemove", str(where.x()), str(where.y()), "click", "--repeat", str(times), "--delay", "60", "1")


def write(text: str) -> None:
    """Type."""
    hand("type", "--delay", "15", text)


def click_row(table: QTableView, row: int, times: int = 1, column: int = 0) -> None:
    """Click on a row of a table."""
    model = table.model()
    assert model is not None
    index = model.index(row, column)
    table.scrollTo(index)
    view = table.viewport()
    assert view is not None
    click(view, table.visualRect(index).center(), times)


def line_of(story: Story) -> int:
    """Return the line where a story waits, in whichever part of it."""
    while inspect.isgenerator(story.gi_yieldfrom):
        story = story.gi_yieldfrom
    return story.gi_frame.f_lineno if story.gi_frame else 0


class Morning(QObject):
    """Walks through the story; each wait ends when its condition holds."""

    def __init__(self, password: str, exports: Path) -> None:
        super().__init__()
        self._password, self._exports = password, exports
        self._story = self._steps()
        self._wanted: Callable[[], object] = lambda: True
        self.stuck = False
        self._since = time.monotonic()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)
        self._timer.start(STEP_MS)

    def _go_on(self) -> None:
        if not self._wanted():
            if time.monotonic() - self._since > PATIENCE_SECONDS:
                self.stuck = True
                self._timer.stop()
                shown = [type(one).__name__ for one in QApplication.topLevelWidgets() if one.isVisible()]
                for one in QApplication.topLevelWidgets():
                    if one.isVisible():
                        one.grab().save(str(self._exports / f"stuck-{type(one).__name__}.png"))
                tell("stuck", line=line_of(self._story), shown=shown, focus=type(QApplication.focusWidget()).__name__)
                QApplication.exit(3)
            return
        try:
            self._wanted = next(self._story)
        except StopIteration:
            self._timer.stop()
        self._since = time.monotonic()

    # --- what is on the screen ----------------------------------------------------------------------------------------

    def shown(self, kind: type[QWidget]) -> QWidget | None:
        """Return the visible window or dialog of a kind."""
        return next((one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()), None)

    @property
    def window(self) -> Window:
        """The main window."""
        found = self.shown(Window)
        assert isinstance(found, Window)
        return found

    def rested(self, key: str) -> bool:
        """Whether a tab is in view with its figures, about the scope as it is."""
        frame = self.window.current
        return frame.tab.key == key and not frame.waiting and frame.state() == "figures"

    # --- the story ----------------------------------------------------------------------------------------------------

    def _steps(self) -> Story:
        yield from self._sign_in()
        yield from self._change_the_scope()
        yield from self._drill_down()
        yield from self._classify()
        yield from self._see_every_tab_agree()
        yield from self._export()
        yield from self._lose_the_server()
        yield from self._sign_out()

    def _sign_in(self) -> Story:
        yield lambda: self.shown(SignInDialog)
        dialog = self.shown(SignInDialog)
        assert isinstance(dialog, SignInDialog)
        yield lambda: dialog.same.isVisible()
        tell("compared", fingerprint=dialog.fingerprint.text())
        click(dialog.same)
        yield lambda: dialog.user.isVisible()
        click(dialog.user)
        yield dialog.user.hasFocus
        write("meera")
        yield lambda: dialog.user.text() == "meera"
        click(dialog.password)
        yield dialog.password.hasFocus
        write(self._password)
        yield lambda: dialog.password.text() == self._password
        click(dialog.sign_in)
        yield lambda: self.shown(Window) and self.window.current.state() == Emptiness.REASON_NEEDED.value  # an office of two
        click(self.window.current.empty._button)
        yield from self._say_why()
        yield lambda: self.rested("overview")
        tell("signed in", who=self.window.status.who.text(), tabs=[key for key, one in self.window.rail.buttons.items() if one.isVisible()])

    def _say_why(self) -> Story:
        """Write down a reason where one is asked for."""
        yield lambda: self.shown(ReasonDialog)
        dialog = self.shown(ReasonDialog)
        assert isinstance(dialog, ReasonDialog)
        yield dialog.reason.hasFocus
        write(REASON)
        yield lambda: dialog.reason.text() == REASON
        click(dialog.save)
        yield lambda: not self.shown(ReasonDialog)

    def _change_the_scope(self) -> Story:
        window = self.window
        before = window.services.scope.value.first
        click(window.bar.before)
        yield lambda: window.services.scope.value.first < before and not window.current.waiting
        click(window.bar.after)
        yield lambda: window.services.scope.value.first == before and self.rested("overview")
        tell("scope", days=window.bar.days.text())

    def _drill_down(self) -> Story:
        window = self.window
        tab = window.frames["overview"].tab
        click(tab.tiles["coverage"])  # type: ignore[attr-defined]
        people: QTableView = tab._people_table  # type: ignore[attr-defined]
        yield lambda: people.hasFocus()
        click_row(people, 0)
        yield lambda: people.currentIndex().isValid()
        hand("key", "F1")
        yield lambda: self.shown(WhyDialog) and self.shown(WhyDialog).evidence  # type: ignore[union-attr]
        why = self.shown(WhyDialog)
        assert isinstance(why, WhyDialog)
        tell("why", title=why._title.whole())
        hand("key", "Escape")
        yield lambda: not self.shown(WhyDialog)
        hand("key", "Return")
        yield lambda: self.rested("timeline")
        values = window.current.values
        yield lambda: window.current.values is not None and window.current.values.band is not None
        values = window.current.values
        band = values.band
        tell("minute", person=band.person.name, day=str(band.day), engaged=band.times.engaged, total=band.times.total)
        hand("key", "alt+Left")
        yield lambda: window.current.tab.key != "timeline" or window.services.scope.value.person is None
        hand("key", "ctrl+1")
        yield lambda: window.current.tab.key == "overview"

    def _classify(self) -> Story:
        window = self.window
        scope = window.services.scope
        yesterday = scope.today - timedelta(days=1)
        scope.choose_days(yesterday, yesterday)
        scope.clear_filters()
        yield lambda: self.rested("overview") and window.current.values.period.first == yesterday
        before = window.current.values
        click(window.current.tab.tiles["unclassified"])  # type: ignore[attr-defined]
        yield lambda: self.shown(ClassifyDialog) and self.shown(ClassifyDialog).rows.total  # type: ignore[union-attr]
        dialog = self.shown(ClassifyDialog)
        assert isinstance(dialog, ClassifyDialog)
        place = next(place for place, row in enumerate(dialog.rows.rows) if row.kind == "site")
        site, seconds = dialog.rows.rows[place].pattern, dialog.rows.rows[place].engaged
        click_row(dialog._table, place)
        yield lambda: dialog.pattern.text() == site
        click(dialog.category.buttons["productive"])
        yield from self._say_why()  # for a team of one
        yield dialog.save.isEnabled
        tell("preview", site=site, seconds=seconds, text=[label.text() for label in dialog.moved if label.text()])
        click(dialog.save)
        yield lambda: window.toast.isVisible() and not window.services.tasks.waiting(dialog, "save")
        tell("saved", text=window.toast.text())
        hand("key", "Escape")
        yield lambda: not self.shown(ClassifyDialog)
        hand("key", "F5")
        yield lambda: self.rested("overview") and window.current.values.days != before.days
        after = window.current.values
        tell(
            "overview",
            all_productive=sum(one.categories.productive for one in after.days),
            productive=sum(one.categories.productive for one in after.days) - sum(one.categories.productive for one in before.days),
            unclassified=sum(one.categories.unclassified for one in before.days) - sum(one.categories.unclassified for one in after.days),
            engaged=sum(one.times.engaged for one in after.days),
        )

    def _see_every_tab_agree(self) -> Story:
        window = self.window
        seen: dict[str, object] = {}
        for number, key in enumerate(window.frames, 1):
            hand("key", f"ctrl+{number}")
            yield lambda key=key: window.current.tab.key == key and not window.current.waiting  # type: ignore[misc]
            values = window.current.values
            if key == "applications":
                seen[key] = [sum(one.engaged for one in values.apps), values.categories.productive]
            elif key == "urls":
                seen[key] = [
                    sum(one.engaged for one in values.sites) + values.rest + values.without_site.engaged,
                    values.categories.productive,
                ]
                seen["browsers"] = values.browsers + values.elsewhere
                seen["sites"] = {one.site: one.category.value for one in values.sites}
            elif key == "timeline":
                seen[key] = sum(map(sum, values.heatmap))
            elif key == "inactivity":
                seen[key] = sum(one.times.engaged for one in values.days)
            elif key == "alerts":
                seen[key] = len(values.alerts)
        tell("agree", **seen)

    def _export(self) -> Story:
        window = self.window
        hand("key", "ctrl+3")
        yield lambda: self.rested("applications")
        Exporter.ask_path = lambda _self, frame, form: self._exports / f"{frame.tab.key}.{ENDINGS[form]}"  # type: ignore[method-assign, assignment]
        hand("key", "ctrl+e")
        yield lambda: QApplication.activePopupWidget() is not None
        hand("key", "Down", "Down", "Down", "Return")  # Excel
        yield lambda: "Saved" in window.toast.text() and window.toast.isVisible()
        tell("exported", text=window.toast.text(), engaged=sum(one.engaged for one in window.current.values.apps))

    def _lose_the_server(self) -> Story:
        window = self.window
        tell("kill")
        yield lambda: (self._exports / "killed").exists()
        hand("key", "F5")
        yield lambda: window.current.banner.isVisible() and "did not answer" in window.current.banner.text()
        tell("away", text=window.current.banner.text(), state=window.current.state(), sign=window.status.connection.text())
        yield lambda: (self._exports / "back").exists()
        retry = next(
            (one for one in window.current.banner.findChildren(QPushButton) if one.text() == "Retry now" and one.isVisible()), None
        )
        if retry is not None:
            click(retry)
        yield lambda: not window.current.banner.isVisible() and not window.current.waiting
        tell("back", state=window.current.state(), sign=window.status.connection.text())

    def _sign_out(self) -> Story:
        click(self.window.status.sign_out)
        yield lambda: self.shown(SignInDialog)
        tell("signed out")
        hand("key", "Escape")
        yield lambda: not self.shown(SignInDialog)


def main(url: str, folder: Path, password: str) -> None:
    """Run the console with a hand at it."""
    exports = folder / "exports"
    exports.mkdir(parents=True)
    assert not KnownServers(folder / "console").all()
    console = Console(folder / "console", url)
    morning = Morning(password, exports)
    console.run()
    tell("ended", stuck=morning.stuck)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
