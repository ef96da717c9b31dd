"""A tap in front of a long loop of the same function."""

import sys

import inside

if __name__ == "__main__":
    for _ in range(int(sys.argv[1])):
        inside.prepared(100_000)
