"""The `hunter` engine: hunter's tracer, predicates and events, behind the gate.

hunter costs a hundred times the program when it sees every event, so the gate decides first and hunter's tracer
gets the frames of the namespace alone. Depths are not hunter's (it shares them between threads): the recorder
keeps the stacks.
"""

from __future__ import annotations

import sys
from typing import Any

from .guard import Guard
from .recorder import Recorder
from .settrace import Dispatcher, Gate


def version() -> str:
    """Hunter's version; ImportError where it is not there."""
    import hunter

    return str(hunter.__version__)


def build(recorder: Recorder, guard: Guard) -> Gate:
    """The engine; ImportError where hunter is not there."""
    import hunter

    dispatch = Dispatcher(recorder, guard)

    def record(event: Any) -> None:
        # An exception here would switch hunter's tracer off; the dispatcher lets none out.
        dispatch(event.frame, event.kind, event.arg)

    tracer = hunter.Tracer(threading_support=False)
    previous = sys.gettrace()
    tracer.trace(record)
    # It has taken the thread's slot for itself; the slot is the gate's.
    sys.settrace(previous)
    return Gate(recorder, tracer)
