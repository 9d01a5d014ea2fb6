"""The catalogues of the reports: what the source says, what each language lacks, and the compiled files."""

from __future__ import annotations

import io
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from reports.speech import CATALOGUES, DOMAIN, LOCALES

ROOT = CATALOGUES.parent.parent
KEYWORDS: dict[str, tuple[int, ...] | None] = {"say": None, "self": None, "_": None, "many": (1, 2)}
TRANSLATED = tuple(one for one in LOCALES if one != "en")
ALWAYS = datetime(2025, 1, 1, tzinfo=UTC)
"""The date in every compiled catalogue, so that the same texts are the same bytes."""
CHANGING = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Last-Translator', b'"Language-Team', b'"Generated-By')


def extracted() -> Catalog:
    """Return every text that a report can say, with what policy says every figure means."""
    catalog = Catalog(project="WorkPulse")
    found = [
        (f"reports/{name}", texts)
        for name, _line, texts, *_rest in extract_from_dir(ROOT / "reports", [("**.py", "python")], keywords=KEYWORDS)
    ]
    found += [
        ("policy/definitions.py", texts)
        for _line, texts, *_rest in extract_from_file("python", ROOT / "policy" / "definitions.py", keywords=KEYWORDS)
    ]
    for place, texts in sorted(found, key=lambda one: one[0]):
        if texts:
            catalog.add(texts, None, [(Path(place).as_posix(), 1)])
    return catalog


def po_path(language: str) -> Path:
    """Return where a language's texts are written by people."""
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    """Return a language's catalogue; an empty one where there is none yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> Catalog:
    """Bring a language's file up to the source: new texts come empty, those no longer said go, nothing is guessed."""
    catalog = read(language)
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    write(catalog, language)
    return catalog


def write(catalog: Catalog, language: str) -> None:
    """Write both files of a language: the one people edit, and the one a report reads."""
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog.header_comment = "# The texts of WorkPulse's reports. Written by `python -m reports.i18n`; translate the empty texts.\n#"
    catalog.fuzzy = False
    target = io.BytesIO()
    write_po(target, catalog, width=120, include_lineno=False, sort_by_file=True)
    path.write_bytes(b"\n".join(line for line in target.getvalue().split(b"\n") if not line.startswith(CHANGING)))
    path.with_suffix(".mo").write_bytes(compiled(catalog))


def compiled(catalog: Catalog) -> bytes:
    """Return a catalogue as gettext reads it."""
    lean = Catalog(locale=catalog.locale, project="WorkPulse", creation_date=ALWAYS, revision_date=ALWAYS)
    for message in catalog:
        if message.id:
            lean.add(message.id, message.string)
    target = io.BytesIO()
    write_mo(target, lean)
    return target.getvalue()


def faults(language: str) -> Iterator[str]:
    """Yield what is missing, stale or would break; nothing when the language is complete."""
    said, written = extracted(), read(language)
    for message in said:
        if message.id:
            yield from _faults_of(message.id, written.get(message.id))
    yield from (f"no longer said: {message.id}" for message in written if message.id and said.get(message.id) is None)
    if not po_path(language).with_suffix(".mo").exists() or po_path(language).with_suffix(".mo").read_bytes() != compiled(written):
        yield "not compiled"


def _faults_of(text: str | tuple[str, ...] | list[str], found: object) -> Iterator[str]:
    texts = (text,) if isinstance(text, str) else tuple(text)
    said = getattr(found, "string", "") or ""
    forms = (said,) if isinstance(said, str) else tuple(said)
    if not all(forms) or not forms:
        yield f"not translated: {texts[0]}"
    elif any(not _fits(texts, form) for form in forms):
        yield f"other placeholders: {texts[0]}"


def _fits(texts: tuple[str, ...], form: str) -> bool:
    whole = set().union(*(placeholders(text) for text in texts))
    return whole - ({"n"} if len(texts) > 1 else set()) <= placeholders(form) <= whole


def placeholders(text: str) -> set[str]:
    """Return the names in curly brackets."""
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}
