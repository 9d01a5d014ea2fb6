"""What the project promises about itself: its requirements, its records of decisions, its words."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import features, outcomes
from tests.features import Came, State

ROOT = Path(__file__).resolve().parent.parent
TOLD = (".md", ".py", ".toml", ".po")
REQUIREMENTS = ("requirements-server.txt", "requirements-agent.txt", "tests/requirements.txt")


def lines_of(name: str) -> list[str]:
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines())
    return [line for line in lines if line]


@pytest.mark.feature("Q12")
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


def test_every_feature_has_a_test_or_a_reason_and_every_mark_is_known() -> None:
    wanted, tests = features.wanted(), features.marked()
    assert sorted(tests.keys() - wanted.ids) == []
    assert sorted(wanted.features.keys() - tests.keys() - wanted.declined.keys()) == []
    assert sorted(wanted.declined.keys() - wanted.features.keys()) == []
    assert min(map(len, wanted.declined.values())) > 9


def test_what_came_of_parameters_and_phases_becomes_one_word_for_an_id() -> None:
    came = {"a::x": Came("passed"), "b::y": Came("skipped", "no screen"), "c::z": Came("failed")}
    tests = {"A01": ["a::x", "b::y"], "A02": ["b::y"], "A03": ["a::x", "c::z"], "A04": ["d::w"]}
    titles = dict.fromkeys(("A01", "A02", "A03", "A04", "A05", "A06"), "title")
    table = features.rows(titles, {"A06": "a reason"}, tests, came)
    assert [row.state for row in table] == [State.PASS, State.SKIPPED, State.FAIL, State.MISSING, State.MISSING, State.DECLINED]
    assert features.as_text(table).splitlines()[-1] == "6: 1 pass, 1 fail, 1 skipped, 1 declined, 2 missing"


@pytest.mark.feature("T08")
def test_no_figure_of_a_study_is_promised_anywhere() -> None:
    promised = re.compile(r"\b89 minutes\b|\b23 ?% more|more productive|₹ ?7\.5|75,000.90,000|45 minutes per employee", re.IGNORECASE)
    told = [path for room in ("docs", "policy", "console", "reports", "server") for path in (ROOT / room).rglob("*") if path.suffix in TOLD]
    found = [
        f"{path.name}: {line}"
        for path in (*told, ROOT / "README.md")
        for line in path.read_text("utf-8").splitlines()
        if promised.search(line)
    ]
    assert found == []
    assert promised.search("knowing they are monitored makes employees 23% more productive")


@pytest.mark.feature("N17", "Q15")
def test_everything_that_runs_is_here_as_source_under_a_free_licence() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    assert [
        name for name in listed.stdout.splitlines() if Path(name).suffix in (".pyc", ".so", ".dll", ".exe", ".pyd", ".jar", ".class")
    ] == []
    assert "GNU GENERAL PUBLIC LICENSE" in (ROOT / "LICENSE").read_text("utf-8")
    assert 'license = "GPL-3.0-or-later"' in (ROOT / "pyproject.toml").read_text("utf-8")


CONFTEST = """
from pathlib import Path
from tests import outcomes
outcomes.PLACE, outcomes.digest = Path(__file__).parent / "outcomes.json", lambda: "this source"
def pytest_configure(config): config.pluginmanager.register(outcomes.Outcomes(config))
"""
TESTS = """
import pytest
@pytest.mark.feature("A01")
@pytest.mark.parametrize("n", [1, 2])
def test_a(n): pass
@pytest.mark.feature("A02")
@pytest.mark.parametrize("n", [1, 2])
def test_b(n): assert n == 1
@pytest.mark.feature("A03")
def test_c(): pytest.skip("no screen")
def test_d(): pass
"""


def test_a_run_in_two_processes_writes_down_what_came_of_marked_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content in (("conftest.py", CONFTEST), ("test_it.py", TESTS), ("pytest.ini", "[pytest]\nmarkers = feature(*ids): x")):
        (tmp_path / name).write_text(content, "utf-8")

    def run(*arguments: str) -> dict[str, Came]:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        subprocess.run(command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False, capture_output=True)
        return outcomes.load("this source").came

    monkeypatch.setattr(outcomes, "PLACE", tmp_path / "outcomes.json")
    assert run("-k", "test_a") == run("test_it.py::test_b[1]") == {}  # a part of a test says nothing about it
    expected = {"test_a": Came("passed"), "test_b": Came("failed"), "test_c": Came("skipped", "no screen")}
    assert run("-n2") == {f"test_it.py::{name}": came for name, came in expected.items()}
    assert outcomes.load("another source").came == {}
