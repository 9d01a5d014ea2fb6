"""Every row of the abuse and the law lists has a test with its id, or a reason here; docs/compliance.md names tests there are."""

from __future__ import annotations

import re

import pytest

from policy.notice.measures import MEASURES
from tests.features import ROOT, marked, wanted

WAITS = {  # reviewed: what no test of this project shows, why, and what stands in its place
    "S-07": "schemathesis is not a dependency; test_doors and test_hostile_bytes send what is not described, and no answer is a 5xx",
    "S-26": "hours of coverage-guided fuzzing belong on a machine of its own; hypothesis drives decoder, inflate and streams in every run",
    "S-28": "needs a real Windows with a second account: docs/windows-checklist.md says how to look",
    "S-29": "asks a service outside for known faults, which no test of this project does; versions are pinned exactly",
}
LISTS = {"P": range(1, 21), "S": (*range(1, 30), 30)}
COMPLIANCE = ROOT / "docs" / "compliance.md"
TESTS = marked()


def of_file(path: str) -> set[str]:
    """The ids that the tests of one file carry."""
    return {identity for identity, tests in TESTS.items() if any(test.startswith(f"{path}::") for test in tests)}


@pytest.mark.parametrize("identity", [f"{letter}-{number:02}" for letter, numbers in LISTS.items() for number in numbers])
def test_a_row_has_a_test_or_a_reason_and_not_both(identity: str) -> None:
    assert identity in wanted().qualities
    assert (identity in TESTS) != (identity in WAITS), TESTS.get(identity, "no test carries it, and no reason is written down")


def test_a_reason_says_something() -> None:
    assert min(map(len, WAITS.values())) > 60


def test_a_measure_that_is_told_to_authorities_names_tests_there_are() -> None:
    named = {identity for measure in MEASURES for identity in measure.tests}
    assert sorted(named - TESTS.keys()) == []


def cells() -> list[str]:
    """The cells of the tables of docs/compliance.md that name tests."""
    rows = [line for line in COMPLIANCE.read_text("utf-8").splitlines() if line.startswith("|")]
    return [cell for row in rows for cell in row.strip("|").split("|") if "test_" in cell]


def test_the_page_names_only_tests_there_are_and_the_ids_they_carry() -> None:
    """`server/test_x.py` (S-01, P-02) means that this file carries these ids."""
    faults = []
    assert len(cells()) > 20
    for cell in cells():
        for path, ids in re.findall(r"`([\w/]+\.py)`(?: \(([A-Z0-9, -]+)\))?", cell):
            whole = f"tests/{path}"
            faults += [] if (ROOT / whole).exists() else [f"{path} is not there"]
            faults += [f"{path} does not carry {one}" for one in re.findall(r"[A-Z]-\d\d", ids) if one not in of_file(whole)]
    assert faults == []


def test_the_page_has_every_row_of_the_law_list() -> None:
    told = COMPLIANCE.read_text("utf-8")
    assert [f"P-{number:02}" for number in LISTS["P"] if f"P-{number:02}" not in told] == []
