"""The documents about the recording that can be made, and what of the configuration still waits for somebody."""

from __future__ import annotations

from msgspec import Struct


class NoticeDocuments(Struct, frozen=True):
    """The files by name, and the open points of the impact assessment; `dpia` is where the signed one is filed, empty: nowhere."""

    files: list[str]
    open_points: list[str]
    dpia: str
