"""What every tab is handed: the client, the task runner, the shared scope, the theme, the memory, and what may be chosen."""

from __future__ import annotations

from dataclasses import dataclass

from console.api import Api
from console.scope import ScopeState
from console.settings import Settings
from console.tasks import Tasks
from console.theme import Theme
from policy.summaries import Choices


@dataclass
class Services:
    """One per window; `choices` is replaced when the server offers others."""

    api: Api
    tasks: Tasks
    scope: ScopeState
    theme: Theme
    settings: Settings
    choices: Choices
