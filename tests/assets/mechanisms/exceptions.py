class Oops(Exception):
    def __init__(self, message=""): super().__init__(message)
    def explain(self): return 1
def fail(): raise Oops
try: fail()
except Oops as error: error.explain()
