"""Signing in: which server, is it the right one, who are you; and the hard stop when it is another one than before."""

from __future__ import annotations

from functools import partial

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from console.api import Api, connect
from console.dialogs.parts import letters
from console.servers import KnownServer, KnownServers, groups_of, normal_url, same_fingerprint
from console.settings import Settings
from console.tasks import Tasks
from console.theme import Theme
from console.trouble import ServerChanged, Trouble
from console.widgets.icons import icon
from console.widgets.plain import Kind, PlainLabel, set_tone
from console.words import N_, _
from policy.summaries import Choices

WIDTH = 66
"""Letters across."""
COMPARE = N_(
    "This console has not met this server before. Compare its fingerprint with the one the server printed when it was "
    "started, or ask the person who runs it. Go on only if every group is the same."
)
STOPPED = N_(
    "Nothing was sent to it. Ask whoever runs the server. If it was really set up anew, remove it from the list of known "
    "servers in the console's data folder and compare the new fingerprint."
)


class SignInDialog(QDialog):
    """Three pages: the server, its fingerprint (only the first time), name and password.

    Attributes:
        api: the signed-in client, once accepted.
        choices: what the scope bar offers, once accepted.
        across: its width in letters.
    """

    across = WIDTH

    def __init__(
        self, known: KnownServers, tasks: Tasks, theme: Theme, settings: Settings, url: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._known, self._tasks, self._theme, self._settings = known, tasks, theme, settings
        self.api: Api | None = None
        self.choices: Choices | None = None
        self._met: KnownServer | None = None
        self.setWindowTitle(_("WorkPulse – sign in"))
        self._build(url)
        self._start(url)

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self, url: str) -> None:
        self.setFixedWidth(letters(self.across))
        self._head = PlainLabel(_("Sign in to WorkPulse"), Kind.TITLE, wrap=True)
        self._server_line = PlainLabel("", tone="muted", wrap=True)
        self.message = PlainLabel("", tone="stop", wrap=True)
        self.message.setAccessibleName(_("Message"))
        self._pages = QStackedWidget()
        self._server_page, self._print_page, self._name_page, self._stop_page = (
            self._server(url),
            self._print(),
            self._name(),
            self._stop(),
        )
        for page in (self._server_page, self._print_page, self._name_page, self._stop_page):
            self._pages.addWidget(page)
        self._lay_out()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(26, 22, 26, 22)
        layout.setSpacing(10)
        layout.addLayout(self._top())
        layout.addWidget(self._server_line)
        layout.addWidget(self.message)
        layout.addWidget(self._pages, 1)
        self.message.hide()

    def _top(self) -> QHBoxLayout:
        sign = PlainLabel()
        sign.setPixmap(icon("server", self._theme.colours.accent_text).pixmap(30, 30))
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(sign)
        head.addWidget(self._head, 1)
        return head

    def _page(self) -> tuple[QWidget, QVBoxLayout]:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(10)
        return page, layout

    def _form(self, layout: QVBoxLayout, rows: tuple[tuple[str, QLineEdit], ...]) -> None:
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        for name, edit in rows:
            label = PlainLabel(name, tone="muted")
            label.setBuddy(edit)
            edit.setAccessibleName(name)
            form.addRow(label, edit)
        layout.addLayout(form)

    def _buttons(self, layout: QVBoxLayout, main: QPushButton | None, *others: QPushButton) -> None:
        row = QHBoxLayout()
        row.addStretch(1)
        for button in others:
            button.setAutoDefault(False)
            row.addWidget(button)
        if main is not None:
            main.setProperty("primary", "true")
            main.setDefault(True)
            row.addWidget(main)
        layout.addStretch(1)
        layout.addLayout(row)

    def _server(self, url: str) -> QWidget:
        page, layout = self._page()
        self.address = QLineEdit(url)
        self.address.setPlaceholderText(_("office-pc or 192.168.1.20:5050"))
        self._form(layout, ((_("Server"), self.address),))
        self.go_on = QPushButton(_("Continue"))
        self.go_on.clicked.connect(self._meet)
        self._buttons(layout, self.go_on)
        return page

    def _print(self) -> QWidget:
        page, layout = self._page()
        layout.addWidget(PlainLabel(_(COMPARE), wrap=True))
        self.fingerprint = PlainLabel("", Kind.STRONG, wrap=True)
        self.fingerprint.let_select()
        self.fingerprint.setAccessibleName(_("Fingerprint"))
        font = self.fingerprint.font()
        font.setFamilies(["Consolas", "DejaVu Sans Mono", "monospace"])
        font.setStyleHint(font.Monospace)
        self.fingerprint.setFont(font)
        layout.addWidget(self.fingerprint)
        self.given = QLineEdit()
        self.given.setPlaceholderText(_("Paste the server's fingerprint, or compare by eye"))
        self.given.setAccessibleName(_("The server's fingerprint, to be compared"))
        self.given.textChanged.connect(self._compare)
        self.verdict = PlainLabel("", wrap=True)
        layout.addWidget(self.given)
        layout.addWidget(self.verdict)
        self.same, self.other = QPushButton(_("It is the same")), QPushButton(_("It differs"))
        self.same.clicked.connect(self._trust)
        self.other.clicked.connect(self._back_to_server)
        self._buttons(layout, self.same, self.other)
        return page

    def _compare(self, typed: str) -> None:
        """Say whether what was pasted is the fingerprint shown; agreeing stays with the person."""
        equal = self._met is not None and same_fingerprint(typed, self._met.fingerprint)
        set_tone(self.verdict, "accent" if equal else "stop")
        self.verdict.setText("" if not typed.strip() else _("It is the same fingerprint.") if equal else _("It is not this fingerprint."))
        self.same.setEnabled(equal or not typed.strip())
        self._fit()

    def _name(self) -> QWidget:
        page, layout = self._page()
        self.user, self.password = QLineEdit(self._settings.text("user")), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._form(layout, ((_("Name"), self.user), (_("Password"), self.password)))
        self.sign_in, self.elsewhere = QPushButton(_("Sign in")), QPushButton(_("Another server"))
        self.sign_in.clicked.connect(self._sign_in)
        self.elsewhere.clicked.connect(self._back_to_server)
        self._buttons(layout, self.sign_in, self.elsewhere)
        return page

    def _stop(self) -> QWidget:
        page, layout = self._page()
        self.stop_text = PlainLabel("", wrap=True)
        self.stop_text.let_select()
        self.stop_text.setAccessibleName(_("Why the console stopped"))
        layout.addWidget(self.stop_text)
        leave = QPushButton(_("Close"))
        leave.clicked.connect(self.reject)
        self._buttons(layout, None, leave)
        return page

    # --- the steps ----------------------------------------------------------------------------------------------------

    def _start(self, url: str) -> None:
        try:
            servers = self._known.all()
        except Trouble as fault:
            self._failed(fault)
            return
        last = servers[0].url if servers else ""
        self.address.setText(url or last)
        if url or last:
            self._meet()

    def _show(self, page: QWidget, focus: QWidget | None = None) -> None:
        self._pages.setCurrentWidget(page)
        self._say("")
        if focus is not None:
            focus.setFocus()
        self._fit()

    def _fit(self) -> None:
        """Grow with what the page in view has to say; wrapped text does not ask for its height by itself."""
        page = self._pages.currentWidget()
        layout = page.layout() if page is not None else None
        if layout is not None:
            self._pages.setMinimumHeight(layout.totalHeightForWidth(self.width() - 60) if layout.hasHeightForWidth() else 0)
        whole = self.layout()
        if whole is not None:
            whole.activate()
            self.resize(self.width(), max(whole.totalHeightForWidth(self.width()), whole.totalMinimumSize().height()))

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
        self._fit()

    def _busy(self, busy: bool) -> None:
        for button in (self.go_on, self.sign_in, self.same):
            button.setEnabled(not busy)

    def _meet(self) -> None:
        try:
            url = normal_url(self.address.text())
        except Trouble as fault:
            self._failed(fault)
            return
        self._busy(True)
        self._say("")
        self._tasks.run(self, "meet", partial(connect, url, self._known), self._met_server, self._failed)

    def _met_server(self, server: KnownServer) -> None:
        self._busy(False)
        self._met = server
        self._server_line.setText(server.url)
        if self._known.find(server.url) is None:
            self.fingerprint.setText(lines_of(server.fingerprint))
            self._show(self._print_page, self.other)
        else:
            self._known.remember(server)
            self._show(self._name_page, self.password if self.user.text() else self.user)

    def _trust(self) -> None:
        assert self._met is not None
        self._known.remember(self._met)
        self._show(self._name_page, self.password if self.user.text() else self.user)

    def _back_to_server(self) -> None:
        self._met = None
        self._server_line.setText("")
        self._show(self._server_page, self.address)

    def _sign_in(self) -> None:
        if self._met is None or not self.user.text().strip():
            self._say(_("Write your name and password."))
            return
        self._busy(True)
        api = Api(self._met, self._known)
        self._tasks.run(
            self,
            "sign in",
            partial(_sign_in, api, self.user.text().strip(), self.password.text()),
            partial(self._signed_in, api),
            self._failed,
        )

    def _signed_in(self, api: Api, choices: Choices) -> None:
        self._busy(False)
        self.password.clear()
        self._settings.put("user", api.user)
        self.api, self.choices = api, choices
        self.accept()

    def _failed(self, fault: Exception) -> None:
        self._busy(False)
        if isinstance(fault, ServerChanged):
            self._hard_stop(fault)
            return
        self._say(fault.sentence if isinstance(fault, Trouble) else _("The console made a mistake. It has been written to its log."))
        self.password.selectAll()

    def _hard_stop(self, fault: ServerChanged) -> None:
        lines = (
            fault.sentence,
            _("Compared at first: {print}").format(print=groups_of(fault.kept)),
            _("Presented now: {print}").format(print=groups_of(fault.presented) if fault.presented else _("none")),
            _(STOPPED),
        )
        self._head.setText(_("This is another server"))
        self.stop_text.setText("\n\n".join(lines))
        self._show(self._stop_page)


def lines_of(fingerprint: str) -> str:
    """Return a fingerprint as four lines of four groups, so that an eye keeps its place."""
    groups = groups_of(fingerprint).split(" ")
    return "\n".join("   ".join(groups[at : at + 4]) for at in range(0, len(groups), 4))


def _sign_in(api: Api, user: str, password: str) -> Choices:
    api.sign_in(user, password)
    return api.choices()
