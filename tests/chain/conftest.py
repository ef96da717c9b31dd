import pytest

from tests.chain.asking import QUESTION, SAMPLE, Asked, ask


@pytest.fixture(scope="session")
def asked() -> Asked:
    return ask(SAMPLE, QUESTION, ("pkg", "other"))
