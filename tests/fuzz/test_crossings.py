"""Programs bred from the seeds in `tests/assets/mechanisms`: whatever Python they are, all of it is read."""

import ast
import copy
import warnings
from pathlib import Path
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from callchain.ask.read import read_codebase

SEEDS = tuple(
    path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parents[1] / "assets" / "mechanisms").glob("*.py"))
    if not path.name.startswith("py312")  # 3.11 parses the seeds too
)


class Crossing(ast.NodeTransformer):
    """Some expressions and statements in the place of others."""

    def __init__(self, by_place: dict[int, ast.AST]) -> None:
        self._by_place = by_place

    def visit(self, node: ast.AST) -> Any:
        other = self._by_place.get(id(node))
        if other is not None:
            return copy.deepcopy(other)
        return node if isinstance(node, ast.JoinedStr) else self.generic_visit(node)


def places(tree: ast.AST, kind: type[ast.AST]) -> list[ast.AST]:
    """The nodes that can stand in each other's place."""
    found = (
        node for node in ast.walk(tree) if isinstance(node, kind) and not isinstance(node, ast.FormattedValue)
    )
    return [node for node in found if isinstance(getattr(node, "ctx", ast.Load()), ast.Load)]


@st.composite
def crossings(draw: st.DrawFn) -> str:
    tree = ast.parse("\n".join(draw(st.lists(st.sampled_from(SEEDS), min_size=1, max_size=3))))
    by_place: dict[int, ast.AST] = {}
    for kind in (ast.expr, ast.stmt):
        nodes = places(tree, kind)
        at = st.integers(0, len(nodes) - 1)
        for here, there in draw(st.lists(st.tuples(at, at), max_size=6)):
            by_place[id(nodes[here])] = nodes[there]
    return ast.unparse(ast.fix_missing_locations(Crossing(by_place).visit(tree)))


@settings(phases=(Phase.explicit, Phase.generate))
@given(program=crossings())
def test_crossed_programs_are_read(program: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(program, encoding="utf-8", errors="surrogatepass")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `1()`, say, which is what breeding brings forth
        codebase = read_codebase(tmp_path, lambda _: None)
    defined = {each.symbol for each in codebase.facts["program.py"].definitions}
    lines = program.count("\n") + 1
    for edge in codebase.graph.edges:
        assert {edge.caller, edge.callee} <= defined
        assert 1 <= edge.line <= lines
