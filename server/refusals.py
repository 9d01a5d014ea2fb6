"""The caller's kind of trouble: typed refusals, each mapped once to an HTTP status by `errors.py`."""

from __future__ import annotations


class RefusalError(Exception):
    """Something that was asked for is refused; `reason` is the fixed word programs read."""

    status = 400
    reason = "bad_request"

    def __init__(
        self, message: str = "", *, reason: str | None = None, expected: int | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.reason
        self.expected = expected
        self.retry_after = retry_after


class BadRequestError(RefusalError):
    """What came cannot be read."""


class NotSignedInError(RefusalError):
    """No credential, or one that is wrong, expired or revoked."""

    status, reason = 401, "not_signed_in"


class NotAllowedError(RefusalError):
    """The caller is known, and may not."""

    status, reason = 403, "not_allowed"


class RevokedError(NotAllowedError):
    """The device's credential was taken away."""

    reason = "revoked"


class ReasonNeededError(NotAllowedError):
    """What was asked for opens only with a reason."""

    reason = "reason_needed"


class NoNoticeError(NotAllowedError):
    """An account's owner has not answered the notice, or withdrew: nothing of them may be stored."""

    reason = "no_notice"


class NotThereError(RefusalError):
    """What was named does not exist, or not for this caller."""

    status, reason = 404, "not_there"


class ConflictError(RefusalError):
    """What came does not continue what is here."""

    status, reason = 409, "conflict"


class TooLargeError(RefusalError):
    """More than the wire's limits."""

    status, reason = 413, "too_large"


class WrongMediaError(RefusalError):
    """An encoding or media type that is not spoken here."""

    status, reason = 415, "wrong_media"


class TooManyError(RefusalError):
    """Too often; `retry_after` says when again."""

    status, reason = 429, "too_many"


class CannotLogError(RefusalError):
    """What was asked for cannot be written into the audit log, so it is not done."""

    status, reason = 503, "cannot_log"
