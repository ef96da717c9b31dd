try:
    from does_not_exist import work
except ImportError:
    def work(): return 1
import sys
if sys.version_info >= (3, 8):
    def modern(): return 2
else:
    def modern(): return 3
def pick(flag):
    if flag:
        def chosen(): return "a"
    else:
        def chosen(): return "b"
    return chosen()
tool = None
def default_tool(): return 1
tool = tool or default_tool
work()
modern()
pick(True)
pick(False)
tool()
if (found := default_tool) is not None:
    found()
picked = work if tool else modern
picked()
