"""The icons, by what they mean; drawn from an icon font in the theme's colours, so they are sharp at any scale."""

from __future__ import annotations

import functools

import qtawesome
from PyQt5.QtGui import QIcon

from policy.presence import Presence

NAMES = {
    "overview": "mdi6.view-dashboard-outline",
    "urls": "mdi6.web",
    "applications": "mdi6.application-outline",
    "timeline": "mdi6.chart-timeline",
    "inactivity": "mdi6.keyboard-outline",
    "bandwidth": "mdi6.swap-vertical",
    "files": "mdi6.file-search-outline",
    "alerts": "mdi6.bell-outline",
    "created": "mdi6.file-plus-outline",
    "modified": "mdi6.file-edit-outline",
    "deleted": "mdi6.file-remove-outline",
    "renamed": "mdi6.file-move-outline",
    "opened": "mdi6.file-eye-outline",
    "remove": "mdi6.close",
    "export": "mdi6.tray-arrow-down",
    "why": "mdi6.help-circle-outline",
    "classify": "mdi6.tag-outline",
    "undo": "mdi6.undo",
    "high": "mdi6.alert-octagon",
    "medium": "mdi6.alert",
    "low": "mdi6.information",
    "back": "mdi6.arrow-left",
    "previous": "mdi6.chevron-left",
    "next": "mdi6.chevron-right",
    "search": "mdi6.magnify",
    "refresh": "mdi6.refresh",
    "reset": "mdi6.filter-off-outline",
    "columns": "mdi6.view-column-outline",
    "zoom_in": "mdi6.magnify-plus-outline",
    "zoom_out": "mdi6.magnify-minus-outline",
    "zoom_all": "mdi6.arrow-expand-horizontal",
    "theme": "mdi6.theme-light-dark",
    "sign_out": "mdi6.logout",
    "attention": "mdi6.alert-outline",
    "note": "mdi6.information-outline",
    "stop": "mdi6.shield-alert-outline",
    "good": "mdi6.check-circle-outline",
    "connected": "mdi6.lan-connect",
    "away": "mdi6.lan-disconnect",
    "private": "mdi6.eye-check-outline",
    "no_data_yet": "mdi6.laptop",
    "none_in_range": "mdi6.calendar-blank-outline",
    "nothing_matches": "mdi6.filter-remove-outline",
    "not_permitted": "mdi6.lock-outline",
    "reason_needed": "mdi6.account-question-outline",
    "signed_out": "mdi6.account-lock-outline",
    "nobody_now": "mdi6.monitor-off",
    "no_review": "mdi6.check-circle-outline",
    "no_quiet": "mdi6.check-circle-outline",
    "all_quiet": "mdi6.bell-sleep-outline",
    "failed": "mdi6.cloud-off-outline",
    "more": "mdi6.chevron-down",
    "less": "mdi6.chevron-up",
    "server": "mdi6.server-security",
    "review": "mdi6.eye-outline",
    "brand": "mdi6.pulse",
    "administration": "mdi6.shield-account-outline",
    "settings": "mdi6.cog-outline",
    "people": "mdi6.account-group-outline",
    "teams": "mdi6.sitemap-outline",
    "accounts": "mdi6.account-key-outline",
    "rules": "mdi6.tag-multiple-outline",
    "devices": "mdi6.desktop-classic",
    "backups": "mdi6.backup-restore",
    "codes": "mdi6.ticket-confirmation-outline",
    "users": "mdi6.account-cog-outline",
    "notices": "mdi6.bullhorn-outline",
    "organisation": "mdi6.office-building-cog-outline",
    "reports": "mdi6.file-chart-outline",
    "answered": "mdi6.comment-account-outline",
    "requests": "mdi6.account-voice",
    "evidence": "mdi6.package-variant-closed-check",
    "cases": "mdi6.folder-text-outline",
    "watch": "mdi6.folder-eye-outline",
    "pictures": "mdi6.monitor-screenshot",
    "clips": "mdi6.filmstrip",
    "documents": "mdi6.file-certificate-outline",
    "rights": "mdi6.account-lock-open-outline",
    "erasures": "mdi6.account-remove-outline",
    "clients": "mdi6.briefcase-outline",
    "audit": "mdi6.clipboard-text-clock-outline",
    "copy": "mdi6.content-copy",
    "add": "mdi6.plus",
    "language": "mdi6.translate",
    "search_lan": "mdi6.lan",
    "fingerprint": "mdi6.fingerprint",
    "done": "mdi6.check-decagram-outline",
    "keys": "mdi6.keyboard-outline",
}

PRESENCES = {
    Presence.ACTIVE: "mdi6.circle",
    Presence.READING: "mdi6.book-open-variant",
    Presence.MEETING: "mdi6.account-voice",
    Presence.IDLE: "mdi6.circle-outline",
    Presence.LOCKED: "mdi6.lock",
    Presence.PAUSED: "mdi6.pause-circle-outline",
    Presence.ASLEEP: "mdi6.weather-night",
    Presence.OFF: "mdi6.power",
    Presence.UNKNOWN: "mdi6.help-circle-outline",
}
"""A shape for each, because colour alone says nothing to one man in twelve."""


@functools.lru_cache(maxsize=256)
def _made(name: str, colour: str, active: str) -> QIcon:
    return qtawesome.icon(name, color=colour, color_active=active, color_on=active, color_disabled=colour)


def icon(meaning: str, colour: str, active: str = "") -> QIcon:
    """Return the icon of a meaning; `active` is its colour when hovered or checked."""
    return _made(NAMES[meaning], colour, active or colour)


def presence_icon(presence: Presence, colour: str) -> QIcon:
    """Return the icon of a presence."""
    return _made(PRESENCES[presence], colour, colour)
