class Everything:
    def __len__(self): return 1
    def __bool__(self): return True
    def __contains__(self, item): return True
    def __getitem__(self, key): return 1
    def __setitem__(self, key, value): return None
    def __delitem__(self, key): return None
    def __str__(self): return "s"
    def __repr__(self): return "r"
    def __hash__(self): return 1
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    def __int__(self): return 1
    def __index__(self): return 0
    def __float__(self): return 1.0
    def __abs__(self): return 1
    def __neg__(self): return 1
    def __call__(self): return 1
    def __format__(self, spec): return "f"
    def __reversed__(self): return iter([1])
    def __iter__(self): return iter([1])
    def __round__(self, n=None): return 1
    def __divmod__(self, other): return (1, 1)
    def __pow__(self, other): return 1
    def __bytes__(self): return b""
    def __dir__(self): return []
    def __enter__(self): return self
    def __exit__(self, *exc): return None
    def __missing__(self, key): return None
e = Everything()
len(e); bool(e); 1 in e
e[1]
e[1] = 2
del e[1]
str(e)
repr(e)
hash(e)
e == 1
e < 1
int(e)
float(e)
abs(e)
-e
f"{e}"
f"{e!r}"
"%s %r" % (e, e)
"{}".format(e)
list(reversed(e))
list(e)
tuple(e)
set([e])
round(e)
divmod(e, 1)
e ** 2
pow(e, 2)
bytes(e)
dir(e)
print(e)
print(*[e])
[1, 2][e]
sorted([e, e])
max(e, e)
sum([1], start=1)
not e
a, = e
any([e])
{e: 1}
{e: 1}[e]
[e].index(e)
e in [e]
[*e]
dict.fromkeys(e)
enumerate(e)
"".join(str(x) for x in [e])
