"""A file from the server, fetched in the pool and written where somebody chose; whatever goes wrong is a sentence."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtWidgets import QFileDialog, QWidget

from console.api import Api
from console.preferences import preferences_of
from console.services import Services
from console.trouble import Trouble
from console.words import _, safe


def place_for(services: Services, name: str, parent: QWidget) -> Path | None:
    """Ask where a file of this name shall go; None when nowhere."""
    folder = preferences_of(services.settings).export_folder
    chosen, _kind = QFileDialog.getSaveFileName(parent, _("Save as"), str(folder / Path(name).name))
    return Path(chosen) if chosen else None


def fetched_to(api: Api, route: str, place: Path) -> Path:
    """Fetch a file and write it; runs in the pool."""
    content = api.read(route)
    try:
        place.write_bytes(content)
    except OSError as fault:
        raise Trouble(_("The file could not be written."), f"{place}: {fault}") from fault
    return place


def saved_in_words(place: Path) -> str:
    """Say where a file is now."""
    return _("Saved as {name}.").format(name=safe(str(place), 200))
