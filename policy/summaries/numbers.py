"""By which number the office knows a thing of its own: a person, a team, a case, a revision."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Number = Annotated[int, Meta(ge=0, le=2**53)]
