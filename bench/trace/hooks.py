"""Other tracers as programs: `python hooks.py NAME NAMESPACE WORDS…` runs the words under one of them."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable
from pathlib import Path


def _nothing(*_: object) -> None:
    """The cheapest hook there is: it asks for no event of any frame."""


def settrace(_namespace: str) -> None:
    """A plain `sys.settrace` hook that returns None."""
    sys.settrace(_nothing)


def hunter(namespace: str) -> None:
    """Hunter as its documentation shows it: calls and returns of a module, kept in a list."""
    from hunter import And, Query, trace

    seen: list[tuple[str, int, str]] = []

    def keep(event: object) -> None:
        seen.append((event.function, event.lineno, event.kind))  # type: ignore[attr-defined] # hunter has no types

    trace(And(Query(kind_in=("call", "return")), Query(module_startswith=namespace)), action=keep)


def viztracer(_namespace: str) -> None:
    """Viztracer without C functions, its ring of events written at the end."""
    import atexit

    from viztracer import VizTracer

    tracer = VizTracer(ignore_c_function=True, output_file="trace.json", verbose=0)
    tracer.start()
    atexit.register(lambda: (tracer.stop(), tracer.save()))


def kolo(namespace: str) -> None:
    """Kolo with everything but the namespace's files left out, as its configuration allows."""
    import atexit

    from kolo import enable

    config = {"filters": {"include_frames": [f"/{namespace}.py"], "exclude_frames": ["/"]}}
    running = enable(config=config)
    running.__enter__()
    atexit.register(running.__exit__, None, None, None)


HOOKS: dict[str, Callable[[str], None]] = {
    "settrace": settrace,
    "hunter": hunter,
    "viztracer": viztracer,
    "kolo": kolo,
}


def main(name: str, namespace: str, words: list[str]) -> None:
    """Switch the tracer on and run the program as `python WORDS` would."""
    if words[0] == "-c":
        code = compile(words[1], "<string>", "exec")
        sys.argv = ["-c", *words[2:]]
        HOOKS[name](namespace)
        exec(code, {"__name__": "__main__"})  # noqa: S102 # the benchmark's own one-line program
        return
    sys.argv = words
    sys.path[0] = str(Path(words[0]).resolve().parent)
    HOOKS[name](namespace)
    runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
