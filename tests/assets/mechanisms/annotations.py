from __future__ import annotations
from typing import TYPE_CHECKING, Optional, Union
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
class Leaf:
    def weigh(self): return 1
class Stone:
    def weigh(self): return 2
class Holder:
    item: Leaf | None = None
    spare: "Optional[Stone]" = None
    def __init__(self, item, spare):
        self.item = item
        self.spare = spare
def old(thing: Union[Leaf, "Stone"]): return thing.weigh()
def maybe(thing: Optional[Leaf]):
    if thing is not None:
        return thing.weigh()
def each(things: "Iterable[Leaf]"): return [thing.weigh() for thing in things]
def by_name(table: dict[str, Leaf]): return [leaf.weigh() for leaf in table.values()]
def pairs(table: dict[str, tuple[int, Stone]]):
    for _, (_, stone) in table.items():
        stone.weigh()
def made(maker: Callable[[], Leaf]): return maker().weigh()
def build() -> Leaf: return Leaf()
def held(holder: Holder): return holder.item.weigh() + holder.spare.weigh()
import json
leaf = json.loads("null") or Leaf()
old(Leaf())
old(Stone())
maybe(leaf)
each([Leaf()])
by_name({"a": Leaf()})
pairs({"a": (1, Stone())})
made(build)
held(Holder(Leaf(), Stone()))
