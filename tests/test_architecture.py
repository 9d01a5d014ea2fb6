"""The arrows of the house: who may import whom, held as a table."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("policy", "server", "console", "agent", "reports", "ml")

MAY_IMPORT = {
    "policy": set(),
    "reports": {"policy"},
    "ml": {"policy"},
    "agent": {"policy"},
    "console": {"policy", "reports"},
    "server": {"policy", "reports", "ml"},
}
ONLY_IN = {
    "PyQt5": ("console/",),
    "qtawesome": ("console/",),
    "flask": ("server/app.py", "server/auth.py", "server/errors.py", "server/routes/", "server/pages/", "server/compat/"),
    "ctypes": ("agent/desktop/windows", "agent/keys"),
    "alembic": ("server/migrations/",),
}
NO_CLOCK = ("policy/", "reports/", "ml/", "server/")
CLOCK_ALLOWED = (
    *("server/clock.py", "server/app.py", "server/auth.py", "server/errors.py", "server/routes/", "server/pages/", "server/compat/"),
    # programs: what starts things and waits for them
    *(
        "server/cli.py",
        "server/serve.py",
        "server/companion.py",
        "server/jobs.py",
        "server/demo.py",
        "server/core.py",
        "server/__main__.py",
    ),
)
CLOCKS = {("time", "time"), ("time", "time_ns"), ("time", "monotonic"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today")}


def sources(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def imports_of(tree: ast.AST) -> Iterator[str]:
    """Every imported module, those inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def broken_arrows(room: str, tree: ast.AST) -> list[str]:
    allowed = MAY_IMPORT[room] | {room}
    found = [name for name in imports_of(tree) if name.split(".")[0] in ROOMS and name.split(".")[0] not in allowed]
    if room == "console":
        found += [name for name in imports_of(tree) if name.split(".")[0] == "reports" and name != "reports.charts"]
    return found


@pytest.mark.feature("Q16")
@pytest.mark.parametrize("room", ROOMS)
def test_every_arrow_is_in_the_table(room: str) -> None:
    broken = {
        str(path.relative_to(ROOT)): found for path in sources(room) if (found := broken_arrows(room, ast.parse(path.read_text("utf-8"))))
    }
    assert not broken


def test_an_import_inside_a_function_is_seen() -> None:
    assert broken_arrows("policy", ast.parse("def f():\n    from server.store.db import Base")) == ["server.store.db"]
    assert broken_arrows("console", ast.parse("import reports.pdf")) == ["reports.pdf"]
    assert not broken_arrows("console", ast.parse("from reports.charts import draw_days"))


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_package_stays_in_its_place(package: str) -> None:
    places = ONLY_IN[package]
    strays = [
        str(path.relative_to(ROOT))
        for path in sources(*ROOMS)
        if any(name.split(".")[0] == package for name in imports_of(ast.parse(path.read_text("utf-8"))))
        and not path.relative_to(ROOT).as_posix().startswith(places)
    ]
    assert not strays


def test_policy_needs_nothing_but_the_standard_library_and_msgspec() -> None:
    import sys

    allowed = {*sys.stdlib_module_names, "msgspec", "policy"}
    strays = {
        str(path): name
        for path in sources("policy")
        for name in imports_of(ast.parse(path.read_text("utf-8")))
        if name.split(".")[0] not in allowed
    }
    assert not strays


def clock_reads(tree: ast.AST) -> list[str]:
    return [
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS
    ]


def test_the_inside_is_told_the_time() -> None:
    strays = {
        str(path.relative_to(ROOT)): found
        for path in sources("policy", "reports", "ml", "server")
        if not path.relative_to(ROOT).as_posix().startswith(CLOCK_ALLOWED) and (found := clock_reads(ast.parse(path.read_text("utf-8"))))
    }
    assert not strays


def test_a_clock_read_is_seen() -> None:
    assert clock_reads(ast.parse("import time\nx = time.time()")) == ["time.time"]


def test_no_circle_of_imports_between_files() -> None:
    """Follow the imports at module level; a circle means two files are one, or one of them is in the wrong place."""
    graph = {name_of(path): {target for target in module_level(path) if target} for path in sources(*ROOMS)}
    state: dict[str, int] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        state[name] = 1
        for target in sorted(graph[name] & graph.keys()):
            assert state.get(target) != 1, " -> ".join((*trail, name, target))
            if target not in state:
                visit(target, (*trail, name))
        state[name] = 2

    for name in sorted(graph):
        if name not in state:
            visit(name, ())


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def module_level(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.split(".")[0] in ROOMS and name != name_of(path)}
