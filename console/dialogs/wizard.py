"""The first run: find the server or name it, compare its fingerprint, sign in, choose language and looks, and see that it works."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from time import perf_counter

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QComboBox, QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from console import words
from console.api import Api, connect
from console.dialogs.parts import button, choice, name_field, row
from console.dialogs.sign_in import SignInDialog, lines_of
from console.discovery import Found, look_around
from console.i18n.language import OWN_NAMES, Language, use
from console.preferences import FONT_STEPS, Preferences, keep, preferences_of
from console.servers import KnownServer, KnownServers, groups_of, normal_url
from console.settings import Settings
from console.tasks import Tasks
from console.theme import Theme, ThemeChoice
from console.trouble import Trouble
from console.widgets.icons import icon
from console.widgets.plain import Kind, PlainLabel, set_tone
from console.widgets.rail import THEMES
from console.words import N_, _
from policy.summaries import Choices

STEPS = (N_("Server"), N_("Fingerprint"), N_("Sign in"), N_("Looks"))
FOUND = Qt.ItemDataRole.UserRole


class Wizard(SignInDialog):
    """Signing in with more said at each step, and two steps more; it can be run again at any time."""

    across = 76

    def __init__(self, known: KnownServers, tasks: Tasks, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(known, tasks, theme, settings, "", parent)
        self.setWindowTitle(_("WorkPulse – set up"))
        self.look()

    @property
    def preferences(self) -> Preferences:
        """What the person likes, as stored."""
        return preferences_of(self._settings)

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self, url: str) -> None:
        self._looks_page, self._signed = QWidget(), False
        self.steps = PlainLabel("", Kind.SMALL, "muted", wrap=True)
        super()._build(url)
        self._head.setText(_("Welcome to WorkPulse"))
        self._looks_page = self._looks()
        self._pages.addWidget(self._looks_page)
        self._pages.currentChanged.connect(self._tell_step)
        self._tell_step()

    def _top(self) -> QHBoxLayout:
        self.language = choice(((one, OWN_NAMES[one]) for one in Language), self.preferences.usage.language)
        name_field(self.language, _("Language"))
        self.language.activated.connect(lambda: self.speak(self.language.currentData()))
        head = super()._top()
        head.addWidget(self.language, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _lay_out(self) -> None:
        super()._lay_out()
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, self.steps)

    def _server(self, url: str) -> QWidget:
        page = super()._server(url)
        layout = page.layout()
        assert isinstance(layout, QVBoxLayout)
        self.looking = PlainLabel("", tone="muted", wrap=True)
        self.found = QListWidget()
        name_field(self.found, _("Servers on this network"))
        self.found.setMaximumHeight(3 * (self.fontMetrics().height() + 14))
        self.found.itemSelectionChanged.connect(self._take_found)
        self.found.itemActivated.connect(lambda _item: self._meet())
        self.again, self.test = button(_("Look again"), self.look), button(_("Test"), self._test)
        self.tested = PlainLabel("", wrap=True)
        for at, widget in enumerate((self.looking, self.found, row(self.again, None))):
            layout.insertWidget(at, widget)
        layout.insertWidget(
            layout.count() - 2, PlainLabel(_("If it is not in the list, write its name or number."), Kind.SMALL, "muted", wrap=True)
        )
        layout.insertWidget(layout.count() - 2, row(self.test, None))
        layout.insertWidget(layout.count() - 2, self.tested)
        return page

    def _looks(self) -> QWidget:
        page, layout = self._page()
        self.welcome = PlainLabel("", Kind.STRONG, wrap=True)
        self.theme = choice(((one, _(name)) for one, name in THEMES), self.preferences.theme)
        self.theme.activated.connect(lambda: self._choose_theme(ThemeChoice(self.theme.currentData())))
        self.font_size: QComboBox = choice(((one, words.share(one / 100)) for one in FONT_STEPS), self.preferences.font)
        self.font_size.activated.connect(lambda: self._keep(font=self.font_size.currentData()))
        layout.addWidget(self.welcome)
        for name, box in ((_("Theme"), self.theme), (_("Size of letters"), self.font_size)):
            label = PlainLabel(name, tone="muted")
            label.setBuddy(box)
            name_field(box, name)
            layout.addWidget(label)
            layout.addWidget(box)
        layout.addWidget(
            PlainLabel(_("The language is chosen above. All this can be changed later in Settings."), Kind.SMALL, "muted", wrap=True)
        )
        self.test_all, self.outcome = button(_("Test the connection"), self._test_all), PlainLabel("", wrap=True)
        layout.addWidget(row(self.test_all, None))
        layout.addWidget(self.outcome)
        self.open_now = QPushButton(_("Open WorkPulse"))
        self.open_now.clicked.connect(self.accept)
        self._buttons(layout, self.open_now)
        return page

    # --- the language, live ------------------------------------------------------------------------------------------

    def speak(self, language: Language) -> None:
        """Go on in this language, at the same step with the same texts typed."""
        self._keep(usage=replace(self.preferences.usage, language=language))
        use(self.preferences.usage)
        step, typed, user, password = self._step(), self.address.text(), self.user.text(), self.password.text()
        found = [self.found.item(at).data(FOUND) for at in range(self.found.count())]  # type: ignore[union-attr]
        QWidget().setLayout(self.layout())  # takes the old widgets away with it
        self.setWindowTitle(_("WorkPulse – set up"))
        self._build(typed)
        self.address.setText(typed)
        self.user.setText(user)
        self.password.setText(password)
        self._show_found(found)
        self._return_to(step)

    def _step(self) -> int:
        pages = (self._server_page, self._print_page, self._name_page, self._looks_page)
        shown = self._pages.currentWidget()
        return pages.index(shown) if shown in pages else 0

    def _return_to(self, step: int) -> None:
        if self._met is not None:
            self._server_line.setText(self._met.url)
            self.fingerprint.setText(lines_of(self._met.fingerprint))
        if step == 3:
            self._welcome()
        self._show((self._server_page, self._print_page, self._name_page, self._looks_page)[step])

    def _tell_step(self) -> None:
        here = self._step()
        self.steps.setText("   ".join(("● " if at <= here else "○ ") + _(name) for at, name in enumerate(STEPS)))
        self.steps.setAccessibleName(_("Step {n} of {total}: {name}").format(n=here + 1, total=len(STEPS), name=_(STEPS[here])))

    # --- finding ------------------------------------------------------------------------------------------------------

    def _start(self, url: str) -> None:
        """Wait at the first step for the person: meeting starts with a choice."""
        try:
            servers = self._known.all()
        except Trouble as fault:
            self._failed(fault)
            return
        self.address.setText(servers[0].url if servers else "")
        self._fit()

    def look(self) -> None:
        """Look for servers on the LAN."""
        self.again.setEnabled(False)
        self.looking.setText(_("Looking for servers on this network …"))
        self._fit()
        self._tasks.run(self, "look", look_around, self._show_found, self._failed_to_look)

    def _failed_to_look(self, _fault: Exception) -> None:
        self._show_found([])

    def _show_found(self, found: list[Found]) -> None:
        self.again.setEnabled(True)
        self.found.clear()
        for one in found:
            item = QListWidgetItem(icon("server", self._theme.colours.accent_text), words.found_server(one.name, one.url))
            item.setData(FOUND, one)
            self.found.addItem(item)
        self.found.setVisible(bool(found))
        self.looking.setText(words.servers_found(len(found)))
        if len(found) == 1 and not self.address.text():
            self.found.setCurrentRow(0)
        self._fit()

    def _take_found(self) -> None:
        chosen = self.found.currentItem()
        if chosen is not None:
            self.address.setText(chosen.data(FOUND).url)

    def _test(self) -> None:
        """Say whether a server answers there, and go no further."""
        try:
            url = normal_url(self.address.text())
        except Trouble as fault:
            self._test_failed(fault)
            return
        self._tasks.run(self, "test", partial(connect, url, self._known), self._test_passed, self._test_failed)

    def _test_passed(self, server: KnownServer) -> None:
        set_tone(self.tested, "accent")
        head = groups_of(server.fingerprint)[:19]
        self.tested.setText(_("A WorkPulse server answers there; its fingerprint begins with {print}.").format(print=head))
        self._fit()

    def _test_failed(self, fault: Exception) -> None:
        set_tone(self.tested, "stop")
        self.tested.setText(
            fault.sentence if isinstance(fault, Trouble) else _("The console made a mistake. It has been written to its log.")
        )
        self._fit()

    # --- the last steps -----------------------------------------------------------------------------------------------

    def _signed_in(self, api: Api, choices: Choices) -> None:
        self._busy(False)
        self.password.clear()
        self._settings.put("user", api.user)
        self.api, self.choices = api, choices
        self._welcome()
        self._show(self._looks_page, self.open_now)

    def _welcome(self) -> None:
        assert self.api is not None and self.choices is not None
        role = words.role(self.api.who.role if self.api.who else "")
        self.welcome.setText(
            _("You are signed in at {organisation} as {user} ({role}).").format(
                organisation=words.safe(self.choices.organisation, 80), user=words.safe(self.api.user, 60), role=role
            )
        )

    def _test_all(self) -> None:
        assert self.api is not None
        self._tasks.run(self, "test all", partial(_timed, self.api), self._all_passed, self._all_failed)

    def _all_passed(self, answer: tuple[Choices, float]) -> None:
        choices, seconds = answer
        set_tone(self.outcome, "accent")
        self.outcome.setText(
            _("It works: the server answered in {time} ms and shows you {people} in {teams}.").format(
                time=round(seconds * 1000), people=words.people(len(choices.people)), teams=words.teams(len(choices.teams))
            )
        )
        self._fit()

    def _all_failed(self, fault: Exception) -> None:
        set_tone(self.outcome, "stop")
        self.outcome.setText(
            fault.sentence if isinstance(fault, Trouble) else _("The console made a mistake. It has been written to its log.")
        )
        self._fit()

    def _choose_theme(self, chosen: ThemeChoice) -> None:
        self._keep(theme=chosen)
        self._theme.choose(chosen)

    def _keep(self, **changes: object) -> None:
        keep(self._settings, replace(self.preferences, **changes))  # type: ignore[arg-type]


def _timed(api: Api) -> tuple[Choices, float]:
    started = perf_counter()
    return api.choices(), perf_counter() - started
