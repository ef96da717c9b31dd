"""Facts of numpy arrays and of torch and TensorFlow tensors: shape, dtype, device, statistics, digest.

Nothing is imported for it: a library that the program has not loaded has no values here. Values on another device
than the CPU are not fetched, symbolic ones have no values at all.
"""

from __future__ import annotations

import mmap
import sys
import zlib
from collections.abc import Callable
from typing import Any

from . import describe as names

try:
    from _blake2 import blake2b  # by way of hashlib it would load OpenSSL, in every process of a run
except ImportError:
    from hashlib import blake2b

FULL_BYTES = 1 << 20
SAMPLE, FEW = 1 << 16, 1 << 13
"""Elements that are looked at in larger ones, and in files that are mapped into memory or when time is short."""
STEPS = 12
"""Equal steps of a histogram, from the least to the greatest value."""
_COUNTED = 4096
_BASE, _BASE_OF_FEW = 60.0, 90.0
"""Microseconds that any array takes, and one of which a small sample is made."""
_BLOCKS, _FEW_BLOCKS, _MAPPED_BLOCKS = 64, 16, 2  # each place of a file may bring megabytes of what follows it
_PART = 1 << 14
_NARROW, _HALF = ("bfloat16", "float8_"), 2


def _loaded(module: str, name: str) -> Any:
    found = sys.modules.get(module)
    return getattr(found, "__dict__", {}).get(name) if found is not None else None


def is_numpy(value: Any) -> bool:
    """Whether it is exactly a numpy array (a subclass may run code)."""
    return type(value) is not type(None) and type(value) is _loaded("numpy", "ndarray")


def number(value: Any) -> Any:
    """A numpy scalar as a builtin number, None for anything else."""
    generic = _loaded("numpy", "generic")
    if generic is None or generic not in names.mro(type(value)):
        return None
    if not names.full_type_name(type(value)).startswith("numpy."):
        return None
    plain = value.item()
    return plain if type(plain) in (bool, int, float, complex, str, bytes) else None


def meta(value: Any) -> dict[str, Any] | None:
    """Shape, dtype and device of an array or tensor; None for anything else."""
    kind = _kind(value)
    if kind == "numpy":
        shape = [int(size) for size in value.shape]
        size = 1
        for axis in shape:
            size *= axis
        return {"shape": shape, "dtype": str(value.dtype), "device": "cpu", "ndim": len(shape), "size": size}
    if kind == "torch":
        return {
            "shape": [int(size) for size in value.shape],
            "dtype": str(value.dtype),
            "device": str(value.device),
        }
    if kind in ("eager", "variable", "symbolic"):
        return _tensorflow_meta(value, kind)
    return None


def outline(value: Any) -> dict[str, Any] | None:
    """What is known of an array or tensor without a look at its values; None for anything else."""
    facts = meta(value)
    return facts and {key: facts[key] for key in ("shape", "dtype", "device") if key in facts}


def describe(
    value: Any, take: Callable[[float], bool], take_much: Callable[[float], bool]
) -> dict[str, Any] | None:
    """The facts of an array or tensor, None for anything else.

    `take` says whether that many microseconds are left, `take_much` whether they may go into this value alone;
    where they may not, a small sample has to do.
    """
    kind = _kind(value)
    shown = outline(value)
    if shown is None:
        return None
    if kind == "symbolic":
        return {**shown, "omitted": "symbolic"}
    try:
        plain = _numpy_view(value, kind)
    except Exception as error:
        return {**shown, "omitted": f"values not readable: {type(error).__name__}"}
    if plain is None:
        return {**shown, "omitted": "device"}
    widen = _widener(value, kind)
    is_narrow = widen is not None
    for most, may in ((SAMPLE, take_much), (FEW, take)):
        if may(_cost(plain, most, is_narrow=is_narrow)):
            return {**shown, **_statistics(plain, most, widen)}
    return {**shown, "omitted": "time"}


def _widener(value: Any, kind: str) -> Callable[[Any], Any] | None:
    """How to read numbers of a type that numpy lacks (bfloat16, eight bits) in single precision; else None."""
    if kind == "torch" and _is_narrow(value):
        # numpy's arithmetic, as torch would wake its threads for so many
        if value.itemsize == _HALF:
            return lambda bits: (bits.view("uint16").astype("uint32") << 16).view("float32")
        torch = sys.modules["torch"]
        table = torch.arange(256, dtype=torch.uint8).view(value.dtype).float().numpy()
        return lambda bits: table[bits]
    if kind in ("eager", "variable") and str(value.dtype.name).startswith(_NARROW):
        return lambda few: few.astype("float32")
    return None


def _is_narrow(tensor: Any) -> bool:
    return str(tensor.dtype).removeprefix("torch.").startswith(_NARROW)


def _cost(array: Any, most: int, *, is_narrow: bool) -> float:
    """Microseconds that the statistics and the digest of about so many elements take, about."""
    is_whole = most > FEW and not _is_large(array, is_narrow=is_narrow)
    size = array.nbytes if is_whole else min(array.nbytes, most * array.itemsize)
    base = _BASE_OF_FEW if most == FEW < array.size else _BASE
    if is_narrow:
        return base + float(size) / (300.0 if array.itemsize == _HALF else 100.0)
    return base + float(size) / (700.0 if array.dtype.kind == "c" or array.itemsize < 4 else 1100.0)


def _is_large(array: Any, *, is_narrow: bool = False) -> bool:
    """Whether a sample has to do; what is read in single precision is reckoned with as that."""
    if is_narrow:
        return bool(array.nbytes * (2 if array.itemsize == _HALF else 8) > FULL_BYTES)
    return bool(array.nbytes * (2 if array.dtype.str[1:] == "f2" else 1) > FULL_BYTES)


def _kind(value: Any) -> str:
    cls = type(value)
    if cls is _loaded("numpy", "ndarray") or cls is _loaded("numpy", "memmap"):
        return "numpy"
    if cls is _loaded("torch", "Tensor") or cls is _loaded("torch.nn.parameter", "Parameter"):
        return "torch"
    module = names.class_dict(cls).get("__module__")
    if type(module) is not str or not module.startswith(("tensorflow.", "keras.")):
        return ""
    name = names.type_name(cls)
    if name == "EagerTensor":
        return "eager"
    if name == "ResourceVariable":
        return "variable"
    return "symbolic" if name in ("SymbolicTensor", "KerasTensor", "Tensor") else ""


def _tensorflow_meta(value: Any, kind: str) -> dict[str, Any]:
    shape = value.shape
    sizes = list(shape) if type(shape) is tuple else shape.as_list() if shape.rank is not None else None
    dtype = value.dtype
    facts: dict[str, Any] = {"dtype": dtype if type(dtype) is str else str(dtype.name)}
    if sizes is not None:
        facts["shape"] = sizes
    if kind != "symbolic":
        facts["device"] = str(value.device).rpartition("/device:")[2].lower().removesuffix(":0") or "cpu"
    return facts


def _numpy_view(value: Any, kind: str) -> Any:
    """The values as a numpy array that shares memory where it can, None when they are on another device."""
    if kind == "numpy":
        return value
    if kind == "torch":
        torch = sys.modules["torch"]
        modes = torch._C._len_torch_function_stack() + torch._C._len_torch_dispatch_stack()
        if modes or value.device.type != "cpu" or value.layout is not torch.strided:
            return None
        plain = value.detach().resolve_conj()
        if _is_narrow(value):
            plain = plain.view(torch.int16 if value.itemsize == _HALF else torch.uint8)
        return plain.numpy()
    if not str(value.device).lower().endswith("cpu:0"):
        return None
    if kind == "eager":
        return value._numpy()
    tensorflow = sys.modules["tensorflow"]
    if not tensorflow.executing_eagerly():
        return None
    with tensorflow.init_scope():
        return value.numpy()


def _is_mapped(array: Any) -> bool:
    """Whether the memory is that of a file: to read it may mean to wait for the disk."""
    owner = array
    while owner is not None:
        if type(owner) is mmap.mmap or type(owner) is _loaded("numpy", "memmap"):
            return True
        owner = owner.base if is_numpy(owner) else None
    return False


def _sample(array: Any, most: int, blocks: int) -> Any:
    """At most about `most` elements in blocks that lie together; even steps along axes that do not.

    Single elements far apart would bring a page of memory each, or one of the disk for a mapped file.
    """
    if array.flags.f_contiguous and not array.flags.c_contiguous:
        array = array.T
    if array.flags.c_contiguous:
        array = array.reshape(-1)  # the same memory
    excess = array.size / most
    steps = []
    for size in array.shape[:-1]:
        step = min(size, max(1, int(excess + 0.999)))
        steps.append(slice(None, None, step))
        excess /= step
    outer = array[tuple(steps)]
    return outer if excess <= 1 else _blocks(outer, int(outer.shape[-1] / excess), blocks)


def _blocks(array: Any, wanted: int, most: int) -> Any:
    """About `wanted` elements of the last axis, in blocks that lie evenly from its start to its end."""
    numpy = sys.modules["numpy"]
    count = min(most, max(wanted, 1))
    width = max(1, wanted // count)
    room = array.shape[-1] - width
    starts = [room * at // max(count - 1, 1) for at in range(count)]
    return numpy.concatenate([array[..., start : start + width] for start in starts], axis=-1)


def _blocks_of(*, mapped: bool, is_short: bool) -> int:
    return _MAPPED_BLOCKS if mapped else _FEW_BLOCKS if is_short else _BLOCKS


def _statistics(array: Any, most: int, widen: Callable[[Any], Any] | None = None) -> dict[str, Any]:
    numpy = sys.modules["numpy"]
    if array.dtype.kind not in "biufc" and widen is None:
        return {"omitted": f"values of dtype {array.dtype.kind}"}
    mapped = _is_mapped(array)
    is_short = most == FEW < array.size
    sampled = mapped or is_short or _is_large(array, is_narrow=widen is not None)
    if sampled:
        array = _sample(array, FEW if mapped else most, _blocks_of(mapped=mapped, is_short=is_short))
    values = numpy.ascontiguousarray(array)
    facts: dict[str, Any] = {"digest": _digest(values)}
    if sampled:
        facts["sampled"] = int(values.size)
    if widen is not None:
        values = widen(values)
    if values.dtype.kind == "c":
        values = numpy.absolute(values)
    if values.dtype.kind == "f":
        values = values.astype("float32") if values.itemsize == 2 else values  # processors reckon in no less
        bad = numpy.isnan(values)
        facts["nan"] = int(numpy.count_nonzero(bad))
        values = values[~bad] if facts["nan"] else values
    if values.size:
        facts["min"], facts["max"] = _plain(values.min()), _plain(values.max())
        facts["mean"] = _plain(numpy.add.reduce(values, axis=None, dtype="float64") / values.size)
        counts = _histogram(values, facts["min"], facts["max"])
        facts |= {"histogram": counts} if counts else {}
    return facts


def _digest(values: Any) -> str:
    """Sixteen hexadecimal digits of the bytes; of the checksums of their parts where they are many."""
    data = memoryview(values.reshape(-1).view("uint8"))
    if len(data) <= _PART:
        return blake2b(data, digest_size=8).hexdigest()
    sums = [zlib.crc32(data[at : at + _PART]).to_bytes(4, "little") for at in range(0, len(data), _PART)]
    return blake2b(b"".join(sums), digest_size=8).hexdigest()


def _histogram(values: Any, low: Any, high: Any) -> list[int]:
    """How many of some 4,096 evenly taken values lie in each step; empty where all are equal or one infinite."""
    if isinstance(low, bool | str) or isinstance(high, str):
        return []
    span = float(high) - float(low)
    if not 0.0 < span < float("inf"):
        return []
    numpy = sys.modules["numpy"]
    few = values.reshape(-1)[:: max(1, values.size // _COUNTED)].astype("float64")
    places = ((few - float(low)) / span * STEPS).astype("int64")
    counts: list[int] = numpy.bincount(numpy.clip(places, 0, STEPS - 1), minlength=STEPS).tolist()
    return counts


def _plain(number: Any) -> Any:
    value = number.item()
    if type(value) is float and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    return value
