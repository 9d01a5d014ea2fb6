"""The door where batches come in, before Flask: its steps for one request cost more than all the work of a small batch.

It is the same route of the table, with the same guard, limits, errors and headers; a test knocks at both doors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from sqlalchemy.orm import Session
from werkzeug.wrappers import Request

from policy.wire import MAX_SENT_BYTES
from server.auth import Ask, Route, bearer_of
from server.clock import now_ms
from server.core import Core
from server.errors import response_to
from server.refusals import NotSignedInError

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class DeviceRequest(Request):
    """A request whose body is never read beyond the limit."""

    max_content_length = MAX_SENT_BYTES


class BatchDoor:
    """Answers one route of devices itself and leaves everything else to the application behind it."""

    def __init__(self, core: Core, route: Route, behind: Application, session: Callable[[], Session], headers: dict[str, str]) -> None:
        self._core, self._route, self._behind, self._session = core, route, behind, session
        self._headers = [("Content-Type", "application/json"), *headers.items()]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as WSGI has it."""
        if environ["PATH_INFO"] != self._route.path or environ["REQUEST_METHOD"] != self._route.method:
            return self._behind(environ, start_response)
        try:
            body = msgspec.json.encode(self._route.handler(self._ask(DeviceRequest(environ))))
        except Exception as fault:  # noqa: BLE001 — mapped to an answer, ours logged, as Flask would
            response = response_to(fault)
            response.headers.extend(self._headers[1:])
            return response(environ, start_response)
        start_response("200 OK", [*self._headers, ("Content-Length", str(len(body)))])
        return [body]

    def _ask(self, request: Request) -> Ask:
        token = bearer_of(request)
        if not token:
            raise NotSignedInError("no credential")
        return Ask(self._core, self._session, now_ms(), request.remote_addr or "", request, token, None, self._core.devices.of(token))
