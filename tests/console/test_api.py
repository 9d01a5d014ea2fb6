"""The client against a real HTTPS server: pinning, hard stop, refusals, and answers that need not be sent again."""

from __future__ import annotations

import socket
import ssl
from datetime import date
from pathlib import Path

import msgspec
import pytest

from console.api import Api, connect
from console.servers import KnownServers
from console.trouble import NotAllowed, Refused, ServerAway, ServerChanged, Trouble
from policy.summaries import SignInReply, SignInRequest
from tests.console import fakes
from tests.console.far_server import Asked, Authority, FarServer, as_json

FIRST, LAST = date(2025, 11, 14), date(2025, 11, 20)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours")


@pytest.fixture
def known(tmp_path: Path) -> KnownServers:
    return KnownServers(tmp_path / "console")


def signed_in(server: FarServer, known: KnownServers) -> Api:
    server.routes["POST", "/api/v1/sign-in"] = lambda asked: as_json(SignInReply("token-1", 1, "manager", [1]))
    met = connect(server.url, known)
    known.remember(met)
    api = Api(met, known)
    api.sign_in("meera", "secret")
    return api


def test_a_first_meeting_shows_the_ca_and_sends_nothing_secret(authority: Authority, known: KnownServers) -> None:
    with FarServer(authority) as server:
        met = connect(server.url, known)
        assert met.ca == authority.pem
        assert known.find(server.url) is None
        assert {one.path for one in server.asked} == {"/health"}
        assert all(not one.body and "Authorization" not in one.headers for one in server.asked)


@pytest.mark.quality("S-17")
def test_another_ca_at_a_known_address_is_a_hard_stop_with_both_fingerprints(
    authority: Authority, known: KnownServers, tmp_path: Path
) -> None:
    with FarServer(authority) as server:
        port = server.port
        api = signed_in(server, known)
    other = Authority(tmp_path / "other")
    with FarServer(other, port=port) as server:
        for ask in (lambda: connect(server.url, known), api.choices):
            with pytest.raises(ServerChanged) as stop:
                ask()
            assert stop.value.kept == api.server.fingerprint
            assert stop.value.presented is not None
            assert stop.value.presented != stop.value.kept
        assert all("Authorization" not in one.headers and not one.body for one in server.asked)
        assert {one.path for one in server.asked} == {"/health"}


@pytest.mark.quality("S-17")
def test_a_certificate_of_our_ca_for_another_name_is_refused(known: KnownServers, tmp_path: Path) -> None:
    wrong = Authority(tmp_path / "wrong", name="someone-else")
    with FarServer(wrong) as server:
        with pytest.raises(ServerChanged, match="cannot prove"):
            connect(server.url, known)
        assert known.all() == []


@pytest.mark.quality("S-17")
def test_showing_somebody_elses_ca_does_not_help(authority: Authority, known: KnownServers, tmp_path: Path) -> None:
    thief = Authority(tmp_path / "thief")
    with FarServer(thief, ca_shown=authority.pem) as server, pytest.raises(ServerChanged, match="cannot prove"):
        connect(server.url, known)


@pytest.mark.quality("S-17")
def test_tls_1_2_is_not_spoken(authority: Authority, known: KnownServers) -> None:
    with FarServer(authority, tls=ssl.TLSVersion.TLSv1_2) as server:
        with pytest.raises(ServerAway):
            connect(server.url, known)
        assert server.asked == []


@pytest.mark.quality("S-17")
def test_the_environments_ca_bundle_and_proxies_change_nothing(
    authority: Authority, known: KnownServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Authority(tmp_path / "other")
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(other.pem)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(bundle))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with FarServer(authority) as server:
        assert connect(server.url, known).ca == authority.pem


def test_what_is_no_workpulse_server_is_said_so(authority: Authority, known: KnownServers) -> None:
    with FarServer(authority) as server:
        server.routes["GET", "/health"] = lambda asked: (200, {}, b"<html>hello</html>")
        with pytest.raises(Refused, match="not a WorkPulse server"):
            connect(server.url, known)


def test_nobody_at_home_is_server_away(known: KnownServers) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(ServerAway, match="did not answer"):
        connect(f"https://127.0.0.1:{port}", known)


def test_the_sign_in_is_what_policy_says_and_its_token_is_used(authority: Authority, known: KnownServers) -> None:
    with FarServer(authority) as server:
        api = signed_in(server, known)
        server.routes["GET", "/api/v1/choices"] = lambda asked: as_json(fakes.choices())
        assert api.choices() == fakes.choices()
        request = msgspec.json.decode(server.bytes_of("/api/v1/sign-in")[0].body, type=SignInRequest)
        assert (request.user, request.password) == ("meera", "secret")
        assert server.asked[-1].headers["Authorization"] == "Bearer token-1"
        assert api.who is not None
        assert api.who.role == "manager"


def test_the_scope_reaches_the_server_and_the_figures_come_back_whole(authority: Authority, known: KnownServers) -> None:
    with FarServer(authority) as server:
        api = signed_in(server, known)
        server.routes["GET", "/api/v1/overview"] = lambda asked: as_json(fakes.overview(FIRST, LAST))
        server.routes["GET", "/api/v1/applications"] = lambda asked: as_json(fakes.applications(FIRST, LAST))
        assert api.overview(FIRST, LAST, team=2, person=7) == fakes.overview(FIRST, LAST)
        assert server.asked[-1].query == {"from": "2025-11-14", "to": "2025-11-20", "team": "2", "person": "7"}
        assert api.applications(FIRST, LAST) == fakes.applications(FIRST, LAST)
        assert server.asked[-1].query == {"from": "2025-11-14", "to": "2025-11-20"}


def test_an_unchanged_answer_is_the_very_same_value(authority: Authority, known: KnownServers) -> None:
    def route(asked: Asked):
        if asked.headers.get("If-None-Match") == '"7"':
            return 304, {"ETag": '"7"'}, b""
        return as_json(fakes.overview(FIRST, LAST), ETag='"7"')

    with FarServer(authority) as server:
        api = signed_in(server, known)
        server.routes["GET", "/api/v1/overview"] = route
        first = api.overview(FIRST, LAST)
        assert api.overview(FIRST, LAST) is first
        assert api.overview(FIRST, LAST, team=1) is not first
        assert len(server.bytes_of("/api/v1/overview")) == 3


@pytest.mark.quality("S-20")
def test_a_lost_sign_in_wipes_what_was_kept(authority: Authority, known: KnownServers) -> None:
    answers = [
        as_json(fakes.choices(), ETag='"1"'),
        (401, {}, b'{"reason":"not_signed_in","message":"Sign in again."}'),
        as_json(fakes.choices(), ETag='"1"'),
    ]
    with FarServer(authority) as server:
        api = signed_in(server, known)
        server.routes["GET", "/api/v1/choices"] = lambda asked: answers.pop(0)
        api.choices()
        with pytest.raises(NotAllowed) as refused:
            api.choices()
        assert refused.value.signed_out
        assert refused.value.sentence == "The sign-in is no longer valid."
        assert refused.value.details.startswith("401 not_signed_in")
        api.choices()
        assert "If-None-Match" not in server.asked[-1].headers


@pytest.mark.parametrize(
    ("status", "kind", "sentence"),
    [
        (403, NotAllowed, "Your role may not see or do this."),
        (422, Refused, "The server refused the request (422)."),
        (429, ServerAway, "The server could not answer (429)."),
        (503, ServerAway, "The server could not answer (503)."),
        (500, ServerAway, "The server could not answer (500)."),
    ],
)
def test_each_refusal_is_one_of_three_troubles(
    authority: Authority, known: KnownServers, status: int, kind: type[Trouble], sentence: str
) -> None:
    with FarServer(authority) as server:
        api = signed_in(server, known)
        body = b'{"reason":"because","message":"Not for you."}'
        server.routes["GET", "/api/v1/devices"] = lambda asked: (status, {"Retry-After": "7"}, body)
        with pytest.raises(kind) as trouble:
            api.devices()
        assert trouble.value.sentence == sentence
        assert trouble.value.details.startswith("In the server's own words: Not for you.\n")
        assert "because" in trouble.value.details
        if isinstance(trouble.value, ServerAway):
            assert trouble.value.retry_after == 7


def test_an_answer_that_is_not_understood_is_refused(authority: Authority, known: KnownServers) -> None:
    with FarServer(authority) as server:
        api = signed_in(server, known)
        server.routes["GET", "/api/v1/choices"] = lambda asked: (200, {}, b'{"organisation": 5}')
        with pytest.raises(Refused, match="another version"):
            api.choices()


def test_a_redirect_is_not_followed(authority: Authority, known: KnownServers) -> None:
    with FarServer(authority) as server:
        api = signed_in(server, known)
        server.routes["GET", "/api/v1/choices"] = lambda asked: (302, {"Location": f"{server.url}/elsewhere"}, b"{}")
        with pytest.raises(Refused):
            api.choices()
        assert not server.bytes_of("/elsewhere")


def test_signing_out_revokes_and_forgets_even_when_the_server_is_gone(authority: Authority, known: KnownServers) -> None:
    with FarServer(authority) as server:
        api = signed_in(server, known)
        server.routes["POST", "/api/v1/sign-out"] = lambda asked: (200, {}, b"{}")
        api.sign_out()
        assert server.asked[-1].headers["Authorization"] == "Bearer token-1"
        api = signed_in(server, known)
    with pytest.raises(ServerAway):
        api.sign_out()
    assert api.who is None
    assert "Authorization" not in api._session.headers
