from enum import Enum
class Color(Enum):
    RED = 1
    def label(self): return self.name
Color.RED.label()
for color in Color: color.label()
