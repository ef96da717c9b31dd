"""The state of the points-to solving: the program, its copies and call sites, and the edges that were found.

Fields are kept per class and attribute, containers per place of creation.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from callchain.callgraph.program import Code, Module, Program
from callchain.callgraph.propagation import Propagation, Watcher
from callchain.callgraph.rule_files import ConstructorEntry, ProviderEntry, Rules, load_rules
from callchain.callgraph.sites import CallSite, Instance

__all__ = ["CallSite", "Instance", "Solver"]

MOST_COPIED = 20_000
"""Constraints that copies of one unit may add: hundreds of uses of a small decorator, a few of a large one."""
COPIED_SHARE = 0.05
LEAST_COPIED = 30_000
DEEPEST_COPY = 2
Context = tuple[int, ...]
"""What a copy is for: the instance, line and column of a call, or a name that is asked for; empty in general."""


class Solver(Propagation):
    """Everything that is known so far."""

    def __init__(self, program: Program, rules: Rules | None = None) -> None:
        super().__init__(sum(code.ir.size for code in program.codes))
        self.program = program
        self.rules = rules or load_rules()
        self.most_copied = MOST_COPIED
        self.room = int(COPIED_SHARE * self.size) + LEAST_COPIED
        """Constraints that copies of all units may still add."""
        self.instances: list[Instance] = []
        self.instance_of: dict[tuple[int, int, Context], Instance] = {}
        self.pending: deque[Instance] = deque()
        self.sites: list[CallSite] = []
        self.globals: dict[tuple[int, str], int] = {}
        self.bound: dict[tuple[int, str], bool] = {}
        """(module, name) → whether the module binds it."""
        self.attributes: dict[tuple[int, str], int] = {}
        """(value, attribute) → the node of what reading it gives."""
        self.field_nodes: dict[str, dict[int, int]] = {}
        """attribute → class → node of what instances were given."""
        self.field_watch: dict[tuple[str, int], list[int]] = {}
        """(attribute, class) → nodes that take what is stored in exactly this class."""
        self.wide_watch: dict[tuple[str, int], list[int]] = {}
        """(attribute, class) → nodes that take what is stored in it or any class below."""
        self.outside_fields: dict[str, int] = {}
        """dotted name → node of all that the root stored under it."""
        self.outside_stores: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
        """(dotted name, place) → unit, line and node of what is stored."""
        self.outside_reads: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
        """(dotted name, place) → unit, line and node that reads it."""
        self.gates: dict[int, int] = {}
        """Annotated parameter → the node before it; annotated result → the node behind it."""
        self.known_names: frozenset[str] | None = None
        """Names of attributes that were read when `names_read` was first asked."""
        self.kept_out: dict[int, list[int] | None] = {}
        """Node behind a gate → objects that its annotation rules out; None once another came through."""
        self.implied: set[tuple[int, int, int, str, int]] = set()
        """Rule-made calls that were followed: (instance, line, column, dotted name, receiver)."""
        self.contents: dict[int, dict[Any, int]] = {}
        """container value → key (None for any) → node."""
        self.content_watch: dict[int, list[Watcher]] = {}
        self.elements: dict[int, int] = {}
        self.defaults: dict[tuple[int, int], list[tuple[int, int]]] = {}
        """(unit, instance it closes over) → (parameter, node) of its defaults."""
        self.edges: dict[tuple[int, int, str], tuple[float, str, int, int]] = {}
        """(unit, line, callee) → confidence, rule, number of the call site, receiver; -1 for none."""
        self.outside: dict[tuple[int, int, str], tuple[float, str]] = {}
        self.resolved: set[tuple[int, int, int]] = set()
        self.annotated: dict[tuple[int, str, str], Any] = {}
        self.narrowed: set[tuple[int, int, int, bool]] = set()
        """Containers of classes whose contents already narrow a variable: container, source, target, subclass."""
        self.late: list[tuple[Callable[..., None], tuple[Any, ...]]] = []
        """What is done only when nothing flows any more, once."""
        self.written: dict[int, ConstructorEntry | None] = {}
        """Class → the rule that writes its constructor, or None."""
        self.provided: dict[str, list[tuple[Code, ProviderEntry]]] | None = None
        """Functions whose results arrive as parameters of their name, once they were asked for."""
        self.sources: dict[int, list[int]] = {}
        """Each node's sources, as they were when first asked for, after all had flowed."""
        self.hooks: dict[str, int] = {}
        """Name of a hook → the node of the functions that have it, once it was called."""
        self.imported: dict[str, list[Module]] = {}
        """Dotted name → the modules of the root that importing it runs."""
        self.methods: dict[tuple[int, str], bool] = {}
        """(value, method) → whether instances have it."""
        self.bases_seen: dict[int, list[int]] = {}
        self.created: set[int] = set()
        """Classes that some code of the root calls."""

    def run(self) -> None:
        """Carry values on until nothing changes."""
        from callchain.callgraph.loading import load_instance  # loading makes instances, solving runs them

        while True:
            while self.carry():
                pass
            if not self.pending:
                return
            load_instance(self, self.pending.popleft())

    def tightened(self) -> None:
        """Tell fewer calls apart too."""
        self.most_copied //= 4

    # -- instances --------------------------------------------------------------------------------------------

    def instance(self, code: Code, parent: Instance | None, site: CallSite | None = None) -> Instance:
        """The instance of a unit for a call site; a copy of its own only where that tells calls apart."""
        outer = parent.number if parent is not None else -1
        context: Context = ()
        by_name = site is not None and site.name >= 0
        if site is not None and _tells_apart(code, site) and (by_name or site.instance.depth < DEEPEST_COPY):
            place = (-1, site.name, 0) if by_name else (site.instance.number, site.line, site.column)
            if (code.number, outer, place) in self.instance_of or (
                self.room > 0 and not self.is_full(code) and site.instance.code is not code
            ):
                context = place
        found = self.instance_of.get((code.number, outer, context))
        if found is None:
            depth = parent.depth if parent is not None else 0
            if context and site is not None:
                code.copies += 1
                self.room -= code.ir.size
                depth = site.instance.depth + (not by_name)
            base = self.nodes(code.ir.nodes) - 1
            found = Instance(len(self.instances), code, parent, base, depth, not context)
            if context and site is not None:
                found.decorates = site.manner == "decorator" or site.instance.decorates
            self.instances.append(found)
            self.instance_of[code.number, outer, context] = found
            self.pending.append(found)
        return found

    def is_full(self, code: Code) -> bool:
        """Whether a unit has so many copies that further calls of it are no longer told apart."""
        return code.copies * code.ir.size >= self.most_copied

    def site(self, instance: Instance, result: int, arguments: list[int], **more: Any) -> CallSite:
        """A new call site."""
        found = CallSite(len(self.sites), instance, result, arguments, **more)
        self.sites.append(found)
        return found

    def again(self, site: CallSite, result: int) -> CallSite:
        """The same call at the same place, with its result elsewhere."""
        return self.site(
            site.instance,
            result,
            site.arguments,
            keywords=site.keywords,
            stars=site.stars,
            doubles=site.doubles,
            line=site.line,
            column=site.column,
            manner=site.manner,
        )

    def global_node(self, module: int, name: str) -> int:
        """The node of a module's global."""
        found = self.globals.get((module, name))
        if found is None:
            found = self.globals[module, name] = self.node()
        return found

    def names_read(self) -> frozenset[str]:
        """Names of attributes that were read of anything known, as they were when first asked for."""
        if self.known_names is None:
            self.known_names = frozenset(name for _, name in self.attributes)
        return self.known_names

    # -- edges ------------------------------------------------------------------------------------------------

    def edge(self, site: CallSite, callee: str, rule: str, confidence: float, receiver: int) -> None:
        """A call of `callee`, a symbol of the root, on `receiver` was found."""
        self.note(site.instance.code.number, site.line, callee, rule, confidence, site.number, receiver)
        self.settle(site)

    def note(
        self, unit: int, line: int, callee: str, rule: str, confidence: float, site: int = -1, receiver: int = -1
    ) -> None:
        """Keep the surest of the edges that say the same."""
        key = (unit, line, callee)
        known = self.edges.get(key)
        if known is None or (confidence, rule) > known[:2]:
            self.edges[key] = (confidence, rule, site, receiver)

    def leaves(self, site: CallSite, dotted: str, rule: str, confidence: float) -> None:
        """A call that leaves the root was found."""
        key = (site.instance.code.number, site.line, dotted)
        known = self.outside.get(key)
        if known is None or (confidence, rule) > known:
            self.outside[key] = (confidence, rule)
        self.settle(site)

    def settle(self, site: CallSite) -> None:
        """The site is no blind spot."""
        self.resolved.add((site.instance.code.number, site.line, site.column))


def _tells_apart(code: Code, site: CallSite) -> bool:
    """Whether a copy of the unit for the site tells what it gives from what it gives elsewhere.

    One that only passes its parameters on is worth it as a decorator, and inside of one.
    """
    return code.ir.is_poly or (code.ir.is_passing and (site.manner == "decorator" or not site.instance.is_general))
