"""The key opens for this account on this PC only: a copied folder is of no use elsewhere, and what is lost by it is declared."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from agent import keys
from agent.buffer import Buffer
from agent.enrolment import Machine, enrol, load_credentials, parse_code
from agent.folder import Folder
from agent.glance import read_facts
from agent.keys import KeyUnreadableError, load_key, load_or_make_key
from agent.sealing import Sealer
from policy.events import Gap
from tests.agent.builders import MIB, START, span, waiting
from tests.agent.far_server import FarServer

EVENTS = 20
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="on Windows the system's own data protection wraps the key")


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that holds the id of this installation."""
    file = tmp_path / "machine-id"
    file.write_text("3f1a" * 8 + "\n")
    monkeypatch.setattr(keys, "INSTALLATION_IDS", (str(tmp_path / "no-such-file"), str(file)))
    return file


@pytest.fixture
def used(tmp_path: Path, at_home: Path, far: FarServer) -> Folder:
    """The folder of an enrolled agent with events that wait."""
    folder = Folder(tmp_path / "agent").make()
    sealer = Sealer(load_or_make_key(folder.key))
    enrol(folder, sealer, far.url, parse_code(far.code), Machine("PC-7", "Linux 6", "OFFICE\\ada", "0.1.0"))
    buffer = Buffer(folder.buffer, sealer, MIB, START)
    buffer.append([span(number) for number in range(EVENTS)], START)
    buffer.close()
    return folder


def carried_off(folder: Folder, to: Path) -> Folder:
    return Folder(Path(shutil.copytree(folder.root, to)))


def nothing_opens(copy: Folder) -> None:
    """Neither the credentials nor an event; the agent goes on with a new key and declares every number it cannot read."""
    with pytest.raises(KeyUnreadableError, match="another PC or by another account"):
        load_key(copy.key)
    stolen = copy.key.read_bytes()
    sealer = Sealer(load_or_make_key(copy.key))
    assert load_credentials(copy, sealer) is None
    assert read_facts(copy.buffer, sealer) is None
    buffer = Buffer(copy.buffer, sealer, MIB, START)
    try:
        [lost] = waiting(buffer).values()
    finally:
        buffer.close()
    assert isinstance(lost, Gap)
    assert (lost.reason, lost.lost) == ("damaged", EVENTS)
    assert [path.read_bytes() for path in copy.root.glob("key.wrapped.unreadable-*")] == [stolen]


@pytest.mark.quality("R-06")
@pytest.mark.feature("G02", "G06")
def test_a_folder_copied_to_another_pc_does_not_open_there(used: Folder, at_home: Path, tmp_path: Path) -> None:
    copy = carried_off(used, tmp_path / "stick")
    at_home.write_text("77b0" * 8 + "\n")
    nothing_opens(copy)


@pytest.mark.quality("R-06")
@pytest.mark.feature("G02", "G06")
def test_a_folder_copied_to_another_account_does_not_open_there(used: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = carried_off(used, tmp_path / "other")
    monkeypatch.setattr(os, "getuid", lambda: 4_711)
    nothing_opens(copy)


def test_a_copy_opens_again_where_it_came_from(used: Folder, at_home: Path, tmp_path: Path) -> None:
    """A backup that is put back, for example; and that the test above fails for the reason it says."""
    copy = carried_off(used, tmp_path / "backup")
    sealer = Sealer(load_key(copy.key))
    assert load_credentials(copy, sealer) is not None
    facts = read_facts(copy.buffer, sealer)
    assert facts is not None
    assert facts.buffered == EVENTS


def test_a_system_that_gives_its_installation_no_id_still_binds_to_the_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "INSTALLATION_IDS", (str(tmp_path / "none"),))
    key = load_or_make_key(tmp_path / "key")
    assert load_key(tmp_path / "key") == key
    monkeypatch.setattr(os, "getuid", lambda: 4_711)
    with pytest.raises(KeyUnreadableError):
        load_key(tmp_path / "key")


@pytest.mark.parametrize("damage", [b"", b"short", bytes(200)])
def test_a_damaged_key_file_says_so(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "key").write_bytes(damage)
    with pytest.raises(KeyUnreadableError, match="damaged"):
        load_key(tmp_path / "key")
