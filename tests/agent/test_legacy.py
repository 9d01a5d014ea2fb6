"""The script for PCs where nothing may be installed: it is PowerShell 3, visible, asks first, and speaks to doors that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

from server.routes import ROUTES

FOLDER = Path(__file__).resolve().parents[2] / "agent" / "legacy"
REPORT, SCHEDULE = (FOLDER / name for name in ("report.ps1", "schedule_task.ps1"))
SCRIPTS = (REPORT, SCHEDULE)
PARSER = Parser(Language(tree_sitter_powershell.language()))
LATER = {  # what the language learnt after version 3, as the parser calls it
    "class_statement",
    "enum_statement",
    "using_statement",
    "ternary_expression",
    "null_coalescing_expression",
    "null_conditional_expression",
    "workflow_statement",
}
LATER_SIGNS = {"&&", "||", "??", "??=", "?.", "?["}
IN_VERSION_3 = {
    *("Add-Type", "ConvertFrom-Json", "ConvertFrom-SecureString", "ConvertTo-Json", "ConvertTo-SecureString", "Get-Content", "Get-Date"),
    *("Join-Path", "New-Item", "New-Object", "Out-Null", "Out-String", "Read-Host", "Resolve-Path", "Set-Content", "Set-StrictMode"),
    *("Start-Process", "Start-Sleep", "Test-Path", "Write-Host", "Write-Warning"),
    *("New-ScheduledTaskAction", "New-ScheduledTaskPrincipal", "New-ScheduledTaskSettingsSet", "New-ScheduledTaskTrigger"),
    *("Register-ScheduledTask", "Unregister-ScheduledTask"),
}
PROGRAMS = {"icacls.exe"}
VERBS = {"Add", "Confirm", "Get", "Protect", "Read", "Register", "Revoke", "Save", "Send", "Show", "Start", "Test", "Unprotect"}


def nodes(script: Path) -> Iterator[Node]:
    waiting = [PARSER.parse(script.read_bytes()).root_node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.children


def texts(script: Path, kind: str) -> set[str]:
    return {str(node.text, "utf-8") for node in nodes(script) if node.type == kind and node.text is not None}


@pytest.mark.feature("H09")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_it_is_powershell_3(script: Path) -> None:
    assert [node.start_point for node in nodes(script) if node.type == "ERROR" or node.is_missing] == []
    assert {node.type for node in nodes(script)} & (LATER | LATER_SIGNS) == set()
    functions = texts(script, "function_name")
    assert texts(script, "command_name") - functions - PROGRAMS <= IN_VERSION_3
    assert {name.partition("-")[0] for name in functions} <= VERBS  # the verbs PowerShell knows
    script.read_text("ascii")  # version 5 reads a file without a mark in the PC's own code page


@pytest.mark.parametrize("newer", ["class Report { }", "$a = $b ? 1 : 2", "$a ?? 1", "Get-Date && Get-Date"])
def test_what_came_later_would_be_seen(newer: str, tmp_path: Path) -> None:
    script = tmp_path / "newer.ps1"
    script.write_text(newer, "utf-8")
    kinds = {node.type for node in nodes(script)}
    assert kinds & (LATER | LATER_SIGNS | {"ERROR"})


@pytest.mark.feature("H06", "H07", "T06", "N05")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_nothing_hides_it(script: Path) -> None:
    text = script.read_text("utf-8").lower()
    for hides in ("hidden", "noninteractive", "nowindow", "showwindow", "-encodedcommand", "-enc ", "wscript", ".vbs", "-w "):
        assert hides not in text


@pytest.mark.feature("H02")
def test_the_task_starts_it_at_every_sign_in_with_an_ordinary_accounts_rights() -> None:
    text = SCHEDULE.read_text("utf-8")
    assert {"AtLogOn", "RunLevel", "GroupId"} <= {name.removeprefix("-") for name in texts(SCHEDULE, "command_parameter")}
    assert "-RunLevel Limited" in text
    assert "$Users = 'S-1-5-32-545'" in text


@pytest.mark.feature("N04", "N06", "F06", "N02")
def test_it_asks_before_it_sends_and_looks_at_nothing_but_the_last_input() -> None:
    text = REPORT.read_text("utf-8")
    assert re.findall(r"\[DllImport\(\"(.+?)\"\)\]\s+private static extern \w+ (\w+)", text) == [("user32.dll", "GetLastInputInfo")]
    assert text.count("Start-Reporting $settings $kept") == 1
    assert "if (Confirm-Notice $kept) { Start-Reporting $settings $kept } else { Write-Host 'Nothing is sent.' }" in text
    only_in_the_loop = text[text.index("function Start-Reporting") : text.index("$mine = ")]
    assert text.count("Add-Report $") - only_in_the_loop.count("Add-Report $") == 0


@pytest.mark.feature("N07", "N08", "G06")
def test_it_trusts_one_authority_and_keeps_its_token_sealed() -> None:
    text = REPORT.read_text("utf-8")
    assert "ConvertFrom-SecureString" in text
    assert "token = Protect-Token (ConvertFrom-Json $answer.Text).token" in text
    assert text.index("Protect-File $KeptIn") < text.index("ConvertTo-Json | Set-Content")  # nobody else can read it before it is written
    assert "return authority == null || Vouches(" in text
    assert "if (authority == null && says) throw" in text  # without an authority nothing is said
    assert not re.search(r"ServicePointManager\.ServerCertificateValidationCallback|http://", text)


def test_every_door_it_knocks_at_exists() -> None:
    text = REPORT.read_text("utf-8")
    asked = set(re.findall(r"'(GET|POST)' \"?'?(/[a-z0-9/_]+)", text))
    asked |= set(re.findall(r"Ask\('(GET|POST)', \"\$[^/]+?(/[a-z0-9/]+)\"", text))
    assert asked == {
        ("GET", "/health"),
        ("POST", "/api/v1/enrol"),
        ("GET", "/api/notice"),
        ("POST", "/api/notice"),
        ("POST", "/api/report"),
    }
    assert asked <= {(route.method, route.path) for route in ROUTES}


@pytest.mark.feature("H03", "Q01")
def test_every_option_has_its_default_and_stands_in_the_example() -> None:
    text, example = REPORT.read_text("utf-8"), (FOLDER / "config.env.example").read_text("utf-8")
    options = dict(re.findall(r"([A-Z_]{6,}) = '([^']*)'", text[text.index("$Defaults") : text.index("$Folder")]))
    assert options == {
        "API_ENDPOINT": "",
        "ENROL_CODE": "",
        "IDLE_THRESHOLD_MINUTES": "10",
        "POLL_INTERVAL_SECONDS": "60",
        "REPORT_INTERVAL_MINUTES": "1",
    }
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) == options.keys()
