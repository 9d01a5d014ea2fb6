"""Clips at the PC: taken once where everything allows it, ended by whatever forbids a picture, announced as long as they last."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.captures.film import HEAD
from agent.captures.store import MOST_WAITING, CaptureStore
from agent.collectors import ScreenClips
from agent.desktop.scripted import Scene
from agent.sealing import Sealer
from agent.words import say
from policy import notice as notices
from policy.events import Capture, Event, Gap
from policy.purposes import Purpose
from policy.wire import AgentPolicy, ClipOrder
from tests.agent.builders import KEY, START
from tests.agent.screen import MISSING, WHY, Screen
from tests.agent.test_collectors import ALWAYS, NEVER, PICTURE, Play
from tests.agent.test_loop import EXCEL, ME, SECRET_BANK

ROOT = Path(__file__).resolve().parents[2]
ORDER = ClipOrder(id=7, reason="a client reports card numbers read out", seconds=5, until=START + 60_000)
ASKED = AgentPolicy(revision=1, notice=notices.version(pictures=True, clips=True), work_hours=ALWAYS, clip=ORDER)
FILM = f"""
import sys
for _ in range(3):
    sys.stdout.buffer.write(bytes.fromhex('{(HEAD.pack(len(PICTURE)) + PICTURE).hex()}'))
"""
GOES_ON = FILM + "\nsys.stdout.flush()\nimport time; time.sleep(60)"


def clips(tmp_path: Path, scenes: list[Scene], policy: AgentPolicy = ASKED, script: str = FILM) -> tuple[Play, CaptureStore]:
    store = CaptureStore(tmp_path / "captures", Sealer(KEY))
    return Play(ScreenClips(policy, store, lambda: "en", [sys.executable, "-c", script]), scenes), store


def wait_for_pictures(play: Play) -> Any:
    play.run(1)
    film = play.collector._film
    assert film is not None
    for _ in range(200):
        if film.count == 3:
            return film
        film.join(0.1)
    raise AssertionError("no pictures came")


@pytest.mark.feature("T02", "A18")
def test_a_clip_is_taken_once_and_its_pictures_wait_sealed(tmp_path: Path) -> None:
    play, store = clips(tmp_path, [Scene(0, EXCEL)])
    wait_for_pictures(play).join(20)
    found = play.run(5)
    assert [type(event) for event in found] == [Capture] * 3
    first = found[0]
    assert isinstance(first, Capture)
    assert (first.account, first.reason, first.media, first.width, first.height) == (ME, "clip 7", "image/webp", 800, 600)
    assert store.first() == (first.sha256, PICTURE)
    assert play.run(30) == found, "once"


@pytest.mark.feature("T02", "N06")
@pytest.mark.parametrize(
    ("scene", "policy"),
    [
        (Scene(0, EXCEL, away=True), ASKED),
        (Scene(0, EXCEL, in_view=(SECRET_BANK,)), ASKED),
        (Scene(0, EXCEL), msgspec.structs.replace(ASKED, work_hours=NEVER)),
        (Scene(0, EXCEL), msgspec.structs.replace(ASKED, notice=notices.version(pictures=True))),
        (Scene(0, EXCEL), msgspec.structs.replace(ASKED, withheld=[Purpose.SCREENSHOTS]).obeyed()),
        (Scene(0, EXCEL), msgspec.structs.replace(ASKED, clip=msgspec.structs.replace(ORDER, until=START))),
        (Scene(0, EXCEL), msgspec.structs.replace(ASKED, clip=msgspec.UNSET)),
    ],
    ids=["locked", "private in view", "off hours", "not told of clips", "not agreed", "too late", "by default"],
)
def test_there_is_no_clip(tmp_path: Path, scene: Scene, policy: AgentPolicy) -> None:
    play, store = clips(tmp_path, [scene], policy)
    assert play.run(30) == []
    assert play.collector._film is None
    assert store.first() is None


@pytest.mark.feature("T02", "N06")
def test_a_lock_a_pause_or_another_notice_ends_a_clip_and_forgets_what_was_not_looked_at_yet(tmp_path: Path) -> None:
    locked, store = clips(tmp_path, [Scene(0, EXCEL), Scene(100_000, EXCEL, away=True)], script=GOES_ON)
    film = wait_for_pictures(locked)
    locked.mono = 101_000
    assert locked.run(1) == []
    paused, _ = clips(tmp_path, [Scene(0, EXCEL)], script=GOES_ON)
    others = wait_for_pictures(paused)
    assert paused.end() == []
    told, _ = clips(tmp_path, [Scene(0, EXCEL)], script=GOES_ON)
    third = wait_for_pictures(told)
    told.collector.obey(msgspec.structs.replace(ASKED, clip=msgspec.UNSET))
    assert told.collector._film is third, "the server names a clip no more once its first picture came"
    told.collector.obey(msgspec.structs.replace(ASKED, notice=notices.version(pictures=True)))
    for one in (film, others, third):
        one.join(10)
        assert not one.is_alive()
    assert store.first() is None


@pytest.mark.feature("T02", "N11")
@pytest.mark.parametrize("script", ["raise SystemExit(1)", "import sys; sys.stdout.buffer.write(bytes([255] * 5000))"])
def test_what_could_not_be_announced_or_is_no_clip_is_a_gap(tmp_path: Path, script: str) -> None:
    play, store = clips(tmp_path, [Scene(0, EXCEL)], script=script)
    play.run(1)
    play.collector._film.join(20)
    found: list[Event] = play.run(2)
    assert [(event.what, event.reason) for event in found if isinstance(event, Gap)] == [("capture", "not_announced")]
    assert store.first() is None


@pytest.mark.skipif(bool(MISSING), reason=WHY)
@pytest.mark.feature("T02", "N11")
def test_every_picture_of_a_clip_shows_its_announcement() -> None:
    from PIL import Image

    screen = Screen()
    try:
        text = say("clip", "en").format(seconds=2, reason="a client reports card numbers read out")
        command = [sys.executable, "agent", "clip", "2", text]
        done = subprocess.run(command, env=screen.environment, cwd=ROOT, capture_output=True, timeout=60, check=False)
    finally:
        screen.close()
    assert done.returncode == 0, done.stderr.decode()
    out, seen = io.BytesIO(done.stdout), []
    while head := out.read(HEAD.size):
        seen.append(Image.open(io.BytesIO(out.read(HEAD.unpack(head)[0]))).convert("L"))
    assert len(seen) == 2
    for picture in seen:
        top = picture.crop((picture.width // 4, 0, 3 * picture.width // 4, 40))
        assert top.getextrema()[1] > 150, "the announcement's letters are on it"


@pytest.mark.feature("G04", "T01")
def test_pictures_that_wait_for_a_server_that_is_away_are_bounded(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path / "captures", Sealer(KEY))
    names = [store.keep(PICTURE + bytes([number % 256, number // 256])) for number in range(MOST_WAITING + 3)]
    waiting = {path.name for path in (tmp_path / "captures").iterdir()}
    assert len(waiting) == MOST_WAITING
    assert waiting == set(names[3:])
