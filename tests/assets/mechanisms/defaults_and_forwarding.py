def callback(): pass
def run(f=callback): f()
def forward(*args, **kwargs): return target(*args, **kwargs)
def target(f, g=None):
    f()
    g()
run()
forward(callback, g=callback)
