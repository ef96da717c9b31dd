"""Where a flow begins: no further out than at what the package offers."""

from pathlib import Path

from tests.chain.asking import ask

OFFERED = '''
def highlight(code):
    """Highlight code as HTML."""
    return mark(code)


def mark(code):
    """Mark the code in HTML."""
    return code
'''
COMMAND = """
from colours import highlight


def main(arguments):
    print(highlight(arguments[0]))
"""
METHOD = '''
class Painter:
    def highlight(self, code):
        """Highlight code as HTML."""
        return mark(code)


def mark(code):
    """Mark the code in HTML."""
    return code
'''


def test_a_function_that_the_package_offers_is_not_left_for_its_only_caller(tmp_path: Path) -> None:
    folder = tmp_path / "colours"
    folder.mkdir()
    (folder / "__init__.py").write_text(OFFERED)
    (folder / "cmdline.py").write_text(COMMAND)
    entries = ask(tmp_path, "How does highlight turn code into HTML?", ("colours",)).entries
    assert [entry.symbol for entry in entries if entry.role == "primary"] == ["colours/__init__.py::highlight"]
    assert entries[0].confidence == "Medium"


def test_a_method_that_words_alone_chose_is_no_confident_entry_point(tmp_path: Path) -> None:
    folder = tmp_path / "colours"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "paint.py").write_text(METHOD)
    asked = ask(tmp_path, "How does highlight mark code in HTML?", ("colours",))
    assert not asked.entries
    assert "colours/paint.py::Painter.highlight" in [candidate.symbol for candidate in asked.candidates]
