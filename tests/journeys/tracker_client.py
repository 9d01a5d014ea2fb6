"""A minimal client with the telemetry tracker's requests: what was buffered goes out first, then a batch of what is sampled now."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests


def sample(user: str, at: datetime, keys: int = 0) -> dict[str, Any]:
    """Return what that client says of a second."""
    return {
        "timestamp": at.isoformat(),
        "user_id": user,
        "app_name": "Code",
        "window_title": "main.py - my-project",
        "keystroke_count": keys,
        "mouse_clicks": 0,
        "mouse_distance": 12.5,
        "idle_seconds": 0.4,
        "distraction_visible": False,
    }


def send(events: list[dict[str, Any]]) -> bool:
    """Post a batch; anything but 201 keeps it."""
    headers = {"ngrok-skip-browser-warning": "1"}
    reply = requests.post(f"{os.environ['BACKEND_URL']}/track", json={"events": events}, headers=headers, timeout=5)
    return reply.status_code == 201


def main(seconds: int) -> None:
    """Run for a few seconds."""
    buffer = Path(os.environ["BUFFER_FILE"])
    stale = [json.loads(line) for line in buffer.read_text("utf-8").splitlines()]
    buffer.write_text("", "utf-8")
    if stale and not send(stale):
        buffer.write_text("".join(json.dumps(one) + "\n" for one in stale), "utf-8")
    batch = []
    for _ in range(seconds):
        batch.append(sample(os.environ["USER_ID"], datetime.now(UTC), keys=1))
        time.sleep(1)
    if not send(batch):
        raise SystemExit("the batch was not taken")


if __name__ == "__main__":
    main(int(sys.argv[1]))
