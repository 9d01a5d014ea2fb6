"""`python console pictures` against a real HTTPS server that answers with made figures."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from PyQt5.QtGui import QImage

from console.cli import data_folder, main
from console.servers import KnownServers, fingerprint_of, groups_of
from console.window import TABS
from policy.summaries import SignInReply
from tests.console import fakes
from tests.console.far_server import Answer, Asked, Authority, FarServer, as_json

ROOT = Path(__file__).resolve().parents[2]
PICTURES = [f"{name}-{theme}.png" for name in (*(tab.key for tab in TABS), "timeline-day", "inactivity-day") for theme in ("light", "dark")]


@pytest.fixture
def server(tmp_path: Path):
    authority = Authority(tmp_path / "ours")
    with FarServer(authority) as made:
        made.routes["POST", "/api/v1/sign-in"] = lambda asked: as_json(SignInReply("token", 1, "owner", []))
        made.routes["POST", "/api/v1/sign-out"] = lambda asked: as_json({})
        made.routes["GET", "/api/v1/choices"] = lambda asked: as_json(fakes.choices())
        for tab in TABS:
            made.routes["GET", f"/api/v1/{tab.key}"] = partial(_figures, tab.key)
        made.fingerprint = fingerprint_of(authority.pem)
        yield made


def _figures(key: str, asked: Asked) -> Answer:
    """Answer for a tab as the stand-in of every other test does."""
    first, last = (date.fromisoformat(asked.query[name]) for name in ("from", "to"))
    person = int(asked.query["person"]) if "person" in asked.query else None
    more = {"files": ({}, 100), "alerts": (100,)}.get(key, ())
    return as_json(getattr(fakes.FakeApi(), key)(first, last, None, person, *more))


def run(server: FarServer, tmp_path: Path, *more: str):
    where = ["--out", str(tmp_path / "out"), "--server", server.url, "--data", str(tmp_path / "data")]
    return CliRunner().invoke(main, ["pictures", *where, "--user", "owner", "--password-stdin", *more], input="a long password\n")


def test_pictures_of_every_tab_are_drawn_from_the_server(qapp, server: FarServer, tmp_path: Path) -> None:
    done = run(server, tmp_path, "--fingerprint", groups_of(server.fingerprint))
    assert done.exit_code == 0, done.output
    paths = [Path(line) for line in done.stdout.splitlines()]
    assert [path.name for path in paths] == PICTURES
    for path in paths:
        picture = QImage(str(path))
        assert (picture.width(), picture.height()) == (1280, 800)
        assert len({picture.pixel(x, y) for x in range(0, 1280, 7) for y in range(0, 800, 7)}) > 30
    assert server.asked[-1].path == "/api/v1/sign-out"
    assert run(server, tmp_path).exit_code == 0, "a server met before needs no fingerprint"


def test_the_command_works_as_a_program_of_its_own(server: FarServer, tmp_path: Path) -> None:
    where = ["--out", str(tmp_path / "out"), "--server", server.url, "--data", str(tmp_path / "data")]
    who = ["--user", "owner", "--password-stdin", "--fingerprint", server.fingerprint]
    command = [sys.executable, str(ROOT / "console"), "pictures", *where, *who]
    done = subprocess.run(command, input="a long password\n", capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert [Path(line).exists() for line in done.stdout.splitlines()] == [True] * len(PICTURES)


def test_an_unknown_server_is_not_signed_in_to_without_its_fingerprint(server: FarServer, tmp_path: Path) -> None:
    done = run(server, tmp_path)
    assert done.exit_code == 1
    assert groups_of(server.fingerprint) in done.output
    assert {one.path for one in server.asked} == {"/health"}


def test_a_fingerprint_that_differs_is_refused(server: FarServer, tmp_path: Path) -> None:
    done = run(server, tmp_path, "--fingerprint", "ab" * 32)
    assert done.exit_code == 1
    assert server.fingerprint in done.output
    assert KnownServers(tmp_path / "data").all() == []
    assert not server.bytes_of("/api/v1/sign-in")


def test_a_tab_without_figures_is_an_error_and_says_why(qapp, server: FarServer, tmp_path: Path) -> None:
    server.routes["GET", "/api/v1/overview"] = lambda asked: (403, {}, b'{"reason":"role","message":"No."}')
    done = run(server, tmp_path, "--fingerprint", server.fingerprint)
    assert done.exit_code == 1
    assert "Your role does not include these figures" in done.output


def test_help_says_what_there_is() -> None:
    assert "pictures" in CliRunner().invoke(main, ["--help"]).output
    assert data_folder(Path("x")) == Path("x")
    assert data_folder(None).name == "console"
