"""A short profile for every run of the tests, a long one for the rounds of `make fuzz`."""

import os
from datetime import timedelta

from hypothesis import HealthCheck, settings

_CALM = [
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
    HealthCheck.function_scoped_fixture,
]

settings.register_profile(
    "short", max_examples=25, deadline=None, derandomize=True, suppress_health_check=_CALM, database=None
)
settings.register_profile(
    "long",
    max_examples=200,
    deadline=timedelta(seconds=60),
    suppress_health_check=_CALM,
    database=None,
    print_blob=True,
)
settings.load_profile(os.environ.get("CALLCHAIN_FUZZ", "short"))
