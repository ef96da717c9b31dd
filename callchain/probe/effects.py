"""Side effects of the run, each with the namespace line that caused it.

An audit hook sees what Python does; wrapped writers (see `writers`) tell of what is done in C. An effect counts
only while a namespace frame is below it, and never when the probe itself is at work.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from . import heirs, redact
from .cells import Cell
from .guard import Guard
from .recorder import Recorder
from .role import VARIABLES
from .stack import place

_MAX_EFFECTS = 5000
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_SYSTEM = ("/proc/", "/sys/", "/dev/")
_CODE = (".py", ".pyc", ".pyi", ".so", ".pyd", ".dylib", ".egg-info", ".dist-info")


class Effects:
    """The effects of this process, folded by kind, target and place."""

    def __init__(self, recorder: Recorder, guard: Guard) -> None:
        self.recorder = recorder
        self._guard = guard
        self._counts: dict[tuple[str, ...], Cell] = {}
        self._prefixes = tuple({os.path.realpath(place) + os.sep for place in (sys.prefix, sys.base_prefix)})
        self._active = True
        self._role_changes = False
        self._handlers = self._table()
        self.before_exec: Callable[[], None] = lambda: None
        self.heartbeat: Callable[[], None] = lambda: None
        self.on_role: Callable[[], None] = lambda: None

    def install(self) -> None:
        """Start to listen; an audit hook cannot be taken out again, only silenced."""
        handlers = self._handlers

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            handler = handlers.get(event)
            if handler is not None and self._active:
                self._handle(event, handler, arguments)

        core = self.recorder.core
        sys.addaudithook(hook if core is None else core.Filter(handlers, hook))

    def silence(self) -> None:
        """Hear nothing any more."""
        self._active = False
        self._handlers.clear()

    def _handle(self, event: str, handler: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        state = self.recorder.state()
        # What an outside module does while it is imported is its own affair, whoever asked for it first.
        frame = _beneath(sys._getframe(1).f_back)  # below the hook; the interpreter itself has none
        if state.busy or state.paused or frame is None or _is_part(event, frame):
            return
        state.busy = True
        try:
            if self.recorder.running_at(frame) is not None:
                self.heartbeat()
            if self._role_changes:
                self._role_changes = False
                self.on_role()
            handler(event, *arguments)
        except BaseException as error:
            self._guard.failed(error)
        finally:
            state.busy = False

    def add(self, kind: str, action: str, target: str, event: str, frame: FrameType | None = None) -> None:
        """Record one effect caused by the nearest namespace line below `frame` (default: the caller's)."""
        found = place(self.recorder, frame or sys._getframe(1))
        if found is None:
            return
        plan, line = found
        shown = redact.text(target)[:1024]
        real = os.path.abspath(shown) if kind not in _ADDRESSED else ""
        key = (kind, action, shown, event, plan.path, str(line), plan.qualname, real)
        cell = self._counts.get(key)
        if cell is None:
            if len(self._counts) >= _MAX_EFFECTS:
                self.recorder.segment.drop(f"effects beyond {_MAX_EFFECTS}")
                return
            cell = self._counts[key] = self.recorder.segment.cells.take()
            self.recorder.segment.write(["f", *key, cell.number])
        cell.add()

    def after_fork(self) -> None:
        """The child counts its own."""
        self._counts = {}

    # ---- audit events -------------------------------------------------------------------------------------------

    def _table(self) -> dict[str, Callable[..., None]]:
        removals = dict.fromkeys(("os.remove", "os.rmdir", "shutil.rmtree"), self._removed)
        creations = dict.fromkeys(("os.mkdir", "tempfile.mkstemp", "tempfile.mkdtemp"), self._created)
        moves = ("os.rename", "os.link", "os.symlink", "shutil.copyfile", "shutil.copytree", "shutil.move")
        commands = dict.fromkeys(("subprocess.Popen", "os.system", "os.posix_spawn", "os.spawn"), self._command)
        network = dict.fromkeys(
            ("socket.connect", "urllib.Request", "socket.bind", "socket.sendto"), self._network
        )
        return {
            **removals,
            **creations,
            **dict.fromkeys(moves, self._moved),
            **commands,
            **network,
            "open": self._opened,
            "os.truncate": self._truncated,
            "os.chdir": self._moved_to,
            "os.putenv": self._environment,
            "os.unsetenv": self._environment,
            "os.exec": self._executed,
            "pickle.find_class": self._unpickled,
            "sqlite3.connect": self._database,
            "shutil.make_archive": self._archived,
            "shutil.unpack_archive": self._unpacked,
        }

    def _opened(self, _event: str, path: Any, mode: Any, flags: Any) -> None:
        name = path_text(path)
        if not name:
            return
        writes = any(letter in mode for letter in "wax+") if type(mode) is str else bool(flags & _WRITE_FLAGS)
        if name.startswith(_SYSTEM) or os.path.dirname(name) == self.recorder.segment.folder:
            return
        if not writes and (name.endswith(_CODE) or os.path.realpath(name).startswith(self._prefixes)):
            return
        if not writes and (not os.path.isfile(name) or "/.git/" in name):
            return  # a folder, an attempt that fails, the inside of version control
        self.add("file", "write" if writes else "read", name, "open", sys._getframe(2))

    def _removed(self, event: str, path: Any, *_: Any) -> None:
        self._path(event, "delete", path)

    def _created(self, event: str, path: Any, *_: Any) -> None:
        if event == "os.mkdir" and os.path.isdir(path_text(path)):
            return  # the audit event comes before the attempt
        self._path(event, "create", path)

    def _truncated(self, event: str, path: Any, *_: Any) -> None:
        self._path(event, "write", path)

    def _moved(self, event: str, source: Any, target: Any, *_: Any) -> None:
        self._path(event, "write", target)
        self._path(event, "delete" if event in ("os.rename", "shutil.move") else "read", source)

    def _archived(self, event: str, base: Any, *_: Any) -> None:
        self._path(event, "write", base, "archive")

    def _unpacked(self, event: str, filename: Any, *_: Any) -> None:
        self._path(event, "read", filename, "archive")

    def _database(self, event: str, database: Any) -> None:
        self._path(event, "write", database)

    def _path(self, event: str, action: str, path: Any, kind: str = "file") -> None:
        name = path_text(path)
        if name and not name.startswith(_SYSTEM):
            self.add(kind, action, name, event, sys._getframe(3))

    def _command(self, event: str, executable: Any, arguments: Any = (), *_: Any) -> None:
        words = (
            [arguments] if type(arguments) is str else list(arguments) if type(arguments) in (list, tuple) else []
        )
        shown = [text for word in words if (text := path_text(word))] or [path_text(executable)]
        self.add("subprocess", "start", " ".join(redact.arguments(shown)), event, sys._getframe(2))

    def _executed(self, event: str, path: Any, arguments: Any = (), *_: Any) -> None:
        self._command(event, path, arguments)
        self.before_exec()

    def _network(self, event: str, first: Any, address: Any = "", *_: Any) -> None:
        shown = first if type(first) is str else address
        if type(shown) is tuple:
            shown = ":".join(str(part) for part in shown[:2] if type(part) in (str, int))
        elif type(shown) is not str:
            shown = path_text(shown)
        self.add("network", "send", shown.partition("?")[0], event, sys._getframe(2))

    def _environment(self, event: str, name: Any, value: Any = b"") -> None:
        key, text = path_text(name), path_text(value)
        if key in VARIABLES:
            self._role_changes = True  # the event comes before the variable is set
        shown = redact.prose(text)
        if redact.is_secret_name(key):
            redact.know(text)
            shown = redact.REDACTED
        target = f"{key}={shown}" if event == "os.putenv" else key
        self.add("env", "write" if event == "os.putenv" else "delete", target, event, sys._getframe(2))

    def _moved_to(self, event: str, path: Any, *_: Any) -> None:
        name = path_text(path)
        if name:
            self.add("env", "write", name, event, sys._getframe(2))

    def _unpickled(self, event: str, module: Any, name: Any) -> None:
        if type(module) is str and type(name) is str:
            self.add("pickle", "read", f"{module}.{name}", event, sys._getframe(2))


_ADDRESSED = {"network", "subprocess", "env", "pickle", "randomness"}


# One act of the standard library that is made of many: the act is told, its parts are not.
_PARTS = {
    "shutil": ("rmtree", "_rmtree_safe_fd", "_rmtree_unsafe", "_rmtree_safe_fd_step", "copyfile", "move"),
    "subprocess": ("_posix_spawn", "_execute_child"),
    "tempfile": ("mkdtemp", "_mkstemp_inner", "_get_default_tempdir"),
}


def _beneath(frame: FrameType | None) -> FrameType | None:
    """Who asked for the act: the frame below the probe's own wrapper of it."""
    return frame.f_back if frame is not None and frame.f_code.co_filename == heirs.__file__ else frame


def _is_part(event: str, frame: FrameType) -> bool:
    code = frame.f_code
    names = _PARTS.get(os.path.basename(code.co_filename).removesuffix(".py"))
    if names is None or code.co_name not in names:
        return False
    return not event.startswith(("shutil.", "tempfile.", "subprocess."))


def path_text(value: Any) -> str:
    """A path as text when it is plainly one: str, bytes or a path of the standard library; else empty."""
    if type(value) is str:
        return value
    if type(value) is bytes:
        return value.decode("utf-8", "replace")
    if type(value).__module__.startswith("pathlib"):
        return str(value)
    return ""
