"""Changes of files: saves and renames are told as what they are, and what the system lost is found again and declared."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.clock import SystemClock
from agent.collectors.files import FileChanges
from agent.desktop.scripted import Scene, ScriptedDesktop
from agent.files.listing import Listing
from agent.files.raw import Raw, Settled, What, is_lock, is_temporary
from agent.files.settle import Settler, judge
from policy.events import Event, File, Gap
from policy.wire import AgentPolicy

C, M, D, R = What.CREATED, What.MODIFIED, What.DELETED, What.MOVED


def raws(*steps: tuple[What, str] | tuple[What, str, str]) -> list[Raw]:
    return [Raw(step[0], step[1], number, number, step[2] if len(step) == 3 else "") for number, step in enumerate(steps)]


def told(steps: list[Raw], there: set[str]) -> list[tuple[str, ...]]:
    changes = sorted(judge(steps, there.__contains__), key=lambda change: change.at)
    return [(change.action, change.path, change.new_path) if change.new_path else (change.action, change.path) for change in changes]


WORD = raws(
    (C, "~WRD0001.tmp"), (M, "~WRD0001.tmp"), (R, "Plan.docx", "~WRL0002.tmp"), (R, "~WRD0001.tmp", "Plan.docx"), (D, "~WRL0002.tmp")
)
EXCEL = raws((C, "5A3B1C00"), (M, "5A3B1C00"), (R, "Plan.docx", "7C1D0000.tmp"), (R, "5A3B1C00", "Plan.docx"), (D, "7C1D0000.tmp"))
EXCEL_DELETES = raws((C, "5A3B1C00"), (M, "5A3B1C00"), (D, "Plan.docx"), (R, "5A3B1C00", "Plan.docx"))
LIBREOFFICE = raws((C, "lu1234abcd.tmp"), (M, "lu1234abcd.tmp"), (R, "lu1234abcd.tmp", "Plan.docx"))
IN_PLACE = raws((M, "Plan.docx"), (M, "Plan.docx"))
DELETE_AND_WRITE = raws((D, "Plan.docx"), (C, "Plan.docx"), (M, "Plan.docx"))
VIM = raws((C, "4913"), (D, "4913"), (R, "Plan.docx", "Plan.docx~"), (C, "Plan.docx"), (M, "Plan.docx"), (D, "Plan.docx~"))
DANCES = [WORD, EXCEL, EXCEL_DELETES, LIBREOFFICE, IN_PLACE, DELETE_AND_WRITE, VIM]


@pytest.mark.feature("F09", "L01")
@pytest.mark.parametrize("dance", DANCES, ids=["word", "excel", "excel-deletes", "libreoffice", "in-place", "delete-and-write", "vim"])
def test_a_save_is_one_modification_and_never_a_deletion(dance: list[Raw]) -> None:
    assert told(dance, {"Plan.docx"}) == [("modified", "Plan.docx")]


@pytest.mark.feature("F09")
@pytest.mark.parametrize(
    ("steps", "there", "expected"),
    [
        (raws((R, "a", "b")), {"a"}, [("renamed", "a", "b")]),
        (raws((R, "a", "b"), (R, "b", "c")), {"a"}, [("renamed", "a", "b"), ("renamed", "b", "c")]),
        (raws((R, "a", "b"), (R, "b", "a")), {"a"}, []),
        (raws((C, "a"), (R, "a", "b")), set(), [("created", "a"), ("renamed", "a", "b")]),
        (raws((C, "a.crdownload"), (M, "a.crdownload"), (R, "a.crdownload", "a.zip")), set(), [("created", "a.zip")]),
        (raws((D, "a")), {"a"}, [("deleted", "a")]),
        (raws((M, "a"), (D, "a")), {"a"}, [("deleted", "a")]),
        (raws((R, "a", "b"), (D, "b")), {"a"}, [("renamed", "a", "b"), ("deleted", "b")]),
        (raws((C, "a"), (D, "a")), set(), [("created", "a"), ("deleted", "a")]),
        (raws((C, "a.tmp"), (M, "a.tmp"), (D, "a.tmp")), set(), []),
        (raws((C, "a.tmp"), (M, "a.tmp")), set(), [("created", "a.tmp")]),
        (raws((R, "a", "b")), {"a", "b"}, [("renamed", "a", "b")]),
        (
            raws((R, "a", "x.tmp"), (R, "b", "a"), (R, "x.tmp", "b")),
            {"a", "b"},
            [("renamed", "a", "x.tmp"), ("renamed", "b", "a"), ("renamed", "x.tmp", "b")],
        ),
        (raws((R, "a", "a.bak"), (C, "a"), (M, "a")), {"a"}, [("created", "a.bak"), ("modified", "a")]),
        (raws((R, "a", "b"), (M, "b")), {"a"}, [("renamed", "a", "b"), ("modified", "b")]),
    ],
)
def test_changes_that_touch_one_another_come_to_what_was_done(steps: list[Raw], there: set[str], expected: list[tuple[str, ...]]) -> None:
    assert told(steps, there) == expected


NAMES = st.sampled_from(["a.txt", "b.txt", "c.txt", "~x.tmp", "y.tmp"])


@given(
    st.sets(st.sampled_from(["a.txt", "b.txt", "c.txt"])),
    st.lists(st.tuples(st.sampled_from(["write", "delete", "rename"]), NAMES, NAMES), max_size=12),
)
@settings(max_examples=300)
def test_what_is_told_leads_from_what_was_there_to_what_is_there(before: set[str], acts: list[tuple[str, str, str]]) -> None:
    there, steps = set(before), []
    for act, one, other in acts:
        if act == "write":
            steps.append((M if one in there else C, one))
            there.add(one)
        elif one in there and act == "delete":
            steps.append((D, one))
            there.discard(one)
        elif one in there and one != other:
            steps.append((R, one, other))
            there = (there - {one}) | {other}
    settled = judge(raws(*steps), before.__contains__) if steps else []
    after = set(before)
    for change in sorted(settled, key=lambda change: change.at):
        if change.action == "deleted":
            after.discard(change.path)
        elif change.action == "renamed":
            after = (after - {change.path}) | {str(change.new_path)}
        else:
            after.add(change.path)
    assert after == there


@pytest.mark.parametrize(
    ("name", "temporary", "lock"),
    [
        ("~$Plan.docx", True, True),
        (".~lock.Plan.odt#", True, True),
        ("~WRD0001.tmp", True, False),
        ("5A3B1C00", True, False),
        ("Plan.docx", False, False),
        ("20261120", True, False),
        ("notes~", True, False),
        ("Budget 2026.xlsx", False, False),
        ("C:\\Work\\~$Plan.docx", True, True),
    ],
)
def test_names_programs_use_on_the_way_are_known(name: str, temporary: bool, lock: bool) -> None:
    assert (is_temporary(name), is_lock(name)) == (temporary, lock)


class Everything:
    """Knows of nothing, and forgets it."""

    def __contains__(self, path: object) -> bool:
        return False

    def follow(self, raw: Raw) -> None: ...


def test_changes_wait_until_they_are_quiet_but_not_for_ever() -> None:
    settler = Settler(Everything(), quiet_ms=2_000, longest_ms=10_000)
    settler.add(Raw(M, "log.txt", 0, 0))
    assert settler.take(1_999) == []
    for second in range(1, 10):
        settler.add(Raw(M, "log.txt", second * 1_000, second * 1_000))
        assert settler.take(second * 1_000) == []
    assert settler.take(10_000) == [Settled("modified", "log.txt", 9_000)]
    assert settler.take_all() == []


# --- listing and rescan --------------------------------------------------------------------------------------------------


@pytest.mark.feature("F09")
def test_a_rescan_finds_what_nobody_told(tmp_path: Path) -> None:
    for name in ("kept", "changed", "renamed", "deleted"):
        (tmp_path / name).write_text(name)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "deep").write_text("x")
    listing = Listing(str(tmp_path))
    listing.scan()
    assert len(listing) == 5
    (tmp_path / "changed").write_text("something else")
    (tmp_path / "renamed").rename(tmp_path / "folder" / "new name")
    (tmp_path / "deleted").unlink()
    (tmp_path / "created").write_text("new")
    (tmp_path / "~$lock.docx").write_text("")
    found = {(change.action, Path(change.path).name, change.new_path and Path(change.new_path).name) for change in listing.rescan(7)}
    assert found == {
        ("modified", "changed", None),
        ("renamed", "renamed", "new name"),
        ("deleted", "deleted", None),
        ("created", "created", None),
    }
    assert listing.rescan(8) == []


def test_of_too_many_files_no_list_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.files.listing.MOST_FILES", 3)
    for number in range(5):
        (tmp_path / str(number)).touch()
    listing = Listing(str(tmp_path))
    listing.scan()
    assert (listing.whole, len(listing)) == (False, 0)
    assert listing.rescan(1) == []


# --- real folders --------------------------------------------------------------------------------------------------------


class Watching:
    """The collector on real folders."""

    def __init__(self, *folders: Path) -> None:
        self.clock = SystemClock()
        self.desktop = ScriptedDesktop([Scene(0)], lambda: 0, "OFFICE\\ada")
        self.collector = FileChanges(AgentPolicy(revision=1, notice="1", folders=[str(folder) for folder in folders]), self.clock.now)
        self.events: list[Event] = []
        self.collector.begin(self.desktop, self.clock.now())
        self.look()

    def look(self) -> None:
        self.events += self.collector.collect(self.desktop, self.clock.now())

    def end(self) -> list[Event]:
        time.sleep(0.8)  # a move out of the folder is known as such only after half a second
        self.events += self.collector.finish(self.desktop, self.clock.now())
        return self.events

    def until(self, true: Callable[[], bool], seconds: float = 15) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline:
                raise TimeoutError(repr(self.events[-20:]))
            time.sleep(0.05)
            self.look()


def files(events: list[Event]) -> list[File]:
    return [event for event in events if isinstance(event, File)]


def gaps(events: list[Event]) -> list[Gap]:
    return [event for event in events if isinstance(event, Gap)]


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    (tmp_path / "there.txt").write_text("before")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "deep.txt").write_text("before")
    made = Watching(tmp_path)
    yield made
    made.collector.finish(made.desktop, made.clock.now())


@pytest.mark.feature("F09")
def test_real_changes_are_told_with_path_size_and_account(watching: Watching, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("12345")
    (tmp_path / "there.txt").rename(tmp_path / "sub" / "moved.txt")
    (tmp_path / "sub" / "deep.txt").unlink()
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "within.txt").write_text("x")
    found = files(watching.end())
    by_path = {(event.action, Path(event.path).name): event for event in found}
    assert by_path.keys() == {("created", "new.txt"), ("renamed", "there.txt"), ("deleted", "deep.txt"), ("created", "within.txt")}
    assert by_path["created", "new.txt"].bytes == 5
    assert Path(by_path["renamed", "there.txt"].new_path or "").name == "moved.txt"
    assert {event.account for event in found} == {"OFFICE\\ada"}
    assert {event.source for event in found} == {"watcher"}


@pytest.mark.feature("F09", "L01")
def test_a_real_save_dance_is_a_modification(watching: Watching, tmp_path: Path) -> None:
    (tmp_path / "~$there.txt").write_text("ada")
    (tmp_path / "~WRD0001.tmp").write_text("new text")
    (tmp_path / "there.txt").rename(tmp_path / "~WRL0002.tmp")
    (tmp_path / "~WRD0001.tmp").rename(tmp_path / "there.txt")
    (tmp_path / "~WRL0002.tmp").unlink()
    (tmp_path / "~$there.txt").unlink()
    assert [(event.action, Path(event.path).name, event.bytes) for event in files(watching.end())] == [("modified", "there.txt", 8)]


@pytest.mark.feature("F09")
def test_a_folder_moved_away_takes_its_files_along(tmp_path: Path) -> None:
    watched, away = tmp_path / "watched", tmp_path / "away"
    (watched / "sub").mkdir(parents=True)
    for name in ("one", "two"):
        (watched / "sub" / name).write_text(name)
    watching = Watching(watched)
    (watched / "sub").rename(away)
    assert {(event.action, Path(event.path).name) for event in files(watching.end())} == {("deleted", "one"), ("deleted", "two")}


@pytest.mark.feature("F09")
def test_lost_count_is_a_gap_and_the_folder_is_looked_at_again(watching: Watching, tmp_path: Path) -> None:
    (watcher,) = watching.collector._watchers.values()
    watcher._observer.unschedule_all()  # from here on the system tells nothing, as when its queue is full
    (tmp_path / "silent.txt").write_text("nobody told")
    (tmp_path / "there.txt").unlink()
    watcher.lose_count()
    watching.until(lambda: bool(gaps(watching.events)))
    (gap,) = gaps(watching.events)
    assert (gap.what, gap.reason) == ("files", "overflow")
    found = {(event.action, Path(event.path).name, event.source) for event in files(watching.events)}
    assert found == {("created", "silent.txt", "rescan"), ("deleted", "there.txt", "rescan")}
    assert all(gap.start <= event.at <= gap.end for event in files(watching.events))


@pytest.mark.feature("F09")
def test_a_folder_that_is_not_there_is_declared_and_found_when_it_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.collectors.files.RETRY_MS", 0)
    share = tmp_path / "share"
    watching = Watching(share)
    assert [(gap.what, gap.reason) for gap in gaps(watching.events)] == [("files", "not_watched")]
    share.mkdir()
    watching.look()
    (share / "here.txt").write_text("x")
    events = watching.end()
    assert [gap.reason for gap in gaps(events)] == ["not_watched", "not_watched"]
    assert gaps(events)[1].start <= gaps(events)[1].end
    assert [Path(event.path).name for event in files(events)] == ["here.txt"]


@pytest.mark.feature("N06")
def test_what_happens_in_a_pause_is_never_told(watching: Watching, tmp_path: Path) -> None:
    watching.collector.finish(watching.desktop, watching.clock.now())
    (tmp_path / "private.txt").write_text("x")
    watching.collector.begin(watching.desktop, watching.clock.now())
    watching.look()
    assert files(watching.end()) == []


@pytest.mark.feature("F09")
def test_a_policy_may_name_other_folders(watching: Watching, tmp_path: Path) -> None:
    other = tmp_path / "sub"
    watching.collector.obey(msgspec.structs.replace(AgentPolicy(revision=2, notice="1"), folders=[str(other)]))
    watching.look()
    (tmp_path / "outside.txt").write_text("x")
    (other / "inside.txt").write_text("x")
    assert [Path(event.path).name for event in files(watching.end())] == ["inside.txt"]


FLOOD = """
import os, sys, time
root, count, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
began, wall = time.monotonic(), time.time()
for number in range(50):
    os.makedirs(os.path.join(root, f"f{number}"), exist_ok=True)
for number in range(count):
    path = os.path.join(root, f"f{number % 50}", f"n{number}.txt")
    with open(path, "w") as file:
        file.write("x")
    print(number, int(time.time() * 1000), file=sys.stderr)
    os.rename(path, path + ".new")
    if number % 2:
        os.remove(path + ".new")
    time.sleep(max(0.0, began + number / count * seconds - time.monotonic()))
print(time.monotonic() - began)
"""
FILES, SECONDS = 40_000, 50
"""Each file is made and renamed, and every other one deleted: 100,000 changes, within a minute."""


@pytest.mark.feature("F09")
@pytest.mark.timeout(240)
def test_of_100_000_changes_in_a_minute_each_is_told_or_lies_in_a_declared_gap(tmp_path: Path) -> None:
    watched = tmp_path / "watched"
    watched.mkdir()
    watching = Watching(watched)
    with (tmp_path / "when").open("w") as when:
        command = [sys.executable, "-c", FLOOD, str(watched), str(FILES), str(SECONDS)]
        flood = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=when, text=True)
    while flood.poll() is None:
        time.sleep(1)
        watching.look()
    said = flood.communicate()[0]
    while not _is_quiet(watching):
        pass
    events = watching.end()
    assert float(said) < 60
    _assert_nothing_is_silent(events, watched)
    when_made = [int(line.split()[1]) for line in (tmp_path / "when").read_text().splitlines()]
    lost = [(gap.start - 1_000, gap.end + 1_000) for gap in gaps(events)]
    sure = {number for number, at in enumerate(when_made) if not any(start <= at <= end for start, end in lost)}
    assert sure, "nothing at all could be followed"
    for action, expected in (("created", sure), ("renamed", sure), ("deleted", {number for number in sure if number % 2})):
        told_of = {int(Path(event.path).name[1:].split(".")[0]) for event in files(events) if event.action == action}
        assert len(expected & told_of) >= (0.99 if action == "renamed" else 1) * len(expected), action


def _is_quiet(watching: Watching) -> bool:
    before = len(watching.events)
    time.sleep(3)
    watching.look()
    return len(watching.events) == before


def _assert_nothing_is_silent(events: list[Event], root: Path) -> None:
    """Replay what was told: it must lead to what is on the disk, whatever was lost on the way."""
    there: set[str] = set()
    for event in files(events):
        if event.action == "deleted":
            there.discard(event.path)
        elif event.action == "renamed":
            there.discard(event.path)
            there.add(str(event.new_path))
        else:
            there.add(event.path)
    on_disk = {entry.path for folder in os.scandir(root) for entry in os.scandir(folder.path)}
    assert len(on_disk) == FILES // 2
    assert there == on_disk
