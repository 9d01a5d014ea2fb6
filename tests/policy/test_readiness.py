"""Types are worked out before threads decode them: without that, a server with two requests at once ended by itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from policy import readiness
from policy.readiness import make_types_ready
from policy.summaries import Organisation
from policy.wire import Batch

RACE = """
import sys, threading, types
import msgspec
from policy.readiness import make_types_ready
sys.setswitchinterval(1e-6)
FIELDS = "".join(f"    f{number}: Middle = Middle()\\n" for number in range(40))
SOURCE = '''
from __future__ import annotations
import msgspec
class Inner(msgspec.Struct, frozen=True):
    a: int = 0
class Middle(msgspec.Struct, frozen=True):
    x: Inner = Inner()
    y: dict[str, int] = {}
    z: list[Inner] = []
class Outer(msgspec.Struct, frozen=True):
''' + FIELDS
for number in range(60):
    made = sys.modules[f"made{number}"] = types.ModuleType(f"made{number}")
    exec(SOURCE, made.__dict__)
    make_types_ready()
    document, gate = msgspec.json.encode(made.Outer()), threading.Barrier(8)
    def decode():
        gate.wait()
        assert msgspec.json.decode(document, type=made.Outer) == made.Outer()
    threads = [threading.Thread(target=decode) for _thread in range(8)]
    [one.start() for one in threads]
    [one.join() for one in threads]
print("fine")
"""


@pytest.mark.quality("R-12")
def test_threads_that_decode_a_type_for_the_first_time_at_once_all_live() -> None:
    done = subprocess.run([sys.executable, "-c", RACE], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "fine"), done.stderr


def test_every_message_type_that_is_known_is_ready_and_the_second_time_costs_nothing() -> None:
    many = make_types_ready()
    assert {Organisation, Batch} <= readiness._READY and many > 100
    assert make_types_ready() == many
