"""Fuzz in rounds until so many CPU minutes are used, or a round fails: `python tests/fuzz/rounds.py MINUTES`.

Every round feeds each reader some hundred inputs by a seed of its own; a failing round prints the seed, and
hypothesis the smallest input that fails.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(minutes: float) -> int:
    """Print a line for each round; the exit code of the first that fails, else 0."""
    count = 0
    while (used := _used_s()) < minutes * 60:
        seed = random.SystemRandom().randrange(2**32)
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, f"--hypothesis-seed={seed}", str(HERE)],
            env={**os.environ, "CALLCHAIN_FUZZ": "long"},
            capture_output=True,
            text=True,
            check=False,
        )
        count += 1
        last = done.stdout.strip().splitlines()[-1:]
        print(f"round {count}, seed {seed}: {''.join(last)}, {_used_s() - used:.0f} CPU s", flush=True)
        if done.returncode:
            print(done.stdout, done.stderr, sep="\n")
            return done.returncode
    print(f"{count} rounds, {_used_s() / 60:.1f} CPU minutes, no failure")
    return 0


def _used_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    raise SystemExit(main(float(sys.argv[1])))
