"""What this is: versions, the server's fingerprint, the licences of what it is made of, and diagnostics to copy."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import PYQT_VERSION_STR, QT_VERSION_STR
from PyQt5.QtWidgets import QApplication, QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from console import VERSION
from console.dialogs.parts import Fields, button, fit_on_screen, letters, name_field, row, scrolled
from console.servers import KnownServer, groups_of
from console.theme import Theme
from console.widgets.icons import icon
from console.widgets.plain import Kind, PlainLabel
from console.words import _, safe

LICENCES = (
    ("WorkPulse", "GPL-3.0-or-later"),
    (f"Qt {QT_VERSION_STR}", "LGPL-3.0"),
    (f"PyQt5 {PYQT_VERSION_STR}", "GPL-3.0"),
    ("Noto Sans Devanagari UI, Noto Sans Bengali UI", "OFL-1.1"),
    ("Material Design Icons", "Apache-2.0"),
    ("QtAwesome, msgspec", "MIT, BSD-3-Clause"),
    ("Requests, cryptography", "Apache-2.0"),
    ("Babel, matplotlib", "BSD-3-Clause, PSF"),
    ("zeroconf", "LGPL-2.1"),
)
"""What the window is made of; docs/third-party.md has the texts."""


class AboutDialog(QDialog):
    """Attributes: `made` is the diagnostics as they would be copied."""

    def __init__(
        self, server: KnownServer | None, diagnose: Callable[[], str], theme: Theme, version: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.made = diagnose()
        self.setWindowTitle(_("About WorkPulse"))
        sign = PlainLabel()
        sign.setPixmap(icon("brand", theme.colours.accent_text).pixmap(36, 36))
        head = row(sign, PlainLabel(_("WorkPulse {version}").format(version=VERSION), Kind.TITLE), None)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(12)
        layout.addWidget(head)
        layout.addWidget(scrolled(self._fields(server, version), _("About WorkPulse")), 1)
        self.copied = PlainLabel("", Kind.SMALL, "accent")
        self.copy = button(_("Copy diagnostics"), self.copy_diagnostics)
        layout.addWidget(row(self.copy, self.copied, None, button(_("Close"), self.accept, default=True)))
        fit_on_screen(self, letters(80), letters(96))

    def _fields(self, server: KnownServer | None, version: str) -> Fields:
        fields = Fields()
        fields.text(_("Everything stays on your own network: no cloud, no telemetry, no score that decides pay."))
        if server is not None:
            fields.section(_("Server"))
            if version:
                fields.text(_("WorkPulse server {version}").format(version=safe(version, 40)), "muted").let_select()
            fields.text(server.url, "muted").let_select()
            fields.text(groups_of(server.fingerprint), "muted").let_select()
        fields.section(_("Licences"))
        fields.text("\n".join(f"{name}  ·  {licence}" for name, licence in LICENCES), "muted").let_select()
        fields.text(_("Whoever receives this program may use, study, share and change it under the GNU General Public License."), "muted")
        fields.section(_("Diagnostics"))
        fields.text(_("To send to whoever helps you. Names, addresses and figures are left out; read it before you send it."), "muted")
        shown = QPlainTextEdit(self.made)
        shown.setReadOnly(True)
        shown.setTabChangesFocus(True)
        shown.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        shown.setMinimumHeight(letters(22))
        name_field(shown, _("Diagnostics"))
        fields.widget(shown)
        fields.close_off()
        return fields

    def copy_diagnostics(self) -> None:
        """Put what is shown on the clipboard."""
        clipboard = QApplication.clipboard()
        assert clipboard is not None
        clipboard.setText(self.made)
        self.copied.setText(_("Copied"))
