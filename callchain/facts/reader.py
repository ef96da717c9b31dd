"""What reading one kind of syntax asks of the reading of a whole file: the other kinds, and what is noted."""

from __future__ import annotations

from typing import Any, Protocol

from callchain.facts.unit import Narrowed, Unit


class Reader(Protocol):
    """A file while it is read: expressions hold lambdas, statements hold blocks."""

    package: str
    stars: list[str]
    platforms: dict[str, bool | None]
    conditional: int
    conditional_imports: list[int]

    def expression(self, unit: Unit, node: Any) -> int:
        """The node that holds what an expression yields; 0 when nothing can be said of it."""

    def block(self, unit: Unit, body: list[Any]) -> bool:
        """Lower statements in order; False when control never reaches the end."""

    def function(self, unit: Unit, node: Any, name: str) -> int:
        """A `def` or lambda: its unit is queued, its value returned."""

    def class_(self, unit: Unit, node: Any) -> int:
        """A `class` statement; its body runs here."""

    def bind(self, unit: Unit, target: Any, value: int, local: bool = False) -> None:
        """Assign the node `value` to a target."""

    def test(self, unit: Unit, condition: Any) -> None:
        """Evaluate a condition for its truth."""

    def assume(self, unit: Unit, condition: Any, holds: bool) -> list[Narrowed]:
        """Narrow names by a condition that was evaluated already."""

    def bound_name(self, unit: Unit, name: str, target: str) -> None:
        """Remember for name look-ups what a scope binds."""

    def unknown_call(self, unit: Unit, node: Any) -> None:
        """A call of something that nothing is known of: kept as a blind spot."""
