import attr
from attrs import define, field
class Wheel:
    def turn(self): return 1
def four(): return [Wheel()]
def positive(instance, attribute, value): return None
def upper(value): return value
@define
class Car:
    wheel: Wheel
    wheels: list[Wheel] = field(factory=four)
    name: str = field(default="a", validator=positive, converter=upper)
    def __attrs_post_init__(self): self.ready()
    def ready(self): return None
    def drive(self):
        self.wheel.turn()
        for wheel in self.wheels:
            wheel.turn()
@attr.s(auto_attribs=True)
class Old:
    wheel: Wheel = attr.ib()
    limit: int = attr.ib()
    @limit.validator
    def check(self, attribute, value): return None
    @limit.default
    def start(self): return 1
Car(Wheel()).drive()
Old(Wheel()).wheel.turn()
