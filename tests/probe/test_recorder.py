"""After a recording was closed nothing is written into it, whoever still runs."""

from __future__ import annotations

import sys
from pathlib import Path

from callchain.probe.plan import Namespace
from callchain.probe.recorder import Recorder
from callchain.probe.segment import Segment


def test_code_that_runs_for_the_first_time_after_the_end_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "late.py").write_text("def late(tell):\n    return tell()\n", encoding="utf-8")
    names: dict[str, object] = {}
    exec(compile((tmp_path / "late.py").read_text(), str(tmp_path / "late.py"), "exec"), names)  # noqa: S102
    segment = Segment(str(tmp_path))
    recorder = Recorder(Namespace(str(tmp_path), ["late.py"]), segment)

    def tell() -> int:
        frame = sys._getframe(1)
        plan = recorder.namespace.plan(frame.f_code)
        assert plan is not None
        recorder.begin(frame, plan)
        recorder.line_ran(plan, 2)
        return plan.symbol

    recorder.close()
    assert names["late"](tell) == -1  # type: ignore[operator] # what exec made has no type
    assert b"late" not in Path(segment.path).read_bytes()
    recorder.is_closed = False
    assert names["late"](tell) >= 0  # type: ignore[operator] # what exec made has no type
    segment.flush()
    assert b"late" in Path(segment.path).read_bytes()
