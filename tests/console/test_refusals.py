"""Refusals in the reader's language: every reason the server's source can give has a sentence here, and its English is marked as such."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from console.i18n.language import CATALOGUES, Language, Usage, use
from console.refusals import CARRIES_MORE, SAID, sentence_of, told_besides
from console.trouble import Refused
from policy.summaries import ObstacleKind
from policy.wire import Problem

SERVER = CATALOGUES.parent.parent / "server"
OBSTACLES = "kind.value"
"""What an erasure is refused with: the kind of the first thing against it."""


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    use(Usage())


def sources() -> Iterator[ast.Module]:
    for path in sorted(SERVER.rglob("*.py")):
        yield ast.parse(path.read_text("utf-8"), str(path))


def texts(node: ast.expr) -> Iterator[str]:
    """Yield every text an expression can be; fail on one that a reader of the source cannot foresee."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.Name) and node.id == "REASON":
        yield "no_consent"
    elif ast.unparse(node).endswith(OBSTACLES):
        yield from (one.value for one in ObstacleKind)
    else:
        raise AssertionError(f"which reasons can {ast.unparse(node)} be? Say so here")


def reasons_of_calls(tree: ast.Module) -> Iterator[str]:
    """Yield the reasons of refusals that are raised, and of problems that are answered."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id.endswith("Error"):
            for keyword in node.keywords:
                if keyword.arg == "reason":
                    yield from texts(keyword.value)
        elif node.func.id == "Problem" and isinstance(node.args[0], ast.Constant):
            yield from texts(node.args[0])


def reasons_of_kinds(tree: ast.Module) -> Iterator[str]:
    """Yield the reason of each kind of refusal, and the words for what the web server itself refuses."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
            for line in node.body:
                yield from _reason_of(line)
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "WORDS" and isinstance(node.value, ast.Dict):
            by_status = all(isinstance(key, ast.Constant) and isinstance(key.value, int) for key in node.value.keys)
            yield from (text for value in node.value.values if by_status for text in texts(value))


def _reason_of(line: ast.stmt) -> Iterator[str]:
    if isinstance(line, ast.Assign):
        target, value = line.targets[0], line.value
        if isinstance(target, ast.Name) and target.id == "reason":
            yield from texts(value)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            names = [ast.unparse(one) for one in target.elts]
            yield from texts(value.elts[names.index("reason")]) if "reason" in names else ()


REASONS = sorted({reason for tree in sources() for found in (reasons_of_calls(tree), reasons_of_kinds(tree)) for reason in found})


def test_the_source_was_read() -> None:
    known = {
        "stale",
        "taken",
        "not_signed_in",
        "not_sent",
        "store_unavailable",
        "wrong_method",
        "floor",
        "no_consent",
        "running",
        "say_why",
    }
    assert known <= set(REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_the_server_can_give_has_a_sentence_here(reason: str) -> None:
    assert reason in SAID, f"say in console/refusals.py what {reason!r} means"


def test_no_sentence_is_left_over() -> None:
    assert set(SAID) - set(REASONS) == set()
    assert set(SAID) >= CARRIES_MORE


@pytest.mark.parametrize("language", [Language.HINDI, Language.BENGALI])
def test_each_is_said_in_the_readers_language(language: Language) -> None:
    in_english = {reason: sentence_of(Problem(reason), 400) for reason in SAID}
    use(Usage(language))
    for reason in SAID:
        said = sentence_of(Problem(reason), 400)
        assert said != in_english[reason] and not said.isascii(), reason
    for status in (400, 401, 403, 404, 409, 418, 429, 500, 503):
        assert not sentence_of(Problem("a newer server's"), status).isascii()


@pytest.mark.parametrize("language", list(Language))
def test_the_servers_english_is_told_only_where_it_carries_more_and_never_unmarked(language: Language) -> None:
    use(Usage(language))
    told = told_besides(Problem("bad_request", "at most 400 days\nmay be asked for"))
    assert told.endswith("at most 400 days may be asked for") and not told.startswith("at most")
    assert told_besides(Problem("taken", "there is a team 'Sales' already")) == ""
    assert told_besides(Problem("from a newer server", "no more than 5")).endswith("no more than 5")
    assert told_besides(Problem("bad_request", "")) == ""
    sentence = sentence_of(Problem("bad_request"), 400)
    assert Refused(sentence, told=told).whole() == f"{sentence}\n{told}"
