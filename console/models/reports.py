"""What a report file is in words: its period, whom it is about, how far it is, and whether it went out."""

from __future__ import annotations

from console import words
from console.refusals import in_the_servers_words
from console.words import _, _n
from policy.summaries import ReportFile, Rhythm


def rhythm(value: Rhythm) -> str:
    """How long a report's period is."""
    return {Rhythm.DAY: _("Day"), Rhythm.WEEK: _("Week"), Rhythm.MONTH: _("Month")}[value]


def whom(one: ReportFile) -> str:
    """Whom a report is about."""
    if one.scope.kind == "company":
        return _("Everybody")
    name = words.safe(one.scope.name, 60)
    return _("Team {name}").format(name=name) if one.scope.kind == "team" else name


def state(one: ReportFile) -> str:
    """How far a report is, and in how many figures it differs from the revision before."""
    if one.state == "failed":
        return _("could not be made")
    if one.state != "made":
        return _("is being made")
    if one.revision == 1:
        return _("made")
    changed = _n("{n} figure changed", "{n} figures changed", one.changed).format(n=words.count(one.changed))
    return _("Revision {n}: {changed}").format(n=words.count(one.revision), changed=changed)


def sent(one: ReportFile) -> str:
    """What became of the ways it goes out."""
    return ", ".join(_way(item.way, item.state) for item in one.deliveries) or words.NOTHING


def _way(way: str, became: str) -> str:
    name = {"mail": _("mail"), "folder": _("folder"), "drive": _("drive")}.get(way, words.safe(way, 20))
    told = {"sent": _("sent"), "waiting": _("waiting"), "failed": _("failed")}.get(became, words.safe(became, 20))
    return f"{name}: {told}"


def trouble(one: ReportFile) -> str:
    """What kept a report from going out, in the server's words; empty when nothing did."""
    found = ((_way(item.way, item.state), in_the_servers_words(words.safe(item.trouble, 300))) for item in one.deliveries if item.trouble)
    return "\n".join(f"{way}. {told}" for way, told in found)
