"""Sections that an answer cannot fill, each with the reason."""

from __future__ import annotations

import msgspec

from callchain.model.chain import Chain
from callchain.model.question import Question


def absent_sections(chain: Chain, question: Question, files: int, documents: int) -> Chain:
    """The chain with `absent` filled: the title of each empty section and why it is empty.

    Args:
        chain: all that was read.
        question: what was asked.
        files: how many files the subject has.
        documents: how many documents the code base has.
    """
    functions = len({stage.symbol for flow in chain.flows for stage in flow.chain})
    read = f"the {functions} functions of the chain were read"
    reasons = {
        "Core pipeline stages": (
            chain.flows,
            f"no function of the subject's {files} files matches the question well enough to begin a flow",
        ),
        "Config flow": (
            chain.state,
            f"{read}: none reads or writes a module-level dict, config object, flag or variable",
        ),
        "Normalisation/scaling chain": (
            chain.scaling,
            f"{read} with what they call: no product or quotient with a factor (scale, norm, mean …)",
        ),
        "Sinks and artefacts": (
            chain.artefacts,
            f"{read}: no file name can be read at a call that the catalogue knows",
        ),
        "Side effects and global mutations": (
            chain.effects,
            f"{read}: no call of them is in the catalogue of effects",
        ),
        "Contrast": (chain.contrast, _no_contrast(question, chain)),
        "Minimum hooks": (chain.contrast is None or chain.contrast.hooks, _no_hooks(chain)),
        "Data, units and constants": (
            [item for item in chain.constants if item.kind in ("constant", "unit")],
            f"{read}: no named constant and no number with a unit",
        ),
        "Device and dtype": (
            [item for item in chain.constants if item.kind in ("device", "dtype")],
            f"{read}: no device or number type is chosen",
        ),
        "Spec and docs": (
            chain.documents,
            f"none of the {documents} documents of the code base names a function, file or artefact of the chain",
        ),
        "Gaps and blind spots": (chain.blind_spots, f"{read}: every call site was resolved"),
        "Assumptions": (
            chain.assumptions,
            f"{read}: no optional import, doubtful call or uncalled entry",
        ),
    }
    return msgspec.structs.replace(
        chain, absent={title: why for title, (content, why) in reasons.items() if not content}
    )


def _no_contrast(question: Question, chain: Chain) -> str:
    if question.sides:
        found = {flow.role for flow in chain.flows}
        sides = zip(question.sides, ("answer", "contrast"), strict=True)
        missing = " and ".join(f"“{side.label}”" for side, role in sides if role not in found)
        return f"the question compares two sides; no function that was read begins a flow of {missing}"
    if not question.contrast:
        return "the question names no other side (`--contrast SYMBOL`, or “contrast with …” in its text)"
    return f"{question.contrast} was not found in the namespaces, or no flow begins there"


def _no_hooks(chain: Chain) -> str:
    if chain.contrast is None:
        return ""
    a, b = chain.contrast.a, chain.contrast.b
    return f"none of the {len(chain.contrast.rows)} rows tells of something lasting that {a} has and {b} lacks"
