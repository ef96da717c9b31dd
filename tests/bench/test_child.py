"""What a child used, and how it ended."""

from __future__ import annotations

import sys

from bench.child import Limits, run


def test_a_child_that_ends_by_itself_has_no_remark():
    usage = run([sys.executable, "-c", "print('hello')"])
    assert usage.ended == ""
    assert usage.output == "hello\n"
    assert usage.cpu_s > 0
    assert usage.peak_mb > 1


def test_a_failing_child_says_how_and_why():
    usage = run([sys.executable, "-c", "raise SystemExit('no such thing')"])
    assert usage.ended == "exit 1"
    assert "no such thing" in usage.output


def test_a_child_over_its_cpu_limit_did_not_finish():
    assert run([sys.executable, "-c", "while True: pass"], limits=Limits(cpu_s=1)).ended == "DNF"


def test_a_child_over_its_wall_limit_did_not_finish():
    usage = run([sys.executable, "-c", "import time; time.sleep(60)"], limits=Limits(wall_s=0.3))
    assert usage.ended == "DNF"


def test_memory_and_time_of_grandchildren_count():
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = bytearray(64_000_000)'])"
    assert run([sys.executable, "-c", program]).peak_mb > 64
