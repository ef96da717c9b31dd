import ast

from callchain.facts.text import TextFact, text_facts


def facts(source: str) -> tuple[TextFact, ...]:
    return text_facts(ast.parse(source), "a.py")


def test_names_and_strings_of_each_scope_apart():
    source = '''"""Module."""
LIMIT = 3
class Store:
    """Doc."""
    def save(self, path):
        """Doc."""
        archive = open(path + ".zip", "wb")
        archive.write_all(level=LIMIT)
'''
    names = {fact.qualname: fact.text for fact in facts(source) if fact.kind == "name"}
    assert names == {"<module>": "LIMIT", "Store.save": "archive open path write_all level LIMIT"}
    strings = [(fact.qualname, fact.line, fact.text) for fact in facts(source) if fact.kind == "string"]
    assert strings == [("Store.save", 7, ".zip"), ("Store.save", 7, "wb")]


def test_docstrings_are_left_to_the_definitions_and_f_strings_become_patterns():
    found = [fact.text for fact in facts('def f(base):\n    """Doc."""\n    return f"{base.path}.zip"\n')]
    assert "Doc." not in found
    assert "{path}.zip" in found


def test_decorators_and_defaults_belong_to_the_scope_around():
    found = facts('@register("save")\ndef f(x=DEFAULT):\n    return inner(lambda: x)\n')
    names = {fact.qualname: fact.text.split() for fact in found if fact.kind == "name"}
    assert names == {"<module>": ["register", "DEFAULT"], "f": ["inner", "x"]}


def test_the_same_word_is_kept_once_with_its_first_line():
    found = [fact for fact in facts("a = 'key'\nb = 'key'\n") if fact.kind == "string"]
    assert [(fact.line, fact.text) for fact in found] == [(1, "key")]


def test_lone_surrogates_do_not_reach_the_records():
    (fact,) = (fact for fact in facts("x = 'a\\ud800b'\n") if fact.kind == "string")
    assert fact.text == "a?b"
