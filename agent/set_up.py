"""A person sets this PC up: a page asks for the server and the code, and says at once whether they are right."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping

from agent import VERSION
from agent.account import current_account, hostname
from agent.control import read_control
from agent.enrolment import EnrolmentError, Machine, enrol, load_credentials, parse_code
from agent.folder import Folder
from agent.keys import load_or_make_key
from agent.page import Pages, wait_for_set_up
from agent.person import language_of, set_language
from agent.sealing import Sealer
from agent.transport import normalised_url
from agent.words import say
from policy.notice import LANGUAGES


class NotSetUp:
    """A PC that is no device of any server yet, as its page sees it."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._sealer = Sealer(load_or_make_key(folder.key))

    def is_done(self) -> bool:
        """Return whether this PC is a device now."""
        return load_credentials(self._folder, self._sealer) is not None

    def language(self) -> str:
        """Return the language the person chose."""
        return language_of(read_control(self._folder.control))

    def state(self) -> str:
        """Return the word of this state."""
        return "stopped" if self.is_done() else "not_enrolled"

    def notice(self, language: str) -> str | None:
        """Return nothing: the notice comes once the server said which one."""
        return None

    def sent(self) -> list[str]:
        """Return nothing: nothing is recorded."""
        return []

    def asks_consent(self) -> bool:
        """Nothing is asked for before this PC is set up."""
        return False

    def waiting(self) -> int:
        """Return that nothing waits."""
        return 0

    def act(self, what: str, form: Mapping[str, str]) -> str:
        """Enrol, or change the language; return a sentence."""
        if what == "language" and form.get("language") in LANGUAGES:
            set_language(self._folder, form["language"])
            return ""
        if what != "enrol" or self.is_done():
            return ""
        machine = Machine(hostname(), f"{platform.system()} {platform.release()}", current_account(), VERSION)
        try:
            enrol(self._folder, self._sealer, normalised_url(form.get("server", "").strip()), parse_code(form.get("code", "")), machine)
        except (EnrolmentError, ValueError) as refusal:
            return str(refusal)
        return say("saved", self.language())


def set_up(folder: Folder, show: Callable[[str], object], wait: Callable[[float], object] = time.sleep) -> None:
    """Show the page and return once the PC is enrolled; at once when it already is."""
    subject = NotSetUp(folder)
    if subject.is_done():
        return
    pages = Pages(subject)
    try:
        show(pages.address())
        wait_for_set_up(pages, subject.is_done, wait)
        wait(1.0)  # the page's last answer is still on its way
    finally:
        pages.close()
