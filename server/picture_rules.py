"""Whether a picture of a screen may be taken in: the rules that our own agents keep by themselves, for clients that do not know them."""

from __future__ import annotations

import io
from typing import NamedTuple

from sqlalchemy import func, select

from policy.purposes import Purpose
from policy.wire import MAX_CAPTURE_BYTES, AgentPolicy
from policy.worktime import is_work_time
from server.models import Account, CaptureEvent, SessionEvent
from server.organisation import AnySession
from server.refusals import BadRequestError, NoNoticeError, NotAllowedError, TooLargeError, TooManyError
from server.rights import consent

LEAST_SECONDS = 60.0
"""More often would be a film."""
AWAY = frozenset({"lock", "sleep", "pause", "logoff", "shutdown"})
KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


class Told(NamedTuple):
    """What the head of a picture's file says of it."""

    media: str
    width: int
    height: int


def refuse_picture(session: AnySession, policy: AgentPolicy, account: str, device: int, at: int, *, announced: bool) -> None:
    """Raise what forbids a picture of an account's screen at an instant; nothing does where everything allows it."""
    if not policy.capture_every:
        raise NotAllowedError("pictures of the screen are off for the team of this PC", reason="pictures_off")
    if Purpose.SCREENSHOTS in consent.withheld_for(session, account):
        raise NoNoticeError(f"{account} did not agree to pictures of the screen")
    if policy.work_hours is None or not is_work_time(policy.work_hours, at):
        raise NotAllowedError("pictures are taken in work hours only", reason="outside_hours")
    if is_away(session, device, at):
        raise NotAllowedError("the screen was locked, or recording was paused", reason="away")
    if not announced:
        raise NotAllowedError("each picture must have been announced on the screen before it was taken", reason="not_announced")
    _refuse_a_film(session, account, at, max(LEAST_SECONDS, policy.capture_every / 2))


def is_away(session: AnySession, device: int, at: int) -> bool:
    """Return whether the newest thing known of a PC at an instant is that nobody was at it."""
    before = (SessionEvent.device_id == device) & (SessionEvent.at <= at)
    newest = select(SessionEvent.change).where(before).order_by(SessionEvent.at.desc(), SessionEvent.seq.desc()).limit(1)
    return session.execute(newest).scalar_one_or_none() in AWAY


def _refuse_a_film(session: AnySession, account: str, at: int, seconds: float) -> None:
    mine = select(Account.id).where(Account.name == account).scalar_subquery()
    near = CaptureEvent.at.between(at - int(seconds * 1000) + 1, at + int(seconds * 1000) - 1)
    if session.execute(select(func.count()).select_from(CaptureEvent).where((CaptureEvent.account_id == mine) & near)).scalar_one():
        raise TooManyError(f"at most one picture in {seconds:g} s", retry_after=int(seconds))


def look_at_head(content: bytes) -> Told:
    """Return what a picture is by the head of its file; raise BadRequestError when it is none that is taken here."""
    if len(content) > MAX_CAPTURE_BYTES:
        raise TooLargeError(f"more than {MAX_CAPTURE_BYTES} bytes")
    from PIL import Image  # only where somebody sends pictures

    try:
        with Image.open(io.BytesIO(content), formats=tuple(KINDS)) as picture:
            return Told(KINDS[picture.format or ""], *picture.size)
    except (OSError, ValueError, SyntaxError, KeyError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadRequestError("this is no picture: PNG, JPEG and WebP are taken") from None
