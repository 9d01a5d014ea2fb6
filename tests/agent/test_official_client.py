"""ActivityWatch's own Python client, as published, against our listener: what it sends arrives as sites."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agent.clock import Moment
from agent.collectors.foreground import Foreground
from agent.desktop.base import Window
from agent.desktop.scripted import Scene, ScriptedDesktop
from agent.listener import Listener
from agent.tabs import Tabs
from policy.categories import load_rule_book
from policy.events import Activity
from policy.wire import AgentPolicy

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ROOT / "tests" / "requirements-aw-client.txt"
HOME = ROOT / ".venv" / "aw-client"
CLIENT = """
import sys
from datetime import datetime, timezone
from aw_core.models import Event
from aw_client import ActivityWatchClient

client = ActivityWatchClient("aw-watcher-web", host="127.0.0.1", port=int(sys.argv[1]))
print(client.get_info()["version"])
bucket = "aw-watcher-web-chrome"
client.create_bucket(bucket, "web.tab.current")
client.create_bucket(bucket, "web.tab.current")
for url, title, incognito in (
    ("https://mail.example.com/inbox/7?token=abc", "Inbox", False),
    ("https://clinic.example/results", "Results", True),
    ("https://news.example.org/story", "A story", False),
):
    data = {"url": url, "title": title, "audible": False, "incognito": incognito, "tabCount": 2}
    client.heartbeat(bucket, Event(timestamp=datetime.now(timezone.utc), data=data), pulsetime=80, queued=False)
print(sorted(client.get_buckets()))
"""


def client_python() -> Path:
    """The interpreter of an environment that has the client; made at the first call."""
    python = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = HOME / hashlib.sha256(NEEDED.read_bytes()).hexdigest()[:16]
    if stamp.exists():
        return python
    uv = shutil.which("uv")
    make, install = [sys.executable, "-m", "venv", "--clear", str(HOME)], [str(python), "-m", "pip", "install", "-q"]
    if uv:
        make = [uv, "venv", "--clear", "-q", "--python", sys.executable, str(HOME)]
        install = [uv, "pip", "install", "-q", "--python", str(python)]
    try:
        for command in (make, [*install, "-r", str(NEEDED)]):
            subprocess.run(command, check=True, capture_output=True, timeout=240)
    except (subprocess.SubprocessError, OSError) as fault:
        pytest.skip(f"the official client could not be installed: {fault}")
    stamp.touch()
    return python


@pytest.mark.feature("F05", "F14")
def test_what_the_official_client_sends_arrives_as_sites(tmp_path: Path) -> None:
    python, tabs = client_python(), Tabs()
    listener = Listener(0, tabs, lambda: 1_000, lambda: True)
    listener.start()
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(
        [str(python), "-c", CLIENT, str(listener.port)], env={**os.environ, **home}, capture_output=True, text=True, check=False, timeout=60
    )
    listener.close()
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1] == "['aw-watcher-web-chrome']"
    assert sites(tabs, "Inbox - Google Chrome", "Results - Google Chrome", "A story - Google Chrome", "Unknown - Google Chrome") == [
        "mail.example.com",
        None,
        "news.example.org",
        None,
    ]


def sites(tabs: Tabs, *titles: str) -> list[str | None]:
    """What the collector records at windows with these titles."""
    scenes = [Scene(1_000 * number, Window("chrome.exe", title)) for number, title in enumerate(titles, 1)]
    clock = {"mono": 0}
    desktop = ScriptedDesktop(scenes, lambda: clock["mono"])
    collector = Foreground(load_rule_book(), AgentPolicy(revision=1, notice="1"), 3.0, tabs)
    start = 1_763_629_200_000
    collector.begin(desktop, Moment(start, 0))
    seen: list[Activity] = []
    for number in range(1, len(titles) + 1):
        clock["mono"] = 1_000 * number
        seen += collector.collect(desktop, Moment(start + clock["mono"], clock["mono"]))  # type: ignore[arg-type]
    seen += collector.finish(desktop, Moment(start + clock["mono"] + 500, clock["mono"] + 500))  # type: ignore[arg-type]
    return [next((span.site for span in seen if span.start == start + 1_000 * number), "no span") for number in range(len(titles))]
