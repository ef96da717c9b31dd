class Base:
    def hello(self): return 1
class Child(Base):
    def hello(self): return 2
class Box[T: Base]:
    def __init__(self, value: T) -> None: self.value = value
    def get(self) -> T: return self.value
    def greet(self): return self.value.hello()
def first[T](items: list[T]) -> T: return items[0]
def greet[B: Base](one: B) -> B:
    one.hello()
    return one
type Boxes = dict[str, Box[Child]]
def all_of(boxes: Boxes):
    for box in boxes.values():
        box.get().hello()
Box(Child()).get().hello()
Box(Child()).greet()
first([Child()]).hello()
greet(Child()).hello()
all_of({"a": Box(Child())})
