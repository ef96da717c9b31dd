"""Which acts leave an event that a run records: only of these can a run deny that they happened."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache

from callchain.model.chain import Effect
from callchain.question.effect_rules import canonical

_WRITING = frozenset({"write", "delete", "start", "send", "seed"})
_BY_NAME = (
    # Files by name. What is written through a file that is open already, and folders that may exist, are left out.
    *("builtins.open", "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open", "pathlib.*Path.open"),
    *("pathlib.*Path.write_*", "pathlib.*Path.touch", "pathlib.*Path.unlink", "pathlib.*Path.rename"),
    *("pathlib.*Path.rmdir", "pathlib.*Path.replace", "os.remove", "os.unlink", "os.rmdir", "os.rename"),
    *("os.replace", "os.link", "os.symlink", "shutil.rmtree", "shutil.move", "shutil.copy*", "joblib.dump"),
    *("numpy.save*", "sqlite3.connect", "shelve.open", "h5py.File", "torch.save"),
    # Archives and models.
    *("zipfile.ZipFile", "zipfile.PyZipFile", "zipfile.ZipFile.write*", "tarfile.open", "tarfile.TarFile"),
    *("shutil.make_archive", "keras.Model.save*", "keras.*.Model.save*", "keras.Sequential.save*"),
    *("keras.models.save_model", "keras.Model.export", "tensorflow.saved_model.save"),
    # Other processes, addresses, the environment, generators of chance.
    *("subprocess.*", "os.system", "os.popen", "os.posix_spawn*", "os.spawn*", "os.exec*"),
    *("socket.create_connection", "socket.socket.connect", "urllib.request.urlopen", "urllib.request.urlretrieve"),
    *("os.putenv", "os.unsetenv", "os.environ.update", "os.environ.__setitem__", "env"),
    *("random.seed", "numpy.random.seed", "torch.manual_seed", "tensorflow.random.set_seed"),
    "keras.utils.set_random_seed",
)
_READING = ("zipfile.ZipFile.extract*", "torch.load", "keras.models.load_model", "shutil.unpack_archive")
"""Reads that are told of one by one; others, such as of the program's own files, may go unrecorded."""


def leaves_event(effect: Effect) -> bool:
    """Whether a run that does this act is sure to record it, so that its absence means something.

    A dump into an open file, a line of a log, a change of memory or the making of an object that writes later
    leave none.
    """
    names = _BY_NAME if effect.action in _WRITING else _READING if effect.action == "read" else ()
    return _among(effect.callee, names)


@lru_cache(maxsize=4096)
def _among(callee: str, names: tuple[str, ...]) -> bool:
    plain = canonical(callee).removesuffix(".__init__")
    return any(fnmatchcase(plain, name) for name in names)
