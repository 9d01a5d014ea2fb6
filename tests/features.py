"""The list of what the project is meant to show, which tests say they show it, and the table of what came of them."""

from __future__ import annotations

import ast
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).resolve().parent / "features.toml"
MARKS = ("feature", "quality")
TITLE_WIDTH = 74


class State(StrEnum):
    """What there is to say about an id."""

    PASS = "pass"
    FAIL = "fail"
    SKIPPED = "skipped"
    DECLINED = "declined"
    MISSING = "missing"


class Wanted(Struct, frozen=True):
    """The list: titles by id, and why some features are declined."""

    features: dict[str, str]
    declined: dict[str, str]
    qualities: dict[str, str]

    @property
    def ids(self) -> set[str]:
        """Every id a mark may name."""
        return {*self.features, *self.qualities}


class Came(Struct, frozen=True):
    """What came of one test, all its parameters together; `why` is said of one that was skipped."""

    outcome: str
    why: str = ""


class Row(Struct, frozen=True):
    """One line of the table."""

    id: str
    state: State
    title: str
    note: str


def wanted() -> Wanted:
    """Read the list."""
    return Wanted(**tomllib.loads(LIST.read_text("utf-8")))


def marked(folder: Path = ROOT / "tests") -> dict[str, list[str]]:
    """Return the tests that carry a mark with each id, as `path::name`; nothing is imported for it."""
    shown: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
        for identity, test in _marks(ast.parse(path.read_text("utf-8"))):
            shown.setdefault(identity, []).append(f"{name}::{test}")
    return shown


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    everywhere = [node.value for node in tree.body if isinstance(node, ast.Assign) and _is_pytestmark(node)]
    for test in tests:
        found = {identity for part in (*everywhere, *test.decorator_list) for identity in _ids_in(part)}
        yield from ((identity, test.name) for identity in sorted(found))


def _is_pytestmark(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


def _ids_in(part: ast.AST) -> Iterator[str]:
    for node in ast.walk(part):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MARKS:
            yield from (str(argument.value) for argument in node.args if isinstance(argument, ast.Constant))


def rows(titles: Mapping[str, str], declined: Mapping[str, str], tests: Mapping[str, list[str]], came: Mapping[str, Came]) -> list[Row]:
    """Return the table of these ids: declined ones with their reason, the others with what came of their tests."""
    return [
        Row(identity, State.DECLINED, title, declined[identity])
        if identity in declined
        else Row(identity, *_judged(title, tests.get(identity, []), came))
        for identity, title in titles.items()
    ]


def _judged(title: str, tests: list[str], came: Mapping[str, Came]) -> tuple[State, str, str]:
    found = {test: came[test] for test in tests if test in came}
    failed = [test for test, one in found.items() if one.outcome == "failed"]
    passed = [test for test, one in found.items() if one.outcome == "passed"]
    if failed:
        return State.FAIL, title, ", ".join(failed)
    if passed:
        return State.PASS, title, f"{len(passed)} test{'s' * (len(passed) != 1)}"
    if found:
        return State.SKIPPED, title, next(iter(found.values())).why
    return State.MISSING, title, "no test" if not tests else "its tests did not run"


def as_text(table: Iterable[Row]) -> str:
    """Return the table for people, with the sums below."""
    table = list(table)
    lines = [f"{row.id:5} {row.state:9} {row.title:{TITLE_WIDTH}} {row.note}".rstrip() for row in table]
    counts = {state: sum(row.state is state for row in table) for state in State}
    return "\n".join([*lines, "", f"{len(table)}: " + ", ".join(f"{count} {state}" for state, count in counts.items())])


def sources(root: Path = ROOT) -> Iterator[Path]:
    """Yield every file of the project by which a test could come out differently, in one order."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__pycache__")) or name == ".ci")
        yield from (Path(folder) / name for name in sorted(names) if not name.endswith(".pyc"))
