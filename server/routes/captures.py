"""Where devices deliver pictures of the screen that they have announced."""

from __future__ import annotations

from flask import Response, request

from policy.wire import MAX_CAPTURE_BYTES
from server.auth import Ask
from server.captures import SHA256, CaptureStore, is_announced
from server.refusals import BadRequestError, NotSignedInError, NotThereError, TooLargeError


def take_capture(ask: Ask) -> Response:
    """Keep one picture; what no capture event of this device names is refused."""
    if ask.device is None:
        raise NotSignedInError("no credential")
    ask.core.limits.take_batch(ask.device.id, ask.now)
    sha256 = (request.view_args or {}).get("sha256", "")
    if not SHA256.fullmatch(sha256):
        raise BadRequestError("a picture's name is its SHA-256 in 64 small hex digits")
    content = request.get_data(cache=False)
    if len(content) > MAX_CAPTURE_BYTES:
        raise TooLargeError(f"more than {MAX_CAPTURE_BYTES} bytes")
    with ask.core.readers.connect() as connection:
        if not is_announced(connection, ask.device.id, sha256):
            raise NotThereError("no capture event names this picture")
    CaptureStore(ask.core.settings.data).put(sha256, content)
    return Response(status=204)
