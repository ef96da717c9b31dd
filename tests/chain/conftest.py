import pytest
from asking import QUESTION, SAMPLE, Asked, ask


@pytest.fixture(scope="session")
def asked() -> Asked:
    return ask(SAMPLE, QUESTION, ("pkg", "other"))
