"""The rights of one person from the command line."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli import main

DATA = "data"


def run(folder: Path, *arguments: str, said: str | None = None) -> Result:
    return CliRunner().invoke(main, [*arguments, "--data", str(folder / DATA)], input=said)


@pytest.mark.quality("P-11", "P-12", "P-13")
def test_a_copy_a_hold_and_an_erasure_with_its_certificate(tmp_path: Path) -> None:
    assert run(tmp_path, "enrol-code", "--person", "Anita Rao").exit_code == 0
    copied = run(tmp_path, "export-person", "Anita Rao", "--out", str(tmp_path))
    assert copied.exit_code == 0, copied.output
    with zipfile.ZipFile(copied.stdout.strip()) as made:
        assert json.loads(made.read("json/person.json"))[0]["name"] == "Anita Rao"
    assert list(tmp_path.glob("*.part")) == []
    held = run(tmp_path, "measure", "order", "1", "--kind", "hold", "--reason", "a lawsuit", "--until", "2099-03-31")
    assert held.stdout == "1\n"
    assert "hold  Anita Rao (number 1)  until 2099-04-01" in run(tmp_path, "measure", "list").stdout
    told = run(tmp_path, "erase-person", "Anita Rao")
    assert "person: name, team, zone and hours" in told.stdout
    assert "against  a legal hold of console" in told.stdout
    wanted = ("erase-person", "Anita Rao", "--name", "Anita Rao", "--reason", "she left", "--out", str(tmp_path))
    refused = run(tmp_path, *wanted)
    assert (refused.exit_code, "a lawsuit" in refused.stderr) == (1, True)
    assert run(tmp_path, "measure", "end", "1", "--reason", "it is over").exit_code == 0
    erased = run(tmp_path, *wanted)
    assert erased.exit_code == 0, erased.output
    assert [Path(line).name for line in erased.stdout.splitlines()] == ["erasure-1.json", "erasure-1.pdf"]
    assert b"Anita" not in (tmp_path / "erasure-1.json").read_bytes()
    assert [path.name for path in (tmp_path / DATA).rglob("*") if path.is_file() and b"Anita" in path.read_bytes()] == []
    assert run(tmp_path, "verify-audit").exit_code == 0
    assert run(tmp_path, "export-person", "Anita Rao").exit_code == 1
    assert run(tmp_path, "measure", "order", "1", "--kind", "hold", "--reason", "x", "--until", "soon").exit_code == 1
