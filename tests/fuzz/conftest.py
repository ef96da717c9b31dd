"""A short profile for every run of the tests, a long one for `make fuzz`."""

import os
from datetime import timedelta

from hypothesis import HealthCheck, settings

MINUTES = float(os.environ.get("CALLCHAIN_FUZZ_MINUTES", "0"))
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
    "long", max_examples=int(MINUTES * 250) or 25, deadline=timedelta(seconds=60), suppress_health_check=_CALM
)
settings.load_profile("long" if MINUTES else "short")
