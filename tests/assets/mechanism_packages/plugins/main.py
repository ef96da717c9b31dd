import importlib
from registry import load, load_class, PLUGINS
def run():
    load("writers.plain").write()
    load_class("writers.loud:Loud")().write()
    for name in PLUGINS:
        importlib.import_module(name).write()
    __import__("writers.plain", fromlist=["write"]).write()
run()
