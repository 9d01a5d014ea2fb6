"""Who may call what: every route against every caller, as one table that a reviewer reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

import server
from policy.roles import Role
from server.app import make_app
from server.auth import Door, Route
from server.routes import ROUTES
from tests.events import batch
from tests.server.conftest import Office, on_sqlite_only

CALLERS = ("nobody", "a wrong token", "device", "olga", "meera", "clara", "ivan", "anita")
DAYS = "from=2025-11-17&to=2025-11-17&figure=engaged&user_id=MERIDIAN%5Canita"

# A row for each route, a letter for each of CALLERS: y may, n is not known (401), - is known and may not (403).
TABLE = {
    "GET /health": "yyyyyyyy",
    "GET /api/v1/openapi.json": "yyyyyyyy",
    "POST /api/v1/enrol": "yyyyyyyy",
    "POST /api/v1/leave": "nnynnnnn",
    "POST /api/v1/sign-in": "yyyyyyyy",
    "POST /api/v1/sign-out": "nnnyyyyy",
    "POST /api/v1/ingest": "nnynnnnn",
    "PUT /api/v1/captures/<sha256>": "nnynnnnn",
    "GET /api/v1/captures/<sha256>": "nnnyyyyy",
    "GET /api/v1/people/<number>/pictures": "nnnyyyyy",
    "GET /api/v1/policy": "nnynnnnn",
    "GET /api/v1/choices": "nnnyyyy-",
    "GET /api/v1/overview": "nnnyy---",
    "GET /api/v1/urls": "nnnyy---",
    "GET /api/v1/urls/people": "nnnyy---",
    "GET /api/v1/applications": "nnnyy---",
    "GET /api/v1/timeline": "nnnyy---",
    "GET /api/v1/inactivity": "nnnyy---",
    "GET /api/v1/bandwidth": "nnnyy---",
    "GET /api/v1/files": "nnnyyy--",
    "GET /api/v1/alerts": "nnnyyy--",
    "POST /api/v1/alerts": "nnnyyy--",
    "GET /api/v1/alerts/count": "nnnyyy--",
    "POST /api/v1/exports": "nnnyyyy-",
    "GET /api/v1/why": "nnnyy---",
    "GET /api/v1/rules": "nnnyy---",
    "POST /api/v1/rules": "nnnyy---",
    "POST /api/v1/rules/preview": "nnnyy---",
    "POST /api/v1/rules/undo": "nnnyy---",
    "GET /api/v1/unclassified": "nnnyy---",
    "POST /api/v1/unlock": "nnnyyy--",
    "GET /api/v1/me": "nnn-----",
    "POST /api/v1/me/findings/<day>/answer": "nnn-----",
    "GET /api/v1/devices": "nnny--y-",
    "PATCH /api/v1/devices": "nnny--y-",
    "POST /api/v1/devices/revoke": "nnny--y-",
    "GET /api/v1/codes": "nnny--y-",
    "POST /api/v1/codes": "nnny--y-",
    "POST /api/v1/codes/revoke": "nnny--y-",
    "GET /api/v1/people": "nnnyy-y-",
    "POST /api/v1/people": "nnny----",
    "PATCH /api/v1/people": "nnny----",
    "POST /api/v1/accounts/link": "nnny----",
    "POST /api/v1/teams": "nnny----",
    "PATCH /api/v1/teams": "nnny----",
    "GET /api/v1/users": "nnny----",
    "POST /api/v1/users": "nnny----",
    "PATCH /api/v1/users": "nnny----",
    "POST /api/v1/users/password": "nnny----",
    "POST /api/v1/users/sign-out": "nnny----",
    "POST /api/v1/password": "nnnyyyyy",
    "GET /api/v1/reports": "nnnyy--y",
    "POST /api/v1/reports": "nnnyy--y",
    "GET /api/v1/reports/<number>/pdf": "nnnyy--y",
    "GET /api/v1/reports/<number>/xlsx": "nnnyy--y",
    "POST /api/v1/reports/test-mail": "nnny----",
    "GET /api/v1/settings": "nnny-yy-",
    "PATCH /api/v1/settings": "nnny----",
    "GET /api/v1/notices": "nnny-yy-",
    "GET /api/v1/documents": "nnny-y--",
    "GET /api/v1/documents/<name>": "nnny-y--",
    "GET /api/v1/audit": "nnny-y--",
    "GET /api/v1/backups": "nnny-yy-",
    "POST /api/v1/backups": "nnny--y-",
    "POST /api/report": "nnynnnnn",
    "GET /api/notice": "nnynnnnn",
    "POST /api/notice": "nnynnnnn",
    "GET /api/reports/real_work_hours": "nnyyy--y",
    "POST /track": "nnynnnnn",
    "GET /summary/today": "nnyyy---",
    "GET /apps": "nnyyy---",
    "GET /daily": "nnyyy---",
    "GET /dashboard/<user_id>": "nn------",
    "POST /cleanup": "nnny----",
    "GET /db-stats": "nnny--y-",
    "GET /admin/leaderboard": "nnny----",
    "DELETE /admin/user/<user_id>": "nnny----",
    "GET /admin/user/<user_id>/non-productive-apps": "nnn-----",
    "GET /api/v1/evidence": "nnny-y--",
    "POST /api/v1/evidence": "nnny-y--",
    "GET /api/v1/evidence/<number>/zip": "nnny-y--",
    "GET /api/v1/cases": "nnny-y--",
    "POST /api/v1/cases": "nnny-y--",
    "PATCH /api/v1/cases": "nnny-y--",
    "GET /api/v1/cases/<number>": "nnny-y--",
    "POST /api/v1/cases/notes": "nnny-y--",
    "POST /api/v1/cases/links": "nnny-y--",
    "GET /api/v1/watch-lists": "nnny-y--",
    "POST /api/v1/watch-lists": "nnny-y--",
    "PATCH /api/v1/watch-lists": "nnny-y--",
    "POST /api/v1/watch-lists/end": "nnny-y--",
    "GET /api/agents/": "nnyy--y-",
    "POST /api/agents/": "nnyy--y-",
    "GET /api/agents/<number>/": "nnyy--y-",
    "GET /api/heartbeats/": "nnyy--y-",
    "POST /api/heartbeats/": "nnynnnnn",
    "GET /api/heartbeats/<number>/": "nnyy--y-",
    "GET /api/sessions/": "nnyyy--y",
    "POST /api/sessions/": "nnynnnnn",
    "POST /api/sessions/<number>/heartbeat/": "nnynnnnn",
    "GET /api/screenshots/": "nnyy-y-y",
    "POST /api/screenshots/": "nnynnnnn",
    "GET /api/screenshots/<number>/": "nnyy-y-y",
    "DELETE /api/screenshots/<number>/": "nnny-y--",
    "GET /api/v1/clips": "nnny-y--",
    "POST /api/v1/clips": "nnny-y--",
    "POST /api/v1/clips/decision": "nnny-y--",
    "GET /api/recordings/": "nnny-y-y",
    "POST /api/recordings/": "nnny-y--",
    "GET /api/recordings/<number>/": "nnny-y-y",
    "POST /api/recordings/<number>/approve/": "nnny-y--",
    "GET /api/employees/": "nnnyy-y-",
    "POST /api/employees/": "nnny----",
    "GET /api/employees/<number>/": "nnnyy-y-",
    "PATCH /api/employees/<number>/": "nnny----",
    "DELETE /api/employees/<number>/": "nnny----",
    "GET /api/employees/<number>/report/": "nnnyy--y",
    "GET /api/v1/measures": "nnny-y--",
    "POST /api/v1/measures": "nnny-y--",
    "POST /api/v1/measures/end": "nnny-y--",
    "GET /api/v1/people/<number>/rights": "nnny-y--",
    "GET /api/v1/people/<number>/export": "nnny-y--",
    "GET /api/v1/people/<number>/erasure": "nnny-y--",
    "GET /api/v1/erasures": "nnny-y--",
    "POST /api/v1/erasures": "nnny----",
    "GET /api/v1/erasures/<number>/json": "nnny-y--",
    "GET /api/v1/erasures/<number>/pdf": "nnny-y--",
    "GET /api/v1/requests": "nnnyy---",
    "POST /api/v1/requests": "nnnyy---",
    "POST /api/v1/page-link": "nnynnnnn",
    "GET /": "nnnnnnnn",
    "GET /admin/": "nnnnnnnn",
    "GET /monitoring/dashboard/": "nnnnnnnn",
    "GET /sign-in": "yyyyyyyy",
    "POST /sign-in": "nnnnnnnn",
    "POST /sign-out": "nnnnnnnn",
    "GET /dashboard": "nnnnnnnn",
    "POST /dashboard/reason": "nnnnnnnn",
    "GET /me/enter": "nnnnnnnn",
    "GET /me": "nnnnnnnn",
    "GET /me/ask": "nnnnnnnn",
    "POST /me/ask": "nnnnnnnn",
    "GET /me/pictures": "nnnnnnnn",
    "GET /me/pictures/<sha256>": "nnnnnnnn",
    "GET /me/notice": "nnnnnnnn",
    "POST /me/purpose": "nnnnnnnn",
    "POST /me/withdraw": "nnnnnnnn",
    "POST /me/leave": "nnnnnnnn",
    "GET /me/copy": "nnnnnnnn",
    "GET /set-password": "nnnnnnnn",
    "POST /set-password": "nnnnnnnn",
    "GET /first-owner": "nnnnnnnn",
    "POST /first-owner": "nnnnnnnn",
}


@pytest.mark.quality("S-03")
@pytest.mark.feature("N09", "N10")
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_meets_the_whole_cast(office: Office, route: Route) -> None:
    pc = office.enrol()
    expected = TABLE[f"{route.method} {route.path}"]
    tokens = {"a wrong token": "x" * 43, "device": pc.token} | office.tokens
    got = ""
    for caller in CALLERS:
        headers = {"Authorization": f"Bearer {tokens[caller]}"} if caller in tokens else {}
        body = batch([]) if route.path.endswith("ingest") else b"{}"
        reply = office.client.open(
            f"{route.path}?{DAYS}", method=route.method, data=None if route.method == "GET" else body, headers=headers
        )
        assert reply.status_code < 500, reply.text
        refused_for_its_body = reply.status_code == 400 and (route.body is not None or "<" in route.path)
        refused_for_its_body |= reply.status_code == 409 and reply.json["reason"] in ("not_sent", "no_backups")
        refused_for_its_body |= reply.status_code == 404 and "<" in route.path
        got += (
            "n"
            if reply.status_code == 401
            else "-"
            if reply.status_code == 403
            else "y"
            if reply.status_code < 400 or refused_for_its_body
            else "?"
        )
    assert got == expected


@pytest.mark.quality("S-01")
def test_the_map_has_no_route_but_the_tables(office: Office) -> None:
    mapped = {(method, rule.rule) for rule in office.app.url_map.iter_rules() for method in rule.methods or () if method != "HEAD"}
    assert mapped == {(route.method, route.path) for route in ROUTES}
    assert {f"{route.method} {route.path}" for route in ROUTES} == TABLE.keys()


@pytest.mark.quality("S-01")
def test_the_anonymous_routes_are_exactly_five() -> None:
    anonymous = {route.path for route in ROUTES if Door.ANYONE in route.allow}
    assert anonymous == {"/health", "/api/v1/enrol", "/api/v1/sign-in", "/sign-in", "/api/v1/openapi.json"}


def test_a_route_that_names_nobody_does_not_start_the_server(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = Route("GET", "/api/v1/everything", lambda ask: None, frozenset())
    monkeypatch.setattr("server.app.ROUTES", (*ROUTES, forgotten))
    with pytest.raises(ValueError, match="does not say who may call it"):
        make_app(office.core)


VARIANTS = (
    "//api/v1/overview",
    "/api//v1/overview",
    "/api/v1//overview",
    "/API/v1/overview",
    "/api/V1/Overview",
    "/api/v1/./overview",
    "/api/v1/x/../overview",
    "/api/v1/%2e/overview",
    "/api/v1/overview/",
    "/api/v1/overview/.",
    "/api/v1/overview;x=1",
    "/api/v1/overview%00",
    "/api/v1/overview%20",
    "/api/v1/%6fverview",
    "/api/v1/overview%2f",
    "/api%2fv1%2foverview",
    "/./api/v1/overview",
    "/..//api/v1/overview",
    "\\api\\v1\\overview",
    "/api/v1/overview#x",
    "/api/v1/overview?from",
    "/api/v1/overview.json",
    "/api/v1/ｏverview",
    "/health/../api/v1/overview",
)


@pytest.mark.quality("S-02")
@on_sqlite_only  # 192 spellings that never reach the store
@pytest.mark.parametrize("path", VARIANTS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_no_spelling_of_a_path_opens_a_door(office: Office, path: str, method: str) -> None:
    headers = {"X-HTTP-Method-Override": "GET", "X-Original-URL": "/api/v1/overview", "X-Forwarded-For": "127.0.0.1"}
    reply = office.client.open(path, method=method, headers=headers)
    assert reply.status_code in (401, 404, 405, 400), (reply.status_code, reply.headers)


def test_head_needs_what_get_needs(office: Office) -> None:
    assert office.client.head(f"/api/v1/overview?{DAYS}").status_code == 401


def test_no_page_of_another_origin_may_read_the_api(office: Office) -> None:
    reply = office.get("/api/v1/choices")
    assert "Access-Control-Allow-Origin" not in reply.headers
    preflight = office.client.options("/api/v1/choices", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"})
    assert "Access-Control-Allow-Origin" not in preflight.headers


@pytest.mark.feature("A23")
def test_a_named_dashboard_may_and_only_that_one(office: Office) -> None:
    from msgspec.structs import replace

    office.core.settings = replace(office.core.settings, origins="https://wall.example")
    client = make_app(office.core).test_client()
    for origin, allowed in (("https://wall.example", "https://wall.example"), ("https://evil.example", None), ("null", None)):
        reply = client.get("/health", headers={"Origin": origin})
        assert reply.headers.get("Access-Control-Allow-Origin") == allowed
    preflight = client.options("/api/v1/choices", headers={"Origin": "https://wall.example", "Access-Control-Request-Method": "GET"})
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://wall.example"
    assert client.get("/api/v1/choices", headers={"Origin": "https://wall.example"}).status_code == 401


@pytest.mark.quality("S-21")
def test_every_answer_forbids_keeping_it(office: Office) -> None:
    for reply in (office.get("/api/v1/choices"), office.client.get("/nothing"), office.client.get("/health")):
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.quality("S-23")
def test_a_manager_cannot_reach_into_another_team(office: Office) -> None:
    office.enrol("Accounts")
    office.enrol("Sales", account="MERIDIAN\\boris", hostname="PC-2")
    people = {person["name"]: person["id"] for person in office.get("/api/v1/choices").json["people"]}
    assert [person["name"] for person in office.get("/api/v1/choices", "meera").json["people"]] == ["anita"]
    asked = {"from": "2025-11-17", "to": "2025-11-17"}
    assert office.get("/api/v1/overview", "meera", **asked, person=people["anita"]).status_code == 200
    assert office.get("/api/v1/overview", "meera", **asked, person=people["boris"]).status_code == 403
    assert office.get("/api/v1/overview", "meera", **asked, team=office.team("Sales")).status_code == 403
    assert office.get("/api/v1/overview", "meera", **asked, person=999_999).status_code == 403
    assert [row["person"]["name"] for row in office.get("/api/v1/overview", "meera", **asked).json["people"]] == ["anita"]


def test_a_look_at_one_person_is_written_down(office: Office) -> None:
    from server.models import AuditEntry

    office.enrol("Accounts")
    person = office.get("/api/v1/choices").json["people"][0]
    office.get("/api/v1/overview", "meera", **{"from": "2025-11-17", "to": "2025-11-18"}, person=person["id"])
    looks = [(row.actor, row.subject, row.detail) for row in office.rows(AuditEntry) if row.action == "looked at overview"]
    assert looks == [("meera", f"person {person['id']}", "2025-11-17 to 2025-11-18, anita")]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"from": "2025-11-17"},
        {"from": "yesterday", "to": "2025-11-17"},
        {"from": "2025-11-18", "to": "2025-11-17"},
        {"from": "2020-01-01", "to": "2025-11-17"},
        {"from": "2025-02-30", "to": "2025-03-01"},
        {"from": "2025-11-17", "to": "2025-11-17", "team": "1 or 1=1"},
        {"from": "2025-11-17", "to": "2025-11-17", "person": "-1"},
        {"from": "2025-11-17", "to": "2025-11-17", "person": "9" * 40},
        {"from": "0001-01-01", "to": "0001-01-01"},
        {"from": "9999-12-31", "to": "9999-12-31"},
    ],
)
def test_a_question_that_is_none_gets_a_sentence(office: Office, query: dict[str, str]) -> None:
    reply = office.get("/api/v1/overview", **query)
    assert reply.status_code == 400
    assert reply.json["message"]


def test_openapi_describes_every_route(office: Office) -> None:
    document = office.client.get("/api/v1/openapi.json").json
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert described == {(route.method, re.sub(r"<(\w+)>", r"{\1}", route.path)) for route in ROUTES}
    overview = document["paths"]["/api/v1/overview"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert overview["$ref"].startswith("#/components/schemas/Overview")


def test_every_route_is_documented() -> None:
    documented = (Path(server.__file__).parents[1] / "docs" / "api.md").read_text("utf-8")
    assert [f"{route.method} {route.path}" for route in ROUTES if f"`{route.method} {route.path}`" not in documented] == []


def test_roles_are_what_the_table_says() -> None:
    assert {role for route in ROUTES for role in route.allow if isinstance(role, Role)} == set(Role)


@pytest.mark.feature("Q19")
def test_the_application_serves_no_files(office: Office) -> None:
    assert isinstance(office.app, Flask)
    assert office.app.static_folder is None


def test_compliance_chooses_among_everybody_and_it_among_nobody(office: Office) -> None:
    office.enrol("Accounts")
    clara, ivan = (office.get("/api/v1/choices", who).json for who in ("clara", "ivan"))
    assert [person["name"] for person in clara["people"]] == ["anita"]
    assert [team["name"] for team in clara["teams"]] == ["Accounts", "Sales"]
    assert (ivan["people"], ivan["teams"], ivan["latest"]) == ([], [], None)
