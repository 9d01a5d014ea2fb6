"""The buffer keeps every recorded event, sealed and numbered, through full disks, damage and other people's copies."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.buffer import Buffer
from agent.facts import UNRECORDED
from agent.glance import BufferBusyError, is_in_use, read_facts, read_oldest
from agent.sealing import Sealer
from policy.events import LOST_EPOCH, LOST_IN_PLACE, Activity, Gap, Notice, Session, event_decoder
from tests.agent.builders import KEY, START, open_buffer, span, waiting

ROUNDS = int(os.environ.get("WORKPULSE_DAMAGE_ROUNDS", "25"))
CANARY = "Payroll-Canary-7731"


def keys_of(buffer: Buffer) -> list[int]:
    return [event.keys for event in waiting(buffer).values() if isinstance(event, Activity)]


def gaps_of(buffer: Buffer) -> list[tuple[int, str, str, int]]:
    return [(seq, event.what, event.reason, event.lost) for seq, event in waiting(buffer).items() if isinstance(event, Gap)]


@pytest.mark.feature("G01")
def test_events_come_back_in_order_until_they_are_acknowledged(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path)
    assert buffer.append([span(1), span(2)], START) == [1, 2]
    assert buffer.append([span(3)], START) == [3]
    buffer.acknowledge(buffer.facts.epoch, 2)
    assert waiting(buffer) == {3: span(3)}
    assert (buffer.facts.recorded, buffer.facts.acked, buffer.facts.buffered) == (3, 2, 1)
    assert buffer.oldest(START) == span(3).start
    buffer.close()


@pytest.mark.quality("R-12")
def test_a_new_process_finds_what_the_old_one_left(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path)
    buffer.append([span(n) for n in range(5)], START)
    epoch = buffer.facts.epoch
    buffer.close()
    again = open_buffer(tmp_path)
    assert keys_of(again) == [0, 1, 2, 3, 4]
    assert again.facts.epoch == epoch
    assert again.append([span(5)], START) == [6]
    again.close()


@pytest.mark.feature("G02")
def test_no_word_of_a_title_is_in_any_file(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path)
    buffer.append([span(n, title=CANARY) for n in range(50)], START)
    buffer.acknowledge(buffer.facts.epoch, 10)
    open_files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    buffer.close()
    assert CANARY.encode() not in open_files + b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"excel.exe" not in open_files


def test_an_event_that_cannot_be_encoded_is_declared_at_its_number(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path)
    assert buffer.append([span(0), span(1, title="\ud800 lone"), span(2), span(3, title="x" * 20_000)], START) == [1, 2, 3, 4]
    assert keys_of(buffer) == [0, 2]
    assert gaps_of(buffer) == [(2, LOST_IN_PLACE, "unencodable", 1), (4, LOST_IN_PLACE, "unencodable", 1)]
    buffer.close()


@pytest.mark.parametrize("title", ["\x00\x01 nul", "\u202egnp.exe", "日本語 🙂", "e\u0301" * 200, "\\u0000\"'"])
def test_hostile_titles_come_back_as_they_were(tmp_path: Path, title: str) -> None:
    buffer = open_buffer(tmp_path)
    buffer.append([span(1, title=title)], START)
    assert waiting(buffer) == {1: span(1, title=title)}
    buffer.close()


def test_a_withdrawal_leaves_only_declared_gaps_and_the_answers(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path)
    answer = Notice(START, "OFFICE\\ada", "1", "en", "acknowledged")
    buffer.append([answer, span(1, CANARY), Session(START, "OFFICE\\ada", "lock"), span(2, CANARY)], START)
    assert buffer.purge("withdrawn", START, (Activity, Session)) == 3
    assert waiting(buffer)[1] == answer
    assert gaps_of(buffer) == [(seq, LOST_IN_PLACE, "withdrawn", 1) for seq in (2, 3, 4)]
    buffer.close()


# --- numbers that move ------------------------------------------------------------------------------------------------


def test_a_new_epoch_renumbers_what_waits_behind_its_declaration(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path)
    buffer.append([span(n) for n in range(1_203)], START)
    old = buffer.facts.epoch
    buffer.acknowledge(old, 3)
    buffer.start_epoch("server_lost_it", 2, START)
    assert buffer.facts.epoch != old
    assert (buffer.facts.recorded, buffer.facts.acked) == (1_201, 0)
    assert gaps_of(buffer) == [(1, LOST_EPOCH, "server_lost_it", 2)]
    assert keys_of(buffer) == list(range(3, 1_203))
    buffer.acknowledge(old, 900)
    assert buffer.facts.acked == 0, "an ack of the old epoch means nothing any more"
    buffer.close()


@pytest.mark.quality("R-06")
def test_an_older_copy_of_the_file_beside_the_newest_note_starts_a_new_epoch(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path)
    buffer.append([span(n) for n in range(10)], START)
    buffer.close()
    shutil.copy(tmp_path / "buffer.db", tmp_path / "older")
    buffer = open_buffer(tmp_path)
    buffer.append([span(n) for n in range(10, 20)], START)
    buffer.acknowledge(buffer.facts.epoch, 4)
    epoch = buffer.facts.epoch
    buffer.close()
    shutil.copy(tmp_path / "older", tmp_path / "buffer.db")
    again = open_buffer(tmp_path)
    assert again.facts.epoch != epoch
    assert gaps_of(again) == [(1, LOST_EPOCH, "older_copy", 10)]
    assert keys_of(again) == [4, 5, 6, 7, 8, 9]
    again.close()


# --- damage -----------------------------------------------------------------------------------------------------------


def filled(folder: Path, count: int = 300, acked: int = 40) -> None:
    buffer = open_buffer(folder)
    for first in range(0, count, 10):
        buffer.append([span(n) for n in range(first, first + 10)], START)
    buffer.acknowledge(buffer.facts.epoch, acked)
    buffer.close()


def accounted_for(buffer: Buffer, expected: range) -> int:
    """Check that every expected event is either there, unchanged and once, or declared as lost; return how many are lost."""
    held = keys_of(buffer)
    assert set(held) <= set(expected)
    assert len(held) == len(set(held))
    assert all(event == span(event.keys) for event in waiting(buffer).values() if isinstance(event, Activity))
    lost = sum(gap[3] for gap in gaps_of(buffer))
    assert len(held) + lost == len(expected)
    assert list(waiting(buffer)) == list(range(buffer.facts.acked + 1, buffer.facts.recorded + 1))
    return lost


@pytest.mark.quality("R-06")
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_flipped_bit_costs_at_most_a_page_and_is_declared(tmp_path: Path, seed: int) -> None:
    filled(tmp_path)
    damage = random.Random(seed)
    content = bytearray((tmp_path / "buffer.db").read_bytes())
    place = damage.randrange(len(content))
    content[place] ^= 1 << damage.randrange(8)
    (tmp_path / "buffer.db").write_bytes(content)
    buffer = open_buffer(tmp_path)
    assert accounted_for(buffer, range(40, 300)) <= 1
    assert buffer.append([span(1000)], START)
    buffer.close()
    open_buffer(tmp_path).close()


@pytest.mark.quality("R-06")
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_page_of_zeros_or_noise_is_salvaged_around(tmp_path: Path, seed: int) -> None:
    filled(tmp_path)
    damage = random.Random(seed)
    content = bytearray((tmp_path / "buffer.db").read_bytes())
    page = damage.randrange(len(content) // 4096) * 4096
    content[page : page + 4096] = damage.randbytes(4096) if seed % 2 else bytes(4096)
    (tmp_path / "buffer.db").write_bytes(content)
    buffer = open_buffer(tmp_path)
    assert accounted_for(buffer, range(40, 300)) <= 20
    buffer.close()


@pytest.mark.quality("R-06")
@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.7, 0.99])
def test_a_truncated_file_gives_back_what_is_left_and_declares_the_rest(tmp_path: Path, share: float) -> None:
    filled(tmp_path)
    content = (tmp_path / "buffer.db").read_bytes()
    (tmp_path / "buffer.db").write_bytes(content[: int(len(content) * share)])
    buffer = open_buffer(tmp_path)
    lost = accounted_for(buffer, range(40, 300))
    assert lost == 260 if share < 0.05 else lost < 260
    buffer.close()


@pytest.mark.quality("R-06")
@pytest.mark.parametrize("content", [bytes(100_000), b"", b"SQLite format 3\0 and then nothing of the kind" * 100])
def test_a_file_that_is_no_database_any_more_never_stops_the_agent(tmp_path: Path, content: bytes) -> None:
    filled(tmp_path)
    (tmp_path / "buffer.db").write_bytes(content)
    buffer = open_buffer(tmp_path)
    assert gaps_of(buffer) == [(1, LOST_EPOCH, "damaged", 260)]
    buffer.append([span(7)], START)
    buffer.close()
    again = open_buffer(tmp_path)
    assert keys_of(again) == [7]
    again.close()


@pytest.mark.quality("R-06")
def test_the_note_damaged_as_well_still_leaves_a_declaration(tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / "buffer.db").write_bytes(bytes(50_000))
    (tmp_path / "buffer.mark").write_bytes(bytes(64))
    buffer = open_buffer(tmp_path)
    assert gaps_of(buffer) == [(1, LOST_EPOCH, "damaged", 0)], "nobody can say how many"
    buffer.close()


@pytest.mark.quality("R-06")
def test_two_rows_swapped_are_both_refused_and_declared_in_place(tmp_path: Path) -> None:
    filled(tmp_path, 50, 0)
    with sqlite3.connect(tmp_path / "buffer.db") as db:
        first, second = (db.execute("SELECT sealed FROM event WHERE seq = ?", (seq,)).fetchone()[0] for seq in (10, 20))
        db.execute("UPDATE event SET sealed = ? WHERE seq = 10", (second,))
        db.execute("UPDATE event SET sealed = ? WHERE seq = 20", (first,))
    db.close()
    buffer = open_buffer(tmp_path)
    assert gaps_of(buffer) == [(10, LOST_IN_PLACE, "damaged", 1), (20, LOST_IN_PLACE, "damaged", 1)]
    assert accounted_for(buffer, range(50)) == 2
    buffer.close()


@pytest.mark.quality("R-06")
def test_a_row_that_was_deleted_is_declared_in_place(tmp_path: Path) -> None:
    filled(tmp_path, 50, 0)
    with sqlite3.connect(tmp_path / "buffer.db") as db:
        db.execute("DELETE FROM event WHERE seq IN (1, 30, 50)")
    db.close()
    buffer = open_buffer(tmp_path)
    assert [gap[0] for gap in gaps_of(buffer)] == [1, 30, 50]
    assert accounted_for(buffer, range(50)) == 3
    buffer.close()


@pytest.mark.quality("R-06")
def test_another_key_opens_nothing_and_every_number_is_declared(tmp_path: Path) -> None:
    filled(tmp_path, 50, 0)
    buffer = open_buffer(tmp_path, key=bytes(32))
    assert keys_of(buffer) == []
    assert sum(gap[3] for gap in gaps_of(buffer)) == 50
    buffer.close()


@pytest.mark.quality("R-06")
def test_damage_under_a_running_agent_is_mended_at_the_next_event(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path)
    buffer.append([span(n) for n in range(200)], START)
    buffer._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    content = bytearray((tmp_path / "buffer.db").read_bytes())
    content[4096 * 3 :] = bytes(len(content) - 4096 * 3)
    (tmp_path / "buffer.db").write_bytes(content)
    buffer._db.execute("PRAGMA cache_size=0").fetchall()
    buffer._db.execute("PRAGMA shrink_memory").fetchall()
    buffer.append([span(n) for n in range(200, 400)], START)
    accounted_for(buffer, range(400))
    buffer.close()


# --- room -------------------------------------------------------------------------------------------------------------


@pytest.mark.feature("G04")
@pytest.mark.quality("R-07")
def test_a_full_buffer_counts_the_newest_keeps_the_rest_and_declares_once_there_is_room(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path, limit=200_000)
    kept = [seq for n in range(2_000) for seq in buffer.append([span(n)], START + n)]
    assert kept == list(range(1, len(kept) + 1)), "the oldest are kept, without a hole"
    left_out = 2_000 - len(kept)
    assert 0 < left_out < 2_000
    assert (tmp_path / "buffer.db").stat().st_size < 300_000
    assert buffer.facts.dropped["full"].total == left_out
    answer = Notice(START, "OFFICE\\ada", "1", "en", "withdrawn")
    assert buffer.append([answer], START), "an answer to the notice always finds room"
    buffer.acknowledge(buffer.facts.epoch, buffer.facts.recorded)
    buffer.append([span(5_000)], START)
    assert [gap[1:] for gap in gaps_of(buffer)] in ([], [(UNRECORDED, "full", left_out)])
    assert buffer.facts.dropped["full"].undeclared == 0
    assert buffer.facts.dropped["full"].total == left_out
    buffer.close()


@pytest.mark.quality("R-07")
def test_drops_are_declared_exactly_once_and_exactly(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path, limit=100_000)
    left_out, declared = 0, 0
    for cycle in range(6):
        appended = 300 * (cycle + 1)
        kept = sum(len(buffer.append([span(n)], START)) for n in range(appended))
        before = buffer.facts.recorded
        declared += sum(gap[3] for gap in gaps_of(buffer) if gap[1] == UNRECORDED)
        left_out += appended - kept + sum(1 for gap in gaps_of(buffer) if gap[1] == UNRECORDED)
        buffer.acknowledge(buffer.facts.epoch, before)
    buffer.append([span(1)], START)
    declared += sum(gap[3] for gap in gaps_of(buffer))
    assert left_out == declared > 0
    buffer.close()


@pytest.mark.quality("R-07")
def test_a_full_disk_is_survived_counted_and_declared(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path)
    buffer.append([span(n) for n in range(20)], START)
    pages = buffer._db.execute("PRAGMA page_count").fetchone()[0]
    buffer._db.execute(f"PRAGMA max_page_count={pages}").fetchall()  # SQLite answers "database or disk is full" beyond
    results = [buffer.append([span(n, "x" * 400) for n in range(50)], START + n) for n in range(3)]
    assert results == [[], [], []]
    assert buffer.facts.dropped["disk_full"].total == 150
    assert keys_of(buffer) == list(range(20))
    buffer._db.execute("PRAGMA max_page_count=100000").fetchall()
    assert buffer.append([span(20)], START) == [21, 22]
    assert gaps_of(buffer) == [(22, UNRECORDED, "disk_full", 150)]
    buffer.close()


@pytest.mark.quality("R-09")
def test_a_file_that_another_program_holds_is_waited_for_counted_and_declared(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path)
    buffer.append([span(1)], START)
    buffer._db.execute("PRAGMA busy_timeout=50").fetchall()  # it waits five seconds otherwise
    with contextlib.closing(sqlite3.connect(tmp_path / "buffer.db", isolation_level=None)) as scanner:
        scanner.execute("BEGIN IMMEDIATE")
        assert buffer.append([span(2), span(3)], START) == []
        assert keys_of(buffer) == [1], "what is there can be read and sent meanwhile"
        scanner.execute("ROLLBACK")
    assert buffer.append([span(4)], START) == [2, 3]
    assert gaps_of(buffer) == [(3, UNRECORDED, "disk_error", 2)]
    buffer.close()


@pytest.mark.quality("R-09")
def test_a_disk_that_cannot_be_written_is_survived_counted_and_declared(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path)
    buffer.append([span(1)], START)
    buffer._db.execute("PRAGMA query_only=ON").fetchall()  # SQLite answers "attempt to write a readonly database"
    assert [buffer.append([span(n)], START) for n in range(2, 5)] == [[], [], []]
    assert keys_of(buffer) == [1]
    buffer._db.execute("PRAGMA query_only=OFF").fetchall()
    assert buffer.append([span(5)], START) == [2, 3]
    assert gaps_of(buffer) == [(3, UNRECORDED, "disk_error", 3)]
    buffer.close()


# --- one at a time ----------------------------------------------------------------------------------------------------


@pytest.mark.quality("R-22")
def test_a_second_agent_refuses_within_two_seconds_in_clear_words(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path)
    program = f"from tests.agent.builders import open_buffer; from pathlib import Path; open_buffer(Path({str(tmp_path)!r}))"
    began = time.monotonic()
    second = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    took = time.monotonic() - began
    assert second.returncode != 0
    assert "Another agent is already recording" in second.stderr
    assert took < 4, "the start of Python included"
    began = time.monotonic()
    with pytest.raises(BufferBusyError):
        open_buffer(tmp_path)
    assert time.monotonic() - began < 2
    buffer.close()
    open_buffer(tmp_path).close()


def test_another_process_can_read_the_counts_while_the_agent_runs(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path)
    buffer.append([span(1), span(2)], START)
    buffer.acknowledge(buffer.facts.epoch, 1)
    facts = read_facts(tmp_path / "buffer.db", Sealer(KEY))
    assert facts == buffer.facts
    assert facts is not None
    assert read_oldest(tmp_path / "buffer.db", Sealer(KEY), facts.epoch) == span(2).start
    assert is_in_use(tmp_path / "buffer.db")
    assert read_facts(tmp_path / "nothing.db", Sealer(KEY)) is None
    buffer.close()


def test_every_row_is_valid_on_the_wire(tmp_path: Path) -> None:
    buffer = open_buffer(tmp_path)
    buffer.append([span(1)], START)
    buffer.replace(buffer.facts.epoch, [1], "poison", START)
    (row,) = buffer.peek(10, 10_000, START).rows
    assert event_decoder.decode(row.event) == Gap(START, START, LOST_IN_PLACE, "poison", 1)
    buffer.close()
