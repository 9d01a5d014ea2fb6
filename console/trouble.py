"""The troubles a person at the console can meet, each with a sentence; whatever is not one of these is our own fault."""

from __future__ import annotations


class Trouble(Exception):  # noqa: N818 - the house's word for what went wrong
    """Something the person should read; `details` is what to copy to whoever helps."""

    def __init__(self, sentence: str, details: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = details

    def whole(self) -> str:
        """Return all that is worth reading where there is no room for details."""
        return self.sentence


class ServerAway(Trouble):
    """The server cannot be reached or cannot answer now; trying again later is right."""

    def __init__(self, sentence: str, details: str = "", retry_after: float | None = None) -> None:
        super().__init__(sentence, details)
        self.retry_after = retry_after


class NotAllowed(Trouble):
    """The server knows who asks and says no; `signed_out` when it no longer knows (401), so signing in again helps."""

    def __init__(self, sentence: str, details: str = "", *, signed_out: bool = False) -> None:
        super().__init__(sentence, details)
        self.signed_out = signed_out


class ReasonNeeded(NotAllowed):
    """These figures open, for a while, when the viewer says why."""


class Refused(Trouble):
    """The server does not accept this request as it is; asking again changes nothing.

    `told` are the server's own words, marked as such, where they carry more than the sentence does.
    """

    def __init__(self, sentence: str, details: str = "", told: str = "") -> None:
        super().__init__(sentence, details)
        self.told = told

    def whole(self) -> str:
        """Return what it means and, on a line of its own, what exactly the server minds."""
        return "\n".join(part for part in (self.sentence, self.told) if part)


class ServerChanged(Trouble):
    """The server does not prove to be the one that was compared: a hard stop; fingerprints are hex, `presented` None if unknown."""

    def __init__(self, sentence: str, kept: str, presented: str | None, details: str = "") -> None:
        super().__init__(sentence, details)
        self.kept = kept
        self.presented = presented
