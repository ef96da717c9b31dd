import logging
class Out:
    def write(self, text): return len(text)
    def flush(self): return None
class Plain(logging.Formatter):
    def format(self, record):
        return self.shorten(super().format(record))
    def shorten(self, text): return text
class Collect(logging.Handler):
    def emit(self, record): self.keep(record)
    def keep(self, record): return None
class Stream(logging.StreamHandler):
    def emit(self, record):
        super().emit(record)
def record(): return logging.LogRecord("a", 10, "p", 1, "m", (), None)
handler = Collect()
handler.handle(record())
stream = Stream(Out())
stream.emit(record())
stream.flush()
Plain().format(record())
