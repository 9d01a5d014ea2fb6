"""Figures that open only with a reason: every place of the console that meets them asks for one, and shows them then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt5.QtWidgets import QApplication, QDialog

from console.dialogs.classify import ClassifyDialog
from console.dialogs.reason import ReasonDialog
from console.dialogs.why import WhyDialog
from console.figures import Asked
from console.services import Services
from console.trouble import NotAllowed, ReasonNeeded
from console.widgets.empty import Emptiness
from console.window import TABS, Window
from policy.summaries import UnlockWish
from tests.console.conftest import wait_for

WHY = "Weekly talk with the team"
CLOSED = ReasonNeeded("These figures open only with a reason.", "403 reason_needed")


def asking() -> ReasonDialog | None:
    """Return the dialog that asks for a reason, once it is there."""
    return next((one for one in QApplication.topLevelWidgets() if isinstance(one, ReasonDialog) and one.isVisible()), None)


def give_reason() -> None:
    """Wait for the question and answer it."""
    wait_for(lambda: asking() is not None)
    dialog = asking()
    assert dialog is not None
    dialog.reason.setText(WHY)
    dialog.save.click()
    wait_for(lambda: asking() is None)


@pytest.mark.quality("S-23", "P-06")
@pytest.mark.parametrize("key", [tab.key for tab in TABS])
def test_a_tab_hides_its_figures_asks_why_and_shows_them_then(window: Window, services: Services, key: str) -> None:
    window.open(key)
    wait_for(lambda: not window.current.waiting)
    services.api.fault = CLOSED  # type: ignore[attr-defined]
    services.scope.update(team=2)
    wait_for(lambda: window.current.state() == Emptiness.REASON_NEEDED.value)
    assert window.current.values is None
    assert "who looked, when and why" in window.current.empty.texts()[1]
    window.current.empty.press()
    give_reason()
    wait_for(lambda: window.current.state() == "figures")
    assert services.api.reasons == [UnlockWish(WHY, 2, None)]  # type: ignore[attr-defined]
    assert window.toast.text() == "Open until 15:02. Each look until then is written down with your reason."


def test_a_look_at_one_person_names_the_person_and_not_the_team(window: Window, services: Services) -> None:
    services.scope.update(team=1, person=3)
    wait_for(lambda: not window.current.waiting)
    services.api.fault = CLOSED  # type: ignore[attr-defined]
    window.refresh()
    wait_for(lambda: window.current.state() == Emptiness.REASON_NEEDED.value)
    window.current.empty.press()
    wait_for(lambda: asking() is not None)
    dialog = asking()
    assert dialog is not None and dialog._whom() == "Priyanka Chatterjee"
    dialog.reason.setText("  why ")
    dialog.save.click()
    assert dialog.message.text() == "Say in a few words why." and services.api.reasons == []  # type: ignore[attr-defined]
    dialog.reason.setText(WHY)
    dialog.save.click()
    wait_for(lambda: window.current.state() == "figures")
    assert services.api.reasons == [UnlockWish(WHY, None, 3)]  # type: ignore[attr-defined]


def why_dialog(services: Services) -> QDialog:
    return WhyDialog(services, Asked("engaged", "", services.scope.value))


@pytest.mark.parametrize("make", [why_dialog, lambda services: ClassifyDialog(services, None)], ids=["why", "classify"])
def test_a_dialog_that_meets_closed_figures_asks_too(services: Services, make: Callable[[Services], QDialog]) -> None:
    services.api.fault = CLOSED  # type: ignore[attr-defined]
    services.scope.update(team=2)
    dialog = make(services)
    dialog.show()
    give_reason()
    wait_for(lambda: bool(getattr(dialog, "evidence", None)) or bool(getattr(dialog, "rows", None) and dialog.rows.total))  # type: ignore[attr-defined]
    assert services.api.reasons == [UnlockWish(WHY, 2, None)]  # type: ignore[attr-defined]
    dialog.close()


def test_what_no_reason_opens_is_still_not_permitted(window: Window, services: Services) -> None:
    services.api.fault = NotAllowed("no")  # type: ignore[attr-defined]
    window.refresh()
    wait_for(lambda: window.current.state() == Emptiness.NOT_PERMITTED.value)
