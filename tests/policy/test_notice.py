"""Employees are told of everything an agent may say, in every language, and of nothing else."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from typing import get_args, get_type_hints

import msgspec
import pytest

from policy import events, notice
from policy.wire import AgentPolicy

KINDS = {kind.__struct_config__.tag: kind for kind in get_args(events.Event)}
SCRIPTS = {"en": r"[A-Za-z]", "hi": r"[\u0900-\u097f]", "bn": r"[\u0980-\u09ff]"}


def names_of(struct: type[msgspec.Struct]) -> Iterator[str]:
    """Every field of a kind, and the fields of what is within it."""
    hints = get_type_hints(struct)
    for field in struct.__struct_fields__:
        yield field
        for inner in get_args(hints[field]) if isinstance(hints[field], types.UnionType) else (hints[field],):
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                yield from names_of(inner)


def sections(language: str) -> dict[str, set[str]]:
    """The names in backticks below each heading that names a kind."""
    found = {}
    for section in re.split(r"^#{2,3} ", notice.text(language), flags=re.MULTILINE):
        heading, _, body = section.partition("\n")
        if kind := re.search(r"\(`([a-z_0-9]+)`\)", heading):
            found[kind[1]] = set(re.findall(r"`([a-z_0-9]+)`", body))
    return found


@pytest.mark.quality("P-03")
@pytest.mark.quality("P-10")
@pytest.mark.parametrize("language", notice.LANGUAGES)
def test_every_kind_and_every_field_an_agent_can_send_is_named_in_its_own_section(language: str) -> None:
    assert sections(language) == {kind: set(names_of(struct)) for kind, struct in KINDS.items()}


def test_the_walk_over_the_events_sees_what_is_within_them() -> None:
    assert {"system", "os", "disk_free_bytes"} <= set(names_of(events.Health))
    assert len(KINDS) == 8


@pytest.mark.quality("P-10")
@pytest.mark.parametrize("language", notice.LANGUAGES)
def test_the_notice_says_its_version_and_how_long_things_are_kept(language: str) -> None:
    told = notice.text(language)
    assert notice.VERSION in told
    kept = told.split("\n## ")[4]
    assert re.findall(r"\d+", kept) == ["90", "13", "365", "14"]


@pytest.mark.parametrize("language", notice.LANGUAGES)
def test_the_notice_is_written_in_its_language(language: str) -> None:
    prose = re.sub(r"`[^`]*`", "", notice.text(language))
    own, latin = len(re.findall(SCRIPTS[language], prose)), len(re.findall(SCRIPTS["en"], prose))
    assert own > 2_000
    assert language == "en" or latin < own / 20


def test_the_notices_are_the_same_notice() -> None:
    shapes = {tuple(re.findall(r"^(#+|-) ", notice.text(language), flags=re.MULTILINE)) for language in notice.LANGUAGES}
    assert len(shapes) == 1


def test_a_language_there_is_no_notice_in_is_refused() -> None:
    with pytest.raises(KeyError):
        notice.text("../events")


def test_the_version_fits_the_wire() -> None:
    msgspec.json.decode(msgspec.json.encode(AgentPolicy(revision=1, notice=notice.VERSION)), type=AgentPolicy)
