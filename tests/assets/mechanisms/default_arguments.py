def fallback(): return 1
def other(): return 2
class Clock:
    def now(self): return 3
def call(function=fallback): return function()
def when(*, clock=Clock()): return clock.now()
def keyword(function=None):
    function = function or fallback
    return function()
call()
call(other)
when()
keyword()
(lambda f=fallback: f())()
