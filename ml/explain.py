"""Why a day is unlike the others: each feature in turn is put back to the person's usual, and the day is scored again."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from sklearn.ensemble import IsolationForest

from ml.detect import oddness
from ml.userdays import Floats

MOST_REASONS = 3
LEAST_Z = 2.0
LARGEST_SHARE = 0.05
"""What one unit of z counts beside the forest's oddness: it decides where the forest cannot tell two features apart."""


class Reason(Struct, frozen=True):
    """One reason in a feature's unit: what was observed, and what is usual for this person."""

    feature: str
    observed: float
    usual: float
    unit: str


def weights(forest: IsolationForest, z: Floats) -> Floats:
    """Return (k,) how much less odd the day would be with each feature as usual."""
    instead = np.tile(z, (len(z) + 1, 1))
    instead[np.arange(len(z)), np.arange(len(z))] = 0.0
    odd = oddness(forest, instead)
    return (odd[-1] - odd[:-1]) + LARGEST_SHARE * np.log1p(np.abs(z))


def order(forest: IsolationForest, z: Floats) -> list[int]:
    """Return the features that make the day odd, the most telling first; at least one."""
    by_weight = np.argsort(-weights(forest, z), kind="stable")
    telling = [int(at) for at in by_weight if abs(z[at]) >= LEAST_Z]
    return (telling or [int(np.argmax(np.abs(z)))])[:MOST_REASONS]
