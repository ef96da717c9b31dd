def key(x): return x
def double(x): return x
def even(x): return True
sorted([1, 2], key=key)
list(map(double, [1]))
list(filter(even, [1]))
min([1, 2], key=key)
[3, 1].sort(key=key)
def apply(f, *args): return f(*args)
apply(double, 1)
