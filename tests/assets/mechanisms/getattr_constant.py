class Handler:
    def visit_a(self): pass
    def visit_b(self): pass
    def run(self, kind): return getattr(self, f"visit_{kind}")()
    def other(self, kind): return getattr(self, "visit_{}".format(kind))()
h = Handler()
getattr(h, "visit_a")()
h.run("a"); h.run("b"); h.other("a"); h.other("b")
