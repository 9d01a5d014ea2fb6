"""What the person sees and decides: the symbol's word, the pages, the notice in their language, and that nothing hides them."""

from __future__ import annotations

import http.client
import inspect
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import msgspec
import pytest

from agent import program, tray, visible
from agent.captures.store import CaptureStore
from agent.cli import main
from agent.control import Control, ControlWatch, read_control
from agent.folder import Folder
from agent.gate import Word
from agent.page import Pages, markdown
from agent.person import language_of
from agent.sealing import Sealer
from agent.sender import Sending
from agent.set_up import NotSetUp
from agent.settings import OPTIONS
from agent.transport import Answer
from agent.visible import Standing, Visible
from agent.words import _WORDS, say, untranslated
from policy import notice as notices
from policy.purposes import Purpose
from policy.wire import AgentPolicy
from tests.agent.builders import KEY, START
from tests.agent.far_server import FarServer
from tests.agent.screen import MISSING, WHY, Screen

ME = "OFFICE\\ada"
SENT = [b'{"kind":"activity","app":"excel.exe","title":"<b>Budget</b>"}', b'{"kind":"session","change":"lock"}']


class Page:
    """A person's browser."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages

    def get(self, page: str = "", **headers: str) -> tuple[int, str]:
        return self._ask("GET", urlsplit(self.pages.address(page)).path, None, headers)

    def post(self, act: str, **form: str) -> tuple[int, str]:
        return self._ask("POST", urlsplit(self.pages.address(act)).path, urlencode(form), {})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.pages.port, timeout=5)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        self.headers = dict(answer.getheaders())
        connection.close()
        return answer.status, text


class Desk:
    """A running agent's visible half, with its standing in the test's hand."""

    def __init__(self, root: Path) -> None:
        self.folder = Folder(root).make()
        self.standing = Standing(Word.RECORDING, Sending.ONLINE, 3)
        self.policy = AgentPolicy(revision=1, notice=notices.VERSION)
        self.lately: Sequence[bytes] = SENT
        self.asked: list[tuple[str, bytes]] = []
        self.answer = Answer(404, b"{}")
        self.visible = Visible(
            self.folder,
            ME,
            ControlWatch(self.folder.control),
            lambda: self.policy,
            lambda: self.standing,
            lambda: self.lately,
            lambda: ("https://192.0.2.1:5050", self),  # type: ignore[arg-type, return-value]
            lambda: START,
        )
        self.visible.page("")
        assert self.visible._pages is not None
        self.page = Page(self.visible._pages)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        self.asked.append((path, body))
        return self.answer

    def close(self) -> None: ...


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.visible.close()


@pytest.mark.feature("N05")
@pytest.mark.parametrize(
    ("word", "sending", "state", "said"),
    [
        (Word.RECORDING, Sending.ONLINE, "recording", "Recording"),
        (Word.RECORDING, Sending.OFFLINE, "offline", "Recording; the server is away"),
        (Word.RECORDING, Sending.REVOKED, "revoked", "The server no longer takes data"),
        (Word.PAUSED, Sending.ONLINE, "paused", "Paused"),
        (Word.OUTSIDE_HOURS, Sending.ONLINE, "outside_hours", "Off hours: nothing is recorded"),
        (Word.AWAITING_NOTICE, Sending.OFFLINE, "awaiting_notice", "No notice answered: nothing is recorded"),
        (Word.WITHDRAWN, Sending.ONLINE, "withdrawn", "Withdrawn: nothing is recorded"),
    ],
)
def test_the_symbol_says_in_a_word_what_the_agent_does(desk: Desk, word: Word, sending: Sending, state: str, said: str) -> None:
    desk.standing = Standing(word, sending, 0)
    assert (desk.visible.state(), say(desk.visible.state(), "en")) == (state, said)
    assert said in desk.page.get()[1]


def test_every_word_is_there_in_every_language_and_every_state_has_one() -> None:
    assert untranslated() == []
    assert {str(word) for word in Word} | {"offline", "revoked"} <= set(_WORDS)
    for language, script in {"hi": r"[\u0900-\u097f]", "bn": r"[\u0980-\u09ff]"}.items():
        assert all(re.search(script, say(what, language)) for what in _WORDS)


@pytest.mark.feature("N06")
def test_pause_and_resume_work_from_the_page(desk: Desk) -> None:
    assert "Noted." in desk.page.post("pause")[1]
    assert read_control(desk.folder.control).paused
    desk.standing = Standing(Word.PAUSED, Sending.ONLINE, 0)
    assert "Resume" in desk.page.get()[1]
    desk.page.post("resume")
    assert not read_control(desk.folder.control).paused


@pytest.mark.feature("N04", "N14")
@pytest.mark.quality("P-10")
@pytest.mark.parametrize("language", notices.LANGUAGES)
def test_the_notice_is_read_and_answered_in_ones_own_language(desk: Desk, language: str) -> None:
    desk.page.post("language", language=language)
    status, shown = desk.page.get("notice")
    assert status == 200
    assert notices.VERSION in shown
    assert all(f"<code>{name}</code>" in shown for name in ("activity", "keys", "capture"))
    desk.page.post("acknowledged", language=language)
    (answer,) = read_control(desk.folder.control).answers
    assert (answer.account, answer.version, answer.language, answer.answer) == (ME, notices.VERSION, language, "acknowledged")


@pytest.mark.feature("N04", "N11")
def test_a_notice_with_pictures_is_another_version_and_says_so(desk: Desk) -> None:
    desk.policy = msgspec.structs.replace(desk.policy, notice=notices.version(pictures=True), capture_every=600)
    assert "turned on pictures of the screen" in desk.page.get("notice")[1]
    desk.page.post("acknowledged", language="en")
    assert read_control(desk.folder.control).answers[-1].version.endswith("+pictures")


@pytest.mark.feature("N04", "N11")
@pytest.mark.quality("P-08")
def test_where_consent_is_asked_for_reading_and_agreeing_are_two_buttons(desk: Desk) -> None:
    assert 'action="consented"' not in desk.page.get("notice")[1]
    desk.policy = msgspec.structs.replace(desk.policy, notice=notices.version(pictures=True), withheld=[Purpose.SCREENSHOTS])
    shown = desk.page.get("notice")[1]
    assert all(f'action="{answer}"' in shown for answer in ("acknowledged", "consented", "withdrawn"))
    desk.page.post("consented", language="en")
    assert read_control(desk.folder.control).answers[-1].answer == "consented"


@pytest.mark.feature("N04")
def test_a_version_this_program_does_not_have_cannot_be_answered(desk: Desk) -> None:
    desk.policy = msgspec.structs.replace(desk.policy, notice="2031-01")
    assert "must be updated" in desk.page.get("notice")[1]
    desk.page.post("acknowledged", language="en")
    assert read_control(desk.folder.control).answers == []


@pytest.mark.quality("P-01")
@pytest.mark.feature("N05")
def test_what_was_sent_is_shown_exactly_as_it_was_sent_and_as_nothing_but_text(desk: Desk) -> None:
    shown = desk.page.get("sent")[1]
    assert "&lt;b&gt;Budget&lt;/b&gt;" in shown
    assert "<b>" not in shown
    assert desk.visible.sent() == [event.decode() for event in SENT]
    desk.lately = []
    assert "Nothing was sent" in desk.page.get("sent")[1]


def test_nobody_without_the_key_sees_or_does_anything(desk: Desk) -> None:
    path = urlsplit(desk.page.pages.address("sent")).path
    good = desk.page.pages.key
    for bad in ("/", "/sent", path.replace(good, good[:-1] + "~"), path.replace(good, ""), path + "/more"):
        assert desk.page._ask("GET", bad, None, {})[0] == 404
        assert desk.page._ask("POST", bad.replace("sent", "pause"), "", {})[0] == 404
    assert desk.page.get("sent", Host="evil.example")[0] == 404
    assert desk.page.get("unknown")[0] == 404
    assert not read_control(desk.folder.control).paused
    assert desk.page.post("uninstall")[1].count("Noted") == 0
    desk.page.get()
    assert "default-src 'none'" in desk.page.headers["Content-Security-Policy"]
    assert desk.page.headers["Referrer-Policy"] == "no-referrer"


def test_the_pages_load_nothing_from_anywhere(desk: Desk) -> None:
    for page in ("", "notice", "sent", "set-up"):
        assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", desk.page.get(page)[1])


@pytest.mark.feature("N10")
def test_my_page_is_opened_with_a_link_that_signs_in_where_the_server_gives_one(desk: Desk) -> None:
    assert desk.visible.my_page("#looks") == "https://192.0.2.1:5050/me#looks"
    desk.answer = Answer(201, b'{"path":"/me?key=once"}')
    assert desk.visible.my_page("") == "https://192.0.2.1:5050/me?key=once"
    desk.answer = Answer(201, b'{"path":"https://evil.example"}')
    assert desk.visible.my_page("") == "https://192.0.2.1:5050/me"
    assert desk.asked[0] == ("/api/v1/page-link", b'{"account":"OFFICE\\\\ada"}')


def test_the_language_is_the_chosen_one_or_the_pcs_or_english(monkeypatch: pytest.MonkeyPatch) -> None:
    assert language_of(Control(language="bn")) == "bn"
    monkeypatch.setattr("locale.getlocale", lambda: ("hi_IN", "UTF-8"))
    assert language_of(Control()) == "hi"
    monkeypatch.setattr("locale.getlocale", lambda: (None, None))
    assert language_of(Control(language="../x")) == "en"


def test_the_notices_markdown_becomes_headings_lists_and_text() -> None:
    shown = markdown("# Title\n\nHello *you* <script> & `code`\n- **one**\n  more\n- two\n\n## Next\nWhy")
    assert "<h1>Title</h1>" in shown
    assert "Hello *you* &lt;script&gt; &amp; <code>code</code>" in shown
    assert "<ul><li><strong>one</strong> more</li>\n<li>two</li>\n</ul>" in shown
    assert "<h2>Next</h2>" in shown
    for language in notices.LANGUAGES:
        whole = markdown(notices.text(language))
        assert whole.count("<h3>") == notices.text(language).count("\n### ")
        assert whole.count("<li>") == len(re.findall(r"^- ", notices.text(language), re.MULTILINE))


# --- nothing hides it ----------------------------------------------------------------------------------------------------

HIDING = re.compile(r"hid(?:e|den)|stealth|silent|invisib|tray|icon|visible", re.IGNORECASE)


@pytest.mark.quality("P-01")
@pytest.mark.feature("T06", "H06", "H07")
def test_no_option_no_policy_and_no_command_hides_the_symbol() -> None:
    assert [option.name for option in OPTIONS if HIDING.search(option.name + option.help)] == []
    assert [field for field in AgentPolicy.__struct_fields__ if HIDING.search(field)] == []
    assert [field for field in Control.__struct_fields__ if HIDING.search(field)] == []
    options = [parameter for command in main.commands.values() for parameter in command.params]
    assert [parameter.name for parameter in options if HIDING.search(str(parameter.name))] == []
    assert list(inspect.signature(tray.Tray).parameters) == ["wishes"]
    source = inspect.getsource(program.Program.run)
    assert source.index("self._tray.start()") < source.index("self._loop.run")
    assert "if" not in source[: source.index("self._tray.start()")].split('"""')[-1], "it starts under no condition"
    assert "environ" not in inspect.getsource(tray)
    assert "environ" not in inspect.getsource(visible)


# --- set-up, pictures ----------------------------------------------------------------------------------------------------


@pytest.mark.feature("H04")
def test_a_person_sets_the_pc_up_in_a_page(tmp_path: Path, far: FarServer) -> None:
    subject = NotSetUp(Folder(tmp_path / "agent").make())
    pages = Pages(subject)
    page = Page(pages)
    assert 'name="server"' in page.get()[1]
    assert "not an enrolment code" in page.post("enrol", server=far.url, code="WP1-nonsense")[1]
    assert "not an https address" in page.post("enrol", server="http://x", code=far.code)[1]
    assert not subject.is_done()
    page.post("language", language="hi")
    assert "सर्वर" in page.get()[1]
    page.post("enrol", server=far.url, code=far.code)
    assert subject.is_done()
    pages.close()


@pytest.mark.skipif(bool(MISSING), reason=WHY)
@pytest.mark.feature("T01", "N11")
def test_a_picture_shows_its_own_announcement_and_waits_sealed(tmp_path: Path) -> None:
    screen = Screen()
    began = time.monotonic()
    try:
        command = [sys.executable, "agent", "picture", say("announcement", "en")]
        root = Path(__file__).resolve().parents[2]
        done = subprocess.run(command, env=screen.environment, cwd=root, capture_output=True, timeout=60, check=False)
    finally:
        screen.close()
    assert done.returncode == 0, done.stderr.decode()
    assert time.monotonic() - began > 4, "it was announced for its whole time first"
    assert done.stdout[:4] == b"RIFF" and done.stdout[8:12] == b"WEBP"
    (tmp_path / "seen.webp").write_bytes(done.stdout)
    from PIL import Image

    seen = Image.open(tmp_path / "seen.webp").convert("L")
    top = seen.crop((seen.width // 4, 0, 3 * seen.width // 4, 40))
    assert top.getextrema()[1] > 150, "the announcement's letters are on the picture"
    store = CaptureStore(tmp_path / "captures", Sealer(KEY))
    name = store.keep(done.stdout)
    assert done.stdout[100:160] not in (tmp_path / "captures" / name).read_bytes()
    assert store.first() == (name, done.stdout)
    assert store.clear() == 1 and store.first() is None


def test_without_a_screen_to_announce_on_there_is_no_picture() -> None:
    root = Path(__file__).resolve().parents[2]
    nowhere = {**os.environ, "DISPLAY": ":4711"}
    command = [sys.executable, "agent", "picture", "x"]
    done = subprocess.run(command, env=nowhere, cwd=root, capture_output=True, timeout=60, check=False)
    assert done.returncode != 0
    assert done.stdout == b""
