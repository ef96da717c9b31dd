from __future__ import annotations

import collections
import json
import math
import os
import resource
import subprocess
import sys
import time
import types
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

import msgspec
import pytest

from callchain.model.tap import Snapshot
from callchain.probe.snapshot import Meter, snapshot


def picture(value: Any, name: str = "") -> Snapshot:
    """The snapshot as the tool reads it, so each test also proves that it is plain JSON of the model's form."""
    return msgspec.json.decode(json.dumps(snapshot(value, name)), type=Snapshot)


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (None, "None", None),
        (True, "bool", True),
        (7, "int", 7),
        (2**80, "int", "int of 81 bits"),
        (1.5, "float", 1.5),
        (math.nan, "float", "nan"),
        (-math.inf, "float", "-inf"),
        ("text", "str", "text"),
        (b"\x00a", "bytes", "\x00a"),
        (PurePosixPath("a/b"), "pathlib.PurePosixPath", "a/b"),
        (json.dumps, "function", "json.dumps"),
        (dict, "type", "dict"),
        (json, "module", "json"),
    ],
)
def test_scalars(value: Any, kind: str, shown: Any) -> None:
    found = picture(value)
    assert (found.type, found.value) == (kind, shown)


def test_containers_are_cut_at_twenty_items_and_three_levels() -> None:
    found = picture(list(range(50)))
    assert (found.length, len(found.items or ()), found.omitted) == (50, 20, "width")
    deep = picture({"a": {"b": {"c": {"d": 1}}}})
    inner = dict(dict(dict(deep.fields or ())["a"].fields or ())["b"].fields or ())["c"]
    assert (inner.length, inner.fields, inner.omitted) == (1, None, "depth")


def test_long_strings_keep_head_tail_and_length() -> None:
    found = picture("a" * 5000 + "end")
    assert (found.length, found.omitted) == (5003, "chars")
    assert isinstance(found.value, str) and len(found.value) <= 256
    assert found.value.startswith("aaa") and found.value.endswith("end")


def test_one_value_takes_at_most_about_four_kilobytes() -> None:
    found = snapshot([{f"key{i}": "x" * 250 for i in range(20)} for _ in range(20)])
    assert len(json.dumps(found)) < 3 * 4096


def test_cycles_are_named() -> None:
    ring: list[Any] = [1]
    ring.append(ring)
    assert (picture(ring).items or ())[1].omitted == "cycle"


def test_sets_have_one_order() -> None:
    first = picture({"b", "a", "c"})
    assert [item.value for item in first.items or ()] == ["a", "b", "c"]


def test_of_a_large_set_the_least_elements_are_shown_whatever_the_hash_seed() -> None:
    program = (
        "import json; from callchain.probe.snapshot import snapshot as s;"
        "print(json.dumps([s({f'key{i}' for i in range(n)}) for n in (30, 1500, 5000)]))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1
    few, many, most = json.loads(found.pop())
    assert [each["value"] for each in few["items"][:3]] == ["key0", "key1", "key10"]
    assert len(many["items"]) == 20 and many["omitted"] == "width"
    assert (most["length"], most["omitted"]) == (5000, "order") and "items" not in most


def test_of_a_large_set_of_objects_none_is_chosen_by_its_address() -> None:
    found = picture({object() for _ in range(30)})
    assert (found.length, found.items, found.omitted) == (30, None, "order")


def test_subclasses_of_builtins_and_named_tuples() -> None:
    found = picture(collections.OrderedDict(a=1))
    assert (found.type, found.fields) == ("collections.OrderedDict", (("a", Snapshot(type="int", value=1)),))
    point = collections.namedtuple("Point", "x y")(1, 2)
    assert [name for name, _ in picture(point).fields or ()] == ["x", "y"]


@dataclass
class Config:
    size: int
    password: str
    nested: Any = None


class Slotted:
    __slots__ = ("a", "empty")

    def __init__(self) -> None:
        self.a = 1


def test_objects_show_their_plain_fields() -> None:
    found = picture(Config(3, "hunter2"))
    assert found.type.endswith("Config")
    fields = dict(found.fields or ())
    assert fields["size"].value == 3
    assert (fields["password"].value, fields["password"].omitted) == (None, "redacted")
    assert dict(picture(Slotted()).fields or ()) == {"a": Snapshot(type="int", value=1)}


class Hostile:
    """Everything that a careless look would call raises, lies or never ends."""

    calls: ClassVar[list[str]] = []

    def _bad(self, *_: Any) -> Any:
        self.calls.append("called")
        raise RuntimeError("user code ran")

    __repr__ = __str__ = __len__ = __iter__ = __bool__ = __eq__ = __hash__ = __getattr__ = __format__ = _bad  # type: ignore[assignment]
    __dir__ = __int__ = __index__ = __float__ = __getitem__ = __contains__ = __enter__ = __reduce__ = _bad  # type: ignore[assignment]

    @property
    def __class__(self) -> Any:
        self.calls.append("class")
        return dict

    def __getattribute__(self, name: str) -> Any:
        Hostile.calls.append(name)
        raise RuntimeError("user code ran")


class HostileDict(dict):  # type: ignore[type-arg]
    def __getitem__(self, key: Any) -> Any:
        raise RuntimeError("user code ran")

    __iter__ = items = keys = values = __len__ = __repr__ = __contains__ = __getitem__  # type: ignore[assignment]


class HostileList(list):  # type: ignore[type-arg]
    def __iter__(self) -> Any:
        raise RuntimeError("user code ran")

    __len__ = __repr__ = __getitem__ = __iter__  # type: ignore[assignment]


class HostileMeta(type):
    def __repr__(cls) -> str:
        raise RuntimeError("user code ran")

    def __getattribute__(cls, name: str) -> Any:
        raise RuntimeError(f"user code ran for {name}")


class OfHostileMeta(metaclass=HostileMeta):
    pass


class HostileKey:
    def __repr__(self) -> str:
        raise RuntimeError("user code ran")

    def __hash__(self) -> int:
        return 1


def test_no_code_of_the_program_runs() -> None:
    Hostile.calls.clear()
    found = picture({"a": Hostile(), "b": HostileDict(x=1), "c": HostileList([1]), "d": OfHostileMeta()})
    assert Hostile.calls == []
    fields = dict(found.fields or ())
    assert fields["a"].type.endswith("Hostile")
    assert dict(fields["b"].fields or ())["x"].value == 1
    assert (fields["c"].items or ())[0].value == 1
    assert fields["d"].type.endswith("OfHostileMeta")
    assert picture(OfHostileMeta).value
    assert picture({HostileKey(): 1}).fields


class Lazy:
    def __len__(self) -> int:
        return 10**10

    def __getitem__(self, at: int) -> int:
        return at


def _crowded() -> Any:
    """An object of a million attributes."""
    found = types.SimpleNamespace()
    vars(found).update((f"a{each}", each) for each in range(10**6))
    return found


@pytest.mark.parametrize(
    "value",
    [
        list(range(10**6)),
        dict.fromkeys(range(10**6)),
        "x" * 10**7,
        Lazy(),
        {"a": [{"b": list(range(1000))}] * 1000},
        _crowded(),
    ],
    ids=["list", "dict", "string", "lazy", "nested", "object"],
)
def test_huge_values_cost_little(value: Any) -> None:
    best = min(_cost(value) for _ in range(5))
    assert best < 0.002


def _cost(value: Any) -> float:
    started = time.thread_time()
    snapshot(value)
    return time.thread_time() - started


def test_numpy_arrays_show_facts_and_not_elements() -> None:
    import numpy

    found = picture(numpy.array([[1.0, math.nan], [3.0, 5.0]], dtype="float32")).array or {}
    assert (found["shape"], found["dtype"], found["nan"]) == ([2, 2], "float32", 1)
    assert (found["min"], found["max"], found["mean"]) == (1.0, 5.0, 3.0)
    assert len(found["digest"]) == 16
    same = picture(numpy.array([[1.0, math.nan], [3.0, 5.0]], dtype="float32")).array or {}
    assert same["digest"] == found["digest"]


def test_numpy_corners() -> None:
    import numpy

    assert (picture(numpy.float32(0.5)).type, picture(numpy.float32(0.5)).value) == ("numpy.float32", 0.5)
    assert picture(numpy.int64(3)).value == 3
    empty = picture(numpy.zeros((0, 3))).array or {}
    assert (empty["shape"], "min" in empty) == ([0, 3], False)
    nans = picture(numpy.full(4, math.nan)).array or {}
    assert (nans["nan"], "mean" in nans) == (4, False)
    infinite = picture(numpy.array([math.inf, 1.0])).array or {}
    assert (infinite["max"], infinite["mean"]) == ("inf", "inf")
    held = numpy.empty(2, dtype=object)
    held[0] = HostileKey()
    assert "omitted" in (picture(held).array or {})
    half = picture(numpy.full((3, 5), 0.5, dtype="float16")).array or {}
    assert (half["min"], half["mean"], half["nan"]) == (0.5, 0.5, 0)
    large = picture(numpy.ones((2048, 1024), dtype="float32")).array or {}
    assert large["sampled"] <= 1 << 16 and large["mean"] == 1.0


def test_an_array_subclass_is_not_trusted() -> None:
    import numpy

    class Sub(numpy.ndarray):  # type: ignore[type-arg]
        def __array_finalize__(self, source: Any) -> None:
            pass

        def min(self, *_: Any, **__: Any) -> Any:
            raise RuntimeError("user code ran")

    assert picture(numpy.zeros(3).view(Sub)).array is None


def test_the_hit_stops_at_the_same_place_each_time() -> None:
    import numpy

    from callchain.probe.snapshot import Budget

    arrays = [numpy.full((300, 300), i, dtype="float64") for i in range(20)]
    first = snapshot(arrays, "", Budget(Meter()))
    again = snapshot(arrays, "", Budget(Meter()))
    assert first == again
    told = [item["array"].get("omitted", "") for item in first["items"]]
    assert told[0] == "" and told[-1] == "time", "the budget is felt"


def test_a_mapped_file_is_looked_at_in_blocks(tmp_path: Path) -> None:
    import numpy

    file = tmp_path / "mapped"
    with file.open("wb") as stream:
        stream.truncate(1 << 30)  # sparse: nothing is on the disk
    for shape in ((1 << 28,), (1 << 14, 1 << 14), (4, 1 << 26)):
        for order in ("C", "F"):
            array = numpy.memmap(file, dtype="float32", mode="r", shape=shape, order=order)
            before = _faults()
            found = picture(array).array or {}
            assert (found["mean"], found["nan"]) == (0.0, 0)
            assert 0 < found["sampled"] <= 2 << 16
            assert _faults() - before < 2000, (shape, order)


def _faults() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def test_ends_of_a_long_array_are_in_the_sample() -> None:
    import numpy

    array = numpy.zeros(1 << 20)
    array[0], array[-1] = -1.0, 1.0
    found = picture(array).array or {}
    assert (found["min"], found["max"]) == (-1.0, 1.0)


def test_every_part_of_an_array_is_in_its_digest() -> None:
    import numpy

    array = numpy.arange(1 << 17, dtype="float32")
    digests = {(picture(array).array or {})["digest"]}
    for at in (0, 5000, (1 << 17) - 1):
        array[at] = -array[at] - 1
        digests.add((picture(array).array or {})["digest"])
    digests.add((picture(-array).array or {})["digest"])
    assert len(digests) == 5
    assert (picture(array).array or {})["digest"] == (picture(array.copy()).array or {})["digest"]


def test_hostile_values_are_left_as_they_were() -> None:
    import numpy

    ring: dict[str, Any] = {"n": 1}
    ring["self"] = ring
    generator = (n for n in range(3))
    iterator = iter([1, 2])
    nans = numpy.full((4, 4), math.nan)
    for value in (ring, generator, iterator, nans, Lazy(), Hostile()):
        picture(value)
    assert (list(generator), list(iterator)) == ([0, 1, 2], [1, 2])
    assert numpy.isnan(nans).all() and list(ring) == ["n", "self"]


def test_a_class_that_lies_about_itself_is_told_by_its_real_type() -> None:
    class Liar:
        @property
        def __class__(self) -> type:  # type: ignore[override] # that is the lie
            return dict

    assert picture(Liar()).type.endswith("Liar")


def test_a_histogram_tells_how_an_array_is_spread() -> None:
    import numpy

    even = picture(numpy.arange(24, dtype="int32")).array or {}
    assert even["histogram"] == [2] * 12
    skewed = picture(numpy.array([0.0, 0.1, 0.1, 12.0, math.nan], dtype="float16")).array or {}
    assert skewed["histogram"] == [3, *[0] * 10, 1]
    huge = picture(numpy.linspace(-1.0, 1.0, 1_000_000)).array or {}
    assert 4096 <= sum(huge["histogram"]) < 8192
    assert max(huge["histogram"]) < 2 * min(huge["histogram"])


def test_no_histogram_where_there_is_nothing_to_spread() -> None:
    import numpy

    for value in (
        numpy.ones(5),
        numpy.zeros((0, 3)),
        numpy.array([math.inf, 1.0]),
        numpy.array([-1.7e308, 1.7e308]),
        numpy.array([True, False]),
    ):
        assert "histogram" not in (picture(value).array or {})
