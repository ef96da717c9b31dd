"""What stands at an offset of a code object: has a generator begun, is a StopIteration the end of a loop."""

from __future__ import annotations

import opcode
from types import CodeType

_OPCODES = opcode.opmap
RESUME = _OPCODES.get("RESUME", -1)
YIELDS = {_OPCODES[name] for name in ("YIELD_VALUE", "YIELD_FROM", "RESUME") if name in _OPCODES}
# Where Python 3.11 leaves a coroutine whose awaited one ended by what was thrown into it.
GOES_ON = YIELDS | {_OPCODES[name] for name in ("JUMP_BACKWARD_NO_INTERRUPT",) if name in _OPCODES}
RETURNS = {_OPCODES[name] for name in ("RETURN_VALUE", "RETURN_CONST") if name in _OPCODES}
# A StopIteration that ends a loop or an await is how the interpreter talks to itself.
_LOOP_ENDS = {
    _OPCODES[name]
    for name in ("FOR_ITER", "SEND", "END_SEND", "JUMP_BACKWARD", "END_ASYNC_FOR")
    if name in _OPCODES
}


class Opcodes:
    """The byte code of code objects, copied once each."""

    def __init__(self) -> None:
        self._bytes: dict[int, tuple[CodeType, bytes]] = {}

    def at(self, code: CodeType, offset: int) -> tuple[int, int]:
        """The opcode and argument at an offset, -1 before the first."""
        known = self._bytes.get(id(code))
        if known is None or known[0] is not code:
            known = self._bytes[id(code)] = (code, code.co_code)
        return (known[1][offset], known[1][offset + 1]) if offset >= 0 else (-1, 0)

    def is_unstarted(self, code: CodeType, offset: int) -> bool:
        """Whether a generator at that offset has not made its first step."""
        return all(self.at(code, before)[0] != RESUME for before in range(0, offset + 1, 2))

    def ends_loop(self, code: CodeType, offset: int) -> bool:
        """Whether a StopIteration there is the end of a loop or an await."""
        return self.at(code, offset)[0] in _LOOP_ENDS
