"""Facts of one file: definitions with exact lines, names, and what breaks."""

from __future__ import annotations

import textwrap

import msgspec

from callchain.facts.extract import extract
from callchain.facts.records import FileFacts


def read(text, path="pkg/mod.py", module="pkg.mod"):
    return extract(path, module, textwrap.dedent(text).encode())


def test_definitions_have_exact_lines_and_parts():
    facts = read(
        '''\
        """Module doc."""
        import functools

        @functools.wraps(
            print
        )
        def f(a, /, b, *args, c=1, **kw):
            """Doc."""
            def inner():
                yield 1
            return lambda x: x

        class C(dict, metaclass=type):
            async def m(self): pass
        '''
    )
    found = {each.qualname: each for each in facts.definitions}
    assert list(found) == ["<module>", "f", "f.inner", "f.<lambda>", "C", "C.m"]
    assert found["<module>"].docstring == "Module doc."
    assert (found["f"].first_line, found["f"].line, found["f"].end_line) == (4, 7, 11)
    assert found["f"].parameters == ("a", "b", "*args", "c", "**kw")
    assert found["f"].decorators == ("functools.wraps(print)",)
    assert found["f.inner"].is_generator and not found["f"].is_generator
    assert found["C"].bases == ("dict",) and found["C"].kind == "class"
    assert found["C.m"].kind == "method" and found["C.m"].is_async


def test_names_keep_scopes_and_relative_imports_are_absolute():
    facts = read(
        """\
        from . import sibling
        from ..other import thing as t
        def f(p):
            import os.path
            local = 1
        class C:
            attribute = 2
        """,
        "a/pkg/mod.py",
        "a.pkg.mod",
    )
    assert facts.names["<module>"]["sibling"] == ("F:a.pkg|sibling",)
    assert facts.names["<module>"]["t"] == ("F:a.other|thing",)
    assert facts.names["f"]["os"] == ("I:os",)
    assert facts.names["f"]["p"] == ("P:",)
    assert facts.names["C"]["attribute"] == ("V:",)


def test_a_broken_file_says_why():
    facts = read("def f(:\n    pass\n")
    assert facts.error.startswith("syntax error at line 1")
    assert facts.definitions == () and facts.ir == b""


def test_deep_nesting_is_an_answer_and_no_crash():
    facts = read("x = " + "(" * 150 + "1" + ")" * 150 + "\n")
    assert facts.error == "" or "deep" in facts.error or "parse" in facts.error or "syntax" in facts.error
    chain = read("x = " + " + ".join(["a"] * 3000) + "\n")
    assert chain.error == "" or "deep" in chain.error


def test_same_bytes_same_facts():
    text = "def f(x):\n    for a in x:\n        yield a\n"
    assert read(text) == read(text)


def test_lone_surrogates_in_literals_are_spelled_out():
    source = b'd = {"\\udcff": 1}\ndef f(a="\\udcff"):\n    return d["\\udcff"](a)\n'
    facts = extract("a.py", "a", source)
    assert not facts.error
    assert [each.qualname for each in facts.definitions] == ["<module>", "f"]
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=FileFacts) == facts
