from typing import NamedTuple
class Point(NamedTuple):
    x: "Axis"
    y: "Axis"
    def both(self): return self.x.value(), self.y.value()
class Axis:
    def value(self): return 1
Point(Axis(), Axis()).both()
for_x, for_y = Point(Axis(), Axis())
for_x.value()
