"""Appends to a buffer and prints each number once `append` returned it, until it is killed: the other half of R-02."""

from __future__ import annotations

import sys
from pathlib import Path

from agent.sealing import Sealer
from tests.agent.builders import KEY, MIB, START, span


def main(folder: Path, group: int, careless: bool) -> None:
    from agent import buffer as module

    if careless:  # the broken variant that the test must catch: promise first, write later
        module.Buffer._record = _promise_only  # type: ignore[method-assign]
    buffer = module.Buffer(folder / "buffer.db", Sealer(KEY), 64 * MIB, START)
    number = buffer.facts.recorded
    while True:
        for seq in buffer.append([span(number + n + 1) for n in range(group)], START):
            sys.stdout.write(f"{seq}\n")
        sys.stdout.flush()
        number += group
        if number % 7 == 0:
            buffer.acknowledge(buffer.facts.epoch, max(0, number - 50))


def _promise_only(self, kept, left_out, now):  # type: ignore[no-untyped-def]
    first = getattr(self, "promised", self.facts.recorded) + 1
    self.promised = first + len(kept) - 1
    return list(range(first, self.promised + 1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), len(sys.argv) > 3)
