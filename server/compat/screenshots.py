"""`/api/screenshots/`: pictures of screens from an agent-and-server tracker's clients, by the rules that hold for ours."""

from __future__ import annotations

import hashlib

from flask import Response, request
from msgspec import Struct
from sqlalchemy import Connection, delete

from policy.events import Capture, Event
from policy.redaction import clean
from policy.roles import may_know_of_pictures
from policy.wire import Line
from server.audit_log import audit
from server.auth import Ask
from server.captures import CaptureStore
from server.compat import stream
from server.compat.asked import device_of
from server.compat.resources import instant_or, not_there, number_of, pc_of, place_of, text_of, until_of
from server.compat.sessions import account_of_session
from server.models import CaptureEvent
from server.office import By
from server.organisation import agent_policy
from server.people import visible_people
from server.picture_rules import look_at_head, refuse_picture
from server.queries.pictures import Picture, picture_at, pictures_from, pictures_of
from server.refusals import BadRequestError, ConflictError
from server.rights.measures import holds_on

POLICY = "policy"
"""Why every picture is taken that is no part of a clip."""


class Screenshot(Struct, frozen=True):
    """One picture; `image` is where it opens, for who may open it, and absent when it is deleted or never came."""

    id: int
    agent: int
    hostname: str
    username: str
    captured_at: str
    media: Line
    bytes: int
    width: int
    height: int
    reason: str
    image: str | None


class ScreenshotForm(Struct, frozen=True):
    """The fields of the form that brings a picture, and the picture itself as its file `image`.

    Whose screen it is, is said by a session or by a name. A client that announces its pictures says `announced=true`.
    """

    image: bytes
    session_id: int | None = None
    username: str | None = None
    captured_at: str | None = None
    announced: bool = False


class ScreenshotMade(Struct, frozen=True):
    """It is on the disk, sealed."""

    id: int
    status: str = "ok"


def show_screenshots(ask: Ask) -> list[Screenshot]:
    """Which pictures there are of everybody the caller may know of; to a PC, those it took."""
    own, until, limit = pc_of(ask), until_of(ask), ask.rows()
    if own is not None:
        with ask.core.readers.connect() as connection:
            found = pictures_from(connection, own, until, limit)
    else:
        people = [one.id for one in visible_people(ask.session, ask.who(), may_know_of_pictures)]
        found = pictures_of(ask.session, people, until, limit)
        _note_looks(ask, found)
    store = CaptureStore(ask.core.settings.data)
    return [screenshot_of(one, store) for one in found]


def show_screenshot(ask: Ask) -> Screenshot:
    """What is known of one picture."""
    return screenshot_of(_picture(ask), CaptureStore(ask.core.settings.data))


def add_screenshot(ask: Ask) -> ScreenshotMade:
    """Store a picture: first that it was taken, then the picture, as our own agents deliver theirs."""
    try:
        return _add(ask)
    finally:
        ask.request.close()  # what a form brings may lie in a temporary file


def _add(ask: Ask) -> ScreenshotMade:
    device = device_of(ask)
    account = account_of_session(ask, _session_number()) if "session_id" in request.form else clean(request.form.get("username", ""), 256)
    if not account:
        raise BadRequestError("session_id or username is missing")
    at = instant_or(request.form.get("captured_at"), ask.now, "captured_at")
    said = request.form.get("announced", "").lower() in ("true", "1", "yes")
    with ask.core.readers.connect() as connection:
        refuse_picture(connection, agent_policy(connection, device.team), account, device.id, at, announced=said)
    content = _content()
    told = look_at_head(content)
    event = Capture(at, account, hashlib.sha256(content).hexdigest(), told.media, len(content), told.width, told.height, POLICY)  # type: ignore[arg-type]
    where = list[int]()

    def events(connection: Connection, epoch: int) -> list[Event]:
        where[:] = [epoch]
        return [event]

    stream.store(ask.core, device, ask.token, events, ask.now)
    CaptureStore(ask.core.settings.data).put(event.sha256, content)
    with ask.core.readers.connect() as connection:
        [made, *_] = [one for one in pictures_from(connection, device.id, at + 1, 10) if one.epoch == where[0] and one.at == at]
    return ScreenshotMade(number_of(made.epoch, made.seq))


def delete_screenshot(ask: Ask) -> Response:
    """Delete a picture and what tells of it; who did so stays in the audit log."""
    picture = _picture(ask)
    ask.change(lambda connection, by: _delete(connection, picture, by))
    CaptureStore(ask.core.settings.data).drop(picture.sha256)
    return Response(status=204)


def screenshot_of(one: Picture, store: CaptureStore) -> Screenshot:
    """Return a picture as these clients know it."""
    return Screenshot(
        id=number_of(one.epoch, one.seq),
        agent=one.device,
        hostname=one.hostname,
        username=one.account,
        captured_at=text_of(one.at),
        media=one.media,
        bytes=one.bytes,
        width=one.width,
        height=one.height,
        reason=one.reason,
        image=f"/api/v1/captures/{one.sha256}" if store.has(one.sha256) else None,
    )


def _picture(ask: Ask) -> Picture:
    """Return the picture in the path, and note a look at whose it is; raise NotThereError when it is not the caller's to know of."""
    own, (epoch, seq) = pc_of(ask), place_of(ask.number_in_path())
    with ask.core.readers.connect() as connection:
        found = picture_at(connection, epoch, seq)
    if found is None or own not in (None, found.device):
        raise not_there("screenshot")
    if own is not None:
        return found
    if found.person not in {one.id for one in visible_people(ask.session, ask.who(), may_know_of_pictures)}:
        raise not_there("screenshot")
    _note_looks(ask, [found])
    return found


def _note_looks(ask: Ask, found: list[Picture]) -> None:
    people = sorted({one.person for one in found} - {ask.who().person})
    ask.note_looks("list of screenshots", f"{len(found)} pictures", people, None)


def _delete(connection: Connection, one: Picture, by: By) -> None:
    if holds_on(connection, one.person, by.now):
        raise ConflictError("a legal hold is in force on this person: nothing of theirs is deleted", reason="held")
    this = (CaptureEvent.epoch_id == one.epoch) & (CaptureEvent.seq == one.seq)
    connection.execute(delete(CaptureEvent).where(this))
    audit.record(connection, by.deed("deleted a picture of the screen", audit.about(one.person), detail=text_of(one.at)), by.now)


def _session_number() -> int:
    text = request.form.get("session_id", "")
    if not (text.isascii() and text.isdigit() and len(text) < 17):
        raise BadRequestError("session_id must be a number")
    return int(text)


def _content() -> bytes:
    if "image" not in request.files:
        raise BadRequestError("the picture itself is missing: a file called image")
    content: bytes = request.files["image"].read()
    return content
