"""From trouble to an answer: each refusal has one status, each failure of the world a sentence, and ours are logged and hidden."""

from __future__ import annotations

import logging

import msgspec
from flask import Flask, Response
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from policy.wire import Problem
from server.refusals import RefusalError
from server.store.writer import StoreUnavailableError

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5
WORDS = {400: "bad_request", 404: "not_there", 405: "wrong_method", 413: "too_large", 415: "wrong_media"}


STORE_AWAY = (StoreUnavailableError, OperationalError, InterfaceError, PoolTimeoutError)


def register(app: Flask) -> None:
    """Make every error of `app` a Problem in JSON."""
    app.register_error_handler(HTTPException, response_to)
    app.register_error_handler(Exception, response_to)


def response_to(fault: Exception) -> Response:
    """Return what an error is to the caller."""
    if isinstance(fault, RefusalError):
        return _refused(fault)
    if isinstance(fault, HTTPException):
        return _http(fault)
    return _store_away(fault) if isinstance(fault, STORE_AWAY) else _ours(fault)


def answer(status: int, problem: Problem, retry_after: int | None = None) -> Response:
    """Return a problem as a response."""
    response = Response(msgspec.json.encode(problem), status, mimetype="application/json")
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _refused(refusal: RefusalError) -> Response:
    return answer(refusal.status, Problem(refusal.reason, refusal.message, refusal.expected), refusal.retry_after)


def _http(fault: HTTPException) -> Response:
    status = fault.code or 500
    return answer(status, Problem(WORDS.get(status, "refused"), fault.description or fault.name))


def _store_away(fault: Exception) -> Response:
    log.error("the store is unavailable: %s", fault)
    return answer(503, Problem("store_unavailable", "the store is unavailable; try again soon"), RETRY_AFTER_SECONDS)


def _ours(fault: Exception) -> Response:
    log.exception("a fault of ours", exc_info=fault)
    return answer(500, Problem("our_fault", "something went wrong here; it was logged"))
