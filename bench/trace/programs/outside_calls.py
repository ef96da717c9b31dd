"""99 % of the calls are outside the namespace."""

import sys

import inside

if __name__ == "__main__":
    for _ in range(int(sys.argv[1])):
        inside.once(98)
