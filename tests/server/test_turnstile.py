"""Whose turn it is: writers of several processes alternate, and a dead one holds nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

from server.store.turnstile import NoTurnstile, Turnstile
from tests.agent.screen import wait_for

HOLD = """
import sys, time
from pathlib import Path
from server.store.turnstile import Turnstile
with Turnstile(Path(sys.argv[1])).turn():
    print("in", flush=True)
    time.sleep(60)
"""


def test_one_that_waits_gets_the_very_next_turn_of_one_that_never_pauses(tmp_path: Path) -> None:
    greedy, patient = Turnstile(tmp_path), Turnstile(tmp_path)
    order: list[str] = []
    stop = threading.Event()

    def take_turn_after_turn() -> None:
        while not stop.is_set():
            with greedy.turn():
                order.append("greedy")
                time.sleep(0.002)

    thread = threading.Thread(target=take_turn_after_turn)
    thread.start()
    wait_for(lambda: len(order) > 5, 5)
    between = []
    for _ in range(20):
        before = len(order)
        with patient.turn():
            between.append(len(order) - before)
    stop.set()
    thread.join()
    greedy.close()
    patient.close()
    assert max(between) <= 2, between


def test_only_one_is_in_at_a_time(tmp_path: Path) -> None:
    inside, most = [0], [0]

    def work(mine: Turnstile) -> None:
        for _ in range(50):
            with mine.turn():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.0005)
                inside[0] -= 1

    stiles = [Turnstile(tmp_path) for _ in range(3)]
    threads = [threading.Thread(target=work, args=(one,)) for one in stiles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in stiles:
        one.close()
    assert most == [1]


def test_a_killed_process_gives_its_turn_back(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "in\n"
    mine = Turnstile(tmp_path)
    waited = threading.Event()

    def wait() -> None:
        with mine.turn():
            waited.set()

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    assert not waited.wait(0.3)
    holder.kill()
    assert waited.wait(5)
    holder.communicate()
    waiting.join(5)
    mine.close()


def test_a_fault_inside_gives_the_turn_back(tmp_path: Path) -> None:
    mine = Turnstile(tmp_path)
    try:
        with mine.turn():
            raise ValueError
    except ValueError:
        pass
    with mine.turn(), NoTurnstile().turn():
        mine_again = True
    assert mine_again
    mine.close()
