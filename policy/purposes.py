"""What records are for: each purpose with the basis it rests on, and which events and fields serve it."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from policy.events import Activity, Capture, Event, File, Network, Session


class Purpose(StrEnum):
    """Why something is recorded; every kind of event that needs a notice serves exactly one."""

    ACTIVITY = "activity"
    SITES = "sites"
    """The names of sites and the words of window titles, which are fields of an activity."""
    NETWORK = "network"
    FILES = "files"
    SCREENSHOTS = "screenshots"
    WELLBEING = "wellbeing"
    """Nothing is collected for it: it is the use of working time to see who carries too much."""


class Basis(StrEnum):
    """On what a purpose rests; which one fits is the organisation's to answer for."""

    CONSENT = "consent"
    """Nothing without a yes of the person's own."""
    EMPLOYMENT = "employment"
    """Contract or legitimate interest: the person is told, and may say no."""
    LEGAL_OBLIGATION = "legal_obligation"
    """A law asks for it: the person is told."""


class Answer(StrEnum):
    """The newest word of a person about one purpose."""

    TOLD = "told"
    CONSENTED = "consented"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """A consent that ended because the person withdrew from everything."""


class Bases(Struct, frozen=True, forbid_unknown_fields=True):
    """The basis of each purpose."""

    activity: Basis = Basis.EMPLOYMENT
    sites: Basis = Basis.EMPLOYMENT
    network: Basis = Basis.EMPLOYMENT
    files: Basis = Basis.EMPLOYMENT
    screenshots: Basis = Basis.CONSENT
    wellbeing: Basis = Basis.EMPLOYMENT

    def of(self, purpose: Purpose) -> Basis:
        """Return the basis of one."""
        basis: Basis = getattr(self, purpose.value)
        return basis


TOLD_APART = frozenset({Purpose.SCREENSHOTS})
"""Purposes that not every notice names: somebody must have been told of them, or have consented."""
NEEDS_REASON = frozenset({Purpose.ACTIVITY, Purpose.SITES, Purpose.NETWORK, Purpose.FILES})
"""Where work cannot well go on without it, an employee can hardly say no: consent alone is then no basis that stands."""
FREE_CONSENT = frozenset({"eu", "india_eu"})
"""Retention profiles under whose law that must be answered in writing before such a purpose may rest on consent."""
OF_KIND = {Activity: Purpose.ACTIVITY, Network: Purpose.NETWORK, File: Purpose.FILES, Capture: Purpose.SCREENSHOTS}


def is_current(purpose: Purpose, basis: Basis, answer: Answer | None) -> bool:
    """Return whether what a person answered, beside the notice itself, lets a purpose be served."""
    if basis is Basis.LEGAL_OBLIGATION:
        return purpose not in TOLD_APART or answer is not None
    if answer is Answer.WITHDRAWN:
        return False
    if basis is Basis.CONSENT:
        return answer is Answer.CONSENTED
    return purpose not in TOLD_APART or answer in (Answer.TOLD, Answer.CONSENTED)


def purpose_of(event: Event) -> Purpose | None:
    """Return what an event is recorded for; None for what tells of the PC and the program only."""
    if isinstance(event, Session):
        return Purpose.ACTIVITY if event.change == "working" else None
    return OF_KIND.get(type(event))


def permitted(event: Event, withheld: Collection[Purpose]) -> Event | None:
    """Return what of an event may be kept where some purposes are withheld: all, all but site and title, or nothing."""
    if purpose_of(event) in withheld:
        return None
    if isinstance(event, Activity) and Purpose.SITES in withheld and (event.site or event.title):
        return replace(event, site=None, title=None)
    return event
