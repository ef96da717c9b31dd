"""The picture of a terminal in the documents: a real run of the command on a small code base, as SVG.

usage: python -m release.record_terminal docs/img/terminal.svg
"""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS = 96
CHECKOUT = Path(__file__).resolve().parent.parent
SUBJECT = {
    "till/__init__.py": "",
    "till/sale.py": """\
def price(items, tax):
    return sum(items) * (1 + tax)


def record(amount, path):
    with open(path, "a") as book:
        book.write(f"{amount}\\n")


def sell(items, path):
    record(price(items, 0.2), path)
""",
    "day.py": "from till.sale import sell\nsell([1, 2], 'book.txt')\nsell([3], 'book.txt')\n",
    "taps.toml": """\
[[tap]]
key = "amount"
purpose = "what is booked"
at = { symbol = "till/sale.py::record", on = "entry" }
capture = { amount = "amount" }
expect = ["amount > 3.6"]
""",
}
ASKED = ["-q", "How does `sell` record an amount?", "--namespace", "till", "--taps", "taps.toml"]
WORDS = (
    ["run", *ASKED, "--run-id", "first", "--", "python", "day.py"],
    ["graph", ".", "--namespace", "till", "--callers-of", "record"],
)
_TIMES = re.compile(r"\d+\.\d s")
_LIVE = re.compile(r"^.*[\u2800-\u28ff].*$")


def main() -> None:
    """Run the commands and write the picture."""
    target = Path(sys.argv[1])
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "shop"
        for name, text in SUBJECT.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        for words in WORDS:
            console.print(Text.assemble(("$ ", "bold green"), _shown(words)))
            for line in _lines(words, root):
                console.print(Text.from_ansi(line))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(console.export_svg(title="callchain", unique_id="callchain"), encoding="utf-8")


def _shown(words: list[str]) -> str:
    return " ".join(["callchain", *(f"'{word}'" if " " in word else word for word in words)])


def _lines(words: list[str], root: Path) -> list[str]:
    """What the command leaves on a terminal, line by line; moving lines and times are left out."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(CHECKOUT)}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(  # noqa: S603 # our own command
        [sys.executable, "-m", "callchain", *words], cwd=root, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    data = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        data += part
    process.wait()
    text = data.decode("utf-8", "replace").replace(str(root), "~/shop")
    pieces = [piece.rpartition("\x1b[2K")[2] for piece in text.replace("\r\n", "\n").split("\n")]
    plain = [re.sub(r"\x1b\[\??[0-9;]*[A-HJKSTfhl]", "", piece).replace("\r", "") for piece in pieces]
    return [_TIMES.sub("", line).rstrip() for line in plain if line.strip() and not _LIVE.match(line)]


if __name__ == "__main__":
    main()
