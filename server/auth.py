"""Who is asking: every route names who may call it, and nothing of a request is read before that is settled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from functools import wraps
from typing import Any, NamedTuple, TypeVar

import msgspec
from flask import Response, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.wrappers import Request

from policy.redaction import clean
from policy.roles import Role, Viewer
from server import enrolment, page_links, user_admin, users
from server.audit_log import audit
from server.clock import now_ms
from server.core import Core
from server.enrolment import KnownDevice
from server.office import By
from server.refusals import BadRequestError, NotAllowedError, NotSignedInError, RefusalError

Body = TypeVar("Body")
Result = TypeVar("Result")


class Door(StrEnum):
    """Callers that are not a signed-in role."""

    ANYONE = "anyone"
    DEVICE = "device"
    OWNER_LINK = "owner_link"
    PASSWORD_LINK = "password_link"  # noqa: S105 — a door, not a key
    PAGE_LINK = "page_link"
    PAGE = "page"
    BROWSER = "browser"


EVERYBODY_SIGNED_IN = frozenset(Role)
SCHEMES = ("bearer", "token")
"""How a token is announced; the second is what clients of Django's REST framework say."""
USUAL_ROWS, MOST_ROWS = 100, 500
PAGE_COOKIE = "__Host-workpulse"
"""The browser of a person at their own page; the prefix keeps it to this server and to TLS."""
DASHBOARD_COOKIE = "__Host-workpulse-dashboard"
"""The browser of somebody signed in at the dashboard."""


class Ask(NamedTuple):
    """One request, with its caller known: what a handler gets to work with."""

    core: Core
    open_session: Callable[[], Session]
    now: int
    address: str
    request: Request
    token: str
    viewer: Viewer | None
    device: KnownDevice | None

    @property
    def session(self) -> Session:
        """This request's reading session; opened when first asked for."""
        return self.open_session()

    def who(self) -> Viewer:
        """The signed-in viewer; a route open to roles only always has one."""
        if self.viewer is None:
            raise NotSignedInError("sign in first")
        return self.viewer

    def by(self) -> By:
        """Who changes something: the signed-in viewer."""
        return By(self.who().name, self.address, self.now)

    def change(self, work: Callable[[Connection, By], Result]) -> Result:
        """Change the store as the viewer, in one transaction with what the audit log says of it."""
        by = self.by()
        return self.core.writer.do(lambda connection: work(connection, by))

    def body(self, kind: type[Body]) -> Body:
        """Decode the request's JSON body; raise BadRequestError with the place of the fault."""
        try:
            return msgspec.json.decode(request.get_data(cache=False), type=kind)
        except (ValueError, RecursionError) as fault:
            raise BadRequestError(str(fault)) from None

    def number(self, name: str) -> int | None:
        """Read a whole number from the query string; raise BadRequestError when it is none."""
        text = request.args.get(name)
        if text is None or text == "":
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            raise BadRequestError(f"{name} must be a number")
        return int(text)

    def number_in_path(self) -> int:
        """Read the number that stands in the path; raise BadRequestError when it is none."""
        text = str((request.view_args or {}).get("number", ""))
        if not (text.isascii() and text.isdigit() and len(text) < 17):
            raise BadRequestError("what stands in the path must be a number")
        return int(text)

    def rows(self) -> int:
        """Read how many rows a page may have; raise BadRequestError when `limit` is out of bounds."""
        limit = self.number("limit")
        if limit is None:
            return USUAL_ROWS
        if not 1 <= limit <= MOST_ROWS:
            raise BadRequestError(f"limit must be from 1 to {MOST_ROWS}")
        return limit

    def day(self, name: str) -> date:
        """Read a local day from the query string; raise BadRequestError when it is none."""
        try:
            return date.fromisoformat(request.args.get(name, ""))
        except ValueError:
            raise BadRequestError(f"{name} must be a day, YYYY-MM-DD") from None

    def text(self, name: str, longest: int) -> str | None:
        """Read a text from the query string, cleaned as stored texts are; raise BadRequestError when it is too long."""
        text = request.args.get(name, "")
        if len(text) > longest:
            raise BadRequestError(f"{name} must be at most {longest} characters")
        return clean(text, longest) or None

    def note_look(self, at: str, detail: str) -> None:
        """Write into the audit log that the viewer looked at something that is nobody's figures."""
        self.note_looks(at, detail, [], None, even_at_nobody=True)

    def note_looks(self, at: str, detail: str, people: list[int], reason: str | None, *, even_at_nobody: bool = False) -> None:
        """Write into the audit log whose figures the viewer looked at, and why; then read on from a state that holds these entries.

        What is shown is read after the look is on the disk: a look that cannot be written down is none (CannotLogError).
        """
        subjects: list[str | None] = [audit.about(person) for person in people]
        if even_at_nobody and not subjects:
            subjects = [None]
        deeds = [audit.Deed(self.who().name, audit.LOOKED + at, subject, detail, self.address, reason) for subject in subjects]
        if deeds:
            self.core.writer.do(lambda connection: audit.record_all(connection, deeds, self.now))
            self.session.rollback()


Handler = Callable[[Ask], Any]


class Route(NamedTuple):
    """One line of the table of contents in `routes/`: what, who may, what goes in and what comes out."""

    method: str
    path: str
    handler: Handler
    allow: frozenset[Role | Door]
    reply: type | None = None
    body: type | None = None
    status: int = 200
    refused: Callable[[RefusalError], Response] | None = None
    """What a refusal looks like where a person and not a program knocks; absent: a Problem in JSON."""


def guarded(route: Route, core: Core, session: Callable[[], Session]) -> Callable[..., Response]:
    """Return the view of a route: settle who asks, then hand over, then encode."""

    @wraps(route.handler)
    def view(**_: str) -> Response:
        try:
            reply = route.handler(_identify(route, core, session))
        except RefusalError as refusal:
            if route.refused is None:
                raise
            return route.refused(refusal)
        return reply if isinstance(reply, Response) else _encoded(reply, route.status)

    return view


def _identify(route: Route, core: Core, session: Callable[[], Session]) -> Ask:
    """Return the request with its caller; raise NotSignedInError or NotAllowedError. Looks at headers and the query only."""
    ask = Ask(core, session, now_ms(), request.remote_addr or "", request, bearer_of(request), None, None)
    if Door.ANYONE in route.allow:
        return ask
    if Door.OWNER_LINK in route.allow:
        if not users.owner_key_is_good(ask.session, request.args.get("key", ""), ask.now):
            raise NotSignedInError("this link was used or has expired")
        return ask
    if Door.PASSWORD_LINK in route.allow:
        if not user_admin.key_is_good(ask.session, request.args.get("key", ""), ask.now):
            raise NotSignedInError("this link was used or has expired")
        return ask
    if Door.PAGE_LINK in route.allow:
        if not page_links.key_is_good(ask.session, request.args.get("key", ""), ask.now):
            raise NotSignedInError("this link was used or has expired; open the page from the symbol once more")
        return ask
    if Door.PAGE in route.allow:
        token = request.cookies.get(PAGE_COOKIE, "")
        return ask._replace(token=token, viewer=page_links.viewer_of(ask.session, token, ask.now))
    if Door.BROWSER in route.allow:
        token = request.cookies.get(DASHBOARD_COOKIE, "")
        return ask._replace(token=token, viewer=users.viewer_of(ask.session, users.IN_BROWSER + token, ask.now))
    if not ask.token:
        raise NotSignedInError("no credential")
    if Door.DEVICE in route.allow:
        try:
            with core.readers.connect() as connection:
                return ask._replace(device=enrolment.device_of(connection, ask.token))
        except NotSignedInError:
            if route.allow == {Door.DEVICE}:
                raise  # else it may be the token of somebody signed in
    viewer = users.viewer_of(ask.session, ask.token, ask.now)
    if viewer.role not in route.allow:
        raise NotAllowedError(f"this is not for the role {viewer.role}")
    return ask._replace(viewer=viewer)


def bearer_of(request: Request) -> str:
    """Return the token a request shows."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() in SCHEMES else ""


def _encoded(reply: Any, status: int) -> Response:
    """Encode a reply; one that the client has already costs it nothing but the question."""
    response = Response(msgspec.json.encode(reply), status, mimetype="application/json")
    if request.method == "GET":
        response.add_etag()
        response.make_conditional(request)
    return response
