from __future__ import annotations

from typing import Any

from callchain.probe.containers import Branch, Look, container_of, differences
from callchain.trace.render import brief


def looked(value: Any, before: Branch | None = None) -> Branch:
    root = Look(value, before).root
    assert root is not None
    return root


def changes(before: Branch, after: Branch) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    differences(before, after, lambda path, old, new: found.append((path, brief(old), brief(new))))
    return found


class Config:
    def __init__(self) -> None:
        self.rate = 0.1
        self.inner = {"depth": 1}

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("user code ran")

    __eq__ = __len__ = __bool__ = __getattr__  # type: ignore[assignment] # none of them may be called


def test_a_change_deep_inside_is_told_by_its_path() -> None:
    config = Config()
    store = {"model": {"layers": [{"units": 3}, {"units": 4}], "name": "net"}, "config": config, "n": 1}
    before = looked(store)
    store["model"]["layers"][1]["units"] = 5
    config.rate = 0.2
    config.inner["depth"] = 2
    del store["model"]["name"]
    store["added"] = {"a": 1}
    after = looked(store, before)
    assert changes(before, after) == [
        ("model.layers[1].units", "4", "5"),
        ("model.name", "'net'", "<absent>"),
        ("config.rate", "0.1", "0.2"),
        ("config.inner.depth", "1", "2"),
        ("added", "<absent>", "{a: 1}"),
    ]


def test_nothing_changed_is_seen_without_looking_anew() -> None:
    store: dict[str, Any] = {"a": {"b": [1]}}
    look = Look(store, None)
    assert len(look.branches) == 3
    assert all(branch.holds() for branch in look.branches)
    store["a"]["b"].append(2)
    assert [branch.holds() for branch in look.branches] == [True, True, False]


def test_cycles_size_and_depth_are_bounded() -> None:
    ring: dict[str, Any] = {"n": 1}
    ring["self"] = ring
    assert len(Look(ring, None).branches) == 1
    wide = {str(n): {"x": n} for n in range(1000)}
    assert len(Look(wide, None).branches) <= 64
    deep: dict[str, Any] = {}
    for _ in range(50):
        deep = {"d": deep}
    assert len(Look(deep, None).branches) == 4
    assert Look(list(range(5000)), None).root is None, "too many entries to compare at every line"


def test_secrets_inside_are_not_looked_into() -> None:
    before = looked({"credentials": {"user": "me"}})
    assert brief(before.picture()) == "{credentials: <dict redacted>}"


def test_what_is_no_container() -> None:
    for value in (1, "x", len, Config, __builtins__, None):
        assert container_of(value) is None or type(value) is dict
