"""Fill the server's disk during ingest and make room again: nothing acknowledged is lost, and nobody has to start it again.

`WORKPULSE_FULL_DISKS` sets how often (3).
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from server.logs import LogFile
from tests.faults.test_killed_server import ordeal, rows_in_sqlite
from tests.real_server import RealServer

PASSES = int(os.environ.get("WORKPULSE_FULL_DISKS", "3"))
DISK = "64m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 64 MiB; only root may make one."""
    place = tmp_path / "disk"
    place.mkdir()
    if sys.platform != "linux" or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", place], check=False).returncode:
        pytest.skip("a disk of 64 MiB can only be made as root on Linux")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def fill_and_empty(disk: Path) -> Callable[[], None]:
    """Return the blow of the ordeal: somebody takes all the room there is, gives a little back, and later all of it."""
    chance = random.Random(8)

    def strike() -> None:
        film = disk / "somebody-elses-film.mkv"
        with film.open("wb", buffering=0) as file:
            with contextlib.suppress(OSError):
                while file.write(bytes(1 << 20)) == 1 << 20:
                    pass
            file.truncate(file.tell() - chance.randrange(1 << 17))
        time.sleep(chance.uniform(0.4, 0.8))
        film.unlink()
        time.sleep(0.3)

    return strike


@pytest.mark.quality("R-08")
@pytest.mark.timeout(PASSES * 30 + 120)
def test_a_full_disk_is_refused_survived_and_loses_nothing(small_disk: Path) -> None:
    server = RealServer(small_disk)
    server.start()
    before = {process.pid for process in server.processes()}
    blow = fill_and_empty(small_disk)
    still: list[set[int]] = []

    def strike() -> None:
        blow()
        still.append({process.pid for process in server.processes()})

    verdict = ordeal([server], PASSES, strike, lambda: rows_in_sqlite(small_disk))
    print(f"\n{PASSES} times full: {verdict}")
    assert (verdict.lost, verdict.twice, verdict.balanced) == (0, 0, True)
    assert verdict.turned_away >= PASSES, "the disk was never really full"
    assert all(one == before for one in still), "a process of the server's ended"
    for line in (small_disk / "logs" / "server.log").read_bytes().splitlines():
        msgspec.json.decode(line)  # none is torn


@pytest.mark.quality("R-08", "S-14")
def test_a_log_without_room_stays_whole_and_says_how_much_is_missing(small_disk: Path) -> None:
    path, log = small_disk / "server.log", logging.Logger("of this test")
    log.addHandler(LogFile(path, encoding="utf-8"))
    log.error("before")
    film = small_disk / "somebody-elses-film.mkv"
    with film.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(1 << 20)) == 1 << 20:
            pass
    for _ in range(3):
        log.error("x" * 10_000)  # more than what is left of the file's last page
    assert path.read_text("utf-8") == "before\n", "a line that was written in part is cut off"
    film.unlink()
    log.error("after")
    assert path.read_text("utf-8").splitlines() == ["before", "after", "3 lines of this log could not be written"]
    for handler in log.handlers:
        handler.close()
