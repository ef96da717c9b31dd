"""Many calls of every kind inside the namespace; says how many, and the most memory that it held."""

import contextlib
import re
import sys
import threading
from pathlib import Path


def leaf(value):
    """The call of which there are most."""
    return value & 7


def deep(depth):
    """Recursion."""
    return depth and deep(depth - 1)


def fail(value):
    """A call that ends with an exception."""
    raise ValueError(value)


def steps(count):
    """A generator that calls at each step."""
    for each in range(count):
        yield leaf(each)


def work(rounds):
    """About a thousand calls a round; how many they were."""
    for _ in range(rounds):
        for each in range(800):
            leaf(each)
        deep(98)
        for _ in steps(99):
            pass
        with contextlib.suppress(ValueError):
            fail(0)
    return rounds * (800 + 99 + 1 + 99 + 1)


def most_memory():
    """In KiB; `ru_maxrss` would count what the process that started this one held."""
    return int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))[1])


def main(calls):
    """The calls in two threads."""
    made = []
    threads = [threading.Thread(target=lambda: made.append(work(calls // 2000))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sum(made), most_memory())


if __name__ == "__main__":
    main(int(sys.argv[1]))
