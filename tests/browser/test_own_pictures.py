"""A person's own pictures in a real browser: listed, opened as pictures, and nothing else becomes of what came as one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from policy.events import Capture
from tests.browser.chromium import Chromium
from tests.browser.conftest import Served
from tests.console.screens import a_screen
from tests.events import MONDAY_NINE, agreed, batch
from tests.server.test_own_page import link

WHO = "MERIDIAN\\padma"
MARKUP = b"<html><script>alert(1)</script><h1>markup</h1></html>"


@pytest.fixture
def page(chromium: Chromium, served: Served) -> Iterator[Chromium]:
    """The browser, fresh; afterwards nothing may have been asked for elsewhere, and no script have run."""
    chromium.ask("Network.clearBrowserCookies")
    chromium.look(1280, 900)
    chromium.forget()
    yield chromium
    assert {urlsplit(one).netloc for one in chromium.requests if not one.startswith("data:")} == {urlsplit(served.url).netloc}
    assert chromium.dialogs == []
    chromium.open("about:blank")


@pytest.mark.feature("T01", "I13")
@pytest.mark.quality("S-21", "S-13")
def test_she_opens_her_pictures_from_her_page_and_markup_stays_bytes(page: Chromium, served: Served) -> None:
    pc = served.enrol(account=WHO, hostname="PC-9")
    assert served.send(pc, batch([agreed(account=WHO)], epoch="9" * 16, machine="m9")).status_code == 200
    for number, content in enumerate((MARKUP, a_screen(3, "WEBP", (320, 180)))):
        name = hashlib.sha256(content).hexdigest()
        told = Capture(MONDAY_NINE + number * 600_000, WHO, name, "image/webp", len(content), 320, 180, "policy")
        assert served.send(pc, batch([told], number + 2, epoch="9" * 16, machine="m9")).status_code == 200
        put = served.client.put(f"/api/v1/captures/{name}", data=content, headers={"Authorization": f"Bearer {pc.token}"})
        assert put.status_code == 204
    page.open(served.url + link(served, pc, WHO).json["path"])
    page.press('a[href^="/me/pictures"]')
    assert "taken from time to time" in page.text("table") and page.overflow() == 0
    folder = os.environ.get("WORKPULSE_PICTURES")
    for width, dark in ((1280, False), (390, True)) if folder else ():
        page.look(width, 900, dark=dark)
        page.picture(Path(str(folder)) / f"own-pictures-{width}.png")
    page.press('tr:nth-child(2) a[href^="/me/pictures/"]')  # the newest
    assert page.evaluate("[document.images.length, document.images[0].naturalWidth, document.images[0].naturalHeight]") == [1, 320, 180]
    page.open(f"{served.url}/me/pictures")
    page.press('tr:nth-child(3) a[href^="/me/pictures/"]')
    assert page.evaluate("document.contentType") == "image/webp" and "markup" not in page.text()
