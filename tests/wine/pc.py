"""A Windows PC of a test's own: a wine prefix on a private X screen, with programs, a registry and a hand at the keyboard."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.agent.screen import Screen, wait_for

NEEDED = ("wine", "wineserver", "Xvfb", "openbox", "xdotool", "wixl", "msibuild", "x86_64-w64-mingw32-gcc")
MISSING = [name for name in NEEDED if not shutil.which(name)]
WHY = f"needs {', '.join(MISSING)} installed; CI=true python tests installs them on Debian, as root"
SHIM = """#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count) { return SystemFunction036(bytes, (ULONG)count); }
"""
"""Wine 8 lacks the one call by which Windows gives `cryptography` its random numbers; it is never part of a bundle."""
QUIET = {"WINEDEBUG": "-all", "WINEARCH": "win64", "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe="}

PATIENCE_SECONDS = 180.0
"""Nothing here takes a tenth of it on a machine that has nothing else to do."""
STARTS = 3
SERVICES = r"HKLM\System\CurrentControlSet\Control"
"""Holds how long wine waits for a service to start: ten seconds unless told otherwise, which its own need when other tests run."""


class WindowsPc:
    """One prefix and one screen; close it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._booted = False
        (folder / "prefix").mkdir()
        self.drive = folder / "prefix" / "drive_c"
        self.screen = Screen()
        own = {"WINEPREFIX": str(folder / "prefix"), "HOME": str(folder)}  # wine would put menus and icons into ours
        self.environment = self.screen.environment | QUIET | own
        try:
            self.wine("winecfg", "-v", "win10")
            self.wine("reg", "add", SERVICES, "/v", "ServicesPipeTimeout", "/t", "REG_DWORD", "/d", f"{PATIENCE_SECONDS * 1000:.0f}", "/f")
            self._add_random_numbers()
            self.shut_down()  # what starts services reads that when Windows starts
        except BaseException:
            self.close()
            raise

    def wine(self, *command: str, seconds: float = PATIENCE_SECONDS, fails: bool | None = False) -> subprocess.CompletedProcess[str]:
        """Run a Windows program to its end; `fails` says whether it must, None that it may."""
        self._boot()
        done = self._finished(["wine", *command], seconds)
        assert done.returncode is not None, f"{command} did not end within {seconds:.0f} s\n{done.stdout}\n{done.stderr}"
        assert fails is None or (done.returncode != 0) == fails, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def _finished(self, command: list[str], seconds: float) -> subprocess.CompletedProcess[str]:
        """Wait for the program, not for the ends of its pipes: wine's own services may start beside it and keep them.

        One that is not done in time is killed, and has no return code.
        """
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        code: int | None = None
        with subprocess.Popen(command, env=self.environment, **quiet) as program:  # type: ignore[call-overload]
            try:
                code = program.wait(seconds)
            except subprocess.TimeoutExpired:
                program.kill()
            said = [_what_is_there(pipe.fileno()) for pipe in (program.stdout, program.stderr)]
        done: subprocess.CompletedProcess[str] = subprocess.CompletedProcess(command, 0, *said)
        done.returncode = code  # type: ignore[assignment]
        return done

    def _boot(self) -> None:
        """Start Windows, and let the server that all programs share stay up between them.

        On a busy machine wine's services now and then wait for one another for ever while they start, and then every
        program would wait for them; Windows is started again then. No program of a test runs before that.
        """
        for _ in range(STARTS):
            if self._booted:
                return
            subprocess.run(["wineserver", "-p"], env=self.environment, check=False, timeout=PATIENCE_SECONDS)
            # The first program of all makes wine start Windows; `wineboot` would do so a second time beside that.
            self._booted = self._finished(["wine", "cmd", "/c", "exit"], PATIENCE_SECONDS).returncode == 0
            if not self._booted:
                self.shut_down()
        assert self._booted, f"wine did not start in {STARTS} attempts"

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a Windows program; what it prints goes through a pipe, because under wine Python cannot print into a file."""
        self._boot()
        return subprocess.Popen(
            ["wine", *command],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @contextlib.contextmanager
    def window(self, title: str, *command: str) -> Iterator[str]:
        """Open a program, wait until the window with `title` is in front, and kill the program at the end, asking nothing."""
        program = self.start(*command)
        try:
            wait_for(lambda: self.title_in_front() == title, PATIENCE_SECONDS)
            yield self._said("getactivewindow")
        finally:
            end(program)

    def title_in_front(self) -> str:
        return self._said("getactivewindow", "getwindowname")

    def has_tray(self) -> bool:
        """Return whether some program shows a symbol in the tray, for which wine then opens a window."""
        return bool(self._said("search", "--onlyvisible", "--name", "^Wine System Tray$"))

    def choose_in_tray(self, down: float) -> None:
        """Open the menu of the symbol in the tray and click that far down in it: 0 is its upper edge, 1 its lower one."""
        wait_for(self.has_tray, PATIENCE_SECONDS)
        tray = self._said("search", "--onlyvisible", "--name", "^Wine System Tray$").splitlines()[0]
        before = self._windows()
        self.act("mousemove", "--window", tray, "12", "12", "click", "3")
        wait_for(lambda: bool(self._windows() - before), PATIENCE_SECONDS)
        [menu] = self._windows() - before
        size = dict(line.split("=") for line in self._said("getwindowgeometry", "--shell", menu).splitlines())
        self.act("mousemove", "--window", menu, "60", str(int(int(size["HEIGHT"]) * down)), "sleep", "0.5", "click", "1")

    def _windows(self) -> set[str]:
        return set(self._said("search", "--onlyvisible", "--class", ".").split())

    def act(self, *commands: str) -> None:
        """Let xdotool do something."""
        self.screen.act(*commands)

    def registry(self, key: str) -> dict[str, str]:
        """Return the values of a registry key, {} when there is none."""
        said = self.wine("reg", "query", key, "/reg:64", fails=None)
        rows = [line.strip().split("    ", 2) for line in said.stdout.splitlines() if line.startswith("    ")]
        return {row[0]: row[2] if len(row) > 2 else "" for row in rows}

    def files(self) -> set[str]:
        """Return every file and folder of the PC."""
        return {path.relative_to(self.drive).as_posix() for path in self.drive.rglob("*")}

    def registry_lines(self, word: str) -> list[str]:
        """Return the lines of the whole registry that hold `word`; the server writes it to disk when it ends."""
        self.shut_down()
        texts = [path.read_text("utf-8", "replace") for path in self.drive.parent.glob("*.reg")]
        return [line for text in texts for line in text.splitlines() if word.lower() in line.lower()]

    def home(self) -> Path:
        """Return the signed-in account's folder for programs' data."""
        [home] = (home for home in (self.drive / "users").iterdir() if home.name != "Public")
        return home / "AppData" / "Local"

    @contextlib.contextmanager
    def another_account(self, name: str = "bob") -> Iterator[None]:
        """Sign somebody else in for what runs meanwhile."""
        own = self.environment
        self.environment = own | {"USER": name, "LOGNAME": name}
        try:
            yield
        finally:
            self.environment = own
            shutil.rmtree(self.drive / "users" / name, ignore_errors=True)

    def shut_down(self) -> None:
        """End what runs in this prefix, and in this one only."""
        for what in ("-k", "-w"):
            subprocess.run(["wineserver", what], env=self.environment, check=False, timeout=PATIENCE_SECONDS)
        self._booted = False

    def close(self) -> None:
        self.shut_down()
        self.screen.close()

    def _said(self, *command: str) -> str:
        done = subprocess.run(["xdotool", *command], env=self.environment, capture_output=True, text=True, check=False, timeout=20)
        return done.stdout.strip()

    def _add_random_numbers(self) -> None:
        source = self.folder / "shim.c"
        source.write_text(SHIM)
        library = self.drive / "windows" / "system32" / "bcryptprimitives.dll"
        command = ["x86_64-w64-mingw32-gcc", "-O2", "-shared", "-s", "-o", str(library), str(source), "-ladvapi32"]
        subprocess.run(command, check=True, timeout=60)


def end(program: subprocess.Popen[str]) -> None:
    """Kill a program, or bury one that ended."""
    program.kill()
    program.wait(20)
    assert program.stdout is not None
    program.stdout.close()


def what_is_there(program: subprocess.Popen[str]) -> str:
    """Return what a program that ended has printed."""
    assert program.stdout is not None
    return _what_is_there(program.stdout.fileno())


def _what_is_there(pipe: int) -> str:
    os.set_blocking(pipe, False)
    said = b""
    with contextlib.suppress(BlockingIOError):
        while more := os.read(pipe, 65_536):
            said += more
    return said.decode("utf-8", "replace").replace("\r\n", "\n")


def windows_path(path: Path) -> str:
    """Return the name by which wine sees a file of this system."""
    return "Z:" + str(path.absolute()).replace("/", "\\")
