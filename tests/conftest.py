"""How the tests are shared among workers."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests on one worker, and all that need the traced demo on one: it is traced once."""
    for item in items:
        traced = {"demo", "second"} & set(getattr(item, "fixturenames", ()))
        item.add_marker(pytest.mark.xdist_group("traced demo" if traced else item.path.as_posix()))
