"""Which address each browser's tabs have, as the browsers' own extension says; kept in memory only, and only for a while."""

from __future__ import annotations

import re
from dataclasses import dataclass
from threading import Lock

from policy.redaction import is_private_window
from policy.titles import parts, words

BELIEVED_MS = 180_000
"""The extension repeats itself once a minute; after three silent ones a tab is believed no more."""
MOST_TABS = 128
_MOVING = re.compile(r"[(\[]?\d+\+?[)\]]?")
_NAMES = {"chrome", "chromium", "edge", "firefox", "brave", "opera", "vivaldi"}
_BROWSERS = {
    "chrome": ("chrome", "google-chrome", "google-chrome-stable", "chromium", "chromium-browser"),
    "edge": ("msedge", "microsoft-edge", "microsoft-edge-stable"),
    "firefox": ("firefox", "firefox-esr", "firefox-bin"),
    "brave": ("brave", "brave-browser"),
    "opera": ("opera", "opera_gx"),
    "vivaldi": ("vivaldi", "vivaldi-bin"),
}
"""Which programs a watcher's bucket may speak for: the extension names itself aw-watcher-web-chrome, …-firefox, ….
Browsers made from Chromium often pass for Chrome, so "chrome" speaks for any that has no name of its own here."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab as it was told at `mono`, whose own clock said `stamp`."""

    title: str
    url: str
    mono: int
    stamp: str


class Tabs:
    """Told by the listener's threads, asked by the sampling one."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._told: dict[tuple[str, str], Tab] = {}

    def tell(self, watcher: str, tab: Tab) -> None:
        """Remember a tab of the browser whose watcher says so; a repetition of an older moment changes nothing."""
        key = (watcher, _still(tab.title))
        with self._guard:
            known = self._told.pop(key, None)
            self._told[key] = known if known is not None and known.stamp > tab.stamp else tab
            while len(self._told) > MOST_TABS:
                del self._told[next(iter(self._told))]

    def url_of(self, app: str, title: str, mono: int) -> str | None:
        """Return the address of the tab that the window titled `title` of `app` shows."""
        if is_private_window(app, title):
            return None
        name = app.lower().removesuffix(".exe")
        with self._guard:
            fresh = [(watcher, tab) for (watcher, _), tab in self._told.items() if mono - tab.mono <= BELIEVED_MS]
        fitting = [tab for watcher, tab in fresh if _speaks_for(watcher, name) and _shows(title, tab.title)]
        return max(fitting, key=lambda tab: (len(tab.title), tab.stamp)).url if fitting else None

    def forget(self) -> None:
        """Forget every tab."""
        with self._guard:
            self._told.clear()


def _speaks_for(watcher: str, name: str) -> bool:
    told = watcher.removeprefix("aw-watcher-web-").split("_")[0].lower()
    if name in _BROWSERS.get(told, (told,)):
        return True
    return told == "chrome" and not any(name in programs for programs in _BROWSERS.values())


def _shows(window: str, tab: str) -> bool:
    """A window's title is the tab's with the browser's name behind, and Edge puts its profile between.

    ```
    Home                        of   Home - Google Chrome      yes
    Home                        of   Home - YouTube - …        no: this is another tab
    (3) Inbox                   of   (4) Inbox — Firefox       yes: counters move on by themselves
    ```
    """
    whole, begin = _still(window), _still(tab)
    if not begin or not whole.startswith(begin):
        return False
    rest = whole[len(begin) :]
    behind = parts(rest) if rest.strip(" -–—") else []
    at = next((place for place, part in enumerate(behind) if _NAMES & set(words(part))), None)
    if at is None:
        return not rest
    between = 1 if "edge" in words(behind[at]) else 0
    return at <= between + (between and not rest.startswith((" -", " –", " —")))


def _still(title: str) -> str:
    """Return the title without what moves by itself: numbers and the brackets around them."""
    return " ".join(_MOVING.sub("", title).split()).casefold()
