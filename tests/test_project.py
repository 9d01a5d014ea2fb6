"""What the project promises about itself: its requirements, its records of decisions, its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ("requirements-server.txt", "requirements-agent.txt", "tests/requirements.txt")


def lines_of(name: str) -> list[str]:
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines())
    return [line for line in lines if line]


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned(name: str) -> None:
    assert [line for line in lines_of(name) if not re.match(r"^[a-z0-9.-]+(\[[a-z,]+\])?==[^ ]+( ; .+)?$", line)] == []


def test_windows_gets_the_only_qt_it_has() -> None:
    assert 'pyqt5-qt5==5.15.2 ; sys_platform == "win32"' in lines_of("requirements-server.txt")
    assert any(
        line.startswith("pyqt5-qt5==") and line.endswith('; sys_platform != "win32"') for line in lines_of("requirements-server.txt")
    )


def test_linux_gets_a_pynput_that_needs_no_compiler() -> None:
    assert 'pynput==1.6.8 ; sys_platform != "win32"' in lines_of("requirements-agent.txt")


def test_the_files_agree_on_every_package_they_share() -> None:
    pins: dict[str, set[str]] = {}
    for name in REQUIREMENTS:
        for line in lines_of(name):
            requirement, _, marker = line.partition(" ; ")
            package, _, version = re.sub(r"\[.*\]", "", requirement).partition("==")
            platform = marker if "python" in marker or "sys_platform" in marker else ""
            pins.setdefault(f"{package} {platform}", set()).add(version)
    assert {package: versions for package, versions in pins.items() if len(versions) > 1} == {}
