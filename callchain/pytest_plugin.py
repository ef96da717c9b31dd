"""The pytest plugin: `tap(...)` in tests, `--callchain-taps FILE` for a whole run. Without these it does nothing.

Nothing of the tool is imported until a test asks for `tap` or `tap_run`, or a tap file is given.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from callchain.ask.tapped_tests import RunTaps, TestTaps

_PROPERTY = "callchain_taps"
_ARMED = pytest.StashKey["TestTaps"]()
_SUMMARY = pytest.StashKey["dict[str, list[str]]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("callchain")
    group.addoption(
        "--callchain-taps",
        action="append",
        default=[],
        metavar="FILE",
        help="record the taps of this tap file in every test and sum them up; repeatable",
    )
    group.addoption(
        "--callchain-root", default="", metavar="DIR", help="the code base the taps are in (the root folder)"
    )
    group.addoption(
        "--callchain-strict",
        action="store_true",
        help="fail the run when an expectation of a tap fails",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Find the taps of the files before any test runs, so that a bad file is one clear line."""
    if config.getoption("--callchain-taps"):
        from callchain.ask.tapped_tests import TestTaps
        from callchain.model.errors import CallchainError

        try:
            TestTaps(_root(config)).load(_files(config))
        except CallchainError as error:
            raise pytest.UsageError(f"callchain: {error}") from None
        config.stash[_SUMMARY] = {}


def _root(config: pytest.Config) -> Path:
    given = config.getoption("--callchain-root")
    return (config.invocation_params.dir / given).resolve() if given else config.rootpath


def _files(config: pytest.Config) -> list[Path]:
    return [config.invocation_params.dir / name for name in config.getoption("--callchain-taps")]


# ---- fixtures ------------------------------------------------------------------------------------------------


@pytest.fixture
def tap(request: pytest.FixtureRequest) -> Iterator[TestTaps]:
    """Arm taps in this test: `tap("key")`, `tap("path.py::f", before="code", capture={…})`, `tap.file(path)`."""
    from callchain.ask.tapped_tests import TestTaps

    armed = request.node.stash.get(_ARMED, None)
    if armed is not None:
        yield armed
        return
    taps = TestTaps(_root(request.config))
    request.node.stash[_ARMED] = taps
    yield taps
    taps.close()
    del request.node.stash[_ARMED]


@pytest.fixture(scope="session")
def tap_run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RunTaps:
    """Record a command from outside: `tap_run(tap_file, command, root=…)` gives what each tap saw, by key."""
    from callchain.ask.tapped_tests import RunTaps

    return RunTaps(_root(request.config), lambda: tmp_path_factory.mktemp("callchain"))


# ---- a whole run ---------------------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Arm the taps of the files before the test's fixtures are made."""
    if _SUMMARY in item.config.stash:
        from callchain.ask.tapped_tests import TestTaps

        armed = item.stash[_ARMED] = TestTaps(_root(item.config))
        armed.arm(armed.load(_files(item.config)))
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """Stop after the last fixture is gone; what was seen travels with the report, also from a worker of xdist."""
    try:
        return (yield)
    finally:
        if _SUMMARY in item.config.stash and _ARMED in item.stash:
            armed = item.stash[_ARMED]
            armed.close()
            item.user_properties.append((_PROPERTY, armed.as_json()))
            del item.stash[_ARMED]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the taps saw below a failed test."""
    report = yield
    if report.failed and report.when == "call" and _ARMED in item.stash:
        text = item.stash[_ARMED].as_text()
        if text:
            report.sections.append(("callchain taps", text))
    return report


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Show a captured value with the tap, the line and the hit it comes from."""
    if "callchain.taps.observed" not in sys.modules:
        return None
    from callchain.taps.observed import Captured

    if not isinstance(left, Captured) and not isinstance(right, Captured):
        return None
    shown = [repr(each.value) if isinstance(each, Captured) else repr(each) for each in (left, right)]
    return [f"{shown[0]} {op} {shown[1]}", *(repr(each) for each in (left, right) if isinstance(each, Captured))]


def pytest_report_teststatus(report: pytest.TestReport, config: pytest.Config) -> None:
    """Take what a finished test's report brings; nothing is said about its status."""
    if getattr(report, "when", "") != "teardown" or _SUMMARY not in config.stash:
        return
    for name, value in report.user_properties:
        if name == _PROPERTY:
            config.stash[_SUMMARY].setdefault(report.nodeid, []).append(str(value))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With --callchain-strict a failed expectation fails the run."""
    config = session.config
    if _SUMMARY in config.stash and config.getoption("--callchain-strict") and not hasattr(config, "workerinput"):
        from callchain.ask.tapped_tests import summed

        if session.exitstatus == 0 and any(row.failed for row in summed(_texts(config))):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """A line for each tap: hits, tests, verdicts; the first failure of an expectation in full."""
    if _SUMMARY not in config.stash:
        return
    from callchain.ask.tapped_tests import summed

    terminalreporter.section("callchain taps")
    for row in summed(_texts(config)):
        for line in row.lines:
            terminalreporter.line(line)


def _texts(config: pytest.Config) -> Sequence[tuple[str, str]]:
    return [(node, text) for node, texts in sorted(config.stash[_SUMMARY].items()) for text in texts]
