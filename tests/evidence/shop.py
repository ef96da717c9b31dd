"""A small code base, written to disk for the tests; lines are looked up in its text."""

from __future__ import annotations

from pathlib import Path

from callchain.source.tree import SourceTree, read_tree

SETTINGS = '''"""Settings of the shop."""

cfg = {"size": 4, "scale": None}


def get(key):
    return cfg[key]
'''

STORE = """import json
import zipfile

from shop import settings


class Store:
    def __init__(self, path):
        self.path = path

    def save(self, items):
        snapshot = settings.cfg.copy()
        snapshot["_version"] = "1.0"
        with zipfile.ZipFile(self.path, "w") as archive:
            archive.writestr("items.json", json.dumps(items))
            archive.writestr("settings.json", json.dumps(snapshot))
        self._log("saved")

    def _log(self, word):
        print(word)

    def __getattr__(self, name):
        return make_hook(name)


def make_hook(name):
    return lambda: name


def load(path):
    with zipfile.ZipFile(path) as archive:
        loaded = json.loads(archive.read("settings.json"))
    settings.cfg.update(loaded)
    return loaded
"""

APP = """from shop import settings
from shop.store import Store, load


def scale(value):
    return value * settings.get("size") / 2.0


def train(items, hook=None):
    settings.cfg["scale"] = 0.5
    store = Store("out.zip")
    if not items:
        give_up()
    values = [scale(item) for item in items]
    if hook:
        hook(values)
    store.save(
        values
    )
    store.finish()
    return store


def give_up():
    raise ValueError("nothing to train on")


def notify(values):
    print(values)


def audit(values):
    assert values


def main():
    train([1, 2], hook=audit)
    load("out.zip")


def export(items):
    with open("plain.json", "w") as out:
        out.write(str(items))
"""

SPEC = """# The archive

The archive MUST hold `settings.json`, written by `Store.save`.
"""

FILES = {
    "shop/__init__.py": "",
    "shop/settings.py": SETTINGS,
    "shop/store.py": STORE,
    "shop/app.py": APP,
    "docs/spec.md": SPEC,
}
PATHS = frozenset(path for path in FILES if path.endswith(".py"))
APP_PY, STORE_PY, SETTINGS_PY = "shop/app.py", "shop/store.py", "shop/settings.py"


def app(name: str) -> str:
    return f"{APP_PY}::{name}"


def store(name: str) -> str:
    return f"{STORE_PY}::{name}"


def write_tree(folder: Path) -> SourceTree:
    """The code base below `folder`, read by the real reader."""
    for path, text in FILES.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return read_tree(folder)


def line(path: str, snippet: str) -> int:
    """The line of the first occurrence of a snippet."""
    text = FILES[path]
    return text[: text.index(snippet)].count("\n") + 1
