"""What `python tests` does: `[pytest arguments]`, `--features [ID …]`, or `--bench [NAME]`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import features, outcomes
from tests.features import Came, State

ROOT = Path(__file__).resolve().parent.parent
BENCHES = Path(__file__).resolve().parent / "bench"

SYSTEM = {  # a file that shows a Debian package is there: the package
    "/usr/bin/Xvfb": "xvfb",
    "/usr/bin/xauth": "xauth",
    "/usr/bin/openbox": "openbox",
    "/usr/bin/xdotool": "xdotool",
    "/usr/bin/xterm": "xterm",
    "/usr/bin/xcalc": "x11-apps",
    "/usr/bin/curl": "curl",
    "/usr/bin/mousepad": "mousepad",
    "/usr/bin/pg_createcluster": "postgresql",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf": "fonts-dejavu-core",
    "/usr/share/fonts/truetype/lohit-devanagari": "fonts-lohit-deva",
    "/usr/share/fonts/truetype/lohit-bengali": "fonts-lohit-beng-bengali",
}
WINDOWS = {  # what the tests under wine need beside these; they are skipped without
    "/usr/bin/wine": "wine wine64",
    "/usr/bin/wixl": "wixl",
    "/usr/bin/msibuild": "msitools",
    "/usr/bin/osslsigncode": "osslsigncode",
    "/usr/bin/x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32",
}
BROWSER = {"/usr/bin/chromium": "chromium"}
"""What the tests of the pages drive; they are skipped without."""
EVERYTHING = ("-q", "-n", "2", "--dist", "loadfile")
"""All tests, in two processes: much of the time is waiting for what they drive. A file's tests stay together."""
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")
LIBRARIES = (
    "libgl1 libegl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libfreetype6 libx11-xcb1 libxkbcommon-x11-0 libxcb-icccm4 libxcb-image0 "
    "libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxcb-xinerama0 "
    "libxcb-xkb1 libxcb-util1 libxss1"
)


def main(arguments: list[str]) -> int:
    """Run what is asked for and return the exit status."""
    if arguments[:1] == ["--bench"]:
        return run_benches(arguments[1:])
    if sys.platform == "linux" and not install_system_packages():
        return 1
    os.chdir(ROOT)
    if arguments[:1] == ["--features"]:
        return show_features(arguments[1:])
    environment, source = quiet_environment(), outcomes.digest()
    checks = [] if arguments else [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]]
    for check in [*checks, ["pytest", *(arguments or EVERYTHING)]]:
        print("·", *check, flush=True)
        status = subprocess.run([sys.executable, "-m", *check], env=environment, check=False).returncode
        if status and check[0] != "pytest":
            return status
    if not arguments:
        print_table(outcomes.load(source).came)
    return status


def quiet_environment() -> dict[str, str]:
    """Return an environment in which Qt draws nowhere and Python leaves no files."""
    return os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}


def install_system_packages() -> bool:
    """Install the Debian packages the tests drive; without the right to, say the one line that does."""
    missing = sorted({package for path, package in SYSTEM.items() if not Path(path).exists()})
    missing += [] if qt_can_start() else LIBRARIES.split()
    if missing and (os.geteuid() or not shutil.which("apt-get")):
        line = " ".join([*INSTALL, *missing])
        print(f"The tests need some system packages; on Debian, as root:\n  {line}", file=sys.stderr)
        return False
    if missing and not apt_installs(missing):
        return False
    windows = [package for path, packages in (WINDOWS | BROWSER).items() if not Path(path).exists() for package in packages.split()]
    if windows and os.environ.get("CI") and not os.geteuid() and shutil.which("apt-get"):
        apt_installs(windows)  # 180 MB, so only where nobody waits; what needs them says so when it is skipped
    return True


def apt_installs(packages: list[str]) -> bool:
    """Install Debian packages; return whether that worked."""
    print("· installing", *packages, flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], [*INSTALL, *packages]):
        if subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False).returncode:
            print(f"{' '.join(command[:2])} failed", file=sys.stderr)
            return False
    return True


def qt_can_start() -> bool:
    """Return whether Qt finds its system libraries."""
    probe = "from PyQt5.QtWidgets import QApplication; QApplication([])"
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run([sys.executable, "-c", probe], env=environment, capture_output=True, check=False).returncode == 0


def show_features(ids: list[str]) -> int:
    """Print the table of every id, or the tests of the ids named; what has not run on this source yet, runs first."""
    tests = features.marked()
    if ids:
        for identity in ids:
            print(identity, *tests.get(identity, ["no test"]), sep="\n    ")
        return 0
    came = outcomes.load(outcomes.digest()).came
    if unknown := sorted({test for named in tests.values() for test in named} - came.keys()):
        run_tests(unknown)
        came = came | outcomes.newest().came
    return print_table(came)


def print_table(came: dict[str, Came]) -> int:
    """Print what came of every id; return 1 when a feature failed or is missing. Qualities also need long runs, which are no tests."""
    wanted, tests = features.wanted(), features.marked()
    table = features.rows(wanted.features, wanted.declined, tests, came)
    print(features.as_text(features.rows(wanted.qualities, {}, tests, came)), features.as_text(table), sep="\n\n")
    return int(any(row.state in (State.FAIL, State.MISSING) for row in table))


def run_tests(tests: list[str]) -> None:
    """Run these tests; their names come in a file, because there are too many for a command line."""
    with tempfile.TemporaryDirectory() as folder:
        names = Path(folder) / "tests"
        names.write_text("\n".join(tests), "utf-8")
        command = [sys.executable, "-m", "pytest", *EVERYTHING, f"@{names}"]
        subprocess.run(command, cwd=ROOT, env=quiet_environment(), check=False)


def run_benches(names: list[str]) -> int:
    """Run the benchmarks of that name, or all; each prints ratios against a baseline of the same run."""
    chosen = [path for path in sorted(BENCHES.glob("*.py")) if not path.name.startswith("_") and (not names or path.stem in names)]
    if not chosen:
        print("benchmarks:", *(path.stem for path in sorted(BENCHES.glob("[!_]*.py"))), file=sys.stderr)
        return 2
    statuses = [subprocess.run([sys.executable, "-m", f"tests.bench.{path.stem}"], cwd=ROOT, check=False).returncode for path in chosen]
    return max(statuses)
