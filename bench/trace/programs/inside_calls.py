"""All calls are inside the namespace."""

import sys

import inside

if __name__ == "__main__":
    for _ in range(int(sys.argv[1])):
        inside.loop(50_000)
