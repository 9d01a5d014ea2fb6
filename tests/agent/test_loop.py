"""The whole recording half in accelerated time: a scripted desktop, the real loop, the real collectors, the real buffer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from agent.buffer import Buffer
from agent.clock import Moment
from agent.collectors import Foreground, HealthReport, SessionChanges
from agent.control import Control, ControlWatch, write_control
from agent.desktop.base import Change, DesktopGoneError, Window
from agent.desktop.scripted import Scene, ScriptedDesktop
from agent.gate import Word
from agent.loop import Loop
from agent.selfstats import SelfStats
from agent.spans import Input
from policy.categories import load_rule_book
from policy.events import Activity, Event, Gap, Health, Notice, Session
from policy.purposes import Purpose
from policy.wire import AgentPolicy
from policy.worktime import WorkHours
from tests.agent.builders import START, open_buffer, waiting

ME = "DEMO\\ada"
EXCEL = Window("excel.exe", "Budget 2026 for Priya.xlsx - Excel")
YOUTUBE = Window("chrome.exe", "Cat videos - YouTube - Google Chrome", "https://www.youtube.com/watch?v=secret")
SECRET_BANK = Window("chrome.exe", "My bank - Google Chrome (Incognito)", "https://bank.example/account/12345")
YES = Notice(START - 5_000, ME, "1", "en", "acknowledged")
NO = Notice(START + 999_000, ME, "1", "en", "withdrawn")


class FastClock:
    """Jumps where it is told to wait; a plan may do something at a moment, and the end of the plan stops the loop."""

    def __init__(self, seconds: int) -> None:
        self.mono = 1_000
        self.plan: dict[int, object] = {}
        self._end = self.mono + seconds * 1000

    def now(self) -> Moment:
        return Moment(START + self.mono, self.mono)

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        self.mono += max(1, round(seconds * 1000))
        for at in sorted(at for at in self.plan if at <= self.mono):
            self.plan.pop(at)()  # type: ignore[operator]
        if self.mono >= self._end:
            stop.set()
        return stop.is_set()


class Stage:
    """A loop on a scripted desktop, with its buffer and control file."""

    def __init__(self, folder: Path, scenes: list[Scene], seconds: int, policy: AgentPolicy | None = None, *answers: Notice) -> None:
        self.folder, self.clock = folder, FastClock(seconds)
        self.buffer: Buffer = open_buffer(folder)
        self.desktop = ScriptedDesktop(scenes, lambda: self.clock.mono, ME)
        policy = policy or AgentPolicy(revision=1, notice="1", titles="redacted")
        collectors = [
            SessionChanges(),
            Foreground(load_rule_book(), policy, 3.0),
            HealthReport(self.buffer, SelfStats(), folder, policy),
        ]
        self.words: list[Word] = []
        self.is_seen = True
        self.loop = Loop(
            self.desktop,
            self.buffer,
            collectors,
            ControlWatch(folder / "control.json"),
            policy,
            self.clock,
            lambda word, _: self._look(word),
            is_seen=lambda: self.is_seen,
        )
        self.decide(answers=list(answers or [YES]))

    def _look(self, word: Word) -> None:
        if self.words[-1:] != [word]:
            self.words.append(word)

    def decide(self, **control: object) -> None:
        write_control(self.folder / "control.json", Control(**control))  # type: ignore[arg-type]

    def after(self, seconds: float, do: object) -> None:
        self.clock.plan[self.clock.mono + int(seconds * 1000)] = do

    def play(self) -> list[Event]:
        self.loop.run(threading.Event())
        return list(waiting(self.buffer).values())


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[type[Stage]]:
    made: list[Stage] = []

    class Made(Stage):
        def __init__(self, *args: object, **more: object) -> None:
            super().__init__(tmp_path, *args, **more)  # type: ignore[arg-type, misc]
            made.append(self)

    yield Made  # type: ignore[misc]
    for each in made:
        each.buffer.close()


def spans(events: list[Event]) -> list[Activity]:
    return [event for event in events if isinstance(event, Activity)]


def changes(events: list[Event]) -> list[str]:
    return [event.change for event in events if isinstance(event, Session)]


@pytest.mark.feature("F04", "F05", "F07")
def test_an_hour_of_work_becomes_spans_that_add_up(stage: type[Stage]) -> None:
    scenes = [Scene(0, EXCEL, Input(keys=2, clicks=1, pointer_px=40)), Scene(1_801_000, YOUTUBE, Input(scrolls=1), idle_ms=700)]
    events = stage(scenes, 3_600).play()
    found = spans(events)
    assert sum(span.end - span.start for span in found) == pytest.approx(3_600_000, abs=1_500)
    assert sum(span.samples for span in found) == pytest.approx(3_600, abs=2)
    excel = [span for span in found if span.app == "excel.exe"]
    assert sum(span.keys for span in excel) == 2 * sum(span.samples for span in excel)
    assert sum(span.samples for span in excel) == pytest.approx(1_800, abs=2)
    youtube = [span for span in found if span.app == "chrome.exe"]
    assert {span.site for span in youtube} == {"youtube.com"}
    assert all(span.distracted_samples == span.samples for span in youtube)
    assert changes(events) == ["boot", "agent_start", "agent_stop"]
    assert 55 <= sum(isinstance(event, Health) for event in events) <= 61
    assert not [event for event in events if isinstance(event, Gap)]


@pytest.mark.feature("N03")
def test_titles_are_redacted_before_they_are_recorded(stage: type[Stage]) -> None:
    texts = repr(stage([Scene(0, EXCEL), Scene(60_000, YOUTUBE)], 120).play())
    assert "Priya" not in texts
    assert "secret" not in texts
    assert "YouTube" in texts


@pytest.mark.feature("N03")
@pytest.mark.parametrize(("mode", "title"), [("full", "Budget 2026 for Priya.xlsx - Excel"), ("off", None)])
def test_the_policy_says_how_much_of_a_title_is_kept(stage: type[Stage], mode: str, title: str | None) -> None:
    policy = AgentPolicy(revision=1, notice="1", titles=mode)  # type: ignore[arg-type]
    assert {span.title for span in spans(stage([Scene(0, EXCEL)], 30, policy).play())} == {title}


@pytest.mark.quality("S-14")
def test_a_private_window_leaves_neither_title_nor_site_however_long_its_title(stage: type[Stage]) -> None:
    long = Window("chrome.exe", "bank " * 500 + "- Google Chrome (Incognito)", "https://bank.example/")
    found = spans(stage([Scene(0, SECRET_BANK), Scene(30_000, long)], 60, AgentPolicy(revision=1, notice="1", titles="full")).play())
    assert {(span.title, span.site, span.private) for span in found} == {(None, None, True)}


@pytest.mark.parametrize("title", ["\ud800\udfff lone", "nul \x00\x01", "\u202egpj.exe", "x" * 100_000, "🙂" * 600, ""])
def test_a_hostile_title_never_stops_the_recording(stage: type[Stage], title: str) -> None:
    policy = AgentPolicy(revision=1, notice="1", titles="full")
    found = spans(stage([Scene(0, Window("evil.exe", title), Input(keys=1))], 20, policy).play())
    assert sum(span.keys for span in found) >= 19
    assert all(len(span.title or "") <= 512 and "\u202e" not in (span.title or "") for span in found)


def test_an_unknown_app_in_front_is_called_unknown(stage: type[Stage]) -> None:
    assert {span.app for span in spans(stage([Scene(0, Window(""))], 10).play())} == {"unknown"}


@pytest.mark.feature("F13")
def test_a_window_of_the_system_that_flashes_by_changes_nothing(stage: type[Stage]) -> None:
    rules = load_rule_book()
    ghost = next(name for name in ("searchhost.exe", "shellexperiencehost.exe", "lockapp.exe", "gnome-shell") if rules.is_ghost(name))
    scenes = [Scene(0, EXCEL), Scene(10_000, Window(ghost, "Search")), Scene(12_000, EXCEL)]
    assert len(spans(stage(scenes, 30).play())) <= 2


@pytest.mark.feature("D01")
def test_call_evidence_is_asked_for_only_at_a_call_app(stage: type[Stage]) -> None:
    scenes = [Scene(0, Window("zoom.exe", "Zoom Meeting"), call="both"), Scene(20_000, EXCEL, call="both")]
    assert {(span.app, span.call) for span in spans(stage(scenes, 40).play())} == {("zoom.exe", "both"), ("excel.exe", None)}


@pytest.mark.feature("F12", "F16", "G03", "F01")
def test_what_the_system_says_of_the_session_is_recorded(stage: type[Stage]) -> None:
    told = (Change("lock", START + 30_000), Change("unlock", START + 50_000))
    assert changes(stage([Scene(0, EXCEL), Scene(30_000, EXCEL, changes=told)], 60).play()) == [
        "boot",
        "agent_start",
        "lock",
        "unlock",
        "agent_stop",
    ]


def test_the_end_of_the_session_ends_the_agent(stage: type[Stage]) -> None:
    made = stage([Scene(0, EXCEL), Scene(5_000, EXCEL, changes=(Change("shutdown", START + 5_000),))], 600)
    assert changes(made.play()) == ["boot", "agent_start", "shutdown", "agent_stop"]
    assert made.clock.mono < 10_000


# --- what the person decides -------------------------------------------------------------------------------------------


@pytest.mark.feature("N04", "N05")
@pytest.mark.quality("P-10")
@pytest.mark.parametrize(
    "answer", [None, Notice(START, "DEMO\\eve", "1", "en", "acknowledged"), Notice(START, ME, "0", "en", "acknowledged")]
)
def test_nothing_is_collected_before_this_account_answered_this_notice(stage: type[Stage], answer: Notice | None) -> None:
    made = stage([Scene(0, EXCEL, Input(keys=5))], 60)
    made.decide(answers=[answer] if answer else [])
    assert [event for event in made.play() if not isinstance(event, Notice)] == []
    assert made.words == [Word.AWAITING_NOTICE, Word.STOPPED]


@pytest.mark.feature("N04")
def test_recording_begins_within_two_seconds_of_the_answer_and_the_answer_comes_first(stage: type[Stage]) -> None:
    made = stage([Scene(0, EXCEL, Input(keys=5))], 60)
    made.decide()
    late = Notice(START + 30_000, ME, "1", "hi", "acknowledged")
    made.after(30, lambda: made.decide(answers=[late]))
    events = made.play()
    assert events[0] == late
    assert 31_000 <= spans(events)[0].start - START <= 33_500


@pytest.mark.feature("N04", "H11")
@pytest.mark.quality("P-09")
@pytest.mark.parametrize("purpose", [Purpose.ACTIVITY, Purpose.SITES])
def test_a_purpose_that_is_withheld_ends_at_the_next_look_and_leaves_the_rest(stage: type[Stage], purpose: Purpose) -> None:
    made = stage([Scene(0, YOUTUBE, Input(keys=3))], 180)
    policy = msgspec.structs.replace(made.loop.policy, revision=2, withheld=[purpose])
    made.after(120, lambda: made.loop.obey(policy))
    events = made.play()
    late = [span for span in spans(events) if span.start - START > 123_000]
    assert any(span.site for span in spans(events) if span.end - START < 120_000)
    assert [span for span in late if span.site or span.title] == []
    assert bool(late) == (purpose is Purpose.SITES)
    assert changes(events)[-1] == "agent_stop"


@pytest.mark.feature("N06")
def test_a_pause_leaves_two_session_events_and_nothing_between(stage: type[Stage]) -> None:
    made = stage([Scene(0, EXCEL, Input(keys=3))], 90)
    made.after(30, lambda: made.decide(paused=True, answers=[YES]))
    made.after(60, lambda: made.decide(paused=False, answers=[YES]))
    events = made.play()
    assert changes(events) == ["boot", "agent_start", "pause", "resume", "agent_stop"]
    pause, resume = (
        next(event.at for event in events if isinstance(event, Session) and event.change == word) for word in ("pause", "resume")
    )
    assert 30_000 <= pause - START <= 33_000
    assert resume - pause == pytest.approx(30_000, abs=2_000)
    assert all(span.end <= pause or span.start >= resume for span in spans(events))
    assert not [event for event in events if isinstance(event, Health) and pause < event.at < resume]


@pytest.mark.quality("P-01")
@pytest.mark.feature("N05", "H06")
def test_nothing_is_recorded_while_the_symbol_is_not_shown_and_that_time_is_declared(stage: type[Stage]) -> None:
    made = stage([Scene(0, EXCEL, Input(keys=3))], 90)
    made.after(30, lambda: setattr(made, "is_seen", False))
    made.after(60, lambda: setattr(made, "is_seen", True))
    events = made.play()
    [gap] = [event for event in events if isinstance(event, Gap)]
    assert (gap.what, gap.reason) == ("activity", "no_symbol")
    assert gap.end - gap.start == pytest.approx(30_000, abs=2_000)
    assert all(span.end <= gap.start or span.start >= gap.end for span in spans(events))
    assert sum(span.samples for span in spans(events)) == pytest.approx(60, abs=3)
    assert made.words == [Word.RECORDING, Word.UNSEEN, Word.RECORDING, Word.STOPPED]


@pytest.mark.quality("P-01")
def test_a_start_waits_for_the_symbol(stage: type[Stage]) -> None:
    made = stage([Scene(0, EXCEL, Input(keys=3))], 60)
    made.is_seen = False
    made.after(10, lambda: setattr(made, "is_seen", True))
    events = made.play()
    assert not [event for event in events if isinstance(event, Gap)]
    assert min(span.start for span in spans(events)) >= START + 10_000


@pytest.mark.quality("P-09")
@pytest.mark.feature("N04")
def test_a_withdrawal_stops_within_five_seconds_and_takes_back_what_was_not_sent(stage: type[Stage]) -> None:
    made = stage([Scene(0, EXCEL, Input(keys=3))], 200)
    made.after(130, lambda: made.decide(answers=[YES, NO]))
    made.after(135, lambda: made.words.append(Word.STOPPED) if made.loop.word is Word.WITHDRAWN else None)
    events = made.play()
    assert spans(events) == []
    assert changes(events) == []
    assert Word.WITHDRAWN in made.words[: made.words.index(Word.STOPPED)]
    assert [event for event in events if isinstance(event, Notice)] == [YES, NO]
    gaps = [event for event in events if isinstance(event, Gap)]
    assert {(gap.what, gap.reason, gap.lost) for gap in gaps} == {("event", "withdrawn", 1)}
    assert len(gaps) >= 4
    facts = made.buffer.facts
    assert facts.recorded == facts.acked + len(events)


def test_an_answer_is_recorded_once_however_often_the_agent_starts(stage: type[Stage]) -> None:
    made = stage([Scene(0, EXCEL)], 10)
    made.play()
    again = Loop(made.desktop, made.buffer, [], ControlWatch(made.folder / "control.json"), made.loop.policy, FastClock(10))
    again.run(threading.Event())
    events = list(waiting(made.buffer).values())
    assert sum(isinstance(event, Notice) for event in events) == 1
    assert changes(events) == ["boot", "agent_start", "agent_stop", "agent_start", "agent_stop"], "one boot, told once"


@pytest.mark.feature("N06")
def test_outside_work_hours_nothing_is_recorded_when_the_policy_says_so(stage: type[Stage]) -> None:
    began = START // 60_000 % 1440  # START is a whole minute; UTC
    week = [[(began, began + 1)]] * 7
    policy = AgentPolicy(revision=1, notice="1", work_hours_only=True, work_hours=WorkHours("UTC", week))
    found = spans(stage([Scene(0, EXCEL, Input(keys=1))], 300, policy).play())
    assert found
    assert all(span.end <= START + 60_000 + 1_000 for span in found)


def test_a_new_policy_is_followed_from_the_next_look_on(stage: type[Stage]) -> None:
    made = stage([Scene(0, EXCEL, Input(keys=1))], 600)
    slower = AgentPolicy(revision=2, notice="1", titles="off", sample_every=10)
    made.after(300, lambda: made.loop.obey(slower))
    found = spans(made.play())
    assert sum(span.samples for span in found) == pytest.approx(330, abs=4)
    assert sum(span.end - span.start for span in found) == pytest.approx(600_000, abs=15_000)
    assert found[-1].title is None


def test_a_desktop_that_vanishes_ends_the_agent_in_good_order(stage: type[Stage]) -> None:
    made = stage([Scene(0, EXCEL, Input(keys=1))], 600)

    def vanish() -> None:
        def gone() -> Window:
            raise DesktopGoneError("the display is gone")

        made.desktop.window = gone  # type: ignore[method-assign]

    made.after(30, vanish)
    events = made.play()
    assert sum(span.samples for span in spans(events)) == pytest.approx(30, abs=2)
    assert changes(events)[-1] == "agent_stop"
