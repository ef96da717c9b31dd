from abc import ABC, abstractmethod
class Shape(ABC):
    @abstractmethod
    def area(self): ...
    def show(self): return self.area()
class Square(Shape):
    def area(self): return 1
def draw(shape: Shape): return shape.show()
draw(Square())
