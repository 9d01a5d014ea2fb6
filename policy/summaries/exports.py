"""What the server is told before an export leaves the window."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from policy.summaries.numbers import Number

Line = Annotated[str, Meta(max_length=256)]


class ExportForm(StrEnum):
    """As what figures leave the window."""

    CLIPBOARD = "clipboard"
    CSV = "csv"
    EXCEL = "excel"
    PDF = "pdf"
    PNG = "png"
    SVG = "svg"


class ExportNote(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody takes `rows` rows of a tab away, `about` these days and people; `conditions` are the filters in words."""

    tab: Annotated[str, Meta(pattern="^[a-z]{1,24}$")]
    form: ExportForm
    rows: Annotated[int, Meta(ge=0, le=10**9)]
    first: date
    last: date
    team: Number | None = None
    person: Number | None = None
    conditions: Annotated[list[Line], Meta(max_length=16)] = []
