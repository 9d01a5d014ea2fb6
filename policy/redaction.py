"""What of a title may reach a disk: full, redacted or off; identities and secrets survive none of them."""

from __future__ import annotations

from typing import Literal

TitleMode = Literal["full", "redacted", "off"]
