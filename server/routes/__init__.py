"""The table of contents: every route, who may call it, what goes in and what comes out.

A route that is not here does not exist; one that names nobody does not start the server.
"""

from __future__ import annotations

from policy.roles import SEES_FIGURES, SEES_FILES, Role
from policy.summaries import (
    AccountLink,
    AlertCount,
    Alerts,
    AlertWish,
    AnswerWish,
    Applications,
    AuditLog,
    Bandwidth,
    Case,
    CaseChange,
    CaseLinkWish,
    CaseNoteWish,
    Cases,
    CaseWish,
    Changed,
    Choices,
    Clip,
    ClipWish,
    CodeMade,
    CodeRevoke,
    Codes,
    CodeWish,
    Decision,
    DeviceChange,
    DeviceRevoke,
    Devices,
    EvidenceAsked,
    EvidencePacks,
    EvidenceWish,
    ExportNote,
    Files,
    Health,
    Inactivity,
    Made,
    Me,
    NoticeDocuments,
    Notices,
    Office,
    Overview,
    OwnPassword,
    PageMade,
    PageWish,
    PasswordWish,
    PersonChange,
    PersonRequests,
    PersonWish,
    ReportAsked,
    ReportFiles,
    ReportWish,
    RuleEffect,
    Rules,
    RuleSaved,
    RuleWish,
    Settings,
    SettingsWish,
    SignInReply,
    SignInRequest,
    SignOutUser,
    SitePeople,
    Sites,
    TeamChange,
    TeamWish,
    Timeline,
    Unclassified,
    UndoWish,
    Unlocked,
    UnlockWish,
    UserChange,
    UserMade,
    Users,
    UserWish,
    WatchListChange,
    WatchListEnd,
    WatchLists,
    WatchListWish,
    Why,
)
from policy.wire import Ack, AgentPolicy, Batch, EnrolReply, EnrolRequest
from server.auth import EVERYBODY_SIGNED_IN, Door, Route
from server.compat import agents, employee_report, employees, heartbeats, recordings, screenshots, sessions
from server.compat import figures as two_state_figures
from server.compat import report as state_report
from server.compat.agents import Agent, AgentWish
from server.compat.dashboard import show_dashboard
from server.compat.employee_report import EmployeeReportReply
from server.compat.employees import Employee, EmployeeChange, EmployeeWish
from server.compat.figures import CleanedUp, CleanUp, Ranked, StoreFigures
from server.compat.heartbeats import Heartbeat, HeartbeatWish
from server.compat.productivity import AppSeconds, AppTotals, DayTotals, Totals
from server.compat.report import NoticeReply, RealHoursReply, StateReport, Success
from server.compat.screenshots import Screenshot, ScreenshotForm, ScreenshotMade
from server.compat.sessions import Alive, SessionMade, SessionRow, SessionWish
from server.compat.track import Ingested, Track, track
from server.pages import first_owner, own, own_frame, own_notice, set_password
from server.routes import (
    alerts,
    captures,
    cases,
    documents,
    enrol,
    evidence,
    exports,
    figures,
    files,
    health,
    ingest,
    me,
    office,
    openapi,
    records,
    reports,
    requests,
    rules,
    sign_in,
    unlock,
    users,
    why,
)

ANYONE = frozenset({Door.ANYONE})
DEVICE = frozenset({Door.DEVICE})
DEVICE_OR_VIEWER = DEVICE | SEES_FIGURES | {Role.EMPLOYEE}
"""Owners any, managers their teams, people themselves; a PC's token the figures of the one person who uses it."""
OWNER_LINK = frozenset({Door.OWNER_LINK})
PASSWORD_LINK = frozenset({Door.PASSWORD_LINK})
PAGE_LINK = frozenset({Door.PAGE_LINK})
PAGE = frozenset({Door.PAGE})
"""A person in the browser session that their PC's symbol began: themselves and nothing else."""
OWNER = frozenset({Role.OWNER})
KNOWS_PEOPLE = frozenset({Role.OWNER, Role.MANAGER, Role.IT})
"""Who reads who is who, which is not what they did."""
READS_RECORDS = frozenset({Role.OWNER, Role.COMPLIANCE})
READS_REPORTS = SEES_FIGURES | {Role.EMPLOYEE}
"""Owners any, managers those of their teams, everybody their own."""
READS_SETTINGS = frozenset({Role.OWNER, Role.COMPLIANCE, Role.IT})
SEES_DEVICES = frozenset({Role.OWNER, Role.IT})
DEVICE_OR_IT = DEVICE | SEES_DEVICES
"""A PC sees itself."""
KNOWS_PICTURES = READS_RECORDS | {Role.EMPLOYEE}
"""Who knows which pictures of screens there are: owners and compliance any, people their own. Owners open none."""
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
    Route("PUT", "/api/v1/captures/<sha256>", captures.take_capture, DEVICE, status=204),
    Route("GET", "/api/v1/captures/<sha256>", captures.show_capture, EVERYBODY_SIGNED_IN),
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
    Route("GET", "/api/v1/why", why.show_why, SEES_FIGURES, Why),
    Route("GET", "/api/v1/rules", rules.show_rules, SEES_FIGURES, Rules),
    Route("POST", "/api/v1/rules", rules.save_rule, SEES_FIGURES, RuleSaved, RuleWish),
    Route("POST", "/api/v1/rules/preview", rules.preview_rule, SEES_FIGURES, RuleEffect, RuleWish),
    Route("POST", "/api/v1/rules/undo", rules.undo_rule, SEES_FIGURES, RuleSaved, UndoWish),
    Route("GET", "/api/v1/unclassified", rules.show_unclassified, SEES_FIGURES, Unclassified),
    Route("POST", "/api/v1/unlock", unlock.unlock, SEES_FILES, Unlocked, UnlockWish),
    Route("GET", "/api/v1/me", me.show_me, EVERYBODY_SIGNED_IN, Me),
    Route("POST", "/api/v1/me/findings/<day>/answer", me.answer_finding, EVERYBODY_SIGNED_IN, None, AnswerWish),
    Route("GET", "/api/v1/devices", figures.show_devices, SEES_DEVICES, Devices),
    Route("PATCH", "/api/v1/devices", office.change_device, SEES_DEVICES, Changed, DeviceChange),
    Route("POST", "/api/v1/devices/revoke", office.revoke_device, SEES_DEVICES, None, DeviceRevoke),
    Route("GET", "/api/v1/codes", office.show_codes, SEES_DEVICES, Codes),
    Route("POST", "/api/v1/codes", office.make_code, SEES_DEVICES, CodeMade, CodeWish, 201),
    Route("POST", "/api/v1/codes/revoke", office.revoke_code, SEES_DEVICES, None, CodeRevoke),
    Route("GET", "/api/v1/people", office.show_people, KNOWS_PEOPLE, Office),
    Route("POST", "/api/v1/people", office.add_person, OWNER, Made, PersonWish, 201),
    Route("PATCH", "/api/v1/people", office.change_person, OWNER, Changed, PersonChange),
    Route("POST", "/api/v1/accounts/link", office.link_account, OWNER, None, AccountLink),
    Route("POST", "/api/v1/teams", office.add_team, OWNER, Made, TeamWish, 201),
    Route("PATCH", "/api/v1/teams", office.rename_team, OWNER, Changed, TeamChange),
    Route("GET", "/api/v1/users", users.show_users, OWNER, Users),
    Route("POST", "/api/v1/users", users.add_user, OWNER, UserMade, UserWish, 201),
    Route("PATCH", "/api/v1/users", users.change_user, OWNER, Changed, UserChange),
    Route("POST", "/api/v1/users/password", users.reset_password, OWNER, UserMade, PasswordWish),
    Route("POST", "/api/v1/users/sign-out", users.sign_out_user, OWNER, None, SignOutUser),
    Route("POST", "/api/v1/password", users.change_own_password, EVERYBODY_SIGNED_IN, None, OwnPassword),
    Route("GET", "/api/v1/reports", reports.show_reports, READS_REPORTS, ReportFiles),
    Route("POST", "/api/v1/reports", reports.make_report, READS_REPORTS, ReportAsked, ReportWish, 202),
    Route("GET", "/api/v1/reports/<number>/pdf", reports.show_pdf, READS_REPORTS),
    Route("GET", "/api/v1/reports/<number>/xlsx", reports.show_xlsx, READS_REPORTS),
    Route("POST", "/api/v1/reports/test-mail", reports.send_test_mail, OWNER),
    Route("GET", "/api/v1/settings", records.show_settings, READS_SETTINGS, Settings),
    Route("PATCH", "/api/v1/settings", records.change_settings, OWNER, Settings, SettingsWish),
    Route("GET", "/api/v1/notices", records.show_notices, READS_SETTINGS, Notices),
    Route("GET", "/api/v1/documents", documents.show_documents, READS_RECORDS, NoticeDocuments),
    Route("GET", "/api/v1/documents/<name>", documents.make_document, READS_RECORDS),
    Route("GET", "/api/v1/audit", records.show_audit, READS_RECORDS, AuditLog),
    Route("POST", "/api/report", state_report.report, DEVICE, Success, StateReport, 201),
    Route("POST", "/api/notice", state_report.answer_notice, DEVICE, Success, NoticeReply, 201),
    Route("GET", "/api/reports/real_work_hours", state_report.show_real_hours, DEVICE_OR_VIEWER, RealHoursReply),
    Route("POST", "/track", track, DEVICE, Ingested, Track, 201),
    Route("GET", "/summary/today", two_state_figures.show_today, DEVICE_OR_VIEWER, Totals),
    Route("GET", "/apps", two_state_figures.show_apps, DEVICE_OR_VIEWER, list[AppTotals]),
    Route("GET", "/daily", two_state_figures.show_daily, DEVICE_OR_VIEWER, list[DayTotals]),
    Route("GET", "/dashboard/<user_id>", show_dashboard, DEVICE_OR_VIEWER),
    Route("POST", "/cleanup", two_state_figures.clean_up, OWNER, CleanedUp, CleanUp),
    Route("GET", "/db-stats", two_state_figures.show_store, SEES_DEVICES, StoreFigures),
    Route("GET", "/admin/leaderboard", two_state_figures.show_leaderboard, SEES_FIGURES, list[Ranked]),
    Route("GET", "/admin/user/<user_id>/non-productive-apps", two_state_figures.show_non_productive_apps, SEES_FIGURES, list[AppSeconds]),
    Route("GET", "/api/v1/evidence", evidence.show_packs, READS_RECORDS, EvidencePacks),
    Route("POST", "/api/v1/evidence", evidence.ask_for_pack, READS_RECORDS, EvidenceAsked, EvidenceWish, 202),
    Route("GET", "/api/v1/evidence/<number>/zip", evidence.show_zip, READS_RECORDS),
    Route("GET", "/api/v1/cases", cases.show_cases, READS_RECORDS, Cases),
    Route("POST", "/api/v1/cases", cases.open_case, READS_RECORDS, Made, CaseWish, 201),
    Route("PATCH", "/api/v1/cases", cases.change_case, READS_RECORDS, Changed, CaseChange),
    Route("GET", "/api/v1/cases/<number>", cases.show_case, READS_RECORDS, Case),
    Route("POST", "/api/v1/cases/notes", cases.add_note, READS_RECORDS, Made, CaseNoteWish, 201),
    Route("POST", "/api/v1/cases/links", cases.add_link, READS_RECORDS, Made, CaseLinkWish, 201),
    Route("GET", "/api/v1/watch-lists", cases.show_watch_lists, READS_RECORDS, WatchLists),
    Route("POST", "/api/v1/watch-lists", cases.add_watch_list, READS_RECORDS, Made, WatchListWish, 201),
    Route("PATCH", "/api/v1/watch-lists", cases.change_watch_list, READS_RECORDS, Changed, WatchListChange),
    Route("POST", "/api/v1/watch-lists/end", cases.end_watch_list, READS_RECORDS, None, WatchListEnd),
    Route("GET", "/api/agents/", agents.show_agents, DEVICE_OR_IT, list[Agent]),
    Route("POST", "/api/agents/", agents.register_agent, DEVICE_OR_IT, Agent, AgentWish, 201),
    Route("GET", "/api/agents/<number>/", agents.show_agent, DEVICE_OR_IT, Agent),
    Route("GET", "/api/heartbeats/", heartbeats.show_heartbeats, DEVICE_OR_IT, list[Heartbeat]),
    Route("POST", "/api/heartbeats/", heartbeats.add_heartbeat, DEVICE, Heartbeat, HeartbeatWish, 201),
    Route("GET", "/api/heartbeats/<number>/", heartbeats.show_heartbeat, DEVICE_OR_IT, Heartbeat),
    Route("GET", "/api/sessions/", sessions.show_sessions, DEVICE_OR_VIEWER, list[SessionRow]),
    Route("POST", "/api/sessions/", sessions.begin_session, DEVICE, SessionMade, SessionWish, 201),
    Route("POST", "/api/sessions/<number>/heartbeat/", sessions.keep_session_alive, DEVICE, Alive),
    Route("GET", "/api/screenshots/", screenshots.show_screenshots, DEVICE | KNOWS_PICTURES, list[Screenshot]),
    Route("POST", "/api/screenshots/", screenshots.add_screenshot, DEVICE, ScreenshotMade, ScreenshotForm, 201),
    Route("GET", "/api/screenshots/<number>/", screenshots.show_screenshot, DEVICE | KNOWS_PICTURES, Screenshot),
    Route("DELETE", "/api/screenshots/<number>/", screenshots.delete_screenshot, READS_RECORDS, status=204),
    Route("GET", "/api/recordings/", recordings.show_recordings, KNOWS_PICTURES, list[Clip]),
    Route("POST", "/api/recordings/", recordings.ask_for_recording, READS_RECORDS, Clip, ClipWish, 201),
    Route("GET", "/api/recordings/<number>/", recordings.show_recording, KNOWS_PICTURES, Clip),
    Route("POST", "/api/recordings/<number>/approve/", recordings.approve_recording, READS_RECORDS, Clip),
    Route("GET", "/api/employees/", employees.show_employees, KNOWS_PEOPLE, list[Employee]),
    Route("POST", "/api/employees/", employees.add_employee, OWNER, Employee, EmployeeWish, 201),
    Route("GET", "/api/employees/<number>/", employees.show_employee, KNOWS_PEOPLE, Employee),
    Route("PATCH", "/api/employees/<number>/", employees.change_employee, OWNER, Employee, EmployeeChange),
    Route("DELETE", "/api/employees/<number>/", employees.deactivate_employee, OWNER, status=204),
    Route("GET", "/api/employees/<number>/report/", employee_report.show_employee_report, READS_REPORTS, EmployeeReportReply),
    Route("GET", "/api/v1/requests", requests.show_requests, SEES_FIGURES, PersonRequests),
    Route("POST", "/api/v1/requests", requests.decide_request, SEES_FIGURES, None, Decision),
    Route("POST", "/api/v1/page-link", own.make_link, DEVICE, PageMade, PageWish),
    Route("GET", "/me/enter", own.enter, PAGE_LINK, refused=own_frame.refused),
    Route("GET", "/me", own.show, PAGE, refused=own_frame.refused),
    Route("GET", "/me/ask", own.show_form, PAGE, refused=own_frame.refused),
    Route("POST", "/me/ask", own.take_request, PAGE, refused=own_frame.refused),
    Route("GET", "/me/notice", own_notice.show_notice, PAGE, refused=own_frame.refused),
    Route("POST", "/me/purpose", own_notice.answer_purpose, PAGE, refused=own_frame.refused),
    Route("POST", "/me/withdraw", own_notice.withdraw, PAGE, refused=own_frame.refused),
    Route("POST", "/me/leave", own.leave, PAGE, refused=own_frame.refused),
    Route("GET", "/set-password", set_password.show_form, PASSWORD_LINK),
    Route("POST", "/set-password", set_password.choose_password, PASSWORD_LINK),
    Route("GET", "/first-owner", first_owner.show_form, OWNER_LINK),
    Route("POST", "/first-owner", first_owner.make_owner, OWNER_LINK),
)
