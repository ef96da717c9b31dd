"""Decorators that executed text makes, known by their annotations alone: what they decorate runs, however wrapped."""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
made: dict[str, Any] = {}
exec("def wrap(function): return lambda *given: function(*given)", made)


class States:
    @classmethod
    def declare(cls, state: str) -> Callable[[F], F]:
        return made["wrap"]


class Work(States):
    @States.declare("begun")
    def begin(self) -> int:
        return self.go_on()

    def go_on(self) -> int:
        return 1


def main() -> None:
    Work().begin()


main()
