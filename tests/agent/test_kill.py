"""R-02: kill -9 at random points loses nothing that `append` returned for, and leaves no hole in the numbers."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from policy.events import Activity
from tests.agent.builders import open_buffer, waiting

KILLS = int(os.environ.get("WORKPULSE_KILLS", "40"))


def run_and_kill(folder: Path, group: int, after: float, *more: str) -> int:
    """Return the last number the child printed in full before it was killed."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.agent.appender", str(folder), str(group), *more], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    first = child.stdout.readline()
    threading.Timer(after, child.kill).start()
    printed = first + child.stdout.read()
    child.stdout.close()
    assert child.wait() == -9
    return int(printed[: printed.rindex("\n")].splitlines()[-1])


@pytest.mark.quality("R-02")
@pytest.mark.feature("G01")
def test_kill_9_loses_nothing_that_was_appended(tmp_path: Path) -> None:
    chance = random.Random(2)
    for _ in range(KILLS):
        last = run_and_kill(tmp_path, chance.choice([1, 3, 20]), chance.uniform(0.0, 0.15))
        buffer = open_buffer(tmp_path)
        held = waiting(buffer)
        facts = buffer.facts
        buffer.close()
        assert facts.recorded >= last
        assert list(held) == list(range(facts.acked + 1, facts.recorded + 1))
        assert all(isinstance(event, Activity) and event.keys == seq for seq, event in held.items())
        assert facts.recorded == facts.acked + len(held)


@pytest.mark.quality("R-02")
def test_the_test_catches_a_buffer_that_promises_before_it_writes(tmp_path: Path) -> None:
    last = run_and_kill(tmp_path, 3, 0.05, "careless")
    buffer = open_buffer(tmp_path)
    assert buffer.facts.recorded < last
    buffer.close()
