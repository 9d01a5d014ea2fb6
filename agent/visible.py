"""The running agent as the person sees it: its state in one word, what it sent, its pages, and what they ask of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from agent.control import ControlWatch
from agent.folder import Folder
from agent.gate import Word
from agent.log import log
from agent.page import Pages
from agent.person import Answer, answer_notice, language_of, set_language, set_paused
from agent.sender import STOPPED_SENDING, Sending
from agent.transport import AwayError, Transport
from agent.words import say
from policy import notice as notices
from policy.wire import AgentPolicy

ANSWERS: dict[str, Answer] = {"acknowledged": "acknowledged", "consented": "consented", "withdrawn": "withdrawn"}
AWAY = (Sending.OFFLINE, Sending.BUSY, Sending.REFUSED)


@dataclass(frozen=True)
class Standing:
    """How it stands now: what the gate says, how delivery goes, and how much waits."""

    word: Word
    sending: Sending
    buffered: int


class PageLink(msgspec.Struct, frozen=True):
    """The server's answer to a request for the person's own page: a path that signs them in, once."""

    path: str


class Visible:
    """Answers the tray and the pages; everything it is given is already made."""

    def __init__(
        self,
        folder: Folder,
        account: str,
        control: ControlWatch,
        policy: Callable[[], AgentPolicy],
        standing: Callable[[], Standing],
        lately: Callable[[], Sequence[bytes]],
        server: Callable[[], tuple[str, Transport]],
        now: Callable[[], int],
    ) -> None:
        self._folder, self._account, self._control, self._policy = folder, account, control, policy
        self._standing, self._lately, self._server, self._now = standing, lately, server, now
        self._pages: Pages | None = None
        self._guard = threading.Lock()

    def language(self) -> str:
        """Return the language the person chose."""
        return language_of(self._control.read())

    def state(self) -> str:
        """Return the word that the symbol shows."""
        standing = self._standing()
        if standing.word is not Word.RECORDING:
            return str(standing.word)
        if standing.sending in STOPPED_SENDING:
            return "revoked"
        return "offline" if standing.sending in AWAY else "recording"

    def notice(self, language: str) -> str | None:
        """Return the notice the office asks for, None when this program does not have that version."""
        return notices.text_of(language, self._policy().notice)

    def sent(self) -> list[str]:
        """Return what was delivered last, exactly as it was sent."""
        return [event.decode("utf-8", "replace") for event in list(self._lately())]

    def sent_lately(self) -> int:
        """Return how many of the newest delivered events can be looked at."""
        return len(self._lately())

    def waiting(self) -> int:
        """Return how many events wait."""
        return self._standing().buffered

    def asks_consent(self) -> bool:
        """Return whether something is asked for that is not recorded without a yes of its own."""
        return bool(self._policy().withholds)

    def page(self, name: str) -> str:
        """Return the address of a page of this PC; the first call starts to serve them."""
        with self._guard:
            if self._pages is None:
                self._pages = Pages(self)
            return self._pages.address(name)

    def my_page(self, place: str) -> str:
        """Return the address of the person's own page at the server, with a link that signs them in if the server gives one."""
        url, transport = self._server()
        try:
            body = msgspec.json.encode({"account": self._account})
            answer = transport.post("/api/v1/page-link", body, {"Content-Type": "application/json"})
            if answer.status in (200, 201):
                path = msgspec.json.decode(answer.body, type=PageLink).path
                return url + path + place if path.startswith("/") else url + "/me" + place
        except (AwayError, msgspec.DecodeError):
            pass
        finally:
            transport.close()
        return f"{url}/me{place}"

    def act(self, what: str, form: Mapping[str, str]) -> str:
        """Do what the person asks for, and return a sentence; what nobody offered is not done."""
        language = self.language()
        match what:
            case "pause" | "resume":
                set_paused(self._folder, what == "pause")
            case "language" if form.get("language") in notices.LANGUAGES:
                set_language(self._folder, form["language"])
                return ""
            case "acknowledged" | "consented" | "withdrawn" if self.notice(language) is not None:
                read_in = form.get("language", language)
                answer_notice(
                    self._folder,
                    self._account,
                    ANSWERS[what],
                    self._policy().notice,
                    read_in if read_in in notices.LANGUAGES else language,
                    self._now(),
                )
            case _:
                return ""
        log.info("the person asked", what=what)
        return say("saved", language)

    def close(self) -> None:
        """Serve no more pages."""
        if self._pages is not None:
            self._pages.close()
