"""Names and messages of foreign objects, read without running their code."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from . import redact

_name_slot = type.__dict__["__name__"].__get__
_qualname_slot = type.__dict__["__qualname__"].__get__
_module_slot = type.__dict__["__module__"].__get__
_mro_slot = type.__dict__["__mro__"].__get__
_dict_slot = type.__dict__["__dict__"].__get__
_module_dict_slot: Any = vars(ModuleType)["__dict__"].__get__
_args_slot = vars(BaseException)["args"].__get__


def type_name(cls: type) -> str:
    """`cls.__name__`, past any metaclass."""
    return str(_name_slot(cls))


def full_type_name(cls: type) -> str:
    """Module and qualified name of a class; builtins without their module."""
    module = _module_slot(cls)
    name = str(_qualname_slot(cls)).replace(".<locals>", "")
    return f"{module}.{name}" if type(module) is str and module != "builtins" else name


def mro(cls: type) -> tuple[type, ...]:
    """The method resolution order, past any metaclass."""
    return tuple(_mro_slot(cls))


def class_dict(cls: type) -> dict[str, Any]:
    """A plain copy-free view of the class's own namespace."""
    return _dict_slot(cls)  # type: ignore[no-any-return] # a mapping proxy


def module_dict(module: Any) -> Any:
    """A module's names, past any `__getattribute__` of a module class."""
    return _module_dict_slot(module)


def message_of(error: Any) -> str:
    """The text of an exception from its plain arguments, redacted and bounded; no user `__str__`."""
    if not isinstance(error, BaseException):
        return ""
    parts = [_argument(argument) for argument in _args_slot(error)[:4]]
    return redact.prose(", ".join(parts))[:300]


def _argument(value: Any) -> str:
    if type(value) is str:
        return value[:600]
    if type(value) in (int, float, bool, bytes, type(None)):
        return repr(value)[:200]
    return f"<{full_type_name(type(value))}>"
