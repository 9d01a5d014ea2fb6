"""What alembic runs: it works on the connection it is given, inside the caller's transaction."""

from typing import Any, Literal

from alembic import context

from server.models import metadata
from server.store.db import Day
from server.store.partitions import is_partition


def without_our_types(kind: str, thing: Any, _: Any) -> str | Literal[False]:
    """Write a column type of ours as the plain one it is stored as: a revision must not import code that changes later."""
    return "sa.Integer()" if kind == "type" and isinstance(thing, Day) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=without_our_types,
    include_name=lambda name, kind, parents: not (kind == "table" and is_partition(str(name))),
    compare_type=True,
)
context.run_migrations()
