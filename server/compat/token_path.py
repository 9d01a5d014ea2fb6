"""For clients that cannot set a header: `/t/<token>/track` is `/track` with that token.

Only the routes of this room are reached so; everything else under `/t/` does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

PREFIX = "/t/"
OPEN = (
    "/track",
    "/summary/today",
    "/apps",
    "/daily",
    "/dashboard/",
    "/api/report",
    "/api/reports/real_work_hours",
    "/api/notice",
    "/api/agents/",
    "/api/heartbeats/",
    "/api/sessions/",
    "/api/screenshots/",
)


class TokenInPath:
    """Turns a token in the path into the header that the guard of every route reads."""

    def __init__(self, behind: Application) -> None:
        self._behind = behind

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as WSGI has it."""
        path = environ["PATH_INFO"]
        if path.startswith(PREFIX):
            token, slash, rest = path.removeprefix(PREFIX).partition("/")
            if token.isascii() and any(slash + rest == one or (one.endswith("/") and (slash + rest).startswith(one)) for one in OPEN):
                environ = environ | {"PATH_INFO": slash + rest, "HTTP_AUTHORIZATION": f"Bearer {token}"}
        return self._behind(environ, start_response)
