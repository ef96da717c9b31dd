"""`python -m callchain`."""

from callchain.cli.app import main

if __name__ == "__main__":
    main()
