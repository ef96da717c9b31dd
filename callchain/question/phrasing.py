"""What the grammar of a question tells: the act that its sentence is about."""

from __future__ import annotations

import re

from callchain.question.language import is_stop, pieces, stem

_ACT = re.compile(r"\b(?:does|do|is|are|can|will|would|should)\s+([a-z]+ing)\b(?:\s+`?([A-Za-z_][\w.]*))?")
_CALLING = frozenset({"call", "invok"})


def act_of(text: str) -> str:
    """The stem of the verb that is the subject of a question, empty where there is none.

    "How does saving a model write the weights?" is about saving: what users call has that verb for a name,
    whatever happens then. Of "calling compute" it is what is called.
    """
    found = _ACT.search(text)
    if found is None:
        return ""
    verb, following = stem(found[1]), found[2] or ""
    if verb not in _CALLING:
        return verb
    named = pieces(following.rstrip(".").rpartition(".")[2])
    return named[0] if named and not is_stop(following) else ""


def does(name: str, act: str) -> bool:
    """Whether a function's name begins with the verb."""
    return bool(act) and pieces(name)[:1] == (act,)
