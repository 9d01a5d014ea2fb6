"""The rule book: which class an app or a site belongs to, and which windows are meetings; matched by token, never by substring."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, Literal

from msgspec import Struct

from policy.calls import CallWindows, read_call_windows
from policy.matching import base_name, executable, longest_suffix, nearest_domain, site_pattern, without_extension
from policy.presence import Presence
from policy.titles import LONGEST_PHRASE, Words, contains, page_parts, parts, words

REMEMBERED = 65_536
"""How many answers are remembered before starting afresh; an office has a few thousand pairs of app and site."""

_MEET_TITLE = re.compile(r"^Meet\s*(?:[-–:]\s*[a-z]{3}-[a-z]{4}-[a-z]{3}\b|–\s*\S)")
_FLOATING = frozenset(words(title) for title in ("Picture in picture", "Bild im Bild", "Imagen en imagen", "पिक्चर में पिक्चर"))
_EDITIONS = frozenset(words("x64 x86 64 32 bit beta preview portable insiders canary dev esr lts pro free desktop app classic new"))


class Category(StrEnum):
    """What an hour in an app or at a site is counted as."""

    PRODUCTIVE = "productive"
    NEUTRAL = "neutral"
    UNPRODUCTIVE = "unproductive"


class SiteKind(StrEnum):
    """What a site is for, where that matters to a comparison of days, whatever it is counted as."""

    JOB_SEARCH = "job_search"
    FILE_SHARING = "file_sharing"
    PERSONAL_MAIL = "personal_mail"
    GAMBLING = "gambling"


KINDS = {
    ("recruiting", Category.NEUTRAL): SiteKind.JOB_SEARCH,
    ("sharing", Category.PRODUCTIVE): SiteKind.FILE_SHARING,
    ("sharing", Category.NEUTRAL): SiteKind.FILE_SHARING,
    ("mail", Category.NEUTRAL): SiteKind.PERSONAL_MAIL,
    ("gambling", Category.UNPRODUCTIVE): SiteKind.GAMBLING,
}
"""Which lists of the packaged sites are of a kind; a recruiter's own tools and the office's mail stand in other ones."""


class Rule(Struct, frozen=True):
    """An override an owner makes: for everybody, or for one team."""

    kind: Literal["app", "site"]
    pattern: str
    category: Category
    team: int | None = None


class Verdict(Struct, frozen=True):
    """What an app or a site counts as, whether any rule said so, and what people call it."""

    category: Category
    classified: bool
    name: str


class Because(Struct, frozen=True):
    """Which rule decided: of a team, of the company ("office"), a packaged one, that it was a meeting, or none."""

    level: Literal["meeting", "team", "office", "packaged", "none"]
    kind: Literal["app", "site"] | None = None
    pattern: str | None = None


class App(Struct, frozen=True):
    """A packaged app: `name` is what people call it, `group` what it is for."""

    name: str
    category: Category
    group: str


class Packaged:
    """What `defaults/*.toml` say, indexed; of the books of sites the first decides."""

    def __init__(self, apps: Mapping[str, Any], sites: Iterable[Mapping[str, Any]], titles: Mapping[str, Any]) -> None:
        books = list(reversed(list(sites)))
        self.sites = {domain: Category(category) for book in books for domain, category in _domains(book)}
        self.kinds = {domain: kind for book in books for domain, kind in _kinds(book)}
        self._executables: dict[str, App] = {}
        self._names: dict[Words, App] = {}
        for app, executables in _apps(apps):
            self._names[words(app.name)] = app
            self._executables |= {executable(file): app for file in executables}
        self.browsers = frozenset(name for name, app in self._names.items() if app.group == "browser")
        self._site_names: dict[Words, str] = {words(name): site for name, site in titles["names"].items()}
        self._leading: dict[Words, str] = {words(name): site for name, site in titles["leading"].items()}
        self._endings: dict[str, str] = titles["endings"]
        self._words: Mapping[str, list[str]] = titles["words"]
        windows = read_call_windows(titles["meeting"])
        self._calls_by_app = {app: window for window in windows for app in window.apps}
        self._calls_by_site = {site: window for window in windows for site in window.sites}
        self._found: dict[str, App | None] = {}

    def find(self, app: str) -> App | None:
        """Return the packaged app of an executable or a display name."""
        if app not in self._found:
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            self._found[app] = self._executables.get(executable(app)) or self._find_by_name(words(base_name(app)))
        return self._found.get(app)

    def _find_by_name(self, called: Words) -> App | None:
        """Return the app whose whole name `called` is, or begins with when only an edition follows: "Google Chrome Canary"."""
        for size in range(len(called), 0, -1):
            known = self._names.get(called[:size])
            if known and (size > 1 or all(word.isdecimal() or word in _EDITIONS for word in called[size:])):
                return known
        return None

    def call_windows(self, app: str, site: str | None) -> CallWindows | None:
        """Return how calls are titled at `site`, else in `app`; None where no calls are held."""
        if site is not None and (window := longest_suffix(site, self._calls_by_site)):
            return window
        known = self.find(app)
        return self._calls_by_app.get(known.name) if known else None

    def site_named(self, page: list[str]) -> str | None:
        """Return the site the parts of a page's title name: at the end, at the front, or as a domain we know."""
        for ending, site in self._endings.items():
            if page[-1].endswith(ending):
                return site
        if _MEET_TITLE.match(" – ".join(page)):
            return "meet.google.com"
        for part in page[:-3:-1]:
            if named := self._site_names.get(words(part)):
                return named
        return self._leading.get(words(page[0])) or self._domain_among(page)

    def _domain_among(self, page: list[str]) -> str | None:
        hosts = (part.strip().casefold().split("/")[0] for part in page if " " not in part.strip())
        return next((host for host in hosts if "." in host and longest_suffix(host, self.sites) is not None), None)

    @property
    def apps(self) -> list[App]:
        """Every packaged app but the system's own windows."""
        return [app for app in self._names.values() if app.group != "ghost"]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Names of apps and sites and words of calls; what is also a person's name, or a single letter, is left out."""
        called = [words(name) for name in self._words["keep"]]
        called += [words(app.name) for app in self.apps]
        called += [phrase for window in self._calls_by_app.values() for phrase in window.calls]
        never = {words(name) for name in self._words["never"]}
        return frozenset(" ".join(name) for name in {*called, *self._site_names} - never if _is_telling(name))


class Overrides(Struct, frozen=True):
    """The owner's rules of one level: one team's, or the company's.

    `names` are display names of packaged apps and fit whole; `phrases` are an owner's own words and fit within a name.
    """

    sites: dict[str, Category] = {}
    executables: dict[str, Category] = {}
    names: dict[str, Category] = {}
    phrases: dict[Words, Category] = {}

    def add(self, rule: Rule, known: App | None) -> None:
        """Write one rule; `known` is the packaged app an app rule's pattern means, if any."""
        if rule.kind == "site":
            self.sites[site_pattern(rule.pattern)] = rule.category
            return
        self.executables[executable(rule.pattern)] = rule.category
        if known:
            self.names[known.name] = rule.category
        elif not rule.pattern.casefold().endswith(".exe"):
            self.phrases[words(rule.pattern)] = rule.category

    def of_app(self, app: str, name: str) -> Category | None:
        """Return the class of an app: its executable decides over its name, a longer phrase over a shorter one."""
        said = self.executables.get(executable(app)) or self.names.get(name)
        if said is not None or not self.phrases:
            return said
        called = words(name)
        fitting = [phrase for phrase in self.phrases if contains(called, phrase)]
        return self.phrases[max(fitting, key=len)] if fitting else None

    def pattern_of_app(self, app: str, name: str) -> str | None:
        """Return what `of_app` went by."""
        for known, said in ((executable(app), self.executables), (name, self.names)):
            if known in said:
                return known
        fitting = [phrase for phrase in self.phrases if contains(words(name), phrase)]
        longest: Words = max(fitting, key=len, default=())
        return " ".join(longest) or None


class RuleBook:
    """Answers what an app, a site or a window is; made once by `load_rule_book`, never changed, safe to share."""

    def __init__(self, packaged: Packaged, overrides: Mapping[int | None, Overrides] | None = None) -> None:
        self._packaged = packaged
        self._overrides = dict(overrides or {})
        self._remembered: dict[tuple[str, str | None, bool, int | None], Verdict] = {}

    def with_overrides(self, rules: Iterable[Rule]) -> RuleBook:
        """Return the packaged rules with exactly `rules` above them; of two that say the same, the later holds."""
        levels: dict[int | None, Overrides] = {}
        for rule in rules:
            levels.setdefault(rule.team, Overrides()).add(rule, self._packaged.find(rule.pattern))
        return RuleBook(self._packaged, levels)

    def has_own(self, team: int) -> bool:
        """Return whether a team has rules that others have not."""
        return team in self._overrides

    def classify(self, app: str, site: str | None, presence: Presence | None = None, team: int | None = None) -> Verdict:
        """Return what time in `app` at `site` counts as: a meeting first, then team, company and packaged rules; else neutral."""
        key = (app, site, presence is Presence.MEETING, team)
        verdict = self._remembered.get(key)
        if verdict is None:
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            verdict = self._remembered[key] = self._decide(*key)
        return verdict

    def _decide(self, app: str, site: str | None, in_meeting: bool, team: int | None) -> Verdict:
        name = site or self.display_name(app)
        if in_meeting:
            return Verdict(Category.PRODUCTIVE, True, name)
        category = self._class_of_site(site, team) if site else None
        if category is None and not (site and self.is_browser(app)):
            category = self._class_of_app(app, team)
            name = self.display_name(app) if category else name
        return Verdict(category or Category.NEUTRAL, category is not None, name)

    def because(self, app: str, site: str | None, presence: Presence | None = None, team: int | None = None) -> Because:
        """Return which rule `classify` goes by."""
        if presence is Presence.MEETING:
            return Because("meeting")
        levels: list[tuple[Literal["team", "office"], Overrides]] = [
            ("office" if level is None else "team", self._overrides[level])
            for level in dict.fromkeys((team, None))
            if level in self._overrides
        ]
        for level, said in levels if site else ():
            if domain := nearest_domain(site or "", said.sites):
                return Because(level, "site", domain)
        if site and (domain := nearest_domain(site, self._packaged.sites)):
            return Because("packaged", "site", domain)
        if site and self.is_browser(app):
            return Because("none")
        for level, said in levels:
            if pattern := said.pattern_of_app(app, self.display_name(app)):
                return Because(level, "app", pattern)
        known = self._packaged.find(app)
        return Because("packaged", "app", known.name) if known else Because("none")

    def _levels(self, team: int | None) -> list[Overrides]:
        wanted = (team, None) if team is not None else (None,)
        return [self._overrides[level] for level in wanted if level in self._overrides]

    def _class_of_site(self, site: str, team: int | None) -> Category | None:
        for level in self._levels(team):
            if (said := longest_suffix(site, level.sites)) is not None:
                return said
        return longest_suffix(site, self._packaged.sites)

    def _class_of_app(self, app: str, team: int | None) -> Category | None:
        for level in self._levels(team):
            if (said := level.of_app(app, self.display_name(app))) is not None:
                return said
        known = self._packaged.find(app)
        return known.category if known else None

    def display_name(self, app: str) -> str:
        """Return what people call an app; an unknown one keeps its file name without ".exe"."""
        known = self._packaged.find(app)
        return known.name if known else without_extension(app)

    def kind_of(self, site: str) -> SiteKind | None:
        """Return what kind of site it is, by the nearest domain that is packaged; None for all that is of no kind."""
        domain = nearest_domain(site, self._packaged.sites)
        return self._packaged.kinds.get(domain) if domain is not None else None

    def is_browser(self, app: str) -> bool:
        """Return whether an app shows sites."""
        known = self._packaged.find(app)
        return known is not None and known.group == "browser"

    def is_ghost(self, app: str) -> bool:
        """Return whether an app is one of the system's own windows that come and go by themselves."""
        known = self._packaged.find(app)
        return (known is not None and known.group == "ghost") or base_name(app).casefold().endswith(".scr")

    def site_from_title(self, app: str, title: str) -> str | None:
        """Return the site a browser's title names, for when its address is not known; None when it names none we know."""
        if not self.is_browser(app):
            return None
        page = page_parts(title, self._packaged.browsers)
        return self._packaged.site_named(page) if page else None

    def may_hold_call(self, app: str, site: str | None) -> bool:
        """Return whether an app or site is one people hold calls in, whatever its window shows now."""
        return self._packaged.call_windows(app, site) is not None

    def is_meeting(self, app: str, title: str | None, site: str | None) -> bool:
        """Return whether the window is the window of a call in a meeting app or at a meeting site."""
        title = title or ""
        browser = self.is_browser(app)
        if browser and site is None:
            site = self.site_from_title(app, title)
        rules = self._packaged.call_windows(app, site)
        if rules is None:
            return False
        return rules.has_call(title, page_parts(title, self._packaged.browsers) if browser else parts(title))

    def is_distraction(self, app: str, title: str | None, site: str | None) -> bool:
        """Return whether a window in view is of an unproductive app or site, or a video a browser keeps floating; a call is not."""
        if self.is_meeting(app, title, site):
            return False
        if site is None and title and self.is_browser(app):
            if words(title) in _FLOATING:
                return True
            site = self.site_from_title(app, title)
        return self.classify(app, site).category is Category.UNPRODUCTIVE

    @property
    def packaged_apps(self) -> Counter[Category]:
        """How many apps the packaged rules name, by category."""
        return Counter(app.category for app in self._packaged.apps)

    @property
    def packaged_sites(self) -> Counter[Category]:
        """How many sites the packaged rules name, by category."""
        return Counter(self._packaged.sites.values())

    @property
    def vocabulary(self) -> frozenset[str]:
        """The words and phrases a redacted title may keep, folded, their words one space apart."""
        return self._packaged.vocabulary


@lru_cache(maxsize=1)
def load_rule_book() -> RuleBook:
    """Return the packaged rule book; the files are read once."""
    folder = files("policy") / "defaults"
    read = {name: tomllib.loads((folder / f"{name}.toml").read_text("utf-8")) for name in ("apps", "sites", "sites_v2fly", "titles")}
    return RuleBook(Packaged(read["apps"], (read["sites"], read["sites_v2fly"]), read["titles"]))


def _is_telling(name: Words) -> bool:
    return len(name) <= LONGEST_PHRASE and len(" ".join(name)) > 1


def _domains(book: Mapping[str, Mapping[str, list[str]]]) -> Iterable[tuple[str, str]]:
    return ((domain, category) for group in book.values() for category, domains in group.items() for domain in domains)


def _kinds(book: Mapping[str, Mapping[str, list[str]]]) -> Iterable[tuple[str, SiteKind]]:
    for (group, category), kind in KINDS.items():
        yield from ((domain, kind) for domain in book.get(group, {}).get(category, ()))


def _apps(book: Mapping[str, Mapping[str, list[list[str]]]]) -> Iterable[tuple[App, list[str]]]:
    for group, categories in book.items():
        for category, rows in categories.items():
            yield from ((App(row[0], Category(category), group), row[1:]) for row in rows)
