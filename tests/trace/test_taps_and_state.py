from __future__ import annotations

from callchain.model.tap import Snapshot
from tests.trace.programs import Traced, tap, watch

STATEMENTS = """\
def work(n):
    total = 0
    for i in range(n):
        total += i
    values = dict(
        total=total,
        n=n,
    )
    return values

def fails():
    value = 1
    value = int("x")
    return value

work(3)
try:
    fails()
except ValueError:
    pass
work(1)
"""


def values(record, key: str = "look"):  # type: ignore[no-untyped-def] # a shorthand of the tests
    return [{name: picture.value for name, picture in hit.values.items()} for hit in record.hits.get(key, ())]


def test_before_sees_the_values_before_the_line_each_time(traced: Traced) -> None:
    look = tap("main.py::work", "before", (4, 4), 1, total="total", i="i")
    record = traced({"main.py": STATEMENTS}, taps=(look,))
    assert values(record) == [
        {"total": 0, "i": 0},
        {"total": 0, "i": 1},
        {"total": 1, "i": 2},
        {"total": 0, "i": 0},
    ]
    assert [hit.sequence for hit in record.hits["look"]] == [1, 2, 3, 4]
    assert record.hits["look"][0].stack == ("main.py::<module>:16", "main.py::work:4")


def test_after_a_line_in_a_loop_fires_once_for_each_pass(traced: Traced) -> None:
    look = tap("main.py::work", "after", (4, 4), 1, total="total")
    record = traced({"main.py": STATEMENTS}, taps=(look,))
    assert values(record) == [{"total": 0}, {"total": 1}, {"total": 3}, {"total": 0}]


def test_a_statement_of_several_lines_fires_once(traced: Traced) -> None:
    before = tap("main.py::work", "before", (5, 8), 1, total="total", missing="values")
    record = traced({"main.py": STATEMENTS}, taps=(before,))
    assert [hit.values["total"].value for hit in record.hits["look"]] == [3, 0]
    assert "no such name: values" in record.hits["look"][0].values["missing"].error
    after = tap("main.py::work", "after", (5, 8), 1, total="values['total']", size="len(values)")
    record = traced({"main.py": STATEMENTS}, taps=(after,))
    assert values(record) == [{"total": 3, "size": 2}, {"total": 0, "size": 2}]


def test_after_does_not_fire_when_an_exception_left_the_statement(traced: Traced) -> None:
    look = tap("main.py::fails", "after", (13, 13), 11, value="value")
    record = traced({"main.py": STATEMENTS}, taps=(look,))
    assert record.hits == {}
    before = tap("main.py::fails", "before", (13, 13), 11, value="value")
    assert values(traced({"main.py": STATEMENTS}, taps=(before,))) == [{"value": 1}]


def test_after_the_last_statement_of_a_function(traced: Traced) -> None:
    source = "def f(box):\n    with open(__file__) as stream:\n        box['size'] = len(stream.read())\n\nf({})\n"
    look = tap("main.py::f", "after", (3, 3), 1, size="box['size']")
    assert values(traced({"main.py": source}, taps=(look,))) == [{"size": len(source)}]
    whole = tap("main.py::f", "after", (2, 3), 1, size="box['size']")
    assert values(traced({"main.py": source}, taps=(whole,))) == [{"size": len(source)}]


def test_after_a_compound_statement_whose_inside_handles_an_exception(traced: Traced) -> None:
    source = """\
def f():
    try:
        int("x")
    except ValueError:
        done = 1
    done += 1
    return done

f()
"""
    look = tap("main.py::f", "after", (2, 5), 1, done="done")
    assert values(traced({"main.py": source}, taps=(look,))) == [{"done": 1}]


def test_entry_return_and_raise(traced: Traced) -> None:
    entry = tap("main.py::work", "entry", (1, 1), 1, n="n")
    assert values(traced({"main.py": STATEMENTS}, taps=(entry,))) == [{"n": 3}, {"n": 1}]
    leave = tap("main.py::work", "return", (1, 1), 1, total="result['total']", n="n")
    assert values(traced({"main.py": STATEMENTS}, taps=(leave,))) == [{"total": 3, "n": 3}, {"total": 0, "n": 1}]
    fail = tap("main.py::fails", "raise", (11, 11), 11, kind="type_name(error)", value="value")
    assert values(traced({"main.py": STATEMENTS}, taps=(fail,))) == [{"kind": "ValueError", "value": 1}]


def test_a_generator_returns_once_and_does_not_when_it_yields(traced: Traced) -> None:
    source = "def g():\n    yield 1\n    yield 2\n    return 3\n\nlist(g())\n"
    look = tap("main.py::g", "return", (1, 1), 1, result="result")
    assert values(traced({"main.py": source}, taps=(look,))) == [{"result": 3}]


def test_a_tap_in_a_decorated_method_and_in_module_code(traced: Traced) -> None:
    source = """\
import functools

class Box:
    size = 2

    @functools.cache
    def get(self, n):
        return n * self.size

box = Box()
answer = box.get(21)
last = answer
"""
    method = tap("main.py::Box.get", "entry", (7, 7), 7, n="n", size="self.size")
    assert values(traced({"main.py": source}, taps=(method,))) == [{"n": 21, "size": 2}]
    module = tap("main.py::<module>", "before", (12, 12), 1, answer="answer")
    assert values(traced({"main.py": source}, taps=(module,))) == [{"answer": 42}]


def test_the_values_of_a_hit_are_those_of_its_moment(traced: Traced) -> None:
    source = "def f():\n    box = []\n    for i in range(3):\n        box.append(i)\n\nf()\n"
    look = tap("main.py::f", "after", (4, 4), 1, box="box")
    record = traced({"main.py": source}, taps=(look,))
    sizes = [hit.values["box"].length for hit in record.hits["look"]]
    assert sizes == [1, 2, 3]


def test_hits_beyond_the_limit_are_counted(traced: Traced) -> None:
    source = "def f(i):\n    return i\n\nfor i in range(500):\n    f(i)\n"
    look = tap("main.py::f", "entry", (1, 1), 1, i="i")
    record = traced({"main.py": source}, taps=(look,))
    kept = [hit.sequence for hit in record.hits["look"]]
    assert kept == [*range(1, 141), 211, 317, 476, *range(481, 501)], "the first, growing steps, the last"
    assert [hit.values["i"].value for hit in record.hits["look"]] == [sequence - 1 for sequence in kept]
    assert record.dropped == {"values of tap look (hit, not kept)": 337}
    assert record.hits_total == {"look": 500}


def test_a_forked_child_counts_its_own_hits(traced: Traced) -> None:
    source = """\
import os

def f(i):
    return i

f(1)
f(2)
child = os.fork()
f(3)
if child:
    os.waitpid(child, 0)
"""
    look = tap("main.py::f", "entry", (3, 3), 3, i="i")
    record = traced({"main.py": source}, taps=(look,))
    assert [(hit.process, hit.sequence) for hit in record.hits["look"]] == [(0, 1), (0, 2), (0, 3), (1, 1)]
    assert record.hits_total == {"look": 4}
    assert record.dropped == {}


def test_a_tap_on_a_raise_gets_the_error_that_passed_a_finally(traced: Traced) -> None:
    source = """\
def f():
    try:
        raise KeyError("first")
    finally:
        done = True

try:
    f()
except KeyError:
    pass
"""
    look = tap("main.py::f", "raise", (1, 1), 1, kind="type_name(error)", done="done")
    for engine in ("auto", "settrace"):
        assert values(traced({"main.py": source}, taps=(look,), engine=engine)) == [
            {"kind": "KeyError", "done": True}
        ]


def test_files_and_archives_are_read_where_they_lie(traced: Traced) -> None:
    source = """\
import os
import pickle
import tempfile
import zipfile

def f():
    folder = tempfile.mkdtemp()
    os.mkdir(os.path.join(folder, "sub"))
    for name in ("b.txt", "sub/a.txt"):
        with open(os.path.join(folder, name), "w") as stream:
            stream.write(name)
    with open(os.path.join(folder, "p.pkl"), "wb") as stream:
        pickle.dump({"weights": [1], "epoch": 3}, stream)
    path = os.path.join(folder, "x.zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inside.txt", "1")
    return folder

f()
"""
    captures = {
        "found": "files(folder)",
        "inside": "members(path)",
        "keys": "checkpoint_keys(stream.name)",
        "there": "exists(path)",
        "folder": "folder",
    }
    look = tap("main.py::f", "return", (6, 6), 6, **captures)
    record = traced({"main.py": source}, taps=(look,))
    shown = record.hits["look"][0].values
    assert items(shown["found"]) == ["b.txt", "p.pkl", "sub/a.txt", "x.zip"]
    assert items(shown["inside"]) == ["inside.txt"]
    assert "computed by code" in shown["keys"].error
    assert shown["there"].value is True
    assert shown["folder"].value == "<tmp>"


def items(picture: Snapshot) -> list[object]:
    return [item.value for item in picture.items or ()]


def test_watched_state_names_the_line_of_each_change(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            import params
            from outside import fill

            def configure():
                params.cfg["a"] = 2
                params.cfg.update(b=3, c="x")
                fill(params.cfg)
                del params.cfg["a"]

            def rebind():
                params.cfg = {"b": 3}

            configure()
            rebind()
            """,
            "params.py": "cfg = {'a': 1}\n",
            "outside.py": "def fill(store):\n    store['filled'] = [1.5]\n",
        },
        paths=["main.py", "params.py"],
        watch=(watch("params", "cfg"),),
    )
    changes = [(m.key, m.before, m.after, m.path, m.line) for m in record.mutations]
    assert changes == [
        ("a", "1", "2", "main.py", 5),
        ("b", "<absent>", "3", "main.py", 6),
        ("c", "<absent>", "'x'", "main.py", 6),
        ("filled", "<absent>", "[1.5]", "main.py", 7),
        ("a", "2", "<absent>", "main.py", 8),
        ("c", "'x'", "<absent>", "main.py", 11),
        ("filled", "[1.5]", "<absent>", "main.py", 11),
    ]
    assert {m.symbol for m in record.mutations} == {"main.py::configure", "main.py::rebind"}


def test_a_change_on_a_line_that_also_calls_goes_to_the_caller(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            cfg = {}

            def value():
                return 1

            def store():
                cfg["k"] = value()

            store()
            """
        },
        watch=(watch("__main__", "cfg"),),
    )
    assert [(m.key, m.line, m.symbol) for m in record.mutations] == [("k", 7, "main.py::store")]


def test_nested_state_and_attributes_of_objects_are_compared(traced: Traced) -> None:
    record = traced(
        {
            "main.py": """\
            class Config:
                def __init__(self):
                    self.rate = 0.1
                    self.model = {"units": [1, 2]}

            config = Config()

            def change():
                config.rate = 0.2
                config.model["units"][1] = 3
                config.model["units"].append(4)

            change()
            """
        },
        watch=(watch("__main__", "config"),),
    )
    assert [(m.key, m.before, m.after, m.line) for m in record.mutations] == [
        ("rate", "0.1", "0.2", 9),
        ("model.units[1]", "2", "3", 10),
        ("model.units[2]", "<absent>", "4", 11),
    ]
