"""One figure of the benchmark, as a row of its table and of its JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """What a program did: seconds beside those of the row's floor, or a share of a truth."""

    what: str
    program: str
    cpu_s: float = 0.0
    ratio: float = 0.0
    """To `ast.parse` of the same tree, or to the untraced run; less is better."""
    share: float | None = None
    """Between 0 and 1; more is better."""
    ended: str = ""
    """Why there is no figure, or how the program was ended."""

    @property
    def key(self) -> str:
        """How a baseline names it."""
        return f"{self.what}: {self.program}"

    def cells(self) -> tuple[str, str, str, str]:
        """The row."""
        if self.share is not None:
            return self.what, self.program, "", f"{self.share:.1%}"
        more = f"{self.ended} > " if self.ended else ""
        return self.what, self.program, f"{self.cpu_s:.2f}", f"{more}{self.ratio:.2f}"

    def as_json(self) -> dict[str, object]:
        """All of it, rounded."""
        return asdict(self) | {"cpu_s": round(self.cpu_s, 4), "ratio": round(self.ratio, 3)}
