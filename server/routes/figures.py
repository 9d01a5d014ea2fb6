"""The tabs' figures: who asks for whom and which days, and one query each."""

from __future__ import annotations

from policy.roles import Role, may_view, may_view_files
from policy.summaries import Applications, Bandwidth, Choices, Devices, Inactivity, Overview, SitePeople, Sites, Timeline
from server.auth import Ask
from server.queries import applications, bandwidth, choices, devices, inactivity, overview, site_people, timeline, urls
from server.routes.question import asked

LONGEST_SITE = 256


def show_choices(ask: Ask) -> Choices:
    """What the scope bar offers: compliance chooses among everybody whose files it may search, IT among nobody."""
    may = may_view_files if ask.who().role is Role.COMPLIANCE else may_view
    return choices.choices(ask.session, ask.who(), ask.now, may)


def show_overview(ask: Ask) -> Overview:
    """The Overview tab."""
    return overview.overview(ask.session, asked(ask, "overview"), ask.core.rules, ask.now)


def show_urls(ask: Ask) -> Sites:
    """The URL Report tab."""
    return urls.sites(ask.session, asked(ask, "urls"), ask.core.rules, ask.now)


def show_site_people(ask: Ask) -> SitePeople:
    """Who was at one site; without `site`, whose browser did not say."""
    site = ask.text("site", LONGEST_SITE) or ""
    return site_people.site_people(ask.session, asked(ask, "urls"), site, ask.core.rules)


def show_applications(ask: Ask) -> Applications:
    """The Applications tab."""
    return applications.applications(ask.session, asked(ask, "applications"), ask.core.rules, ask.now)


def show_timeline(ask: Ask) -> Timeline:
    """The Timeline & Heatmap tab."""
    return timeline.timeline(ask.session, asked(ask, "timeline"), ask.core.rules, ask.core.thresholds, ask.now)


def show_inactivity(ask: Ask) -> Inactivity:
    """The Inactivity Monitor tab."""
    return inactivity.inactivity(ask.session, asked(ask, "inactivity"), ask.core.rules, ask.core.thresholds, ask.now)


def show_bandwidth(ask: Ask) -> Bandwidth:
    """The Bandwidth Usage tab."""
    return bandwidth.bandwidth(ask.session, asked(ask, "bandwidth"), ask.core.rules)


def show_devices(ask: Ask) -> Devices:
    """The fleet with its delivery equations."""
    return devices.devices(ask.session, ask.now)
