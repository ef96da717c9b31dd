from __future__ import annotations

import collections
import io
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest

from callchain.probe import inert

RAN: list[str] = []


class Bomb:
    def __reduce__(self) -> Any:
        return (os.system, ("touch bomb-went-off",))


class Weird:
    def __init__(self) -> None:
        self.a = 1

    def __setstate__(self, state: Any) -> None:
        RAN.append("setstate")


def dumped(value: Any, protocol: int = 4) -> bytes:
    return pickle.dumps(value, protocol=protocol)


@pytest.mark.parametrize("protocol", range(6))
def test_keys_of_a_dict_of_anything(protocol: int) -> None:
    value = {
        "plain": [1, 2.5, "x", None, True],
        "ordered": collections.OrderedDict(a=1),
        "default": collections.defaultdict(list, b=[1]),
        "object": Weird(),
        "class": Weird,
        "function": os.path.join,
        "set": {1, 2},
        3: "number",
    }
    RAN.clear()
    read = inert.read(dumped(value, protocol))
    assert inert.keys(read) == ["plain", "ordered", "default", "object", "class", "function", "set", "3"]
    assert read["plain"] == [1, 2.5, "x", None, True]
    assert inert.keys(read["ordered"]) == ["a"] and inert.keys(read["default"]) == ["b"]
    assert inert.shape(read["object"]).endswith("Weird>")
    assert inert.shape(read["class"]).endswith("Weird>")
    assert RAN == []


def test_nothing_of_the_file_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert inert.keys(inert.read(dumped({"bomb": Bomb()}))) == ["bomb"]
    assert list(tmp_path.iterdir()) == []


def test_numpy_values_and_scalars() -> None:
    import numpy

    read = inert.read(dumped({"probe": numpy.zeros((64, 64)), "scale": numpy.float64(2.0)}))
    assert inert.keys(read) == ["probe", "scale"]


def test_a_dill_file_of_functions_and_classes(tmp_path: Path) -> None:
    import dill

    path = tmp_path / "objects.dill"
    objects = {"layer": Weird, "made here": lambda x: x + 1, "module": os}
    path.write_bytes(dill.dumps(objects))
    assert inert.keys_of(str(path)) == ["layer", "made here", "module"]


def test_a_checkpoint_in_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "model.ckpt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/data.pkl", dumped({"state_dict": collections.OrderedDict(w=1), "epoch": 3}, 2))
        archive.writestr("model/data/0", b"\0" * 16)
    assert inert.keys_of(str(path)) == ["state_dict", "epoch"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not readable as a pickle"),
        (b"hello world", "not readable as a pickle"),
        (dumped([1, 2]), "holds list of 2"),
        (b"\x80\x04" + b"(" * 10, "not readable as a pickle"),
        (b"\x80\x05\x96\xff\xff\xff\xff\xff\xff\xff\x7f", "not readable as a pickle"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "x.pkl"
    path.write_bytes(data)
    with pytest.raises(inert.Unreadable, match=why):
        inert.keys_of(str(path))


def test_a_missing_file_and_a_zip_without_a_pickle(tmp_path: Path) -> None:
    with pytest.raises(inert.Unreadable, match="No such file"):
        inert.keys_of(str(tmp_path / "none"))
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "b")
    with pytest.raises(inert.Unreadable, match=r"without a data\.pkl"):
        inert.keys_of(str(path))


def test_a_deeply_nested_pickle(tmp_path: Path) -> None:
    stream = io.BytesIO()
    stream.write(b"\x80\x04" + b"]" * 50_000 + b"a" * 49_999 + b".")
    value = inert.read(stream.getvalue())
    assert isinstance(value, list)
