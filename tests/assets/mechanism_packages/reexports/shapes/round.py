__all__ = ["Circle", "circle_area"]
class Circle:
    def area(self):
        from .square import Square
        return Square().same(Circle.unit())
    @staticmethod
    def unit(): return Unit()
class Unit:
    def area(self): return 3
def circle_area(circle): return circle.area()
def _private(): return 0
