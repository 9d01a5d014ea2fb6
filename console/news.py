"""Watches for alerts while somebody works elsewhere: a number beside the tab, and, for those who want it, a desktop message."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from PyQt5.QtCore import QObject, pyqtSignal

from console.preferences import preferences_of
from console.services import Services
from console.widgets.plain import Messenger
from console.words import _, _n
from policy.roles import SEES_FILES
from policy.summaries import AlertCount

DAYS = timedelta(days=6)
KNOWN = "alerts/known"


class News(QObject):
    """Signals: `counted` with how many high and medium alerts are open (low ones wait quietly); `open_wanted` from the message."""

    counted = pyqtSignal(int)
    open_wanted = pyqtSignal()

    def __init__(self, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self.messenger = Messenger(self)
        self.messenger.pressed.connect(self.open_wanted)

    def look(self) -> None:
        """Count what is open of the last seven days."""
        services = self._services
        if services.api.who is None or services.api.who.role not in SEES_FILES:
            return
        today = services.choices.today
        work = partial(services.api.alert_count, today - DAYS, today)
        services.tasks.run(self, "count", work, self._counted, lambda _fault: None)  # the tab in view says what is the trouble

    def _counted(self, count: AlertCount) -> None:
        many = count.high + count.medium
        self.counted.emit(many)
        settings = self._services.settings
        text = settings.text(KNOWN)
        known = int(text) if text.isdecimal() else 0
        settings.put(KNOWN, str(many))
        if many > known and preferences_of(settings).may_notify(datetime.now().astimezone().time()):
            new = many - known
            self.messenger.say(_("WorkPulse"), _n("{n} new alert to read.", "{n} new alerts to read.", new).format(n=new))

    def close(self) -> None:
        """Ask no more."""
        self._services.tasks.drop(self, "count")
        self.messenger.hide()
