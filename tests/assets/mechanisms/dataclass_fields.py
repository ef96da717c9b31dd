from dataclasses import dataclass, field, replace
class Engine:
    def start(self): return 1
def parts(): return [Engine()]
@dataclass
class Machine:
    engine: Engine
    parts: list[Engine] = field(default_factory=parts)
    spare: Engine = field(default_factory=Engine)
    def run(self):
        self.engine.start()
        self.spare.start()
        for part in self.parts:
            part.start()
@dataclass(order=True, frozen=True)
class Key:
    n: int
    def label(self): return str(self.n)
m = Machine(Engine())
m.run()
replace(m, engine=Engine()).run()
sorted([Key(2), Key(1)])[0].label()
