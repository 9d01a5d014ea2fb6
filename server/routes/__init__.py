"""The table of contents: every route, who may call it, what goes in and what comes out.

A route that is not here does not exist; one that names nobody does not start the server.
"""

from __future__ import annotations

from policy.roles import SEES_FIGURES, SEES_FILES, Role
from policy.summaries import (
    AlertCount,
    Alerts,
    AlertWish,
    Applications,
    Bandwidth,
    Choices,
    Devices,
    ExportNote,
    Files,
    Health,
    Inactivity,
    Me,
    Overview,
    RuleEffect,
    Rules,
    RuleSaved,
    RuleWish,
    SignInReply,
    SignInRequest,
    SitePeople,
    Sites,
    Timeline,
    Unclassified,
    UndoWish,
)
from policy.wire import Ack, AgentPolicy, Batch, EnrolReply, EnrolRequest
from server.auth import EVERYBODY_SIGNED_IN, Door, Route
from server.pages import first_owner
from server.routes import alerts, enrol, exports, figures, files, health, ingest, me, openapi, rules, sign_in

ANYONE = frozenset({Door.ANYONE})
DEVICE = frozenset({Door.DEVICE})
OWNER_LINK = frozenset({Door.OWNER_LINK})
SEES_DEVICES = frozenset({Role.OWNER, Role.IT})
CONSOLE = SEES_FILES | SEES_DEVICES
"""Who opens the window."""

ROUTES = (
    Route("GET", "/health", health.show_health, ANYONE, Health),
    Route("GET", "/api/v1/openapi.json", openapi.show_openapi, ANYONE),
    Route("POST", "/api/v1/enrol", enrol.enrol, ANYONE, EnrolReply, EnrolRequest, 201),
    Route("POST", "/api/v1/leave", enrol.leave, DEVICE),
    Route("POST", "/api/v1/sign-in", sign_in.sign_in, ANYONE, SignInReply, SignInRequest),
    Route("POST", "/api/v1/sign-out", sign_in.sign_out, EVERYBODY_SIGNED_IN),
    Route("POST", "/api/v1/ingest", ingest.take_batch, DEVICE, Ack, Batch),
    Route("GET", "/api/v1/policy", ingest.show_policy, DEVICE, AgentPolicy),
    Route("GET", "/api/v1/choices", figures.show_choices, CONSOLE, Choices),
    Route("GET", "/api/v1/overview", figures.show_overview, SEES_FIGURES, Overview),
    Route("GET", "/api/v1/urls", figures.show_urls, SEES_FIGURES, Sites),
    Route("GET", "/api/v1/urls/people", figures.show_site_people, SEES_FIGURES, SitePeople),
    Route("GET", "/api/v1/applications", figures.show_applications, SEES_FIGURES, Applications),
    Route("GET", "/api/v1/timeline", figures.show_timeline, SEES_FIGURES, Timeline),
    Route("GET", "/api/v1/inactivity", figures.show_inactivity, SEES_FIGURES, Inactivity),
    Route("GET", "/api/v1/bandwidth", figures.show_bandwidth, SEES_FIGURES, Bandwidth),
    Route("GET", "/api/v1/files", files.show_files, SEES_FILES, Files),
    Route("GET", "/api/v1/alerts", alerts.show_alerts, SEES_FIGURES, Alerts),
    Route("POST", "/api/v1/alerts", alerts.act_on_alert, SEES_FIGURES, None, AlertWish),
    Route("GET", "/api/v1/alerts/count", alerts.count_alerts, SEES_FIGURES, AlertCount),
    Route("POST", "/api/v1/exports", exports.note_export, CONSOLE, None, ExportNote),
    Route("GET", "/api/v1/rules", rules.show_rules, SEES_FIGURES, Rules),
    Route("POST", "/api/v1/rules", rules.save_rule, SEES_FIGURES, RuleSaved, RuleWish),
    Route("POST", "/api/v1/rules/preview", rules.preview_rule, SEES_FIGURES, RuleEffect, RuleWish),
    Route("POST", "/api/v1/rules/undo", rules.undo_rule, SEES_FIGURES, RuleSaved, UndoWish),
    Route("GET", "/api/v1/unclassified", rules.show_unclassified, SEES_FIGURES, Unclassified),
    Route("GET", "/api/v1/me", me.show_me, EVERYBODY_SIGNED_IN, Me),
    Route("GET", "/api/v1/devices", figures.show_devices, SEES_DEVICES, Devices),
    Route("GET", "/first-owner", first_owner.show_form, OWNER_LINK),
    Route("POST", "/first-owner", first_owner.make_owner, OWNER_LINK),
)
