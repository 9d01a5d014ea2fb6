"""Where devices deliver pictures of the screen that they have announced, and where they are listed and opened."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Response, request

from policy.roles import may_view_pictures
from policy.summaries import Pictures
from policy.wire import MAX_CAPTURE_BYTES
from server import clips
from server.auth import Ask
from server.captures import SHA256, CaptureStore, is_announced
from server.people import chosen, visible_people
from server.queries.pictures import listed, picture_named
from server.refusals import BadRequestError, NotSignedInError, NotThereError, TooLargeError
from server.rights.unlocks import given_reason
from server.routes.question import LONGEST_CURSOR, days_asked

BARE = "default-src 'none'; sandbox"
"""A browser shows a picture and does nothing else with what came as one."""


def take_capture(ask: Ask) -> Response:
    """Keep one picture; what no capture event of this device names is refused."""
    if ask.device is None:
        raise NotSignedInError("no credential")
    ask.core.limits.take_batch(ask.device.id, ask.now)
    sha256 = _name()
    content = request.get_data(cache=False)
    if len(content) > MAX_CAPTURE_BYTES:
        raise TooLargeError(f"more than {MAX_CAPTURE_BYTES} bytes")
    with ask.core.readers.connect() as connection:
        if not is_announced(connection, ask.device.id, sha256):
            raise NotThereError("no capture event names this picture")
        clips.refuse_frame(connection, ask.device.id, sha256)
    CaptureStore(ask.core.settings.data).put(sha256, content)
    return Response(status=204)


def show_pictures(ask: Ask) -> Pictures:
    """Which pictures there are of one person, for whom each may be opened by; the list is a look like the pictures."""
    number, viewer = _person(), ask.who()
    (first, last), limit, after = days_asked(ask), ask.rows(), ask.text("cursor", LONGEST_CURSOR)
    [person] = chosen(ask.session, viewer, None, number, may_view_pictures)
    if viewer.person != person.id:
        reason = given_reason(ask.session, viewer, person.id, ask.now)
        told = f"{first} to {last}, a further page" if after else f"{first} to {last}"
        ask.note_looks("list of pictures", told, [person.id], reason)
    return listed(ask.session, person, first, last, after, limit, CaptureStore(ask.core.settings.data).has)


def show_capture(ask: Ask) -> Response:
    """Open one picture: for compliance, who said why, and for the person it is of; the look is written down first."""
    sha256 = _name()
    viewer = ask.who()
    with ask.core.readers.connect() as connection:
        told = picture_named(connection, sha256)
    people = {one.id for one in visible_people(ask.session, viewer, may_view_pictures)}
    found = next((one for one in told if one.person in people), None)
    if found is None:
        raise NotThereError("there is no such picture, or not for you")
    if viewer.person != found.person:
        reason = given_reason(ask.session, viewer, found.person, ask.now)
        taken = datetime.fromtimestamp(found.at / 1000, UTC).isoformat(timespec="seconds")
        ask.note_looks("picture of the screen", taken, [found.person], reason)
    content = CaptureStore(ask.core.settings.data).get(sha256)
    return Response(content, mimetype=found.media, headers={"Content-Security-Policy": BARE})


def _name() -> str:
    sha256 = (request.view_args or {}).get("sha256", "")
    if not SHA256.fullmatch(sha256):
        raise BadRequestError("a picture's name is its SHA-256 in 64 small hex digits")
    return str(sha256)


def _person() -> int:
    text = (request.view_args or {}).get("number", "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise BadRequestError("a person has a number")
    return int(text)
