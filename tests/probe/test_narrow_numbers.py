"""Numbers of a type that numpy lacks are read like others."""

from __future__ import annotations

import pytest

from callchain.probe.snapshot import snapshot

pytestmark = pytest.mark.demo


@pytest.mark.parametrize("name", ["bfloat16", "float8_e4m3fn", "float8_e5m2"])
def test_torch_tensors_of_narrow_numbers_have_statistics(name: str) -> None:
    import torch

    plain = torch.tensor([[-2.0, 0.5], [float("nan"), 3.0]])
    tensor = plain.to(getattr(torch, name))
    found = snapshot(tensor)["array"]
    assert (found["dtype"], found["min"], found["max"], found["nan"]) == (f"torch.{name}", -2.0, 3.0, 1)
    assert found["mean"] == 0.5
    assert snapshot(tensor.t().contiguous())["array"]["digest"] != found["digest"]


def test_large_ones_are_sampled_and_not_copied() -> None:
    import torch

    found = snapshot(torch.ones(2000, 2000, dtype=torch.bfloat16))["array"]
    assert found["sampled"] <= 1 << 17 and (found["min"], found["mean"]) == (1.0, 1.0)
    assert snapshot(torch.ones(1 << 18).to(torch.float8_e4m3fn))["array"]["sampled"] <= 1 << 16


def test_tensorflow_tensors_of_narrow_numbers_have_statistics() -> None:
    import tensorflow as tf

    tensor = tf.cast([-2.0, 0.5, 3.0], tf.bfloat16)
    for value in (tensor, tf.Variable(tensor)):
        found = snapshot(value)["array"]
        assert (found["dtype"], found["min"], found["max"], found["mean"]) == ("bfloat16", -2.0, 3.0, 0.5)
