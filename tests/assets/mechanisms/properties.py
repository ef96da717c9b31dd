class C:
    def __init__(self): self._x = 0
    @property
    def x(self): return self._read()
    @x.setter
    def x(self, value): self._write(value)
    def _read(self): return self._x
    def _write(self, value): self._x = value
c = C()
c.x = 3
c.x
