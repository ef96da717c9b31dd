REGISTRY = {}
def register(name):
    def add(f):
        REGISTRY[name] = f
        return f
    return add
@register("a")
def a(): pass
@register("b")
def b(): pass
def run(name): return REGISTRY[name]()
run("a"); run("b")
