class Part:
    def fit(self): return 1
