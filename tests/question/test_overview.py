"""Questions about the whole: which they are, and the flows that tell what a code base does."""

from pathlib import Path

import pytest

from callchain.model.question import Ranked
from callchain.question.overview import is_overview
from callchain.question.understand import understand
from tests.chain.asking import Asked, ask

FILES = {
    "pyproject.toml": '[project.scripts]\npack = "pack.cli:entry"\nextra = "pack.cli:group"\n',
    "README.md": "# pack\n\nUse it:\n\n```python\nfrom pack import Box\nBox().fill(3)\n```\n",
    "docs/use.md": "`Box.fill` fills, `Box.weigh()` weighs.\n",
    "docs/changelog.md": "`Box.old()` is gone, `Box.old` was slow.\n",
    "pack/__init__.py": "from pack.box import Box\n\n__all__ = ['Box']\n",
    "pack/__main__.py": "from pack.cli import entry\n\nentry()\n",
    "pack/box.py": """from pack.store import keep, measure


class Box:
    def fill(self, count):
        return keep(self._checked(count))

    def weigh(self):
        return measure(self)

    def old(self):
        return measure(self)

    def size(self):
        return 0

    def _checked(self, count):
        return count
""",
    "pack/store.py": """def keep(count):
    return log(write(count))


def log(count):
    return count


def write(count):
    with open("box.txt", "w") as file:
        file.write(str(count))
    return count


def measure(box):
    return spread(box)


def spread(box):
    return box
""",
    "pack/cli.py": """from pack.store import keep


def command(function):
    return function


def group():
    return None


group.command = command


@group.command
def send():
    return keep(2)


def entry():
    return keep(1)
""",
    "tests/test_box.py": """from pack import Box


def test_fill():
    assert Box().fill(1)


def test_fill_again():
    assert Box().fill(2)


def test_weigh():
    assert Box().weigh()
""",
    "tools/other.py": "def main():\n    return 1\n\n\nif __name__ == '__main__':\n    main()\n",
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    root: Path = tmp_path_factory.mktemp("overview")
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return ask(root, "What does this library do?", ("pack",))


@pytest.mark.parametrize("text", ["What does this do?", "What does this package do?", "Give me an overview."])
def test_questions_about_the_whole(text: str):
    assert is_overview(understand(text))


@pytest.mark.parametrize("text", ["What does `save` do?", "How are models saved?", "What does app.py do?"])
def test_questions_about_a_part(text: str):
    assert not is_overview(understand(text))


def test_commands_come_first_then_what_users_are_told_of(asked: Asked):
    flows = [flow.name for flow in asked.chain.flows]
    assert flows[:2] == ["entry", "send"]
    assert flows[2:4] == ["Box.fill", "Box.weigh"]


def test_each_flow_begins_at_its_start_and_ends_at_what_leaves_the_program(asked: Asked):
    fill = next(flow for flow in asked.chain.flows if flow.name == "Box.fill")
    assert fill.chain[0].symbol == "pack/box.py::Box.fill"
    assert "pack/store.py::write" in [stage.symbol for stage in fill.chain if stage.stage == "sink"]


def test_what_speaks_for_each_is_told(asked: Asked):
    why = {item.symbol.partition("::")[2]: item.why for item in asked.ranking}
    assert why["entry"] == ("declared in pyproject.toml", "reaches 3 functions")
    assert why["send"][0] == "a command of pack.cli.group"
    assert why["Box.fill"] == (
        "offered by pack/__init__.py",
        "told of in `README.md:7`",
        "2 documents",
        "2 callers in tests and scripts",
        "reaches 4 functions",
    )


def test_documents_of_the_past_do_not_count(asked: Asked):
    assert score(asked.ranking, "Box.weigh") > score(asked.ranking, "Box.old") > score(asked.ranking, "Box.size")
    assert not [item for item in asked.ranking if item.symbol.endswith("_checked")]


def score(ranking: tuple[Ranked, ...], name: str) -> float:
    return next(item.score for item in ranking if item.symbol.endswith(f"::{name}"))
