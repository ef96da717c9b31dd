"""What the values of one hit may cost is shared among them, and who comes late is told by less."""

from __future__ import annotations

import numpy

from callchain.probe.snapshot import Budget, Meter, snapshot


def test_many_large_arrays_share_the_time_of_a_hit() -> None:
    arrays = [numpy.full((512, 512), float(number)) for number in range(10)]
    meter = Meter()
    meter.stop_at = float("inf")  # the estimates alone decide, however slow the machine
    told = [snapshot(array, budget=Budget(meter))["array"] for array in arrays]
    assert [facts["mean"] for facts in told] == [float(number) for number in range(10)]
    sizes = [facts["sampled"] for facts in told]
    assert sizes[0] > 60_000 and sizes == sorted(sizes, reverse=True) and 7_000 < sizes[-1] <= 1 << 13


def test_an_array_for_which_no_time_is_left_is_told_by_its_shape() -> None:
    meter = Meter()
    meter.left = 0.0
    told = snapshot(numpy.zeros((3, 4)), budget=Budget(meter))
    assert told["array"] == {"shape": [3, 4], "dtype": "float64", "device": "cpu", "omitted": "time"}
    meter.left = 20.0
    assert snapshot(numpy.zeros((300, 400)), budget=Budget(meter))["array"]["omitted"] == "time"
