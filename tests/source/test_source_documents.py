"""Prose as passages."""

from callchain.source.documents import passages
from callchain.source.tree import read_tree

MARKDOWN = """# Title #

First paragraph
goes on.

## Rules

- one MUST
- two
| a | b |

```python
# no title

code()
```
After.
"""
RST = """Title
=====

Text here.

Part
----
More text
"""


def test_markdown_and_rst_give_paragraphs_items_and_blocks_under_their_sections(tmp_path):
    (tmp_path / "a.py").touch()
    (tmp_path / "a.md").write_text(MARKDOWN)
    (tmp_path / "b.rst").write_text(RST)
    tree = read_tree(tmp_path)
    assert [(p.path, p.line, p.section, p.text) for p in passages(tree)] == [
        ("a.md", 3, "Title", "First paragraph\ngoes on."),
        ("a.md", 8, "Rules", "- one MUST"),
        ("a.md", 9, "Rules", "- two"),
        ("a.md", 10, "Rules", "| a | b |"),
        ("a.md", 12, "Rules", "```python\n# no title\n\ncode()\n```"),
        ("a.md", 17, "Rules", "After."),
        ("b.rst", 4, "Title", "Text here."),
        ("b.rst", 8, "Part", "More text"),
    ]
    for passage in passages(tree):
        lines = tree.lines(passage.path)
        assert lines[passage.line - 1] == passage.text.split("\n")[0]


def test_a_document_that_is_no_text_or_gone_is_never_fatal(tmp_path):
    (tmp_path / "a.py").touch()
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9\n")
    (tmp_path / "gone.txt").write_text("x\n")
    tree = read_tree(tmp_path)
    (tmp_path / "gone.txt").unlink()
    assert [p.text for p in passages(tree)] == ["caf\ufffd"]


def test_an_unclosed_fence_ends_with_the_file(tmp_path):
    (tmp_path / "a.py").touch()
    (tmp_path / "a.md").write_text("```\ncode\n")
    assert [p.text for p in passages(read_tree(tmp_path))] == ["```\ncode"]
