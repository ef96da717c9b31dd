import atexit, contextlib, csv, io, itertools, json, logging, re, shutil, string, threading
class Tee(io.RawIOBase):
    def __init__(self): self.parts = []
    def writable(self): return True
    def write(self, data):
        self.parts.append(data)
        return len(data)
class Out:
    def write(self, text): return len(text)
    def flush(self): return None
    def close(self): return None
    def read(self, n=-1):
        self.n = getattr(self, "n", 0) + 1
        return "x" if self.n < 2 else ""
def default(value): return 1
class Encoder(json.JSONEncoder):
    def default(self, o): return 1
out = Out()
csv.writer(out).writerow([1])
json.dump({}, out)
json.dumps({"a": object()}, default=default)
json.dumps({"a": object()}, cls=Encoder)
print("x", file=out)
shutil.copyfileobj(out, out)
with contextlib.closing(out):
    pass
with contextlib.redirect_stdout(out):
    print("y")
text = io.TextIOWrapper(io.BufferedWriter(Tee()))
text.write("x")
text.flush()
def repl(match): return "b"
re.sub("a", repl, "a")
re.compile("a").sub(repl, "a")
with contextlib.ExitStack() as stack:
    stack.callback(default, 1)
class Handler(logging.Handler):
    def emit(self, record): return None
list(itertools.starmap(default, [(1,)]))
list(itertools.accumulate([1, 2], lambda a, b: a + b))
def work(): return None
threading.Thread(target=work).run()
