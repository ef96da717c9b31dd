from importlib import import_module
PLUGINS = ["writers.plain", "writers.other"]
def load(name): return import_module(name)
def load_class(path):
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
