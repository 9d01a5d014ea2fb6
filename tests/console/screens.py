"""A server with pictures and a clip of Rahul's screen, for the page that shows them."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from PIL import Image
from PyQt5.QtWidgets import QWidget

from console.dialogs.administration import AdministrationWindow
from policy.summaries import ClipTold, Pictures, PictureState, PictureTaken
from tests.console import fakes
from tests.console.conftest import wait_for
from tests.console.office import FakeOffice, at

RAHUL = fakes.PEOPLE[1]
FRAMES = 4


def a_screen(colour: int, kind: str = "WEBP", size: tuple[int, int] = (160, 90)) -> bytes:
    """A picture that is told from the next by its colour."""
    out = io.BytesIO()
    Image.new("RGB", size, (40 * colour % 256, 90, 160)).save(out, kind)
    return out.getvalue()


class ScreensOffice(FakeOffice):
    """FakeOffice for compliance, with pictures; `screens` are their bytes by name."""

    def __init__(self) -> None:
        super().__init__("compliance")
        self.screens: dict[str, bytes] = {}
        self.list = [self.taken(15, number) for number in reversed(range(3))]
        self.list += [self.taken(14, 10 + number, reason="clip 7", clip=7) for number in reversed(range(FRAMES))]
        self.list += [
            self.taken(13, 20, state=PictureState.NOT_RECEIVED),
            self.taken(12, 21, state=PictureState.DELETED),
            self.taken(11, 22, state=PictureState.CROWDED_OUT),
            self.taken(10, 23, reason="=<b>asked</b> by =the client"),
        ]
        self.next: str | None = None
        self.answers[f"people/{RAHUL.id}/pictures"] = self.pictures

    def taken(self, hour: int, number: int, content: bytes | None = None, **changes: Any) -> PictureTaken:
        """Add a picture."""
        content = a_screen(number) if content is None else content
        name = hashlib.sha256(content).hexdigest()
        self.screens[name] = content
        state = changes.pop("state", PictureState.KEPT)
        size = (len(content), 1_600, 900)
        return PictureTaken(
            at(hour, number % 10), name, "image/webp", *size, "ACC-PC-02", changes.pop("reason", "policy"), state, **changes
        )

    def pictures(self) -> Pictures:
        """The list as the server tells it."""
        why = "A client reports card numbers read out, case 12"
        clips = [ClipTold(7, why, 20, "clara", at(13), "olga", at(13, 30))]
        return Pictures(RAHUL, fakes.TODAY, fakes.TODAY, fakes.ZONE, 14, self.list, clips, self.next)

    def read(self, route: str) -> bytes:
        """A picture's bytes."""
        name = route.partition("/")[2]
        if name not in self.screens:
            return super().read(route)
        super().read(route)
        return self.screens[name]


def a_list_is_shown(window: QWidget) -> Any:
    """Choose Rahul and press Show; return the page."""
    assert isinstance(window, AdministrationWindow)
    page: Any = window.current
    page.person.setCurrentIndex(page.person.findData(RAHUL.id))
    page.show_list.click()
    wait_for(lambda: bool(page.model.rows))
    return page


def opened(page: Any, row: int) -> None:
    """Choose a row and wait until its picture is there."""
    page.table.selectRow(row)
    wait_for(lambda: page.viewer.line is page.model.row_at(row) and not page.services.tasks.waiting(page, "picture"))


def a_clip_is_open(window: QWidget) -> Any:
    """Open the clip at its first frame; return the page."""
    page = a_list_is_shown(window)
    opened(page, 3)
    wait_for(lambda: page.viewer.view.holds_picture)
    return page
