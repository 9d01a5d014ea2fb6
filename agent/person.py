"""What the person at this PC may do, however they ask for it: answer the notice, pause and resume, choose the language."""

from __future__ import annotations

import locale
from typing import Literal

import msgspec

from agent.control import Control, read_control, write_control
from agent.folder import Folder
from policy import notice as notices
from policy.events import Notice

Answer = Literal["acknowledged", "consented", "withdrawn"]


def set_paused(folder: Folder, paused: bool) -> None:
    """Record nothing from now on, or go on."""
    write_control(folder.control, msgspec.structs.replace(read_control(folder.control), paused=paused))


def answer_notice(folder: Folder, account: str, answer: Answer, version: str, language: str, now: int) -> Control:
    """Write down an answer to the notice and return all that is decided; two answers never have the same instant."""
    control = read_control(folder.control)
    at = max([now, *(given.at + 1 for given in control.answers)])
    given = Notice(at=at, account=account, version=version, language=language, answer=answer)
    control = msgspec.structs.replace(control, answers=[*control.answers, given], language=language)
    write_control(folder.control, control)
    return control


def set_language(folder: Folder, language: str) -> None:
    """Speak `language` from now on; KeyError for one there is no notice in."""
    if language not in notices.LANGUAGES:
        raise KeyError(language)
    write_control(folder.control, msgspec.structs.replace(read_control(folder.control), language=language))


def language_of(control: Control) -> str:
    """Return the chosen language, else this PC's own if we speak it, else English."""
    if control.language in notices.LANGUAGES:
        return control.language
    own = (locale.getlocale()[0] or "")[:2].lower()
    return own if own in notices.LANGUAGES else "en"
