"""Chromium without a window, driven by its own DevTools protocol over a pipe: no driver, no port, nothing downloaded."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("chromium") or ""
PATIENCE_SECONDS = 30.0
ON_FDS_3_AND_4 = "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
"""A browser that by itself speaks to nobody; what a page asks for elsewhere has no address."""
MIDDLE = "e => {e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]}"
Message = dict[str, Any]


class Chromium:
    """One browser with one page; remembers every request, complaint and dialog since `forget`."""

    def __init__(self, profile: Path, spki: str) -> None:
        """Start; `spki` is the digest of the one key this browser believes although no authority of its own vouches for it."""
        their_end, ours = os.pipe()
        self._reads, their_write = os.pipe()
        high = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (their_end, their_write)]
        arguments = (*QUIET, f"--ignore-certificate-errors-spki-list={spki}", f"--user-data-dir={profile}", "--remote-debugging-pipe")
        command = [sys.executable, "-c", ON_FDS_3_AND_4, *map(str, high), PROGRAM, *arguments, "about:blank"]
        log = (profile.parent / "chromium.log").open("wb")
        self._process = subprocess.Popen(command, pass_fds=high, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        for end in (their_end, their_write, *high):
            os.close(end)
        self._writes, self._number, self._rest = ours, 0, b""
        self._session = ""
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.dialogs: list[str] = []
        self._loads = 0
        self._open_page()

    def _open_page(self) -> None:
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._writes)
        os.close(self._reads)

    # --- what a person does ------------------------------------------------------------------------------------------

    def open(self, url: str) -> None:
        """Go to an address and wait until its page is there."""
        self._and_wait(lambda: self.ask("Page.navigate", url=url))

    def press(self, selector: str) -> None:
        """Press what the selector names with the mouse and wait for the page this leads to."""
        self._and_wait(lambda: self._click(selector))

    def type(self, selector: str, text: str) -> None:
        """Write into a field."""
        self._click(selector)
        self.ask("Input.insertText", text=text)

    def choose(self, selector: str, value: str) -> None:
        """Set a field that has its own way of being filled in, such as a date."""
        self.evaluate(f"document.querySelector({json.dumps(selector)}).value = {json.dumps(value)}")

    def look(self, width: int, height: int, *, dark: bool = False) -> None:
        """Be a screen of this size; a narrow one is a telephone's."""
        mobile = width < 600
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])

    # --- what is there -----------------------------------------------------------------------------------------------

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression in the page; raise AssertionError when it throws."""
        found = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def text(self, selector: str = "body") -> str:
        """Return what a person reads there."""
        return str(self.evaluate(f"document.querySelector({json.dumps(selector)}).innerText"))

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the screen."""
        return int(self.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def picture(self, path: Path) -> None:
        """Write the whole page down as a PNG."""
        found = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(found["data"]))

    def forget(self) -> None:
        """Begin to remember anew."""
        self.requests, self.complaints, self.dialogs = [], [], []

    # --- the protocol ------------------------------------------------------------------------------------------------

    def ask(self, method: str, **params: Any) -> Message:
        """Send a command and return its result; what happens meanwhile is remembered."""
        self._number += 1
        number = self._number
        message: Message = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._writes, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            found = self._next(deadline)
            if found.get("id") == number:
                assert "error" not in found, (method, found)
                return dict(found["result"])

    def _and_wait(self, act: Callable[[], object]) -> None:
        before, deadline = self._loads, time.monotonic() + PATIENCE_SECONDS
        act()
        while self._loads == before:
            self._next(deadline)

    def _click(self, selector: str) -> None:
        x, y = self.evaluate(f"({MIDDLE})(document.querySelector({json.dumps(selector)}))")
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def _next(self, deadline: float) -> Message:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._reads], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"the browser said nothing for {PATIENCE_SECONDS:g} s"
            came = os.read(self._reads, 1 << 16)
            assert came, "the browser ended"
            self._rest += came
        line, _, self._rest = self._rest.partition(b"\0")
        message: Message = json.loads(line)
        self._remember(message)
        return message

    def _remember(self, message: Message) -> None:
        told = message.get("params", {})
        match message.get("method"):
            case "Page.loadEventFired":
                self._loads += 1
            case "Network.requestWillBeSent":
                self.requests.append(told["request"]["url"])
            case "Log.entryAdded" if told["entry"]["level"] in ("error", "warning"):
                self.complaints.append(told["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(told["exceptionDetails"]))
            case "Runtime.consoleAPICalled":
                self.complaints.append(f"console.{told['type']}: {told['args']}")
            case "Page.javascriptDialogOpening":
                self.dialogs.append(told["message"])
                self._number += 1
                closing = {"id": self._number, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
                os.write(self._writes, json.dumps(closing | {"sessionId": self._session}).encode() + b"\0")
