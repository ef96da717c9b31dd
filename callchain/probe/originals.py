"""From code with probes back to the program's own, for whoever writes code objects into files or compiles them.

A pickled function or a saved Keras layer must be loadable where no probe is, so `marshal`, `dill` and
`cloudpickle` get the original; torch's compiler reads it too, since it cannot compile probes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import CodeType
from typing import Any

_CLOUDPICKLES = ("cloudpickle.cloudpickle", "joblib.externals.cloudpickle.cloudpickle")


class Originals:
    """Rewritten code object → the original, which it keeps alive."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[CodeType, CodeType]] = {}

    def remember(self, new: CodeType, original: CodeType) -> None:
        """`new` stands for `original`."""
        self._known[id(new)] = (new, original)

    def of(self, code: Any) -> Any:
        """The original of a rewritten code object, anything else as it is."""
        return self._known[id(code)][1] if self.has(code) else code

    def has(self, code: CodeType) -> bool:
        """Whether a code object is a rewritten one."""
        known = self._known.get(id(code))
        return known is not None and known[0] is code

    def hooks(self) -> dict[str, Callable[[Any], None]]:
        """Module name → what to do in it once it is loaded."""
        return {
            "marshal": self._marshal,
            "dill._dill": self._dill,
            **dict.fromkeys(_CLOUDPICKLES, self._cloudpickle),
            "torch._dynamo.convert_frame": self._dynamo,
            "torch._dynamo.variables.functions": self._dynamo_calls,
        }

    def _marshal(self, module: Any) -> None:
        for name in ("dump", "dumps"):
            setattr(module, name, self._first_argument(getattr(module, name)))

    def _dill(self, module: Any) -> None:
        table = module.Pickler.dispatch
        save = table[CodeType]
        table[CodeType] = functools.wraps(save)(lambda pickler, code: save(pickler, self.of(code)))

    def _cloudpickle(self, module: Any) -> None:
        table = module.Pickler._dispatch_table
        table[CodeType] = self._first_argument(table[CodeType])

    def _dynamo(self, module: Any) -> None:
        module._compile = self._first_argument(module._compile)

    def _dynamo_calls(self, module: Any) -> None:
        """Functions that it compiles as a part of their caller."""
        for cls in [each for each in vars(module).values() if isinstance(each, type)]:
            if "get_code" in vars(cls):
                self._returned(cls, "get_code")

    def _returned(self, cls: Any, name: str) -> None:
        function = vars(cls)[name]

        @functools.wraps(function)
        def wrapper(*arguments: Any) -> Any:
            return self.of(function(*arguments))

        setattr(cls, name, wrapper)

    def _first_argument(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(value: Any, *arguments: Any, **options: Any) -> Any:
            return function(self.of(value), *arguments, **options)

        return wrapper
