"""Where devices deliver."""

from __future__ import annotations

import zlib

from msgspec import UNSET
from msgspec.structs import replace
from werkzeug.wrappers import Request

from policy.wire import BUFFERED_HEADER, MAX_EVENTS, MAX_INFLATED_BYTES, RECORDED_HEADER, Ack, AgentPolicy, MalformedError
from server import clips, ingest
from server.auth import Ask
from server.core import Core
from server.enrolment import KnownDevice
from server.refusals import BadRequestError, NoNoticeError, NotSignedInError, TooLargeError, WrongMediaError
from server.rights import consent

GZIP_ONLY = 16 + zlib.MAX_WBITS


def take_batch(ask: Ask) -> Ack:
    """Store one batch and acknowledge it; the limits come first, then the bytes, then their meaning."""
    device, core = _device(ask), ask.core
    core.limits.take_batch(device.id, ask.now)
    sent, encoding = ask.request.get_data(cache=False), ask.request.headers.get("Content-Encoding", "")
    with core.decoding:
        decoded = _decoded(_inflated(sent, encoding))
    stored = _stored(core, device, decoded, ask)
    core.dictionaries.learn_all(stored.learned, stored.generation)
    return stored.ack


def show_policy(ask: Ask) -> AgentPolicy:
    """What this device is asked for, what the `account` that asks has not agreed to, and a clip that was approved of it."""
    device, account = _device(ask), ask.text("account", 256)
    policy = consent.policy_for(ask.session, device.id, device.team, account)
    clip = clips.due(ask.session, account, ask.now) if account else None
    return replace(policy, clip=clip or UNSET)


def _device(ask: Ask) -> KnownDevice:
    if ask.device is None:
        raise NotSignedInError("no credential")
    return ask.device


def _decoded(body: bytes) -> ingest.Decoded:
    try:
        decoded = ingest.decode(body)
    except MalformedError as fault:
        raise BadRequestError(str(fault), reason="malformed") from None
    if decoded.came > MAX_EVENTS:
        raise TooLargeError(f"more than {MAX_EVENTS} events")
    return decoded


def _stored(core: Core, device: KnownDevice, decoded: ingest.Decoded, ask: Ask) -> ingest.Stored:
    said = _said(ask.request)
    try:
        return core.writer.do(lambda connection: ingest.store(connection, core.dictionaries, device, decoded, ask.now, said))
    except NoNoticeError:
        core.writer.do(lambda connection: ingest.note_refusal(connection, device, ask.now))
        raise
    except ingest.StaleCredentialError:
        core.devices.look_again(ask.token)  # raises what is true now
        raise NotSignedInError("this device is not known here", reason="bad_token") from None


def _said(request: Request) -> ingest.Said | None:
    """Return what the agent counts itself, from two headers that are not part of the contract: others need not send them."""
    counts = [request.headers.get(name, "") for name in (RECORDED_HEADER, BUFFERED_HEADER)]
    if not all(text.isascii() and text.isdigit() and len(text) < 16 for text in counts):
        return None
    return ingest.Said(recorded=int(counts[0]), buffered=int(counts[1]))


def _inflated(body: bytes, encoding: str) -> bytes:
    """Return the body as JSON bytes, never more than the limit of them, whatever a bomb promises."""
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise WrongMediaError("Content-Encoding must be gzip or none")
    inflater = zlib.decompressobj(GZIP_ONLY)
    try:
        inflated = inflater.decompress(body, MAX_INFLATED_BYTES)
    except zlib.error as fault:
        raise BadRequestError(f"not gzip: {fault}", reason="malformed") from None
    if inflater.unconsumed_tail:
        raise TooLargeError(f"more than {MAX_INFLATED_BYTES} bytes when inflated")
    if not inflater.eof or inflater.unused_data:
        raise BadRequestError("gzip is cut short or has something after its end", reason="malformed")
    return inflated
