"""A condition over thousands of numbers that is one parameter: as many parameters would cost more than what they ask for."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, any_, func, literal, select
from sqlalchemy.dialects import postgresql

from server.organisation import AnySession, connection_of
from server.store.db import is_postgresql


def among(session: AnySession, column: Any, numbers: Collection[int]) -> ColumnElement[bool]:
    """Return the condition that a column is one of the numbers."""
    if is_postgresql(connection_of(session)):
        found: ColumnElement[bool] = column == any_(literal(list(numbers), postgresql.ARRAY(BigInteger)))
        return found
    each = func.json_each(json.dumps(list(numbers))).table_valued("value")
    told: ColumnElement[bool] = column.in_(select(each.c.value))
    return told
