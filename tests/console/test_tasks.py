"""The runner: newest request wins, a dead owner gets nothing, failures arrive like answers."""

from __future__ import annotations

import logging
import threading

import pytest
from PyQt5.QtCore import QObject, QThread

from console.tasks import Tasks
from console.trouble import ServerAway
from tests.console.conftest import wait_for


@pytest.fixture
def tasks(qapp):
    made = Tasks()
    yield made
    assert made.finish()


def test_work_runs_elsewhere_and_its_answer_comes_here(tasks: Tasks) -> None:
    owner, seen = QObject(), []
    here = threading.get_ident()
    tasks.run(owner, "load", threading.get_ident, lambda value: seen.append((value, threading.get_ident())), seen.append)
    wait_for(lambda: seen)
    assert seen[0][0] != here
    assert seen[0][1] == here


def test_a_late_answer_never_overwrites_a_newer_one(tasks: Tasks) -> None:
    owner, shown, gate = QObject(), [], threading.Event()

    def slow() -> str:
        assert gate.wait(5)
        return "last week"

    tasks.run(owner, "load", slow, shown.append, shown.append)
    tasks.run(owner, "load", lambda: "this week", shown.append, shown.append)
    wait_for(lambda: shown)
    gate.set()
    QThread.msleep(50)
    other = []
    tasks.run(owner, "after", lambda: 1, other.append, other.append)
    wait_for(lambda: other)
    assert shown == ["this week"]


def test_keys_and_owners_do_not_disturb_each_other(tasks: Tasks) -> None:
    one, two, seen = QObject(), QObject(), set()
    for owner, key in ((one, "a"), (one, "b"), (two, "a")):
        tasks.run(owner, key, lambda owner=owner, key=key: (id(owner), key), seen.add, seen.add)
    wait_for(lambda: len(seen) == 3)


def test_a_dead_owner_gets_nothing(tasks: Tasks) -> None:
    from PyQt5 import sip

    owner, seen, gate = QObject(), [], threading.Event()
    tasks.run(owner, "load", lambda: gate.wait(5), seen.append, seen.append)
    sip.delete(owner)
    gate.set()
    living, other = QObject(), []
    QThread.msleep(50)
    tasks.run(living, "load", lambda: 1, other.append, other.append)
    wait_for(lambda: other)
    assert seen == []


def test_dropped_work_is_not_delivered(tasks: Tasks) -> None:
    owner, seen, gate = QObject(), [], threading.Event()
    tasks.run(owner, "load", lambda: gate.wait(5), seen.append, seen.append)
    assert tasks.waiting(owner, "load")
    tasks.drop(owner, "load")
    gate.set()
    assert not tasks.waiting(owner, "load")
    other = []
    QThread.msleep(50)
    tasks.run(owner, "b", lambda: 1, other.append, other.append)
    wait_for(lambda: other)
    assert seen == []


def test_trouble_is_told_and_a_mistake_of_ours_is_logged_too(tasks: Tasks, caplog: pytest.LogCaptureFixture) -> None:
    owner, faults = QObject(), []

    def fail(fault: Exception):
        def work() -> None:
            raise fault

        return work

    with caplog.at_level(logging.ERROR):
        tasks.run(owner, "world", fail(ServerAway("gone")), faults.append, faults.append)
        wait_for(lambda: len(faults) == 1)
        assert not caplog.records
        tasks.run(owner, "ours", fail(KeyError("x")), faults.append, faults.append)
        wait_for(lambda: len(faults) == 2)
    assert [type(one) for one in faults] == [ServerAway, KeyError]
    assert "ours" in caplog.text
