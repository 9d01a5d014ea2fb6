"""Exact bytes of each program: counted by the machine role, told by each session's own agent, an estimate wherever one of them fails."""

from __future__ import annotations

import ctypes
import struct
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from agent.clock import Moment
from agent.collectors.network import NetworkUse
from agent.collectors.network import Traffic as Cards
from agent.desktop.base import DesktopGoneError
from agent.desktop.scripted import Scene, ScriptedDesktop
from agent.desktop.windows_etw import EtwFeed, LogFile, Properties, Record, blank
from agent.exact import Exact, Publisher, exact_folder, read_exact
from agent.gate import Word
from agent.machine.count import AGAIN_MS, ByteCount
from agent.traffic import RECEIVED, SENT, Moved, Owner, Tally, TrafficFeed, TrafficLostError, since
from policy.events import Network
from policy.wire import AgentPolicy
from tests.agent.builders import START

POLICY = AgentPolicy(revision=1, notice="1")
ADA, BOB = "OFFICE\\ada", "OFFICE\\bob"
BOTH_AGREED = {ADA.casefold(): Word.RECORDING, BOB.casefold(): Word.RECORDING}


def at(second: float) -> Moment:
    return Moment(START + int(second * 1000), int(second * 1000))


def ipv4(process: int, size: int) -> bytes:
    """A send or receive over IPv4: process, size, two addresses, two ports, and what follows."""
    return struct.pack("<II4s4sHH", process, size, bytes(4), bytes(4), 443, 50_000) + bytes(16)


@pytest.mark.feature("E02")
def test_the_kernels_entries_add_up_to_exact_bytes_of_each_program_and_session() -> None:
    owners = {4: Owner(1, "chrome.exe"), 8: Owner(2, "chrome.exe"), 9: Owner(1, "teams.exe")}
    tally = Tally(owners.get)
    for number in SENT:
        tally.add(number, ipv4(4, 1_000))
    for number in RECEIVED:
        tally.add(number, ipv4(4, 70_000))
    tally.add(11, ipv4(8, 5))
    tally.add(11, ipv4(9, 7))
    tally.add(11, ipv4(77, 9_999))  # a program that has ended: whose it was nobody knows any more
    tally.add(12, ipv4(8, 9_999))  # a connection that is made has no bytes
    tally.add(10, b"\x08\0\0")
    assert tally.take() == {1: {"chrome.exe": (4_000, 280_000), "teams.exe": (0, 7)}, 2: {"chrome.exe": (0, 5)}}
    assert tally.take() == {}


class Counted:
    """A count in a test's hand; None stands for entries that were dropped."""

    def __init__(self, *moved: dict[int, Moved] | None) -> None:
        self.moved = list(moved)
        self.closed = 0

    def take(self) -> dict[int, Moved]:
        taken = self.moved.pop(0)
        if taken is None:
            raise TrafficLostError("3 entries were dropped")
        return taken

    def close(self) -> None:
        self.closed += 1


def count_into(folder: Path, feed: TrafficFeed, accounts: dict[int, str] | None = None) -> ByteCount:
    return ByteCount(lambda: feed, Publisher(folder), lambda: {1: ADA, 2: BOB} if accounts is None else accounts)


def told_by(folder: Path, session: int, now: Moment) -> Exact | None:
    return read_exact(folder / f"{session}.json", now.wall)


@pytest.mark.quality("P-01", "P-03")
def test_of_who_has_not_agreed_nothing_is_written_down(tmp_path: Path) -> None:
    one = {"chrome.exe": (10, 20)}
    count = count_into(tmp_path, Counted({1: one, 2: one}, {1: one, 2: one}, {1: one, 2: one}))
    count.look({ADA.casefold(): Word.RECORDING, BOB.casefold(): Word.PAUSED}, at(1))
    count.look({ADA.casefold(): Word.RECORDING, BOB.casefold(): Word.WITHDRAWN}, at(2))
    ada = told_by(tmp_path, 1, at(2))
    assert ada is not None
    assert ada.moved == one, "what moved before the first look at an agreement is nobody's business"
    assert told_by(tmp_path, 2, at(2)) is None
    count.look({BOB.casefold(): Word.RECORDING}, at(3))
    assert told_by(tmp_path, 1, at(3)) is None, "she paused: her file is gone"
    assert [path.name for path in tmp_path.iterdir()] == ["2.json"]


def test_a_file_is_closed_to_others_before_it_has_its_name(tmp_path: Path) -> None:
    closed: list[tuple[bool, str]] = []
    publisher = Publisher(tmp_path, lambda file, account: closed.append((file.exists() and file.suffix != ".json", account)))
    publisher.publish({}, {1: ADA}, BOTH_AGREED, START)
    assert closed == [(True, ADA)]


def agents(folder: Path, session: int = 1) -> NetworkUse:
    """An agent whose cards moved 100 bytes out and 200 in between every two looks, and that has one connection."""
    moved = iter(range(0, 10_000, 100))
    return NetworkUse(
        POLICY,
        lambda: {"eth0": Cards(at := next(moved), 2 * at)},
        lambda: Counter({"chrome.exe": 1}),
        lambda now: read_exact(folder / f"{session}.json", now),
    )


def looked(agent: NetworkUse, second: float) -> list[tuple[str, int, int, bool]]:
    seat = ScriptedDesktop([Scene(0)], lambda: 0)
    events = [event for event in agent.collect(seat, at(second)) if isinstance(event, Network)]
    return [(event.app, event.sent, event.received, event.estimated) for event in events]


@pytest.mark.feature("E02", "F08")
def test_an_agent_tells_exact_bytes_while_they_are_counted_and_an_estimate_when_not(tmp_path: Path) -> None:
    first: dict[int, Moved] = {1: {"teams.exe": (3, 4)}, 2: {"word.exe": (9, 9)}}
    moved: list[dict[int, Moved] | None] = [{}, first, {1: {"teams.exe": (1, 0)}}, None, {}, {}]
    count, agent = count_into(tmp_path, Counted(*moved)), agents(tmp_path)
    agent.begin(ScriptedDesktop([Scene(0)], lambda: 0), at(0))
    count.look(BOTH_AGREED, at(59))
    assert looked(agent, 60) == [("chrome.exe", 100, 200, True)], "the count began within this minute"
    count.look(BOTH_AGREED, at(90))
    count.look(BOTH_AGREED, at(119))
    assert looked(agent, 120) == [("teams.exe", 4, 4, False)]
    count.look(BOTH_AGREED, at(150))
    assert looked(agent, 180) == [("chrome.exe", 100, 200, True)], "entries were dropped"
    assert (count.why_not, list(tmp_path.iterdir())) == ("3 entries were dropped", [])
    again = 150 + AGAIN_MS / 1000
    count.look(BOTH_AGREED, at(again - 1))
    count.look(BOTH_AGREED, at(again))
    assert count.why_not is None
    assert looked(agent, again + 1) == [("chrome.exe", 100, 200, True)], "over the gap nothing is exact"
    count.look(BOTH_AGREED, at(again + 20))
    assert looked(agent, again + 30) == [], "nothing moved, and that is exact"
    assert looked(agent, again + 90) == [("chrome.exe", 100, 200, True)], "the role is gone, its file too old"


@pytest.mark.feature("E02")
def test_where_windows_does_not_count_for_us_the_role_says_why_and_asks_again_only_slowly(tmp_path: Path) -> None:
    asked: list[int] = []

    def refuse() -> TrafficFeed:
        asked.append(1)
        raise DesktopGoneError("Windows does not count bytes for us: StartTraceW (5).")

    count = ByteCount(refuse, Publisher(tmp_path), lambda: {1: ADA})
    for second in range(0, 599, 10):
        count.look(BOTH_AGREED, at(second))
    assert len(asked) == 1
    assert count.why_not == "Windows does not count bytes for us: StartTraceW (5)."
    count.look(BOTH_AGREED, at(600))
    assert len(asked) == 2
    assert not list(tmp_path.iterdir())
    count.close()


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"life":"a","at":1,"moved":{"x":[1]}}'])
def test_a_file_that_is_not_understood_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "1.json").write_bytes(content)
    assert read_exact(tmp_path / "1.json", 2) is None


def test_sums_are_told_in_order_and_only_what_moved() -> None:
    assert list(since({"b": (1, 1), "c": (5, 5)}, {"c": (5, 5), "b": (2, 1), "a": (0, 9)})) == [("a", 0, 9), ("b", 1, 0)]


def test_the_structures_lie_in_memory_as_windows_documents() -> None:
    """On 64-bit Windows; they have the same layout wherever pointers have eight bytes."""
    assert (ctypes.sizeof(Record), Record.number.offset, Record.length.offset, Record.payload.offset) == (112, 40, 86, 96)
    assert (ctypes.sizeof(LogFile), LogFile.mode.offset, LogFile.each_entry.offset, LogFile.lost.offset) == (448, 28, 424, 416)
    assert (Properties.mode.offset, Properties.entries_lost.offset, Properties.name_offset.offset) == (64, 88, 116)
    made = blank()
    assert (made.name_offset, made.size) == (120, ctypes.sizeof(Properties))


def test_elsewhere_than_on_windows_nothing_is_counted() -> None:
    assert exact_folder() is None
    with pytest.raises(DesktopGoneError):
        EtwFeed()


def test_what_is_handed_on_is_small_and_plain(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    publisher.publish({}, {1: ADA}, BOTH_AGREED, START)
    publisher.publish({1: {"a.exe": (1, 2)}}, {1: ADA}, BOTH_AGREED, START)
    content = msgspec.json.decode((tmp_path / "1.json").read_bytes())
    assert sorted(content) == ["at", "life", "moved"]
    assert content["moved"] == {"a.exe": [1, 2]}
