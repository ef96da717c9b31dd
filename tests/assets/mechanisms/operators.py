class V:
    def __add__(self, other): return V()
    def __radd__(self, other): return V()
    def __iadd__(self, other): return self
    def __eq__(self, other): return True
    def __lt__(self, other): return False
    def __neg__(self): return V()
    def __getitem__(self, key): return V()
    def __setitem__(self, key, value): pass
    def __delitem__(self, key): pass
    def __contains__(self, x): return True
    def __bool__(self): return True
    def __len__(self): return 1
    def __str__(self): return "v"
    def __repr__(self): return "v"
    def __format__(self, spec): return "v"
    def __call__(self): return 1
v = V()
v + v
1 + v
v += v
v == v
v < v
-v
v[0]
v[0] = 1
del v[0]
1 in v
if v: pass
not v
len(v)
str(v)
repr(v)
f"{v} {v!r}"
v()
sorted([V(), V()])
