"""A run beside the committed one: ratios may not grow, and shares not fall, by more than the stated tolerance."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.figures import Figure

FILE = Path(__file__).resolve().parent / "baseline.json"
RATIO_TOLERANCE = 0.5
"""Part of the ratio: machines differ in what `ast.parse` costs beside other code, and short runs scatter."""
SHARE_TOLERANCE = 0.005
"""Of 1: accuracy does not depend on the machine."""


def record(figures: Sequence[Figure], machine: Mapping[str, object]) -> dict[str, Any]:
    """A run as a baseline: only what is ours and came to its end."""
    good = [each for each in figures if each.program.startswith("ours") or each.share is not None]
    return {
        "tolerance": {"ratio": RATIO_TOLERANCE, "share": SHARE_TOLERANCE},
        "machine": {key: value for key, value in machine.items() if key != "load"},
        "ratios": {each.key: round(each.ratio, 2) for each in good if each.share is None and not each.ended},
        "shares": {each.key: round(each.share, 4) for each in good if each.share is not None},
    }


def regressions(figures: Sequence[Figure], baseline: Mapping[str, Any]) -> Iterator[str]:
    """A line for each figure of the baseline that this run holds and that became worse."""
    allowed = baseline["tolerance"]
    for each in figures:
        ratio, share = baseline["ratios"].get(each.key), baseline["shares"].get(each.key)
        if ratio is not None and each.ended:
            yield f"regression: {each.key}: {each.ended}, the baseline has {ratio:.2f}"
        elif ratio is not None and each.ratio > ratio * (1 + allowed["ratio"]):
            grown = each.ratio / ratio - 1
            yield (
                f"regression: {each.key}: ratio {each.ratio:.2f}, the baseline has {ratio:.2f} "
                f"({grown:+.0%}, {allowed['ratio']:+.0%} is allowed)"
            )
        elif share is not None and (each.share or 0.0) < share - allowed["share"]:
            yield (
                f"regression: {each.key}: {each.share or 0.0:.2%}, the baseline has {share:.2%} "
                f"({allowed['share']:.1%} less is allowed)"
            )


def unmeasured(figures: Sequence[Figure], baseline: Mapping[str, Any]) -> list[str]:
    """What the baseline has and this run has not: a truth that is not here, say."""
    here = {each.key for each in figures}
    return sorted(({*baseline["ratios"], *baseline["shares"]}) - here)


def load(file: Path) -> dict[str, Any]:
    """A committed baseline."""
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def update(file: Path, content: Mapping[str, Any]) -> None:
    """Put a run's figures in the place of those that a baseline has; what the run lacks stays."""
    before = load(file) if file.exists() else {"ratios": {}, "shares": {}}
    kept = {part: {**before[part], **content[part]} for part in ("ratios", "shares")}
    write(file, {**content, **kept})


def write(file: Path, content: Mapping[str, Any]) -> None:
    """Write a baseline."""
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
