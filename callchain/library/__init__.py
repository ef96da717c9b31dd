"""The library, for programs and notebooks; `callchain.ask`, `callchain.trace` and `callchain.review` lead here."""
