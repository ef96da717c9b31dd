"""What is shipped: a source archive that builds, a wheel that runs without the checkout, a bill of materials."""

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import msgspec
import pytest

from callchain._version import __version__
from callchain.evidence.package import EVIDENCE, load
from callchain.model.errors import CallchainError
from release.lowest import lowest
from release.sbom import bill

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "reports" / "INTEGRATE-PYTORCH-001" / "sample" / EVIDENCE
NEEDED = (
    "callchain/py.typed",
    "callchain/evidence/evidence.schema.json",
    "callchain/callgraph/rules/standard.toml",
    "callchain/question/catalogue/files.toml",
    "callchain/demo/taps.toml",
)


def run(*words: object, cwd: Path, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive, and the wheel that was built from it."""
    work = tmp_path_factory.mktemp("release")
    tools, place = work / "tools", work / "built"
    run("-m", "pip", "install", "--quiet", "--target", tools, "hatchling", cwd=work)
    run("-m", "hatchling", "build", "-t", "sdist", "-d", place, cwd=ROOT, PYTHONPATH=str(tools))
    (archive,) = place.glob("*.tar.gz")
    with tarfile.open(archive) as source:
        source.extractall(work / "source", filter="data")
    (tree,) = (work / "source").iterdir()
    assert (tree / "SECURITY.md").is_file()
    run("-m", "hatchling", "build", "-t", "wheel", "-d", place, cwd=tree, PYTHONPATH=str(tools))
    return place


def test_the_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert set(NEEDED) <= names
    assert {name.partition("/")[0] for name in names} == {
        "callchain",
        f"callchain_evidence-{__version__}.dist-info",
    }
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_what_is_shipped_installs_and_runs_in_an_empty_environment(built: Path, tmp_path: Path) -> None:
    place, home = tmp_path / "place", tmp_path / "home"
    home.mkdir()
    run("-m", "venv", place, cwd=tmp_path)
    kept = {name: value for name, value in os.environ.items() if name.lower().startswith(("pip_", "ssl_", "http"))}
    empty = {**kept, "PATH": f"{place / 'bin'}:/usr/bin:/bin", "HOME": str(home)}

    def call(*words: object) -> str:
        done = subprocess.run(
            [*map(str, words)], cwd=tmp_path, env=empty, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    (tmp_path / "a.py").write_text("def f(): pass\ndef g(): f()\n")
    for kind, more in (("*.whl", ()), ("*.tar.gz", ("--force-reinstall", "--no-deps"))):
        (shipped,) = built.glob(kind)
        call("python", "-m", "pip", "install", "--quiet", "--no-compile", *more, shipped)
        where = call("python", "-c", "import callchain; print(callchain.__file__)").strip()
        assert Path(where).is_relative_to(place)
        assert call("callchain", "--version").strip() == f"callchain {__version__}"
        assert "a.py::g → a.py::f" in call("callchain", "graph", ".", "--namespace", "a")
        out = tmp_path / f"package.{kind[2:]}"
        call("callchain", "run", "-q", "What does `g` call?", "--out", out, "--", "python", "a.py")
        assert load(out).runs[0].ended == "exit"


def test_the_bill_of_materials_names_what_the_project_needs() -> None:
    document = bill()
    named = {component["name"] for component in document["components"]}
    assert {re.split("==", pin)[0] for pin in lowest(extras=())} <= named
    assert document["metadata"]["component"]["version"] == __version__
    assert json.dumps(document) == json.dumps(bill())
    references = {component["bom-ref"] for component in document["components"]}
    assert all(set(each["dependsOn"]) <= references for each in document["dependencies"])


def test_a_record_of_another_minor_version_is_read_and_of_another_schema_refused(tmp_path: Path) -> None:
    record = msgspec.json.decode(SAMPLE.read_bytes())
    newer = {**record, "a_later_field": {"x": 1}, "quality": {**record["quality"], "later": 2}}
    older = {**record, "quality": {key: record["quality"][key] for key in ("edges", "taps")}}
    for changed in (newer, older):
        (tmp_path / EVIDENCE).write_bytes(msgspec.json.encode(changed))
        assert load(tmp_path).flows
    (tmp_path / EVIDENCE).write_bytes(msgspec.json.encode({**record, "schema": "callchain/evidence/2"}))
    with pytest.raises(CallchainError, match="evidence/2"):
        load(tmp_path)
