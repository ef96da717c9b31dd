"""Writers that raise no audit event, wrapped in memory when their module is imported, and put back at the end.

Each wrapper calls the original with the same arguments and tells the effects about a success or failure alike.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from .effects import Effects, path_text
from .guard import Guard

Tell = Callable[[tuple[Any, ...], dict[str, Any]], "list[tuple[str, str, str]]"]
"""From a call's arguments to the effects it has: kind, action, target."""


class Writers:
    """What is wrapped in this process."""

    def __init__(self, effects: Effects, guard: Guard) -> None:
        self._effects = effects
        self._guard = guard
        self._undo: list[tuple[Any, str, Any]] = []

    def hooks(self) -> dict[str, Callable[[ModuleType], None]]:
        """Module name → what to wrap in it once it is loaded."""
        return {
            "zipfile": self._zipfile,
            "random": self._random,
            "h5py": self._h5py,
            "numpy": self._numpy,
            "torch": self._torch,
            "keras": self._keras,
            "tf_keras": self._tf_keras,
            "tensorflow": self._tensorflow,
        }

    def wrap(self, owner: Any, name: str, event: str, tell: Tell) -> None:
        """Wrap `owner.name`, if it is there."""
        original = vars(owner).get(name) if isinstance(owner, type) else getattr(owner, name, None)
        if not callable(original) or getattr(original, "__callchain__", False):
            return
        wrapper = self._wrapper(original, event, tell)
        if isinstance(owner, ModuleType):
            # A bound method under a module's name (`random.seed`) would be pickled by a name it does not have.
            wrapper.__module__, wrapper.__qualname__ = owner.__name__, name
        setattr(owner, name, wrapper)
        self._undo.append((owner, name, original))

    def _wrapper(self, original: Callable[..., Any], event: str, tell: Tell) -> Callable[..., Any]:
        effects, guard = self._effects, self._guard

        def told(arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
            state = effects._recorder.state()
            if state.busy:
                return
            state.busy = True
            try:
                for kind, action, target in tell(arguments, options):
                    effects.add(kind, action, target, event, sys._getframe(2))
            except Exception as error:
                guard.failed(error)
            finally:
                state.busy = False

        @functools.wraps(original)
        def wrapper(*arguments: Any, **options: Any) -> Any:
            told(arguments, options)
            return original(*arguments, **options)

        wrapper.__callchain__ = True  # type: ignore[attr-defined] # marks what must not be wrapped twice
        return wrapper

    def undo(self) -> None:
        """Put every original back, unless somebody else has replaced it since."""
        for owner, name, original in reversed(self._undo):
            current = vars(owner).get(name)
            if getattr(current, "__callchain__", False):
                setattr(owner, name, original)
        self._undo.clear()

    # ---- the wrapped -------------------------------------------------------------------------------------------

    def _zipfile(self, module: ModuleType) -> None:
        archive = module.ZipFile
        self.wrap(archive, "write", "zipfile.ZipFile.write", _zip_member(1, 2))
        self.wrap(archive, "writestr", "zipfile.ZipFile.writestr", _zip_member(1, 1))
        self.wrap(archive, "extractall", "zipfile.ZipFile.extractall", _zip_read)
        self.wrap(archive, "extract", "zipfile.ZipFile.extract", _zip_read)

    def _random(self, module: ModuleType) -> None:
        self.wrap(module, "seed", "random.seed", _seed("random.seed"))

    def _numpy(self, module: ModuleType) -> None:
        self.wrap(module.random, "seed", "numpy.random.seed", _seed("numpy.random.seed"))

    def _h5py(self, module: ModuleType) -> None:
        self.wrap(module.File, "__init__", "h5py.File", _h5_open)

    def _torch(self, module: ModuleType) -> None:
        self.wrap(module, "save", "torch.save", _path_at(1, "f", "checkpoint", "write"))
        self.wrap(module, "load", "torch.load", _path_at(0, "f", "checkpoint", "read"))
        self.wrap(module, "manual_seed", "torch.manual_seed", _seed("torch.manual_seed"))

    def _keras(self, module: ModuleType) -> None:
        self._model(module.Model, "keras.Model")
        models = getattr(module, "models", None) or getattr(module, "saving", None)
        if models is not None:
            self.wrap(models, "save_model", "keras.models.save_model", _path_at(1, "filepath", "model", "write"))
            self.wrap(models, "load_model", "keras.models.load_model", _path_at(0, "filepath", "model", "read"))
        keras_random = getattr(module, "utils", None)
        if keras_random is not None:
            self.wrap(keras_random, "set_random_seed", "keras.utils.set_random_seed", _seed("keras"))

    def _tf_keras(self, module: ModuleType) -> None:
        self._model(module.Model, "tf_keras.Model")
        self.wrap(
            module.models, "save_model", "tf_keras.models.save_model", _path_at(1, "filepath", "model", "write")
        )
        self.wrap(
            module.models, "load_model", "tf_keras.models.load_model", _path_at(0, "filepath", "model", "read")
        )

    def _model(self, model: type, name: str) -> None:
        owner = next((cls for cls in model.__mro__ if "save" in vars(cls)), model)
        self.wrap(owner, "save", f"{name}.save", _path_at(1, "filepath", "model", "write"))
        self.wrap(owner, "save_weights", f"{name}.save_weights", _path_at(1, "filepath", "model", "write"))
        self.wrap(owner, "load_weights", f"{name}.load_weights", _path_at(1, "filepath", "model", "read"))
        self.wrap(owner, "export", f"{name}.export", _path_at(1, "filepath", "model", "write"))

    def _tensorflow(self, module: ModuleType) -> None:
        saved = getattr(module, "saved_model", None)
        if saved is not None:
            self.wrap(saved, "save", "tf.saved_model.save", _path_at(1, "export_dir", "model", "write"))
            self.wrap(saved, "load", "tf.saved_model.load", _path_at(0, "export_dir", "model", "read"))
        self.wrap(module.random, "set_seed", "tf.random.set_seed", _seed("tf.random.set_seed"))


def _argument(arguments: tuple[Any, ...], options: dict[str, Any], at: int, name: str) -> Any:
    return arguments[at] if len(arguments) > at else options.get(name)


def _path_at(at: int, name: str, kind: str, action: str) -> Tell:
    def tell(arguments: tuple[Any, ...], options: dict[str, Any]) -> list[tuple[str, str, str]]:
        path = path_text(_argument(arguments, options, at, name))
        return [(kind, action, path)] if path else []

    return tell


def _seed(name: str) -> Tell:
    def tell(arguments: tuple[Any, ...], options: dict[str, Any]) -> list[tuple[str, str, str]]:
        value = arguments[0] if arguments else next(iter(options.values()), None)
        shown = repr(value) if type(value) in (int, float, str, type(None)) else type(value).__name__
        return [("randomness", "seed", f"{name}({shown})")]

    return tell


def _h5_open(arguments: tuple[Any, ...], options: dict[str, Any]) -> list[tuple[str, str, str]]:
    path = path_text(_argument(arguments, options, 1, "name"))
    mode = _argument(arguments, options, 2, "mode")
    if not path:
        return []
    return [("hdf5", "read" if mode in (None, "r") else "write", path)]


def _archive_path(arguments: tuple[Any, ...]) -> str:
    return path_text(vars(arguments[0]).get("filename"))


def _zip_member(at: int, name_at: int) -> Tell:
    def tell(arguments: tuple[Any, ...], options: dict[str, Any]) -> list[tuple[str, str, str]]:
        named = _argument(arguments, options, name_at, "arcname")
        source = _argument(arguments, options, at, "filename" if name_at != at else "zinfo_or_arcname")
        member = path_text(named) or path_text(source) or str(getattr(source, "filename", ""))
        return [("archive", "write", f"{_archive_path(arguments)}!{member}")]

    return tell


def _zip_read(arguments: tuple[Any, ...], _options: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [("archive", "read", _archive_path(arguments))]
