"""What the agent costs: processor while nobody types and while somebody does, memory, start, and bytes of a working day.

A real agent process on a private screen, with a real HTTPS server on loopback that keeps the wire contract. Everything is
read from outside of the process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from policy import notice
from policy.wire import AgentPolicy
from tests.agent.far_server import FarServer
from tests.agent.screen import MISSING, WHY, Screen, wait_for

ROOT = Path(__file__).resolve().parents[2]
SECONDS = float(os.environ.get("WORKPULSE_BENCH_SECONDS", "25"))
WORKING_SECONDS = 8 * 3_600
GOALS = {"cpu_idle_percent": 0.1, "cpu_typing_percent": 0.3, "rss_mb": 40.0, "wire_mb_a_day": 1.0, "start_seconds": 2.0}


def agent(screen: Screen, data: Path, *words: str) -> list[str]:
    return [sys.executable, "agent", *words, "--data", str(data)]


def measure() -> dict[str, float]:
    """Return the figures of one run."""
    if MISSING:
        sys.exit(f"the agent's bench {WHY}")
    with tempfile.TemporaryDirectory() as folder:
        screen, far = Screen(), FarServer(Path(folder))
        try:
            return _measure(screen, far, Path(folder) / "agent")
        finally:
            far.stop()
            screen.close()


def _measure(screen: Screen, far: FarServer, data: Path) -> dict[str, float]:
    far.book.policy = AgentPolicy(revision=1, notice=notice.VERSION)
    screen.open_terminal("Bench")
    environment = {**screen.environment, "WORKPULSE_AGENT_WEB_PORT": "0"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what runs the tests says so; on a PC everything is compiled ahead
    for words in (("enrol", "--server", far.url, "--code", far.code), ("notice", "--answer", "acknowledged")):
        subprocess.run(agent(screen, data, *words), cwd=ROOT, env=environment, check=True, capture_output=True, timeout=60)
    began = time.monotonic()
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = subprocess.Popen(agent(screen, data, "run"), cwd=ROOT, env=environment, **quiet)  # type: ignore[call-overload]
    try:
        wait_for(lambda: (data / "status.json").exists(), 60)
        start = time.monotonic() - began
        time.sleep(5)
        process = psutil.Process(running.pid)
        idle = _share(process, SECONDS, lambda: time.sleep(0.2))
        typing = _share(process, SECONDS, lambda: screen.act("type", "--delay", "150", "the quick brown fox "))
        memory = process.memory_full_info()
    finally:
        running.terminate()
        running.wait(30)
    sent = sum(int(headers["Content-Length"]) for _, path, headers in far.requests if path.endswith("ingest"))
    per_second = sent / (2 * SECONDS + 5)
    return {
        "cpu_idle_percent": round(idle, 3),
        "cpu_typing_percent": round(typing, 3),
        "rss_mb": round(memory.rss / 1e6, 1),
        "private_mb": round(memory.uss / 1e6, 1),
        "wire_mb_a_day": round(per_second * WORKING_SECONDS / 1e6, 2),
        "start_seconds": round(start, 2),
    }


def _share(process: psutil.Process, seconds: float, meanwhile: object) -> float:
    """Return the percentage of one processor that the process used."""
    before, began = process.cpu_times(), time.monotonic()
    while time.monotonic() - began < seconds:
        meanwhile()  # type: ignore[operator]
    after, length = process.cpu_times(), time.monotonic() - began
    return 100 * (after.user + after.system - before.user - before.system) / length


if __name__ == "__main__":
    figures = measure()
    for name, value in figures.items():
        print(f"{name:20} {value:8}  {'goal ' + str(GOALS[name]) if name in GOALS else ''}")
    print(json.dumps(figures))
