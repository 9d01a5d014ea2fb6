"""A table of user-days: who, which day, and one number for each feature, in the order of time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class BadTableError(ValueError):
    """The table cannot be scored; the message says what to change."""


@dataclass(frozen=True)
class UserDays:
    """n user-days with k features each, sorted by day and then by user.

    Attributes:
        names: the k features.
        users: (n,) number of the user, 0-based and dense.
        days: (n,) ordinal of the day.
        values: (n, k); NaN where a value is not known.
        groups: (n,) number of the user's peers, or zeros.
        rows: (n,) place of each row in the table it came from.
    """

    names: tuple[str, ...]
    users: Ints
    days: Ints
    values: Floats
    groups: Ints
    rows: Ints

    @property
    def size(self) -> int:
        """How many user-days."""
        return len(self.users)

    @property
    def people(self) -> int:
        """How many users."""
        return int(self.users.max()) + 1 if self.size else 0

    @property
    def weekend(self) -> Flags:
        """(n,) whether the day is a Saturday or a Sunday."""
        return (self.days + 6) % 7 >= 5  # ordinal 1 is a Monday


def user_days(names: tuple[str, ...], users: Ints, days: Ints, values: Floats, groups: Ints | None = None) -> UserDays:
    """Return the rows sorted; raise BadTableError for a user with two rows of one day."""
    order = np.lexsort((users, days))
    told = UserDays(
        names=names,
        users=users[order].astype(np.int64),
        days=days[order].astype(np.int64),
        values=np.where(np.isfinite(values), values, np.nan)[order].astype(np.float64),
        groups=(np.zeros(len(users), np.int64) if groups is None else groups)[order].astype(np.int64),
        rows=order.astype(np.int64),
    )
    twice = (np.diff(told.days) == 0) & (np.diff(told.users) == 0)
    if twice.any():
        raise BadTableError("a user has two rows of one day; add them up first")
    return told


def read_csv(file: Path, user: str, day: str, ignore: tuple[str, ...] = ()) -> tuple[pd.DataFrame, UserDays]:
    """Return the table as it is and as user-days; every other numeric column is a feature.

    `day` may be dates or whole numbers. Raises BadTableError when a column is missing or nothing numeric is left.
    """
    import pandas as pd  # 60 MB, which nobody who brings days of their own needs

    table = pd.read_csv(file)
    missing = [name for name in (user, day, *ignore) if name not in table.columns]
    if missing:
        raise BadTableError(f"no column {missing[0]!r}; there are {', '.join(map(str, table.columns))}")
    numbers = table.drop(columns=[user, day, *ignore]).select_dtypes(["number", "bool"])
    if not len(numbers.columns):
        raise BadTableError("no numeric column beside the user and the day")
    codes, _ = pd.factorize(table[user], sort=True)
    if (codes < 0).any():
        raise BadTableError(f"column {user!r} has empty cells")
    values = numbers.to_numpy(np.float64)
    return table, user_days(tuple(map(str, numbers.columns)), codes.astype(np.int64), _ordinals(table[day]), values)


def _ordinals(column: pd.Series) -> Ints:
    import pandas as pd  # the same

    if pd.api.types.is_numeric_dtype(column):
        if column.isna().any():
            raise BadTableError("the day column has empty cells")
        numbers: Ints = column.to_numpy().astype(np.int64)
        return numbers
    try:
        days = pd.to_datetime(column, format="mixed").dt.tz_localize(None)
    except (ValueError, TypeError) as fault:
        raise BadTableError(f"the day column is not dates: {fault}") from None
    if days.isna().any():
        raise BadTableError("the day column has empty cells")
    epoch = pd.Timestamp(1970, 1, 1)
    ordinals: Ints = ((days - epoch).dt.days + epoch.toordinal()).to_numpy(np.int64)
    return ordinals
