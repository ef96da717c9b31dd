"""What `callchain run` shows on a terminal, and what it keeps quiet of elsewhere."""

import os
import subprocess
import sys
from pathlib import Path

from tests.cli.terminals import ESCAPE, ROOT, Terminal

ASK = ("run", "--question", "How is it saved?", "--root", "root", "--namespace", "subject")
TRACED = ("--taps", "taps.toml", "--", "python", "root/script.py")
COLOUR = "\x1b[31m", "\x1b[32m", "\x1b[36m"


def piped(subject: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "callchain", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=subject, env=environment(), check=False)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_a_terminal_sees_phases_the_budget_and_a_summary(subject: Path) -> None:
    with Terminal(*ASK, "--out", "package", *TRACED, cwd=subject) as terminal:
        printed = terminal.finish()
    assert printed.strip() == str(subject / "package")
    assert "✓ running python root/script.py" in terminal.text
    assert "of 30:00" in terminal.text
    last = terminal.text[terminal.text.rindex("main → save") :]
    assert "1 confirmed" in last
    assert "a: text == 'y'" in last
    assert str(subject / "package") in last.replace("\n", "").replace(" ", "")
    assert any(colour in terminal.raw for colour in COLOUR)


def test_a_narrow_terminal_without_colours_is_kept_to_its_width(subject: Path) -> None:
    with Terminal(*ASK, *TRACED, cwd=subject, columns=40, variables={"NO_COLOR": "1"}) as terminal:
        terminal.finish()
    assert not any(colour in terminal.raw for colour in COLOUR)
    shown = [line for line in terminal.text.splitlines() if line.strip()]
    assert max(map(len, shown)) <= 40
    assert "1 confirmed" in terminal.text


def test_a_dumb_terminal_gets_no_moving_line(subject: Path) -> None:
    with Terminal(*ASK, "--static-only", cwd=subject, variables={"TERM": "dumb"}) as terminal:
        terminal.finish()
    assert ESCAPE.search(terminal.raw) is None
    assert "reading" not in terminal.text
    assert "package" in terminal.text


def test_elsewhere_the_summary_is_plain_lines_and_no_phases(subject: Path) -> None:
    done = piped(subject, *ASK, *TRACED)
    assert done.returncode == 0, done.stderr
    assert "running" not in done.stderr
    assert ESCAPE.search(done.stderr) is None
    assert "fail     a: text == 'y'" in done.stderr
    assert done.stdout.strip() == done.stderr.splitlines()[-1].removeprefix("package").strip()


def test_quiet_says_nothing_and_verbose_says_why(subject: Path) -> None:
    quiet = piped(subject, *ASK, "--quiet", "--static-only", "--out", "one")
    assert (quiet.stderr, quiet.stdout.strip()) == ("", str(subject / "one"))
    verbose = piped(subject, *ASK, "--verbose", "--out", "two", *TRACED)
    for said in ("reading 3 files", "running python root/script.py", "engine   run: ", "files    3 read"):
        assert said in verbose.stderr
    both = piped(subject, *ASK, "--quiet", "--verbose")
    assert both.returncode == 2
    assert "exclude each other" in both.stderr


def test_a_watch_makes_the_package_again_in_its_place(subject: Path) -> None:
    with Terminal(*ASK, "--watch", "--static-only", "--out", "package", cwd=subject) as terminal:
        terminal.read_until("package")
        core = subject / "root" / "subject" / "core.py"
        (subject / "root" / "notes.txt").write_text("no file that counts")
        core.write_text(core.read_text().replace("save(", "keep("))
        terminal.read_until("main → keep")
        terminal.interrupt()
        terminal.finish()
    assert "changed: subject/core.py" in terminal.text
    assert "notes.txt" not in terminal.text
    assert terminal.process.returncode == 0
    assert "keep" in (subject / "package" / "summary.md").read_text()
    assert not (subject / "package" / "PARTIAL").exists()


def test_a_watch_without_its_package_says_what_to_install(subject: Path) -> None:
    blocked = subject / "blocked"
    blocked.mkdir()
    (blocked / "watchfiles.py").write_text("raise ImportError('blocked')\n")
    done = subprocess.run(
        [sys.executable, "-m", "callchain", *ASK, "--watch"],
        capture_output=True,
        text=True,
        cwd=subject,
        env={**environment(), "PYTHONPATH": f"{blocked}:{ROOT}"},
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == (
        "callchain: --watch needs the package watchfiles, which this environment lacks "
        "(pip install 'callchain-evidence[watch]')\n"
    )
