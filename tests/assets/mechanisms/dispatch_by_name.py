class Node: pass
class Add(Node): pass
class Sub(Node): pass
class Visitor:
    def find(self, node): return getattr(self, "visit_" + type(node).__name__, None)
    def visit(self, node):
        method = self.find(node)
        return method(node)
class Printer(Visitor):
    def visit_Add(self, node): return "+"
    def visit_Sub(self, node): return "-"
class Machine:
    def step(self, word):
        method = getattr(self, word.upper())
        return method()
    def ADD(self): return 1
    def SUB(self): return 2
    def MUL(self): return 3
    def DIV(self): return 4
    def MOD(self): return 5
    def POW(self): return 6
    def NEG(self): return 7
    def AND(self): return 8
def words(): return "add sub mul div mod pow neg and".split()
printer = Printer()
printer.visit(Add())
printer.visit(Sub())
machine = Machine()
for word in words():
    machine.step(word)
