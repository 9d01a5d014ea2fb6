"""What the agent collects: the table of collectors, one file each."""

from __future__ import annotations

from agent.collectors.base import Collector
from agent.collectors.captures import ScreenCaptures
from agent.collectors.clips import ScreenClips
from agent.collectors.files import FileChanges
from agent.collectors.foreground import Foreground
from agent.collectors.health import HealthReport
from agent.collectors.network import NetworkUse
from agent.collectors.session import SessionChanges

__all__ = ["Collector", "FileChanges", "Foreground", "HealthReport", "NetworkUse", "ScreenCaptures", "ScreenClips", "SessionChanges"]
