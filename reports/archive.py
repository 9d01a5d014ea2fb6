"""A workbook's bytes made to depend on what is in it alone: openpyxl writes the hour of the day into them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

BEGINNING = (1980, 1, 1, 0, 0, 0)
CORE = "docProps/core.xml"
_DATED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def settled(book: bytes, made: datetime) -> bytes:
    """Return the same workbook, dated `made`."""
    stamp = f"{made:%Y-%m-%dT%H:%M:%SZ}".encode()
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as copy:
        for name in source.namelist():
            content = source.read(name)
            if name == CORE:
                content = _DATED.sub(lambda found: found[1] + stamp + found[3], content)
            entry = zipfile.ZipInfo(name, BEGINNING)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            copy.writestr(entry, content)
    return target.getvalue()
