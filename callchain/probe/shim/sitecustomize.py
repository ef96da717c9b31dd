"""Loads the probe at the start of every Python process of a traced run, then whatever stood here before."""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
_PRIVATE_NAME = "_callchain_probe"


def _load_probe() -> None:
    import importlib.util

    folder = os.path.dirname(_HERE)
    spec = importlib.util.spec_from_file_location(
        _PRIVATE_NAME, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    if spec is None or spec.loader is None:
        raise ImportError("the probe's files are not where they were")
    package = importlib.util.module_from_spec(spec)
    sys.modules[_PRIVATE_NAME] = package
    # The target's files get no byte code, but the probe's own may: it is loaded by every process.
    kept, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    try:
        spec.loader.exec_module(package)
        bootstrap = __import__(_PRIVATE_NAME + ".bootstrap", fromlist=["build"])
        probe = bootstrap.build(os.environ["CALLCHAIN_PROBE"])
    finally:
        sys.dont_write_bytecode = kept
    probe.start()


def _chain() -> None:
    """Leave `sys.path` as the program expects it and run the sitecustomize that this one hides."""
    sys.path[:] = [place for place in sys.path if os.path.abspath(place or ".") != _HERE]
    ours = sys.modules.pop("sitecustomize", None)
    try:
        __import__("sitecustomize")
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
        if ours is not None:
            sys.modules["sitecustomize"] = ours


if "CALLCHAIN_PROBE" in os.environ and _PRIVATE_NAME not in sys.modules:
    try:
        _load_probe()
    except Exception as error:
        sys.stderr.write(f"callchain: the probe could not be loaded: {type(error).__name__}: {error}\n")
_chain()
