"""The rights of one person from the command line: a copy into a file, holds and restrictions, an erasure with its certificate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from policy.summaries import ErasureWish, MeasureEnd, MeasureKind, MeasureWish
from policy.worktime import day_bounds
from server.captures import CaptureStore
from server.office import By
from server.organisation import organisation
from server.refusals import BadRequestError
from server.reporting.command import person_named
from server.reporting.folder import write_whole
from server.rights import certificate, erasure, erasure_steps, export, measures, requests
from server.rights.subject_rows import moment
from server.store.opened import Store

CONSOLE = "console"


class Order(NamedTuple):
    """What a measure is ordered with."""

    person: str
    kind: str
    reason: str
    until: str | None


def write_copy(store: Store, person: str, out: Path, language: str, request: int | None, now: int) -> Path:
    """Write the copy of a person and return where it is; what is there under that name is replaced when the copy is whole."""
    number = _number(store, person)
    store.writer.do(lambda connection: requests.note_copy(connection, number, request, By(CONSOLE, "", now)))
    target = (out / export.file_name(number, now) if out.is_dir() else out).absolute()
    beside = target.with_name(f"{target.name}.part")
    with beside.open("wb") as file:
        file.writelines(export.copy_of(store.readers, CaptureStore(store.settings.data), number, language, now))
    beside.replace(target)
    return target


def preview(store: Store, person: str, now: int) -> Iterator[str]:
    """Yield what an erasure would take, what stands against it, and what stays."""
    number = _number(store, person)
    with store.readers.connect() as connection:
        told = erasure.preview(connection, number, now)
    yield f"{told.person.name} (number {told.person.id})"
    yield from (f"{one.rows:>12,}  {one.table}: {one.about}" for one in told.amounts)
    yield from (f"       taken  the credential of {name}" for name in told.pcs)
    yield from (f"       stays  {name}: others use it too" for name in told.shared)
    yield from (f"       stays  {sentence}" for sentence in told.stays)
    yield from (f"     against  {one.message}" for one in told.obstacles)


def erase(store: Store, person: str, name: str, reason: str, request: int | None, out: Path, now: int) -> Iterator[Path]:
    """Erase a person and yield where the certificate is, as data and on paper; nothing where the rest waits for the night."""
    wish = ErasureWish(_number(store, person), name, reason, request)
    number = store.writer.do(lambda connection: erasure.order(connection, wish, By(CONSOLE, "", now)))
    erasure_steps.run_all(store, now)
    with store.readers.connect() as connection:
        state = next(one for one in erasure.erasures(connection).erasures if one.id == number)
        if state.sha256 is None:
            return
        row, zone = erasure.certificate_row(connection, number), organisation(connection).zone
    for ending, content in (("json", row.certificate.encode()), ("pdf", certificate.paper_of(row, "en", zone))):
        path = (out / f"erasure-{number}.{ending}").absolute()
        write_whole(path, content)
        yield path


def order(store: Store, asked: Order, now: int) -> int:
    """Put a hold or a restriction in force and return its number; `until` is the last day it holds."""
    until = None
    if asked.until:
        try:
            day = date.fromisoformat(asked.until)
        except ValueError:
            raise BadRequestError("--until is a day, such as 2027-03-31") from None
        with store.readers.connect() as connection:
            until = day_bounds(day, organisation(connection).zone)[1]
    wish = MeasureWish(_number(store, asked.person), MeasureKind(asked.kind), asked.reason, until)
    return store.writer.do(lambda connection: measures.order(connection, wish, By(CONSOLE, "", now)))


def end(store: Store, measure: int, reason: str, now: int) -> None:
    """End a measure."""
    store.writer.do(lambda connection: measures.end(connection, MeasureEnd(measure, reason), By(CONSOLE, "", now)))


def in_force(store: Store, now: int) -> Iterator[str]:
    """Yield a line for each measure in force."""
    with store.readers.connect() as connection:
        for one in measures.measures(connection, now).measures:
            until = f"until {moment(one.until)}" if one.until else "until it is ended"
            yield f"{one.id}  {one.kind}  {one.person.name} (number {one.person.id})  {until}  by {one.actor}: {one.reason}"


def _number(store: Store, person: str) -> int:
    with store.readers.connect() as connection:
        return person_named(connection, person)
