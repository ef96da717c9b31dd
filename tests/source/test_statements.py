"""Locating statements as code."""

import ast
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from callchain.model.errors import CallchainError
from callchain.source.statements import locate, search

TEXT = textwrap.dedent('''\
    import zipfile


    class Manager:
        """Holds."""

        limit = compute(3)

        @staticmethod
        @other(name="x")
        def save(path, names):
            # first
            params_dict = params.cfg.copy()  # a comment
            params_dict["scale"] = 'x'
            with zipfile.ZipFile(
                path,
                "w",
            ) as archive:
                for name in names:
                    archive.write(name)
                else:
                    archive.close()
            if a: b = 1; c = 2
            elif d:
                pass
            try:
                risky()
            except (OSError, ValueError) as error:
                log(error)
            finally:
                done()
            match names:
                case [first, *_]:
                    use(first)
            return params_dict

        async def load(self):
            def inner(x):
                return risky()
            async with self.lock as held:
                value = await risky(held)
            return inner(value)


    if flag:
        def twice():
            return 1
    else:
        def twice():
            return 1
    Manager.save("a", [])
''')


def lines(qualname: str, code: str) -> list[tuple[int, int]]:
    return [(span.line, span.end_line) for span in locate(TEXT, qualname, code)]


@pytest.mark.parametrize(
    ("qualname", "code", "found"),
    [
        ("<module>", "import zipfile", (1, 1)),
        ("<module>", "Manager.save('a', [])", (51, 51)),
        ("Manager", "limit = compute(3)", (7, 7)),
        ("Manager", '"Holds."', (5, 5)),
        ("Manager.save", "params_dict = params.cfg.copy()", (13, 13)),
        ("Manager.save", "params_dict=( params . cfg.copy( ) )", (13, 13)),
        ("Manager.save", "params_dict[ 'scale' ] = \"x\"  # why", (14, 14)),
        ("Manager.save", "with zipfile.ZipFile(path, 'w') as archive:", (15, 22)),
        ("Manager.save", "with (zipfile.ZipFile(path, 'w') as archive):", (15, 22)),
        ("Manager.save", "for name in names:", (19, 22)),
        ("Manager.save", "archive.write(name)", (20, 20)),
        ("Manager.save", "archive.close()", (22, 22)),
        ("Manager.save", "c = 2", (23, 23)),
        ("Manager.save", "elif d:", (24, 25)),
        ("Manager.save", "except (OSError, ValueError) as error:", (28, 29)),
        ("Manager.save", "match names:", (32, 34)),
        ("Manager.save", "case [first, *_]:", (33, 34)),
        ("Manager.save", "params.cfg.copy()", (13, 13)),
        ("Manager.save", "zipfile.ZipFile(path, 'w')", (15, 22)),
        ("Manager.save", "done()", (31, 31)),
        ("Manager.save", "return params_dict", (35, 35)),
        ("Manager.load", "async with self.lock as held:", (40, 41)),
        ("Manager.load", "risky(held)", (41, 41)),
        ("Manager.load", "def inner(x):", (38, 39)),
        ("Manager.load.inner", "return risky()", (39, 39)),
    ],
)
def test_a_statement_is_found_by_its_structure(qualname, code, found):
    assert lines(qualname, code) == [found]


def test_a_whole_statement_is_preferred_to_one_that_contains_it():
    text = "def f():\n    x = g()\n    g()\n"
    assert [span.line for span in locate(text, "f", "g()")] == [3]


def test_all_places_are_given():
    text = "def f(x):\n    g(x)\n    if x:\n        g(x)\n    y = h(k()) + k()\n"
    assert [span.line for span in locate(text, "f", "g(x)")] == [2, 4]
    assert locate(text, "f", "k()") == ()  # twice in one statement: which call is meant cannot be said


def test_definitions_of_one_qualname_are_all_searched():
    assert lines("twice", "return 1") == [(47, 47), (50, 50)]


def test_what_runs_later_is_no_part_of_a_statement():
    text = "def f():\n    callback = lambda: g()\n    def later():\n        g()\n"
    assert locate(text, "f", "g()") == ()
    assert [span.line for span in locate(text, "f.later", "g()")] == [4]


def test_a_statement_of_a_nested_function_belongs_to_it():
    found = search(TEXT, [("Manager.load", "return risky()")])[0]
    assert found.spans == ()
    assert [(place.line, place.qualname) for place in found.elsewhere] == [(39, "Manager.load.inner")]


def test_near_statements_are_shown_best_first():
    found = search(TEXT, [("Manager.save", "params_dict = params.config.copy()")])[0]
    assert (found.near[0].line, found.near[0].code) == (13, "params_dict = params.cfg.copy()")


def test_structure_tells_apart_what_looks_alike():
    statements = ('a = "1"', 'b = b"1"', "c = (x,)", "d = x", 'e = f"{y=}"', 'g = f"{y}"', "h = 1_000")
    text = "def f():\n" + "".join(f"    {statement}\n" for statement in statements)
    for code, line in (
        ("a = '1'", 2),
        ("b = b'1'", 3),
        ("c = x,", 4),
        ("d = (x)", 5),
        ("e = f'{y=}'", 6),
        ("g = f'{y}'", 7),
        ("h = 1000", 8),
    ):
        assert [span.line for span in locate(text, "f", code)] == [line], code
    assert locate(text, "f", "a = b'1'") == ()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "it is empty"),
        ("x =", "no Python statement"),
        ("a = 1\nb = 2", "it holds 2 statements"),
        ("else:", "does nothing by itself"),
        ("finally:", "does nothing by itself"),
        ("# only a comment", "it holds 0 statements"),
    ],
)
def test_code_that_is_no_statement_is_an_error(code, said):
    with pytest.raises(CallchainError, match=said):
        locate(TEXT, "Manager.save", code)


def test_text_that_does_not_parse_is_an_error_that_names_the_line():
    with pytest.raises(CallchainError, match=r"cannot be located: LibCST cannot parse line 2"):
        locate("x = 1\ny = (\n", "<module>", "x = 1")


def test_columns_count_characters():
    assert locate("é = 'ü'; x = 1\n", "<module>", "x = 1")[0].col == 9


def test_a_decorated_definition_is_a_statement_from_its_decorator_on():
    assert lines("Manager", "@staticmethod\n@other(name='x')\ndef save(path, names):") == [(9, 35)]


def test_a_text_over_several_lines_keeps_its_inside():
    text = 'def f():\n    """One.\n\n        two\n    """\n    x = """a\n      b"""\n'
    assert [span.line for span in locate(text, "f", '    """One.\n\n        two\n    """')] == [2]
    assert [span.line for span in locate(text, "f", '    x = """a\n      b"""')] == [6]
    assert locate(text, "f", 'x = """a\n  b"""') == ()


def test_an_indented_block_is_taken_as_it_was_copied():
    assert lines(
        "Manager.save",
        "        try:\n            risky()\n        except (OSError, ValueError) as error:\n"
        "            log(error)\n        finally:\n            done()\n",
    ) == [(26, 31)]


def test_every_simple_statement_of_real_code_is_found_where_the_other_parser_sees_it():
    import callchain.taps

    for path in sorted(Path(callchain.taps.__file__).parent.glob("*.py")):
        text = path.read_text()
        wanted = list(_simple_statements(ast.parse(text), "<module>", text.split("\n")))
        answers = search(text, [(qualname, code) for qualname, code, _ in wanted])
        for (qualname, code, extent), answer in zip(wanted, answers, strict=True):
            assert extent in [(span.line, span.end_line) for span in answer.spans], (path.name, qualname, code)


def _simple_statements(
    node: ast.AST, qualname: str, source: list[str]
) -> Iterator[tuple[str, str, tuple[int, int]]]:
    for child in ast.iter_child_nodes(node):
        inner = qualname
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            inner = child.name if qualname == "<module>" else f"{qualname}.{child.name}"
        elif isinstance(child, ast.stmt) and not hasattr(child, "body") and not isinstance(child, ast.Match):
            code = "\n".join(source[child.lineno - 1 : child.end_lineno])
            yield qualname, code, (child.lineno, child.end_lineno or child.lineno)
        yield from _simple_statements(child, inner, source)
