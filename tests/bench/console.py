"""The window with 500 people and 90 days behind it: first paint, tabs, charts, tables, longest block: `python tests --bench console`.

Answers come as JSON bytes and are decoded in the pool as from a server, whose own time is not in these figures. Beside the charts
stands clearing and redrawing matplotlib, beside the tables QSortFilterProxyModel, both in the same run. Behind each time stands
how much of it this thread had a processor: on a shared machine the rest is other people's.
"""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PyQt5.QtCore import QAbstractTableModel, QEventLoop, QModelIndex, QObject, QSortFilterProxyModel, Qt, QTimer
from PyQt5.QtWidgets import QApplication, QTableView, QWidget

from console.app import make_application, services_of
from console.charts.band import BandChart
from console.charts.canvas import Chart
from console.charts.heatmap import Heatmap
from console.charts.minutes import MinutesChart
from console.charts.painted import Painted
from console.models.files import events_model
from console.models.people import people_model
from console.scope import Preset
from console.settings import Settings
from console.tasks import Tasks
from console.theme import Theme, ThemeChoice
from console.widgets.table import RowsTable
from console.window import Window
from policy.summaries import Choices, Person
from policy.worktime import day_bounds
from reports.charts import Look, Spec, days_by_presence, draw, new_figure, sites_by_hour, top_uses
from tests.console import fake_days, fakes

PEOPLE = [Person(number, f"Person {number * 7919 % 1000:03} of {number % 20}", number % 20 + 1) for number in range(1, 501)]
DAYS = 90
ROUNDS = int(os.environ.get("WORKPULSE_ROUNDS", "40"))
MILLION = 1_000_000
PROXY_ROWS = 20_000
TABS = ("overview", "urls", "applications", "timeline", "inactivity", "bandwidth")


class Answers(fakes.FakeApi):
    """Answers as bytes, made once and decoded at every question, as those of a server are."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes: dict[tuple[object, ...], tuple[bytes, Any]] = {}

    def choices(self) -> Choices:
        return msgspec.structs.replace(fakes.choices(), people=PEOPLE)

    def overview(self, first: date, last: date, team: int | None = None, person: int | None = None) -> Any:
        return self._answer(("overview", first, last, team, person), lambda: self._overview(first, last, self._those(team, person)))

    def _overview(self, first: date, last: date, people: list[Person]) -> Any:
        """The stand-in knows what twelve people do now; here everybody does what one of them does."""
        values = fakes.overview(first, last, fakes.PEOPLE)
        now = [msgspec.structs.replace(values.now[place % 12], person=person) for place, person in enumerate(people)]
        times = [msgspec.structs.replace(values.people[place % 12], person=person) for place, person in enumerate(people)]
        return msgspec.structs.replace(values, now=now, people=times)

    def _those(self, team: int | None, person: int | None) -> list[Person]:
        return [one for one in PEOPLE if person in (None, one.id)]

    def _answer(self, key: tuple[object, ...], make: Callable[[], Any]) -> Any:
        if key not in self._bytes:
            value = make()
            self._bytes[key] = (msgspec.json.encode(value), type(value))
        content, kind = self._bytes[key]
        return msgspec.json.decode(content, type=kind)


class Took(NamedTuple):
    """Milliseconds by the clock, and those of them this thread was running."""

    clock: float
    running: float


class Watchdog(QObject):
    """Ticks every two milliseconds; what is longer between two ticks is a block of the window's thread."""

    def __init__(self) -> None:
        super().__init__()
        self.longest, self.during, self._now = Took(0, 0), "", ""
        self._last = self._clocks()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(2)

    def _clocks(self) -> Took:
        return Took(time.perf_counter() * 1000, time.thread_time() * 1000)

    def _tick(self) -> None:
        now = self._clocks()
        gap = Took(now.clock - self._last.clock, now.running - self._last.running)
        if gap.running > self.longest.running:
            self.longest, self.during = gap, self._now
        self._last = now

    def watch(self, doing: str) -> None:
        """From here on it is this that is being done."""
        QApplication.processEvents()
        self._tick()
        self._now = doing


def until(done: Callable[[], object], seconds: float = 60) -> None:
    """Let Qt work until it is done."""
    end = time.perf_counter() + seconds
    while not done():
        assert time.perf_counter() < end, "it never came"
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)


def expose(widget: QWidget) -> None:
    """Show a window; before it is exposed nothing of it would be painted."""
    widget.show()
    until(lambda: widget.windowHandle() is not None and widget.windowHandle().isExposed())
    for _turn in range(3):
        QApplication.processEvents()


def timed(act: Callable[[], object]) -> Took:
    """Return how long it takes."""
    clock, running = time.perf_counter(), time.thread_time()
    act()
    return Took((time.perf_counter() - clock) * 1000, (time.thread_time() - running) * 1000)


def p95(times: list[Took]) -> Took:
    place = min(int(len(times) * 0.95), len(times) - 1)
    return Took(sorted(one.clock for one in times)[place], sorted(one.running for one in times)[place])


def say(name: str, took: Took, target: float, more: str = "") -> None:
    mark = "" if took.clock <= target else "  above the target by the clock" if took.running <= target else "  ABOVE THE TARGET"
    print(f"  {name:46} {took.clock:8.1f} ms ({took.running:6.1f})   target {target:5.0f}{mark}  {more}", flush=True)


def services(folder: Path, api: Answers) -> Any:
    theme = Theme(ThemeChoice.LIGHT)
    theme.apply()
    made = services_of(api, api.choices(), Tasks(), theme, Settings(folder))  # type: ignore[arg-type]
    made.scope.choose_days(fakes.TODAY - timedelta(days=DAYS - 1), fakes.TODAY)
    return made


# --- the window ---------------------------------------------------------------------------------------------------------

FIRST_PAINT = """
import time; started = time.perf_counter()
import os, sys, tempfile; os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pathlib import Path
from console.app import make_application, services_of
from console.scope import Preset
from console.settings import Settings
from console.tasks import Tasks
from console.theme import Theme, ThemeChoice
from console.window import Window
application = make_application()
loaded = time.perf_counter()
from tests.console.fakes import FakeApi
theme = Theme(ThemeChoice.LIGHT); theme.apply()
services = services_of(FakeApi(), FakeApi().choices(), Tasks(), theme, Settings(Path(tempfile.mkdtemp())))
begun = time.perf_counter()
running = time.thread_time()
window = Window(services); window.resize(1280, 800); window.show()
while not (window.windowHandle().isExposed() and window.frames["overview"].state() == "figures"): application.processEvents()
window.repaint()
painted = time.perf_counter()
heavy = sorted({"matplotlib", "openpyxl", "numpy"} & set(sys.modules))
print((loaded - started) * 1000, (painted - begun) * 1000, (time.thread_time() - running) * 1000, ",".join(heavy) or "none")
services.tasks.finish(); window.close()
"""


def first_paint() -> None:
    """In processes of its own: loading the program, then from the first line of Window to its first paint."""
    runs = []
    for _round in range(5):
        done = subprocess.run([sys.executable, "-c", FIRST_PAINT], capture_output=True, text=True, check=True)
        runs.append(done.stdout.split())
    loaded, clock, running = (statistics.median(float(run[place]) for run in runs) for place in (0, 1, 2))
    say(
        "first paint of the window, with its figures",
        Took(clock, running),
        1000,
        f"after loading Python, Qt and the program in {loaded:.0f} ms",
    )
    assert {run[3] for run in runs} == {"none"}, "what only paper and Excel need is loaded before anybody asks for it"


def tabs(window: Window, watchdog: Watchdog) -> None:
    """Each tab for the first time, with its answer on the way; then back and forth."""
    for key in TABS:
        watchdog.watch(f"the first look at {key}")
        times = timed(lambda key=key: open_and_paint(window, key))
        say(f"{key}, from the click to its figures", times, 400)
    worst: list[Took] = []
    for _round in range(5):
        for key in TABS:
            watchdog.watch(f"going back to {key}")
            worst.append(timed(lambda key=key: (window.open(key), window.repaint())))
            until(lambda: not window.current.waiting)
    say("switching back to a tab (p95)", p95(worst), 50, f"median {statistics.median(one.clock for one in worst):.1f}")


def open_and_paint(window: Window, key: str) -> None:
    window.open(key)
    until(lambda: not window.current.waiting and window.current.state() == "figures")
    window.repaint()


def scopes(window: Window, watchdog: Watchdog) -> None:
    """Other days, one person's day, themes, sizes: what a morning has."""
    scope = window.services.scope
    acts: list[tuple[str, Callable[[], object]]] = [
        ("another month", lambda: scope.choose(Preset.LAST_MONTH)),
        ("one person's day", lambda: scope.open_day(7, fakes.TODAY)),
        ("everybody again", lambda: scope.clear_filters()),
        ("a search", lambda: scope.update(search="person 1")),
        ("no search", lambda: scope.update(search="")),
        ("another size", lambda: window.resize(1600, 1000)),
    ]
    for key in TABS:
        window.open(key)
        for name, act in acts:
            until(lambda: not window.current.waiting)
            watchdog.watch(f"{name} in {key}")
            act()
            until(lambda: not window.current.waiting)
            for _turn in range(5):
                QApplication.processEvents()
    say("longest block of the window's thread", watchdog.longest, 100, f"during {watchdog.during}")


# --- charts -------------------------------------------------------------------------------------------------------------


def redraw(chart: Painted, show: Callable[[int], object]) -> Took:
    """Return the p95 of new figures shown and painted."""
    chart.resize(900, 260)
    expose(chart)
    times, before = [], chart.drawn
    for number in range(ROUNDS):
        times.append(timed(lambda number=number: (show(number), chart.repaint())))
    assert chart.drawn == before + ROUNDS, "not everything was really painted"
    chart.close()
    return p95(times)


def naive(make: Callable[[Look], Spec], look: Look) -> Took:
    """Return the p95 of clearing a matplotlib figure and drawing the same values again."""
    figure = new_figure(look)
    canvas = FigureCanvasAgg(figure)
    figure.set_size_inches(9, 2.6)

    def again() -> None:
        figure.clear()
        draw(figure.add_subplot(), make(look), look)
        canvas.draw()

    again()
    return p95([timed(again) for _round in range(max(ROUNDS // 4, 5))])


def specs() -> Iterator[tuple[str, Callable[[int], Callable[[Look], Spec]]]]:
    """Yield charts whose figures change from one refresh to the next."""

    def days(number: int, many: int) -> Callable[[Look], Spec]:
        values = fakes.overview(fakes.TODAY - timedelta(days=many - 1 + number % 2), fakes.TODAY - timedelta(days=number % 2)).days
        return lambda look: days_by_presence(values, look)

    sites = fake_days.sites(fakes.period(fakes.TODAY - timedelta(days=6), fakes.TODAY), fakes.PEOPLE).sites
    yield "7 days by presence", lambda number: days(number, 7)
    yield "62 days by presence", lambda number: days(number, 62)
    yield "sites by hour", lambda number: lambda look: sites_by_hour(sites[number % 3 :], look)
    yield "sites used most", lambda number: lambda look: top_uses(sites[number % 3 :], look)


def charts(theme: Theme) -> None:
    """Every kind of chart with new figures; those that paper has too beside matplotlib."""
    for name, kind in specs():
        chart, makes = Chart(name, theme), [kind(number) for number in range(2)]
        ours = redraw(chart, lambda number, chart=chart, makes=makes: chart.show_chart(makes[number % 2], ""))
        theirs = naive(makes[0], theme.look)
        say(f"redraw: {name} (p95)", ours, 16, f"matplotlib {theirs.clock:.0f} ms, {theirs.running / ours.running:.0f} times as long")
    first = fakes.TODAY - timedelta(days=DAYS - 1)
    weeks = [fake_days.timeline(fakes.period(first + timedelta(days=more), fakes.TODAY), fakes.PEOPLE) for more in range(2)]
    heatmap = Heatmap("", theme)
    say("redraw: heatmap (p95)", redraw(heatmap, lambda number: heatmap.show_week(weeks[number % 2], "")), 16)
    band, bands = BandChart("", theme), [fake_days.band(fakes.PEOPLE[number], fakes.TODAY) for number in range(2)]
    say("redraw: a day as a band (p95)", redraw(band, lambda number: band.show_band(bands[number % 2], fakes.ZONE, "")), 16)
    minutes, values = MinutesChart("", theme), fake_days.inactivity(fakes.period(fakes.TODAY, fakes.TODAY), fakes.PEOPLE[:1])
    shown = (values.minutes or [], values.review or [], values.quiet, day_bounds(fakes.TODAY, fakes.ZONE), fakes.ZONE, "")
    say("redraw: input per minute (p95)", redraw(minutes, lambda number: minutes.show_minutes(*shown)), 16)


# --- tables -------------------------------------------------------------------------------------------------------------


class PlainModel(QAbstractTableModel):
    """The usual way: a model in Python for QSortFilterProxyModel to ask."""

    def __init__(self, rows: list[Any]) -> None:
        super().__init__()
        self._rows = rows

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 2

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.UserRole):
            return row.person.name if index.column() == 0 else row.times.engaged
        return None


def sorted_and_searched(made: Any) -> None:
    """The same rows in our model and behind a proxy: sort by a number, then search."""
    one = fakes.person_times(PEOPLE[0], 1, fakes.TODAY)
    rows = [
        msgspec.structs.replace(one, person=Person(number, f"Person {number * 7919 % 9973}", 1), productivity=number % 997 / 997)
        for number in range(PROXY_ROWS)
    ]
    model = people_model(lambda team: "", lambda: fakes.ZONE)
    table = RowsTable("bench", "bench", model, made.theme, made.settings, (3, Qt.SortOrder.DescendingOrder))
    model.set_rows(rows)
    expose(table)
    ours = timed(lambda: (model.sort(2), model.search("person 12"), table.repaint()))
    proxy, view = QSortFilterProxyModel(), QTableView()
    proxy.setSourceModel(PlainModel(rows))
    proxy.setSortRole(Qt.ItemDataRole.UserRole)
    view.setModel(proxy)
    expose(view)
    theirs = timed(lambda: (proxy.sort(1), proxy.setFilterFixedString("Person 12"), view.repaint()))
    more = f"QSortFilterProxyModel {theirs.clock:.0f} ms, {theirs.running / ours.running:.1f} times as long"
    say(f"{PROXY_ROWS:,} rows sorted and searched", ours, 1000, more)
    for widget in (table, view):
        widget.close()


def a_million_rows(made: Any) -> None:
    """Pages by cursor out of a million: the first, then one after the other to the end of what a person would scroll."""
    store = Store()
    model = events_model(lambda: fakes.ZONE, lambda kind: None)
    table = RowsTable("bench.files", "bench", model, made.theme, made.settings)
    table.resize(1200, 700)
    model.more_wanted.connect(lambda: model.add(*store.page(model.following)))
    expose(table)
    shown = timed(lambda: (model.begin(*store.page(None)), table.repaint()))
    say(f"a table over {MILLION:,} rows, shown", shown, 100)
    times = []
    for _page in range(60):
        times.append(timed(lambda: (table.scrollToBottom(), model.fetchMore(), table.repaint())))
    say("its next page, asked for and painted (p95)", p95(times), 100, f"{model.rowCount():,} rows known, {len(model.rows):,} held")
    table.close()


class Store:
    """A million file events in SQLite, given out by keyset as the server does."""

    PAGE = 250

    def __init__(self) -> None:
        import sqlite3

        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, event BLOB)")
        kinds = [msgspec.json.encode(fakes.file_event(number)) for number in range(997)]
        self._database.executemany("INSERT INTO event VALUES (?, ?)", ((number, kinds[number % 997]) for number in range(MILLION)))
        self._kind = type(fakes.file_event(1))

    def page(self, cursor: str | None) -> tuple[list[Any], str | None]:
        """Return the page after a cursor and the cursor of the next."""
        before = MILLION if cursor is None else int(cursor)
        found = self._database.execute("SELECT id, event FROM event WHERE id < ? ORDER BY id DESC LIMIT ?", (before, self.PAGE)).fetchall()
        rows = [msgspec.structs.replace(msgspec.json.decode(event, type=self._kind), at=number * 60_000) for number, event in found]
        return rows, str(found[-1][0]) if found and found[-1][0] else None


def main() -> None:
    """Measure everything and print it."""
    print(f"{len(PEOPLE)} people, {DAYS} days; {ROUNDS} rounds; all on one machine's cores together with whatever else runs there")
    first_paint()
    application, api = make_application(), Answers()
    with tempfile.TemporaryDirectory() as name:
        made = services(Path(name), api)
        for key in TABS:  # so that inventing the figures is not measured
            ask = getattr(api, key)
            for scope in ((fakes.TODAY - timedelta(days=DAYS - 1), fakes.TODAY, None), (fakes.TODAY, fakes.TODAY, 7)):
                ask(scope[0], scope[1], None, scope[2])
            ask(date(2025, 10, 1), date(2025, 10, 31), None, None)
        window, watchdog = Window(made), Watchdog()
        window.bar.interval_changed.emit(0)
        window.resize(1280, 800)
        expose(window)
        tabs(window, watchdog)
        scopes(window, watchdog)
        window.close()
        charts(made.theme)
        sorted_and_searched(made)
        a_million_rows(made)
        made.tasks.finish()
    application.processEvents()


if __name__ == "__main__":
    main()
