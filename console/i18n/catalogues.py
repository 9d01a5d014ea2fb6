"""Keeps the catalogues complete: what the source says, what each language lacks, and the compiled files."""

from __future__ import annotations

import io
import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from console.i18n.language import CATALOGUES, DOMAIN, Language

ROOT = CATALOGUES.parent.parent
SOURCES = ("console", "policy")
"""Folders whose marked texts people read in the window: its own, and what policy says every figure means."""
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "_n": (1, 2)}
TRANSLATED = tuple(one for one in Language if one is not Language.ENGLISH)
HEAD = "# {name} for the WorkPulse console. Written by `python -m console.i18n`; translate the empty texts.\n#"
WIDTH = 120
ALWAYS = datetime(2025, 1, 1, tzinfo=UTC)
"""The date in every compiled catalogue, so that the same texts are the same bytes."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a catalogue."""

    language: Language
    what: str
    text: str


def extracted(root: Path = ROOT) -> Catalog:
    """Return every text that the source marks, with the files it is in."""
    catalog = Catalog(project="WorkPulse")
    for folder in SOURCES:
        found = extract_from_dir(root / folder, [("**.py", "python")], keywords=KEYWORDS)
        for name, _line, texts, _comments, context in sorted(found, key=lambda one: (one[0], one[1])):
            place = f"{folder}/{Path(name).as_posix()}"
            known = catalog.get(texts[0] if isinstance(texts, tuple) else texts, context)
            if known is None or (place, 1) not in known.locations:
                catalog.add(texts, None, [(place, 1)], context=context)
    return catalog


def po_path(language: Language) -> Path:
    """Return where a language's texts are written by people."""
    return CATALOGUES / language.value / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: Language) -> Catalog:
    """Return a language's catalogue; an empty one where there is none yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language.value)
    with path.open("rb") as file:
        return read_po(file, locale=language.value)


def update(language: Language) -> Catalog:
    """Bring a language's file up to the source: new texts come empty, those no longer said go, nothing is guessed."""
    catalog = read(language)
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    write(catalog, language)
    return catalog


def write(catalog: Catalog, language: Language) -> None:
    """Write both files of a language: the one people edit, and the one the console reads."""
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog.header_comment = HEAD.format(name=language.name.capitalize())
    catalog.fuzzy = False
    path.write_bytes(_as_po(catalog))
    path.with_suffix(".mo").write_bytes(compiled(catalog))


def _as_po(catalog: Catalog) -> bytes:
    """Return the file's text, without what changes at every run (dates, line numbers)."""
    target = io.BytesIO()
    write_po(target, catalog, width=WIDTH, include_lineno=False, sort_by_file=True)
    changing = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Last-Translator', b'"Language-Team', b'"Generated-By')
    lines = [line for line in target.getvalue().split(b"\n") if not line.startswith(changing)]
    return b"\n".join(lines)


def compiled(catalog: Catalog) -> bytes:
    """Return a catalogue as gettext reads it."""
    lean = Catalog(locale=catalog.locale, project="WorkPulse", creation_date=ALWAYS, revision_date=ALWAYS)
    for message in catalog:
        if message.id:
            lean.add(message.id, message.string, context=message.context)
    target = io.BytesIO()
    write_mo(target, lean)
    return target.getvalue()


def faults(language: Language) -> Iterator[Fault]:
    """Yield what is missing, stale or would break; nothing when the language is complete."""
    said, written = extracted(), read(language)
    for message in said:
        if message.id:
            yield from _faults_of(language, message, written.get(message.id, message.context))
    for message in written:
        if message.id and said.get(message.id, message.context) is None:
            yield Fault(language, "no longer said", _first(message))
    mo = po_path(language).with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != compiled(written):
        yield Fault(language, "not compiled", mo.name)


def _faults_of(language: Language, message: Message, found: Message | None) -> Iterator[Fault]:
    if found is None:
        yield Fault(language, "missing", _first(message))
        return
    forms = found.string if isinstance(found.string, tuple | list) else (found.string,)
    if not all(forms):
        yield Fault(language, "not translated", _first(message))
    elif found.fuzzy:
        yield Fault(language, "not certain", _first(message))
    elif any(not _fits(message, form or "") for form in forms):
        yield Fault(language, "other placeholders", _first(message))


def _first(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def _fits(message: Message, form: str) -> bool:
    """Whether a translation has the placeholders of its original; a singular may leave its number away."""
    texts = message.id if isinstance(message.id, tuple | list) else (message.id,)
    whole = set().union(*(placeholders(text) for text in texts))
    least = set.intersection(*(placeholders(text) for text in texts)) - ({"n"} if len(texts) > 1 else set())
    try:
        return least <= placeholders(form) <= whole
    except ValueError:
        return False


def placeholders(text: str) -> set[str]:
    """Return the names in curly brackets; ValueError when a bracket stands alone."""
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}
