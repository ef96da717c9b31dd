"""Many calls cost counts and no room; what has no place any more is counted by reason."""

from __future__ import annotations

from callchain.probe.segment import MANY
from callchain.trace.request import Limits
from tests.trace.programs import Traced, edges, tap

PROGRAM = """\
def leaf(n):
    return n

def odd(n):
    if n % 1000 == 0:
        raise ValueError
    return leaf(n)

def generate(n):
    for i in range(n):
        yield leaf(i)

def work():
    for n in range(30000):
        try:
            odd(n)
        except ValueError:
            pass
    for _ in range(1000):
        sum(generate(3))

work()
"""


def test_counts_are_exact_and_the_recording_stays_small(traced: Traced) -> None:
    record = traced({"main.py": PROGRAM}, taps=(tap("main.py::leaf", "entry", (1, 1), 1, n="n"),))
    assert record.exit_code == 0
    assert {name: count for name, (count, _) in edges(record).items()} == {
        "<module>:22 → work": 1,
        "work:16 → odd": 30000,
        "odd:7 → leaf": 29970,
        "work:20 → generate": 1000,
        "generate:11 → leaf": 3000,
    }
    assert record.hits_total == {"look": 32970}
    (kept, reason) = len(record.hits["look"]), "values of tap look (hit, not kept)"
    assert kept <= 200 and record.dropped == {reason: 32970 - kept}
    size = sum(path.stat().st_size for path in (traced.recording / "run").iterdir())
    assert size < 200_000


NAMES = [f"f{n}" for n in range(300)]
DIFFERENT = (
    "".join(f"def {name}():\n    return 1\n\n" for name in NAMES)
    + f"""\
def work():
    for function in ({", ".join(NAMES)}):
        function()

work()
"""
)


def test_what_is_beyond_a_limit_is_counted_by_reason(traced: Traced) -> None:
    record = traced({"main.py": DIFFERENT}, limits=Limits(records=600))
    assert record.exit_code == 0
    assert record.dropped[MANY] > 100
    assert 0 < len(record.edges) < 300
    assert record.processes[0].clean
