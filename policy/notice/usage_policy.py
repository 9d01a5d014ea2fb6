"""The IT usage policy that people sign: every sentence follows from the configuration as it stands, in each language of the notice."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from msgspec.structs import asdict

from policy import works_council
from policy.notice import LANGUAGES
from policy.notice.live import Live
from policy.notice.paper import Blanks, Block, Grid, Paper, Paragraph, Part, Points
from policy.notice.purposes import BASES, PURPOSES
from policy.purposes import Purpose
from policy.retention import Profile
from policy.worktime import WorkHours

NAME = "it-usage-policy"
LAWS: dict[Profile, tuple[str, ...]] = {"india": ("india",), "eu": ("eu",), "india_eu": ("india", "eu")}
"""Which profile of retention speaks of which laws; any other of none."""


class Words:
    """The texts of one language; values are put in last, so nothing foreign is ever a pattern."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = _texts(language)

    def __call__(self, part: str, key: str, **values: object) -> str:
        """Say one text of a part."""
        text: str = self._texts[part][key]
        return text.format(**values)

    def top(self, key: str, **values: object) -> str:
        """Say a text that belongs to no part."""
        text: str = self._texts[key]
        return text.format(**values)

    def listed(self, *keys: str) -> list[str]:
        """Return a list of texts."""
        found: Any = self._texts
        for key in keys:
            found = found[key]
        return list(found)


def usage_policy(live: Live, language: str) -> Paper:
    """Return the policy in `language`; KeyError for one there is none in."""
    say = Words(language)
    ours = live.organisation
    head = (
        (say.top("head_for"), say.top("head_for_whom", organisation=ours.name)),
        (say.top("head_made"), say.top("head_made_when", day=live.day, revision=ours.revision)),
        (say.top("head_notice"), live.notice),
    )
    makers = (_scope, _use, _recorded, _purpose, _seen, _kept, _rights, _council, _sign)
    parts = tuple(part for make in makers if (part := make(live, say)) is not None)
    return Paper(f"{NAME}.{language}", say.top("title"), ours.name, language, head, parts, say.top("foot"))


def hours_in_words(hours: WorkHours, say: Words) -> str:
    """Return work hours as `Mon–Fri 09:00–18:00 (Asia/Kolkata)`; days with the same shifts stand together."""
    names = say.listed("weekdays")
    runs: list[tuple[int, int]] = []
    for day, shifts in enumerate(hours.week):
        if runs and hours.week[runs[-1][0]] == shifts:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    told = [
        f"{names[first]}{f'–{names[last]}' if last > first else ''} {', '.join(_shift(*one) for one in hours.week[first])}"
        for first, last in runs
        if hours.week[first]
    ]
    return f"{'; '.join(told)} ({hours.zone})" if told else say.top("never_hours")


def laws_of(live: Live) -> tuple[str, ...]:
    """Return whose laws the retention profile speaks of: india, eu, both, or none."""
    return LAWS.get(live.organisation.profile, ("none",))


def _shift(start: int, end: int) -> str:
    return "–".join(f"{minute // 60 % 24:02}:{minute % 60:02}" for minute in (start, end))


def _scope(live: Live, say: Words) -> Part:
    what = say("scope", "what", organisation=live.organisation.name, day=live.day)
    return Part(say("scope", "title"), (Paragraph(what), Paragraph(say("scope", "signing"))))


def _use(live: Live, say: Words) -> Part:
    ours = live.organisation
    rules = [say("use", key) for key in ("account", "programs", "install", "files", "report")]
    for kind in ("app", "site"):
        names = [one.pattern for one in ours.denied if one.kind == kind]
        rules += [say("use", f"denied_{kind}s", names=", ".join(names))] if names else []
    rules += [say("use", "denied_shown")] if ours.denied else []
    rules += [say("use", "watched", n=len(ours.watched_paths))] if ours.watched_paths else []
    return Part(say("use", "title"), (Points(tuple(rules)),))


def _recorded(live: Live, say: Words) -> Part:
    ours = live.organisation
    files_on = say("recorded", "files_on", names=", ".join(ours.folders)) if ours.folders else ""
    minutes, names = f"{max(ours.capture_every / 60, 0.1):.3g}", ", ".join(live.captured)
    pictures_on = say("recorded", "pictures_on", minutes=minutes, names=names) if ours.capture_every and names else ""
    clips = (say("recorded", "clips_on", seconds=ours.clip_seconds, names=names),) if live.clips else ()
    hours_only = say("recorded", "hours_only", hours=hours_in_words(ours.hours, say)) if ours.work_hours_only else ""
    told = (
        say("recorded", "work"),
        say("recorded", "sites"),
        say("recorded", f"titles_{ours.titles}"),
        say("recorded", "session"),
        say("recorded", "network_on" if ours.network_every else "network_off"),
        files_on or say("recorded", "files_off"),
        pictures_on or say("recorded", "pictures_off"),
        *clips,
        hours_only or say("recorded", "hours_always"),
    )
    blocks = (Paragraph(say("recorded", "intro")), Points(told), Paragraph(say("recorded", "never"), strong=True))
    return Part(say("recorded", "title"), blocks)


def _purpose(live: Live, say: Words) -> Part:
    ours = live.organisation
    why = [say("purpose", "time")]
    why += [say("purpose", "billing", n=len(ours.client_rules))] if ours.client_rules else []
    why += [say("purpose", "files")] if ours.folders else []
    why += [say("purpose", "safety")] if ours.denied or ours.watched_paths else []
    laws = (Paragraph(say("purpose", f"basis_{law}")) for law in laws_of(live))
    blocks: list[Block] = [Points(tuple(why)), _bases(live, say), *laws]
    return Part(say("purpose", "title"), (*blocks, Paragraph(say("purpose", "decides"), strong=True)))


def _bases(live: Live, say: Words) -> Grid:
    """Which purposes are served, what is recorded for each, and on what it rests."""
    rows = []
    for purpose in served(live):
        text = PURPOSES[purpose][say.language]
        rows.append((text.name, text.what, BASES[live.organisation.bases.of(purpose)][say.language]))
    return Grid("", tuple(say.listed("purpose", "headings")), tuple(rows))


def served(live: Live) -> list[Purpose]:
    """Return the purposes for which something is recorded under this configuration."""
    ours = live.organisation
    off = {Purpose.NETWORK: not ours.network_every, Purpose.FILES: not ours.folders, Purpose.SCREENSHOTS: not live.pictures}
    return [purpose for purpose in Purpose if not off.get(purpose, False)]


def _seen(live: Live, say: Words) -> Part:
    ours = live.organisation
    told = [say("seen", key) for key in ("you", "manager", "owner", "compliance", "it")]
    told += [say("seen", "small_groups", n=ours.ask_below)] if ours.ask_below > 1 else []
    told += [say("seen", "one_person")] if ours.ask_for_person else []
    mailed = live.mail and bool(ours.reports.recipients)
    told += [say("seen", "looks"), say("seen", "mailed", n=len(ours.reports.recipients)) if mailed else say("seen", "not_mailed")]
    told += [say("seen", "drive"), say("seen", "place_but_drive")] if live.drive else [say("seen", "place")]
    return Part(say("seen", "title"), (Points(tuple(told)),))


def _kept(live: Live, say: Words) -> Part:
    periods: dict[str, int] = asdict(live.organisation.retention)
    rows = [(say("kept", kind), say.top("days", n=periods[kind])) for kind in ("spans", "ledger", "files", "audit", "captures")]
    if live.protection.backup_folder:
        rows.append((say("kept", "backups"), say.top("days", n=live.protection.backup_days)))
    grid = Grid("", (say("kept", "heading_what"), say("kept", "heading_period")), tuple(rows))
    return Part(say("kept", "title"), (grid,))


def _rights(live: Live, say: Words) -> Part:
    told = [say("rights", key) for key in ("pause", "see", "contest", "ask", "withdraw")]
    told += [say("rights", f"authority_{law}") for law in laws_of(live)]
    contact = live.organisation.reports.contact or say.top("fill_in")
    return Part(say("rights", "title"), (Points(tuple(told)), Paragraph(say("rights", "contact", contact=contact), strong=True)))


def _council(live: Live, say: Words) -> Part | None:
    agreement = live.organisation.works_council
    if not agreement:
        return None
    locks = tuple(say("council", lock.key) for lock in works_council.LOCKS)
    return Part(say("council", "title"), (Paragraph(say("council", "agreed", agreement=agreement)), Points(locks)))


def _sign(live: Live, say: Words) -> Part:
    mine, offices = Blanks(tuple(say.listed("sign", "blanks"))), Blanks(tuple(say.listed("sign", "office_blanks")))
    return Part(say("sign", "title"), (Paragraph(say("sign", "read")), mine, Paragraph(say("sign", "office")), offices))


@lru_cache(maxsize=len(LANGUAGES))
def _texts(language: str) -> dict[str, Any]:
    if language not in LANGUAGES:
        raise KeyError(language)
    return tomllib.loads((files(__package__) / f"usage_policy.{language}.toml").read_text("utf-8"))
