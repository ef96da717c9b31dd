from typing import Protocol, TypedDict
class Closes(Protocol):
    def close(self) -> None: ...
class Door:
    def close(self): return 1
class Row(TypedDict):
    door: Door
def shut(thing: Closes): thing.close()
def shut_row(row: Row): row["door"].close()
def shut_untyped(row): row["door"].close()
shut(Door())
shut_row({"door": Door()})
shut_row(Row(door=Door()))
shut_untyped(Row(door=Door()))
