class Block:
    def add(self, token): return token
class Inline:
    def add(self, token): return token
class Text(str):
    def twice(self): return self + self
class Missing:
    def __iter__(self): return iter(())
    def __len__(self): return 0
def on_block(state: Block): return state.add("b")
def on_inline(state: "Inline | None"): return state and state.add("i")
def on_text(value: str): return [each for each in value], len(value)
def either(value): return value
def parse(method, state): return method(state)
def made() -> Block: return either(Block())
parse(on_block, Block())
parse(on_inline, Inline())
on_text("a")
on_text(either(Text("ab")))
either(Missing())
made().add("m")
for each in Missing(): pass
len(Missing())
Text("a").twice()
