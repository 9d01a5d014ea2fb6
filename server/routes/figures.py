"""The tabs' figures: who asks for whom and which days, and one query each."""

from __future__ import annotations

from flask import Response

from policy.roles import Role, may_view, may_view_files
from policy.summaries import Choices, Devices
from server.auth import Ask
from server.queries import applications, bandwidth, choices, devices, inactivity, overview, site_people, timeline, urls
from server.routes.question import asked
from server.routes.unchanged import answer

LONGEST_SITE = 256


def show_choices(ask: Ask) -> Choices:
    """What the scope bar offers: compliance chooses among everybody whose files it may search, IT among nobody."""
    may = may_view_files if ask.who().role is Role.COMPLIANCE else may_view
    return choices.choices(ask.session, ask.who(), ask.now, may)


def show_overview(ask: Ask) -> Response:
    """The Overview tab."""
    selection, rules = asked(ask, "overview"), ask.core.rules
    return answer(ask, selection, lambda session: overview.overview(session, selection, rules, ask.now), always_now=True)


def show_urls(ask: Ask) -> Response:
    """The URL Report tab."""
    selection, rules = asked(ask, "urls"), ask.core.rules
    return answer(ask, selection, lambda session: urls.sites(session, selection, rules, ask.now))


def show_site_people(ask: Ask) -> Response:
    """Who was at one site; without `site`, whose browser did not say."""
    site = ask.text("site", LONGEST_SITE) or ""
    selection, rules = asked(ask, "urls"), ask.core.rules
    return answer(ask, selection, lambda session: site_people.site_people(session, selection, site, rules))


def show_applications(ask: Ask) -> Response:
    """The Applications tab."""
    selection, rules = asked(ask, "applications"), ask.core.rules
    return answer(ask, selection, lambda session: applications.applications(session, selection, rules, ask.now))


def show_timeline(ask: Ask) -> Response:
    """The Timeline & Heatmap tab."""
    selection, core = asked(ask, "timeline"), ask.core
    return answer(ask, selection, lambda session: timeline.timeline(session, selection, core.rules, core.thresholds, ask.now))


def show_inactivity(ask: Ask) -> Response:
    """The Inactivity Monitor tab."""
    selection, core = asked(ask, "inactivity"), ask.core
    return answer(ask, selection, lambda session: inactivity.inactivity(session, selection, core.rules, core.thresholds, ask.now))


def show_bandwidth(ask: Ask) -> Response:
    """The Bandwidth Usage tab."""
    selection, rules = asked(ask, "bandwidth"), ask.core.rules
    return answer(ask, selection, lambda session: bandwidth.bandwidth(session, selection, rules, ask.now), always_now=True)


def show_devices(ask: Ask) -> Devices:
    """The fleet with its delivery equations."""
    return devices.devices(ask.session, ask.now)
