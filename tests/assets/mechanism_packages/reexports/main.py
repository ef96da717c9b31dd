import shapes
from shapes import Square, area as measure, helper
from shapes.round import *
from shapes import inner as deep
import shapes.inner as again
def run():
    Square().area()
    measure(Square())
    helper()
    Circle().area()
    circle_area(Circle())
    shapes.Square().area()
    shapes.round.Circle().area()
    deep.work()
    again.work()
    shapes.lazy_name()
run()
