"""Every row of the lists of faults, time, abuse, load and law has a test or a reason here; docs/compliance.md names tests there are."""

from __future__ import annotations

import re

import pytest

from policy.notice.measures import MEASURES
from tests.features import ROOT, marked, wanted

WAITS = {  # reviewed: what no test of this project shows, why, and what stands in its place
    "R-03": "needs a file system that forgets what was not synced; tests read back that both stores sync fully, R-01 and R-02 kill",
    "R-04": "needs LazyFS and FUSE, which an ordinary machine does not have; damaged and truncated files are R-06",
    "R-10": "needs a layer under SQLite whose fsync fails; full, locked and read-only disks are R-07, R-08 and R-09",
    "R-13": "measured by `python tests --bench backlog`: 500 PCs and 8 hours at once; timed figures are no tests here",
    "R-14": "seventy-two hours are no test; what grows is looked at by `python tests --bench load` and by the hostile bodies' memory",
    "R-15": "nothing is released yet, so there is no older version to meet; the wire names its protocol and refuses others",
    "R-16": "there is one migration; it runs in one transaction, and every revision goes up and down in test_store",
    "L-01": "measured by `python tests --bench load`: 500 PCs, a batch a minute each, with the tabs asked meanwhile",
    "L-02": "needs a small PC; docs/performance.md has CPU and memory on two cores, from which one can judge",
    "L-03": "measured by `python tests --bench search` at fifty million file events; half an hour to fill, so no test",
    "S-26": "hours of coverage-guided fuzzing belong on a machine of its own; hypothesis drives decoder, inflate and streams in every run",
    "S-28": "needs a real Windows with a second account: docs/windows-checklist.md says how to look",
    "S-29": "asks a service outside for known faults, which no test of this project does; versions are pinned exactly",
}
LISTS = {"P": range(1, 21), "S": range(1, 31), "R": range(1, 24), "C": range(1, 6), "L": range(1, 5)}
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
