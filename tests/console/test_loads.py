"""`load` is plain Python: it runs where Qt has no application at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
from datetime import date
from PyQt5.QtWidgets import QApplication
from console.scope import Preset, Scope
from console.window import TABS
from tests.console.fakes import FakeApi

api = FakeApi()
scope = Scope(Preset.CUSTOM, date(2025, 11, 14), date(2025, 11, 20), team=2, person=7, search="ignored")
for tab in TABS:
    values = tab.load(api, scope)
    assert values.period.first == scope.first and values.period.last == scope.last
assert QApplication.instance() is None
print([asked[:5] for asked in api.asked])
"""


@pytest.mark.feature("I01", "I02", "I03", "I04", "I05", "I06", "I07")
def test_every_tab_loads_without_an_application_and_asks_for_the_scope() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    for tab in ("overview", "urls", "applications", "timeline", "inactivity", "bandwidth", "files"):
        assert f"('{tab}', datetime.date(2025, 11, 14), datetime.date(2025, 11, 20), 2, 7)" in done.stdout
