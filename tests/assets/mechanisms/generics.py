from typing import Generic, Self, TypeVar
class Base:
    def hello(self): return "base"
class Child(Base):
    def hello(self): return "child"
T = TypeVar("T")
B = TypeVar("B", bound=Base)
class Box(Generic[T]):
    def __init__(self, value: T) -> None:
        self._value = value
    def get(self) -> T:
        return self._value
    def set(self, value: T) -> Self:
        self._value = value
        return self
def first(items: list[T]) -> T:
    return items[0]
def greet(one: B) -> B:
    one.hello()
    return one
def typed(box: Box[Child]):
    return box.get().hello()
class Builder:
    def step(self) -> Self: return self
    def done(self): return 1
typed(Box(Child()))
first([Child()]).hello()
greet(Child()).hello()
Box(1).set(2).get()
Builder().step().step().done()
