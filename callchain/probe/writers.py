"""Writers that raise no audit event, wrapped in memory when their module is imported, and put back at the end.

Each wrapper calls the original with the same arguments and tells the effects about a success or failure alike.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from .effects import Effects
from .guard import Guard
from .tells import TABLE, Tell, h5_open, path_at, seed, zip_member, zip_read


class Writers:
    """What is wrapped in this process."""

    def __init__(self, effects: Effects, guard: Guard) -> None:
        self._effects = effects
        self._guard = guard
        self._undo: list[tuple[Any, str, Any]] = []

    def hooks(self) -> dict[str, Callable[[ModuleType], None]]:
        """Module name → what to wrap in it once it is loaded."""
        special = {
            "zipfile": self._zipfile,
            "h5py": self._h5py,
            "keras": self._keras,
            "tf_keras": self._tf_keras,
            "tensorflow": self._tensorflow,
        }
        return {**dict.fromkeys(TABLE, self._listed), **special}

    def _listed(self, module: ModuleType) -> None:
        """Wrap the functions of the table."""
        for place, event, tell, direct in TABLE.get(module.__name__, ()):
            *owners, name = place.split(".")
            owner: Any = module
            for part in owners:
                owner = getattr(owner, part, None)
            if owner is not None:
                self.wrap(owner, name, event, tell, direct=direct)

    def wrap(self, owner: Any, name: str, event: str, tell: Tell, *, direct: bool = False) -> None:
        """Wrap `owner.name`, if it is there; `direct` leaves out calls that outside code makes."""
        original = vars(owner).get(name) if isinstance(owner, type) else getattr(owner, name, None)
        if not callable(original) or getattr(original, "__callchain__", False):
            return
        wrapper = self._wrapper(original, event, tell, direct)
        if isinstance(owner, ModuleType):
            # A bound method under a module's name (`random.seed`) would be pickled by a name it does not have.
            wrapper.__module__, wrapper.__qualname__ = owner.__name__, name
        setattr(owner, name, wrapper)
        self._undo.append((owner, name, original))

    def _wrapper(self, original: Callable[..., Any], event: str, tell: Tell, direct: bool) -> Callable[..., Any]:
        effects, guard = self._effects, self._guard

        def told(arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
            recorder = effects.recorder
            state = recorder.state()
            if state.busy or (direct and recorder.namespace.plan(sys._getframe(2).f_code) is None):
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
        self.wrap(archive, "write", "zipfile.ZipFile.write", zip_member(1, 2))
        self.wrap(archive, "writestr", "zipfile.ZipFile.writestr", zip_member(1, 1))
        self.wrap(archive, "extractall", "zipfile.ZipFile.extractall", zip_read)
        self.wrap(archive, "extract", "zipfile.ZipFile.extract", zip_read)

    def _h5py(self, module: ModuleType) -> None:
        self.wrap(module.File, "__init__", "h5py.File", h5_open)

    def _keras(self, module: ModuleType) -> None:
        self._model(module.Model, "keras.Model")
        models = getattr(module, "models", None) or getattr(module, "saving", None)
        if models is not None:
            self.wrap(models, "save_model", "keras.models.save_model", path_at(1, "filepath", "model", "write"))
            self.wrap(models, "load_model", "keras.models.load_model", path_at(0, "filepath", "model", "read"))
        keras_random = getattr(module, "utils", None)
        if keras_random is not None:
            self.wrap(keras_random, "set_random_seed", "keras.utils.set_random_seed", seed("keras"))

    def _tf_keras(self, module: ModuleType) -> None:
        self._model(module.Model, "tf_keras.Model")
        self.wrap(
            module.models, "save_model", "tf_keras.models.save_model", path_at(1, "filepath", "model", "write")
        )
        self.wrap(
            module.models, "load_model", "tf_keras.models.load_model", path_at(0, "filepath", "model", "read")
        )

    def _model(self, model: type, name: str) -> None:
        owner = next((cls for cls in model.__mro__ if "save" in vars(cls)), model)
        self.wrap(owner, "save", f"{name}.save", path_at(1, "filepath", "model", "write"))
        self.wrap(owner, "save_weights", f"{name}.save_weights", path_at(1, "filepath", "model", "write"))
        self.wrap(owner, "load_weights", f"{name}.load_weights", path_at(1, "filepath", "model", "read"))
        self.wrap(owner, "export", f"{name}.export", path_at(1, "filepath", "model", "write"))

    def _tensorflow(self, module: ModuleType) -> None:
        saved = getattr(module, "saved_model", None)
        if saved is not None:
            self.wrap(saved, "save", "tf.saved_model.save", path_at(1, "export_dir", "model", "write"))
            self.wrap(saved, "load", "tf.saved_model.load", path_at(0, "export_dir", "model", "read"))
        self.wrap(module.random, "set_seed", "tf.random.set_seed", seed("tf.random.set_seed"))
        self.wrap(module.io, "write_file", "tf.io.write_file", path_at(0, "filename", "file", "write"))
        self.wrap(module.io, "read_file", "tf.io.read_file", path_at(0, "filename", "file", "read"))
        checkpoint = module.train.Checkpoint
        self.wrap(checkpoint, "save", "tf.train.Checkpoint.save", path_at(1, "file_prefix", "checkpoint", "write"))
        self.wrap(
            checkpoint, "write", "tf.train.Checkpoint.write", path_at(1, "file_prefix", "checkpoint", "write")
        )
        self.wrap(checkpoint, "read", "tf.train.Checkpoint.read", path_at(1, "save_path", "checkpoint", "read"))
        self.wrap(
            checkpoint, "restore", "tf.train.Checkpoint.restore", path_at(1, "save_path", "checkpoint", "read")
        )
