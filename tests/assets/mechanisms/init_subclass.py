class Plugin:
    kinds = {}
    def __init_subclass__(cls, name="", **more):
        super().__init_subclass__(**more)
        cls.kinds[name] = cls
        cls.registered()
    @classmethod
    def registered(cls): return None
    def run(self): return 0
class One(Plugin, name="one"):
    def run(self): return 1
class Two(Plugin, name="two"):
    def run(self): return 2
def run(name): return Plugin.kinds[name]().run()
run("one")
run("two")
