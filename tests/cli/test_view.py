"""`callchain view` serves one package to this machine and nothing else."""

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from callchain.ask.packages import newest_package
from callchain.ask.timed_page import timed_page
from callchain.cli.page_server import file_of
from callchain.model.errors import CallchainError
from callchain.report.page.times import PLACE
from tests.cli.terminals import ROOT


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "reports" / "initiative" / "one"
    (folder / "trace").mkdir(parents=True)
    for name in ("evidence.json", "index.html", "summary.md", "trace/run.out", ".hidden"):
        (folder / name).write_text(f"<p>{name}</p>")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.fixture
def port(package: Path) -> Iterator[int]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "callchain", "view", "--no-open"]
    with subprocess.Popen(
        command, cwd=package.parents[2], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:")
        yield int(url.rstrip("/").rpartition(":")[2])
        process.send_signal(2)
        assert process.wait(20) == 0


def get(port: int, target: str, method: str = "GET", host: str = "") -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, target, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    return answer.status, answer.read(), dict(answer.getheaders())


def test_the_newest_package_is_served_and_nothing_beside_it(port: int) -> None:
    status, body, headers = get(port, "/")
    assert (status, body) == (200, b"<p>index.html</p>")
    assert headers["Content-Type"].startswith("text/html")
    status, _, headers = get(port, "/trace/run.out?x=1")
    assert (status, headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert "sandbox" in headers["Content-Security-Policy"]
    assert get(port, "/", "HEAD")[:2] == (200, b"")
    for target in (
        "/../secret.txt",
        "/%2e%2e/%2e%2e/secret.txt",
        "/trace",
        "/link.txt",
        "/.hidden",
        "//etc/passwd",
    ):
        assert get(port, target)[0] == 404, target
    assert get(port, "/", "POST")[0] == 501
    assert get(port, "/", host="evil.example")[0] == 421


def test_the_page_comes_with_the_times_of_the_recording_that_lies_beside_it(package: Path) -> None:
    page = f"<p>page</p>{PLACE}<script></script>"
    (package / "index.html").write_text(page)
    assert timed_page(package) == page, "there is no recording"
    folder = package / "trace" / "recording" / "save"
    folder.mkdir(parents=True)
    records = [
        [0, "head", {"pid": 1, "start": 5, "clock": 7}],
        [1, "t", 1, "MainThread", True],
        [1, "s", 0, "</script>.py", "f", 3],
        [4, "n", 1, 1, 0, 0, 0, [], 0],
    ]
    (folder / "seg-1-1.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records))
    timed = timed_page(package)
    times = json.loads(timed.partition('id="times">')[2].partition("</script>")[0])
    assert times["functions"] == [["</script>.py::f", "</script>.py", 3]]
    (run,) = times["runs"]
    assert (run["name"], run["processes"][0]["threads"][0]["calls"]) == ("save", [0, 0, 0, 1, 4, 0, 0, 1])
    assert timed.count("</script>") == page.count("</script>") + 1
    assert (package / "index.html").read_text() == page, "the package's own page has no times"


@pytest.mark.parametrize(
    "target", ["/..", "/a/../../secret.txt", "/%00", "/\\..\\x", "/index.html/x", "/" + "a" * 5000, "/trace/."]
)
def test_what_is_no_file_of_the_package_is_not_found(package: Path, target: str) -> None:
    assert file_of(package.resolve(), target) is None


def test_without_a_package_the_line_says_so(tmp_path: Path, package: Path) -> None:
    with pytest.raises(CallchainError, match="no package below"):
        newest_package(tmp_path / "nothing")
    (package / "PARTIAL").write_text("")
    with pytest.raises(CallchainError, match="no package below"):
        newest_package(tmp_path / "reports")
