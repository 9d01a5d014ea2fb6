"""What IT set before anybody signed in: read from beside the program, used when the server is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.enrolment import EnrolmentError
from agent.first_run import data_of, enrol_when_possible
from agent.folder import default_root
from agent.provision import FILE, Provision, ProvisionError, find_provision

TOLD = Provision("https://office:5050", "WP1-X", "")


@pytest.mark.feature("H03")
def test_a_file_beside_the_program_says_where_to_enrol(tmp_path: Path) -> None:
    assert find_provision(tmp_path) is None
    (tmp_path / FILE).write_text('\ufeffserver = "https://office:5050"\ncode = "WP1-X"\n', "utf-8")
    assert find_provision(tmp_path) == TOLD


@pytest.mark.parametrize("text", ["server = ", 'server = "x"', 'server = "x"\ncode = "y"\nhidden = true', "server = 1\ncode = 2"])
def test_a_file_that_is_not_understood_is_said_to_be_so(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ProvisionError, match=FILE):
        find_provision(tmp_path)


def test_a_server_that_is_away_is_asked_again_after_ever_longer_pauses() -> None:
    answers = iter([EnrolmentError("away")] * 7 + [None])
    tried: list[Provision] = []
    pauses: list[float] = []

    def attempt(told: Provision) -> None:
        tried.append(told)
        if answer := next(answers):
            raise answer

    enrol_when_possible(TOLD, attempt, pauses.append)
    assert tried == [TOLD] * 8
    assert pauses == [60, 120, 240, 480, 960, 1_800, 1_800]


@pytest.mark.parametrize(
    ("given", "expected"),
    [([], None), (["run"], None), (["run", "--data", "/x"], "/x"), (["run", "--data=/x"], "/x"), (["run", "--data"], "")],
)
def test_it_enrols_into_the_folder_that_run_is_told(given: list[str], expected: str | None) -> None:
    assert data_of(given) == (default_root() if expected is None else Path(expected))
