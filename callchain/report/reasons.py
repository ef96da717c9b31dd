"""Why a package holds no run."""

from __future__ import annotations

from callchain.evidence.absences import why_nothing_ran

__all__ = ["why_nothing_ran"]
