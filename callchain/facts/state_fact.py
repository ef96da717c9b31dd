"""One access to global state or configuration, as one file shows it."""

from __future__ import annotations

import msgspec

PARAMETER = "parameter:"
"""Prefix of the store of a fact about a dict that the function was given."""
FLAGS = "argparse"
ENVIRONMENT = "os.environ"


class StateFact(msgspec.Struct, frozen=True, array_like=True):
    """One access to something that may be global state; what `store` means is settled once all files are read."""

    store: str
    """The dotted expression as written (`params.cfg`), the name of a config class (`TrainingConfig`),
    `os.environ`, `argparse`, or `parameter:name` where a function works on the dict that it was given."""
    key: str
    """The literal key or attribute; `*` for all keys; the parameter's name where `key_parameter` holds."""
    kind: str
    """`default`, `read`, `write`, `update`, `copy`, `pop`, `clear`, `flag`, `field`, or `pass`: the store is given
    to the function in `expression`, at the position or keyword in `key`."""
    line: int
    qualname: str
    expression: str = ""
    value: str = ""
    """Source text of the value written, or of the default."""
    key_parameter: bool = False
