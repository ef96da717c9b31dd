"""Programs made by chance: whatever call they make is in the static graph, or its site is a blind spot."""

import subprocess
import sys
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from callchain.ask.read import read_codebase

FORMS = (
    "f{a}()",
    "g = f{a}; g()",
    "[f{a}, f{b}][0]()",
    "{{'k': f{a}}}['k']()",
    "C{a}().m()",
    "C{a}()()",
    "(lambda: f{a}())()",
    "list(map(lambda _: f{a}(), [1]))",
    "apply(f{a})",
    "apply(C{a}().m)",
    "getattr(C{a}(), 'm')()",
    "C{a}().p",
    "C{a}() + 1",
    "[f{a}() for _ in range(1)]",
    "import functools; functools.partial(f{a})()",
    "with C{a}(): f{b}()",
    "D{a}().m()",
    "wrapped{a}()",
)
COUNT = 4
HEAD = """\
def apply(function):
    return function()


def wrap(function):
    def inner():
        return function()
    return inner


"""
CLASS = """\
class C{n}:
    def m(self):
        {body}
    def __call__(self):
        return self.m()
    def __add__(self, other):
        return self.m()
    def __enter__(self):
        return self
    def __exit__(self, *_):
        return None
    @property
    def p(self):
        return self.m()


class D{n}(C{n}):
    def m(self):
        return super().m()


def f{n}():
    {body}


@wrap
def wrapped{n}():
    return f{n}()


"""
RUNNER = """
import sys
sys.setrecursionlimit(200)
seen = set()
def watch(frame, event, _):
    ours = [each.f_code.co_filename == sys.argv[1] for each in (frame, frame.f_back) if each]
    if event == 'call' and ours == [True, True] and frame.f_code.co_flags & 1:
        seen.add((frame.f_back.f_lineno, frame.f_code.co_qualname.replace('.<locals>', '')))
names = {'__name__': 'program', '__file__': sys.argv[1]}
code = compile(open(sys.argv[1]).read(), sys.argv[1], 'exec')
sys.setprofile(watch)
try:
    exec(code, names)
finally:
    sys.setprofile(None)
    for line, name in sorted(seen):
        print(line, name)
"""


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Each function calls only those with a higher number, so that every program ends."""
    text = [HEAD]
    for number in reversed(range(COUNT)):
        above = list(range(number + 1, COUNT))
        forms = draw(st.lists(st.sampled_from(FORMS), min_size=1, max_size=2)) if above else []
        body = [form.format(a=draw(st.sampled_from(above)), b=draw(st.sampled_from(above))) for form in forms] or [
            "pass"
        ]
        text.append(CLASS.format(n=number, body="\n        ".join(body)))
    return "".join(text) + "f0()\nC0().m()\nD0().m()\nwrapped0()\n"


@settings(max_examples=max(settings().max_examples // 4, 1), phases=(Phase.explicit, Phase.generate))
@given(program=programs())
def test_observed_calls_are_read_or_named_as_unknown(program: str, tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(repaired(program))
    done = subprocess.run(
        [sys.executable, "-I", "-c", RUNNER, str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    graph = read_codebase(tmp_path, lambda _: None).graph
    read = {(edge.line, edge.callee.partition("::")[2]) for edge in graph.edges}
    unknown = {spot.line for spot in graph.blind_spots}
    missed = []  # a comprehension's frame is its function's
    for row in done.stdout.splitlines():
        line, _, name = row.partition(" ")
        plain = name.partition(".<")[0] if name.endswith("comp>") else name
        if (int(line), plain) not in read and int(line) not in unknown and not name.endswith("comp>"):
            missed.append(f"{row}: {file.read_text().splitlines()[int(line) - 1]}")
    assert missed == []


def repaired(program: str) -> str:
    """Bodies of functions stand four columns in, those of methods eight."""
    lines, inside = [], False
    for line in program.split("\n"):
        if line.startswith("def f"):
            inside = True
        elif line and not line.startswith(" "):
            inside = False
        lines.append(line[4:] if inside and line.startswith("        ") else line)
    return "\n".join(lines)
