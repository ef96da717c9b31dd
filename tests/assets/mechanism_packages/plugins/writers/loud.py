class Loud:
    def write(self): return 2
