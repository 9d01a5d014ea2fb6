"""How an app or a site is compared with a pattern: executables by file name, sites label by label from the right."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import TypeVar

Found = TypeVar("Found")


def longest_suffix(host: str, table: Mapping[str, Found]) -> Found | None:
    """Return what `table` says of `host` or of the nearest domain above it; labels are compared whole.

    ```
    docs.google.com: docs.google.com? google.com?      citrix.com: citrix.com?   (never x.com)
    ```
    A pattern of one label ("intranet") is a host of its own and never a top-level domain.
    """
    domain = nearest_domain(host, table)
    return table[domain] if domain is not None else None


def nearest_domain(host: str, table: Container[str]) -> str | None:
    """Return `host` or the nearest domain above it that `table` has."""
    host = host.casefold().rstrip(".")
    while host not in table:
        if host.count(".") <= 1:
            return None
        host = host.partition(".")[2]
    return host


def base_name(app: str) -> str:
    """Return the file name of a path of either system, or a name as it is."""
    return app.replace("\\", "/").rstrip("/").rpartition("/")[2] or app


def executable(app: str) -> str:
    """Return the key under which an executable is known: its file name, folded, without ".exe"."""
    return base_name(app).casefold().removesuffix(".exe").removesuffix(".app").strip()


def without_extension(app: str) -> str:
    """Return the file name of an executable as it is written, without ".exe"."""
    return re.sub(r"\.(?:exe|app)$", "", base_name(app), flags=re.IGNORECASE) or app


def site_pattern(pattern: str) -> str:
    """Return the domain an owner means by "https://www.x.com/", "*.x.com" or "X.com"."""
    host = re.sub(r"^[a-z][a-z0-9+.-]*://", "", pattern.strip().casefold())
    host = re.split(r"[/:?#]", host, maxsplit=1)[0]
    return host.removeprefix("*.").removeprefix("www.").strip(".")
